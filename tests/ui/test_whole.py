"""What is said of a session as a whole: what was around it, its ratings, and its schemes."""

import pytest
from invented import REPAIR, SEGMENTED, give
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QLabel

from coder.coding import (
    Change,
    Family,
    Found,
    Kind,
    Outcome,
    Presence,
    PresenceId,
    Rating,
    RatingId,
    State,
)
from coder.study import Study
from coder.ui import dialogs
from coder.ui.rating_dialog import RatingDialog

from .coded import choose, code, kept
from .conftest import saved, write_vtt


@pytest.fixture
def segmented(window, study_path, qtbot):
    return code(window, study_path, qtbot, SEGMENTED, REPAIR)


def wait(window, qtbot):
    qtbot.waitUntil(lambda: saved(window))


def tick(monkeypatch, *wanted):
    """Answer the dialog: just these are ticked."""
    seen = []

    def answer(_parent, _title, fields, _hint=""):
        boxes = [box for _, box in fields]
        assert all(isinstance(box, QCheckBox) for box in boxes)
        seen[:] = [box.text() for box in boxes]
        for box in boxes:
            box.setChecked(box.text() in wanted)
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    return seen


def test_what_was_around_the_session_is_ticked_and_unticked_in_one_act(
    segmented, qtbot, monkeypatch, told
):
    seen = tick(monkeypatch, "Late", "Camera off", "Message between sessions")
    before = len(segmented.workspace.study.entries())
    segmented.act("around_session")
    wait(segmented, qtbot)
    assert seen[:2] == ["Camera off", "Late"]
    marks = kept(segmented, "segmented").marks
    assert [(m.kind, m.marker, m.family, m.anchor) for m in marks] == [
        (Kind.SESSION, "camera-off", Family.WITHDRAWAL, None),
        (Kind.SESSION, "late", Family.WITHDRAWAL, None),
        (Kind.SESSION, "message-between-sessions", None, None),
    ]
    # The coding is begun, and one act is logged.
    assert len(segmented.workspace.study.entries()) == before + 2
    # A message may mean danger: its notice was shown, and once.
    (notice,) = told
    assert "risk protocol first" in notice
    assert segmented.coding.whole_bar.around.text() == "Around it · 3"
    tick(monkeypatch, "Camera off")
    segmented.act("around_session")
    wait(segmented, qtbot)
    assert [m.marker for m in kept(segmented, "segmented").marks] == ["camera-off"]
    segmented.act("undo")
    wait(segmented, qtbot)
    assert len(kept(segmented, "segmented").marks) == 3
    segmented.act("around_session")
    tick(monkeypatch)
    segmented.act("around_session")
    wait(segmented, qtbot)
    assert kept(segmented, "segmented").marks == ()
    assert segmented.coding.whole_bar.around.text() == "Around it"


def test_one_tick_is_named_in_the_log_and_listed_on_form_1(segmented, qtbot, monkeypatch):
    tick(monkeypatch, "Late")
    segmented.act("around_session")
    wait(segmented, qtbot)
    assert segmented.actions_of["undo"].text() == "Undo: mark Late"
    entries = segmented.coding.episode.entries
    shown = [
        (entries.topLevelItem(n).text(0), entries.topLevelItem(n).text(1))
        for n in range(entries.topLevelItemCount())
    ]
    assert shown == [("AROUND THE SESSION", ""), ("Late", "session")]
    # It has no place: nothing in the transcript or the timeline, and no rupture.
    (mark,) = segmented.workspace.marks.values()
    assert segmented.coding.timeline.boxes_of(mark) == []
    said = []
    segmented.workspace.said.connect(said.append)
    segmented.workspace.point(mark.id)
    segmented.act("mark_later")
    assert said == ["Choose a mark first: go to its turn, or click it."]


