"""The player: where it stands, and when it stops. Real media, in silence, without a device."""

import itertools
import time

import pytest
from PySide6.QtMultimedia import QMediaPlayer

from coder.ui.player import Player

from .conftest import write_wav


@pytest.fixture
def player(qtbot, qapp, tmp_path):
    made = Player()
    made.open(write_wav(tmp_path / "tone.wav", seconds=4), offset_ms=100_000, duration_ms=4_000)
    qtbot.waitUntil(lambda: made._loaded, timeout=5000)
    yield made
    made.open(None)
    qtbot.wait(20)  # the event loop ends it; Python must not
    made.deleteLater()


def test_a_seek_lands_where_it_was_told_to(player):
    for at_ms in (100_000, 101_234, 103_999):
        player.seek(at_ms)
        assert player.now_ms == at_ms
        assert abs(player._player.position() - (at_ms - 100_000)) <= 20


def test_a_seek_before_the_media_is_loaded_is_not_lost(qtbot, qapp, tmp_path):
    made = Player()
    made.open(write_wav(tmp_path / "tone.wav", seconds=3), offset_ms=0, duration_ms=3_000)
    made.seek(1_500)
    assert made.now_ms == 1_500
    qtbot.waitUntil(lambda: made._loaded, timeout=5000)
    assert abs(made._player.position() - 1_500) <= 20
    made.open(None)


@pytest.mark.parametrize("paused", [False, True])
def test_a_key_to_play_before_the_media_is_loaded_is_not_lost(qtbot, qapp, tmp_path, paused):
    made = Player()
    made.open(write_wav(tmp_path / "tone.wav", seconds=3), offset_ms=0, duration_ms=3_000)
    made.seek(1_000)
    made.play()
    if paused:
        made.pause()
    qtbot.waitUntil(lambda: made._loaded, timeout=5000)
    assert made.playing is not paused
    made.open(None)
    qtbot.wait(20)


def test_the_media_asked_for_last_is_what_plays_however_fast_they_follow(qtbot, qapp, tmp_path):
    made = Player()
    file = write_wav(tmp_path / "tone.wav", seconds=3)
    for path in (file, None, file, file):
        made.open(path, offset_ms=0, duration_ms=3_000)
    made.seek(1_000)
    made.play()
    qtbot.waitUntil(lambda: made.playing, timeout=5000)
    qtbot.waitUntil(lambda: made.now_ms > 1_200, timeout=5000)
    made.open(file, offset_ms=0, duration_ms=3_000)  # the same again
    qtbot.waitUntil(lambda: made._loaded, timeout=5000)
    made.open(None)
    qtbot.wait(20)


def test_a_seek_beyond_the_recording_stays_in_it(player):
    player.seek(50_000)
    assert player.now_ms == 100_000
    player.seek(999_999)
    assert player.now_ms == 104_000


def test_a_turn_ends_on_time(player, qtbot):
    stopped = []
    player.played.connect(
        lambda playing: stopped.append(time.perf_counter()) if not playing else None
    )
    player.play_span(100_500, 101_200)
    qtbot.waitUntil(lambda: player.playing)
    qtbot.waitUntil(lambda: bool(stopped), timeout=4000)
    # Where it says it stands; the store keeps this moment.
    assert abs(player.now_ms - 101_200) <= 25


def test_the_playhead_moves_between_the_players_own_signals(player, qtbot):
    seen = []
    player.moved.connect(seen.append)
    player.play_span(100_000, None)
    qtbot.wait(700)
    player.pause()
    assert len(set(seen)) > 15
    assert seen == sorted(seen) or max(b - a for a, b in itertools.pairwise(seen)) < 200


def test_a_loop_begins_again(player, qtbot):
    player.loop = (100_200, 100_500)
    seen = []
    player.moved.connect(seen.append)
    player.play_span(100_200, None)
    qtbot.wait(1_000)
    player.pause()
    assert max(seen) <= 100_600
    assert sum(1 for a, b in itertools.pairwise(seen) if b < a - 100) >= 2


def test_a_faster_rate_moves_the_playhead_faster(player, qtbot):
    player.set_rate(2.0)
    player.play_span(100_000, None)
    qtbot.waitUntil(lambda: player.now_ms > 100_050)
    start, began = player.now_ms, time.perf_counter()
    qtbot.wait(600)
    ratio = (player.now_ms - start) / 1000 / (time.perf_counter() - began)
    player.pause()
    assert 1.5 < ratio < 2.5


def test_the_end_of_the_recording_is_the_end(player, qtbot):
    player.play_span(103_700, None)
    qtbot.waitUntil(
        lambda: player._player.mediaStatus() == QMediaPlayer.MediaStatus.EndOfMedia, timeout=4000
    )
    assert player.now_ms == 104_000


@pytest.mark.qt_log_ignore("Could not open media")
def test_what_cannot_be_played_is_said(qtbot, qapp, tmp_path):
    path = tmp_path / "no.wav"
    path.write_bytes(b"RIFFnothing")
    made, told = Player(), []
    made.failed.connect(told.append)
    made.open(path)
    qtbot.waitUntil(lambda: bool(told), timeout=5000)
    made.open(None)


def test_the_transport_steps_loops_and_changes_speed(coding):
    transport, player = coding.coding.transport, coding.coding.player
    player.seek(10_000)
    for slot, expected in (
        ("forward", 15_000),
        ("back", 10_000),
        ("nudge_forward", 11_000),
        ("nudge_back", 10_000),
    ):
        getattr(transport, slot)()
        assert player.now_ms == expected
    transport.loop_start()
    assert player.loop == (10_000, 20_000)
    player.seek(14_000)
    transport.loop_end()
    assert player.loop == (10_000, 14_000)
    assert coding.coding.timeline.loop == (10_000, 14_000)
    transport.loop_off()
    for slot, rate in (
        ("faster", 1.25),
        ("faster", 1.5),
        ("faster", 2.0),
        ("faster", 2.0),
        ("slower", 1.5),
    ):
        getattr(transport, slot)()
        assert player.rate == rate
    assert "1.5×" in transport.about.text()


def test_resuming_steps_back_a_little(coding, monkeypatch):
    player = coding.coding.player
    played = []
    monkeypatch.setattr(player, "play", lambda: played.append(player.now_ms))
    player.seek(20_000)
    coding.act("play")
    assert played == [18_000]


def test_replay_plays_the_chosen_turn_to_its_end(coding, monkeypatch):
    spans = []
    monkeypatch.setattr(
        coding.coding.player, "play_span", lambda start, end: spans.append((start, end))
    )
    coding.coding.turns.setCurrentIndex(coding.coding.turns.turns.index(3))
    coding.act("replay")
    assert spans == [(9_000, 11_800)]


def test_stopping_chooses_the_turn_that_was_heard(coding, qtbot):
    player = coding.coding.player
    player.seek(16_500)
    player.play()
    qtbot.waitUntil(lambda: player.now_ms > 16_700)
    player.pause()
    qtbot.waitUntil(lambda: coding.coding.turns.currentIndex().row() == 5)


def test_a_session_whose_recording_is_gone_is_still_coded(coding, qtbot, tmp_path):
    (tmp_path / "session.wav").rename(tmp_path.parent / "away.wav")
    coding.workspace.open_session(coding.workspace.session)
    assert "not where it was" in coding.coding.transport.about.text()
    coding.coding.turns.setCurrentIndex(coding.coding.turns.turns.index(5))
    coding.act("flag_both")
    assert len(coding.workspace.marks) == 1
