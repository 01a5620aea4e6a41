"""The People page and the import of a table: what is asked, what is shown, and what follows."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDateEdit, QLineEdit, QListWidget

from coder import measures, people
from coder.coding import Relationship
from coder.consents import today
from coder.session import Use
from coder.study import Study
from coder.ui import dialogs
from coder.ui.measures_importing import ImportDialog

DAY = today()


@pytest.fixture
def desk(window, study_path):
    with Study.open(study_path) as study:
        for at in ("P1/2", "P1/3", "P2/1"):
            measures.enter(study, at, "psq-patient", {"b1a": 2, "b2a": 1, "b3": "the diary"})
    window.show_study(Study.open(study_path))
    window.studies.code_as("lead")
    window.act("measures_desk")
    window.desks.measuring.go_to("People")
    return window.desks.measuring


def cells(grid):
    return [line.cells for line in grid.lines]


def study_of(desk):
    return desk._workspace.study


@pytest.fixture
def form(monkeypatch):
    """Answer the next forms: a dict of field names to what is chosen, typed or ticked."""
    answers = []

    def ask(_parent, _title, fields, _hint=""):
        given = answers.pop(0)
        for name, widget in fields:
            if name not in given:
                continue
            if isinstance(widget, QComboBox):
                assert widget.findText(given[name]) >= 0
                widget.setCurrentIndex(widget.findText(given[name]))
            elif isinstance(widget, QLineEdit):
                widget.setText(given[name])
            elif isinstance(widget, QDateEdit):
                widget.setDate(given[name])
            elif isinstance(widget, QListWidget):
                for row in range(widget.count()):
                    if widget.item(row).text() in given[name]:
                        widget.item(row).setCheckState(Qt.CheckState.Checked)
            else:
                widget.setChecked(given[name])
        return True

    monkeypatch.setattr(dialogs, "ask_form", ask)
    return answers


# Therapists and relations


def test_therapists_are_added_renamed_and_given_several_sessions_at_once(
    desk, form, monkeypatch, qtbot, window
):
    page, study = desk.people, study_of(desk)
    page.relate.click()
    assert "must be a coder and a therapist" in window.told.text()
    page.rename.click()  # there is none to rename
    names = iter(["T1", "T2"])
    monkeypatch.setattr(dialogs, "ask_line", lambda *_: next(names))
    page.add.click()
    qtbot.waitUntil(lambda: cells(page.therapists) == [("T1", "", "")])
    page.rename.click()
    qtbot.waitUntil(lambda: cells(page.therapists) == [("T2", "", "")])
    form.append({"Sessions": ["P1/1", "P1/2", "P1/3"], "Therapist": "T2"})
    page.whose.click()
    qtbot.waitUntil(lambda: cells(page.therapists) == [("T2", "P1/1, P1/2, P1/3", "")])
    assert study.entries()[-1].what == "set the therapist of 3 sessions"
    assert "set the therapist of 3 sessions" in window.hint.text()
    assert window.workspace.session.therapist_id == study.therapists()[0].id
    form.append({"Therapist": "T2"})
    page.whose.click()  # none is ticked
    window.workspace.tasks.settle()
    assert study.entries()[-1].what == "set the therapist of 3 sessions"


def test_the_page_follows_an_undo(desk, qtbot, window):
    study = study_of(desk)
    whose = people.add_therapist(study, "T1")
    people.set_therapist(study, [study.session("P1/2")], whose)
    desk.show_study()
    assert cells(desk.people.therapists) == [("T1", "P1/2", "")]
    window.act("undo")
    qtbot.waitUntil(lambda: cells(desk.people.therapists) == [("T1", "", "")])


def test_a_coder_reads_the_page_and_declares_what_they_are(desk, form, qtbot, window, told):
    study = study_of(desk)
    study.add_rater("Ben")
    people.add_therapist(study, "T1")
    window.studies.code_as("Ada", "samstag-2003")
    window.act("measures_desk")
    page = desk.people
    assert page.isVisible()
    assert [b.isEnabled() for b, _ in page._acts].count(True) == 1
    assert page.relate.text() == "My relation…"
    form += [{"Coder": "Ada", "is to": "T1", "": "is the therapist"}]
    page.relate.click()
    qtbot.waitUntil(lambda: cells(page.therapists) == [("T1", "", "Ada is the therapist")])
    assert study.entries()[-1].by == study.rater("Ada").id
    form += [{"Coder": "Ada", "is to": "T1", "": "none"}]
    page.relate.click()
    qtbot.waitUntil(lambda: any("only the study’s lead can take that back" in x for x in told))
    assert [each.kind for each in study.relations()] == [Relationship.SELF]


# Consent


def test_what_holds_today_and_what_follows_stands_there_in_words(desk, form, qtbot):
    page, study = desk.people, study_of(desk)
    refused = "refused: no consent of the participant P1 is on record"
    assert cells(page.follows)[0] == (
        "P1: 1, 2, 3", "not named", "allowed, nothing on record", "allowed, nothing on record",
        refused,
    )  # fmt: skip
    assert "research 4, supervision 4, training 0" in page.counted.text()
    form.append({"Person": "participant P1", "Agrees to": "training", "": True})
    page.agree.click()
    since = DAY.isoformat()
    row = ("participant P1 (invented)", "training", "holds", since, "", "")
    qtbot.waitUntil(lambda: cells(page.consents) == [row])
    assert cells(page.follows)[0][-1] == "allowed"
    form.append({"Person": "participant P1", "Agrees to": "training", "Until": DAY + timedelta(9)})
    page.end.click()
    until = (DAY + timedelta(9)).isoformat()
    qtbot.waitUntil(lambda: cells(page.consents)[0][2:5] == ("holds", since, until))
    form.append({"Person": "participant P1", "No longer agrees to": "everything"})
    page.withdraw.click()
    qtbot.waitUntil(lambda: cells(page.consents)[0][2] == "ended: withdrawn")
    assert cells(page.follows)[0][-1] == f"refused: the participant P1 withdrew it on {since}"
    assert people.allows(study, study.session("P1/1"), Use.TRAINING, DAY) is not None


@pytest.mark.parametrize(
    ("given", "expires", "now", "follows"),
    [
        (-9, -2, "ended", "ended on"),
        (5, None, "not begun", "begins on"),
    ],
)
def test_a_consent_that_has_ended_or_not_begun_shows_as_such(desk, given, expires, now, follows):
    study = study_of(desk)
    ends = None if expires is None else DAY + timedelta(expires)
    terms = people.Terms(Use.RESEARCH, DAY + timedelta(given), ends)
    people.record_consent(study, people.participant(study, "P2"), terms)
    desk.show_study()
    assert cells(desk.people.consents)[0][2] == now
    assert follows in cells(desk.people.follows)[1][2]


def test_many_sessions_are_counted_and_named_when_one_points_at_them(desk):
    study = study_of(desk)
    for n in range(4, 9):
        measures.enter(study, f"P1/{n}", "srs", {"total": 38})
    people.set_therapist(study, study.sessions(), people.add_therapist(study, "T1"))
    desk.show_study()
    first = desk.people.follows.lines[0]
    assert first.cells[:2] == ("P1: 8 sessions", "T1")
    assert "P1/8" in first.tip


# The treating therapist


def test_a_therapist_sees_nothing_of_what_was_answered_about_their_own_sessions(
    desk, window, qtbot
):
    study = study_of(desk)
    ada = study.add_rater("Ada")
    whose = people.add_therapist(study, "T1")
    people.set_therapist(study, [study.session("P1/2"), study.session("P1/3")], whose)
    people.declare(study, ada, whose, Relationship.SELF)
    study.unblind(None, "all is coded")
    window.studies.code_as("Ada", "samstag-2003")
    window.act("measures_desk")
    desk.go_to("Scores")
    shown = {line.cells[0]: line.cells[1:] for line in desk.scores.grid.lines}
    assert not any(shown["P1/2"])
    assert any(shown["P2/1"])
    desk.scores.grid.choose("P1/2")
    assert "diary" not in desk.scores.words.toPlainText()
    desk.go_to("Pool")
    qtbot.waitUntil(lambda: desk._task is None)
    assert [line.cells[0] for line in desk.pool.grid.lines] == ["P2/1"]


# A table


@pytest.fixture
def table(tmp_path, monkeypatch):
    path = tmp_path / "m.csv"
    path.write_text("Klient,session,Summe,mood,srs\nP7,1,33,fine,\nP7,2,99,,\n")
    monkeypatch.setattr(dialogs, "ask_open", lambda *_: path)
    return path


def test_a_table_shows_what_each_column_is_taken_for_before_it_is_imported(
    desk, table, monkeypatch, qtbot, window
):
    desk.go_to("Scores")
    before = len(study_of(desk).entries())

    def run(dialog):
        dialog.show()
        assert {name: box.currentText() for name, box in dialog.boxes.items()} == {
            "klient": "(not taken)", "session": "session", "summe": "(not taken)",
            "mood": "(not taken)", "srs": "srs_total",
        }  # fmt: skip
        assert dialog.grid.item(0, 1).text() == "P7, P7"
        assert not dialog.ok.isEnabled()
        dialog.boxes["klient"].setCurrentText("participant")
        dialog.boxes["summe"].setCurrentText("srs_total")
        assert dialog.boxes["srs"].currentText() == "(not taken)"
        assert "99 under total lies outside" in dialog.refused.toPlainText()
        dialog.missing.setText("99")
        dialog.missing.editingFinished.emit()
        assert "1 measures would be added, 0 altered" in dialog.told.text()
        assert "1 new sessions. Not taken: mood, srs." in dialog.told.text()
        assert dialog.ok.isEnabled()
        assert len(study_of(desk).entries()) == before
        dialog.accept()
        return True

    monkeypatch.setattr(dialogs, "run", run)
    desk.scores.take_in.click()
    qtbot.waitUntil(lambda: any(each[0] == "P7/1" for each in cells(desk.scores.grid)))
    assert "Added 1 measure," in window.told.text()
    assert "Not taken over: mood, srs" in window.told.text()
    assert len(study_of(desk).entries()) == before + 1


def test_answers_that_are_there_otherwise_are_only_replaced_when_it_is_said(desk, tmp_path, qtbot):
    from coder.tables.files import anything

    path = tmp_path / "n.csv"
    path.write_text("session,psq-patient_b1a\nP1/2,4\n")
    dialog = ImportDialog(study_of(desk), path, anything(path))
    qtbot.addWidget(dialog)
    assert "other answers" in dialog.refused.toPlainText()
    dialog.replace.setChecked(True)
    assert "1 altered" in dialog.told.text()


def test_a_table_that_cannot_be_read_is_told(desk, monkeypatch, tmp_path, told):
    path = tmp_path / "m.xlsx"
    path.write_bytes(b"nothing")
    monkeypatch.setattr(dialogs, "ask_open", lambda *_: path)
    before = len(study_of(desk).entries())
    desk.scores.take_in.click()
    assert str(path) in told[-1]
    assert len(study_of(desk).entries()) == before
