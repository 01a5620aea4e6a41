"""The palette and the marks under schemes of every kind: repair, processes, both parties."""

import dataclasses

import pytest
from invented import REPAIR, SEGMENTED, scheme
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from coder.coding import Change, CodingId, Family, Kind, Mark, MarkId
from coder.export import layout
from coder.ui import dialogs, theme
from coder.ui.marker_list import HEADING, MARKER, UNDER, matching, offered
from coder.ui.meanings import ink_of, letter_of
from coder.ui.rules import about, rule_of
from coder.ui.timeline import lanes_of

from .coded import choose, code, kept
from .conftest import saved


@pytest.fixture
def segmented(window, study_path, qtbot):
    return code(window, study_path, qtbot, SEGMENTED)


@pytest.fixture
def repairing(window, study_path, qtbot):
    return code(window, study_path, qtbot, REPAIR)


def rows(panel, role=MARKER):
    return [panel.markers.index(row).data(role) for row in range(panel.markers.rowCount())]


def mark(panel, qtbot, typed):
    panel.start()
    panel.typed.clear()
    qtbot.keyClicks(panel.typed, typed)
    qtbot.keyClick(panel.typed, Qt.Key.Key_Return)


def test_retired_markers_and_those_of_the_session_are_not_offered(segmented):
    panel = segmented.coding.palette_panel
    assert [m.id for m in rows(panel)] == ["denial", "giving-up", "invites", "joins"]


def test_a_heading_stands_where_a_column_begins_and_is_no_row(segmented, qtbot):
    panel = segmented.coding.palette_panel
    assert rows(panel, HEADING) == [
        "MOVES AWAY",
        "",
        "RESOLUTION STRATEGIES",
        "COLLABORATIVE PROCESSES",
    ]
    panel.start()
    for expected in ("giving-up", "invites", "joins", "joins"):
        qtbot.keyClick(panel.typed, Qt.Key.Key_Down)
        assert panel.list.currentIndex().data(MARKER).id == expected


def test_parts_stand_under_their_category_and_name_it_where_it_is_filtered_away(repairing):
    panel = repairing.coding.palette_panel
    assert [m.id for m in rows(panel)] == ["notice", "says-so", "asks", "explore"]
    assert rows(panel, UNDER) == ["", "", "", ""]
    panel.start("asks")
    assert rows(panel, UNDER) == ["Notices"]
    told = panel.markers.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "Asks, part of Notices, Repair"


def test_a_part_whose_category_is_retired_is_offered_in_its_own_place():
    retired = [m | {"retired": m["id"] == "notice"} for m in REPAIR["markers"]]
    assert [m.id for m in offered(scheme(REPAIR | {"markers": retired}))] == [
        "says-so",
        "explore",
        "asks",
    ]


def test_what_the_scheme_leaves_open_is_told_until_a_marker_is_looked_for(segmented, qtbot):
    panel = segmented.coding.palette_panel
    told = "About this scheme: What was left open."
    assert panel.rule.toPlainText() == told
    panel.start("denial")
    assert panel.rule.toPlainText() == "Denial · Moves away · withdrawal (low)"
    panel.typed.clear()
    assert told not in panel.rule.toPlainText()


def test_a_marker_is_found_by_its_other_names_too():
    called = [
        m | ({"also_called": ["Says no", "Puts off"]} if m["id"] == "denial" else {})
        for m in SEGMENTED["markers"]
    ]
    found = scheme(SEGMENTED | {"markers": called})
    assert [m.id for m in matching(found, "puts o")] == ["denial"]
    assert "denial" in [m.id for m in matching(found, "den")]
    assert matching(found, "says off") == []  # words of two names are no name


def test_family_is_asked_of_rupture_markers_alone(segmented, qtbot):
    panel = segmented.coding.palette_panel
    panel.start("denial")
    assert panel._family_row.isVisible()
    for name in ("invites", "joins"):
        panel.start(name)
        assert not panel._family_row.isVisible()
        assert (
            panel._clarity_row.isVisible()
        )  # where segments are ticked, all is more or less clear


def test_a_scheme_of_repair_asks_neither_family_nor_clarity_and_leaves_them_no_room(repairing):
    panel = repairing.coding.palette_panel
    for row in (panel._family_row, panel._clarity_row):
        assert not row.isVisible()
        assert not row.sizePolicy().retainSizeWhenHidden()