def test_a_mark_of_the_session_is_edited_in_its_note_alone(segmented, qtbot, monkeypatch):
    tick(monkeypatch, "Late")
    segmented.act("around_session")
    (mark,) = segmented.workspace.marks.values()
    segmented.workspace.point(mark.id)

    def answer(_parent, _title, fields, _hint=""):
        assert [name for name, _ in fields] == ["Note"]
        fields[0][1].setText("twenty minutes")
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    segmented.act("edit_mark")
    wait(segmented, qtbot)
    (mark,) = kept(segmented, "segmented").marks
    assert (mark.kind, mark.note) == (Kind.SESSION, "twenty minutes")


def test_the_lead_ticks_nothing_around_a_session(segmented, qtbot, told):
    segmented.studies.code_as("lead")
    said = []
    segmented.workspace.said.connect(said.append)
    segmented.coding.whole.around_session()
    assert not segmented.coding.whole_bar.around.isEnabled()
    assert segmented.workspace.marks == {}


# Ratings


def rating(monkeypatch, act):
    """Answer the dialog of ratings by keys."""
    seen = []

    def run(dialog):
        assert isinstance(dialog, RatingDialog)
        dialog.show()
        seen.append(dialog)
        act(dialog)
        dialog.hide()
        return False

    monkeypatch.setattr(dialogs, "run", run)
    return seen


def ratings(window, scheme="segmented"):
    found = kept(window, scheme)
    return {} if found is None else {r.scale: (r.value, r.segment_ms) for r in found.ratings}


def words(dialog):
    return [label.text() for label in dialog.findChildren(QLabel) if label.isVisibleTo(dialog)]


def test_ratings_of_the_whole_wait_for_the_end(segmented, qtbot, monkeypatch):
    # The last turn begins at 33 s.
    def act(dialog):
        assert dialog.waiting.text() == (
            "Ratings of the whole are given once the end is reached, at 0:33; you have come to 0:00."
        )
        assert not dialog.rows["resolution"].isEnabled()
        assert not dialog.been.isVisibleTo(dialog)
        qtbot.keyClick(dialog.rows["resolution"], Qt.Key.Key_4)
        assert dialog.rows["pace"].isEnabled()

    seen = rating(monkeypatch, act)
    segmented.act("rate")
    assert len(seen) == 1
    assert ratings(segmented) == {}


def test_a_number_key_rates_and_backspace_takes_it_back(segmented, qtbot, monkeypatch):
    segmented.coding.player.seek(33_000)

    def act(dialog):
        assert dialog.waiting.isHidden()
        row = dialog.rows["resolution"]
        qtbot.keyClick(row, Qt.Key.Key_6)
        qtbot.keyClick(row, Qt.Key.Key_4)
        assert [n for n, button in row.buttons.items() if button.isChecked()] == [4]
        assert row.accessibleDescription() == "4"
        qtbot.mouseClick(dialog.rows["impact:denial"].buttons[5], Qt.MouseButton.LeftButton)
        qtbot.mouseClick(dialog.rows["impact:denial"].buttons[5], Qt.MouseButton.LeftButton)
        assert dialog.rows["impact:denial"].buttons[5].isChecked()
        qtbot.keyClick(dialog.rows["impact:giving-up"], Qt.Key.Key_2)
        qtbot.keyClick(dialog.rows["impact:giving-up"], Qt.Key.Key_Backspace)
        qtbot.keyClick(dialog.rows["impact:giving-up"], Qt.Key.Key_Delete)

    rating(monkeypatch, act)
    segmented.act("rate")
    wait(segmented, qtbot)
    assert ratings(segmented) == {"resolution": (4, None), "impact:denial": (5, None)}
    assert segmented.actions_of["undo"].text() == "Undo: take back the rating Impact: Giving up"
    segmented.act("undo")
    wait(segmented, qtbot)
    assert ratings(segmented)["impact:giving-up"] == (2, None)
    assert {r.scale for r in segmented.workspace.ratings.values()} == set(ratings(segmented))


