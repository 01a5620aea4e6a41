"""The Code desk as a whole: its room, its drop-downs, finding, and naming a flag."""

import pytest
from invented import REPAIR, SEGMENTED
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtTest import QTest

from coder.coding import Family, Kind
from coder.settings import Settings
from coder.study import Study
from coder.ui import dialogs, theme
from coder.ui.marker_list import MARKER
from coder.ui.quiet import BoxKeys
from coder.ui.window import Window

from .coded import choose, code, kept
from .conftest import saved

SHIFT = Qt.KeyboardModifier.ShiftModifier


def wait(window, qtbot):
    qtbot.waitUntil(lambda: saved(window))


def enter(window, qtbot, typed, held=Qt.KeyboardModifier.NoModifier):
    panel = window.coding.palette_panel
    panel.start()
    qtbot.keyClicks(panel.typed, typed)
    qtbot.keyClick(panel.typed, Qt.Key.Key_Return, held)


def marks(window):
    return [(m.kind, m.marker, m.family) for m in window.workspace.marks.values()]


# Drop-downs


def claims(window, key, held=Qt.KeyboardModifier.NoModifier):
    """Whether a key that the focused field did not want is kept from the menus."""
    event = QKeyEvent(QEvent.Type.ShortcutOverride, key, held)
    event.ignore()
    return BoxKeys(window).eventFilter(window, event) and event.isAccepted()


