"""The sheet of segments, driven by keys."""

import pytest
from invented import SEGMENTED
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from coder.coding import Anchor, Family, Kind
from coder.ui import theme

from .coded import choose, code, kept
from .conftest import saved


@pytest.fixture
def segmented(window, study_path, qtbot):
    code(window, study_path, qtbot, SEGMENTED)
    window.act("segment_sheet")
    return window


def wait(window, qtbot):
    qtbot.waitUntil(lambda: saved(window))


def shown(sheet, row, column, role=Qt.ItemDataRole.DisplayRole):
    return sheet.model().index(row, column).data(role)


def marks(window):
    return [
        (m.marker, m.kind, m.family, m.clarity, m.person, m.anchor)
        for m in kept(window, "segmented").marks
    ]


def test_rows_are_markers_under_their_headings_and_columns_segments(segmented):
    sheet = segmented.coding.sheet
    model = sheet.model()
    down, across = Qt.Orientation.Vertical, Qt.Orientation.Horizontal
    assert [model.headerData(n, down) for n in range(model.rowCount())] == [
        "MOVES AWAY", "Denial", "Giving up", "RESOLUTION STRATEGIES", "Invites",
        "COLLABORATIVE PROCESSES", "Joins in",
    ]  # fmt: skip
    # The segment that is heard is pointed at.
    assert [model.headerData(n, across) for n in range(model.columnCount())] == [
        "▸0:00",
        "0:10",
        "0:20",
        "0:30",
    ]
    assert model.headerData(0, across, Qt.ItemDataRole.FontRole) is None
    assert model.headerData(0, down, Qt.ItemDataRole.FontRole) is None
    assert sheet.currentIndex().row() == 1
    assert sheet.isVisible()
    assert model.flags(model.index(0, 0)) == Qt.ItemFlag.NoItemFlags


def test_enter_ticks_a_digit_says_how_clear_and_delete_takes_it_away(segmented, qtbot):
    sheet = segmented.coding.sheet
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    wait(segmented, qtbot)
    spot = Anchor(start_ms=0, end_ms=10_000)
    assert marks(segmented) == [("denial", Kind.MARKER, Family.WITHDRAWAL, None, "patient", spot)]
    assert shown(sheet, 1, 0) == "✓"
    for key, sign in ((Qt.Key.Key_1, "●○○"), (Qt.Key.Key_3, "●●●")):
        qtbot.keyClick(sheet, key)
        assert shown(sheet, 1, 0) == sign
    wait(segmented, qtbot)
    assert [mark[3] for mark in marks(segmented)] == [3]
    assert shown(sheet, 1, 0, Qt.ItemDataRole.AccessibleTextRole) == "Denial, 0:00: 1 mark, strong"
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    assert "Delete takes the tick away" in segmented.told.text()
    assert shown(sheet, 1, 0) == "●●●"
    qtbot.keyClick(sheet, Qt.Key.Key_Delete)
    wait(segmented, qtbot)
    assert marks(segmented) == []
    assert shown(sheet, 1, 0) is None
    assert shown(sheet, 1, 0, Qt.ItemDataRole.ToolTipRole) == "Denial, 0:00: not marked"
    segmented.act("undo")
    wait(segmented, qtbot)
    assert shown(sheet, 1, 0) == "●●●"


def test_arrows_pass_by_headings_and_a_component_is_the_therapists(segmented, qtbot):
    sheet = segmented.coding.sheet
    for _ in range(2):
        qtbot.keyClick(sheet, Qt.Key.Key_Down)
    qtbot.keyClick(sheet, Qt.Key.Key_2)
    wait(segmented, qtbot)
    spot = Anchor(start_ms=0, end_ms=10_000)
    assert marks(segmented) == [("invites", Kind.COMPONENT, None, 2, "therapist", spot)]
    qtbot.keyClick(sheet, Qt.Key.Key_Delete)
    wait(segmented, qtbot)
    assert marks(segmented) == []


def test_a_cell_shows_the_places_marked_in_its_segment(segmented, qtbot):
    sheet = segmented.coding.sheet
    for row in (1, 3):
        choose(segmented, row)
        segmented.coding.palette_panel.start("denial")
        segmented.coding.palette_panel.choose()
    assert shown(sheet, 1, 0) == "✓ ×2"
    assert shown(sheet, 1, 0, Qt.ItemDataRole.AccessibleTextRole) == "Denial, 0:00: 2 marks"
    said = []
    segmented.workspace.said.connect(said.append)
    sheet.setCurrentIndex(sheet.model().index(1, 0))
    qtbot.keyClick(sheet, Qt.Key.Key_Backspace)
    assert said == ["This segment has no tick of its own to take away."]
    qtbot.keyClick(sheet, Qt.Key.Key_2)
    assert shown(sheet, 1, 0) == "●●○ ×2"
    assert said[-1] == "Segment 0:00: Denial, clear"
    wait(segmented, qtbot)
    assert len(marks(segmented)) == 3