def test_arrows_go_from_rating_to_rating(segmented, qtbot, monkeypatch):
    segmented.coding.player.seek(33_000)
    segmented.activateWindow()

    def act(dialog):
        dialog.activateWindow()
        qtbot.waitUntil(dialog.rows["impact:denial"].hasFocus)
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Down)
        assert dialog.focusWidget() is dialog.rows["impact:giving-up"]
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Up)
        assert dialog.focusWidget() is dialog.rows["impact:denial"]
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_F3)  # means nothing here

    rating(monkeypatch, act)
    segmented.act("rate")


def test_a_number_gives_the_rating_and_goes_on_to_the_next(segmented, qtbot, monkeypatch):
    segmented.coding.player.seek(33_000)
    segmented.activateWindow()

    def act(dialog):
        dialog.activateWindow()
        qtbot.waitUntil(dialog.rows["impact:denial"].hasFocus)
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_5)
        assert dialog.focusWidget() is dialog.rows["impact:giving-up"]
        qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Backspace)
        assert dialog.focusWidget() is dialog.rows["impact:giving-up"]
        assert any("↓ and ↑ move" in text for text in words(dialog))

    rating(monkeypatch, act)
    segmented.act("rate")


def test_markers_that_did_not_occur_are_given_the_lowest_number_in_one_act_on_request(
    segmented, qtbot, monkeypatch
):
    choose(segmented, 1)
    segmented.coding.palette_panel.start("denial")
    segmented.coding.palette_panel.choose()
    segmented.coding.player.seek(33_000)

    def act(dialog):
        assert dialog.absent.text() == "Give 1 to 1 marker that did not occur  Ctrl+1"
        assert dialog.absent.shortcut().toString() == "Ctrl+1"
        dialog.absent.click()
        assert not dialog.absent.isVisibleTo(dialog)

    rating(monkeypatch, act)
    segmented.act("rate")
    wait(segmented, qtbot)
    assert ratings(segmented) == {"impact:giving-up": (1, None)}
    segmented.act("undo")
    wait(segmented, qtbot)
    assert ratings(segmented) == {}


def test_the_place_one_came_to_earlier_counts_as_the_end_reached(segmented, qtbot, monkeypatch):
    segmented.coding.player.seek(35_000)
    segmented.coding.keep_place()
    segmented.coding.player.seek(0)
    segmented.workspace.reload()
    segmented.coding.player.seek(0)
    seen = rating(monkeypatch, lambda dialog: None)
    segmented.act("rate")
    assert seen[0].waiting.isHidden()


def test_anchors_and_what_a_scale_is_about_stand_beside_it(segmented, monkeypatch):
    seen = []
    rating(monkeypatch, lambda dialog: seen.extend(words(dialog)))
    segmented.act("rate")
    assert {
        "THE SESSION AS A WHOLE",
        "Impact",
        "How much?",
        "1 none · 5 great",
        "EPISODE",
        "SEGMENT",
    } <= set(seen)


def test_an_episode_and_a_segment_are_rated_where_one_is(segmented, qtbot, monkeypatch):
    segmented.act("open_episode")
    segmented.act("open_episode")
    segmented.coding.player.seek(12_000)

    def act(dialog):
        assert (dialog.episode.currentText(), dialog.segment.currentText()) == ("Episode 2", "0:10")
        qtbot.keyClick(dialog.rows["strain"], Qt.Key.Key_3)
        dialog.rows["pace"].field.setValue(70)
        dialog.episode.setCurrentIndex(0)
        assert dialog.rows["strain"].accessibleDescription() == "not rated"
        dialog.segment.setCurrentIndex(2)
        dialog.rows["pace"].field.setValue(20)
        dialog.rows["pace"].field.setValue(-1)

    rating(monkeypatch, act)
    segmented.act("rate")
    wait(segmented, qtbot)
    found = kept(segmented, "segmented")
    second = found.episodes[1].id
    assert [(r.scale, r.value, r.episode_id, r.segment_ms) for r in found.ratings] == [
        ("strain", 3, second, None),
        ("pace", 70, None, 10_000),
    ]


