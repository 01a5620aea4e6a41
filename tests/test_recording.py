import hashlib
import shutil
import struct
import threading
import wave
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
import pytest
from av.stream import Disposition

from coder.errors import CoderError, Stopped
from coder.recording import (
    Scan,
    find_by_hash,
    fingerprint,
    peaks,
    scan,
)
from coder.words import say

# A second of silence, a second of a 400 Hz tone at half of full scale, a second of silence.
FORMATS = {
    "wav": ("x.wav", "pcm_s16le", 44100, "stereo", "pcm_s16le"),
    "mp3": ("x.mp3", "libmp3lame", 44100, "mono", "mp3"),
    "m4a": ("x.m4a", "aac", 44100, "stereo", "aac"),
    "opus": ("x.ogg", "libopus", 48000, "mono", "opus"),
    "vorbis": ("x.ogg", "vorbis", 44100, "stereo", "vorbis"),
    "flac": ("x.flac", "flac", 22050, "mono", "flac"),
}


def tone(rate, seconds=1.0, level=0.5):
    at = np.arange(round(rate * seconds)) / rate
    return (np.sin(2 * np.pi * 400 * at) * 32767 * level).astype(np.int16)


def hush(rate, seconds=1.0):
    return np.zeros(round(rate * seconds), np.int16)


def frames(samples, rate, layout, at=0):
    channels = 2 if layout == "stereo" else 1
    frame = av.AudioFrame.from_ndarray(np.repeat(samples, channels)[None, :], "s16", layout)
    frame.sample_rate = rate
    frame.time_base = Fraction(1, rate)
    frame.pts = at
    return frame


