"""The import dialog shows what would come in, and reads again with every choice; folders come whole."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPushButton

from coder.session import Role
from coder.ui import dialogs, theme
from coder.ui.batch_dialog import BatchDialog
from coder.ui.import_dialog import ImportDialog

from .conftest import saved, write_vtt, write_wav

TEXT = """Session 4
Anna Berg: So, how did Peter come on Monday?
Client: He did. (sighs) He lives in Bremen now.
Anna Berg: And what did you feel?
Client: Fine. It is fine.
"""


@pytest.fixture
def dialog(qtbot, told, tmp_path, tasks):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    made = ImportDialog(tasks)
    qtbot.addWidget(made)
    with qtbot.waitSignal(made.shown, timeout=20_000):
        made.inspect(tmp_path / "a.txt")
    return made


def texts(model):
    return [
        [model.index(row, column).data() for column in range(model.columnCount())]
        for row in range(model.rowCount())
    ]


def test_what_comes_in_and_what_does_not_is_listed(dialog):
    assert texts(dialog.preview.turns)[0] == [
        "2",
        "",
        "Anna Berg",
        "So, how did Peter come on Monday?",
    ]
    assert texts(dialog.preview.left_out) == [["1", "heading", "Session 4"]]
    assert texts(dialog.preview.notes) == [["3", "(sighs)"]]
    assert dialog.preview.tabText(0) == "Turns (4)"
    assert "text, utf-8 · 4 turns · no times · 4 without a time" in dialog.found.text()


def test_every_choice_reads_the_file_again(dialog, qtbot):
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.choices.lift.click()
    assert texts(dialog.preview.turns)[1][3] == "He did. He lives in Bremen now."
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.choices.skip.setText("4-5")
        dialog.choices.skip.textEdited.emit("4-5")
    assert dialog.preview.tabText(0) == "Turns (2)"
    assert dialog.options().skip == ((4, 5),)


def test_a_choice_that_cannot_be_read_says_so_and_nothing_is_imported(dialog, qtbot):
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.choices.rate.setText("often")
        dialog.choices.rate.textEdited.emit("often")
    assert "no number of frames" in dialog.found.text()
    assert not dialog.go.isEnabled()


def test_names_are_proposed_and_replaced_before_anything_is_written(dialog, qtbot):
    names = dialog.preview.names
    found = [row[0] for row in texts(names)]
    assert {"Anna Berg", "Peter", "Monday", "Bremen"} <= set(found)
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        names.setData(names.index(found.index("Peter"), 3), "[husband]")
    assert texts(dialog.preview.turns)[0][3] == "So, how did [husband] come on Monday?"
    assert "“[husband]” put 1 time" in dialog.found.text()
    assert names.setData(names.index(names.rowCount() - 1, 0), "Berg")
    row = next(n for n in range(names.rowCount()) if names.index(n, 0).data() == "Berg")
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        names.setData(names.index(row, 3), "B.")
    assert set(dialog.role_of) == {"Anna B.", "Client"}
    assert dialog.options().names == (("Peter", "[husband]"), ("Berg", "B."))


def put(dialog, qtbot, name, instead):
    names = dialog.preview.names
    row = next(n for n in range(names.rowCount()) if names.index(n, 0).data() == name)
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        names.setData(names.index(row, 3), instead)
    return row


def test_a_row_of_the_names_keeps_its_place_when_the_file_is_read_again(dialog, qtbot):
    before = [row[0] for row in texts(dialog.preview.names)]
    put(dialog, qtbot, "Monday", "[day]")
    assert [row[0] for row in texts(dialog.preview.names)] == before
    assert dialog.preview.names.index(before.index("Monday"), 1).data() == "1"
    put(dialog, qtbot, "Anna Berg", "Therapist X")
    assert [row[0] for row in texts(dialog.preview.names)] == before


def editors(table):
    return [each for each in table.findChildren(QLineEdit) if each.isVisible()]


def test_what_is_being_typed_outlives_the_reading(dialog, qtbot):
    dialog.show()
    dialog.preview.setCurrentIndex(3)
    table, names = dialog.preview.tables[3], dialog.preview.names
    put(dialog, qtbot, "Peter", "[husband]")
    row = [each[0] for each in texts(names)].index("Bremen")
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.choices.skip.setText("4-5")
        dialog.choices.skip.textEdited.emit("4-5")
        table.setCurrentIndex(names.index(row, 0))
        QTest.keyClick(table, Qt.Key.Key_Return)
        QTest.keyClicks(editors(table)[0], "[half")
    assert editors(table)[0].text() == "[half"
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        QTest.keyClick(editors(table)[0], Qt.Key.Key_Return)
    assert ("[half") in dict(dialog.options().names).values()
    assert dialog.result() == 0
    assert table.currentIndex().row() == row


def test_the_role_of_a_label_outlives_every_name_put_in_its_place(dialog, qtbot):
    box = dialog.role_of["Anna Berg"]
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        box.setCurrentIndex(box.findData(Role.THERAPIST))
        box.activated.emit(box.currentIndex())
        assert not dialog.go.isEnabled()
    client = dialog.role_of["Client"]
    for instead in ("T. X", "Therapist"):
        put(dialog, qtbot, "Anna Berg", instead)
        assert dialog.role_of[instead].currentData() == Role.THERAPIST
        assert dialog.role_of["Client"] is client
        assert dialog.request().options.roles["Anna Berg"] is Role.THERAPIST
    assert dialog.reading.roles["Therapist"] is Role.THERAPIST


def test_labels_are_known_when_names_were_there_before_the_file(dialog, qtbot, tmp_path):
    put(dialog, qtbot, "Anna Berg", "T. X")
    (tmp_path / "b.txt").write_text(TEXT.replace("Session 4", "Session 5"), encoding="utf-8")
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.inspect(tmp_path / "b.txt")
    assert set(dialog.roles.labels.items()) == {("Anna Berg", "T. X"), ("Client", "Client")}


def test_the_names_of_the_file_before_are_not_counted(dialog, qtbot, tmp_path):
    assert dialog.preview.tabText(3).startswith("Names (")
    (tmp_path / "c.eaf").write_text("<nothing", encoding="utf-8")
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.inspect(tmp_path / "c.eaf")
    assert dialog.preview.tabText(3) == "Names"


def test_nothing_is_imported_that_was_not_shown(dialog, qtbot):
    assert dialog.go.isEnabled()
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.choices.lift.click()
        assert not dialog.go.isEnabled()
    assert dialog.go.isEnabled()


def test_enter_imports_nothing_but_with_ctrl(dialog, qtbot):
    dialog.show()
    qtbot.waitExposed(dialog)
    dialog.participant.setText("P1")
    dialog.number.setText("1")
    for field in (dialog.participant, dialog.choices.skip, dialog.preview.tables[3]):
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert not any(each.isDefault() for each in dialog.findChildren(QPushButton))
    assert dialog.isVisible()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    QTest.keyClick(dialog.participant, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not dialog.isVisible()
    assert dialog.result() == 1


def test_what_was_typed_is_not_lost_unasked(dialog, qtbot, monkeypatch):
    asked, answer = [], [False, True]
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: asked.append(1) or answer.pop(0))
    dialog.show()
    put(dialog, qtbot, "Peter", "[husband]")
    dialog.reject()
    assert dialog.isVisible()
    dialog.close()
    assert (dialog.isVisible(), len(asked)) == (False, 2)


def test_an_empty_dialog_closes_unasked(qtbot, monkeypatch, tasks):
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: pytest.fail("asked"))
    made = ImportDialog(tasks)
    qtbot.addWidget(made)
    made.show()
    made.reject()
    assert not made.isVisible()
    made.choices.rate.setText("often")
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    made.reject()


ELAN = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="0"/>
<TIME_SLOT TIME_SLOT_ID="b" TIME_VALUE="900"/></TIME_ORDER>
<TIER TIER_ID="words" PARTICIPANT="P7" LINGUISTIC_TYPE_REF="d"><ANNOTATION><ALIGNABLE_ANNOTATION
 ANNOTATION_ID="x" TIME_SLOT_REF1="a" TIME_SLOT_REF2="b"><ANNOTATION_VALUE>well then</ANNOTATION_VALUE>
</ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<TIER TIER_ID="marks" LINGUISTIC_TYPE_REF="d"><ANNOTATION><ALIGNABLE_ANNOTATION
 ANNOTATION_ID="y" TIME_SLOT_REF1="a" TIME_SLOT_REF2="b"><ANNOTATION_VALUE>pause</ANNOTATION_VALUE>
</ALIGNABLE_ANNOTATION></ANNOTATION></TIER>
<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="d" TIME_ALIGNABLE="true"/></ANNOTATION_DOCUMENT>
"""


