"""What leaves through the window stands in the log: printing, PDF, pictures, copies, exports."""

from datetime import date

import pytest
from PySide6.QtWidgets import QApplication

from coder import imports, people
from coder.coding import submit
from coder.errors import CoderError
from coder.session import Use
from coder.study import Study
from coder.ui import dialogs, leaving, printing

from .conftest import saved, write_vtt

LATE = date(2016, 2, 29)


def whats(window):
    return [entry.what for entry in window.workspace.study.entries()]


def unnoted(monkeypatch):
    """Have the log refuse."""

    def fails(*_args):
        raise CoderError("study_busy", path="s")

    monkeypatch.setattr(Study, "note", fails)


@pytest.fixture
def one_mark(coding, qtbot):
    coding.coding.turns.setCurrentIndex(coding.coding.turns.turns.index(5))
    coding.coding.palette_panel.start("denial")
    coding.coding.palette_panel.choose()
    qtbot.waitUntil(lambda: saved(coding))
    return coding


def ask_pdf(monkeypatch, path):
    monkeypatch.setattr(dialogs, "choose", lambda *_args: 1)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: path)


def test_a_pdf_is_noted(one_mark, tmp_path, monkeypatch):
    ask_pdf(monkeypatch, tmp_path / "form.pdf")
    one_mark.act("print_form")
    assert (tmp_path / "form.pdf").read_bytes()[:5] == b"%PDF-"
    assert whats(one_mark)[-1] == "write the coding form as PDF"
    assert list(tmp_path.glob(".form*")) == []


def test_a_pdf_that_is_not_noted_is_taken_away(one_mark, tmp_path, monkeypatch, told):
    ask_pdf(monkeypatch, tmp_path / "form.pdf")
    unnoted(monkeypatch)
    one_mark.act("print_form")
    assert "being written to" in told[-1]
    assert not (tmp_path / "form.pdf").exists()


def test_a_pdf_that_cannot_be_written_is_told_and_not_noted(one_mark, tmp_path, monkeypatch, told):
    ask_pdf(monkeypatch, tmp_path / "nowhere" / "form.pdf")
    before = whats(one_mark)
    one_mark.act("print_form")
    assert "nowhere" in told[-1]
    assert whats(one_mark) == before


def test_printing_is_noted_before_it_is_done_and_not_where_it_was_called_off(one_mark, monkeypatch):
    printed = []
    monkeypatch.setattr(dialogs, "choose", lambda *_args: 0)
    monkeypatch.setattr(printing, "to_printer", lambda *_args: printed.append(whats(one_mark)[-1]))
    monkeypatch.setattr(printing, "ask_printer", lambda _parent: None)
    before = whats(one_mark)
    one_mark.act("print_form")
    assert (printed, whats(one_mark)) == ([], before)
    monkeypatch.setattr(printing, "ask_printer", lambda _parent: object())
    one_mark.act("print_form")
    assert printed == ["print the coding form"]
    unnoted(monkeypatch)
    one_mark.act("print_form")
    assert len(printed) == 1


def test_a_picture_of_a_chart_is_noted_or_not_kept(coding, tmp_path, monkeypatch, told):
    path = tmp_path / "chart.png"

    def write():
        path.write_bytes(b"png")
        return [path]

    leaving.leave(coding.workspace, "save a picture: agreement", write)
    assert whats(coding)[-1] == "save a picture: agreement"
    unnoted(monkeypatch)
    leaving.leave(coding.workspace, "save a picture: agreement", write)
    assert not path.exists()
    assert "being written to" in told[-1]


def test_the_charts_of_the_desks_can_only_be_kept_through_the_log(coding, qtbot):
    coding.studies.code_as("lead")
    assert coding.agreeing.charts.view.leave is not None
    assert coding.desks.measuring.trajectory.chart.leave is not None


def test_what_cannot_be_noted_is_not_copied(coding, monkeypatch):
    coding.studies.code_as("lead")
    page = coding.desks.measuring.analysis
    QApplication.clipboard().setText("what was there")
    page._copy()
    assert whats(coding)[-1] == "copy task-analysis"
    assert QApplication.clipboard().text() != "what was there"
    QApplication.clipboard().setText("what was there")
    unnoted(monkeypatch)
    page._copy()
    assert QApplication.clipboard().text() == "what was there"


@pytest.fixture
def ended(one_mark, tmp_path):
    """Consent to the use of P1's session has ended; P2's may be used."""
    study = one_mark.workspace.study
    imports.import_session(study, write_vtt(tmp_path / "other.vtt"), imports.Request("P2", "1"))
    rater = study.rater("Ada")
    other = study.begin_coding(study.session("P2/1"), rater, study.scheme())
    study.apply(submit(other), "final")
    terms = people.Terms(Use.RESEARCH, date(2015, 1, 31), withdrawn=LATE)
    people.record_consent(study, people.participant(study, "P1"), terms)
    return one_mark


def test_an_export_names_the_sessions_whose_consent_has_ended(
    ended, qtbot, tmp_path, monkeypatch, told
):
    def answer(_parent, _title, fields, _hint=""):
        fields[0][1].setCurrentIndex(fields[0][1].findData("marks"))
        fields[1][1].setCurrentIndex(fields[1][1].findData("all"))
        return True

    monkeypatch.setattr(dialogs, "ask_form", answer)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: tmp_path / "out.csv")
    ended.act("export_form")
    qtbot.waitUntil(lambda: bool(told))
    assert told[-1].startswith("Wrote ")
    assert told[-1].endswith("\nLeft out, as consent has ended: P1/1.")


def test_a_form_of_a_session_whose_consent_has_ended_is_not_printed(ended, monkeypatch, told):
    monkeypatch.setattr(dialogs, "choose", lambda *_args: pytest.fail("nothing is to be printed"))
    before = whats(ended)
    ended.act("print_form")
    assert "P1" in told[-1]
    assert "consent" in told[-1].casefold()
    assert whats(ended) == before
