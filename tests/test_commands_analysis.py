"""“analysis”: the thesis's tables in, and out again."""

import json

import docx
import openpyxl
import pytest
from commanded import asked, run
from thesis_tables import EXPERTS, OUTCOMES, SESSIONS, TABLE_2, TABLE_3, as_csv, cells

from coder.coding import Anchor, Change, Episode, EpisodeId, Kind, Mark, MarkId, Outcome
from coder.errors import CoderError
from coder.markers import load
from coder.session import Consent, ConsentId, Use, new_id
from coder.study import Study


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "s.rupture"
    Study.create(path, ["laraway-empirical", "laraway-rational", "samstag-2003"]).close()
    return path


def taken(capsys, path, table, heads, scheme, *more, **how):
    file = path.with_name("table.csv")
    file.write_text(as_csv(table, heads, **how), encoding="utf-8")
    return asked(
        capsys, "analysis", "import", path, file, "--scheme", scheme, "--rater", "Ana", *more
    )


def outcomes(path):
    """Give the sessions of Table 3 their episode, in a coding of their ruptures."""
    with Study.open(path) as study:
        ana = study.rater("Ana")
        for address, outcome in OUTCOMES.items():
            coding = study.begin_coding(study.session(address), ana, study.scheme("samstag-2003"))
            made = Episode(EpisodeId(new_id()), coding.id, 1, outcome_after=Outcome(outcome))
            study.apply(Change("open episode 1", added=(made,), by=ana.id))


def labels(scheme):
    found = load(scheme)
    return [found.marker(name).label for name in found.prevalence]


def test_table_2_of_the_thesis_comes_back_cell_for_cell(capsys, path, tmp_path):
    found = taken(capsys, path, TABLE_2, EXPERTS, "laraway-rational", "--make", blank=True)
    assert found["sessions"] == [f"{name}/1" for name in EXPERTS] == found["made"]
    assert found["entered"] == TABLE_2.count(" X")
    out = tmp_path / "t2.docx"
    asked(
        capsys, "export", path, "--form", "prevalence", "--scheme", "laraway-rational", "--out", out
    )
    (table,) = docx.Document(str(out)).tables
    head, *rows = [[cell.text for cell in row.cells] for row in table.rows]
    experts = sorted(EXPERTS)
    assert head == ["Component", *experts, "Present in"]
    wanted = [(name, dict(zip(EXPERTS, row, strict=True))) for name, row in cells(TABLE_2)]
    assert [row[0].casefold() for row in rows] == [name.casefold() for name, _ in wanted]
    assert [row[0] for row in rows] == labels("laraway-rational")
    assert [row[1:6] for row in rows] == [[cell[e] for e in experts] for _, cell in wanted]
    assert rows[0][6] == "3 of 5"