def ticked(dialog):
    items = [dialog.choices.tiers.item(n) for n in range(dialog.choices.tiers.count())]
    return [item.checkState() == Qt.CheckState.Checked for item in items]


def test_the_tiers_that_were_taken_are_ticked(dialog, qtbot, tmp_path):
    (tmp_path / "a.eaf").write_text(ELAN, encoding="utf-8")
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.inspect(tmp_path / "a.eaf")
    assert ticked(dialog) == [True, False]
    assert dialog.options().tiers == ()
    for tiers, expected in (((1, True), ("words", "marks")), ((0, False), ("marks",))):
        with qtbot.waitSignal(dialog.shown, timeout=20_000):
            state = Qt.CheckState.Checked if tiers[1] else Qt.CheckState.Unchecked
            dialog.choices.tiers.item(tiers[0]).setCheckState(state)
        assert dialog.options().tiers == expected
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.choices.tiers.item(1).setCheckState(Qt.CheckState.Unchecked)
    assert (ticked(dialog), dialog.options().tiers) == ([True, False], ())


def test_seconds_may_have_a_comma_and_a_shift_says_how_it_is_written(dialog, qtbot):
    dialog.choices.gap.setText("1,5")
    assert dialog.options().merge_gap_ms == 1500
    for given in ("12", "12="):
        with qtbot.waitSignal(dialog.shown, timeout=20_000):
            dialog.choices.offset.setText(given)
            dialog.choices.offset.textEdited.emit(given)
        assert "as in 124=39:15" in dialog.found.text()


