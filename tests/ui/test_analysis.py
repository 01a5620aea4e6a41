"""The task analysis on screen: what is typed into it, what it draws at once, what it tells."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from coder.coding import (
    Anchor,
    Change,
    Coding,
    CodingId,
    Episode,
    EpisodeId,
    Family,
    Found,
    Kind,
    Mark,
    MarkId,
    Outcome,
    submit,
)
from coder.errors import CoderError
from coder.session import Consent, ConsentId, Use, new_id
from coder.settings import Settings
from coder.study import Study
from coder.task_analysis import Entered, sessions_named, take_in
from coder.ui import analysis_words, dialogs, theme
from coder.ui.analysis_page import AnalysisPage
from coder.ui.analysis_work import drawn
from coder.ui.undoing import Undoing
from coder.ui.workspace import Workspace


@pytest.fixture
def path(tmp_path):
    """Two sessions of Ana's: one repaired (with a rupture at 1:00 and a statement at 3:00), one not."""
    path = tmp_path / "s.rupture"
    with Study.create(path, ["samstag-2003", "laraway-empirical"]) as study:
        ana = study.rater_or_new("Ana")
        sessions = sessions_named(study, ["P/1", "P/2"], make=True)
        model = study.scheme("laraway-empirical")
        take_in(study, ana, model, [Entered(sessions[0], {"client-role": Found.PRESENT})])
        study.apply(Change("add a session", added=(sessions[1],)), "final")
        for session, outcome in zip(sessions, (Outcome.REPAIRED, Outcome.NOT), strict=True):
            coding = study.begin_coding(session, ana, study.scheme("samstag-2003"))
            episode = Episode(EpisodeId(new_id()), coding.id, 1, outcome_after=outcome)
            study.apply(Change("open episode 1", added=(episode,), by=ana.id))
            if outcome == Outcome.REPAIRED:
                marks = (
                    Mark(MarkId(new_id()), coding.id, Kind.MARKER, "denial", Family.WITHDRAWAL, anchor=Anchor(start_ms=60_000)),
                    Mark(MarkId(new_id()), coding.id, Kind.STATEMENT, anchor=Anchor(start_ms=180_000)),
                )  # fmt: skip
                study.apply(Change("mark", added=marks, by=ana.id))
    return path


@pytest.fixture
def made(qtbot, qapp, tasks, told, path):
    """A page on the study, with what it said and what failed."""
    theme.wear(qapp, theme.LIGHT)
    workspace = Workspace(tasks, Settings())
    said = []
    workspace.said.connect(said.append)
    workspace.failed.connect(said.append)
    study = Study.open(path)

    def show(name="Ana"):
        workspace.open_study(study, None if name is None else study.rater(name))
        page = AnalysisPage(workspace, theme.LIGHT)
        qtbot.addWidget(page)
        page.resize(1000, 700)
        page.show()
        qtbot.waitUntil(lambda: page._task is None and page._found is not None)
        return page

    show.study, show.workspace, show.said, show.told = study, workspace, said, told
    yield show
    tasks.close()
    study.close()


def at(page, name, column=0):
    sheet = page.grid.sheets.sheet
    return page.grid.sheets.index(sheet.names.index(name), column)


def text(page, name, column=0):
    return at(page, name, column).data()


def type_(qtbot, page, name, key, column=0):
    page.grid.setCurrentIndex(at(page, name, column))
    qtbot.keyClick(page.grid, key)


def presences(made, address="P/1"):
    made.workspace.tasks.settle()
    coded = made.study.coded(
        None, sessions=[made.study.session(address)], scheme="laraway-empirical"
    )
    return [(p.component, p.found) for each in coded for p in each.presences]


def test_it_shows_components_by_episode_with_what_was_entered_apart_from_what_follows(made):
    page = made()
    assert page.grid.sheets.sheet.heads == ("P/1 #1\nrepaired", "P/2 #1\nunrepaired")
    assert [text(page, "Client Role", n) for n in (0, 1)] == ["X", "(NA)"]
    assert text(page, "Making links") == "(–)"
    index = at(page, "Making links")
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == (
        "Making links, P/1 #1: not present, by the rule: nothing was entered or marked"
    )
    assert index.data(Qt.ItemDataRole.FontRole) is None
    assert at(page, "Client Role").data(Qt.ItemDataRole.FontRole).bold()


@pytest.mark.parametrize(
    ("key", "sign", "found"),
    [("x", "X", Found.PRESENT), ("X", "X", Found.PRESENT), ("-", "–", Found.NOT_PRESENT),
     ("n", "NA", Found.NOT_ANALYSED), ("o", "not observable", Found.NOT_OBSERVABLE)],
)  # fmt: skip
def test_a_key_enters_a_value_which_is_drawn_at_once_and_kept(made, qtbot, key, sign, found):
    page = made()
    type_(qtbot, page, "Making links", key)
    assert text(page, "Making links") == sign
    assert presences(made) == [("client-role", Found.PRESENT), ("making-links", found)]


