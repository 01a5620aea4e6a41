"""The coding form of any scheme, filled and empty, and the score sheet of segments."""

import dataclasses

import docx
import openpyxl
import pytest
from made_codings import C, W, coded, episode, mark, of_events, of_segments, rating, tick, turn

from coder import export, markers
from coder.coding import Found, Kind, Presence, PresenceId
from coder.export import layout, score_sheet, scores
from coder.export.blocks import GRID_HEAD
from coder.export.choices import Choices

THREE = markers.load("3rs-2015")
RATIONAL = "laraway-rational"


def lab(**more):
    """A lab's own scheme, with a column for each letter."""
    content = {
        "id": "lab",
        "version": "1",
        "title": "Ours",
        "source": "ours",
        "markers": [
            {"id": "one", "label": "One", "column": "a", "family": "withdrawal"},
            {"id": "two", "label": "Two", "column": "a", "retired": True},
            {"id": "three", "label": "Three", "column": "b", "person": "either"},
            {"id": "four", "label": "Four", "column": "c", "person": "therapist"},
        ],
        **more,
    }
    return markers.checked(content, "lab")


def form(codings, scheme=None):
    return [page for each in codings for page in layout.pages(each, scheme or each.scheme)]


def table(grid):
    return [[cell.text for cell in row.cells] for row in grid.rows]


def written(tmp_path, name, codings, suffix, choices=None):
    path, *_ = export.write(name, codings, tmp_path / f"out{suffix}", choices)
    again, *_ = export.write(name, codings, tmp_path / f"again{suffix}", choices)
    assert path.read_bytes() == again.read_bytes()
    return path


# the coding form


def test_two_rupture_columns_stand_side_by_side_and_strategies_with_the_repair():
    page, repair = form([of_segments()])
    assert page.blocks[0].head == ("Withdrawal", "Time Point", "Confrontation", "Time Point")
    assert page.blocks[0].lines[0].cells() == (
        "Denial",
        "0:00\u20135:00/1:05/1:10/16:00",
        "Complaints/concerns about the therapist",
        "10:00\u201316:40",
    )
    (strategies,) = repair.blocks
    assert strategies.title == "Resolution strategies"
    cells = {line.right.text: line.right.times for line in strategies.lines}
    assert cells["Validates patient's defensive posture"] == "11:00"
    assert (repair.missing, page.missing) == (0, 1)
    assert [entry.text for entry in page.elsewhere] == ["Flag, not classified (unsure)"]
    assert page.around == ("Late",)


def test_ratings_of_the_session_stand_on_form_1_and_those_of_an_episode_on_its_own():
    page, _ = form([of_segments()])
    told = {e.text: e.times for line in page.blocks[1].lines for e in (line.left, line.right)}
    assert (told["Impact: Denial"], told["Resolution"]) == ("4", "2")
    assert told["Therapist contribution"] == ""
    scales = [
        {"id": "weight", "label": "Weight", "low": 0, "high": 9, "over": "episode"},
        {"id": "whole", "label": "Whole", "low": 0, "high": 9},
    ]
    two = (episode(1, 1), episode(2, 2))
    given = (rating(1, "weight", 7, episode_id=two[1].id), rating(2, "whole", 5))
    one, other, _ = form([coded(lab(scales=scales), episodes=two, ratings=given)])
    assert [line.cells() for line in one.blocks[-1].lines] == [("Weight", "", "Whole", "5")]
    assert [line.cells() for line in other.blocks[-1].lines] == [("Weight", "7", "", "")]


def test_a_scheme_of_three_columns_has_a_block_for_each():
    marks = (
        mark(1, marker="three", at=1000),
        mark(2, marker="three", at=2000, person="therapist"),
        mark(3, marker="four", at=3000, person="therapist"),
        mark(4, marker="four", at=4000),
        mark(5, marker="one", at=5000),
    )
    page, _ = form([coded(lab(), marks)])
    assert [(block.title, [line.cells() for line in block.lines]) for block in page.blocks] == [
        ("A", [("One", "0:05", "", "")]),
        ("B", [("Three", "0:01 (patient)/0:02 (therapist)", "", "")]),
        ("C", [("Four", "0:03", "", "")]),
    ]
    assert [(entry.text, entry.times) for entry in page.elsewhere] == [("Four", "0:04")]


def test_a_retired_row_is_printed_only_where_there_is_something_in_it():
    page, _ = form([coded(lab(), [mark(1, marker="two", at=1000)])])
    assert [line.cells() for line in page.blocks[0].lines] == [("One", "", "Two", "0:01")]


def test_the_rows_of_the_thesis_keep_their_headings():
    page, *_ = form([of_events()])
    assert page.blocks[0].head == GRID_HEAD
    assert len(page.blocks) == 1