def test_every_field_and_button_has_a_name_and_tab_goes_down(dialog):
    fields = [dialog.participant, dialog.number, dialog.clock, dialog.base]
    assert [each.accessibleName() for each in fields] == [
        "Participant", "Session", "Recording begins at", "Times count from",
    ]  # fmt: skip
    chosen = [
        each.accessibleName()
        for each in dialog.findChildren(QPushButton)
        if each.text() == "Choose…"
    ]
    assert len(set(chosen)) == len(chosen) == 3
    chain, at = [], dialog._asking[0]
    for _ in range(200):
        chain.append(at)
        at = at.nextInFocusChain()
    order = [
        dialog._asking[0], dialog._asking[1], *fields, dialog.choices.format, dialog.choices.as_written,
        dialog.role_of["Anna Berg"], dialog.role_of["Client"], dialog.preview.tables[0], dialog.go,
    ]  # fmt: skip
    assert [chain.index(each) for each in order] == sorted(chain.index(each) for each in order)


def test_another_transcript_asks_for_no_session_and_no_recording(qtbot, tasks):
    made = ImportDialog(tasks, None, (), "P1/1")
    qtbot.addWidget(made)
    made.show()
    for each in (made.participant, made.number, made.clock, made._sound):
        assert not each.isVisible()


@pytest.mark.parametrize("size", [100, 200])
def test_the_preview_has_room_at_any_size_of_text(qtbot, qapp, tmp_path, size, tasks):
    theme.wear(qapp, theme.DARK, size)
    made = ImportDialog(tasks)
    qtbot.addWidget(made)
    made.resize(1024, 700)
    made.show()
    with qtbot.waitSignal(made.shown, timeout=20_000):
        made.inspect(write_vtt(tmp_path / "b.vtt"))
    assert made.size().toTuple() == (1024, 700)
    qtbot.waitUntil(lambda: made.preview.width() > 500)
    assert made.preview.height() > 250
    theme.wear(qapp, theme.LIGHT)


def test_roles_that_were_chosen_stay_when_the_file_is_read_again(dialog, qtbot):
    box = dialog.role_of["Anna Berg"]
    box.setCurrentIndex(box.findData(Role.THERAPIST))
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.choices.lift.click()
    assert dialog.role_of["Anna Berg"].currentData() == Role.THERAPIST
    assert dialog.request().options.roles["Anna Berg"] is Role.THERAPIST


def test_tiers_and_columns_are_offered_where_a_file_has_them(dialog, qtbot, tmp_path):
    assert not dialog.choices._form.isRowVisible(dialog.choices.tiers)
    path = tmp_path / "a.csv"
    path.write_text("who,begin,said\nT,1,Hello there\nC,2,Yes I am\nT,3,So then\nC,4,No\n")
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.inspect(path)
    assert dialog.choices._form.isRowVisible(dialog.choices.columns["text"])
    assert "said" in dialog.choices.columns["text"].itemText(0)
    box = dialog.choices.columns["speaker"]
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        box.setCurrentIndex(box.findData("who"))
        box.activated.emit(box.currentIndex())
    assert dialog.options().columns == {"speaker": "who"}


