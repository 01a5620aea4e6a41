"""The quote collection and the prevalence table as files, with invented words."""

import csv

import docx
import openpyxl
import pytest
from test_task_analysis import Made

from coder import export
from coder.coding import Anchor, Found, Kind, Mark, MarkId, Outcome
from coder.errors import CoderError
from coder.export import prevalence, quotes
from coder.export.choices import Choices
from coder.markers import load
from coder.session import Turn, TurnId
from coder.task_analysis import analyse

MODEL = load("laraway-empirical")
WORDS = ("Would you tell me how it was?", "=It went by too fast.", "That helps me.", "")
TURNS = tuple(Turn(TurnId(f"t{n}"), n, 10 * n, "T", w, 60_000 * n) for n, w in enumerate(WORDS, 1))


def quoted(made, marker, n, *, text="", **more):
    where = Anchor((TurnId(f"t{n}"),), quote=WORDS[n - 1]) if n else None
    made.marks.append(
        Mark(
            MarkId(f"{made.coding.id} q{len(made.marks)}"),
            made.coding.id,
            Kind.COMPONENT,
            marker,
            anchor=where,
            text=text,
        )
    )
    return made


def ana(**more):
    """Three quotes, the later one marked first, and a mark without words."""
    made = Made(MODEL, "3/2", turns=TURNS)
    quoted(made, "making-links", 3, text="That helps … me.")
    quoted(made, "locating-in-session", 2)
    quoted(made, "locating-in-session", 1)
    return quoted(made, "explain-ease", 4)


