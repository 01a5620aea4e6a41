"""The peaks of a recording: the least and the greatest sample of each hundredth of a second."""

import itertools
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sized
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from coder.errors import CoderError, Stopped
from coder.recording.media import LONGEST_S, packets, sound

if TYPE_CHECKING:
    from av import AudioFrame, AudioStream
    from av.container import InputContainer
    from av.filter import Graph

PER_SECOND = 100
_FACTOR = 4
_LOUDEST = 32768
_ENTRIES = 4  # of a level to a column, at least: a peak is drawn a quarter of one off at most
_GAP_S = 0.1
_WATCH_EVERY_S = 10

Piece = TypeVar("Piece", bound=Sized)


@dataclass(frozen=True, slots=True, eq=False)
class Peaks:
    """Least and greatest samples, ``rate`` columns a second at the finest of the ``levels``.

    Each level is int16 of shape (n, 2) and has a quarter of the columns of the one before.
    """

    rate: int
    levels: tuple[NDArray[np.int16], ...]
    duration_ms: int

    def columns(self, start_ms: float, end_ms: float, width: int) -> NDArray[np.float32]:
        """Return (width, 2) least and greatest of each column, -1..1; beyond the ends, 0.

        Times are ms of the recording, not of the session clock.
        """
        drawn = np.zeros((max(width, 0), 2), np.float32)
        if width <= 0 or end_ms <= start_ms:
            return drawn
        level, scale = self._level((end_ms - start_ms) / width)
        edges = (start_ms + np.arange(width + 1) * ((end_ms - start_ms) / width)) / scale
        inside = np.flatnonzero((edges[1:] > 0) & (edges[:-1] < len(level)))
        if inside.size:
            first, last = int(inside[0]), int(inside[-1])
            begin = np.maximum(edges[first : last + 1], 0).astype(np.intp)
            # The last column ends where the next would begin, and holds one entry at least.
            level = level[: max(int(edges[last + 1]), int(begin[-1]) + 1)]
            drawn[first : last + 1, 0] = np.minimum.reduceat(level[:, 0], begin)
            drawn[first : last + 1, 1] = np.maximum.reduceat(level[:, 1], begin)
        return drawn / np.float32(_LOUDEST)

    def _level(self, column_ms: float) -> tuple[NDArray[np.int16], float]:
        """Choose the coarsest level that is fine enough, and how many ms an entry has."""
        entry_ms = 1000 / self.rate
        chosen = 0
        while chosen + 1 < len(self.levels) and entry_ms * _FACTOR * _ENTRIES <= column_ms:
            chosen += 1
            entry_ms *= _FACTOR
        return self.levels[chosen], entry_ms


def peaks(
    path: Path,
    *,
    progress: Callable[[float], None] | None = None,
    stopped: Callable[[], bool] | None = None,
) -> Peaks:
    """Decode a recording as a stream and take its peaks; ``progress`` is told a share, 0..1.

    Where a file is broken off or damaged, what is there is taken. Raises CoderError as
    ``coder.recording.scan`` does, and Stopped soon after ``stopped()`` turns true.
    """
    with sound(path) as (container, stream):
        watch = Watch(progress, stopped, (container.duration or 0) / 1e6)
        done = gathered(_reduced(container, stream), PER_SECOND, watch)
    if not done:
        raise CoderError("recording_no_sound", path=path)
    if progress is not None:
        progress(1.0)
    return _pyramid(np.concatenate(done))


@dataclass(frozen=True, slots=True)
class Watch:
    """Who waits for a recording: whom to tell the share, whom to ask, how long it is to last."""

    progress: Callable[[float], None] | None
    stopped: Callable[[], bool] | None
    expected_s: float


def gathered(pieces: Iterable[Piece], per_second: int, watch: Watch) -> list[Piece]:
    """Take pieces of so many rows a second, telling how far it is. Raises Stopped when asked to."""
    done = []
    rows = told = 0
    for piece in pieces:
        done.append(piece)
        rows += len(piece)
        if rows - told >= _WATCH_EVERY_S * per_second:
            told = rows
            if watch.stopped is not None and watch.stopped():
                raise Stopped
            if watch.progress is not None and watch.expected_s:
                watch.progress(min(1.0, rows / per_second / watch.expected_s))
    return done


def save_peaks(peaks: Peaks, file: Path) -> None:
    """Keep peaks in a file, written beside it and then put in its place.

    Raises CoderError when it cannot be written.
    """
    beside = file.with_name(file.name + ".new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with beside.open("wb") as target:
            np.savez(target, rate=np.int64(peaks.rate), finest=peaks.levels[0])
        beside.replace(file)
    except OSError as fault:
        raise CoderError("peaks_not_kept", path=file, why=fault.strerror) from fault


def load_peaks(file: Path) -> Peaks | None:
    """Read kept peaks; None when there are none or they are damaged, to be taken again."""
    try:
        # np.load leaves a file it opened itself open when the contents are damaged.
        with file.open("rb") as source, np.load(source, allow_pickle=False) as kept:
            rate, finest = kept["rate"], kept["finest"]
    # RuntimeError (with NotImplementedError) is zipfile's for a damaged list of contents,
    # TypeError that of a file with one array, which is no context.
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, RuntimeError, TypeError):
        return None
    shaped = finest.dtype == np.int16 and finest.ndim == 2 and finest.shape[1] == 2  # noqa: PLR2004 - a least and a greatest
    whole = shaped and len(finest) > 0 and rate.shape == () and rate == PER_SECOND
    return _pyramid(finest) if whole else None