def test_the_times_may_come_from_another_file(dialog, qtbot, tmp_path, monkeypatch):
    vtt = tmp_path / "b.vtt"
    said = [line.split(": ", 1)[1] for line in TEXT.splitlines()[1:]]
    cues = [f"00:0{n}.000 --> 00:0{n}.900\n{text}\n" for n, text in enumerate(said, 1)]
    vtt.write_text("WEBVTT\n\n" + "\n".join(cues), encoding="utf-8")
    monkeypatch.setattr(dialogs, "ask_open", lambda *_args: vtt)
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog._ask_other()
    assert [row[1] for row in texts(dialog.preview.turns)] == [
        "0:01.0",
        "0:02.0",
        "0:03.0",
        "0:04.0",
    ]
    assert dialog.request().times_from == vtt
    monkeypatch.setattr(dialogs, "ask_open", lambda *_args: None)
    dialog._ask_other()
    assert dialog.request().times_from == vtt
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dialog.own_times()
    assert dialog.request().times_from is None
    dialog.own_times()


def dropped(target, *paths):
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )  # fmt: skip
    target.dropEvent(event)


def test_a_transcript_and_its_recording_can_be_dropped(dialog, qtbot, tmp_path):
    sound = write_wav(tmp_path / "b.wav", 2)
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        dropped(dialog, write_vtt(tmp_path / "b.vtt"), sound)
    assert (dialog.path.name, dialog.media) == ("b.vtt", sound)
    dialog.no_sound()
    assert dialog.request().media is None


def test_two_transcripts_at_once_are_refused_with_a_word(dialog, qtbot, told, tmp_path, tasks):
    dropped(dialog, write_vtt(tmp_path / "b.vtt"), write_vtt(tmp_path / "c.vtt"))
    qtbot.waitUntil(lambda: bool(told))
    assert "Drop one transcript" in told[-1]
    assert dialog.path.name == "a.txt"
    other = ImportDialog(tasks, None, (), "P1/1")
    qtbot.addWidget(other)
    dropped(other, tmp_path / "d.wav")
    qtbot.waitUntil(lambda: "keeps the session’s recording" in told[-1])


def test_what_is_dropped_on_the_window_is_imported(coding, qtbot, tmp_path, monkeypatch):
    sound, shown = write_wav(tmp_path / "b.wav", 2), []
    coding.studies.code_as("lead")
    monkeypatch.setattr(dialogs, "run", lambda dialog: bool(shown.append(dialog)))
    dropped(coding, write_vtt(tmp_path / "b.vtt"), sound)
    dropped(coding, tmp_path / "b.vtt", tmp_path / "c.vtt")
    assert "Drop one transcript" in coding.told.text()
    (tmp_path / "folder").mkdir()
    dropped(coding, tmp_path / "folder")
    assert [type(each).__name__ for each in shown] == ["ImportDialog", "BatchDialog"]
    assert shown[0].media == sound


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "material"
    made.mkdir()
    for number in (1, 2):
        write_vtt(made / f"P7_S{number}.vtt")
    write_wav(made / "P7_S1.wav", 40)
    (made / "P8_S1.txt").write_text("Once upon a time there was a house.\n" * 9)
    return made


def planned(coding, qtbot, folder):
    coding.studies.code_as("lead")
    dialog = BatchDialog(coding.tasks, coding.workspace.study, None, coding)
    qtbot.addWidget(dialog)
    dialog.look(folder)
    qtbot.waitUntil(lambda: dialog.plan.rowCount() == 3, timeout=30_000)
    qtbot.waitUntil(dialog.go.isEnabled)
    return dialog