def test_without_an_episode_its_scale_waits(segmented, monkeypatch):
    seen = rating(monkeypatch, lambda dialog: None)
    segmented.act("rate")
    assert not seen[0].rows["strain"].isEnabled()


def test_where_nothing_has_a_time_the_coder_says_that_the_end_was_reached(
    window, tmp_path, qtbot, monkeypatch
):
    from coder import imports
    from coder.session import Role
    from coder.transcripts import Options

    path = tmp_path / "untimed.rupture"
    (tmp_path / "a.txt").write_text("T: How are you today?\nP: Fine, I suppose.\n" * 3)
    with Study.create(path, ["samstag-2003"]) as study:
        roles = Options(roles={"T": Role.THERAPIST, "P": Role.PATIENT})
        imports.import_session(study, tmp_path / "a.txt", imports.Request("P1", "1", options=roles))
    code(window, path, qtbot, SEGMENTED)

    def act(dialog):
        assert "only you can say when" in dialog.waiting.text()
        assert not dialog.rows["resolution"].isEnabled()
        assert dialog.segment.count() == 0
        qtbot.mouseClick(dialog.been, Qt.MouseButton.LeftButton)
        assert dialog.rows["resolution"].isEnabled()

    seen = rating(monkeypatch, act)
    window.act("rate")
    rating(monkeypatch, lambda dialog: qtbot.keyClick(dialog.rows["resolution"], Qt.Key.Key_1))
    window.act("rate")
    wait(window, qtbot)
    assert ratings(window) == {"resolution": (1, None)}
    # Whoever began the ratings of the end was there.
    window.coding.whole._been.clear()
    seen = rating(monkeypatch, lambda dialog: None)
    window.act("rate")
    assert seen[0].waiting.isHidden()
    said = []
    window.workspace.said.connect(said.append)
    window.act("segment_sheet")
    assert said == ["Segments need times, and this session has none."]


def test_a_scheme_without_scales_asks_for_nothing(coding, qtbot):
    said = []
    coding.workspace.said.connect(said.append)
    coding.act("rate")
    coding.act("segment_sheet")
    assert said[0] == "This scheme asks for no ratings."
    assert "no segments" in said[1]
    assert not coding.coding.whole_bar.ratings.isVisible()
    assert not coding.coding.whole_bar.segments.isVisible()


def test_with_no_session_open_there_is_nothing_to_rate(window, tmp_path, qtbot):
    Study.create(tmp_path / "empty.rupture", ["samstag-2003"]).close()
    window.show_study(Study.open(tmp_path / "empty.rupture"))
    window.studies.code_as("Ada")
    said = []
    window.workspace.said.connect(said.append)
    window.act("rate")
    window.act("segment_sheet")
    assert said == ["Open a session first."] * 2
    window.coding.whole.around_session()
    window.coding.whole.choose_scheme("samstag-2003")
    assert window.workspace.session is None


def test_missing_ratings_are_asked_about_and_may_stay_missing(segmented, qtbot, monkeypatch):
    asked = []

    def confirm(_parent, question, _act):
        asked.append(question)
        return True

    monkeypatch.setattr(dialogs, "confirm", confirm)
    assert segmented.coding.whole_bar.ratings.text() == "Ratings · 7 left"
    segmented.act("submit")
    qtbot.waitUntil(lambda: not segmented.workspace.editable)
    assert (
        "7 ratings are missing: Impact: Denial, Impact: Giving up, Resolution and 1 more."
        in asked[0]
    )
    assert kept(segmented, "segmented").coding.state == State.SUBMITTED
    seen = rating(monkeypatch, lambda dialog: None)
    segmented.act("rate")
    assert not any(row.isEnabled() for row in seen[0].rows.values())


