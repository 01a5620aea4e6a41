"""What a rater does in the window, and what is on the disk afterwards."""

import dataclasses

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent

from coder.coding import Family, Kind, Outcome, State
from coder.errors import CoderError
from coder.study import Study
from coder.ui import dialogs
from coder.ui.palette import MARKER

from .conftest import saved


def wait(qtbot, window):
    qtbot.waitUntil(lambda: saved(window))


def choose(window, *rows):
    turns = window.coding.turns
    model, selection = turns.turns, turns.selectionModel()
    turns.setCurrentIndex(model.index(rows[0]))
    for row in rows[1:]:
        selection.select(model.index(row), selection.SelectionFlag.Select)


def kept(window, rater="Ada"):
    with Study.open(window.workspace.study.path, write=False) as study:
        found = study.coded(None, raters=[study.rater(rater)])
        return found[0] if found else None


def test_typing_in_the_transcript_chooses_a_marker_and_enter_marks_the_chosen_turn(coding, qtbot):
    choose(coding, 5)
    qtbot.keyClicks(coding.coding.turns, "d")
    assert coding.coding.palette_panel.typed.text() == "d"
    qtbot.keyClicks(coding.coding.palette_panel.typed, "enial")
    qtbot.keyClick(coding.coding.palette_panel.typed, Qt.Key.Key_Return)
    wait(qtbot, coding)
    (mark,) = kept(coding).marks
    assert (mark.marker, mark.family, mark.anchor.start_ms) == ("denial", Family.WITHDRAWAL, 15_000)
    assert mark.anchor.quote == "Fine. It is fine."
    assert coding.coding.palette_panel.typed.text() == ""


