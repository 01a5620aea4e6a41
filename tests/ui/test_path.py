"""The whole path of a study through the real window: one story, told on two sessions."""

from pathlib import Path

import docx
import openpyxl
import pytest
from PySide6.QtCore import Qt

from coder.session import Role
from coder.study import Study
from coder.ui import dialogs
from coder.ui.agree_moments import MOMENT

from .conftest import saved, write_vtt, write_wav

P3S2 = Path(__file__).parents[2].parent / "shared" / "data" / "p3s2"


def invented(folder):
    """Our own session: ten lines, a tone for a voice, the clock at 0:00."""
    write_vtt(folder / "session.vtt")
    write_wav(folder / "session.wav")
    roles = {"T": Role.THERAPIST, "P": Role.PATIENT}
    return folder / "session.vtt", folder / "session.wav", "0:00", roles, 12


def real(_folder):
    """A real transcript as Word has it, and a spoken stand-in that begins at 55:00."""
    roles = {"T": Role.THERAPIST, "C": Role.PATIENT}
    return P3S2 / "transcript.docx", P3S2 / "recording.m4a", "55:00", roles, 561


@pytest.mark.parametrize("material", [invented, pytest.param(real, marks=pytest.mark.shared)])
def test_a_study_from_an_empty_folder_to_agreement(
    window, qtbot, tmp_path, monkeypatch, told, material
):
    transcript, media, clock, roles, turns = material(tmp_path)
    make(window, qtbot, tmp_path, monkeypatch)
    bring_in(window, qtbot, monkeypatch, (transcript, media, clock, roles))
    assert len(window.workspace.turns) == turns
    assert len(window.coding.timeline._workspace.turns) == turns
    qtbot.waitUntil(lambda: window.coding.timeline._peaks is not None, timeout=60_000)

    listen_and_flag(window, qtbot)
    fill_the_form(window, qtbot, monkeypatch)
    mine = len(window.workspace.marks)
    window = reopen(window, qtbot, "Ada")
    assert len(window.workspace.marks) == mine
    window.act("undo")
    settle(window, qtbot)
    window.act("redo")
    settle(window, qtbot)
    assert len(window.workspace.marks) == mine
    written_form(window, qtbot, tmp_path, monkeypatch, told)
    monkeypatch.setattr(dialogs, "confirm", lambda *_args: True)
    window.act("submit")
    qtbot.waitUntil(lambda: not window.workspace.editable)

    window.studies.code_as("Ben", "laraway-2015")
    assert window.workspace.marks == {}
    patient = patients(window)
    window.coding.turns.choose(patient[0])
    mark(window, "denial")
    window.coding.turns.choose(patient[3])
    mark(window, "whining")
    settle(window, qtbot)
    window.act("submit")
    qtbot.waitUntil(lambda: not window.workspace.editable)

    window.studies.code_as("lead")
    window.act("agree_desk")
    desk = window.agreeing
    qtbot.waitUntil(lambda: desk.table.codes.rowCount() > 0, timeout=20_000)
    assert "n = " in desk.head.about.text()
    found = desk.found().results.results
    kappas = [r for r in found if r.statistic == "cohen_kappa" and r.level == "family"]
    assert {r.code for r in kappas} == {"withdrawal", "confrontation"}
    model = desk.moments.model
    kinds = [model.index(row).data(MOMENT).kind for row in range(model.rowCount())]
    assert kinds
    heard = next(n for n, k in enumerate(kinds) if model.index(n).data(MOMENT).at_ms is not None)
    desk.moments.list.clicked.emit(model.index(heard))
    qtbot.waitUntil(lambda: window.coding.player.playing, timeout=10_000)
    window.coding.player.pause()
    with Study.open(window.workspace.study.path, write=False) as study:
        assert study.file_problems() == []
        assert [coding.state.value for coding in study.codings(None)] == ["submitted", "submitted"]


def settle(window, qtbot):
    qtbot.waitUntil(lambda: saved(window))


def patients(window):
    return [
        row
        for row, t in enumerate(window.workspace.turns)
        if t.role == Role.PATIENT and t.id in window.workspace.substantive
    ]


