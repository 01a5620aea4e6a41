"""What a rater does in the window, and what is on the disk afterwards."""

import dataclasses

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeyEvent

from coder.coding import Change, Family, Kind, Mark, MarkId, Outcome, State, anchor_on
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
    assert coding.actions_of["undo"].text() == "Undo: flag both at 0:15"
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
    assert "measure comes before the feedback" in told[-1]


def test_a_threat_shows_the_risk_notice_before_it_is_coded(coding, qtbot, told):
    choose(coding, 7)
    coding.coding.palette_panel.start("passive")
    coding.coding.palette_panel.choose()
    assert "protocol" in told[-1]
    wait(qtbot, coding)
    assert kept(coding).marks[0].family == Family.CONFRONTATION


def test_what_the_store_refuses_is_taken_back_and_said(coding, qtbot, told, monkeypatch):
    def refuse(*_args, **_more):
        raise CoderError("disk_full", path="x")

    choose(coding, 5)
    monkeypatch.setattr(Study, "apply", refuse)
    coding.act("flag_both")
    assert len(coding.workspace.marks) == 1  # drawn at once, as pending
    assert "saving" in coding.saved.text()
    qtbot.waitUntil(lambda: bool(told))
    assert len(told) == 1
    assert "disk" in told[-1]
    assert coding.workspace.marks == {}
    assert "not saved" in coding.saved.text()
    monkeypatch.undo()
    coding.act("flag_both")  # once there is room again, it goes on
    qtbot.waitUntil(lambda: saved(coding))
    assert len(coding.workspace.marks) == 1


def test_a_submitted_coding_is_locked_in_the_window(coding, qtbot, monkeypatch):
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    coding.act("submit")
    qtbot.waitUntil(lambda: coding.workspace.coding.state == State.SUBMITTED)
    choose(coding, 5)
    coding.act("flag_both")
    assert coding.workspace.marks == {}
    assert not coding.coding.palette_panel.isEnabled()


def test_a_submitted_coding_is_reopened_with_a_reason(coding, qtbot, monkeypatch):
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    answers = iter(["", "a turn was missed"])
    monkeypatch.setattr(dialogs, "ask_line", lambda *_args: next(answers))
    coding.act("reopen")  # nothing is submitted yet
    assert coding.workspace.coding.state == State.IN_PROGRESS
    coding.act("submit")
    qtbot.waitUntil(lambda: coding.workspace.coding.state == State.SUBMITTED)
    coding.act("reopen")  # without a reason
    assert coding.workspace.coding.state == State.SUBMITTED
    coding.act("reopen")
    qtbot.waitUntil(lambda: coding.workspace.coding.state == State.REOPENED)
    choose(coding, 5)
    coding.act("flag_both")
    assert len(coding.workspace.marks) == 1
    whats = [entry.what for entry in coding.workspace.study.entries()]
    assert "reopen the coding: a turn was missed" in whats


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
    assert "blind" in coding.agreeing.head.about.text()
    assert coding.agreeing.table.codes.rowCount() == 0


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
    coding.coding.palette_panel.typed.setText("quiet")
    qtbot.keyClick(coding.coding.palette_panel.typed, Qt.Key.Key_Space)
    assert pressed == [1]
    assert coding.coding.palette_panel.typed.text() == "quiet "


def test_non_latin_letters_reach_the_palette(coding, qapp):
    # qtbot.keyClicks aborts on letters beyond ASCII; a key event with text is what a keyboard sends.
    event = QKeyEvent(QKeyEvent.Type.KeyPress, 0, Qt.KeyboardModifier.NoModifier, "é")
    qapp.sendEvent(coding.coding.turns, event)
    assert coding.coding.palette_panel.typed.text() == "é"


def test_nothing_can_be_marked_while_nobody_codes(coding, qtbot):
    coding.studies.code_as("lead")
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


def hear(coding, monkeypatch, at_ms, *, playing=True):
    """Let the player stand, or play, at a moment."""
    player = coding.coding.player
    monkeypatch.setattr(type(player), "playing", property(lambda _self: playing))
    monkeypatch.setattr(type(player), "now_ms", property(lambda _self: at_ms))
    player.played.emit(playing)


def only(coding, qtbot):
    wait(qtbot, coding)
    (mark,) = kept(coding).marks
    return mark


