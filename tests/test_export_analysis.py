"""The analysis files: sessions and marks for R and SPSS, each with a codebook of its columns."""

import csv
import dataclasses
import re

import openpyxl
import pandas as pd
import pytest
from commanded import asked, run
from made_codings import W, coded, episode, mark, of_events, of_segments, rating, tick, turn

from coder import export, markers, tables
from coder.coding import Kind
from coder.errors import CoderError
from coder.export.choices import Choices
from coder.export.columns import Column, apart, variable
from coder.session import TherapistId
from coder.study import Study

THERAPIST = Choices(therapists={TherapistId("th"): "T7"})
# An analysis program’s own words, which can name no variable there.
RESERVED = {"all", "and", "by", "eq", "ge", "gt", "le", "lt", "ne", "not", "or", "to", "with"}
TRANSCRIPT = "0:00\nT: How was the week?\nC: Fine, I suppose.\n0:20\nT: Mmm\nC: Not much to say.\n"


def written(tmp_path, name, codings, suffix=".csv", choices=None):
    paths = export.write(name, codings, tmp_path / f"out{suffix}", choices)
    kept = [path.read_bytes() for path in paths]
    again = export.write(name, codings, tmp_path / f"out{suffix}", choices)
    assert [path.read_bytes() for path in again] == kept
    return paths


def rows(path):
    with path.open(encoding="utf-8", newline="") as held:
        return list(csv.DictReader(held))


def sessions(tmp_path, *codings, **choices):
    told = dataclasses.replace(THERAPIST, **choices)
    return rows(written(tmp_path, "sessions", codings, choices=told)[0])


# sessions


