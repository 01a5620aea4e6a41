"""Peaks of an hour against bare decoding, in one run: a ratio holds on any machine.

Run: python -m pytest tests/benchmarks/test_peaks.py -o addopts="" -s
"""

import subprocess
import sys
import time
from fractions import Fraction

import av
import numpy as np
import pytest

from coder.recording import peaks, scan

MINUTES = 60
# name: codec, rate, layout, the most that peaks may take of bare decoding
KINDS = {
    "hour.wav": ("pcm_s16le", 44100, "mono", 2.3),
    "hour.mp3": ("libmp3lame", 44100, "stereo", 1.8),
    "hour.m4a": ("aac", 44100, "stereo", 1.8),
    "hour.ogg": ("libopus", 48000, "mono", 1.8),
    "hour.flac": ("flac", 44100, "stereo", 1.8),
}


def minute(rate, layout):
    """A minute of bursts and noise, about as busy as talk."""
    at = np.arange(rate * 60) / rate
    bursts = np.sin(2 * np.pi * 220 * at) * 8000 * (np.sin(2 * np.pi * 0.4 * at) > 0)
    samples = (bursts + np.random.default_rng(1).normal(0, 200, at.size)).astype(np.int16)
    channels = 2 if layout == "stereo" else 1
    frame = av.AudioFrame.from_ndarray(np.repeat(samples, channels)[None, :], "s16", layout)
    frame.sample_rate, frame.time_base, frame.pts = rate, Fraction(1, rate), 0
    return frame


def record(path, codec, rate, layout):
    """Encode one minute and write its packets again for each minute of the hour.

    FLAC numbers its frames inside them, so there the whole hour is encoded; it is quick.
    """
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        if codec == "flac":
            frame = minute(rate, layout)
            for n in range(MINUTES):
                frame.pts = n * 60 * rate
                out.mux(stream.encode(frame))
            out.mux(stream.encode(None))
            return path
        encoded = stream.encode(minute(rate, layout)) + stream.encode(None)
        once = [(bytes(packet), packet.duration, packet.time_base) for packet in encoded]
        at = 0
        for data, duration, time_base in once * MINUTES:
            packet = av.Packet(data)
            packet.stream, packet.time_base = stream, time_base
            packet.pts = packet.dts = at
            packet.duration = duration
            at += duration
            out.mux(packet)
    return path


@pytest.fixture(scope="session")
def hours(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hours")
    return {name: record(folder / name, *kind[:3]) for name, kind in KINDS.items()}


def decode(path):
    with av.open(str(path)) as container:
        for _ in container.decode(audio=0):
            pass


def seconds(work, path):
    begun = time.perf_counter()
    work(path)
    return time.perf_counter() - begun


@pytest.mark.parametrize("name", KINDS)
def test_peaks_take_little_longer_than_decoding(hours, name, benchmark):
    path = hours[name]
    assert scan(path).duration_ms == pytest.approx(MINUTES * 60_000, rel=0.002)
    decode(path)
    bare, taken = [], []
    for _ in range(3):
        bare.append(seconds(decode, path))
        taken.append(seconds(peaks, path))
    ratio = min(taken) / min(bare)
    scanned = seconds(scan, path)
    benchmark.extra_info.update(bare_s=min(bare), ratio=ratio, scan_s=scanned)
    benchmark.pedantic(peaks, args=(path,), rounds=1)
    sys.stdout.write(
        f"\n{name}: decoding {min(bare):.2f} s, peaks {min(taken):.2f} s, "
        f"ratio {ratio:.2f}, scan with fingerprint {scanned:.2f} s\n"
    )
    assert ratio <= KINDS[name][3]


# Not ru_maxrss: a child inherits its parent's.
MEASURE = """
import sys
from pathlib import Path
from coder.recording import peaks
import av, av.filter

def most():
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

with av.open(sys.argv[1]) as container:
    next(container.decode(audio=0))
before = most()
peaks(Path(sys.argv[1]))
print((most() - before) / 1000)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the high-water mark is read from /proc")
@pytest.mark.parametrize("name", KINDS)
def test_peaks_of_an_hour_take_little_memory(hours, name):
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, hours[name]], capture_output=True, text=True, check=True
    )
    extra = float(done.stdout)
    sys.stdout.write(f"\n{name}: {extra:.0f} MB more than before\n")
    assert extra < 40


def test_columns_are_drawn_in_a_fifth_of_a_millisecond(hours, benchmark):
    taken = peaks(hours["hour.ogg"])
    benchmark(taken.columns, 0, MINUTES * 60_000, 1200)
    spent = min(
        seconds(lambda _: [taken.columns(0, MINUTES * 60_000, 1200) for _ in range(100)], None)
        for _ in range(5)
    )
    sys.stdout.write(f"\n1200 columns of an hour: {spent * 10:.3f} ms\n")
    assert spent / 100 < 0.0002
