"""The views: what they draw and say, and that models and dialogs keep Qt's rules."""

import gc
import weakref

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QAccessible, QColor, QPalette, QWheelEvent

from coder.coding import Family, Kind, Mark, MarkId
from coder.session import TimeSource
from coder.ui import theme
from coder.ui.finding import find
from coder.ui.import_dialog import ImportDialog
from coder.ui.timeline import lanes_of, wave_picture

from .conftest import saved


def near(one, other, by=12):
    return all(abs(a - b) <= by for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


def mark_of(kind, family=None):
    return Mark(MarkId("m"), "c", kind, family=family)


def test_models_keep_the_contract_of_qt(coding, qtmodeltester):
    for model in (
        coding.coding.turns.turns,
        coding.coding.palette_panel.markers,
        coding.coding.sessions,
        coding.agreeing.table.codes,
        coding.agreeing.moments.model,
    ):
        qtmodeltester.check(model)


def test_marking_does_not_lay_the_transcript_out_again(coding, qtbot):
    turns = coding.coding.turns
    asked = []
    old = turns.painter_of_turns.sizeHint
    turns.painter_of_turns.sizeHint = lambda *args: asked.append(1) or old(*args)
    turns.setCurrentIndex(turns.turns.index(5))
    asked.clear()
    coding.act("flag_both")
    assert len(asked) <= 1
    qtbot.waitUntil(lambda: saved(coding))


def test_a_turn_tells_a_screen_reader_who_when_what_and_its_marks(coding, qtbot):
    turns = coding.coding.turns
    turns.setCurrentIndex(turns.turns.index(5))
    coding.coding.palette_panel.start("denial")
    coding.coding.palette_panel.choose()
    told = turns.turns.index(5).data(Qt.ItemDataRole.AccessibleTextRole)
    assert told == "patient 0:15: Fine. It is fine.. Marked: Denial"
    qtbot.waitUntil(lambda: saved(coding))


def test_what_is_acted_on_has_an_accessible_name(coding):
    for widget in (
        coding.coding.turns,
        coding.coding.timeline,
        coding.coding.palette_panel.typed,
        coding.coding.palette_panel.list,
        coding.coding.episode.precipitant,
        coding.coding.episode.entries,
        coding.coding.session_list,
        coding.agreeing.table,
        coding.agreeing.moments.list,
        coding.agreeing.moments.lanes,
        coding.agreeing.charts.view,
        coding.agreeing.choices.unit,
        coding.agreeing.choices.coders,
    ):
        assert QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)


def test_patients_words_are_never_rendered_as_html(coding, qtbot):
    from PySide6.QtWidgets import QLabel

    rich = [
        label.text()
        for label in coding.findChildren(QLabel)
        if label.textFormat() == Qt.TextFormat.RichText
    ]
    assert rich == []


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_timeline_draws_marks_in_their_lane_and_colour(coding, qtbot, name):
    look = theme.pick(name)
    coding.coding.timeline.wear(look)
    turns = coding.coding.turns
    turns.setCurrentIndex(turns.turns.index(5))
    coding.act("flag_withdrawal")
    coding.coding.palette_panel.start("denial")
    coding.coding.palette_panel.choose()
    coding.workspace.point(None)
    timeline = coding.coding.timeline
    picture = timeline.grab().toImage()
    (mark,) = [each for each in coding.workspace.marks.values() if each.kind == Kind.MARKER]
    (box,) = timeline.boxes_of(mark)
    ratio = picture.devicePixelRatio()
    centre = picture.pixelColor(int(box.center().x() * ratio), int(box.center().y() * ratio))
    assert near(centre, QColor(look.withdrawal.solid))
    assert timeline.mark_at(box.center()) is not None
    qtbot.waitUntil(lambda: saved(coding))


def test_both_stands_in_two_lanes_and_repair_in_its_own():
    assert lanes_of(mark_of(Kind.MARKER, Family.BOTH)) == ("withdrawal", "confrontation")
    assert lanes_of(mark_of(Kind.FLAG, Family.CONFRONTATION)) == ("confrontation",)
    assert lanes_of(mark_of(Kind.SHIFT)) == ("repair",)
    assert lanes_of(mark_of(Kind.PRECIPITANT)) == ("precipitant",)


def test_a_loud_second_is_tall_in_the_waveform_and_a_silent_one_flat(coding, qtbot):
    timeline = coding.coding.timeline
    qtbot.waitUntil(lambda: timeline._peaks is not None)
    timeline.show_span(0, 40_000)
    picture = timeline.grab().toImage()
    ink, ratio = QColor(timeline.theme.wave), picture.devicePixelRatio()

    def tall(at_ms):
        x = int(timeline.x_of(at_ms) * ratio)
        return sum(near(picture.pixelColor(x, y), ink, 4) for y in range(4, int(60 * ratio)))

    assert tall(11_500) > 5 * max(1, tall(10_500))