def test_a_model_of_repair_is_printed_as_its_categories_with_their_parts():
    scheme = markers.load(RATIONAL)
    category = next(each for each in scheme.markers if scheme.parts(each.id))
    part = scheme.parts(category.id)[0]
    whose = {"person": part.person if part.person != "either" else "therapist"}
    marks = (mark(1, Kind.COMPONENT, part.id, at=61_000, **whose),)
    settled = (Presence(PresenceId("1"), C, category.id, Found.NOT_PRESENT),)
    (page,) = form([coded(scheme, marks, presences=settled)])
    assert page.title == scheme.title
    assert page.lines == ()
    told = {
        e.text: e.times for b in page.blocks for line in b.lines for e in (line.left, line.right)
    }
    assert told[f"\u2013 {part.label}"].startswith("1:01")
    assert told[category.label] == "not present"


def test_what_was_settled_of_an_episode_has_a_page_though_nothing_was_marked():
    scheme = markers.load(RATIONAL)
    first, second, *_ = (each for each in scheme.markers if each.part_of is None)
    two = (episode(1, 1), episode(2, 2))
    whose = first.person if first.person != "either" else "therapist"
    settled = (
        Presence(PresenceId("1"), C, first.id, Found.PRESENT, two[0].id),
        Presence(PresenceId("2"), C, second.id, Found.NOT_ANALYSED, two[1].id),
    )
    marks = (mark(1, Kind.COMPONENT, first.id, at=61_000, person=whose, episodes=(two[0].id,)),)
    one, other = form([coded(scheme, marks, two, presences=settled)])
    cells = [
        {e.text: e.times for b in page.blocks for line in b.lines for e in (line.left, line.right)}
        for page in (one, other)
    ]
    assert cells[0][first.label].startswith("1:01")
    assert (cells[0][second.label], cells[1][second.label]) == ("", "not analysed")
    assert (one.answers, other.answers) == ((1,), (2,))


def test_halves_of_a_block_never_tear_a_category_apart():
    page, *_ = layout.blank(markers.load(RATIONAL))
    for block in page.blocks:
        right = [line.right.text for line in block.lines if line.right.text]
        assert not right[0].startswith("\u2013")


def test_marks_of_the_session_and_processes_are_not_lost_on_the_thesis_form(tmp_path):
    missed = (mark(n, Kind.SESSION, name) for n, name in ((1, "late"), (3, "homework-not-done")))
    late = coded("laraway-2015", [*missed, mark(2, Kind.PROCESS, at=1000)])
    document = docx.Document(str(written(tmp_path, "laraway-2015", [late], ".docx")))
    said = [each.text for each in document.paragraphs]
    assert "Around the session: Late; Homework not done" in said
    assert "Not on this form (1): Process 0:01" in said
    book = openpyxl.load_workbook(written(tmp_path, "laraway-2015", [late], ".xlsx"))
    cells = {cell.value for row in book.worksheets[0].iter_rows() for cell in row}
    assert "Around the session: Late; Homework not done" in cells


@pytest.mark.parametrize("suffix", [".docx", ".xlsx"])
def test_the_form_of_the_own_scheme_is_written(tmp_path, suffix):
    path = written(tmp_path, "form", [of_segments(), of_events()], suffix)
    if suffix == ".docx":
        tables = [table(each) for each in docx.Document(str(path)).tables]
        assert tables[0][1][:2] == ["Denial", "0:00\u20135:00/1:05/1:10/16:00"]
        assert ["Impact: Denial", "4"] in [row[:2] for row in tables[1]]
        return
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == [
        "3-2 Ana Form 1", "3-2 Ana Repair 1", "3-2 Ana Form 1 (2)", "3-2 Ana Form 2",
        "3-2 Ana Repair 1 (2)", "3-2 Ana Repair 2",
    ]  # fmt: skip
    cells = [cell for row in book["3-2 Ana Form 1"].iter_rows(values_only=True) for cell in row]
    assert "0:00\u20135:00/1:05/1:10/16:00" in cells
    assert cells.index("Ratings") > cells.index("Denial")


@pytest.mark.parametrize("name", ["cis", "harper-1989", "samstag-2003", RATIONAL])
def test_the_empty_form_of_a_scheme_has_all_its_rows_and_no_time(tmp_path, name):
    scheme = markers.load(name)
    path = written(tmp_path, "blank", [], ".docx", Choices(scheme))
    rows = [row for each in docx.Document(str(path)).tables for row in table(each)]
    printed = {cell.removeprefix("\u2013 ") for row in rows for cell in (row[0], row[2])}
    assert {marker.label for marker in scheme.offered()} <= printed


def test_paper_has_the_numbers_of_a_rating_to_choose_from():
    scales = [{"id": "whole", "label": "Whole", "low": 1, "high": 5}]
    page, _ = layout.blank(lab(scales=scales))
    assert page.blocks[-1].lines[0].cells() == ("Whole", "1   2   3   4   5", "", "")