def rows_of(path):
    (table,) = docx.Document(str(path)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_quotes_stand_by_category_and_sub_category_with_their_source(tmp_path):
    (out,) = export.write("quotes", [ana().coded], tmp_path / "q.docx")
    head, *rows = rows_of(out)
    assert head == ["Category", "Sub-category", "Selected quotes"]
    names = list(dict.fromkeys(row[0] for row in rows))
    assert names == [m.label for m in MODEL.markers if m.part_of is None]
    at = [row[0] for row in rows].index("Making links")
    assert rows[at : at + 5] == [
        ["Making links", "", "“That helps … me.” [Participant 3, session 2, line 30]"],
        [
            "Making links",
            "Locating feedback in session",
            "“Would you tell me how it was?” [Participant 3, session 2, line 10]",
        ],
        [
            "Making links",
            "Locating feedback in session",
            "“=It went by too fast.” [Participant 3, session 2, line 20]",
        ],
        ["Making links", "Themes of therapy", ""],
        ["Making links", "Broader patterns in life", ""],
    ]
    said = [each.text for each in docx.Document(str(out)).paragraphs]
    assert "Coded by Ana (1 in progress). Quotes: 3. Marks without words, left out: 1." in said


def test_quotes_of_several_coders_and_sessions_name_the_coder_and_keep_the_sessions_order(tmp_path):
    second = quoted(Made(MODEL, "1/5", "Ben", TURNS), "locating-in-session", 2)
    bare = quoted(Made(MODEL, "1/6", "Ben"), "locating-in-session", 0, text="Told without a place")
    codings = [each.coded for each in (second, bare, ana())]
    (out,) = export.write("quotes", codings, tmp_path / "q.docx")
    said = [row[2] for row in rows_of(out)]
    at = said.index("“=It went by too fast.” [Participant 1, session 5, line 20, coded by Ben]")
    assert said[at + 1] == "“Told without a place” [Participant 1, session 6, coded by Ben]"
    assert said[at + 2].endswith("session 2, line 10, coded by Ana]")


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_row_for_each_quote_holds_its_place_and_no_cell_is_a_formula(tmp_path, suffix):
    (out,) = export.write("quotes", [ana().coded], tmp_path / f"q.{suffix}")
    if suffix == "csv":
        rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    else:
        lines = list(openpyxl.load_workbook(out).active.iter_rows(values_only=True))
        rows = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    told = [
        tuple(
            str(row[name])
            for name in ("category", "sub_category", "quote", "line", "start_ms", "rater")
        )
        for row in rows
    ]
    guard = "'" if suffix == "csv" else ""
    assert told[1:] == [
        (
            "Making links",
            "Locating feedback in session",
            "Would you tell me how it was?",
            "10",
            "60000",
            "Ana",
        ),
        (
            "Making links",
            "Locating feedback in session",
            f"{guard}=It went by too fast.",
            "20",
            "120000",
            "Ana",
        ),
    ]


def test_a_retired_category_stands_only_where_it_has_quotes():
    content = {**MODEL.content, "markers": [
        {"id": "a", "label": "A", "column": "repair", "retired": True},
        {"id": "b", "label": "B", "column": "repair", "retired": True},
        {"id": "c", "label": "C", "column": "repair"},
        {"id": "c1", "label": "C1", "column": "repair", "part_of": "c", "retired": True},
    ], "prevalence": []}  # fmt: skip
    from coder.markers import checked

    scheme = checked(content, "t")
    made = quoted(Made(scheme, "3/2", turns=TURNS), "b", 1)
    assert [each.category for each in quotes.collect([made.coded], scheme)] == ["B", "C"]


def test_the_schemes_are_those_with_components_or_the_one_chosen():
    repair, rupture = ana().coded, Made(load("samstag-2003"), "3/2", turns=TURNS).coded
    chosen = [each.id for each, _ in quotes.by_scheme([rupture, repair], Choices())]
    assert chosen == ["laraway-empirical"]
    other = Choices(scheme=load("samstag-2003"))
    assert [each.id for each, _ in quotes.by_scheme([rupture, repair], other)] == ["samstag-2003"]
    assert [each.id for each, _ in quotes.by_scheme([rupture], Choices())] == ["samstag-2003"]
    assert len(quotes.collect([rupture], rupture.scheme)) == 38
    with pytest.raises(CoderError) as told:
        quotes.by_scheme([repair], other)
    assert told.value.key == "analysis_nothing"


def test_a_column_is_named_by_its_session_or_an_interview_by_whom_it_is_of(tmp_path):
    made = [Made(MODEL, "Scott Miller/1"), Made(MODEL, "Jeremy Safran/1")]
    heads = prevalence.heads(analyse([each.coded for each in made], MODEL, by="session"))
    assert heads == ("Scott Miller", "Jeremy Safran")
    more = [*made, Made(MODEL, "Jeremy Safran/2").episode(1, Outcome.PARTLY)]
    heads = prevalence.heads(analyse([each.coded for each in more], MODEL, by="session"))
    assert heads == ("Scott Miller/1", "Jeremy Safran/1", "Jeremy Safran/2 (partly repaired)")


def test_a_table_of_many_sessions_lies_down_and_says_what_its_cells_rest_on(tmp_path):
    made = [Made(MODEL, f"P/{n}").enter("making-links", Found.NOT_OBSERVABLE) for n in range(1, 9)]
    made[0].mark("client-role", "1:00")
    (out,) = export.write("prevalence", [each.coded for each in made], tmp_path / "p.docx")
    document = docx.Document(str(out))
    section = document.sections[0]
    assert section.page_width > section.page_height
    assert rows_of(out)[8][:3] == ["Making links", "not observable", "not observable"]
    said = [each.text for each in document.paragraphs]
    assert any(
        "8 by what the coder entered, 1 by marks, 71 by rule, without marks" in each
        for each in said
    )


def test_several_schemes_make_several_tables(tmp_path):
    both = [ana().coded, Made(load("laraway-rational"), "3/2").coded]
    (out,) = export.write("prevalence", both, tmp_path / "p.docx")
    assert len(docx.Document(str(out)).tables) == 2
    (out,) = export.write("prevalence", both, tmp_path / "p.csv")
    assert out.read_text(encoding="utf-8").count("Component,") == 2
    (out,) = export.write("prevalence", both, tmp_path / "p.xlsx")
    assert openpyxl.load_workbook(out).sheetnames == ["laraway-empirical", "laraway-rational"]


def test_an_analysis_is_written_in_no_other_format(tmp_path):
    from coder.export import analysis

    found = analyse([ana().coded], MODEL)
    with pytest.raises(CoderError) as told:
        analysis.write(found, tmp_path / "a.pdf")
    assert (told.value.key, list(tmp_path.iterdir())) == ("export_unknown_suffix", [])
    assert analysis.write_csv(found, tmp_path).decode() == "component\r\n"


def test_an_analysis_prints_what_could_not_be_told_and_why(tmp_path):
    from coder.export import analysis

    made = ana().episode(1, Outcome.REPAIRED).episode(2)
    made.mark("denial", None, 1, kind=Kind.MARKER)
    three = (
        Made(load("samstag-2003"), "3/2", turns=TURNS)
        .episode(1)
        .mark("denial", "1:00", 1, kind=Kind.MARKER)
    )
    three.mark("denial", None, 1, kind=Kind.MARKER)
    found = analyse([made.coded, three.coded], MODEL)
    (out,) = analysis.write(found, tmp_path / "a.docx")
    document = docx.Document(str(out))
    said = [each.text for each in document.paragraphs]
    assert any(each.startswith("Marks of no episode. 4") for each in said)
    last = document.tables[-1].rows
    assert [cell.text for cell in last[1].cells][-2:] == ["untimed", "0 of 1, 1 untimed"]


def test_codings_of_several_coders_are_written_without_a_comparison(tmp_path):
    from coder.export import analysis

    found = analyse(
        [
            ana().episode(1, Outcome.REPAIRED).coded,
            Made(MODEL, "3/2", "Ben").episode(1, Outcome.NOT).coded,
        ],
        MODEL,
    )
    (out,) = analysis.write(found, tmp_path / "a.docx")
    heads = [
        each.text for each in docx.Document(str(out)).paragraphs if each.style.name == "Heading 2"
    ]
    assert heads == ["Components", "Order", "Between components", "From rupture to repair"]
    people = analyse([ana().coded], MODEL, by="participant")
    (out,) = analysis.write(people, tmp_path / "b.docx")
    heads = [
        each.text for each in docx.Document(str(out)).paragraphs if each.style.name == "Heading 2"
    ]
    assert heads == ["Components", "Side by side"]