def test_a_coding_with_every_rating_given_says_nothing_of_them(segmented, qtbot, monkeypatch):
    segmented.coding.player.seek(33_000)

    def act(dialog):
        for name in ("impact:denial", "impact:giving-up", "resolution"):
            qtbot.keyClick(dialog.rows[name], Qt.Key.Key_1)
        for row in range(3):
            dialog.segment.setCurrentIndex(row)
            dialog.rows["pace"].field.setValue(0)

    rating(monkeypatch, act)
    segmented.act("rate")
    asked = []
    monkeypatch.setattr(dialogs, "confirm", lambda _p, question, _a: asked.append(question))
    segmented.act("submit")
    assert "1 rating is missing: Pace.\n" in asked[0]
    rating(monkeypatch, lambda d: (d.segment.setCurrentIndex(3), d.rows["pace"].field.setValue(0)))
    segmented.act("rate")
    segmented.act("submit")
    assert "missing" not in asked[1]
    assert segmented.coding.whole_bar.ratings.text() == "Ratings · all given"
    wait(segmented, qtbot)


# Schemes


def test_a_coder_changes_scheme_for_the_open_session(segmented, qtbot):
    box = segmented.coding.whole_bar.scheme
    assert [box.itemText(n) for n in range(box.count())] == [
        "samstag-2003", "laraway-2015", "segmented", "repairing",
    ]  # fmt: skip
    assert box.currentText() == "segmented"
    choose(segmented, 5)
    segmented.act("flag_unsure")
    wait(segmented, qtbot)
    box.setCurrentIndex(3)
    box.activated.emit(3)
    assert segmented.workspace.coding.scheme == "repairing"
    assert segmented.workspace.marks == {}
    assert "repairing" in segmented.pill.text()
    box.setCurrentIndex(2)
    box.activated.emit(2)
    assert len(segmented.workspace.marks) == 1
    box.activated.emit(2)  # the same again
    assert segmented.workspace.coding.scheme == "segmented"


def test_one_scheme_needs_no_choice_and_the_lead_has_none(window, tmp_path, study_path, qtbot):
    from coder import imports

    path = tmp_path / "one.rupture"
    with Study.create(path, ["samstag-2003"]) as study:
        imports.import_session(study, write_vtt(tmp_path / "b.vtt"), imports.Request("P1", "1"))
    window.show_study(Study.open(path))
    window.studies.code_as("Ada")
    assert not window.coding.whole_bar.scheme.isVisible()
    window.studies.code_as("lead")
    assert not window.coding.whole_bar.scheme.isVisible()


def test_a_coding_of_repair_begins_with_the_episodes_of_the_ruptures(coding, qtbot, study_path):
    coding.act("open_episode")
    coding.coding.episode.precipitant.setPlainText("Pressed the diary")
    coding.coding.episode.keep()
    (episode,) = coding.workspace.episodes.values()
    coding.workspace.alter_episode(episode, "outcome", outcome_before=Outcome.NOT)
    coding.act("open_episode")
    wait(coding, qtbot)
    give(coding.workspace.study, REPAIR)
    coding.workspace.reload()
    before = len(coding.workspace.study.entries())
    coding.coding.whole.choose_scheme("repairing")
    # Looking is not coding: they are shown, and nothing is written yet.
    assert [e.number for e in coding.workspace.episodes.values()] == [1, 2]
    assert coding.coding.episode.which.currentText() == "Episode 2 — coding form"
    assert kept(coding, "repairing") is None
    assert len(coding.workspace.study.entries()) == before
    choose(coding, 4)
    coding.coding.palette_panel.start("notices")
    coding.coding.palette_panel.choose()
    wait(coding, qtbot)
    found = kept(coding, "repairing")
    assert [(e.number, e.precipitant, e.outcome_before) for e in found.episodes] == [
        (1, "Pressed the diary", Outcome.NOT),
        (2, "", None),
    ]
    assert found.marks[0].episodes == (found.episodes[1].id,)
    # One act begins the coding with them, one is the mark.
    assert [entry.what for entry in coding.workspace.study.entries()[before:]] == [
        "begin a coding",
        "mark Notices at 0:12",
    ]
    # They are taken over once: what comes later is each coding's own.
    coding.act("delete_episode")
    wait(coding, qtbot)
    coding.workspace.reload()
    assert [e.number for e in coding.workspace.episodes.values()] == [1]
    assert [e.number for e in kept(coding, "samstag-2003").episodes] == [1, 2]