# the score sheet


def rows_of(sheet):
    return {score.label: score for part in sheet.parts for score in part.scores}


def cells_of(score):
    return [None if cell is None else (cell.count, cell.clarity) for cell in score.cells]


def test_a_cell_counts_places_and_says_how_clear_the_clearest_was():
    sheet = scores.sheet(of_segments(), Choices())
    assert (sheet.length_s, sheet.own_length) == (300, True)
    assert sheet.starts == (0, 300_000, 600_000, 900_000)
    rows = rows_of(sheet)
    assert cells_of(rows["Denial"]) == [(2, 3), None, None, (1, None)]
    assert (rows["Denial"].marks, rows["Denial"].segments, rows["Denial"].clarity) == (4, 2, 3)
    complaint = rows["Complaints/concerns about the therapist"]
    assert cells_of(complaint) == [None, None, (1, 2), (1, 2)]
    assert (complaint.marks, complaint.segments) == (1, 2)
    assert cells_of(rows["Validates patient's defensive posture"]) == [None, None, (1, None), None]


def test_families_count_both_in_either_and_strategies_in_none():
    rows = rows_of(scores.sheet(of_segments(), Choices()))
    assert cells_of(rows["Any withdrawal"]) == [(2, 3), None, None, (1, None)]
    assert cells_of(rows["Any confrontation"]) == [None, None, (1, 2), (2, 2)]
    assert (rows["Any rupture"].marks, rows["Any rupture"].segments) == (5, 3)


def test_ticks_of_two_markers_are_two_in_their_family():
    marks = [tick(1, "denial", 0, 1, family=W), tick(2, "minimal-response", 0, 3, family=W)]
    rows = rows_of(scores.sheet(coded("3rs-2015", marks, turns=[turn(1, 0, 1000)]), Choices()))
    assert cells_of(rows["Any withdrawal"]) == [(2, 3)]
    assert cells_of(rows["Any confrontation"]) == [None]


def test_what_no_cell_holds_is_named():
    made = of_segments()
    sheet = scores.sheet(made, Choices())
    assert score_sheet._left(made, sheet) == [
        "Not in a cell (2): Late (1); Flag, not classified (1)."
    ]


def test_segments_are_as_long_as_the_study_has_them_and_those_that_were_covered():
    made = of_segments()
    sheet = scores.sheet(made, Choices(segment_s={"3rs-2015": 60}))
    assert (len(sheet.starts), sheet.own_length) == (20, True)
    part = dataclasses.replace(made.coding, covers_from_ms=300_000, covers_to_ms=900_000)
    sheet = scores.sheet(dataclasses.replace(made, coding=part), Choices())
    assert sheet.starts == (300_000, 600_000)
    assert rows_of(sheet)["Denial"].segments == 0
    sheet = scores.sheet(made, Choices(segment_s={"3rs-2015": None}))
    assert (sheet.length_s, sheet.own_length) == (300, False)


def test_without_times_there_is_no_segment_and_the_sheet_says_so(tmp_path):
    made = coded("3rs-2015", [mark(1, marker="denial")])
    sheet = scores.sheet(made, Choices())
    assert sheet.starts == ()
    assert sheet.left == made.marks
    path = written(tmp_path, "score-sheet", [made], ".docx")
    said = [each.text for each in docx.Document(str(path)).paragraphs]
    assert any(each.startswith("Nothing has a time") for each in said)


def test_the_sheet_is_printed_a_dozen_segments_to_a_table(tmp_path):
    made = of_segments()
    path = written(tmp_path, "score-sheet", [made], ".docx", Choices(segment_s={"3rs-2015": 60}))
    document = docx.Document(str(path))
    one, other, totals, *rated = [table(each) for each in document.tables]
    assert (len(one[0]), len(other[0])) == (13, 9)
    assert one[0][:3] == ["Marker", "0:00", "1:00"]
    denial = next(row for row in one if row[0] == "Denial")
    # The tick of five minutes is no tick of one: it is a mark in each of them, beside the two.
    assert denial[1:7] == ["1 (1)", "3 (3)", "1 (1)", "1 (1)", "1 (1)", ""]
    assert ["Denial", "4", "6", "3"] in totals
    assert ["Impact: Denial", "4"] in rated[0]
    said = "\n".join(each.text for each in document.paragraphs)
    for told in (
        "Scheme 3rs-2015 1.0; coder Ana; in progress.",
        "Segments of 1:00",
        "A cell counts",
    ):
        assert told in said
    assert "5 great" in said


