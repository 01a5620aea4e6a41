"""The scheme editor, with real widgets: everything by hand and key, nothing saved that is wrong."""

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from coder import markers, schemes
from coder.coding import Kind
from coder.markers import editing
from coder.study import Study
from coder.ui import dialogs, theme
from coder.ui.scheme_draft import Draft
from coder.ui.scheme_editor import SchemeEditor
from coder.ui.schemes import SchemesDialog

from .conftest import saved

OWN = {
    "id": "own",
    "version": "1.1",
    "title": "Our own",
    "source": "this test",
    "rolls_up_to": "laraway-2015",
    "markers": [
        {"id": "sighs", "label": "Sighs", "column": "manner", "key": "si", "counts_as": {"cis": "direct"}},
        {"id": "hums", "label": "Hums", "column": "manner"},
        {"id": "denial", "label": "Denial", "column": "content", "confused_with": ["sighs"]},
    ],
    "scales": [{"id": "impact", "label": "Impact", "low": 1, "high": 3, "anchors": {"1": "none"}}],
}  # fmt: skip


@pytest.fixture
def editor(qtbot, qapp, told):
    if not qapp.styleSheet():  # dressing the program anew costs seconds
        theme.wear(qapp, theme.LIGHT)
    draft = Draft(OWN, taken=[("own", "1.0")], used=["sighs"])
    made = SchemeEditor(draft, theme.LIGHT)
    qtbot.addWidget(made)
    made.show()
    return made


def now(editor, marker=None):
    """What the draft says of a marker, or of the scheme."""
    return editor.draft.content if marker is None else editor.draft.marker(marker)


def type_into(line, text):
    """Write a text in place of what is there."""
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)


def rows(editor):
    items = editor.markers.items()
    return {name: item.text(0).strip() for name, item in items.items()}


# The list


def test_markers_stand_by_column_with_their_keys(editor):
    tree = editor.markers.tree
    heads = [tree.topLevelItem(n).text(0) for n in range(tree.topLevelItemCount())]
    assert heads == ["Narrative manner or tone", "Narrative content"]
    assert rows(editor) == {"sighs": "si  Sighs", "hums": "Hums", "denial": "Denial"}
    assert editor.markers.current == "sighs"