def test_pausing_chooses_what_was_heard_and_nothing_else(coding, qtbot, monkeypatch):
    choose(coding, 9)
    hear(coding, monkeypatch, 5_000)
    monkeypatch.setattr(
        "PySide6.QtWidgets.QApplication.keyboardModifiers",
        lambda: Qt.KeyboardModifier.ControlModifier,
    )
    hear(coding, monkeypatch, 5_200, playing=False)
    assert [turn.n for turn in coding.coding.turns.chosen()] == [2]
    coding.act("flag_withdrawal")
    assert only(coding, qtbot).anchor.quote == "I suppose so. It was a busy week."


def test_what_is_left_in_the_palette_does_not_hold_a_later_flag_back(coding, qtbot, monkeypatch):
    hear(coding, monkeypatch, 4_500)
    qtbot.keyClicks(coding.coding.palette_panel.typed, "story")
    hear(coding, monkeypatch, 17_500)
    coding.act("flag_both")
    assert only(coding, qtbot).anchor.quote == "Fine. It is fine."


def test_after_listening_a_precipitant_stands_on_the_therapists_turn_that_was_heard(
    coding, qtbot, monkeypatch
):
    hear(coding, monkeypatch, 20_500)  # the therapist speaks from 18 s
    hear(coding, monkeypatch, 20_600, playing=False)
    coding.act("place_precipitant")
    assert only(coding, qtbot).anchor.quote == "You sound a little flat."


def test_replaying_a_turn_leaves_it_chosen(coding, qtbot, monkeypatch):
    choose(coding, 5)
    coding.act("replay")
    hear(coding, monkeypatch, 15_300)
    coding.act("flag_both")
    assert only(coding, qtbot).anchor.quote == "Fine. It is fine."
    hear(coding, monkeypatch, 17_800, playing=False)
    assert coding.coding.turns.currentIndex().row() == 5


def test_going_somewhere_by_hand_chooses_the_turn_there(coding, qtbot):
    choose(coding, 1)
    coding.coding.timeline.sought.emit(16_000)
    coding.act("flag_both")
    assert only(coding, qtbot).anchor.quote == "Fine. It is fine."


def test_a_note_being_typed_survives_a_flag_and_closing(coding, qtbot):
    choose(coding, 3)
    coding.act("flag_withdrawal")
    note = coding.coding.episode.note
    note.setFocus()
    qtbot.keyClicks(note, "leaves the")
    assert "saving" in coding.saved.text()
    choose_quietly(coding, 5)
    coding.act("flag_both")
    assert note.text() == "leaves the"
    qtbot.keyClicks(note, " subject")
    coding.coding.episode.keep()
    wait(qtbot, coding)
    notes = {mark.anchor.quote[:10]: mark.note for mark in kept(coding).marks}
    assert notes == {"My brother": "leaves the subject", "Fine. It i": ""}


def choose_quietly(coding, row):
    """Choose a turn without taking the focus from where it is."""
    coding.coding.turns.choose(row)


def test_a_precipitant_being_typed_survives_the_next_episode(coding, qtbot):
    coding.act("open_episode")
    coding.coding.episode.precipitant.setPlainText("typed in a hurry")
    coding.act("open_episode")
    wait(qtbot, coding)
    assert [episode.precipitant for episode in kept(coding).episodes] == ["typed in a hurry", ""]
    assert coding.coding.episode.precipitant.toPlainText() == ""


def test_enter_with_nothing_typed_marks_nothing(coding, qtbot):
    choose(coding, 5)
    panel = coding.coding.palette_panel
    panel.start("denial")
    for _ in range(2):
        qtbot.keyClick(panel.typed, Qt.Key.Key_Return)
    assert only(coding, qtbot).marker == "denial"


def test_edit_and_delete_are_about_the_turn_one_stands_on(coding, qtbot):
    for row in (3, 5):
        choose(coding, row)
        coding.act("flag_both")
    choose(coding, 3)
    coding.act("delete_mark")
    assert only(coding, qtbot).anchor.quote == "Fine. It is fine."
    coding.act("delete_mark")
    assert "Choose a mark" in coding.told.text()


def test_the_marks_of_one_turn_are_walked_by_key(coding, qtbot):
    choose(coding, 3)
    coding.act("flag_both")
    first = coding.workspace.mark
    coding.act("flag_unsure")
    second = coding.workspace.mark
    coding.act("next_mark")
    assert coding.workspace.mark == first
    coding.act("next_mark")
    assert coding.workspace.mark == second


def test_ctrl_z_takes_the_mark_back_from_the_palette_too(coding, qtbot):
    choose(coding, 5)
    panel = coding.coding.palette_panel
    panel.start("denial")
    qtbot.keyClick(panel.typed, Qt.Key.Key_Return)
    wait(qtbot, coding)
    event = QKeyEvent(
        QKeyEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    )
    event.accept()
    assert panel.eventFilter(panel.typed, event)
    assert not event.isAccepted()  # so that the window's own shortcut acts