def record(path, codec, rate, layout, *pieces):
    """Write (start in seconds, samples) pieces as one recording."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate, layout=layout)
        if codec == "vorbis":
            stream.codec_context.options = {"strict": "experimental"}
        for begun, samples in pieces:
            out.mux(stream.encode(frames(samples, rate, layout, round(begun * rate))))
        out.mux(stream.encode(None))
    return path


def plain(path, samples, rate=8000):
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(np.asarray(samples, np.int16).tobytes())
    return path


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    folder = tmp_path_factory.mktemp("recorded")
    made = {}
    for name, (file, codec, rate, layout, _) in FORMATS.items():
        (folder / name).mkdir()
        whole = np.concatenate([hush(rate), tone(rate), hush(rate)])
        made[name] = record(folder / name / file, codec, rate, layout, (0, whole))
    return made


@pytest.mark.parametrize("name", FORMATS)
def test_a_scan_tells_how_long_a_recording_lasts(recorded, name):
    found = scan(recorded[name])
    assert found.duration_ms == pytest.approx(3000, abs=30)
    assert found.codec == FORMATS[name][4]
    assert found.size == recorded[name].stat().st_size
    assert found.sha256 == hashlib.sha256(recorded[name].read_bytes()).hexdigest()
    assert not found.has_video


@pytest.mark.parametrize("name", FORMATS)
def test_peaks_show_the_tone_where_it_sounds(recorded, name):
    taken = peaks(recorded[name])
    assert taken.rate == 100
    assert taken.duration_ms == pytest.approx(3000, abs=30)
    low, high = taken.levels[0][:, 0] / 32768, taken.levels[0][:, 1] / 32768
    # Lossy codecs smear an onset by a frame (26 ms) and ring a little.
    assert np.all(high[5:90] < 0.05)
    assert np.all(low[5:90] > -0.05)
    assert np.all(np.abs(high[110:190] - 0.5) < 0.05)
    assert np.all(np.abs(low[110:190] + 0.5) < 0.05)
    assert np.all(high[210:290] < 0.05)
    onset = np.flatnonzero(high > 0.25)
    assert onset[0] == pytest.approx(100, abs=3)
    assert onset[-1] == pytest.approx(200, abs=3)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.97])
def test_a_truncated_file_gives_what_is_there_or_a_plain_error(recorded, name, share, tmp_path):
    whole = recorded[name].read_bytes()
    cut = tmp_path / recorded[name].name
    cut.write_bytes(whole[: int(len(whole) * share)])
    for read in (scan, peaks):
        told = ""
        found = 0
        try:
            found = read(cut).duration_ms
        except CoderError as trouble:
            told = say(trouble)
        assert str(cut) in told or 0 < found <= 3100


def test_a_truncated_wav_lasts_as_long_as_its_sound_and_not_as_its_header_says(tmp_path):
    cut = plain(tmp_path / "a.wav", tone(8000, 10))
    cut.write_bytes(cut.read_bytes()[: 44 + 8000 * 2 * 4])
    assert scan(cut).duration_ms == 4000
    assert peaks(cut).duration_ms == 4000


def test_a_missing_recording_is_named(tmp_path):
    for read in (scan, peaks, fingerprint):
        with pytest.raises(CoderError) as told:
            read(tmp_path / "Sitzung Übung 3.mp3")
        assert told.value.key == "recording_missing"
        assert "Sitzung Übung 3.mp3" in say(told.value)


def test_an_empty_recording_is_named(tmp_path):
    (tmp_path / "a.mp3").touch()
    with pytest.raises(CoderError) as told:
        scan(tmp_path / "a.mp3")
    assert told.value.key == "recording_empty"


def test_a_folder_is_no_recording(tmp_path):
    with pytest.raises(CoderError) as told:
        scan(tmp_path)
    assert told.value.key == "recording_missing"
    with pytest.raises(CoderError) as told:
        fingerprint(tmp_path)
    assert told.value.key in {"recording_unreadable", "recording_missing"}


def test_a_text_is_no_recording(tmp_path):
    (tmp_path / "a.mp3").write_text("T: How are you? P: Fine.\n" * 200, encoding="utf-8")
    with pytest.raises(CoderError) as told:
        peaks(tmp_path / "a.mp3")
    assert told.value.key == "recording_unreadable"
    assert "a.mp3" in say(told.value)


@pytest.mark.parametrize(
    "playlist",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{path}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{path}'\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"/>',
    ],
)
def test_a_playlist_opens_nothing_else(recorded, playlist, tmp_path):
    listed = tmp_path / "list.m3u8"
    listed.write_text(playlist.format(path=recorded["mp3"]), encoding="utf-8")
    with pytest.raises(CoderError) as told:
        scan(listed)
    assert told.value.key == "recording_unreadable"


def test_an_unknown_codec_is_a_plain_error(tmp_path):
    sound = b"\0" * 16000
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 0x7777, 1, 8000, 16000, 2, 16)
    body = b"WAVE" + form + b"data" + struct.pack("<I", len(sound)) + sound
    (tmp_path / "a.wav").write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    with pytest.raises(CoderError) as told:
        scan(tmp_path / "a.wav")
    assert told.value.key == "recording_unreadable"


@pytest.mark.parametrize("channels", [1, 2, 4, 9])
def test_channels_are_mixed_or_refused_in_words(tmp_path, channels):
    with wave.open(str(tmp_path / "a.wav"), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(8000)
        out.writeframes(np.full(8000 * channels, 8000, np.int16).tobytes())
    told, found = "", 0
    try:
        found = peaks(tmp_path / "a.wav").duration_ms
    except CoderError as trouble:
        told = say(trouble)
    assert found == 1000 or "a.wav" in told
    assert found == 1000 or channels == 9


def test_a_header_without_sound_is_no_recording(tmp_path):
    plain(tmp_path / "a.wav", [])
    for read in (scan, peaks):
        with pytest.raises(CoderError) as told:
            read(tmp_path / "a.wav")
        assert told.value.key == "recording_no_sound"


def film(path, sound_begins, *, with_sound=True):
    with av.open(str(path), "w") as out:
        picture = out.add_stream("mpeg4", rate=10)
        picture.width = picture.height = 32
        picture.pix_fmt = "yuv420p"
        stream = out.add_stream("aac", rate=44100, layout="mono") if with_sound else None
        for n in range(30):
            frame = av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")
            frame.pts = n
            frame.time_base = Fraction(1, 10)
            out.mux(picture.encode(frame))
        out.mux(picture.encode(None))
        if stream:
            out.mux(stream.encode(frames(tone(44100), 44100, "mono", sound_begins * 44100)))
            out.mux(stream.encode(None))
    return path


def test_a_film_is_a_recording(tmp_path):
    found = scan(film(tmp_path / "a.mp4", 0))
    assert found.has_video
    assert found.codec == "aac"


def test_a_film_without_sound_is_none(tmp_path):
    with pytest.raises(CoderError) as told:
        scan(film(tmp_path / "a.mp4", 0, with_sound=False))
    assert told.value.key == "recording_no_sound"


def test_sound_that_begins_late_in_a_film_is_drawn_late(tmp_path):
    late = film(tmp_path / "a.mkv", 2)
    high = peaks(late).levels[0][:, 1]
    assert high[:190].max() < 1000
    assert high[210:290].min() > 14000
    assert scan(late).duration_ms == pytest.approx(3000, abs=60)


def test_the_cover_of_an_album_is_no_film(tmp_path):
    with av.open(str(tmp_path / "a.mp3"), "w") as out:
        stream = out.add_stream("libmp3lame", rate=44100, layout="mono")
        cover = out.add_stream("mjpeg", rate=1)
        cover.width = cover.height = 32
        cover.pix_fmt = "yuvj420p"
        cover.disposition = Disposition.attached_pic
        out.mux(cover.encode(av.VideoFrame.from_ndarray(np.zeros((32, 32, 3), np.uint8), "rgb24")))
        out.mux(cover.encode(None))
        out.mux(stream.encode(frames(tone(44100), 44100, "mono")))
        out.mux(stream.encode(None))
    assert not scan(tmp_path / "a.mp3").has_video


def test_a_gap_in_the_time_stamps_is_drawn_as_silence(tmp_path):
    gap = record(tmp_path / "a.mkv", "pcm_s16le", 8000, "mono", (0, tone(8000)), (3, tone(8000)))
    taken = peaks(gap)
    high = taken.levels[0][:, 1]
    assert taken.duration_ms == scan(gap).duration_ms == 4000
    assert high[:100].min() > 14000
    assert high[100:300].max() == 0
    assert high[300:400].min() > 14000


def test_a_time_stamp_beyond_a_day_is_not_believed(tmp_path):
    leap = record(
        tmp_path / "a.mkv", "pcm_s16le", 8000, "mono", (0, tone(8000)), (90_000, tone(8000))
    )
    assert scan(leap).duration_ms == 2000
    assert peaks(leap).duration_ms == 2000


def test_recordings_joined_end_to_end_are_read_through_a_change_of_form(tmp_path):
    one = record(tmp_path / "1.mp3", "libmp3lame", 44100, "mono", (0, tone(44100, 2)))
    two = record(tmp_path / "2.mp3", "libmp3lame", 22050, "stereo", (0, hush(22050, 2)))
    both = tmp_path / "both.mp3"
    both.write_bytes(one.read_bytes() + two.read_bytes())
    taken = peaks(both)
    assert taken.duration_ms == pytest.approx(4000, abs=150)
    assert taken.levels[0][10:190, 1].min() > 14000
    assert taken.levels[0][230:390, 1].max() < 500


def test_a_damaged_place_shifts_nothing_that_comes_after_it(tmp_path):
    rate = 44100
    whole = np.concatenate([tone(rate, 4), hush(rate, 4), tone(rate, 4)])
    good = record(tmp_path / "a.m4a", "aac", rate, "mono", (0, whole))
    data = bytearray(good.read_bytes())
    begin = data.index(b"mdat") + 4
    span = len(peaks(good).levels[0]) and (data.index(b"moov") - begin)
    data[begin + span // 30 : begin + span // 5] = b"\xff" * (span // 5 - span // 30)
    bad = tmp_path / "bad.m4a"
    bad.write_bytes(data)
    high = peaks(bad).levels[0][:, 1]
    assert len(high) == pytest.approx(1200, abs=3)
    assert high[450:790].max() < 1000
    assert high[830:1190].min() > 14000


def test_nothing_that_decodes_is_no_sound(tmp_path):
    good = record(tmp_path / "a.m4a", "aac", 44100, "mono", (0, tone(44100, 2)))
    data = bytearray(good.read_bytes())
    begin, end = data.index(b"mdat") + 4, data.index(b"moov") - 4
    data[begin:end] = b"\xff" * (end - begin)
    good.write_bytes(data)
    with pytest.raises(CoderError) as told:
        peaks(good)
    assert told.value.key == "recording_no_sound"


def test_a_damaged_title_does_not_stop_the_reading(recorded, tmp_path):
    title = b"TIT2" + struct.pack(">I", 4) + b"\0\0" + b"\x03\xff\xfe\xfd"
    tag = b"ID3\x03\0\0" + bytes([0, 0, 0, len(title)]) + title
    (tmp_path / "a.mp3").write_bytes(tag + recorded["mp3"].read_bytes())
    assert scan(tmp_path / "a.mp3").duration_ms == pytest.approx(3000, abs=60)


def test_a_name_may_hold_anything_a_disk_allows(recorded, tmp_path):
    odd = tmp_path / "concat:höre %d sitzung 🎧 [1].mp3"
    shutil.copy(recorded["mp3"], odd)
    assert scan(odd).duration_ms == scan(recorded["mp3"]).duration_ms


def test_progress_rises_to_the_end_and_is_told_often(tmp_path):
    told = []
    peaks(plain(tmp_path / "a.wav", hush(8000, 60)), progress=told.append)
    assert len(told) >= 5
    assert told[-1] == 1.0
    assert all(0 < one <= other <= 1 for one, other in pairwise(told))


def test_peaks_no_longer_wanted_stop(tmp_path):
    asked = []
    with pytest.raises(Stopped):
        peaks(
            plain(tmp_path / "a.wav", hush(8000, 60)),
            stopped=lambda: len(asked.append(1) or asked) > 1,
        )
    assert len(asked) == 2


def test_peaks_that_may_go_on_are_finished(tmp_path):
    asked = []
    long = plain(tmp_path / "a.wav", hush(8000, 60))
    assert peaks(long, stopped=lambda: bool(asked.append(1))).duration_ms == 60_000
    assert len(asked) >= 5


def test_peaks_can_be_taken_in_a_thread(recorded):
    taken = []
    thread = threading.Thread(target=lambda: taken.append(peaks(recorded["mp3"])))
    thread.start()
    thread.join(20)
    assert taken[0].duration_ms == peaks(recorded["mp3"]).duration_ms


def test_peaks_are_the_least_and_greatest_of_each_hundredth(tmp_path):
    # 8000 a second: 80 samples a hundredth. Three columns, the last of them of 40 samples.
    samples = [0] * 80 + [100, -300] * 40 + [7] * 20 + [9] * 20
    taken = peaks(plain(tmp_path / "a.wav", samples))
    assert taken.levels[0].tolist() == [[0, 0], [-300, 100], [7, 9]]
    assert taken.duration_ms == 30


def test_a_rate_that_hundredths_do_not_divide_keeps_its_seconds(tmp_path):
    rate = 11025
    samples = np.zeros(rate * 3, np.int16)
    samples[rate] = 1000
    samples[2 * rate + rate // 2] = -2000
    taken = peaks(plain(tmp_path / "a.wav", samples, rate)).levels[0]
    assert len(taken) == 300
    assert np.flatnonzero(taken[:, 1]).tolist() == [100]
    # Sample 5512 of the second lies in hundredth 49: 5512 * 100 / 11025 = 49.99.
    assert np.flatnonzero(taken[:, 0]).tolist() == [249]


def test_a_moved_recording_is_found_by_its_fingerprint(tmp_path, recorded):
    whole = recorded["mp3"].read_bytes()
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    (below / "renamed.bin").write_bytes(whole)
    (tmp_path / "a" / "same size.mp3").write_bytes(b"\0" * len(whole))
    (tmp_path / "other.mp3").write_bytes(whole + b"\0")
    sha = hashlib.sha256(whole).hexdigest()
    assert find_by_hash(tmp_path, len(whole), sha) == below / "renamed.bin"
    assert find_by_hash(tmp_path, len(whole) + 1, sha) is None
    assert find_by_hash(tmp_path / "nowhere", len(whole), sha) is None


def test_only_files_of_the_same_size_are_read(tmp_path, monkeypatch):
    for n in range(5):
        (tmp_path / f"{n}.wav").write_bytes(b"x" * (10 + n))
    read = []
    monkeypatch.setattr(
        "coder.recording.media.fingerprint", lambda path: read.append(path.name) or ""
    )
    assert find_by_hash(tmp_path, 12, "0" * 64) is None
    assert read == ["2.wav"]


def test_a_file_that_vanishes_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "1.wav").write_bytes(b"x")
    (tmp_path / "2.wav").write_bytes(b"x")
    sha = hashlib.sha256(b"x").hexdigest()

    def gone(path):
        if path.name == "1.wav":
            raise CoderError("recording_missing", path=path)
        return sha

    monkeypatch.setattr("coder.recording.media.fingerprint", gone)
    assert find_by_hash(tmp_path, 1, sha) == tmp_path / "2.wav"


def test_a_scan_is_a_value():
    one = Scan("a", 1, 2, None, "mp3")
    assert one == Scan("a", 1, 2, None, "mp3", has_video=False)