def test_alt_down_moves_a_marker_in_its_column_and_keeps_it_chosen(editor, qtbot):
    tree = editor.markers.tree
    tree.setFocus()
    qtbot.keyClick(tree, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert [each["id"] for each in now(editor)["markers"]] == ["hums", "sighs", "denial"]
    assert editor.markers.current == "sighs"
    qtbot.keyClick(tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert [each["id"] for each in now(editor)["markers"]] == ["sighs", "hums", "denial"]
    editor.markers.buttons["down"].click()
    editor.markers.buttons["up"].click()
    assert not editor.draft.altered


def test_down_goes_to_the_next_marker_and_its_fields(editor, qtbot):
    editor.markers.tree.setFocus()
    qtbot.keyClick(editor.markers.tree, Qt.Key.Key_Down)
    assert editor.form.fields["label"].value() == "Hums"
    assert "hums" in editor.form.id.text()


def test_a_marker_is_added_below_and_named_at_once(editor, qtbot):
    editor.markers.buttons["add"].click()
    line = editor.form.fields["label"].line
    qtbot.waitUntil(lambda: QApplication.focusWidget() is line)
    QTest.keyClicks(line, "Long pause")
    assert [each["id"] for each in now(editor)["markers"]] == [
        "sighs",
        "new-marker",
        "hums",
        "denial",
    ]
    assert now(editor, "new-marker")["label"] == "Long pause"
    assert rows(editor)["new-marker"] == "Long pause"


def test_the_id_of_a_new_marker_comes_from_its_label_and_is_fixed_on_save(editor):
    editor.markers.buttons["add"].click()
    line = editor.form.fields["label"].line
    type_into(line, "Long pause")
    assert editor.form.id.text() == "Id (fixed when the scheme is saved): long-pause"
    type_into(line, "Sighs!")  # an id that an earlier version has
    assert editor.form.id.text() == "Id (fixed when the scheme is saved): sighs-2"
    type_into(line, "Laughs")
    confused = editor.draft.marker("hums") | {"confused_with": ["new-marker"]}
    editor.draft.edit(editing.altered, "hums", confused_with=confused["confused_with"])
    made = editor.draft.scheme()
    assert [marker.id for marker in made.markers] == ["sighs", "laughs", "hums", "denial"]
    assert made.marker("hums").confused_with == ("laughs",)
    editor.markers.choose("hums")
    assert editor.form.id.text() == "Id (fixed): hums"


def test_a_marker_that_an_earlier_version_has_is_retired_not_removed(editor):
    buttons = editor.markers.buttons
    assert not buttons["remove"].isEnabled()
    editor.markers.remove()
    assert "sighs" in rows(editor)
    buttons["retire"].click()
    assert rows(editor)["sighs"] == "si  Sighs  (retired)"
    assert buttons["retire"].text() == "Res&tore"
    buttons["retire"].click()
    assert rows(editor)["sighs"] == "si  Sighs"


def test_a_new_marker_is_removed_unless_it_has_parts(editor):
    editor.markers.choose("hums")
    editor.draft.edit(lambda c, **f: {**c, **f}, markers=[
        {**each, "part_of": "hums"} if each["id"] == "denial" else each for each in OWN["markers"]
    ])  # fmt: skip
    editor.markers.buttons["remove"].click()
    assert "hums" in rows(editor)
    editor.markers.choose("denial")
    editor.markers.buttons["remove"].click()
    assert editor.markers.current == "hums"
    editor.markers.buttons["remove"].click()
    assert [*rows(editor)] == ["sighs"]


def test_without_a_marker_nothing_can_be_done_but_adding_one(editor):
    editor.draft.used = frozenset()
    for name in ("sighs", "hums", "denial"):
        editor.markers.choose(name)
        editor.markers.remove()
    assert not editor.form.isEnabled()
    assert [name for name, button in editor.markers.buttons.items() if button.isEnabled()] == [
        "add"
    ]
    assert not editor.save.isEnabled()
    assert (
        "the scheme has no marker" in editor.said.text()
        or "“markers” is missing" in editor.said.text()
    )
    editor.markers.retire()
    editor.markers.move_by(1)
    editor.markers.remove()
    editor.form._on_edited("label")
    editor.show_fault()
    editor.markers.add()
    assert editor.form.isEnabled()


# The fields


def test_every_field_of_a_marker_goes_into_the_scheme(editor):
    form = editor.form
    type_into(form.fields["label"].line, "Heavy sighs")
    type_into(form.fields["key"].line, "hs")
    for name, row in (("kind", 2), ("person", 1), ("family", 2), ("certainty", 2), ("colour", 1)):
        box = form.fields[name].box
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Home)
        for _ in range(row):
            QTest.keyClick(box, Qt.Key.Key_Down)
        box.activated.emit(box.currentIndex())
    for name in ("definition", "use_when", "avoid_when", "example", "risk"):
        words = form.fields[name].words
        words.setFocus()
        QTest.keyClicks(words, f"of {name}")
    form.fields["confused_with"].list.item(1).setCheckState(Qt.CheckState.Checked)
    form.fields["part_of"].put("hums")
    form.fields["part_of"].edited.emit()
    form.fields["rolls_up_to"].put("heavy-sighs")
    form.fields["rolls_up_to"].edited.emit()
    type_into(form.fields["counts_as"].line, "cis: indirect; 3rs-2015: denial")
    type_into(form.fields["also_called"].line, "Moans, aloud ; Sobs;")
    form.fields["observable"].box.click()
    marker = editor.draft.scheme().marker("sighs")
    assert (marker.label, marker.key, marker.kind, marker.person) == (
        "Heavy sighs",
        "hs",
        "process",
        "therapist",
    )
    assert (marker.family, marker.certainty, marker.colour) == ("confrontation", "high", "blue")
    assert (marker.definition, marker.use_when, marker.avoid_when) == (
        "of definition",
        "of use_when",
        "of avoid_when",
    )
    assert (marker.example, marker.risk, marker.confused_with) == (
        "of example",
        "of risk",
        ("denial",),
    )
    assert (marker.part_of, marker.rolls_up_to, marker.observable) == ("hums", "heavy-sighs", False)
    assert marker.counts_as == {"cis": "indirect", "3rs-2015": "denial"}
    assert marker.also_called == ("Moans, aloud", "Sobs")
    editor.markers.choose("hums")
    editor.markers.choose("sighs")
    assert (
        form.fields["counts_as"].value() == "3rs-2015: denial; cis: indirect"
        or form.fields["counts_as"].value() == "cis: indirect; 3rs-2015: denial"
    )
    assert form.fields["also_called"].value() == "Moans, aloud; Sobs"
    assert form.fields["kind"].value() == "process"


def test_another_name_that_is_another_markers_is_told_beside_the_field(editor):
    field = editor.form.fields["also_called"]
    type_into(field.line, "denial")
    assert field.told.text() == "“denial” is what marker 3 is called"


def test_a_column_is_chosen_or_written_and_a_new_one_gets_its_heading(editor):
    box = editor.form.fields["column"].box
    type_into(box.lineEdit(), "Odd Sounds")
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    assert now(editor, "sighs")["column"] == "odd-sounds"
    assert editor.draft.scheme().column_label("odd-sounds") == "Odd Sounds"
    assert editor.markers.current == "sighs"
    type_into(box.lineEdit(), "Repair")
    QTest.keyClick(box.lineEdit(), Qt.Key.Key_Return)
    assert now(editor, "sighs")["column"] == "repair"
    assert editor.draft.scheme().marker("sighs").kind == "marker"
    editor.draft.content["markers"][0].pop("kind")
    editor.form.show_marker("sighs")
    assert editor.form.fields["kind"].value() == "component"
    type_into(box.lineEdit(), "")
    box.lineEdit().editingFinished.emit()
    assert now(editor, "sighs")["column"] == "repair"


def test_what_is_wrong_is_said_beside_its_field_and_save_is_off_until_it_is_right(editor):
    assert editor.said.text() == "Nothing is changed yet."
    assert not editor.save.isEnabled()
    field = editor.form.fields["key"]
    type_into(field.line, "s")
    assert field.told.text() == "“s” should be two or three small letters"
    assert field.told.isVisible()
    assert field.inner.accessibleDescription() == field.told.text()
    assert "To put right: marker 1 “Sighs”: key:" in editor.said.text()
    assert editor.go_there.isVisible()
    assert not editor.save.isEnabled()
    assert rows(editor)["sighs"].startswith("●")
    spoken = editor.markers.items()["sighs"].data(0, Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Sighs, to put right"
    type_into(field.line, "sg")
    assert not field.told.isVisible()
    assert editor.said.text() == "3 markers. It will be saved as own 1.1."
    assert editor.save.isEnabled()


def test_a_label_that_is_missing_is_said_at_the_label(editor):
    type_into(editor.form.fields["label"].line, "")
    assert editor.form.fields["label"].told.text() == "“label” is missing"
    assert rows(editor)["sighs"] == "● si  (no label)"


def test_go_to_it_leads_to_the_field_that_is_wrong(editor, qtbot):
    editor.markers.choose("denial")
    type_into(editor.form.fields["key"].line, "x")
    editor.markers.choose("sighs")
    editor.tabs.setCurrentIndex(2)
    editor.go_there.click()
    assert editor.markers.current == "denial"
    qtbot.waitUntil(lambda: QApplication.focusWidget() is editor.form.fields["key"].line)
    type_into(editor.form.fields["key"].line, "de")
    type_into(editor.facts.fields["version"].line, "1.0")
    assert editor.facts.fields["version"].told.text() == "the study has this version already"
    editor.tabs.setCurrentIndex(0)
    editor.go_there.click()
    assert editor.tabs.currentIndex() == 2
    type_into(editor.facts.fields["version"].line, "2.0")
    editor.tabs.setCurrentIndex(1)
    type_into(editor.ratings.fields["high"].line, "0")
    editor.tabs.setCurrentIndex(0)
    editor.go_there.click()
    assert editor.tabs.currentIndex() == 1
    type_into(editor.ratings.fields["high"].line, "4")
    editor.show_fault()
    assert editor.save.isEnabled()


def test_the_scheme_that_markers_roll_up_to_gives_their_rows(editor):
    coarser = editor.facts.fields["rolls_up_to"]
    rolls = editor.form.fields["rolls_up_to"]
    assert rolls.box.count() == 34
    coarser.put(None)
    coarser.edited.emit()
    assert not rolls.isEnabled()
    assert rolls.box.count() == 1
    coarser.put("gone")
    coarser.edited.emit()
    assert "there is no scheme" in coarser.told.text()


# Ratings


def test_ratings_are_added_changed_and_removed(editor):
    ratings = editor.ratings
    editor.tabs.setCurrentIndex(1)
    assert [*ratings.meanings] == ["1", "2", "3"]
    type_into(ratings.meanings["3"].line, "strong")
    assert now(editor)["scales"][0]["anchors"] == {"1": "none", "3": "strong"}
    ratings.add.click()
    type_into(ratings.fields["label"].line, "Depth")
    type_into(ratings.fields["high"].line, "7")
    ratings.fields["over"].put("segment")
    ratings.fields["over"].edited.emit()
    ratings.fields["each"].put("family")
    ratings.fields["each"].edited.emit()
    ratings.fields["at_end"].box.click()
    QTest.keyClicks(ratings.fields["about"].words, "How deep?")
    assert [*ratings.meanings][-1] == "7"
    scale = editor.draft.scheme().scales[1]
    assert (scale.label, scale.high, scale.over, scale.each) == ("Depth", 7, "segment", "family")
    assert (scale.at_end, scale.about) == (False, "How deep?")
    assert ratings.list.item(1).text() == "Depth"
    type_into(ratings.fields["low"].line, "a")
    assert ratings.fields["low"].told.text() == "“a” should be a whole number"
    assert ratings.meanings == {}
    ratings.remove.click()
    ratings.remove.click()
    assert not ratings.area.isEnabled()
    ratings.on_remove()
    ratings._on_edited("label")
    ratings._on_meaning()
    assert "scales" not in editor.draft.scheme().content


def test_a_meaning_beyond_the_scale_is_told(editor):
    editor.tabs.setCurrentIndex(1)
    type_into(editor.ratings.meanings["3"].line, "strong")
    type_into(editor.ratings.fields["high"].line, "2")
    assert "3 lies outside the scale" in editor.ratings.meanings["3"].told.text()


# The scheme


def test_what_a_scheme_says_of_itself_is_changed(editor):
    facts = editor.facts
    editor.tabs.setCurrentIndex(2)
    assert not facts.fields["id"].isEnabled()
    type_into(facts.fields["title"].line, "Another title")
    assert "Another title" in editor.windowTitle()
    facts.fields["source"].words.selectAll()
    QTest.keyClicks(facts.fields["source"].words, "Ours.")
    QTest.keyClicks(facts.fields["note"].words, "Open.")
    facts.fields["prevalence"].list.item(2).setCheckState(Qt.CheckState.Checked)
    facts.fields["prevalence"].list.item(0).setCheckState(Qt.CheckState.Checked)
    segment = facts.fields["segment_s"]
    segment.put(300)
    segment.edited.emit()
    type_into(facts.headings["manner"].line, "Sound")
    made = editor.draft.scheme()
    assert (made.title, made.source, made.note, made.segment_s) == (
        "Another title",
        "Ours.",
        "Open.",
        300,
    )
    assert made.prevalence == ("sighs", "denial")
    assert made.column_label("manner") == "Sound"
    assert editor.markers.tree.topLevelItem(0).text(0) == "Sound"


@pytest.mark.parametrize(("text", "seconds"), [("90", 90), ("", None)])
def test_the_length_of_a_segment_may_be_written(editor, text, seconds):
    segment = editor.facts.fields["segment_s"]
    segment.put(300)
    segment.edited.emit()
    type_into(segment.box.lineEdit(), text)
    segment.box.lineEdit().editingFinished.emit()
    assert editor.draft.scheme().segment_s == seconds
    type_into(segment.box.lineEdit(), "long")
    segment.box.lineEdit().editingFinished.emit()
    assert "should be a whole number" in segment.told.text()


# Keyboard, size, names


def test_all_of_it_is_reached_by_tab_and_has_a_name(editor):
    reached = set()
    editor.markers.tree.setFocus()
    for _ in range(60):
        widget = QApplication.focusWidget()
        reached.add(widget)
        QTest.keyClick(widget, Qt.Key.Key_Tab)
    inner = {field.inner for field in editor.form.fields.values() if field.isEnabled()}
    missed = {w.accessibleName() for w in inner - reached}
    assert missed <= {"Column"}  # the line in the box takes the focus for it
    assert (
        editor.form.fields["column"].box.lineEdit() in reached
        or editor.form.fields["column"].box in reached
    )
    every = [
        *editor.form.fields.values(),
        *editor.ratings.fields.values(),
        *editor.facts.fields.values(),
    ]
    assert all(field.inner.accessibleName() for field in every)


def test_at_twice_the_size_nothing_is_cut_off(editor, qapp):
    theme.wear(qapp, theme.DARK, 200)
    editor.resize(1000, 680)
    qapp.processEvents()
    try:
        type_into(editor.form.fields["key"].line, "s")
        qapp.processEvents()
        page = editor.form.widget()
        cut = [
            label.text()
            for label in page.findChildren(QLabel)
            if label.isVisible() and label.height() < label.heightForWidth(label.width())
        ]
        assert cut == []
        for n, area in enumerate((editor.form, editor.ratings.area, editor.facts)):
            editor.tabs.setCurrentIndex(n)
            qapp.processEvents()
            assert area.widget().width() <= area.viewport().width(), n
    finally:
        theme.wear(qapp, theme.LIGHT)


def test_mnemonics_of_what_is_seen_together_differ(editor):
    texts = [b.text() for b in editor.findChildren(QPushButton) if b.isVisibleTo(editor)]
    texts += [editor.tabs.tabText(n) for n in range(3)]
    letters = [text[text.index("&") + 1].casefold() for text in texts if "&" in text]
    assert len(letters) == len(set(letters))


def test_leaving_asks_only_where_something_would_be_lost(editor, monkeypatch):
    asked = []

    def confirm(*args, careful):
        asked.append((*args[1:], careful))
        return len(asked) > 2

    monkeypatch.setattr(dialogs, "confirm", confirm)
    type_into(editor.form.fields["label"].line, "Other")
    editor.reject()
    editor.close()
    assert editor.isVisible()
    editor.reject()
    assert not editor.isVisible()
    assert asked == [("What was changed here is not saved.", "Discard changes", True)] * 3


def test_the_key_enter_does_not_discard_what_was_changed(editor, monkeypatch):
    seen = []

    def ask(box):
        seen.extend([box.defaultButton().text(), [each.text() for each in box.buttons()]])
        box.defaultButton().click()

    monkeypatch.setattr(dialogs, "_ask", ask)
    type_into(editor.form.fields["label"].line, "Other")
    editor.reject()
    assert editor.isVisible()
    assert seen[0].replace("&", "") == "Cancel"
    assert "Discard changes" in seen[1]


def test_leaving_an_unchanged_scheme_asks_nothing(editor):
    editor.close()
    assert not editor.isVisible()


# In a study


@pytest.fixture
def listed(window, study_path, qtbot, monkeypatch):
    """The list of schemes, opened by the lead from the menu."""
    window.show_study(Study.open(study_path))
    window.studies.code_as("lead")
    return opened(window, monkeypatch)


def opened(window, monkeypatch):
    shown = []
    monkeypatch.setattr(dialogs, "run", lambda dialog: bool(shown.append(dialog)))
    window.act("schemes")
    assert isinstance(shown[0], SchemesDialog)
    shown[0].show()
    return shown[0]


def versions(dialog):
    return [
        (each.scheme.id, each.scheme.version, each.codings)
        for each in schemes.held(dialog._study, None)
    ]


def code(window, qtbot, name, typed="dn", scheme="samstag-2003"):
    window.studies.code_as(name, scheme)
    window.coding.turns.setCurrentIndex(window.coding.turns.turns.index(1))
    window.coding.palette_panel.start(typed)
    window.coding.palette_panel.choose()
    qtbot.waitUntil(lambda: saved(window))
    window.studies.code_as("lead")


def test_a_new_version_is_saved_and_the_list_shows_it(listed, qtbot):
    listed.buttons["edit"].click()
    editor = listed.editor
    editor.show()
    type_into(editor.form.fields["label"].line, "A long silence")
    editor.save.click()
    qtbot.waitUntil(lambda: ("samstag-2003", "1.2", 0) in versions(listed))
    qtbot.waitUntil(lambda: not editor.isVisible())
    qtbot.waitUntil(lambda: listed.chosen().version == "1.2")
    assert listed.told.text() == "samstag-2003 1.2 is in the study."
    assert listed.chosen().marker("long-silence").label == "A long silence"
    listed.buttons["edit"].click()
    assert listed.editor.draft.content["version"] == "1.3"


def test_a_copy_and_a_scheme_of_one_s_own_get_an_id_that_is_free(listed, qtbot):
    listed.buttons["copy"].click()
    listed.editor.show()
    assert listed.editor.draft.content["id"] == "samstag-2003-own"
    assert listed.editor.facts.fields["id"].isEnabled()
    type_into(listed.editor.facts.fields["id"].line, "laraway-2015")
    assert "of this id already" in listed.editor.facts.fields["id"].told.text()
    type_into(listed.editor.facts.fields["id"].line, "our-list")
    listed.editor.save.click()
    qtbot.waitUntil(lambda: ("our-list", "1.0", 0) in versions(listed))
    listed.buttons["fresh"].click()
    listed.editor.save.click()
    qtbot.waitUntil(lambda: listed.told.text() == "our-scheme 1.0 is in the study.")
    listed.buttons["fresh"].click()
    assert listed.editor.draft.content["id"] == "our-scheme-2"


def test_what_a_change_touches_is_shown_before_it_is_saved(window, study_path, qtbot, monkeypatch):
    window.show_study(Study.open(study_path))
    code(window, qtbot, "Ada")
    asked, answers = [], [False, True]
    monkeypatch.setattr(
        dialogs, "confirm", lambda *args: (asked.append(args[1]), answers.pop(0))[1]
    )
    dialog = opened(window, monkeypatch)
    dialog.on_edit()
    dialog.editor.markers.choose("denial")
    dialog.editor.markers.retire()
    dialog.editor.save.click()
    qtbot.waitUntil(lambda: len(asked) == 1)
    assert "P1/1, Ada (in progress): Denial, 1 × (retired)" in asked[0]
    assert ("samstag-2003", "1.2", 0) not in versions(dialog)
    dialog.editor.save.click()
    qtbot.waitUntil(lambda: ("samstag-2003", "1.2", 0) in versions(dialog))


def test_codings_in_progress_are_moved(window, study_path, qtbot, monkeypatch, told):
    shipped = markers.load("samstag-2003").content
    content = editing.copied(shipped, "ours") | {"version": "1.1"}
    with Study.open(study_path) as study:
        schemes.take_in(study, markers.from_content(content), None)
    window.show_study(Study.open(study_path))
    code(window, qtbot, "Ada", scheme="ours")
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    dialog = opened(window, monkeypatch)
    dialog.fill(("ours", "1.1"))
    dialog.on_move()
    assert dialog.told.text() == "No coding in progress is under an older version of ours."
    content |= {"version": "1.2"}
    schemes.take_in(dialog._study, markers.from_content(content), None)
    dialog.fill(("ours", "1.2"))
    dialog.on_move()
    assert dialog.told.text() == "Moved to ours 1.2: 1 coding."
    assert ("ours", "1.2", 1) in versions(dialog)
    gone = [each for each in content["markers"] if each["id"] != "denial"]
    gone = [
        {**e, "confused_with": [n for n in e.get("confused_with", []) if n != "denial"]}
        for e in gone
    ]
    scale = {"id": "impact", "label": "Impact", "low": 1, "high": 5}
    newer = {**content, "version": "1.3", "markers": gone, "scales": [scale]}
    schemes.take_in(dialog._study, markers.from_content(newer), None)
    dialog.fill(("ours", "1.3"))
    monkeypatch.setattr(dialogs, "ask_form", lambda *_args: False)
    dialog.on_move()
    assert ("ours", "1.2", 1) in versions(dialog)
    seen = []

    def ask(_parent, _title, fields, hint):
        seen.extend([fields[0][0], hint])
        fields[0][1].setCurrentIndex(fields[0][1].findData("storytelling"))
        return True

    monkeypatch.setattr(dialogs, "ask_form", ask)
    dialog.on_move()
    assert ("ours", "1.3", 1) in versions(dialog)
    assert seen[0] == "denial (1 ×)"
    (coding,) = dialog._study.codings(None)
    assert [(m.kind, m.marker) for m in dialog._study.marks(coding.id)] == [
        (Kind.MARKER, "storytelling")
    ]
    assert told == []


def test_a_lab_s_codebook_is_imported_and_exported(listed, qtbot, tmp_path, monkeypatch, told):
    book = openpyxl.Workbook()
    for row in (["Code", "Description", "Initials"], ["Goes quiet", "Stops.", "ab"]):
        book.active.append(row)
    path = tmp_path / "lab codes.xlsx"
    book.save(path)
    monkeypatch.setattr(dialogs, "ask_open", lambda *_args: path)
    listed.buttons["take"].click()
    qtbot.waitUntil(lambda: ("lab-codes", "1.0", 0) in versions(listed))
    qtbot.waitUntil(lambda: "Left out" in listed.told.text())
    assert listed.told.text() == "lab-codes 1.0 is in the study. Left out: column “Initials”."
    listed.take(path)
    qtbot.waitUntil(lambda: "just so" in listed.told.text())
    out = tmp_path / "out.yaml"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: out)
    listed.buttons["give"].click()
    qtbot.waitUntil(lambda: "Wrote" in listed.told.text())
    assert markers.read(out.read_text(encoding="utf-8"), "out") == listed.chosen()
    book.active["A2"] = None
    book.save(path)
    listed.take(path)
    qtbot.waitUntil(lambda: bool(told))
    assert "row 2 of “Sheet”" in told[-1]


def test_an_imported_version_shows_what_it_touches(
    window, study_path, qtbot, monkeypatch, tmp_path
):
    window.show_study(Study.open(study_path))
    code(window, qtbot, "Ada")
    asked = []
    monkeypatch.setattr(dialogs, "confirm", lambda *args: asked.append(args[1]))
    dialog = opened(window, monkeypatch)
    path = tmp_path / "a.yaml"
    text = (markers.folder() / "samstag-2003.yaml").read_text(encoding="utf-8")
    path.write_text(
        text.replace('"1.1"', '"3.0"').replace("label: Denial", "label: Disowning"),
        encoding="utf-8",
    )
    dialog.take(path)
    qtbot.waitUntil(lambda: bool(asked))
    assert "Denial, 1 × (renamed)" in asked[0]
    assert len(versions(dialog)) == 2


def test_closing_a_question_for_a_file_does_nothing(listed, monkeypatch):
    monkeypatch.setattr(dialogs, "ask_open", lambda *_args: None)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: None)
    monkeypatch.setattr(dialogs, "ask_form", lambda *_args: False)
    before = versions(listed)
    for name in ("take", "give", "ship"):
        listed.buttons[name].click()
    assert versions(listed) == before