def test_space_goes_through_the_values_and_delete_takes_back(made, qtbot):
    page = made()
    seen = []
    for _ in range(5):
        type_(qtbot, page, "Making links", Qt.Key.Key_Space)
        seen.append(text(page, "Making links"))
    assert seen == ["X", "–", "NA", "not observable", "(–)"]
    type_(qtbot, page, "Making links", "x")
    type_(qtbot, page, "Making links", Qt.Key.Key_Delete)
    assert text(page, "Making links") == "(–)"
    assert presences(made) == [("client-role", Found.PRESENT)]
    # What was entered for the session is not the episode's to take back.
    type_(qtbot, page, "Client Role", Qt.Key.Key_Backspace)
    assert "for the session as a whole" in made.said[-1]
    assert text(page, "Client Role") == "X"


def test_an_act_can_be_undone_and_the_page_follows(made, qtbot):
    page = made()
    type_(qtbot, page, "Making links", "x")
    made.workspace.tasks.settle()
    Undoing(made.workspace).undo()
    qtbot.waitUntil(lambda: page._task is None and text(page, "Making links") == "(–)")
    assert presences(made) == [("client-role", Found.PRESENT)]


def test_the_first_presence_of_a_session_begins_its_coding_and_the_second_joins_it(made, qtbot):
    page = made()
    type_(qtbot, page, "Client Role", "-", 1)
    type_(qtbot, page, "Making links", "x", 1)
    assert [text(page, name, 1) for name in ("Client Role", "Making links", "Re-negotiation")] == [
        "–",
        "X",
        "(–)",
    ]
    assert presences(made, "P/2") == [
        ("client-role", Found.NOT_PRESENT),
        ("making-links", Found.PRESENT),
    ]
    assert made.said == []


def test_an_act_that_is_refused_is_taken_back_from_the_screen(made, qtbot, monkeypatch):
    page = made()

    def refuse(*_args, **_more):
        raise CoderError("disk_full", path="s")

    monkeypatch.setattr(made.study, "apply", refuse)
    type_(qtbot, page, "Making links", "x")
    qtbot.waitUntil(lambda: bool(made.said))
    assert text(page, "Making links") == "(–)"


def test_the_lead_looks_and_does_not_enter(made, qtbot):
    page = made(None)
    assert (page.rater.currentText(), "coder alone" in page.about.text()) == ("Ana", True)
    type_(qtbot, page, "Making links", "x")
    assert text(page, "Making links") == "(–)"


def test_a_coder_who_has_not_begun_is_told_so_and_shown_nobody_elses(made, qtbot):
    made.study.add_rater("Ben")
    page = made("Ben")
    assert page.about.text().startswith("No session is coded")
    assert (page.grid.sheets.sheet.names, page.export.isEnabled()) == ((), False)


def test_a_submitted_coding_refuses_with_a_sentence(made, qtbot):
    coding = next(c for c in made.study.codings(None) if c.scheme == "laraway-empirical")
    made.study.apply(submit(coding), "final")
    page = made()
    type_(qtbot, page, "Making links", "x")
    assert "submitted and locked" in made.told[-1]
    assert text(page, "Making links") == "(–)"


def test_repaired_and_unrepaired_stand_side_by_side_with_the_remark_in_words(made, qtbot):
    page = made()
    for name, column in (("Making links", 0), ("Making links", 1), ("Client Role", 1)):
        type_(qtbot, page, name, "-" if name == "Client Role" else "x", column)
    sheet = page.tables["Side by side"].sheets.sheet
    rows = {
        name: [cell.text for cell in row]
        for name, row in zip(sheet.names, sheet.cells, strict=True)
    }
    assert sheet.heads == ("Repaired\nn = 1", "Unrepaired\nn = 1", "Remark")
    assert rows["Making links"] == ["1 of 1", "1 of 1", "not distinguishing"]
    assert rows["Client Role"] == ["1 of 1", "0 of 1", "in every repaired, in no unrepaired"]


def test_latency_and_the_share_followed_go_with_the_window(made):
    page = made()
    table = page.tables["From rupture to repair"].sheets
    first = [cell.text for cell in table.sheet.cells[0]]
    assert first == [
        "repaired",
        "2:00",
        "2:00",
        "no repair after it",
        "no repair after it",
        "2:00",
        "1 of 1",
    ]
    page.window_s.setValue(60)
    assert (table.sheet.heads[-1], table.sheet.cells[0][-1].text) == (
        "Followed within\n60 s",
        "0 of 1",
    )


