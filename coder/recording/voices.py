"""Where somebody speaks in a recording, and what the voice is like, without any trained model."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coder.errors import CoderError
from coder.recording.media import LONGEST_S, sound
from coder.recording.waveform import Watch, frames_of, gathered, seconds, unbroken

if TYPE_CHECKING:
    from av import AudioStream
    from av.container import InputContainer

FRAME_MS = 20
_RATE = 16_000
_STEP = _RATE * FRAME_MS // 1000
_WINDOW = 512
_BANDS = 24
_LOWEST_HZ, _HIGHEST_HZ = 120, 6_000
_SHAPES = 12  # of the spectrum, without the loudness
_HIGHEST_VOICE_HZ, _LOWEST_VOICE_HZ = 400, 75
_LIKE_ITSELF = 0.5  # a voice is, one period later
_HIGHER = 0.05  # for each octave: two periods later it is as much like itself
_QUIET_DB = -100.0
_FULL_SCALE = 32768

_AROUND_S = 30  # what counts as quiet and as loud is asked of so much before and after
_LATEST_S = 5
_FLOOR, _TOP = 10, 90  # percentiles
_DEEPEST_DB = 45.0  # a floor below that is digital silence
_BEGINS, _GOES_ON = (0.40, 5.0, 14.0), (0.25, 3.0, 9.0)  # share of the span, least and most dB
_SHORTEST_PAUSE_MS, _SHORTEST_SPEECH_MS = 120, 80


@dataclass(frozen=True, slots=True, eq=False)
class Speech:
    """Stretches of speech, (start, end) in ms of the recording, and each frame's features.

    A frame lasts ``FRAME_MS``. ``loudness`` is in dB below full scale; ``voice`` (frames, 13)
    holds the shape of the spectrum, and last the pitch in octaves, 0 where there is none.
    """

    stretches: tuple[tuple[int, int], ...]
    loudness: NDArray[np.float32]
    voice: NDArray[np.float32]
    duration_ms: int


def speech(
    path: Path,
    progress: Callable[[float], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> Speech:
    """Find the speech in a recording, decoded as a stream; ``progress`` is told a share, 0..1.

    Raises CoderError as ``coder.recording.scan`` does, and Stopped soon after ``stopped()`` turns
    true.
    """
    with sound(path) as (container, stream):
        watch = Watch(progress, stopped, (container.duration or 0) / 1e6)
        done = gathered(_described(container, stream), 1000 // FRAME_MS, watch)
    if not done:
        raise CoderError("recording_no_sound", path=path)
    if progress is not None:
        progress(1.0)
    found = np.concatenate(done)
    return Speech(_stretches(found[:, 0]), found[:, 0], found[:, 1:], len(found) * FRAME_MS)


def _described(container: "InputContainer", stream: "AudioStream") -> Iterator[NDArray[np.float32]]:
    """Yield the features of the frames in pieces, quiet where the time stamps leap over a gap."""
    origin_s = (container.start_time or 0) / 1e6
    describe = _Describer()
    frames = 0
    for begins_s, decoded in unbroken(frames_of(container, stream)):
        silence = round((begins_s - origin_s) * 1000 / FRAME_MS) - frames
        if silence > 0 and begins_s < LONGEST_S:
            frames += silence
            yield _silence(silence)
        rest: NDArray[np.float32] = np.zeros(_WINDOW - _STEP, np.float32)
        for second in seconds(decoded, _RATE):
            fresh = second.astype(np.float32) / np.float32(_FULL_SCALE)
            samples: NDArray[np.float32] = np.concatenate((rest, fresh))
            count = (len(samples) - _WINDOW) // _STEP + 1
            if count > 0:
                frames += count
                yield describe(samples, count)
                samples = samples[count * _STEP :]
            rest = samples


def _silence(frames: int) -> NDArray[np.float32]:
    quiet = np.zeros((frames, _SHAPES + 2), np.float32)
    quiet[:, 0] = _QUIET_DB
    return quiet


class _Describer:
    """Turns samples to features: the loudness, the shape of the spectrum, and the pitch."""

    def __init__(self) -> None:
        self._window = np.hanning(_WINDOW).astype(np.float32)
        self._filters = _filters()
        at = np.arange(_BANDS)
        self._shapes = np.cos(np.pi * np.arange(1, _SHAPES + 1)[:, None] * (at + 0.5) / _BANDS)
        self._lags = slice(_RATE // _HIGHEST_VOICE_HZ, _RATE // _LOWEST_VOICE_HZ)
        lags = np.arange(_WINDOW)[self._lags]
        self._octaves = np.log2(_RATE / lags / _LOWEST_VOICE_HZ)
        own = np.fft.irfft(np.abs(np.fft.rfft(self._window, 2 * _WINDOW)) ** 2)
        self._fading = own[self._lags] / own[0]

    def __call__(self, samples: NDArray[np.float32], count: int) -> NDArray[np.float32]:
        """Describe so many frames, the first at the beginning of the samples."""
        cut = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_STEP][:count]
        power = np.abs(np.fft.rfft(cut * self._window, 2 * _WINDOW)) ** 2
        bands = power @ self._filters.T + 1e-9
        made = np.empty((count, _SHAPES + 2), np.float32)
        made[:, 0] = 10 * np.log10(bands.sum(axis=1) / (_WINDOW * _WINDOW / 8) + 1e-10)
        made[:, 1:-1] = np.log(bands) @ self._shapes.T / _BANDS
        made[:, -1] = self._pitch(power)
        return made

    def _pitch(self, power: NDArray[np.float64]) -> NDArray[np.float64]:
        """The pitch in octaves above the lowest, 0 where the sound has none."""
        alike = np.fft.irfft(power)
        near = alike[:, self._lags] / (alike[:, :1] + 1e-9) / self._fading
        best = (near + _HIGHER * self._octaves).argmax(axis=1)
        voiced = near[np.arange(len(near)), best] > _LIKE_ITSELF
        return np.where(voiced, self._octaves[best], 0.0)


def _filters() -> NDArray[np.float64]:
    """Triangles on the scale of hearing, the first and the last outside the telephone's band."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, _BANDS + 2) / 2595) - 1)
    hz = np.fft.rfftfreq(2 * _WINDOW, 1 / _RATE)
    rising = (hz - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - hz) / np.diff(edges)[1:, None]
    return np.clip(np.minimum(rising, falling), 0, None)