def test_of_a_codebook_of_several_sheets_one_is_asked_for(listed, qtbot, tmp_path, monkeypatch):
    book = openpyxl.Workbook()
    for name, title in (("Withdrawal", "Category"), ("Notes of mine", "Example")):
        sheet = book.create_sheet(name)
        sheet.append(["Code", title])
        sheet.append(["Pause", "Withdrawal"])
    path = tmp_path / "sheets.xlsx"
    book.save(path)
    offered = []

    def ask(_parent, _title, fields, _hint):
        names = fields[0][1].list
        offered.append([names.item(n).text() for n in range(names.count())])
        return len(offered) > 1

    monkeypatch.setattr(dialogs, "ask_form", ask)
    before = versions(listed)
    listed.take(path)
    qtbot.waitUntil(lambda: len(offered) == 1)
    assert offered[0] == ["Withdrawal", "Notes of mine"]
    assert versions(listed) == before
    listed.take(path)
    qtbot.waitUntil(lambda: ("sheets", "1.0", 0) in versions(listed))
    qtbot.waitUntil(lambda: "sheet “Notes of mine”" in listed.told.text())


def test_a_scheme_is_taken_out_again_unless_it_is_coded_by(
    window, study_path, qtbot, monkeypatch, told
):
    with Study.open(study_path) as study:
        schemes.take_in(study, markers.load("harper-1989"), None)
    window.show_study(Study.open(study_path))
    code(window, qtbot, "Ada")
    answers = [False, True, True]
    monkeypatch.setattr(dialogs, "confirm", lambda *_args, careful: careful and answers.pop(0))
    dialog = opened(window, monkeypatch)
    dialog.fill(("harper-1989", "1.0"))
    dialog.buttons["out"].click()
    assert ("harper-1989", "1.0", 0) in versions(dialog)
    dialog.buttons["out"].click()
    qtbot.waitUntil(lambda: ("harper-1989", "1.0", 0) not in versions(dialog))
    qtbot.waitUntil(lambda: dialog.told.text() == "harper-1989 is no longer in the study.")
    assert told == []
    dialog.fill(("samstag-2003", "1.1"))
    dialog.buttons["out"].click()
    qtbot.waitUntil(lambda: bool(told))
    assert "cannot be taken out: 1 of" in told[-1]
    assert ("samstag-2003", "1.1", 1) in versions(dialog)