def test_family_and_clarity_are_one_key_each(coding, qtbot):
    choose(coding, 7)
    panel = coding.coding.palette_panel
    panel.start("questions")
    qtbot.keyClick(panel.typed, Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(panel.typed, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(panel.typed, Qt.Key.Key_Return)
    wait(qtbot, coding)
    (mark,) = kept(coding).marks
    assert (mark.family, mark.clarity) == (Family.BOTH, 3)


def test_the_palette_keeps_the_forms_order_and_arrows_walk_it(coding, qtbot):
    panel = coding.coding.palette_panel
    panel.start()
    order = [panel.markers.index(row).data(MARKER).id for row in range(panel.markers.rowCount())]
    assert order == [marker.id for marker in coding.workspace.scheme.markers]
    qtbot.keyClick(panel.typed, Qt.Key.Key_Down)
    assert panel.list.currentIndex().row() == 1
    qtbot.keyClick(panel.typed, Qt.Key.Key_Up)
    assert panel.list.currentIndex().row() == 0


def test_a_short_code_typed_whole_selects_its_marker_alone(coding):
    panel = coding.coding.palette_panel
    marker = coding.workspace.scheme.marker("storytelling")
    panel.start(marker.key)
    assert [panel.markers.index(r).data(MARKER).id for r in range(panel.markers.rowCount())] == [
        "storytelling"
    ]
    assert "Storytelling" in panel.rule.toPlainText()
    panel.start("zzzz")
    assert panel.markers.rowCount() == 0
    assert "No marker" in panel.rule.toPlainText()


@pytest.mark.parametrize(
    ("slot", "family"),
    [
        ("flag_withdrawal", "withdrawal"),
        ("flag_confrontation", "confrontation"),
        ("flag_both", "both"),
        ("flag_unsure", "unsure"),
    ],
)
def test_a_flag_drops_with_its_family(coding, qtbot, slot, family):
    choose(coding, 3)
    coding.act(slot)
    wait(qtbot, coding)
    (mark,) = kept(coding).marks
    assert (mark.kind, mark.family, mark.marker) == (Kind.FLAG, family, None)


def test_a_key_while_playing_marks_the_patients_last_substantive_turn(coding, qtbot, monkeypatch):
    # At 9.5 s less 1 s reaction the therapist's “Mmm” (6 s) sounds last but the patient spoke at 3 s.
    player = coding.coding.player
    monkeypatch.setattr(type(player), "playing", property(lambda _self: True))
    monkeypatch.setattr(type(player), "now_ms", property(lambda _self: 9_500))
    coding.act("flag_withdrawal")
    wait(qtbot, coding)
    (mark,) = kept(coding).marks
    assert mark.anchor.quote == "I suppose so. It was a busy week."
    assert mark.anchor.start_ms == 5_800  # the moment heard, kept within the turn (3.0 to 5.8 s)


def test_the_moment_is_taken_when_typing_begins_not_when_enter_is_pressed(
    coding, qtbot, monkeypatch
):
    player, now = coding.coding.player, [4_500]
    monkeypatch.setattr(type(player), "playing", property(lambda _self: True))
    monkeypatch.setattr(type(player), "now_ms", property(lambda _self: now[0]))
    qtbot.keyClicks(coding.coding.palette_panel.typed, "story")
    now[0] = 12_000
    qtbot.keyClick(coding.coding.palette_panel.typed, Qt.Key.Key_Return)
    wait(qtbot, coding)
    (mark,) = kept(coding).marks
    assert (mark.anchor.quote, mark.anchor.start_ms) == ("I suppose so. It was a busy week.", 3_500)


def test_the_form_is_filled_episode_precipitant_places_outcomes_and_repair(
    coding, qtbot, monkeypatch
):
    coding.act("open_episode")
    coding.coding.episode.precipitant.setPlainText("Pressed the diary")
    coding.coding.episode.keep()
    choose(coding, 0)
    coding.act("place_precipitant")
    choose(coding, 4)
    coding.act("place_precipitant")
    choose(coding, 5)
    coding.coding.palette_panel.start("denial")
    coding.coding.palette_panel.choose()
    for box, row in ((coding.coding.episode.before, 3), (coding.coding.episode.after, 1)):
        box.setCurrentIndex(row)
        box.activated.emit(row)
    monkeypatch.setattr(dialogs, "ask_words", lambda *_args, **_more: "I needed a moment first")
    choose(coding, 9, 10, 11)
    coding.act("add_statement")
    monkeypatch.setattr(dialogs, "ask_words", lambda *_args, **_more: "softer, joins in")
    for row in (9, 11):
        choose(coding, row)
        coding.act("add_shift")
    wait(qtbot, coding)
    coded = kept(coding)
    (episode,) = coded.episodes
    assert (episode.number, episode.precipitant) == (1, "Pressed the diary")
    assert (episode.outcome_before, episode.outcome_after) == (Outcome.NOT, Outcome.REPAIRED)
    kinds = [mark.kind for mark in coded.marks]
    assert kinds == [
        Kind.PRECIPITANT,
        Kind.PRECIPITANT,
        Kind.MARKER,
        Kind.STATEMENT,
        Kind.SHIFT,
        Kind.SHIFT,
    ]
    assert all(mark.episodes == (episode.id,) for mark in coded.marks)
    statement = coded.marks[3]
    assert (
        statement.anchor.quote
        == "I think I needed a moment first. … before we began with the list."
    )
    assert statement.text == "I needed a moment first"
    assert "at 0:00, 0:12" in coding.coding.episode.places.text()
    shown = [
        coding.coding.episode.entries.topLevelItem(n).text(0)
        for n in range(coding.coding.episode.entries.topLevelItemCount())
    ]
    assert "Denial" in shown
    assert [
        coding.coding.episode.entries.topLevelItem(n).text(1)
        for n, text in enumerate(shown)
        if text.startswith("Affective")
    ] == ["0:27 / 0:33"]


def test_undo_and_redo_are_named_and_reach_over_a_restart(coding, qtbot, study_path, told):
    choose(coding, 5)
    coding.act("flag_both")
    wait(qtbot, coding)
    assert coding.actions_of["undo"].text() == "Undo: flag flag at 0:15"
    coding.workspace.tasks.close()
    coding.workspace.study.close()
    coding.show_study(Study.open(study_path))
    coding.studies.code_as("Ada", "samstag-2003")
    coding.act("undo")
    wait(qtbot, coding)
    assert coding.workspace.marks == {}
    assert kept(coding).marks == ()
    coding.act("redo")
    wait(qtbot, coding)
    assert len(kept(coding).marks) == 1


def test_marks_are_moved_edited_and_deleted(coding, qtbot, monkeypatch):
    choose(coding, 1)
    coding.act("flag_unsure")
    coding.act("mark_later")
    coding.act("mark_earlier")
    coding.act("mark_later")
    wait(qtbot, coding)
    (mark,) = kept(coding).marks
    assert mark.anchor.quote.startswith("My brother")

    def answer(_parent, _title, fields, _hint=""):
        named = dict(fields)
        named["Marker"].setCurrentIndex(named["Marker"].findData("other-people"))
        named["Family"].setCurrentIndex(0)
        named["Clarity"].setCurrentIndex(2)
        named["Note"].setText("the brother again")
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    coding.act("edit_mark")
    wait(qtbot, coding)
    (mark,) = kept(coding).marks
    assert (mark.kind, mark.marker, mark.clarity, mark.note) == (
        Kind.MARKER,
        "other-people",
        2,
        "the brother again",
    )
    coding.act("delete_mark")
    wait(qtbot, coding)
    assert kept(coding).marks == ()


def test_a_note_is_typed_beside_the_chosen_mark(coding, qtbot):
    choose(coding, 3)
    coding.act("flag_withdrawal")
    coding.coding.episode.note.setText("leaves the subject")
    coding.coding.episode.note.editingFinished.emit()
    wait(qtbot, coding)
    assert kept(coding).marks[0].note == "leaves the subject"


def test_phases_are_marked_by_key_and_out_of_order_ones_refused(coding, qtbot, told):
    choose(coding, 6)
    coding.act("begin_measure")
    choose(coding, 8)
    coding.act("begin_feedback")
    wait(qtbot, coding)
    with Study.open(coding.workspace.study.path, write=False) as study:
        session = study.session("P1/1")
    assert (session.measure_ms, session.feedback_ms) == (18_000, 24_000)
    choose(coding, 0)
    coding.act("begin_feedback")
    assert "after the measure" in told[-1]


def test_a_threat_shows_the_risk_notice_before_it_is_coded(coding, qtbot, told):
    choose(coding, 7)
    coding.coding.palette_panel.start("passive")
    coding.coding.palette_panel.choose()
    assert "protocol" in told[-1]
    wait(qtbot, coding)
    assert kept(coding).marks[0].family is None


def test_what_the_store_refuses_is_taken_back_and_said(coding, qtbot, told, monkeypatch):
    def refuse(*_args, **_more):
        raise CoderError("disk_full", path="x")

    choose(coding, 5)
    monkeypatch.setattr(Study, "apply", refuse)
    coding.act("flag_both")
    assert len(coding.workspace.marks) == 1  # drawn at once, as pending
    assert "saving" in coding.saved.text()
    qtbot.waitUntil(lambda: bool(told))
    assert "disk" in told[-1]
    assert coding.workspace.marks == {}
    assert "not saved" in coding.saved.text()


def test_a_submitted_coding_is_locked_in_the_window(coding, qtbot, monkeypatch):
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    coding.act("submit")
    qtbot.waitUntil(lambda: coding.workspace.coding.state == State.SUBMITTED)
    choose(coding, 5)
    coding.act("flag_both")
    assert coding.workspace.marks == {}
    assert not coding.coding.palette_panel.isEnabled()


def test_the_place_is_kept(coding, qtbot, study_path):
    choose(coding, 8)
    coding.coding.player.seek(24_000)
    coding.coding.keep_place()
    qtbot.waitUntil(
        lambda: (
            coding.workspace.study.place(coding.workspace.viewer, coding.workspace.session.id)
            is not None
        )
    )
    coding.workspace.tasks.close()
    coding.workspace.study.close()
    coding.show_study(Study.open(study_path))
    coding.studies.code_as("Ada", "samstag-2003")
    assert coding.coding.turns.currentIndex().row() == 8
    assert coding.coding.player.now_ms == 24_000


def test_a_second_rater_sees_nothing_of_the_first(coding, qtbot):
    choose(coding, 5)
    coding.act("flag_both")
    wait(qtbot, coding)
    coding.studies.code_as("Ben", "samstag-2003")
    assert coding.workspace.marks == {}
    assert coding.coding.episode.entries.topLevelItemCount() <= 1
    assert "blind" in coding.who.text()
    coding.act("agree_desk")
    assert "blind" in coding.agreeing.about.text()
    assert coding.agreeing.results.rowCount() == 0


def test_a_click_on_a_chip_chooses_its_mark(coding, qtbot):
    choose(coding, 3)
    coding.act("flag_withdrawal")
    mark = coding.workspace.mark
    coding.workspace.point(None)
    turns = coding.coding.turns
    rect = turns.visualRect(turns.turns.index(3))
    ((_, box, _),) = turns.painter_of_turns.chips(
        turns.fontMetrics(), turns.painter_of_turns.strip(rect), [coding.workspace.marks[mark]]
    )
    qtbot.mouseClick(turns.viewport(), Qt.MouseButton.LeftButton, pos=box.center())
    assert coding.workspace.mark == mark
    assert turns.mark_at(QPoint(5, 5)) is None


def test_space_plays_unless_text_is_typed(coding, qtbot, monkeypatch):
    pressed = []
    monkeypatch.setattr(coding.coding.transport, "play", lambda: pressed.append(1))
    qtbot.keyClick(coding.coding.turns, Qt.Key.Key_Space)
    assert pressed == [1]
    qtbot.keyClick(coding.coding.palette_panel.typed, Qt.Key.Key_Space)
    assert pressed == [1]


def test_non_latin_letters_reach_the_palette(coding, qapp):
    # qtbot.keyClicks aborts on letters beyond ASCII; a key event with text is what a keyboard sends.
    event = QKeyEvent(QKeyEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "é")
    qapp.sendEvent(coding.coding.turns, event)
    assert coding.coding.palette_panel.typed.text() == "é"


def test_nothing_can_be_marked_while_nobody_codes(coding, qtbot):
    coding.studies.code_as("")
    choose(coding, 5)
    coding.act("flag_both")
    coding.act("open_episode")
    assert coding.workspace.marks == {}
    assert "Lead" in coding.who.text()


def test_an_untimed_session_is_coded_by_turn(coding, qtbot):
    workspace = coding.workspace
    workspace.turns = tuple(
        dataclasses.replace(turn, start_ms=None, end_ms=None) for turn in workspace.turns
    )
    choose(coding, 5)
    coding.act("flag_both")
    wait(qtbot, coding)
    (mark,) = kept(coding).marks
    assert mark.anchor.start_ms is None
    assert mark.anchor.quote == "Fine. It is fine."


def test_with_the_therapists_turn_chosen_a_mark_stands_on_what_the_patient_said_before(
    coding, qtbot
):
    choose(coding, 4)  # the therapist's question; the patient's last words are row 3
    coding.act("flag_withdrawal")
    wait(qtbot, coding)
    (mark,) = kept(coding).marks
    assert mark.anchor.quote.startswith("My brother")
    assert mark.person == "patient"