def test_a_session_row_holds_what_was_counted_by_hand(tmp_path):
    (row,) = sessions(tmp_path, of_events())
    expected = {
        "session": "3/2", "participant": "3", "number": "2", "therapist": "T7", "rater": "Ana",
        "scheme": "laraway-2015", "version": "1.1", "purpose": "study", "state": "in progress",
        "with_sound": "yes", "turns": "2", "first_ms": "0", "last_ms": "1790000",
        "covered_minutes": "30.0", "episodes": "2", "marks": "7", "markers": "4", "flags": "0",
        "precipitants": "1", "statements": "1", "shifts": "1", "components": "0",
        "processes": "0", "session_marks": "0", "ruptures": "4", "rate_ruptures": "1.333",
        "rate_repair": "0.667", "ruptures_patient": "4", "ruptures_therapist": "0",
        "withdrawal": "2", "confrontation": "1", "both": "0", "unsure": "1", "any_withdrawal": "2",
        "rate_any_withdrawal": "0.667", "any_confrontation": "1",
        "rate_any_confrontation": "0.333", "first_marker_ms": "120000", "last_marker_ms": "600000",
        "first_repair_ms": "758000", "repair_latency_ms": "638000", "not_before": "1",
        "repaired_before": "0", "repaired_after": "1", "cannot_tell_after": "0", "m_denial": "2",
        "m_silence": "1", "m_laughter": "0", "row_denial": "2", "row_parameters": "1",
        "s_late": "0",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_what_a_scheme_does_not_have_is_empty_and_not_nought(tmp_path):
    events, segments = sessions(tmp_path, of_events(), of_segments())
    assert (events["m_silence"], segments["m_silence"]) == ("1", "")
    assert (events["m_minimal_response"], segments["m_minimal_response"]) == ("", "0")
    assert (events["m_denial"], segments["m_denial"]) == ("2", "4")
    assert (events["rating_impact_denial"], segments["rating_impact_denial"]) == ("", "4")
    assert (segments["rating_resolution"], segments["rating_therapist_contribution"]) == ("2", "")
    assert (segments["both"], segments["any_withdrawal"], segments["any_confrontation"]) == (
        "1", "4", "2",
    )  # fmt: skip
    assert (segments["s_late"], segments["flags"], segments["components"]) == ("1", "1", "1")
    assert (segments["covered_minutes"], segments["rate_ruptures"]) == ("20.0", "3.0")


def test_a_tick_of_a_segment_has_no_moment_and_what_surely_lies_before_it_has(tmp_path):
    (row,) = sessions(tmp_path, of_segments())
    # A denial is somewhere in the first five minutes; the flag at 1:40 need not be the first.
    assert (row["first_marker_ms"], row["repair_latency_ms"]) == ("", "")
    assert (row["last_marker_ms"], row["first_repair_ms"]) == ("960000", "660000")
    scheme = markers.load("3rs-2015")
    early, late = mark(1, marker="denial", at=60_000), tick(2, "denial", 1, 2)
    shift = mark(3, Kind.SHIFT, at=90_000)
    said = [turn(1, 0, 900_000)]
    (row,) = sessions(tmp_path, coded(scheme, [early, late, shift], turns=said))
    assert (row["first_marker_ms"], row["repair_latency_ms"]) == ("60000", "30000")
    assert row["last_marker_ms"] == ""
    # With segments of another length the same stretch is a mark like any other.
    minutes = dataclasses.replace(scheme, segment_s=60)
    (row,) = sessions(tmp_path, coded(minutes, [early, late, shift], turns=said))
    assert row["last_marker_ms"] == "300000"
    (row,) = sessions(tmp_path, coded(scheme, [late], turns=said))
    assert (row["first_marker_ms"], row["last_marker_ms"]) == ("", "")


def test_minutes_are_called_covered_and_a_coding_in_progress_is_said_to_be_unfinished(tmp_path):
    told = {row["name"]: row for row in rows(written(tmp_path, "sessions", [of_events()])[1])}
    assert told["covered_minutes"]["meaning"].startswith("minutes covered by the coding")
    assert "not finished" in told["covered_minutes"]["meaning"]
    assert told["rate_ruptures"]["unit"] == "per 10 minutes covered"
    assert "tick of a segment" in told["first_marker_ms"]["empty"]
    assert not any("heard" in row["meaning"] + row["unit"] for row in told.values()
                   if row["name"] != "with_sound")  # fmt: skip


def test_without_times_rates_and_moments_are_empty(tmp_path):
    (row,) = sessions(tmp_path, coded("laraway-2015", [mark(1, marker="denial")]), therapists={})
    for name in ("covered_minutes", "rate_ruptures", "first_marker_ms", "first_ms", "therapist"):
        assert row[name] == ""
    assert row["m_denial"] == "1"
    (row,) = sessions(tmp_path, dataclasses.replace(of_events(), session=dataclasses.replace(of_events().session, therapist_id=None)))  # fmt: skip
    assert row["therapist"] == ""


def test_only_the_levels_asked_for_are_counted(tmp_path):
    def names(*levels):
        (row,) = sessions(tmp_path, of_events(), levels=levels)
        return {name.split("_")[0] for name in row} & {"m", "row", "cat", "withdrawal"}

    assert names() == {"m", "row", "withdrawal"}
    assert names("marker") == {"m"}
    assert names("row", "family") == {"row", "withdrawal"}
    assert names("any") == set()


def test_the_38_are_counted_in_the_33_rows_and_rows_may_be_of_another_scheme(tmp_path):
    hisses = mark(1, marker=markers.load("samstag-2003").marker("Hisses through teeth").id, at=0)
    made = coded("samstag-2003", [mark(2, marker="denial", at=0), hisses], turns=[turn(1, 0, 9)])
    (row,) = sessions(tmp_path, made)
    assert (row["m_denial"], row["row_denial"]) == ("1", "1")
    assert sum(int(held) for name, held in row.items() if name.startswith("m_")) == 2
    assert sum(int(held) for name, held in row.items() if name.startswith("row_")) == 1
    (row,) = sessions(tmp_path, made, rows="harper-1989")
    assert row["row_denial"] == "1"
    assert {name for name in row if name.startswith("row_")} <= {
        variable("row", marker.id) for marker in markers.load("harper-1989").markers
    }


def test_categories_count_their_parts(tmp_path):
    scheme = markers.load("laraway-rational")
    category = next(each for each in scheme.markers if scheme.parts(each.id))
    part = scheme.parts(category.id)[0]
    marks = [mark(1, Kind.COMPONENT, part.id), mark(2, Kind.COMPONENT, category.id)]
    (row,) = sessions(tmp_path, coded(scheme, marks))
    assert row[variable("cat", category.id)] == "2"
    assert row[variable("m", category.id)] == "1"


@pytest.mark.parametrize("form", ["sessions", "marks"])
def test_every_column_is_told_in_a_codebook_and_its_name_is_one_that_spss_and_r_take(
    tmp_path, form
):
    codings = [of_events(), of_segments()]
    table, told = written(tmp_path, form, codings)
    assert (table.name, told.name) == ("out.csv", "out-columns.csv")
    data = table.read_bytes()
    assert not data.startswith(b"\xef\xbb\xbf")  # R would read it into the first name
    with table.open(encoding="utf-8", newline="") as held:
        head, *body = csv.reader(held)
    assert {len(row) for row in body} == {len(head)}
    assert [row["name"] for row in rows(told)] == head
    assert all(row["meaning"] and row["empty"] for row in rows(told))
    assert len({name.lower() for name in head}) == len(head)
    for name in head:
        assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*[A-Za-z0-9]", name)
        assert len(name) <= 64
        assert name.lower() not in RESERVED
    never = {row["name"] for row in rows(told) if row["empty"] == "never empty"}
    assert all(row[name] != "" for row in rows(table) for name in never)


def test_pandas_reads_numbers_as_numbers(tmp_path):
    table, _ = written(tmp_path, "sessions", [of_events(), of_segments()], choices=THERAPIST)
    frame = pd.read_csv(table)
    assert frame["covered_minutes"].tolist() == [30, 20]
    assert frame["m_denial"].dtype.kind == "i"
    assert frame["m_silence"].isna().tolist() == [False, True]
    assert frame["therapist"].tolist() == ["T7", "T7"]
    (book,) = written(tmp_path, "sessions", [of_events(), of_segments()], ".xlsx", THERAPIST)
    sheets = pd.read_excel(book, sheet_name=None)
    assert list(sheets) == ["sessions", "Columns"]
    assert sheets["sessions"]["rate_ruptures"].tolist() == [1.333, 3]
    assert sheets["Columns"]["name"].tolist() == list(sheets["sessions"].columns)


# marks


def test_a_row_of_marks_says_what_it_counts_as(tmp_path):
    table, told = written(tmp_path, "marks", [of_segments()])
    first, *_, strategy, late, _flag = rows(table)
    assert list(first)[-4:] == ["episode", "version", "row", "category"]
    assert (first["version"], first["row"], first["column"]) == ("1.0", "", "withdrawal")
    assert (strategy["label"], strategy["kind"]) == (
        "Validates patient's defensive posture",
        "component",
    )
    assert (late["label"], late["column"], late["turn"], late["row"]) == (
        "Late",
        "session",
        "session",
        "",
    )
    table, told = written(tmp_path, "marks", [of_events()])
    assert [row["row"] for row in rows(table)][:3] == ["denial", "denial", "silence"]
    meaning = {row["name"]: row["meaning"] for row in rows(told)}
    assert meaning["row"] == "the row of laraway-2015 it is counted in"
    table, _ = written(tmp_path, "marks", [of_events()], choices=Choices(rows="samstag-2003"))
    assert {row["row"] for row in rows(table)} == {""}


def test_the_workbook_of_marks_has_its_columns_told_on_the_second_sheet(tmp_path):
    (path,) = written(tmp_path, "marks", [of_events()], ".xlsx")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["marks", "Columns", "episodes"]
    told = [row[0] for row in book["Columns"].iter_rows(min_row=2, values_only=True)]
    assert told == [cell.value for cell in book["marks"][1]]
    assert [cell.value for cell in book["Columns"][1]] == [
        "name",
        "meaning",
        "unit",
        "values",
        "empty",
    ]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_marks_with_their_new_columns_are_read_back(tmp_path, suffix):
    made = of_events()
    path, *_ = written(tmp_path, "marks", [made], suffix)
    table = tables.read(
        path, coding=made.coding, scheme=made.scheme, turns=made.turns, episodes=made.episodes,
        span_ms=made.span_ms,
    )  # fmt: skip
    assert [
        (each.kind, each.marker, each.family, each.anchor.start_ms) for each in table.marks
    ] == [(each.kind, each.marker, each.family, each.anchor.start_ms) for each in made.marks]


# names


def test_a_name_is_of_letters_digits_and_underscores_and_never_too_long():
    assert variable("m", "content-affect-split") == "m_content_affect_split"
    assert variable("rating", "impact:denial") == "rating_impact_denial"
    long = [variable("m", "-".join(["word"] * 20) + end) for end in ("a", "b")]
    assert [len(name) <= 64 for name in long] == [True, True]
    assert len(set(long)) == 2
    assert long[0] == variable("m", "-".join(["word"] * 20) + "a")


def test_two_columns_never_have_one_name(tmp_path):
    twice = apart([Column("a", "x"), Column("b", "y"), Column("a", "z")])
    assert [each.name for each in twice] == ["a", "b", "a_2"]
    scales = [
        {"id": "impact", "label": "I", "low": 0, "high": 5, "each": "marker"},
        {"id": "impact-one", "label": "J", "low": 0, "high": 5},
    ]
    content = {
        "id": "lab", "version": "1", "title": "L", "source": "l", "scales": scales,
        "markers": [{"id": "one", "label": "One", "column": "a"}],
    }  # fmt: skip
    given = (rating(1, "impact:one", 1), rating(2, "impact-one", 2))
    (row,) = sessions(tmp_path, coded(markers.checked(content, "lab"), ratings=given))
    assert (row["rating_impact_one"], row["rating_impact_one_2"]) == ("1", "2")


def test_ratings_of_an_episode_are_no_ratings_of_the_session(tmp_path):
    one = episode(1, 1)
    made = of_segments()
    given = (rating(1, "resolution", 5, episode_id=one.id),)
    (row,) = sessions(tmp_path, dataclasses.replace(made, episodes=(one,), ratings=given))
    assert row["rating_resolution"] == ""


# files and commands


def test_a_codebook_that_cannot_be_written_takes_its_table_with_it(tmp_path):
    (tmp_path / "out-columns.csv").mkdir()
    with pytest.raises(CoderError) as caught:
        export.write("marks", [of_events()], tmp_path / "out.csv")
    assert caught.value.key == "export_unwritable"
    assert [each.name for each in tmp_path.iterdir()] == ["out-columns.csv"]


@pytest.fixture
def study(tmp_path, capsys):
    path = tmp_path / "s.rupture"
    (tmp_path / "t.txt").write_text(TRANSCRIPT, encoding="utf-8")
    (tmp_path / "ada.csv").write_text("marker,start\ndenial,0:15\n", encoding="utf-8")
    asked(capsys, "new", path)
    asked(capsys, "import", path, tmp_path / "t.txt", "--participant", "A", "--session", 1,
          "--role", "C=patient", "T=therapist")  # fmt: skip
    asked(
        capsys, "code", path, "--session", "A/1", "--rater", "Ada", "--from", tmp_path / "ada.csv"
    )
    return path


def test_the_commands_write_the_forms_and_name_every_file(capsys, study):
    def export_(form, name, *more):
        out = study.parent / name
        return asked(capsys, "export", study, "--form", form, "--out", out, *more)["written"], out

    written, out = export_(
        "sessions", "sessions.csv", "--level", "family", "--rows", "laraway-2015"
    )
    assert written == [str(out), str(out.with_name("sessions-columns.csv"))]
    assert "m_denial" not in rows(out)[0]
    for form, name, more in (
        ("marks", "marks.csv", ("--rows", "laraway-2015")),
        ("session-report", "report.html", ("--quotes",)),
        ("session-report", "report.docx", ()),
        ("score-sheet", "scores.xlsx", ()),
        ("form", "form.docx", ()),
        ("codebook", "book.html", ()),
        ("codebook", "three.docx", ("--scheme", "3rs-2015")),
        ("blank", "blank.docx", ()),
        ("blank", "sheet.docx", ("--scheme", "3rs-2015")),
    ):
        written, out = export_(form, name, *more)
        assert written[0] == str(out)
        assert out.stat().st_size > 100
    with Study.open(study, write=False) as opened:
        first = opened.schemes()[0].title
    assert f"<title>Codebook: {first}" in (study.parent / "book.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (("--form", "marks", "--quotes", "--out", "x.csv"), "--quotes"),
        (("--form", "form", "--rows", "laraway-2015", "--out", "x.docx"), "--rows"),
        (("--form", "codebook", "--scheme", "no-such", "--out", "x.html"), "no-such"),
        (("--form", "sessions", "--rows", "no-such", "--out", "x.csv"), "no-such"),
        (("--form", "session-report", "--out", "x.pdf"), ".docx or .html"),
        (("--form", "none", "--out", "x.pdf"), "score-sheet"),
    ],
)
def test_what_a_form_does_not_take_is_refused_in_a_sentence(capsys, study, argv, told, monkeypatch):
    monkeypatch.chdir(study.parent)
    before = set(study.parent.iterdir())
    status, out, err = run(capsys, "export", study, *argv)
    assert (status, out) == (2, "")
    assert told in err
    assert set(study.parent.iterdir()) == before


def test_a_family_of_both_raters_is_shown_to_none_while_blind(capsys, study):
    (study.parent / "ben.csv").write_text("marker,start\ndenial,0:16\n", encoding="utf-8")
    asked(
        capsys,
        "code",
        study,
        "--session",
        "A/1",
        "--rater",
        "Ben",
        "--from",
        study.parent / "ben.csv",
    )
    out = study.parent / "report.html"
    asked(capsys, "export", study, "--form", "session-report", "--out", out, "--as", "Ada")
    told = out.read_text(encoding="utf-8")
    assert "Ada" in told
    assert "Ben" not in told
    assert W.value in told