def test_alt_down_opens_a_drop_down_and_moves_no_mark(coding, qtbot):
    choose(coding, 1)
    coding.act("flag_withdrawal")
    coding.act("open_episode")
    before = dict(coding.workspace.marks)
    coding.activateWindow()
    box = coding.coding.episode.before
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    QTest.keyClick(coding.windowHandle(), Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert box.view().isVisible()
    box.hidePopup()
    assert coding.workspace.marks == before


def test_a_drop_down_keeps_its_own_keys_and_no_others(coding, qtbot):
    coding.activateWindow()
    alt, control = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier
    coding.coding.turns.setFocus()
    assert not claims(coding, Qt.Key.Key_Down, alt)
    coding.coding.episode.which.setFocus()
    qtbot.waitUntil(coding.coding.episode.which.hasFocus)
    assert claims(coding, Qt.Key.Key_Down, alt)
    assert claims(coding, Qt.Key.Key_Up, alt)
    assert claims(coding, Qt.Key.Key_F4)
    assert not claims(coding, Qt.Key.Key_Z, control)
    assert not claims(coding, Qt.Key.Key_F5)


@pytest.mark.parametrize("key", [Qt.Key.Key_Down, Qt.Key.Key_End, Qt.Key.Key_L])
def test_a_key_opens_the_box_of_schemes_and_changes_nothing_yet(coding, qtbot, key):
    box = coding.coding.whole_bar.scheme
    coding.activateWindow()
    box.setFocus()
    qtbot.waitUntil(box.hasFocus)
    qtbot.keyClick(box, key)
    assert box.view().isVisible()
    assert coding.workspace.scheme.id == "samstag-2003"
    qtbot.keyClick(box.view(), Qt.Key.Key_Down)
    assert coding.workspace.scheme.id == "samstag-2003"
    qtbot.keyClick(box.view(), Qt.Key.Key_Return)
    assert coding.workspace.scheme.id == "laraway-2015"


def test_a_session_is_coded_with_another_scheme_from_the_menu_and_the_place_stays(
    coding, qtbot, monkeypatch
):
    offered = []

    def answer(_parent, _title, fields, _hint=""):
        offered.extend(fields[0][1].itemText(row) for row in range(fields[0][1].count()))
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    turns = coding.coding.turns
    choose(coding, 7)
    coding.coding.player.seek(21_000)
    coding.act("other_scheme")
    assert offered == ["laraway-2015"]
    assert coding.workspace.scheme.id == "laraway-2015"
    assert turns.currentIndex().row() == 7
    assert coding.coding.player.now_ms == 21_000
    coding.studies.code_as("lead")
    coding.act("other_scheme")
    assert "Say who is coding" in coding.told.text()


def test_a_study_of_one_scheme_has_no_other(window, tmp_path, qtbot, study_path):
    study = Study.open(study_path)
    window.show_study(study)
    window.studies.code_as("Ada", "samstag-2003")
    monkey = [each for each in study.schemes() if each.id == "samstag-2003"]
    study.schemes = lambda: monkey
    window.act("other_scheme")
    assert "no other scheme" in window.told.text()


# Room


def test_a_window_begun_in_dark_paints_the_markers_in_dark(qtbot, qapp, told):
    theme.wear(qapp, theme.DARK)
    made = Window(Settings(theme="dark"))
    qtbot.addWidget(made)
    made.furnish()
    desk = made.coding
    assert desk.palette_panel._delegate.theme is theme.DARK
    assert desk.sheet.sheet.theme is theme.DARK
    assert desk.timeline.theme is theme.DARK
    made.close()
    theme.wear(qapp, theme.LIGHT)


def test_the_transcript_keeps_its_words_in_large_text_beside_long_names(
    window, study_path, qtbot, qapp
):
    code(window, study_path, qtbot, SEGMENTED, REPAIR)
    window.resize(1400, 940)
    theme.wear(qapp, theme.LIGHT, 200)
    try:
        desk = window.coding
        for name in ("Clara of a very long name", "Dora of another very long name"):
            desk.codings.addItem(f"{name} · laraway-rational-empirical")
        desk.codings.show()
        desk.whole_bar.scheme.addItem("laraway-rational-empirical-of-the-lab")
        em = window.fontMetrics().averageCharWidth
        qtbot.waitUntil(lambda: desk.turns.width() >= 36 * em())
        qtbot.waitUntil(lambda: desk._left.width() <= desk.width() // 5)
    finally:
        theme.wear(qapp, theme.LIGHT)


def test_eight_markers_are_in_sight_at_the_usual_size_and_the_definition_in_a_small_one(
    coding, qtbot
):
    panel = coding.coding.palette_panel
    coding.resize(1400, 940)
    seen = panel.list.viewport().rect()
    qtbot.waitUntil(lambda: panel.list.viewport().height() > 8 * 16)
    seen = panel.list.viewport().rect()
    assert seen.contains(panel.list.visualRect(panel.markers.index(7)))
    coding.resize(1024, 700)
    qtbot.waitUntil(lambda: coding.width() == 1024)
    panel.list.setCurrentIndex(panel.markers.index(1))  # from the note on the scheme
    for row in range(panel.markers.rowCount()):
        index = panel.markers.index(row)
        panel.list.setCurrentIndex(index)
        definition = index.data(MARKER).definition
        if index.data(MARKER).risk:
            continue  # the notice goes before the definition, and is shown again on Enter
        at = panel.rule.toPlainText().index(definition) + len(definition)
        cursor = QTextCursor(panel.rule.document())
        cursor.setPosition(at)
        assert panel.rule.viewport().rect().contains(panel.rule.cursorRect(cursor).center()), (
            index.row()
        )


def test_the_rule_is_reached_by_tab_and_left_by_escape(coding, qtbot):
    panel = coding.coding.palette_panel
    coding.activateWindow()
    panel.rule.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(panel.rule.hasFocus)
    qtbot.keyClick(panel.rule, Qt.Key.Key_Down)
    assert panel.rule.hasFocus()
    qtbot.keyClick(panel.rule, Qt.Key.Key_Escape)
    assert panel.typed.hasFocus()


def test_the_button_that_plays_has_room_for_both_its_signs(coding, qapp):
    button = coding.coding.transport.play_button
    for size in (100, 200):
        theme.wear(qapp, theme.LIGHT, size)
        qapp.processEvents()
        for sign in ("▶", "❚❚"):
            button.setText(sign)
            assert button.width() >= button.fontMetrics().horizontalAdvance(sign) + 24
    theme.wear(qapp, theme.LIGHT)


def test_a_box_of_codings_is_never_blank(coding, qtbot):
    choose(coding, 1)
    coding.act("flag_withdrawal")
    wait(coding, qtbot)
    desk = coding.coding
    assert desk.codings.isHidden()  # there is nothing to choose
    coding.coding.whole.choose_scheme("laraway-2015")
    assert desk.codings.currentText() == "Ada · laraway-2015"  # not begun yet
    desk.codings.activated.emit(desk.codings.findText("Ada · samstag-2003"))
    assert coding.workspace.scheme.id == "samstag-2003"


# Finding


def test_looking_for_a_time_takes_the_player_there_and_escape_goes_to_the_transcript(coding, qtbot):
    desk = coding.coding
    coding.activateWindow()
    coding.act("find_in_transcript")
    qtbot.waitUntil(desk.search.hasFocus)
    qtbot.keyClicks(desk.search, "0:22")
    qtbot.keyClick(desk.search, Qt.Key.Key_Return)
    assert desk.turns.currentIndex().row() == 7
    assert desk.player.now_ms == 22_000
    desk.search.clear()
    qtbot.keyClicks(desk.search, "brother")
    qtbot.keyClick(desk.search, Qt.Key.Key_Return)
    assert (desk.turns.currentIndex().row(), desk.player.now_ms) == (3, 9_000)
    QTest.keyClick(desk.search, Qt.Key.Key_Escape)
    assert desk.turns.hasFocus()


def test_what_still_stands_in_the_palette_is_typed_over(coding, qtbot):
    panel = coding.coding.palette_panel
    panel.start("den")
    coding.coding.to_transcript()
    coding.act("to_palette")
    qtbot.keyClicks(panel.typed, "lo")
    assert panel.typed.text() == "lo"


# Flags


def test_a_marker_on_a_chosen_flag_names_it_and_keeps_the_family_it_was_given(coding, qtbot):
    panel = coding.coding.palette_panel
    choose(coding, 5)
    coding.act("flag_confrontation")
    assert panel.where.text() == "Enter names the flag at 0:15 · Shift+Enter adds a mark"
    assert panel.family() is Family.CONFRONTATION
    enter(coding, qtbot, "denial")
    assert marks(coding) == [(Kind.MARKER, "denial", Family.CONFRONTATION)]
    assert "The flag is named" in coding.told.text()
    assert panel.where.text().startswith("Enter marks 0:15")
    wait(coding, qtbot)
    assert [m.kind for m in kept(coding, "samstag-2003").marks] == [Kind.MARKER]
    coding.act("undo")
    wait(coding, qtbot)
    assert marks(coding) == [(Kind.FLAG, None, Family.CONFRONTATION)]


def test_an_unsure_flag_takes_the_family_of_its_marker_and_one_that_is_pressed_wins(coding, qtbot):
    choose(coding, 5)
    coding.act("flag_unsure")
    enter(coding, qtbot, "denial")
    choose(coding, 7)
    coding.act("flag_withdrawal")
    panel = coding.coding.palette_panel
    panel.start()
    qtbot.keyClicks(panel.typed, "denial")
    qtbot.keyClick(panel.typed, Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(panel.typed, Qt.Key.Key_Return)
    assert marks(coding) == [
        (Kind.MARKER, "denial", Family.WITHDRAWAL),
        (Kind.MARKER, "denial", Family.BOTH),
    ]


def test_shift_enter_adds_a_mark_and_a_flag_of_another_turn_is_left_alone(coding, qtbot):
    choose(coding, 5)
    coding.act("flag_withdrawal")
    enter(coding, qtbot, "denial", SHIFT)
    assert [kind for kind, _, _ in marks(coding)] == [Kind.FLAG, Kind.MARKER]
    choose(coding, 7)
    enter(coding, qtbot, "denial")
    assert [kind for kind, _, _ in marks(coding)] == [Kind.FLAG, Kind.MARKER, Kind.MARKER]


def test_the_dialog_of_a_mark_says_its_turn_and_time(coding, qtbot, monkeypatch):
    titles = []
    monkeypatch.setattr(dialogs, "ask_form", lambda _parent, title, *_: titles.append(title))
    choose(coding, 5)
    coding.act("flag_withdrawal")
    coding.act("edit_mark")
    choose(coding, 1, 3)
    coding.act("flag_withdrawal")
    coding.act("edit_mark")
    assert titles == ["Edit mark · turn 6, 0:15", "Edit mark · turns 2 to 4, 0:03"]


# What is locked


def test_what_was_submitted_is_not_offered_to_be_undone(coding, qtbot, monkeypatch):
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    choose(coding, 5)
    coding.act("flag_withdrawal")
    wait(coding, qtbot)
    assert coding.hint.text().startswith("Ctrl+Z undoes")
    coding.act("submit")
    qtbot.waitUntil(lambda: coding.hint.text() == "")
    assert not coding.actions_of["undo"].isEnabled()