def test_table_3_of_the_thesis_comes_back_cell_for_cell(capsys, path, tmp_path):
    taken(capsys, path, TABLE_3, SESSIONS, "laraway-empirical", "--make")
    outcomes(path)
    out = tmp_path / "t3.xlsx"
    asked(capsys, "export", path, "--form", "prevalence", "--out", out)
    sheet = openpyxl.load_workbook(out)["laraway-empirical"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(n for n, line in enumerate(lines) if line[0] == "Component")
    words = {"repaired": " (repaired)", "not": " (unrepaired)"}
    order = sorted(SESSIONS)
    assert lines[at][1:9] == [each + words.get(OUTCOMES.get(each), "") for each in order]
    rows = lines[at + 1 :]
    assert [row[0] for row in rows] == labels("laraway-empirical")
    wanted = [dict(zip(SESSIONS, row, strict=True)) for _, row in cells(TABLE_3)]
    assert [row[1:9] for row in rows] == [[cell[each] for each in order] for cell in wanted]
    assert [row[9] for row in rows][:2] == ["7 of 8", "4 of 5"]
    assert any("Ana (8 in progress)" in str(line[0]) for line in lines[:at])
    # The outcomes are in another coding: naming the scheme does not lose them.
    named = tmp_path / "named.xlsx"
    asked(
        capsys,
        "export",
        path,
        "--form",
        "prevalence",
        "--scheme",
        "laraway-empirical",
        "--out",
        named,
    )
    assert named.read_bytes() == out.read_bytes()


def test_what_was_written_as_csv_is_taken_in_again_as_it_is(capsys, path, tmp_path):
    taken(capsys, path, TABLE_3, SESSIONS, "laraway-empirical", "--make")
    outcomes(path)
    out = tmp_path / "t3.csv"
    asked(capsys, "export", path, "--form", "prevalence", "--out", out)
    again = asked(
        capsys, "analysis", "import", path, out, "--scheme", "laraway-empirical", "--rater", "Ana"
    )
    assert (again["entered"], again["altered"], again["made"]) == (0, 0, [])


def test_repaired_and_unrepaired_sessions_of_table_3_stand_side_by_side(capsys, path):
    taken(capsys, path, TABLE_3, SESSIONS, "laraway-empirical", "--make")
    outcomes(path)
    found = asked(capsys, "analysis", "compare", path, "--by", "session")
    assert found["groups"] == {"repaired": 3, "not": 2, "not-given": 3}
    counts = {(r["label"], r["outcome"]): r for r in found["compared"]}
    client = counts["Client Role", "repaired"], counts["Client Role", "not"]
    assert [(r["present"], r["not_present"], r["n"]) for r in client] == [(3, 0, 3), (0, 2, 2)]
    assert client[0]["remark"] == "in every repaired, in no unrepaired"
    assert counts["Making links", "not"]["present"] == 1
    assert counts["Attentiveness to feedback", "not-given"]["not_analysed"] == 3
    # By episode each session of an outcome has one, and what is said of the session holds for it.
    episodes = asked(capsys, "analysis", "compare", path)
    assert episodes["groups"] == {"repaired": 3, "not": 2}
    by = {(r["label"], r["outcome"]): r["present"] for r in episodes["compared"]}
    assert (by["Client Role", "repaired"], by["Making links", "not"]) == (3, 1)
    status, out, _ = run(capsys, "analysis", "compare", path, "--by", "session")
    assert (status, "No outcome given (n = 3)" in out, "no test" in out) == (0, True, True)


def test_a_table_with_faults_is_refused_whole_and_every_fault_is_named(capsys, path):
    file = path.with_name("faulty.csv")
    file.write_text(
        "Category,P1/1\nMaking links,X\nMaking lines,X\nRenegotiation,perhaps\nmaking-links,X\n",
        encoding="utf-8",
    )
    asked_for = (
        "analysis",
        "import",
        path,
        file,
        "--scheme",
        "laraway-empirical",
        "--rater",
        "Ana",
        "--make",
    )
    status, _, err = run(capsys, *asked_for)
    assert status == 2
    assert [line.partition(":")[0] for line in err.splitlines()[1:]] == [
        "line 3",
        "line 4",
        "line 5",
    ]
    with Study.open(path) as study:
        assert (study.sessions(), study.raters()) == ([], [])


def test_sessions_are_made_only_when_asked_for(capsys, path):
    file = path.with_name("table.csv")
    file.write_text("Category,P1/1\nMaking links,X\n", encoding="utf-8")
    given = ("analysis", "import", path, file, "--scheme", "laraway-empirical", "--rater", "Ana")
    status, _, err = run(capsys, *given)
    assert (status, "“P1/1”" in err, "--make" in err) == (2, True, True)
    with Study.open(path) as study:
        assert (study.sessions(), study.raters()) == ([], [])
    assert asked(capsys, *given, "--make")["made"] == ["P1/1"]
    assert asked(capsys, *given)["made"] == []


def test_one_presence_is_entered_altered_and_taken_back(capsys, path):
    taken(capsys, path, TABLE_3, SESSIONS, "laraway-empirical", "--make")
    here = (
        "analysis",
        "settle",
        path,
        "--scheme",
        "laraway-empirical",
        "--rater",
        "Ana",
        "--session",
        "P2/1",
    )
    found = asked(capsys, *here, "--component", "Making links", "--found", "not observable")
    assert (found["found"], found["changed"]) == ("not-observable", True)
    assert (
        asked(capsys, *here, "--component", "Making links", "--found", "not observable")["changed"]
        is False
    )
    assert (
        asked(capsys, *here, "--episode", "2", "--component", "Making links", "--found", "X")[
            "episode"
        ]
        == 2
    )
    shown = asked(capsys, "analysis", "show", path, "--session", "P2/1")
    cell = next(r for r in shown["components"] if r["label"] == "Making links")
    assert (cell["column"], cell["found"], cell["by"]) == ("P2/1 #2", "present", "entered")
    assert asked(capsys, *here, "--component", "Making links", "--clear")["found"] is None
    by_session = asked(capsys, "analysis", "show", path, "--by", "session", "--session", "P2/1")
    cell = next(r for r in by_session["components"] if r["label"] == "Making links")
    assert (cell["found"], cell["by"]) == ("present", "entered")
    for wrong in (("--found", "perhaps"), ("--found", " ")):
        status, _, err = run(capsys, *here, "--component", "Making links", *wrong)
        assert (status, err.count("\n")) == (2, 1)


@pytest.mark.parametrize("suffix", ["docx", "xlsx", "csv", "json"])
def test_an_analysis_is_written_with_its_definitions_and_the_same_bytes_each_time(
    capsys, path, tmp_path, suffix
):
    taken(capsys, path, TABLE_3, SESSIONS, "laraway-empirical", "--make")
    outcomes(path)
    out = tmp_path / f"a.{suffix}"
    given = (
        "export",
        path,
        "--form",
        "task-analysis",
        "--by",
        "session",
        "--window",
        "120",
        "--out",
        out,
    )
    asked(capsys, *given)
    first = out.read_bytes()
    asked(capsys, *given)
    assert out.read_bytes() == first
    if suffix == "docx":
        document = docx.Document(str(out))
        said = "\n".join(each.text for each in document.paragraphs)
        assert "120 s" in said
        assert "no test is made" in said
        table = document.tables[1]
        assert [cell.text for cell in table.rows[0].cells][:3] == [
            "Component",
            "Repaired (n = 3)",
            "Unrepaired (n = 2)",
        ]
        assert [cell.text for cell in table.rows[6].cells][1:3] == [
            "3 / 0 / 0 / 0",
            "0 / 2 / 0 / 0",
        ]
    elif suffix == "xlsx":
        assert openpyxl.load_workbook(out).sheetnames == [
            "Components", "Side by side", "Order", "Between components", "From rupture to repair", "About",
        ]  # fmt: skip
    elif suffix == "csv":
        assert len(out.read_text(encoding="utf-8").splitlines()) == 1 + 10 * 8
        assert "the definitions are in the xlsx, docx and json" in run(capsys, *given)[1]
    else:
        assert json.loads(first)["window_s"] == 120
    with Study.open(path) as study:
        assert study.entries()[-1].what == "export task-analysis"


def test_a_choice_of_the_analysis_is_refused_with_another_form(capsys, path, tmp_path):
    status, _, err = run(
        capsys,
        "export",
        path,
        "--form",
        "prevalence",
        "--by",
        "session",
        "--out",
        tmp_path / "a.csv",
    )
    assert (status, "--by belongs to --form task-analysis" in err) == (2, True)


def test_whose_coding_is_analysed_must_be_said_where_several_coded(capsys, path):
    status, _, err = run(capsys, "analysis", "show", path)
    assert (status, "No session is coded under laraway-empirical" in err) == (2, True)
    taken(capsys, path, TABLE_3, SESSIONS, "laraway-empirical", "--make")
    file = path.with_name("table.csv")
    asked(
        capsys, "analysis", "import", path, file, "--scheme", "laraway-empirical", "--rater", "Ben"
    )
    status, _, err = run(capsys, "analysis", "show", path)
    assert (status, "Ana, Ben" in err) == (2, True)
    assert asked(capsys, "analysis", "show", path, "--rater", "Ben")["raters"] == ["Ben"]
    # A coder sees only their own while the study is blind.
    assert asked(capsys, "analysis", "show", path, "--as", "Ben")["raters"] == ["Ben"]
    status, _, err = run(capsys, "analysis", "show", path, "--as", "Ben", "--rater", "Ana")
    assert (status, "No session is coded" in err) == (2, True)


def test_what_leaves_the_study_stands_in_its_log_or_does_not_leave(
    capsys, path, tmp_path, monkeypatch
):
    taken(capsys, path, TABLE_3, SESSIONS, "laraway-empirical", "--make")
    out = tmp_path / "a.csv"

    def refuse(*_args):
        raise CoderError("disk_full", path=path)

    monkeypatch.setattr(Study, "note", refuse)
    status, _, err = run(capsys, "export", path, "--form", "task-analysis", "--out", out)
    assert (status, bool(err), out.exists()) == (2, True, False)


def test_sessions_without_episodes_are_looked_at_as_a_whole_and_people_are_told_so(capsys, path):
    taken(capsys, path, TABLE_3, SESSIONS, "laraway-empirical", "--make")
    assert asked(capsys, "analysis", "show", path)["unit"] == "session"
    status, out, _ = run(capsys, "analysis", "show", path)
    assert (status, "Making links" in out, "X present, – not present, NA not analysed" in out) == (
        0,
        True,
        True,
    )
    for act in ("show", "compare"):
        status, out, _ = run(capsys, "analysis", act, path, "--by", "episode")
        assert (status, "There are no episodes: look at sessions with --by session." in out) == (
            0,
            True,
        )
    status, out, _ = run(capsys, "analysis", "compare", path, "--by", "participant")
    assert (status, "by participant" in out, "From the rupture marks" in out) == (0, True, False)


def test_marks_of_no_episode_are_told_of(capsys, path):
    taken(capsys, path, TABLE_3, SESSIONS, "laraway-empirical", "--make")
    with Study.open(path) as study:
        coding = next(c for c in study.codings(None) if c.session_id == study.session("P3/2").id)
        two = tuple(Episode(EpisodeId(new_id()), coding.id, n) for n in (1, 2))
        mark = Mark(
            MarkId(new_id()),
            coding.id,
            Kind.COMPONENT,
            "making-links",
            anchor=Anchor(start_ms=1000),
        )
        study.apply(Change("mark", added=(*two, mark), by=coding.rater_id))
    status, out, _ = run(capsys, "analysis", "show", path)
    assert (status, "Marks of no episode, left out: 1." in out) == (0, True)


@pytest.mark.parametrize("number", ["0", "x", "1001"])
def test_an_episode_is_named_by_a_whole_number(capsys, path, number):
    here = (
        "analysis",
        "settle",
        path,
        "--scheme",
        "laraway-empirical",
        "--rater",
        "Ana",
        "--session",
        "P/1",
    )
    status, _, err = run(capsys, *here, "--component", "x", "--clear", "--episode", number)
    assert (status, "is the number of no episode" in err) == (2, True)


def test_sessions_whose_consent_has_ended_are_left_out_and_named(capsys, path, tmp_path):
    taken(capsys, path, TABLE_3, SESSIONS, "laraway-empirical", "--make")
    with Study.open(path) as study:
        person = next(p for p in study.participants() if p.pseudonym == "P2")
        ended = Consent(
            ConsentId(new_id()), person.id, Use.RESEARCH, "2020-01-01", withdrawn="2020-02-01"
        )
        study.apply(Change("record consent", added=(ended,)), "final")
    found = asked(capsys, "analysis", "compare", path)
    assert (found["left_out"], found["n_columns"]) == (["P2/1"], 7)
    status, out, _ = run(
        capsys, "export", path, "--form", "task-analysis", "--out", tmp_path / "a.csv"
    )
    assert (status, "consent has ended: P2/1" in out) == (0, True)


def test_a_coder_settles_and_imports_for_themself_alone(capsys, path):
    taken(capsys, path, TABLE_3, SESSIONS, "laraway-empirical", "--make")
    with Study.open(path) as study:
        study.add_rater("Ben")
    before = path.read_bytes()
    file = path.with_name("table.csv")
    for argv in (
        ("import", path, file, "--scheme", "laraway-empirical"),
        ("settle", path, "--session", "nowhere", "--scheme", "laraway-empirical",
         "--component", "making-links", "--found", "present"),
    ):  # fmt: skip
        status, out, err = run(capsys, "analysis", *argv, "--rater", "Ana", "--as", "Ben")
        assert (status, out) == (2, "")
        assert "acts as themself" in err
    assert path.read_bytes() == before
