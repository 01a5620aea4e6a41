"""Speech in a recording: where it is, how loud, and at which pitch; sounds are made by the test."""

import wave
from itertools import pairwise

import numpy as np
import pytest
from test_recording import record, tone

from coder.errors import CoderError, Stopped
from coder.recording import speech
from coder.recording.voices import FRAME_MS

RATE = 16_000
SAID = [(1000, 2200), (2800, 3100), (4000, 7000), (7600, 8000)]


def buzz(seconds, hz, level=0.3):
    """A voice of a kind: many harmonics of one pitch."""
    at = np.arange(round(RATE * seconds)) / RATE
    tones = sum(np.sin(2 * np.pi * hz * n * at) / n for n in range(1, 20))
    return level * tones / 2


def sound(said, seconds, hz=120, noise=0.0, seed=1):
    made = noise * np.random.default_rng(seed).standard_normal(RATE * seconds)
    for start, end in said:
        piece = buzz((end - start) / 1000, hz)
        at = start * RATE // 1000
        made[at : at + len(piece)] += piece
    return made


def kept(path, samples, rate=RATE, channels=1):
    data = np.repeat((np.clip(samples, -1, 1) * 32767).astype("<i2"), channels)
    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(data.tobytes())
    return path


@pytest.mark.parametrize("noise", [0.0, 0.001, 0.02])
def test_stretches_are_where_the_sound_is_whatever_hums_behind_it(tmp_path, noise):
    found = speech(kept(tmp_path / "a.wav", sound(SAID, 10, noise=noise)))
    assert len(found.stretches) == len(SAID)
    assert np.abs(np.array(found.stretches) - np.array(SAID)).max() <= 2 * FRAME_MS
    assert abs(found.duration_ms - 10_000) <= FRAME_MS


def test_a_voice_that_is_far_softer_than_the_other_is_heard(tmp_path):
    samples = sound(SAID, 10, noise=0.001)
    samples[4000 * 16 : 8000 * 16] *= 0.1  # 20 dB less
    found = speech(kept(tmp_path / "a.wav", samples))
    assert len(found.stretches) == len(SAID)


def test_the_floor_follows_the_room(tmp_path):
    said = [(at + start, at + end) for at in range(0, 240_000, 10_000) for start, end in SAID]
    hum = np.random.default_rng(2).standard_normal(RATE * 240)
    rising = hum * np.geomspace(0.0003, 0.03, len(hum))  # by 40 dB in four minutes
    found = speech(kept(tmp_path / "a.wav", sound(said, 240) + rising))
    assert len(found.stretches) == len(said)


def test_short_breaks_belong_to_the_words_and_clicks_are_none(tmp_path):
    said = [(1000, 1500), (1580, 2000), (4000, 4030)]
    found = speech(kept(tmp_path / "a.wav", sound(said, 6, noise=0.001)))
    assert len(found.stretches) == 1


@pytest.mark.parametrize("hz", [90, 120, 200, 300])
def test_the_pitch_is_that_of_the_voice(tmp_path, hz):
    found = speech(kept(tmp_path / "a.wav", sound([(1000, 3000)], 4, hz=hz)))
    within = found.voice[1100 // FRAME_MS : 2900 // FRAME_MS, -1]
    assert 75 * 2 ** np.median(within) == pytest.approx(hz, rel=0.03)
    assert not found.voice[: 900 // FRAME_MS, -1].any()


def test_the_rate_and_the_channels_of_the_file_do_not_matter(tmp_path):
    samples = sound(SAID, 10, noise=0.001)
    once = speech(kept(tmp_path / "a.wav", samples))
    both = speech(kept(tmp_path / "b.wav", samples, channels=2))
    fine = speech(kept(tmp_path / "c.wav", np.repeat(samples, 3), rate=48_000))
    assert once.stretches == both.stretches
    assert np.abs(np.array(fine.stretches) - np.array(once.stretches)).max() <= FRAME_MS


def test_every_frame_has_its_loudness_and_its_voice(tmp_path):
    found = speech(kept(tmp_path / "a.wav", sound(SAID, 10)))
    assert len(found.loudness) == len(found.voice) == found.duration_ms // FRAME_MS
    assert np.isfinite(found.loudness).all()
    assert np.isfinite(found.voice).all()
    assert found.loudness.dtype == found.voice.dtype == np.float32


def test_a_gap_in_the_time_stamps_is_silence_and_one_beyond_a_day_is_not_believed(tmp_path):
    pieces = (0, tone(8000)), (3, tone(8000))
    found = speech(record(tmp_path / "a.mkv", "pcm_s16le", 8000, "mono", *pieces))
    assert abs(found.duration_ms - 4000) <= 2 * FRAME_MS
    assert found.loudness[1100 // FRAME_MS : 2900 // FRAME_MS].max() == -100
    assert found.loudness[3100 // FRAME_MS : 3900 // FRAME_MS].min() > -30
    pieces = (0, tone(8000)), (90_000, tone(8000))
    found = speech(record(tmp_path / "b.mkv", "pcm_s16le", 8000, "mono", *pieces))
    assert abs(found.duration_ms - 2000) <= 2 * FRAME_MS


def test_nobody_speaks_in_silence(tmp_path):
    assert speech(kept(tmp_path / "a.wav", np.zeros(RATE * 3))).stretches == ()
    assert speech(kept(tmp_path / "b.wav", np.zeros(RATE // 4))).stretches == ()


def test_stretches_are_in_order_and_apart(tmp_path):
    noise = np.random.default_rng(5).standard_normal(RATE * 40)
    noise *= np.repeat(np.random.default_rng(6).random(400) ** 3, RATE // 10)
    found = speech(kept(tmp_path / "a.wav", noise / 10)).stretches
    assert found
    assert all(start < end for start, end in found)
    assert all(before[1] < after[0] for before, after in pairwise(found))


def test_progress_rises_to_one(tmp_path):
    told = []
    speech(kept(tmp_path / "a.wav", sound(SAID, 60)), told.append)
    assert told == sorted(told)
    assert len(told) >= 5
    assert told[-1] == 1.0


def test_what_is_no_longer_wanted_stops(tmp_path):
    asked = []
    path = kept(tmp_path / "a.wav", sound(SAID, 60))
    with pytest.raises(Stopped):
        speech(path, stopped=lambda: len(asked.append(1) or asked) > 1)
    assert len(asked) == 2
    assert speech(path, stopped=lambda: False).duration_ms > 59_000


def test_a_file_that_is_no_recording_is_refused(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF, it says")
    with pytest.raises(CoderError) as caught:
        speech(path)
    assert caught.value.key == "recording_unreadable"


@pytest.mark.parametrize("samples", [0, 100])
def test_a_recording_without_a_whole_frame_is_refused(tmp_path, samples):
    with pytest.raises(CoderError) as caught:
        speech(kept(tmp_path / "a.wav", np.zeros(samples)))
    assert caught.value.key == "recording_no_sound"