def test_going_to_another_segment_goes_to_its_moment_and_shift_enter_plays_it(
    segmented, qtbot, monkeypatch
):
    sheet, player = segmented.coding.sheet, segmented.coding.player
    segmented.activateWindow()
    sheet.setFocus()
    qtbot.waitUntil(sheet.hasFocus)
    qtbot.keyClick(sheet, Qt.Key.Key_Right)
    assert player.now_ms == 10_000
    assert sheet.model().headerData(1, Qt.Orientation.Horizontal) == "▸0:10"
    qtbot.keyClick(sheet, Qt.Key.Key_Down)
    player.seek(11_000)
    played = []
    monkeypatch.setattr(player, "play_span", lambda *span: played.append(span))
    qtbot.keyClick(sheet, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    sheet.doubleClicked.emit(sheet.currentIndex())
    assert played == [(10_000, 20_000)] * 2
    sheet.horizontalHeader().sectionClicked.emit(3)
    assert player.now_ms == 30_000


def test_space_plays_while_segments_are_ticked_and_changes_no_tick(segmented, qtbot, monkeypatch):
    sheet = segmented.coding.sheet
    qtbot.keyClick(sheet, Qt.Key.Key_2)
    played = []
    monkeypatch.setattr(segmented.coding.transport, "play", lambda: played.append("play"))
    qtbot.keyClick(sheet, Qt.Key.Key_Space)
    assert played == ["play"]
    assert shown(sheet, 1, 0) == "●●○"


def test_keys_of_the_whole_window_work_from_the_sheet(segmented, qtbot):
    sheet = segmented.coding.sheet
    qtbot.keyClick(sheet, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(sheet, Qt.Key.Key_X)
    assert segmented.workspace.marks == {}


def test_the_sheet_is_put_away_and_follows_the_scheme(segmented, qtbot):
    sheet = segmented.coding.sheet
    segmented.act("segment_sheet")
    assert not sheet.isVisible()
    segmented.act("segment_sheet")
    segmented.workspace.reload()
    assert sheet.isVisible()
    segmented.coding.whole.choose_scheme("samstag-2003")
    assert not sheet.isVisible()
    segmented.coding.whole.choose_scheme("segmented")
    assert sheet.isVisible()


def test_the_lead_looks_and_ticks_nothing(segmented, qtbot):
    qtbot.keyClick(segmented.coding.sheet, Qt.Key.Key_Return)
    wait(segmented, qtbot)
    segmented.studies.code_as("lead")
    assert segmented.coding.sheet.isVisible()
    assert shown(segmented.coding.sheet, 1, 0) == "✓"
    said = []
    segmented.workspace.said.connect(said.append)
    qtbot.keyClick(segmented.coding.sheet, Qt.Key.Key_Return)
    qtbot.keyClick(segmented.coding.sheet, Qt.Key.Key_Delete)
    assert said[0] == "This coding is not yours to change, or is submitted."
    assert len(segmented.workspace.marks) == 1


def test_a_retired_marker_has_a_row_where_it_was_used(segmented, qtbot):
    from coder.coding import Mark, MarkId, place

    workspace = segmented.workspace
    old = Mark(MarkId("o"), workspace.coding.id, Kind.MARKER, "old", Family.WITHDRAWAL, anchor=Anchor(start_ms=1_000))  # fmt: skip
    workspace.apply(place(workspace.coding, old, "Old one"))
    segmented.coding.sheet.show_session()
    model = segmented.coding.sheet.model()
    assert "Old one" in [
        model.headerData(n, Qt.Orientation.Vertical) for n in range(model.rowCount())
    ]
    wait(segmented, qtbot)


def test_colours_are_those_of_the_marks_in_light_and_dark(segmented, qtbot):
    sheet = segmented.coding.sheet
    qtbot.keyClick(sheet, Qt.Key.Key_Return)
    ground, ink = Qt.ItemDataRole.BackgroundRole, Qt.ItemDataRole.ForegroundRole
    assert shown(sheet, 1, 0, ground) == QColor(theme.LIGHT.withdrawal.soft)
    segmented.act("dark")
    assert shown(sheet, 1, 0, ink) == QColor(theme.DARK.withdrawal.words)
    assert shown(sheet, 0, 0, ground) == QColor(theme.DARK.raised)
    segmented.act("light")
    wait(segmented, qtbot)


def test_a_tick_is_drawn_light_over_its_segment_and_a_place_in_it_stands_out(segmented, qtbot):
    qtbot.keyClick(segmented.coding.sheet, Qt.Key.Key_Return)
    choose(segmented, 1)
    segmented.coding.palette_panel.start("denial")
    segmented.coding.palette_panel.choose()
    segmented.workspace.point(None)
    timeline = segmented.coding.timeline
    tick, place = segmented.workspace.marks.values()
    (wide,), (small,) = timeline.boxes_of(tick), timeline.boxes_of(place)
    assert wide.left() == timeline.x_of(0)
    assert wide.right() == timeline.x_of(10_000) - 1
    picture = timeline.grab().toImage()
    ratio = picture.devicePixelRatio()
    look = theme.LIGHT.withdrawal

    def at(x):
        return picture.pixelColor(int(x * ratio), int(small.center().y() * ratio))

    assert at(wide.right() - 8) == QColor(look.soft)
    assert at(small.center().x()) == QColor(look.solid)
    assert timeline.mark_at(small.center()) == place
    wait(segmented, qtbot)


def test_segments_begin_with_a_line_in_the_gutter_and_a_word_for_the_ear(segmented):
    from coder.ui.transcript import SEGMENT

    turns = segmented.coding.turns.turns
    begins = [turns.index(row).data(SEGMENT) for row in range(turns.rowCount())]
    # Turns begin every 3 s, segments every 10 s.
    assert [row for row, start in enumerate(begins) if start is not None] == [0, 4, 7, 10]
    assert begins[4] == 10_000
    heard = turns.index(4).data(Qt.ItemDataRole.AccessibleTextRole)
    assert heard.startswith("Segment 0:10. therapist 0:12: And what")
    segmented.workspace.retime(segmented.workspace.turns, segmented.workspace.marks.values())
    assert turns.index(4).data(SEGMENT) == 10_000