def test_the_workbook_of_scores_holds_numbers(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, "score-sheet", [of_segments()], ".xlsx"))
    assert book.sheetnames == ["Counts", "Clarity", "Ratings"]
    rows = [list(row) for row in book["Counts"].iter_rows(values_only=True)]
    head = next(row for row in rows if row[0] == "Column")
    denial = next(row for row in rows if row[1] == "Denial")
    assert head == ["Column", "Marker", "0:00", "5:00", "10:00", "15:00", "Marks", "Segments"]
    assert denial[2:] == [2, 0, 0, 1, 4, 2]
    clear = [list(row) for row in book["Clarity"].iter_rows(values_only=True)]
    assert next(row for row in clear if row[1] == "Denial")[2:] == [3, None, None, None, 3]
    assert book["Counts"].page_setup.orientation == "landscape"
    rated = [list(row) for row in book["Ratings"].iter_rows(values_only=True)]
    assert next(row for row in rated if row[0] == "Resolution")[:5] == [
        "Resolution",
        "session",
        2,
        1,
        5,
    ]


def test_sheets_of_several_codings_are_told_apart(tmp_path):
    book = openpyxl.load_workbook(
        written(tmp_path, "score-sheet", [of_segments(), of_events()], ".xlsx")
    )
    assert book.sheetnames[:2] == ["3-2 Ana 3rs-2015 Counts", "3-2 Ana 3rs-2015 Clarity"]
    assert len(book.sheetnames) == 6


def test_ratings_of_episodes_and_segments_say_what_they_are_of():
    scales = [
        {"id": "weight", "label": "Weight", "low": 0, "high": 9, "over": "episode"},
        {"id": "tone", "label": "Tone", "low": 0, "high": 9, "over": "segment"},
    ]
    two = (episode(1, 1), episode(2, 2))
    given = (
        rating(1, "weight", 7, episode_id=two[1].id),
        rating(2, "tone", 4, segment_ms=300_000),
        rating(3, "tone", 0, segment_ms=0),
    )
    found = scores.rated(coded(lab(scales=scales), episodes=two, ratings=given))
    assert [(scale.id, of, value) for scale, of, value in found] == [
        ("weight", "form 1", None), ("weight", "form 2", 7), ("tone", "0:00", 0), ("tone", "5:00", 4),
    ]  # fmt: skip


def test_the_empty_sheet_covers_an_hour(tmp_path):
    assert scores.blank(THREE, Choices()).starts == tuple(range(0, 3_600_000, 300_000))
    assert len(scores.blank(THREE, Choices(segment_s={"3rs-2015": 3600})).starts) == 2
    document = docx.Document(str(written(tmp_path, "blank", [], ".docx", Choices(THREE))))
    grid, *rated = [table(each) for each in document.tables]
    assert grid[0] == ["Marker", *(f"{n}:00" for n in range(0, 60, 5))]
    assert next(row for row in grid if row[0] == "Denial")[1:] == [""] * 12
    assert rated[2][1] == ["Resolution", "1    2    3    4    5"]


def test_a_scheme_without_rupture_markers_has_no_families():
    scheme = markers.load(RATIONAL)
    made = coded(scheme, turns=[turn(1, 0, 1000)])
    assert "Families" not in [part.title for part in scores.sheet(made, Choices()).parts]


def test_a_retired_marker_has_a_line_where_it_was_used():
    used = coded(lab(), [tick(1, "two", 0, 2, family=W)], turns=[turn(1, 0, 1000)])
    assert "Two" in rows_of(scores.sheet(used, Choices()))
    unused = coded(lab(), turns=[turn(1, 0, 1000)])
    assert "Two" not in rows_of(scores.sheet(unused, Choices()))


def test_a_sheet_without_ratings_says_nothing_of_them(tmp_path):
    made = coded("laraway-2015", [mark(1, marker="denial", at=0)], turns=[turn(1, 0, 1000)])
    document = docx.Document(str(written(tmp_path, "score-sheet", [made], ".docx")))
    said = [each.text for each in document.paragraphs]
    assert "Ratings" not in said
    assert any("the scheme has none; this is the usual length" in each for each in said)
    scales = [{"id": "weight", "label": "Weight", "low": 0, "high": 9, "over": "episode"}]
    none = coded(lab(scales=scales), turns=[turn(1, 0, 1000)])
    assert len(docx.Document(str(written(tmp_path, "score-sheet", [none], ".docx"))).tables) == 2
    empty = written(tmp_path, "blank", [], ".docx", Choices(lab(segment_s=60)))
    assert not any("Ratings" in each.text for each in docx.Document(str(empty)).paragraphs)


def test_a_rating_of_nought_is_no_missing_one(tmp_path):
    scales = [{"id": "whole", "label": "Whole", "low": 0, "high": 5}]
    made = coded(lab(scales=scales), ratings=[rating(1, "whole", 0)], turns=[turn(1, 0, 1000)])
    grids = docx.Document(str(written(tmp_path, "score-sheet", [made], ".docx"))).tables
    assert table(grids[-1])[1] == ["Whole", "0"]