def test_a_first_act_that_deletes_an_episode_taken_over_leaves_the_others(coding, qtbot):
    coding.act("open_episode")
    coding.act("open_episode")
    wait(coding, qtbot)
    give(coding.workspace.study, REPAIR)
    coding.workspace.reload()
    coding.coding.whole.choose_scheme("repairing")
    coding.act("delete_episode")
    wait(coding, qtbot)
    assert [e.number for e in kept(coding, "repairing").episodes] == [1]


def test_a_coding_of_ruptures_takes_nothing_over(coding, qtbot):
    coding.act("open_episode")
    wait(coding, qtbot)
    coding.coding.whole.choose_scheme("laraway-2015")
    assert coding.workspace.episodes == {}


# The length of segments


def settle(monkeypatch, length, own=""):
    seen = {}

    def answer(_parent, _title, fields, _hint=""):
        named = dict(fields)
        named["Scheme"].setCurrentText("segmented")
        seen["was"] = (named["Length"].currentText(), named["Another"].text())
        named["Length"].setCurrentText(length)
        named["Another"].setText(own)
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    return seen


def test_the_lead_settles_the_length_of_segments_for_every_coder(
    segmented, qtbot, monkeypatch, told
):
    segmented.act("segment_length")
    assert told[-1] == "Only the lead says how long segments are."
    segmented.studies.code_as("lead")
    seen = settle(monkeypatch, "another, as below", "0:15")
    segmented.act("segment_length")
    assert seen["was"] == ("another, as below", "0:10")
    qtbot.waitUntil(lambda: segmented.workspace.study.setting("segment_s:segmented") is not None)
    wait(segmented, qtbot)
    segmented.studies.code_as("Ada", "segmented")
    assert segmented.workspace.segment_ms == 15_000
    segmented.studies.code_as("lead")
    settle(monkeypatch, "none")
    segmented.act("segment_length")
    qtbot.waitUntil(
        lambda: segmented.workspace.study.setting("segment_s:segmented").value == "none"
    )
    wait(segmented, qtbot)
    seen = settle(monkeypatch, "5 minutes")
    segmented.act("segment_length")
    assert seen["was"] == ("none", "")
    qtbot.waitUntil(lambda: segmented.workspace.study.setting("segment_s:segmented").value == "300")
    wait(segmented, qtbot)


def test_a_length_that_is_none_is_refused_in_words(segmented, qtbot, monkeypatch, told):
    segmented.studies.code_as("lead")
    settle(monkeypatch, "another, as below", "soon")
    segmented.act("segment_length")
    assert "“soon” is not a time" in told[-1]
    settle(monkeypatch, "another, as below", "0")
    segmented.act("segment_length")
    qtbot.waitUntil(lambda: "cannot be 0 s long" in told[-1])
    wait(segmented, qtbot)


def test_a_deleted_episode_takes_its_ratings_and_components_and_undo_brings_all_back(coding, qtbot):
    workspace = coding.workspace
    coding.act("open_episode")
    wait(coding, qtbot)
    of, episode = workspace.coding.id, workspace.episode
    rating = Rating(RatingId("r"), of, "impact", 3, episode)
    presence = Presence(PresenceId("p"), of, "denial", Found.PRESENT, episode)
    workspace.apply(Change("rate", added=(rating, presence), by=workspace.coding.rater_id))
    wait(coding, qtbot)
    coding.act("delete_episode")
    wait(coding, qtbot)
    study = workspace.study
    assert (study.episodes(of), study.ratings(of), study.presences(of)) == ([], [], [])
    coding.act("undo")
    wait(coding, qtbot)
    assert [each.id for each in study.episodes(of)] == [episode]
    assert (study.ratings(of), study.presences(of)) == ([rating], [presence])
