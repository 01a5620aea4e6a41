"""How far off the guessed starts of turns are: plain interpolation, and speech found in the sound.

``python -m pytest tests/benchmarks/test_fitting.py -o addopts="" -s``; figures go into README.md.
The dialogues are made with espeak-ng, anew in each run and always the same.
"""

import csv
import dataclasses
import random
import re
import shutil
import subprocess
import sys
import time
import wave
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from coder.recording import speech
from coder.session import TimeSource, Turn
from coder.transcripts import Options, interpolate
from coder.transcripts.fitting import fit
from coder.transcripts.reading import read

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "coder" / "sample"
SHARED = ROOT / ".." / "shared" / "data"
beside = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is missing")
spoken = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is missing")
ANCHOR, NONE = TimeSource.ANCHOR, TimeSource.NONE
RATE = 22_050


def opened(path):
    return read(path, path.read_bytes(), Options())


def told(name, off_s):
    half, most, worst = np.percentile(off_s, [50, 90, 100])
    near = 100 * np.mean(off_s < 1)
    sys.stdout.write(f"  {name}: median {half:.2f}, 90 % {most:.2f}, worst {worst:.1f}, below 1 s {near:.0f} %\n")  # fmt: skip
    return half


def compared(name, reading, starts, sound, begin_ms=0):
    """The medians of both, in s, of turns without a firm time."""
    turns, stamps, notes = reading
    end_ms = begin_ms + sound.duration_ms
    begun = time.process_time()
    asked = {"stamps": stamps, "end_ms": end_ms, "notes": notes, "begin_ms": begin_ms}
    found = dict(fit(turns, sound.stretches, **asked, voice=sound.voice))
    taken = time.process_time() - begun
    deaf = dict(fit(turns, sound.stretches, **asked))
    first = turns[0]
    if all(each.start_ms is None for each in turns):
        first = dataclasses.replace(first, start_ms=begin_ms, times=ANCHOR)
    plain = interpolate([first, *turns[1:]], end_ms, stamps)
    rows = list(zip(turns, plain, starts, strict=True))
    rows = [(new.start_ms, found[old.id], deaf[old.id], at) for old, new, at in rows if old.times is NONE]  # fmt: skip
    table = np.array(rows, float) / 1000
    off = np.abs(table[:, :3] - table[:, 3:])
    sys.stdout.write(
        f"\n{name}: {len(rows)} turns, {sound.duration_ms // 60_000} min, {taken:.1f} s\n"
    )
    plain_s = told("interpolated", off[:, 0])
    told("fitted, without voices", off[:, 2])
    return plain_s, told("fitted", off[:, 1])


def untimed(turns):
    return [dataclasses.replace(each, start_ms=None, end_ms=None, times=NONE) for each in turns]


@beside
@pytest.mark.parametrize("name", ["anchors", "no anchors", "no labels"])
def test_the_thesis_session(name):
    with (SHARED / "p3s2" / "turn-times.csv").open(encoding="utf-8", newline="") as file:
        starts = [round(float(r["start_s"]) * 1000) for r in csv.DictReader(file) if r["speaker"]]
    found = opened(SHARED / "p3s2" / "transcript.docx")
    turns = untimed(found.turns) if name == "no anchors" else found.turns
    if name == "no labels":
        turns = [dataclasses.replace(each, label="") for each in turns]
    sound = speech(SHARED / "p3s2" / "recording.m4a")
    reading = (turns, found.stamps, found.notes)
    plain, fitted = compared(f"p3s2, {name}", reading, starts, sound, 3_300_000)
    assert fitted < plain / 2


@beside
def test_a_story_told_by_a_person():
    tree = ET.parse(SHARED / "transcripts" / "elan-fables.eaf")
    slots = {each.get("TIME_SLOT_ID"): each.get("TIME_VALUE") for each in tree.iter("TIME_SLOT")}
    tier = next(each for each in tree.iter("TIER") if each.get("TIER_ID") == "Story")
    said = [
        (int(slots[each.get("TIME_SLOT_REF1")]), each.findtext("ANNOTATION_VALUE"))
        for each in tier.iter("ALIGNABLE_ANNOTATION")
    ]
    turns = [Turn(f"{n}", n, n, "S", text) for n, (_, text) in enumerate(said, 1)]
    sound = speech(SHARED / "transcripts" / "elan-fables.ogg")
    plain, fitted = compared("elan-fables", (turns, (), ()), [at for at, _ in said], sound)
    assert fitted < plain / 2


def test_the_sample_session():
    timed, typed = opened(SAMPLE / "session.vtt"), opened(SAMPLE / "session.docx")
    starts = [each.start_ms for each in timed.turns]
    sound = speech(SAMPLE / "recording.ogg")
    reading = (typed.turns, typed.stamps, typed.notes)
    plain, fitted = compared("sample, a time a minute", reading, starts, sound)
    assert fitted < plain / 2
    reading = (untimed(timed.turns), (), timed.notes)
    plain, fitted = compared("sample, no times", reading, starts, sound)
    assert fitted < plain / 2


def say(text, voice, speed, pitch, loudness):
    options = ["-v", voice, "-s", f"{speed}", "-p", f"{pitch}", "-a", f"{loudness}"]
    done = subprocess.run(
        ["espeak-ng", *options, "--stdout", text], capture_output=True, check=True
    )
    samples = np.frombuffer(done.stdout[44:], np.int16).astype(np.float32) / 32768
    heard = np.flatnonzero(np.abs(samples) > 0.002)
    return samples[heard[0] : heard[-1] + 1]