def test_a_family_pressed_before_typing_is_kept_for_the_next_mark(coding, qtbot):
    choose(coding, 5)
    panel = coding.coding.palette_panel
    panel.start()
    qtbot.keyClick(panel.typed, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClicks(panel.typed, "denial")
    qtbot.keyClick(panel.typed, Qt.Key.Key_Return)
    assert only(coding, qtbot).family == Family.CONFRONTATION


def test_a_wheel_over_an_outcome_changes_nothing(coding, qtbot):
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QWheelEvent

    coding.act("open_episode")
    box = coding.coding.episode.before
    wheel = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(),
        QPoint(0, -240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    box.wheelEvent(wheel)
    assert box.currentIndex() == 0
    wait(qtbot, coding)


def test_looking_at_a_session_begins_no_coding(coding, qtbot):
    assert kept(coding) is None
    choose(coding, 5)
    coding.act("flag_both")
    wait(qtbot, coding)
    assert kept(coding) is not None


@pytest.mark.parametrize(
    ("who", "desk", "why"),
    [("lead", "code_desk", "codes none"), ("Ada", "agree_desk", "Code desk")],
)
def test_an_act_that_cannot_be_done_says_why(coding, who, desk, why):
    coding.studies.code_as(who)
    coding.act(desk)
    coding.act("flag_both")
    assert why in coding.told.text()
    assert coding.workspace.marks == {}


def test_a_name_that_begins_like_lead_is_a_coder(coding):
    coding.studies.code_as("Leadbetter")
    assert coding.workspace.rater.name == "Leadbetter"


def test_undo_in_another_session_goes_there(coding, qtbot, tmp_path):
    from coder import imports
    from coder.session import Role
    from coder.transcripts import Options

    from .conftest import write_vtt

    study = coding.workspace.study
    request = imports.Request(
        "P1", "2", options=Options(roles={"T": Role.THERAPIST, "P": Role.PATIENT})
    )
    other, _ = imports.import_session(study, write_vtt(tmp_path / "second.vtt"), request)
    choose(coding, 5)
    coding.act("flag_both")
    wait(qtbot, coding)
    coding.workspace.open_session(other)
    coding.act("undo")
    wait(qtbot, coding)
    assert coding.workspace.session.address == "P1/1"
    assert coding.workspace.marks == {}
    assert "session P1/1" in coding.told.text()


def test_an_undo_that_no_longer_fits_can_be_passed_over(coding, qtbot, monkeypatch):
    choose(coding, 3)
    coding.act("flag_both")
    choose(coding, 6)
    coding.act("begin_measure")
    wait(qtbot, coding)
    coding.studies.code_as("Ben", "samstag-2003")
    choose(coding, 4)
    coding.act("begin_measure")
    wait(qtbot, coding)
    coding.studies.code_as("Ada", "samstag-2003")
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    coding.act("undo")  # Ben has moved it since
    qtbot.waitUntil(lambda: coding.actions_of["undo"].text() == "Undo: flag both at 0:09")
    coding.act("undo")
    wait(qtbot, coding)
    assert coding.workspace.marks == {}


def test_a_joined_statement_moves_as_a_whole(coding, qtbot, monkeypatch):
    monkeypatch.setattr(dialogs, "ask_words", lambda *_args, **_more: "short")
    choose(coding, 7, 9)
    coding.act("add_statement")
    coding.act("mark_later")
    wait(qtbot, coding)
    assert (
        only(coding, qtbot).anchor.quote
        == "I think I needed a moment first. … before we began with the list."
    )


def test_a_mark_over_very_many_turns_is_asked_about(coding, qtbot, monkeypatch, told):
    assert coding.coding.marking._is_meant(list(coding.workspace.turns)[:12])
    assert not coding.coding.marking._is_meant([*coding.workspace.turns, coding.workspace.turns[0]])
    assert "over 13 turns" in told[-1]


def test_phases_are_taken_away(coding, qtbot):
    choose(coding, 6)
    coding.act("begin_measure")
    coding.act("clear_phases")
    wait(qtbot, coding)
    assert coding.workspace.session.measure_ms is None


def test_marks_of_no_episode_are_shown_with_form_1_alone(coding, qtbot):
    choose(coding, 3)
    coding.act("flag_both")
    for _ in range(2):
        coding.act("open_episode")
    shown = coding.coding.episode.entries
    assert shown.topLevelItemCount() == 0
    coding.workspace.choose_episode(next(iter(coding.workspace.episodes)))
    assert shown.topLevelItem(0).text(0) == "OPEN FLAGS (1)"
    coding.workspace.choose_episode(None)
    assert shown.topLevelItem(0).text(0) == "OPEN FLAGS (1)"
    wait(qtbot, coding)


def test_the_palette_says_what_enter_would_mark(coding):
    choose(coding, 5)
    assert coding.coding.palette_panel.where.text() == "Enter marks 0:15 “Fine. It is fine.”"


def test_agreement_is_gone_when_a_blind_coder_takes_over(coding, qtbot):
    for name in ("Ada", "Ben"):
        coding.studies.code_as(name, "samstag-2003")
        coding.act("code_desk")
        choose(coding, 5)
        coding.act("flag_both")
        wait(qtbot, coding)
    coding.studies.code_as("lead")
    coding.act("agree_desk")
    desk = coding.agreeing
    qtbot.waitUntil(lambda: desk.table.codes.rowCount() > 0)
    coding.studies.code_as("Ben", "samstag-2003")
    assert desk.table.codes.rowCount() == desk.moments.model.rowCount() == 0
    assert desk.choices.coders.count() == 0
    assert desk.codings() == ()


def test_what_is_being_typed_is_kept_when_another_coder_takes_over(coding, qtbot):
    coding.act("open_episode")
    coding.coding.episode.precipitant.setPlainText("half a sen")
    choose(coding, 5)
    coding.act("flag_both")
    coding.coding.episode.note.setText("half a note")
    coding.studies.code_as("Ben", "samstag-2003")
    coded = kept(coding)
    assert coded.episodes[0].precipitant == "half a sen"
    assert coded.marks[0].note == "half a note"


def test_going_away_and_back_at_once_shows_what_was_just_marked(coding, qtbot, monkeypatch):
    apply = Study.apply

    def slow(self, *args, **more):
        import time

        time.sleep(0.1)  # a slow disk
        return apply(self, *args, **more)

    monkeypatch.setattr(Study, "apply", slow)
    choose(coding, 5)
    coding.act("flag_both")
    coding.workspace.open_session(coding.workspace.session)
    assert len(coding.workspace.marks) == 1
    wait(qtbot, coding)


def test_a_marker_typed_during_a_replay_stands_on_the_replayed_turn(coding, qtbot, monkeypatch):
    choose(coding, 5)
    coding.act("replay")
    hear(coding, monkeypatch, 15_300)
    coding.coding.palette_panel.start("denial")
    coding.coding.palette_panel.choose()
    assert only(coding, qtbot).anchor.quote == "Fine. It is fine."


def test_ctrl_backspace_in_a_field_with_words_is_the_fields(coding, qtbot):
    choose(coding, 3)
    coding.act("flag_both")
    note = coding.coding.episode.note
    note.setText("abc def")
    event = QKeyEvent(
        QKeyEvent.Type.ShortcutOverride, Qt.Key.Key_Backspace, Qt.KeyboardModifier.ControlModifier
    )
    event.ignore()
    from PySide6.QtWidgets import QApplication

    event.ignore()
    QApplication.sendEvent(note, event)
    assert event.isAccepted()
    wait(qtbot, coding)


def test_escape_in_the_palette_forgets_what_was_pressed(coding, qtbot):
    choose(coding, 5)
    panel = coding.coding.palette_panel
    panel.start()
    for key in (Qt.Key.Key_6, Qt.Key.Key_3):
        qtbot.keyClick(panel.typed, key, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(panel.typed, Qt.Key.Key_Escape)
    panel.start("denial")
    panel.choose()
    mark = only(coding, qtbot)
    assert (mark.family, mark.clarity) == (Family.WITHDRAWAL, None)


def test_printing_nothing_says_so(coding):
    coding.act("print_form")
    assert "Nothing is coded" in coding.told.text()


def test_undoing_the_import_of_the_coding_on_screen_leaves_it_to_be_begun_again(coding, qtbot):
    workspace = coding.workspace
    study, mine, session = workspace.study, workspace.coding, workspace.session
    turn = workspace.turns[5]
    flag = Mark(MarkId("m"), mine.id, Kind.FLAG, family=Family.BOTH, anchor=anchor_on([turn]))
    study.apply(Change("take in a coding", added=(mine, flag), by=mine.rater_id))
    workspace.open_session(session)
    assert list(workspace.marks) == ["m"]
    coding.act("undo")
    wait(qtbot, coding)
    qtbot.waitUntil(lambda: not workspace.marks)
    assert study.codings(None) == []
    choose(coding, 5)
    coding.act("flag_both")
    wait(qtbot, coding)
    assert len(kept(coding).marks) == 1