def test_the_picture_of_a_wave_has_a_column_for_each_pair_of_peaks():
    picture = wave_picture(np.array([[-1.0, 1.0], [0.0, 0.0]]), 11, "#000000", "#ffffff")
    assert (picture.width(), picture.height()) == (2, 11)
    assert [picture.pixelColor(0, y).lightness() for y in range(11)] == [0] * 11
    assert [y for y in range(11) if picture.pixelColor(1, y).lightness() == 0] == [5]


def test_the_wheel_zooms_around_the_pointer_and_a_click_seeks(coding, qtbot):
    timeline = coding.coding.timeline
    before = timeline.ms_at(400)
    wheel = QWheelEvent(
        QPointF(400, 40),
        QPointF(400, 40),
        QPoint(),
        QPoint(0, 240),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    timeline.wheelEvent(wheel)
    assert abs(timeline.ms_at(400) - before) < 200
    assert timeline._to - timeline._from < 40_000
    qtbot.mouseClick(timeline, Qt.MouseButton.LeftButton, pos=QPoint(400, 30))
    assert abs(coding.coding.player.now_ms - before) < 300
    for key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus, Qt.Key.Key_Minus, Qt.Key.Key_Right):
        qtbot.keyClick(timeline, key)
    assert abs(coding.coding.player.now_ms - before - 1000) < 300


def test_dragging_over_the_wave_makes_a_loop(coding, qtbot):
    timeline = coding.coding.timeline
    qtbot.mousePress(timeline, Qt.MouseButton.LeftButton, pos=QPoint(300, 30))
    qtbot.mouseMove(timeline, QPoint(360, 30))
    from PySide6.QtGui import QMouseEvent

    move = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(380, 30),
        QPointF(380, 30),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    timeline.mouseMoveEvent(move)
    qtbot.mouseRelease(timeline, Qt.MouseButton.LeftButton, pos=QPoint(380, 30))
    assert coding.coding.player.loop == (timeline.ms_at(300), timeline.ms_at(380))
    coding.act("loop_off")
    assert coding.coding.player.loop is None


def contrast(one, other):
    def luminance(color):
        parts = [
            c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.getRgbF()[:3]
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(QColor(one)), luminance(QColor(other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_every_text_can_be_read_on_its_ground(look):
    # WCAG 2.2, 1.4.3: at least 4.5 to 1.
    for ink in (look.precipitant, look.withdrawal, look.confrontation, look.repair, look.unsure):
        assert contrast(ink.words, ink.soft) >= 4.5
    for text in (look.text, look.muted, look.accent, look.danger, look.good):
        for ground in (look.window, look.surface, look.raised):
            assert contrast(text, ground) >= 4.5, (text, ground)


def test_the_theme_changes_the_whole_window(coding, qapp):
    coding.act("dark")
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(theme.DARK.window)
    coding.act("light")
    assert qapp.palette().color(QPalette.ColorRole.Window) == QColor(theme.LIGHT.window)
    coding.act("bigger_text")
    assert coding.preferences.now.text_size == 110
    coding.act("smaller_text")


def test_find_answers_to_words_times_and_turns(coding):
    turns = coding.workspace.turns
    assert find(turns, "brother", 0) == 3
    assert find(turns, "BROTHER", 3) == 3
    assert find(turns, "0:16", 0) == 5
    assert find(turns, "turn 7", 0) == 6
    assert find(turns, "turn 99", 0) is None
    assert find(turns, "7:99", 0) is None
    assert find(turns, "zebra", 0) is None


def test_the_search_field_goes_to_the_next_turn_that_answers(coding, qtbot):
    coding.act("find_in_transcript")
    qtbot.keyClicks(coding.coding.search, "diary")
    for row in (7, 0):
        qtbot.keyClick(coding.coding.search, Qt.Key.Key_Return)
        assert coding.coding.turns.currentIndex().row() == row


def test_a_guessed_time_is_shown_as_one(coding, qtbot):
    import dataclasses

    workspace = coding.workspace
    workspace.turns = tuple(
        dataclasses.replace(t, times=TimeSource.INTERPOLATED) for t in workspace.turns
    )
    coding.coding.turns.viewport().repaint()


def test_a_closed_dialog_is_freed(qtbot, qapp, tasks):
    dialog = ImportDialog(tasks)
    ghost = weakref.ref(dialog)
    dialog.close()
    dialog.deleteLater()
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    del dialog
    gc.collect()
    assert ghost() is None
