"""The import dialog shows what would come in, and reads again with every choice; folders come whole."""

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from coder.session import Role
from coder.ui import dialogs
from coder.ui.batch_dialog import BatchDialog
from coder.ui.import_dialog import ImportDialog
from coder.ui.tasks import Tasks

from .conftest import saved, write_vtt, write_wav

TEXT = """Session 4
Anna Berg: So, how did Peter come on Monday?
Client: He did. (sighs) He lives in Bremen now.
Anna Berg: And what did you feel?
Client: Fine. It is fine.
"""


@pytest.fixture
def dialog(qtbot, told, tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    made = ImportDialog(Tasks())
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
    assert "“[husband]” put 1 times" in dialog.found.text()
    assert names.setData(names.index(names.rowCount() - 1, 0), "Berg")
    row = next(n for n in range(names.rowCount()) if names.index(n, 0).data() == "Berg")
    with qtbot.waitSignal(dialog.shown, timeout=20_000):
        names.setData(names.index(row, 3), "B.")
    assert set(dialog.role_of) == {"Anna B.", "Client"}
    assert dialog.options().names == (("Peter", "[husband]"), ("Berg", "B."))


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
    assert "looks like ordinary text" in rows[2][7]
    ticks = [dialog.plan.index(row, 0).data(Qt.ItemDataRole.CheckStateRole) for row in range(3)]
    assert ticks == [Qt.CheckState.Checked, Qt.CheckState.Checked, Qt.CheckState.Unchecked]
    assert dialog.plan.setData(dialog.plan.index(1, 3), "12")
    assert not dialog.plan.setData(dialog.plan.index(1, 5), "soon")
    dialog.start()
    qtbot.waitUntil(lambda: dialog.imported == 2, timeout=30_000)
    assert {s.address for s in coding.workspace.study.sessions()} == {"P1/1", "P7/1", "P7/12"}
    assert "2 imported, 0 refused" in dialog.said.text()
    assert texts(dialog.plan)[0][7] == "imported as P7/1"
    dialog.start()
    assert "Nothing is ticked" in dialog.said.text()


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