def test_a_component_marks_the_therapists_turn_with_no_family(segmented, qtbot):
    choose(segmented, 5)
    panel = segmented.coding.palette_panel
    qtbot.keyClicks(segmented.coding.turns, "i")
    qtbot.keyClicks(panel.typed, "v")
    assert "And what did you feel" in panel.where.text()
    qtbot.keyClick(panel.typed, Qt.Key.Key_6, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(panel.typed, Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(panel.typed, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: saved(segmented))
    (made,) = kept(segmented, "segmented").marks
    assert (made.kind, made.marker, made.family, made.clarity, made.person) == (
        Kind.COMPONENT, "invites", None, 2, "therapist",
    )  # fmt: skip
    assert made.anchor.quote == "And what did you feel when I asked about it?"


@pytest.mark.parametrize(("row", "person"), [(5, "patient"), (6, "therapist")])
def test_a_marker_of_either_is_of_whoever_speaks(segmented, qtbot, row, person):
    choose(segmented, row)
    mark(segmented.coding.palette_panel, qtbot, "giving")
    qtbot.waitUntil(lambda: saved(segmented))
    (made,) = kept(segmented, "segmented").marks
    assert (made.kind, made.person, made.family) == (Kind.MARKER, person, Family.UNSURE)


def test_what_was_heard_last_is_marked_with_a_marker_of_either(segmented, qtbot, monkeypatch):
    # At 9.5 s less 1 s reaction “Mmm” (6 s) is a backchannel; the patient spoke from 3 s.
    player = segmented.coding.player
    monkeypatch.setattr(type(player), "playing", property(lambda _self: True))
    monkeypatch.setattr(type(player), "now_ms", property(lambda _self: 3_500))
    mark(segmented.coding.palette_panel, qtbot, "giving")
    qtbot.waitUntil(lambda: saved(segmented))
    (made,) = kept(segmented, "segmented").marks
    assert (made.person, made.anchor.quote[:8]) == ("therapist", "Shall we")


def test_a_process_is_neither_rupture_nor_repair(segmented, qtbot):
    choose(segmented, 9)
    mark(segmented.coding.palette_panel, qtbot, "joins")
    qtbot.waitUntil(lambda: saved(segmented))
    (made,) = kept(segmented, "segmented").marks
    assert (made.kind, made.family) == (Kind.PROCESS, None)
    assert lanes_of(made) == ("process",)
    timeline = segmented.coding.timeline
    assert timeline.lanes[-1] == "process"
    assert len(timeline.boxes_of(made)) == 1


def test_the_process_lane_stands_only_where_the_scheme_has_processes(coding):
    assert coding.coding.timeline.lanes == ("precipitant", "withdrawal", "confrontation", "repair")
    lost = Mark(MarkId("m"), CodingId("c"), Kind.PROCESS, "gone")
    made = coding.workspace.mark_turns(coding.workspace.turns[:1], 0, Kind.SHIFT)
    assert coding.coding.timeline.boxes_of(dataclasses.replace(lost, anchor=made.anchor)) == []


def made_of(kind, marker="x"):
    return Mark(MarkId("m"), CodingId("c"), kind, marker)


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_kinds_have_a_letter_and_a_colour_of_their_own(look):
    kinds = (Kind.COMPONENT, Kind.PROCESS, Kind.SESSION)
    assert [letter_of(made_of(kind)) for kind in kinds] == ["R", "Pr", "S"]
    assert ink_of(look, made_of(Kind.COMPONENT)) == look.repair
    assert ink_of(look, made_of(Kind.PROCESS)) == look.process


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_a_markers_own_colour_is_that_of_its_marks_and_can_be_read(look):
    marker = scheme(SEGMENTED).marker("giving-up")
    assert ink_of(look, made_of(Kind.MARKER, "giving-up"), marker) == look.colours["purple"]
    from .test_views import contrast

    for name, ink in {"process": look.process, **look.colours}.items():
        assert contrast(ink.words, ink.soft) >= 4.5, name
        assert contrast(ink.solid, look.surface) >= 3, name


def test_a_theme_has_every_colour_a_scheme_may_name():
    import json

    from coder import markers

    rules = json.loads((markers.folder() / "scheme.schema.json").read_text(encoding="utf-8"))
    names = rules["$defs"]["marker"]["properties"]["colour"]["enum"]
    assert set(names) == set(theme.LIGHT.colours) == set(theme.DARK.colours)


def test_a_chip_and_the_timeline_wear_the_markers_colour(segmented, qtbot):
    choose(segmented, 5)
    mark(segmented.coding.palette_panel, qtbot, "giving")
    segmented.workspace.point(None)
    timeline = segmented.coding.timeline
    (made,) = segmented.workspace.marks.values()
    box = timeline.boxes_of(made)[0]
    picture = timeline.grab().toImage()
    ratio = picture.devicePixelRatio()
    found = picture.pixelColor(int(box.center().x() * ratio), int(box.center().y() * ratio))
    assert found == QColor(theme.LIGHT.colours["purple"].solid)


def test_the_rule_says_column_category_and_person_and_what_is_open_is_said_apart():
    segmented, repairing = scheme(SEGMENTED), scheme(REPAIR)
    assert rule_of(segmented.marker("denial"), segmented).splitlines() == [
        "Denial · Moves away · withdrawal (low)",
    ]
    also = dataclasses.replace(segmented.marker("denial"), also_called=("Refusal", "No"))
    assert rule_of(also, segmented).splitlines()[1] == "Also called: Refusal; No"
    assert about(segmented) == "About this scheme: What was left open."
    assert about(repairing) == ""
    assert rule_of(segmented.marker("giving-up"), segmented).startswith(
        "Giving up · Moves away · the patient’s or the therapist’s · no default family (low)"
    )
    assert rule_of(repairing.marker("asks"), repairing).splitlines() == [
        "Asks · Repair · part of Notices · the therapist’s",
        "It cannot be found in a recording.",
    ]
    assert rule_of(segmented.marker("joins"), None) == "Joins in · collaborative · the patient’s"


def test_editing_a_component_keeps_its_kind_and_offers_components(segmented, qtbot, monkeypatch):
    choose(segmented, 5)
    mark(segmented.coding.palette_panel, qtbot, "invites")
    seen = {}

    def answer(_parent, _title, fields, _hint=""):
        named = dict(fields)
        seen.update(named)
        assert [named["Marker"].itemText(n) for n in range(named["Marker"].count())] == ["Invites"]
        named["Clarity"].setCurrentIndex(3)
        named["Person"].setCurrentIndex(named["Person"].findData("patient"))
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    segmented.act("edit_mark")
    qtbot.waitUntil(lambda: saved(segmented))
    (made,) = kept(segmented, "segmented").marks
    assert (made.kind, made.marker, made.clarity, made.family, made.person) == (
        Kind.COMPONENT, "invites", 3, None, "patient",
    )  # fmt: skip
    assert "Family" not in seen


def test_a_mark_whose_marker_the_scheme_has_lost_is_shown_listed_and_edited(
    segmented, qtbot, monkeypatch
):
    choose(segmented, 5)
    mark(segmented.coding.palette_panel, qtbot, "denial")
    workspace = segmented.workspace
    (made,) = workspace.marks.values()
    lost = dataclasses.replace(made, marker="gone")
    workspace.draw(Change("as an older version had it", (made,), (lost,)))
    assert workspace.label(lost) == "gone (no longer in the scheme)"
    entries = segmented.coding.episode.entries
    shown = [entries.topLevelItem(n).text(0) for n in range(entries.topLevelItemCount())]
    assert shown == ["NO LONGER IN THE SCHEME", "gone (no longer in the scheme)"]
    segmented.coding.turns.viewport().repaint()
    segmented.coding.timeline.repaint()

    def answer(_parent, _title, fields, _hint=""):
        assert dict(fields)["Marker"].currentData() == "gone"
        return False

    monkeypatch.setattr(dialogs, "ask_form", answer)
    segmented.act("edit_mark")
    qtbot.waitUntil(lambda: saved(segmented))


def test_nothing_said_yet_is_told_of_whoever_was_to_be_marked(segmented, qtbot):
    said = []
    segmented.workspace.said.connect(said.append)
    segmented.coding.turns.clearSelection()
    segmented.coding.turns.setCurrentIndex(segmented.coding.turns.turns.index(-1))
    for typed in ("invites", "giving", "denial"):
        mark(segmented.coding.palette_panel, qtbot, typed)
    assert said == [
        "The therapist has said nothing yet that could be marked.",
        "Nobody has said anything yet that could be marked.",
        "The patient has said nothing yet that could be marked.",
    ]


def test_a_hyphen_typed_finds_the_words_it_joins():
    own = {
        "id": "ill-timed",
        "label": "Ill-timed “remark”",
        "column": "negative",
        "kind": "process",
    }
    made = scheme(SEGMENTED | {"markers": [*SEGMENTED["markers"], own]})
    for typed in ("ill-timed", "ill timed", "timed rem", "Ill-timed “remark”"):
        assert [m.id for m in matching(made, typed)] == ["ill-timed"]


def test_large_text_puts_the_families_in_two_lines_rather_than_out_of_sight(segmented, qtbot, qapp):
    panel = segmented.coding.palette_panel
    row, buttons = panel._family_row, panel._families.buttons()

    def lines():
        return len({button.geometry().top() for button in buttons})

    qtbot.waitUntil(lambda: lines() == 1)
    theme.wear(qapp, theme.LIGHT, 200)
    qtbot.waitUntil(lambda: lines() == 2)
    assert all(button.geometry().right() <= row.width() for button in buttons)
    theme.wear(qapp, theme.LIGHT)
    qtbot.waitUntil(lambda: lines() == 1)


def test_the_form_of_a_scheme_that_rolls_up_to_one_that_is_not_there_is_its_own(
    window, study_path, qtbot
):
    gone = SEGMENTED | {"rolls_up_to": "gone"}
    gone["markers"] = [SEGMENTED["markers"][0] | {"rolls_up_to": "away"}]
    desk = code(window, study_path, qtbot, gone)
    choose(desk, 5)
    mark(desk.coding.palette_panel, qtbot, "denial")
    qtbot.waitUntil(lambda: saved(desk))
    (page,) = [page for page in desk.forms.pages() if isinstance(page, layout.FormPage)]
    assert page.missing == 0
    assert page.blocks[0].lines[0].left == layout.Entry("Denial", "0:15")