def _stretches(loudness: NDArray[np.float32]) -> tuple[tuple[int, int], ...]:
    """Where the sound stands out from what is quiet around it, (start, end) in ms."""
    floor, span = _surroundings(loudness)
    above = loudness - floor
    begins, goes_on = (
        np.clip(share * span, least, most) for share, least, most in (_BEGINS, _GOES_ON)
    )
    kept = []
    for start, end in _runs(above > goes_on):
        if (above[start:end] > begins[start:end]).any():
            kept.append((start * FRAME_MS, end * FRAME_MS))
    joined: list[tuple[int, int]] = []
    for start, end in kept:
        if joined and start - joined[-1][1] < _SHORTEST_PAUSE_MS:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(each for each in joined if each[1] - each[0] >= _SHORTEST_SPEECH_MS)


def _surroundings(loudness: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What is quiet around each frame (dB), and how far what is loud stands above it (dB)."""
    around, apart = (s * 1000 // FRAME_MS for s in (_AROUND_S, _LATEST_S))
    places = np.arange(0, len(loudness), apart)
    asked = [
        np.percentile(loudness[max(at - around, 0) : at + around], [_FLOOR, _TOP]) for at in places
    ]
    low, high = np.array(asked).T
    low = np.maximum(low, high - _DEEPEST_DB)
    at = np.arange(len(loudness))
    return np.interp(at, places, low), np.interp(at, places, high - low)


def _runs(is_so: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], is_so, [False])).astype(np.int8)))
    yield from zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