def test_new_names_and_keys_are_told_before_they_are_saved(window, study_path, qtbot, monkeypatch):
    window.show_study(Study.open(study_path))
    code(window, qtbot, "Ada")
    asked = []
    monkeypatch.setattr(dialogs, "confirm", lambda *args: asked.append(args[1]))
    dialog = opened(window, monkeypatch)
    dialog.on_edit()
    dialog.editor.show()
    dialog.editor.markers.choose("denial")
    type_into(dialog.editor.form.fields["label"].line, "Denies")
    type_into(dialog.editor.form.fields["key"].line, "dz")
    dialog.editor.save.click()
    qtbot.waitUntil(lambda: bool(asked))
    assert "New names and keys: Denial → Denies; key of Denies: dn → dz." in asked[0]
    assert "Denial, 1 × (renamed)" in asked[0]


def test_a_scheme_that_ships_is_added(listed, qtbot, monkeypatch):
    chosen = ["harper-1989", "cis"]

    def ask(_parent, _title, fields):
        names = fields[0][1]
        names.show_names([(each, each) for each in chosen], chosen)
        return True

    monkeypatch.setattr(dialogs, "ask_form", ask)
    listed.buttons["ship"].click()
    qtbot.waitUntil(lambda: ("harper-1989", "1.0", 0) in versions(listed))
    qtbot.waitUntil(lambda: "cis" in {each[0] for each in versions(listed)})
    qtbot.waitUntil(lambda: listed.chosen().id == "cis")
    monkeypatch.setattr(markers, "available", lambda: ("harper-1989", "samstag-2003"))
    listed.on_ship()
    assert listed.told.text() == "The study has every scheme that ships."
    # A version that the study does not have yet is on offer again.
    chosen[:] = ["samstag-2003"]
    newer = markers.from_content({**markers.load("samstag-2003").content, "version": "9.0"})
    monkeypatch.setattr(markers, "load", lambda _name: newer)
    listed.on_ship()
    qtbot.waitUntil(lambda: ("samstag-2003", "9.0", 0) in versions(listed))


def test_a_coder_may_look_and_export_but_change_nothing(coding, monkeypatch):
    dialog = opened(coding, monkeypatch)
    assert [name for name, button in dialog.buttons.items() if button.isEnabled()] == ["give"]
    assert "Only the lead changes schemes" in dialog.told.text()
    dialog.on_edit()
    assert dialog.editor is None


def test_without_a_chosen_version_nothing_is_done(listed):
    listed.list.setCurrentItem(None)
    for name in ("edit", "copy", "give", "move", "out"):
        getattr(listed, f"on_{name}")()
        assert not listed.buttons[name].isEnabled()
    assert listed.editor is None
    assert isinstance(listed, QWidget)