def _pyramid(finest: NDArray[np.int16]) -> Peaks:
    levels = [finest]
    while len(levels[-1]) > _FACTOR:
        below = levels[-1]
        begin = np.arange(0, len(below), _FACTOR)
        level = np.empty((len(begin), 2), np.int16)
        level[:, 0] = np.minimum.reduceat(below[:, 0], begin)
        level[:, 1] = np.maximum.reduceat(below[:, 1], begin)
        levels.append(level)
    return Peaks(PER_SECOND, tuple(levels), len(finest) * 1000 // PER_SECOND)


def _reduced(container: "InputContainer", stream: "AudioStream") -> Iterator[NDArray[np.int16]]:
    """Yield the columns in pieces, zeros where the time stamps leap over a gap.

    The player follows the time stamps, so the peaks must: sound that begins late in a film, or
    that a damaged place took away, shifts nothing that comes after it.
    """
    rate = stream.codec_context.sample_rate
    origin_s = (container.start_time or 0) / 1e6
    columns = 0
    for begins_s, frames in unbroken(frames_of(container, stream)):
        silence = round((begins_s - origin_s) * PER_SECOND) - columns
        if silence > 0 and begins_s < LONGEST_S:
            columns += silence
            yield np.zeros((silence, 2), np.int16)
        for second in seconds(frames, rate):
            piece = _reduce(second, rate)
            columns += len(piece)
            yield piece


def frames_of(container: "InputContainer", stream: "AudioStream") -> "Iterator[AudioFrame]":
    """Yield what decodes; a packet that does not is passed over, as a player does."""
    import av

    for packet in packets(container, stream):
        try:
            frames = packet.decode()
        except av.error.FFmpegError:
            continue
        yield from frames


def unbroken(frames: "Iterable[AudioFrame]") -> "Iterator[tuple[float, Iterator[AudioFrame]]]":
    """Cut frames into runs without a gap; each run is to be used up in turn."""
    frames = iter(frames)
    held = next(frames, None)

    def run(due_s: float) -> "Iterator[AudioFrame]":
        nonlocal held
        while held is not None:
            at_s = held.time
            if at_s is not None and at_s - due_s > _GAP_S:
                return
            due_s += held.samples / held.sample_rate
            yield held
            held = next(frames, None)

    while held is not None:
        begins_s = held.time or 0.0
        yield begins_s, run(begins_s)


def seconds(frames: "Iterable[AudioFrame]", rate: int) -> Iterator[NDArray[np.int16]]:
    """Mix frames down to one channel; yield whole seconds, and what is left.

    A filter graph is fed directly: PyAV's AudioResampler asks it for output after every frame,
    which costs as much again as the mixing.
    """
    import av

    frames = iter(frames)
    first = next(frames)
    graph = _mixer(first, rate)
    waiting = 0
    for frame in itertools.chain((first,), frames):
        try:
            graph.push(frame)
        except av.error.ArgumentError:  # it changes its form here, as in files joined end to end
            yield from _rest(graph)
            graph = _mixer(frame, rate)
            graph.push(frame)
        waiting += frame.samples
        if waiting >= frame.sample_rate:
            waiting %= frame.sample_rate
            yield from _drawn(graph)
    yield from _rest(graph)


def _rest(graph: "Graph") -> Iterator[NDArray[np.int16]]:
    graph.push(None)
    yield from _drawn(graph)


def _mixer(frame: "AudioFrame", rate: int) -> "Graph":
    from av.filter import Graph

    graph = Graph()
    source = graph.add(
        "abuffer",
        sample_rate=str(frame.sample_rate),
        sample_fmt=frame.format.name,
        channel_layout=frame.layout.name,
        time_base=str(frame.time_base),
    )
    mono = graph.add("aformat", sample_rates=str(rate), sample_fmts="s16", channel_layouts="mono")
    sink = graph.add("abuffersink")
    source.link_to(mono)
    mono.link_to(sink)
    graph.configure()
    graph.set_audio_frame_size(rate)
    return graph


def _drawn(graph: "Graph") -> Iterator[NDArray[np.int16]]:
    """Yield what the graph has ready: a second of samples each, the last one shorter."""
    while True:
        try:
            frame = graph.pull()
        except (BlockingIOError, EOFError):
            return
        yield frame.to_ndarray()[0]


def _reduce(samples: NDArray[np.int16], rate: int) -> NDArray[np.int16]:
    """Take least and greatest of each hundredth of a second of one second or less."""
    if samples.size == rate and rate % PER_SECOND == 0:
        cells = samples.reshape(PER_SECOND, -1)
        return np.stack((cells.min(axis=1), cells.max(axis=1)), axis=1)
    begin = -(-np.arange(PER_SECOND) * rate // PER_SECOND)
    begin = begin[begin < samples.size]
    return np.stack(
        (np.minimum.reduceat(samples, begin), np.maximum.reduceat(samples, begin)), axis=1
    )