def test_a_folder_is_shown_as_a_plan_and_imported_row_by_row(coding, qtbot, folder):
    dialog = planned(coding, qtbot, folder)
    rows = texts(dialog.plan)
    assert [row[2:5] for row in rows] == [
        ["P7", "1", "P7_S1.wav"],
        ["P7", "2", ""],
        ["P8", "1", ""],
    ]
    assert rows[2][7].startswith("looks like ordinary text")
    ticks = [dialog.plan.index(row, 0).data(Qt.ItemDataRole.CheckStateRole) for row in range(3)]
    assert ticks == [Qt.CheckState.Checked, Qt.CheckState.Checked, Qt.CheckState.Unchecked]
    assert dialog.plan.setData(dialog.plan.index(1, 3), "12")
    assert not dialog.plan.setData(dialog.plan.index(1, 5), "soon")
    assert "“soon” is not a time" in dialog.said.text()
    dialog.start()
    qtbot.waitUntil(lambda: dialog.imported == 2, timeout=30_000)
    assert {s.address for s in coding.workspace.study.sessions()} == {"P1/1", "P7/1", "P7/12"}
    assert "2 imported, 0 refused" in dialog.said.text()
    assert texts(dialog.plan)[0][7] == "imported as P7/1"
    dialog.start()
    assert "Nothing is ticked" in dialog.said.text()


def test_whose_a_session_is_has_to_be_said_and_is_said_once_for_a_file(coding, qtbot, tmp_path):
    place = tmp_path / "m"
    place.mkdir()
    (place / "several.csv").write_text(
        "session,speaker,start,text\nA1,T,0:01,hello\nA1,C,0:05,hi\nA2,T,0:02,well\nA2,C,0:09,so\n"
    )
    (place / "scan.pdf").write_bytes(b"x")
    dialog = planned(coding, qtbot, place)
    plan = dialog.plan
    assert "0 sessions to import; 3 with a problem" in dialog.said.text()
    assert [row[2] for row in texts(plan)] == ["", "", ""]
    assert "whose session" in texts(plan)[0][7]
    assert "Not read" in texts(plan)[2][7]
    assert plan.taken() == []
    assert plan.setData(plan.index(0, 2), "P9")
    assert [row.address for row in plan.taken()] == ["P9/A1", "P9/A2"]
    assert plan.setData(plan.index(1, 3), "A1")
    assert "stands above already" in texts(plan)[1][7]
    assert plan.setData(plan.index(0, 2), "")
    assert "whose session" in texts(plan)[0][7]
    assert "scan.pdf" in plan.index(2, 1).data(Qt.ItemDataRole.ToolTipRole)


def test_a_session_that_is_there_already_is_refused_and_the_rest_comes_in(coding, qtbot, folder):
    dialog = planned(coding, qtbot, folder)
    for column, text in ((2, "P1"), (3, "1")):
        dialog.plan.setData(dialog.plan.index(0, column), text)
    dialog.start()
    qtbot.waitUntil(lambda: dialog.imported == 1, timeout=30_000)
    assert "exists already" in texts(dialog.plan)[0][7]


def test_a_stopped_import_keeps_what_is_in_and_says_what_was_not_reached(
    coding, qtbot, folder, monkeypatch
):
    from coder import batch

    dialog = planned(coding, qtbot, folder)
    real = batch.imports.import_session

    def one(*args):
        while dialog._work is None:  # the window has not yet come to know of its work
            pass
        dialog.stop()
        return real(*args)

    monkeypatch.setattr(batch.imports, "import_session", one)
    dialog.start()
    qtbot.waitUntil(lambda: dialog.imported == 1, timeout=30_000)
    assert "1 not reached" in dialog.said.text()
    assert texts(dialog.plan)[1][7] == "not reached"


def test_a_folder_through_the_menu_ends_with_its_sessions_listed(
    coding, qtbot, folder, monkeypatch
):
    coding.studies.code_as("lead")

    def run(dialog):
        qtbot.waitUntil(
            lambda: dialog.go.isEnabled() and dialog.plan.rowCount() == 3, timeout=30_000
        )
        dialog.start()
        qtbot.waitUntil(lambda: dialog.imported == 2, timeout=30_000)
        return False

    monkeypatch.setattr(dialogs, "ask_folder", lambda *_args: folder)
    monkeypatch.setattr(dialogs, "run", run)
    coding.act("import_folder")
    qtbot.waitUntil(lambda: saved(coding))
    assert coding.coding.sessions.rowCount() == 3


def test_an_empty_folder_says_so(coding, qtbot, tmp_path, told):
    (tmp_path / "empty").mkdir()
    dialog = BatchDialog(coding.tasks, coding.workspace.study, None, coding)
    qtbot.addWidget(dialog)
    dialog.look(tmp_path / "empty")
    qtbot.waitUntil(lambda: bool(told))
    assert not dialog.go.isEnabled()