def test_columns_may_be_sessions_or_participants_and_rows_sub_categories(made, qtbot):
    page = made()
    page.by.setCurrentIndex(page.by.findData("session"))
    page.by.activated.emit(page.by.currentIndex())
    assert page.grid.sheets.sheet.heads[0] == "P/1\nrepaired"
    type_(qtbot, page, "Making links", "x")
    assert text(page, "Making links") == "X"
    page.parts.setChecked(True)
    sheet = page.grid.sheets.sheet
    assert sheet.names.index("Locating feedback in session") in sheet.parts
    page.by.setCurrentIndex(page.by.findData("participant"))
    page.by.activated.emit(page.by.currentIndex())
    assert page.grid.sheets.sheet.heads == ("P\noutcomes differ",)
    type_(qtbot, page, "Making links", "-")
    assert text(page, "Making links") == "X"
    assert page.tables["Order"].sheets.rowCount() == 0


def test_what_is_in_view_is_copied_and_the_whole_is_exported(made, qtbot, tmp_path, monkeypatch):
    page = made()
    page._copy()
    copied = QApplication.clipboard().text().splitlines()
    assert copied[:2] == ["Components by episode", "\tP/1 #1 repaired\tP/2 #1 unrepaired"]
    assert "Side by side" in copied
    out = tmp_path / "a.csv"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: None)
    page._export()
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: out)
    page._export()
    qtbot.waitUntil(lambda: "Wrote a.csv" in made.said)
    assert out.read_text(encoding="utf-8").startswith("column,session,")
    assert made.study.entries()[-1].what == "export task-analysis"


def test_another_who_looks_sees_nothing_of_before(made, qtbot):
    page = made()
    page.hide()
    made.workspace.open_study(made.study, None, known=False)
    assert (page.grid.sheets.sheet.names, page.rater.count(), page.analysis) == ((), 0, None)
    page.show()
    assert page.about.text() == "Say first who is looking."
    made.workspace.open_study(None)
    assert page.about.text() == "Open a study first."


def test_what_is_done_elsewhere_while_it_is_hidden_waits_until_it_is_seen(made, qtbot):
    page = made()
    page.hide()
    coding = next(c for c in made.study.codings(None) if c.scheme == "laraway-empirical")
    mark = Mark(
        MarkId(new_id()), coding.id, Kind.COMPONENT, "making-links", anchor=Anchor(start_ms=1000)
    )
    made.workspace.apply(Change("mark", added=(mark,), by=coding.rater_id))
    assert text(page, "Making links") == "(–)"
    page.show()
    qtbot.waitUntil(lambda: text(page, "Making links") == "(X 1)")
    other = Mark(
        MarkId(new_id()), coding.id, Kind.COMPONENT, "client-role", anchor=Anchor(start_ms=1000)
    )
    made.workspace.apply(Change("mark", added=(other,), by=coding.rater_id))
    assert (
        at(page, "Client Role")
        .data(Qt.ItemDataRole.ToolTipRole)
        .endswith("present, entered (1 marked)")
    )
    flag = Mark(MarkId(new_id()), CodingId("elsewhere"), Kind.FLAG)
    made.workspace.changed.emit(Change("flag", added=(flag,)))
    assert made.said == []


@pytest.mark.parametrize("size", [100, 200])
def test_names_have_room_and_every_row_is_as_tall_as_its_name(made, qapp, size):
    page = made()
    theme.wear(qapp, theme.DARK, size)
    page.wear(theme.DARK)
    for n in range(page.grid.sheets.rowCount()):
        assert page.grid.rowHeight(n) >= page.grid.names.height_of(n)
    assert page.grid.names.width() <= 0.45 * page.grid.width()
    theme.wear(qapp, theme.LIGHT)


def test_a_change_is_drawn_into_the_coding_it_is_of(made):
    page = made()
    (coded, *_) = page._found.coded
    locked = submit(coded.coding)
    assert drawn([coded], locked)[0].coding == locked.added[0]
    other = Coding(CodingId("x"), coded.session.id, coded.rater.id, "s", "1")
    assert drawn([coded], Change("begin", added=(other,))) == (coded,)


def test_a_first_mark_without_a_time_is_told_by_its_place():
    from coder.task_analysis import First

    assert analysis_words._first(First(None, 2.0, "untimed")).text == "place 2"
    assert analysis_words._first(First(None, None, "no mark")).quiet


def test_a_session_whose_consent_has_ended_is_left_out_and_named(made):
    person = made.study.session("P/1").participant_id
    ended = Consent(ConsentId(new_id()), person, Use.RESEARCH, "2020-01-01", withdrawn="2020-02-01")
    made.study.apply(Change("record consent", added=(ended,)), "final")
    page = made()
    assert page.grid.sheets.sheet.names == ()
    assert page.about.text() == "Left out, as consent has ended: P/1, P/2."


def test_what_was_left_out_stands_in_the_line_above_the_table(made):
    page = made()
    told = analysis_words.about(page.analysis, ["Q/1"], editable=True, why="")
    assert "Left out, as consent has ended: Q/1." in told