@dataclasses.dataclass(frozen=True)
class Talk:
    """What a made dialogue is like; anchors are so many s apart, shares are of turns."""

    count: int = 250
    voices: tuple[str, str] = ("en-gb", "en-us")
    pitches: tuple[int, int] = (30, 70)
    speeds: tuple[int, int] = (165, 165)
    loudness: tuple[int, int] = (100, 100)
    unsteady: float = 0.08
    overlap: float = 0.0
    noise_db: float | None = None
    anchors_s: float = 300
    left_out: float = 0.0


TALKS = {
    "two voices": Talk(),
    "one voice": Talk(voices=("en-gb", "en-gb"), pitches=(50, 50)),
    "noise 3 dB below the voices": Talk(noise_db=3),
    "like voices, overlap, noise": Talk(
        voices=("en-gb", "en-gb-scotland"), pitches=(40, 50), speeds=(190, 140), unsteady=0.25,
        loudness=(100, 45), overlap=0.3, noise_db=15,
    ),
    "turns left out, no anchors": Talk(unsteady=0.2, overlap=0.15, noise_db=20, anchors_s=1e9, left_out=0.05),
}  # fmt: skip


def talked(talk, seed, path):
    """Turns with anchors, when each begins, and the recording."""
    draw = random.Random(seed)
    words = [w for turn in opened(SAMPLE / "session.vtt").turns for w in re.findall(r"[A-Za-z']+", turn.text)]  # fmt: skip
    sound = np.zeros(RATE * talk.count * 20, np.float32)
    turns, starts, at, last, anchored = [], [], 1.0, 0.0, -1e9
    for n in range(talk.count):
        who = n % 2
        if draw.random() < 0.35:
            text = draw.choice(["Mmm", "Yeah", "Yeah, yeah", "Right", "Uh huh", "No"])
        else:
            many = max(1, int(draw.lognormvariate(2.0, 0.9)))
            place = draw.randrange(len(words) - many)
            text = " ".join(words[place : place + many])
        speed = max(80, int(talk.speeds[who] * np.exp(draw.gauss(0, talk.unsteady))))
        voice = (talk.voices[who], speed, int(draw.gauss(talk.pitches[who], 6)))
        samples = say(text, *voice, talk.loudness[who])
        at += draw.lognormvariate(-0.7, 0.8) if draw.random() < 0.6 else 0.1
        at += draw.uniform(2, 15) if draw.random() < 0.03 else 0
        begins = max(last + 0.3, at - 0.6) if draw.random() < talk.overlap else at
        first = int(begins * RATE)
        sound[first : first + len(samples)] += samples
        at, last = max(at, begins + len(samples) / RATE), begins
        if draw.random() >= talk.left_out:
            known = begins - anchored >= talk.anchors_s
            anchored = begins if known else anchored
            ms = round(begins * 1000)
            times = (ms, None, ANCHOR) if known else (None, None, NONE)
            turns.append(Turn(f"{n}", n + 1, n + 1, "TC"[who], text, *times))
            starts.append(ms)
    sound = sound[: int((at + 1) * RATE)]
    if talk.noise_db is not None:
        level = np.sqrt((sound[np.abs(sound) > 0.01] ** 2).mean()) * 10 ** (-talk.noise_db / 20)
        sound = sound + level * np.random.default_rng(seed).standard_normal(len(sound))
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((sound / np.abs(sound).max() * 30_000).astype(np.int16).tobytes())
    return turns, starts, path


@spoken
@pytest.mark.parametrize("name", TALKS)
def test_made_dialogues(tmp_path, name):
    turns, starts, path = talked(TALKS[name], 21, tmp_path / "a.wav")
    plain, fitted = compared(name, (turns, (), ()), starts, speech(path))
    assert fitted < plain / 2


# Not ru_maxrss: a child inherits its parent's.
MEASURE = """
import sys, time
from pathlib import Path
from coder.recording import speech
from coder.session import Turn
from coder.transcripts.fitting import fit

def most():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

begun = time.process_time()
found = speech(Path(sys.argv[1]))
print(time.process_time() - begun, most() / 1000)
begun = time.process_time()
turns = [Turn(str(n), n, n, "TC"[n % 2], "said " * (n * 7 % 19 + 1)) for n in range(3000)]
assert len(fit(turns, found.stretches, end_ms=found.duration_ms, voice=found.voice)) == 3000
print(time.process_time() - begun, most() / 1000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the high-water mark is read from /proc")
def test_ninety_minutes_take_less_than_a_minute_and_300_mb(tmp_path):
    draw = np.random.default_rng(1)
    with wave.open(str(tmp_path / "a.wav"), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(44_100)
        for _ in range(90):  # a minute each: bursts of noise of a second and a half, and pauses
            level = np.repeat(np.tile([3000, 3000, 3000, 30], 30), 44_100 // 2)
            samples = (draw.standard_normal(len(level)) * level).clip(-32_000, 32_000)
            out.writeframes(np.repeat(samples.astype(np.int16), 2).tobytes())
    command = [sys.executable, "-c", MEASURE, tmp_path / "a.wav"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    heard_s, heard_mb, fitted_s, fitted_mb = (float(each) for each in done.stdout.split())
    sys.stdout.write(
        f"\n90 min: speech {heard_s:.1f} s, process {heard_mb:.0f} MB;"
        f" 3,000 turns fitted {fitted_s:.1f} s, process {fitted_mb:.0f} MB\n"
    )
    assert heard_s + fitted_s < 60
    assert fitted_mb < 300