def make(window, qtbot, folder, monkeypatch):
    monkeypatch.setattr(dialogs, "ask_form", lambda *_args: True)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: folder / "Étude 1.rupture")
    window.act("new_study")
    qtbot.waitUntil(lambda: window.workspace.study is not None)
    window.studies.code_as("lead")


def bring_in(window, qtbot, monkeypatch, material):
    transcript, media, clock, roles = material

    def fill(dialog):
        with qtbot.waitSignal(dialog.shown, timeout=30_000):
            dialog.inspect(transcript)
        dialog.media = media
        dialog.participant.setText("P3")
        dialog.number.setText("2")
        dialog.clock.setText(clock)
        for label, role in roles.items():
            dialog.role_of[label].setCurrentIndex(dialog.role_of[label].findData(role))
        return True

    monkeypatch.setattr(dialogs, "run", fill)
    window.act("import_session")
    qtbot.waitUntil(lambda: window.workspace.session is not None, timeout=60_000)
    window.studies.code_as("Ada", "laraway-2015")


def listen_and_flag(window, qtbot):
    """Play from the third substantive turn of the patient on, and flag while it plays."""
    row = patients(window)[2]
    start = window.workspace.turns[row].start_ms
    qtbot.waitUntil(lambda: window.coding.player._loaded, timeout=10_000)
    window.coding.player.seek(start + 800)
    window.coding.player.play()
    qtbot.waitUntil(lambda: window.coding.player.now_ms > start + 1_300, timeout=10_000)
    qtbot.keyClick(window.coding.turns, Qt.Key.Key_F5)
    window.coding.player.pause()
    settle(window, qtbot)
    (flag,) = window.workspace.marks.values()
    assert flag.anchor.turns == (window.workspace.turns[row].id,)


def mark(window, typed):
    window.coding.palette_panel.start(typed)
    window.coding.palette_panel.choose()


def fill_the_form(window, qtbot, monkeypatch):
    patient = patients(window)
    window.act("open_episode")
    window.coding.episode.precipitant.setPlainText("Pressed on")
    window.coding.episode.keep()
    therapist = next(
        n
        for n, t in enumerate(window.workspace.turns)
        if t.role == Role.THERAPIST and t.id in window.workspace.substantive
    )
    window.coding.turns.choose(therapist)
    window.act("place_precipitant")
    for row, typed in ((patient[0], "denial"), (patient[1], "story"), (patient[0], "interrupts")):
        window.coding.turns.choose(row)
        mark(window, typed)
    box = window.coding.episode.after
    box.setCurrentIndex(1)
    box.activated.emit(1)
    window.coding.turns.choose(patient[4])
    window.act("begin_measure")
    window.coding.turns.choose(patient[5])
    window.act("begin_feedback")
    monkeypatch.setattr(dialogs, "ask_words", lambda *_args, **_more: "I see it now")
    window.act("add_statement")
    monkeypatch.setattr(dialogs, "ask_words", lambda *_args, **_more: "softer")
    window.act("add_shift")
    settle(window, qtbot)


def reopen(window, qtbot, name):
    """Close without saving, come back."""
    path = window.workspace.study.path
    window.workspace.leave()
    window.tasks.close()
    window.workspace.study.close()
    window.workspace.study = None
    window.show_study(Study.open(path))
    window.studies.code_as(name, "laraway-2015")
    return window


def written_form(window, qtbot, folder, monkeypatch, told):
    for suffix in (".docx", ".xlsx"):
        monkeypatch.setattr(dialogs, "ask_save", lambda *_args, s=suffix: folder / f"form{s}")
        told.clear()
        window.act("export_form")
        qtbot.waitUntil(lambda: bool(told), timeout=20_000)
    grid = docx.Document(str(folder / "form.docx")).tables[0]
    rows = [[cell.text for cell in row.cells] for row in grid.rows]
    assert len(rows) == 19
    assert [row[3] for row in rows if row[2] == "Denial"] == [
        row[1] for row in rows if row[0].startswith("Interrupts")
    ]
    assert all(row[3] for row in rows if row[2] in {"Denial", "Storytelling"})
    assert openpyxl.load_workbook(folder / "form.xlsx").sheetnames == ["Form 1", "Repair 1"]
