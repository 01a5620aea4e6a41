"""Times by ear: one key a turn, a slip taken back with one key, and a guess that gives way."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from coder import imports, syncing
from coder.errors import Stopped
from coder.session import Role, TimeSource
from coder.study import Study
from coder.transcripts import Options
from coder.ui import dialogs

from .conftest import LINES, saved, write_wav

KEY = Qt.Key


@pytest.fixture
def untimed(window, tmp_path, qtbot):
    """The window on a session whose transcript has words and notes and no time at all."""
    path = tmp_path / "untimed.rupture"
    text = "".join(
        f"{who}: {said}\n" + ("(long silence)\n" if n == 4 else "")
        for n, (who, said) in enumerate(LINES)
    )
    (tmp_path / "a.txt").write_text(
        text.replace("It is fine.", "(sighs) It is fine."), encoding="utf-8"
    )
    with Study.create(path, ["samstag-2003"]) as study:
        request = imports.Request(
            "P1",
            "1",
            write_wav(tmp_path / "s.wav"),
            options=Options(roles={"T": Role.THERAPIST, "P": Role.PATIENT}),
        )
        imports.import_session(study, tmp_path / "a.txt", request)
    window.show_study(Study.open(path))
    window.studies.code_as("Ada", "samstag-2003")
    qtbot.waitUntil(lambda: saved(window))
    return window


def tap(window, qtbot, at_ms):
    window.coding.player.seek(at_ms)
    QTest.keyClick(window.coding.turns, KEY.Key_Return)
    qtbot.waitUntil(lambda: window.workspace.pending == 0)


def begun(window):
    return [
        (turn.n, turn.start_ms)
        for turn in window.workspace.turns
        if turn.times is TimeSource.TAPPED
    ]


def test_enter_taps_the_chosen_turn_and_walks_on(untimed, qtbot):
    untimed.act("tap_times")
    assert untimed.coding.tapping.banner.isVisible()
    assert "Turn 1 of 12" in untimed.coding.tapping.banner.text()
    tap(untimed, qtbot, 1000)
    tap(untimed, qtbot, 4000)
    assert begun(untimed) == [(1, 1000), (2, 4000)]
    assert untimed.coding.turns.currentIndex().row() == 2
    QTest.keyClick(untimed.coding.turns, KEY.Key_Down)
    tap(untimed, qtbot, 10_000)
    assert begun(untimed) == [(1, 1000), (2, 4000), (4, 10_000)]
    third = untimed.workspace.turns[2]
    assert (third.times, third.start_ms) == (TimeSource.INTERPOLATED, 4000 + 6000 * 8 // 9)
    kept = untimed.workspace.study.turns(untimed.workspace.session.id)
    assert untimed.workspace.turns == kept
    QTest.keyClick(untimed.coding.turns, KEY.Key_Escape)
    assert not untimed.coding.tapping.banner.isVisible()


def test_backspace_takes_the_last_tap_back_and_stands_where_it_was_made(untimed, qtbot):
    untimed.act("tap_times")
    tap(untimed, qtbot, 1000)
    tap(untimed, qtbot, 4000)
    QTest.keyClick(untimed.coding.turns, KEY.Key_Backspace)
    qtbot.waitUntil(lambda: begun(untimed) == [(1, 1000)])
    assert untimed.coding.turns.currentIndex().row() == 1
    QTest.keyClick(untimed.coding.turns, KEY.Key_Backspace)
    qtbot.waitUntil(lambda: begun(untimed) == [])
    QTest.keyClick(untimed.coding.turns, KEY.Key_Backspace)
    assert "no tap" in untimed.told.text()


def test_a_tap_that_runs_backwards_is_refused_and_its_turn_is_waited_for_again(untimed, qtbot):
    untimed.act("tap_times")
    tap(untimed, qtbot, 9000)
    tap(untimed, qtbot, 3000)
    assert "times rise from turn to turn" in untimed.told.text()
    assert begun(untimed) == [(1, 9000)]
    assert untimed.coding.turns.currentIndex().row() == 1
    tap(untimed, qtbot, 11_000)
    QTest.keyClick(untimed.coding.turns, KEY.Key_Backspace)
    qtbot.waitUntil(lambda: begun(untimed) == [(1, 9000)])


def test_pausing_and_seeking_leave_the_turn_that_is_waited_for(untimed, qtbot):
    untimed.act("tap_times")
    for at_ms in (1000, 4000, 7000):
        tap(untimed, qtbot, at_ms)
    row = untimed.coding.turns.currentIndex().row()
    untimed.coding.transport.go(20_000)
    untimed.coding.transport.back()
    untimed.coding.player.played.emit(False)
    assert untimed.coding.turns.currentIndex().row() == row == 3
    assert untimed.coding.turns.painter_of_turns.waiting == untimed.workspace.turns[3].id
    QTest.keyClick(untimed.coding.turns, KEY.Key_Up)
    assert "Turn 3 of 12" in untimed.coding.tapping.banner.text()


def test_letters_mean_nothing_while_tapping_and_another_desk_ends_it(untimed, qtbot):
    untimed.act("tap_times")
    QTest.keyClick(untimed.coding.turns, KEY.Key_D, delay=1)
    assert untimed.coding.palette_panel.typed.text() == ""
    untimed.act("agree_desk")
    assert not untimed.coding.tapping.on


def test_a_turn_whose_time_is_in_the_file_is_passed_over(coding, qtbot):
    coding.act("tap_times")
    assert not coding.coding.tapping.on
    assert "file itself gives the time" in coding.told.text()


def test_undo_takes_taps_back_outside_tapping_too(untimed, qtbot):
    untimed.act("tap_times")
    tap(untimed, qtbot, 1000)
    untimed.act("tap_times")
    assert not untimed.coding.tapping.on
    untimed.act("undo")
    qtbot.waitUntil(lambda: begun(untimed) == [])
    untimed.act("redo")
    qtbot.waitUntil(lambda: begun(untimed) == [(1, 1000)])


def test_a_key_while_it_plays_is_put_back_by_the_time_a_hand_needs(untimed, qtbot, monkeypatch):
    untimed.act("tap_times")
    monkeypatch.setattr(type(untimed.coding.player), "playing", property(lambda _self: True))
    tap(untimed, qtbot, 5000)
    ((_, start),) = begun(untimed)
    assert start == pytest.approx(5000 - untimed.workspace.settings.tap_ms, abs=60)


def test_enter_plays_the_turn_again_once_tapping_is_over(untimed, qtbot):
    untimed.act("tap_times")
    untimed.act("tap_times")
    QTest.keyClick(untimed.coding.turns, KEY.Key_Return)
    assert begun(untimed) == []


def test_without_a_recording_there_is_nothing_to_tap_along_with(untimed, qtbot):
    untimed.coding.transport.open(None, None)
    untimed.act("tap_times")
    assert not untimed.coding.tapping.on
    assert "no recording" in untimed.told.text()


def test_estimates_are_offered_and_taken_only_when_wanted(untimed, qtbot, monkeypatch, told):
    turns = untimed.workspace.turns
    found = tuple((turn.id, 1000 * turn.n) for turn in turns)
    monkeypatch.setattr(syncing, "estimates", lambda *_args: found)
    untimed.act("guess_times")
    qtbot.waitUntil(lambda: bool(told))
    assert "12 turns" in told[-1]
    assert untimed.workspace.turns == turns
    untimed.act("drop_guesses")
    assert "No time was estimated" in untimed.told.text()
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    untimed.act("guess_times")
    qtbot.waitUntil(lambda: untimed.workspace.turns[0].times is TimeSource.ESTIMATED)
    untimed.act("drop_guesses")
    qtbot.waitUntil(lambda: untimed.workspace.turns[0].times is TimeSource.NONE)


def test_estimating_can_be_stopped(untimed, qtbot, monkeypatch):
    def slow(_study, _session, _progress, stopped):
        while not stopped():
            pass
        raise Stopped

    monkeypatch.setattr(syncing, "estimates", slow)
    untimed.act("guess_times")
    untimed.act("guess_times")
    qtbot.waitUntil(lambda: "no time was changed" in untimed.told.text())


def test_notes_are_shown_and_jumped_to(untimed, qtbot):
    view = untimed.coding.turns
    assert [(row, note.text) for row, note in view.turns.notes] == [
        (4, "(long silence)"),
        (5, "(sighs)"),
    ]
    view.choose(0)
    untimed.act("next_note")
    assert view.currentIndex().row() == 4
    assert "Note 1 of 2, line 6: (long silence)" in untimed.told.text()
    untimed.act("next_note")
    assert view.currentIndex().row() == 5
    untimed.act("next_note")
    assert "no further note" in untimed.told.text()
    untimed.act("previous_note")
    assert view.currentIndex().row() == 4
    spoken = view.turns.index(4).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken.endswith("(long silence)")


def test_a_row_with_a_note_after_it_is_higher_and_lines_of_the_file_can_be_shown(untimed, qtbot):
    view = untimed.coding.turns
    one, other = (view.visualRect(view.turns.index(row)).height() for row in (4, 6))
    assert one > other
    untimed.act("show_lines")
    assert view.painter_of_turns.lines
    untimed.grab()
    tip = view.turns.index(5).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "turn 6 · line 7 of the file · no time"
    untimed.coding.search.setText("line 8")
    untimed.coding.find_next()
    assert view.currentIndex().row() == 6


def corrected(untimed, qtbot, tmp_path, monkeypatch, *swap):
    text = (tmp_path / "a.txt").read_text(encoding="utf-8").replace(*swap)
    (tmp_path / "b.txt").write_text(text, encoding="utf-8")

    def run(dialog):
        with qtbot.waitSignal(dialog.shown, timeout=20_000):
            dialog.inspect(tmp_path / "b.txt")
        return True

    monkeypatch.setattr(dialogs, "run", run)
    untimed.act("import_version")
    study, session = untimed.workspace.study, untimed.workspace.session
    qtbot.waitUntil(lambda: len(study.transcripts(session.id)) == 2)
    qtbot.waitUntil(lambda: untimed.workspace.session is not None)


def test_a_corrected_transcript_keeps_marks_and_lists_those_whose_words_are_gone(
    untimed, qtbot, tmp_path, monkeypatch
):
    workspace, view = untimed.workspace, untimed.coding.turns
    for row in (5, 7):
        view.choose(row)
        untimed.act("flag_withdrawal")
    qtbot.waitUntil(lambda: saved(untimed) and len(workspace.marks) == 2)
    corrected(untimed, qtbot, tmp_path, monkeypatch, "diary is for", "homework is for")
    qtbot.waitUntil(lambda: "1 without their words" in untimed.coding.sessions.index(0).data())
    here = {turn.id: turn.n for turn in workspace.turns}
    assert sorted(here.get(m.anchor.turns[0], 0) for m in workspace.marks.values()) == [0, 6]

    def put(dialog):
        assert dialog.list.count() == 1
        assert "diary is for" in dialog.list.item(0).text()
        return True

    monkeypatch.setattr(dialogs, "run", put)
    view.choose(7)
    untimed.act("marks_left_behind")
    qtbot.waitUntil(lambda: saved(untimed))
    (mark,) = [m for m in workspace.marks.values() if here[m.anchor.turns[0]] == 8]
    assert mark.anchor.quote == workspace.turns[7].text
    untimed.act("marks_left_behind")
    assert "Every mark stands on its words" in untimed.told.text()


def test_what_the_import_left_out_can_be_looked_at_later(untimed, monkeypatch):
    shown = []
    monkeypatch.setattr(dialogs, "ask_form", lambda *args: bool(shown.append(args)))
    untimed.act("import_report")
    _, title, ((_, listed),), how = shown[0]
    assert title == "Left out of P1/1"
    assert listed.count() == 0
    assert how == "version 1, a.txt, text, utf-8"
