"""Schemes as files: what is written reads back; a lab's codebook comes in as it is."""

import contextlib
import io
import json
import tempfile
import zipfile
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder import export, markers
from coder.errors import CoderError
from coder.markers import texts, titles
from coder.markers.settled import settled, tidied
from coder.tables import codebooks, grids
from coder.words import say


def scheme_of(content):
    return markers.checked(content, "test")


def refusal(path):
    with pytest.raises(CoderError) as fault:
        codebooks.scheme_in(path)
    told = say(fault.value)
    assert told.startswith(str(path))
    assert "\n" not in told
    return told.removeprefix(str(path))


def workbook(path, sheets, merge=(), **cells):
    """Write a workbook: the rows of each sheet, merged ranges of the first."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for each in merge:
        book.worksheets[0].merge_cells(each)
    for place, value in cells.items():
        book.worksheets[0][place] = value
    book.save(path)
    return path


CODEBOOK = [
    ["Our lab's codebook", None, None, None, None],
    ["Version of the spring", None, None, None, None],
    [None, None, None, None, None],
    ["Category", "Code", "Description", "Exclude:", "EXAMPLES", "Family", "Initials", "Shortcut"],
    ["Withdrawal", "Goes quiet", "Stops in the middle.", "Thinking", "“…”", "W", "ab", "GQ"],
    [None, "Talks of the weather", "Leaves the subject.", None, None, "withdrawal", None, None],
    [None, None, None, None, None, None, None, None],
    ["Attacks", "Blames the therapist", "Says whose fault it is.", None, None, "Control", None, "bt"],
    [None, 7, "A code that is a number.", None, None, "–", None, None],
]  # fmt: skip


# Written and read back


@pytest.mark.parametrize("suffix", codebooks.WRITTEN)
@pytest.mark.parametrize("name", markers.available())
def test_every_scheme_that_ships_reads_back_from_every_file(name, suffix, tmp_path):
    scheme = markers.load(name)
    path = tmp_path / f"scheme é{suffix}"
    export.put(lambda: codebooks.written(scheme, path), path)
    taken = codebooks.scheme_in(path)
    assert taken.scheme == scheme
    assert settled(taken.scheme.content) == settled(scheme.content)
    assert taken.left == ()
    before = path.read_bytes()
    export.put(lambda: codebooks.written(taken.scheme, path), path)
    assert path.read_bytes() == before


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf"], exclude_characters="\ufffe\uffff") | st.sampled_from("\n\t=+-@'\""),
    min_size=1, max_size=30,
).filter(lambda text: text.strip())  # fmt: skip
IDS = st.from_regex(r"[a-z0-9]{1,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
OTHERS = st.lists(st.text("aé1,=+-'\"", min_size=1, max_size=6), unique=True, max_size=2)


def rows_of(name):
    return st.sampled_from([marker.id for marker in markers.load(name).markers])


SAID = {
    "person": st.sampled_from(["patient", "therapist", "either"]),
    "kind": st.sampled_from(["marker", "component", "process", "session"]),
    "family": st.sampled_from(["withdrawal", "confrontation", "both", None]),
    "certainty": st.sampled_from(["high", "medium", "low"]),
    "colour": st.sampled_from(["blue", "grey"]),
    "definition": WORDS, "use_when": WORDS, "avoid_when": WORDS, "example": WORDS, "risk": WORDS,
    "retired": st.booleans(), "observable": st.booleans(),
    "counts_as": st.fixed_dictionaries({}, optional={name: rows_of(name) for name in ("cis", "3rs-2015")}),
}  # fmt: skip


@st.composite
def contents(draw):
    """Any valid content of a scheme."""
    names = draw(st.lists(IDS, min_size=1, max_size=5, unique=True))
    keys = draw(st.lists(st.from_regex("[a-z]{3}", fullmatch=True), unique=True, max_size=5))
    rolls = draw(st.none() | st.just("laraway-2015"))
    entries = []
    for n, name in enumerate(names):
        entry = {"id": name, "label": draw(WORDS), "column": draw(IDS)}
        entry |= draw(st.fixed_dictionaries({}, optional=SAID))
        entry["also_called"] = draw(
            OTHERS.map(lambda given, n=n: [f"{each} also {n}" for each in given])
        )
        others = [each for each in names if each != name]
        entry["confused_with"] = (
            draw(st.lists(st.sampled_from(others), unique=True, max_size=3)) if others else []
        )
        entry["rolls_up_to"] = draw(st.none() | rows_of(rolls)) if rolls else None
        if n and draw(st.booleans()):
            entry["part_of"] = names[0]
        if n < len(keys):
            entry["key"] = keys[n]
        entries.append(entry)
    scales = [
        {
            "id": name, "label": draw(WORDS), "low": -1, "high": 5, "over": draw(st.sampled_from(["session", "episode", "segment"])),
            "each": draw(st.sampled_from([None, "marker", "family"])), "at_end": draw(st.booleans()),
            "anchors": draw(st.dictionaries(st.sampled_from(["-1", "0", "5"]), WORDS, max_size=3)),
        }
        for name in draw(st.lists(IDS, max_size=2, unique=True))
    ]  # fmt: skip
    return {
        "id": draw(IDS), "version": draw(st.sampled_from(["1.0", "2", "1.10", "x"])), "title": draw(WORDS), "source": draw(WORDS),
        "rolls_up_to": rolls, "segment_s": draw(st.none() | st.integers(1, 36000)), "markers": entries, "scales": scales,
        "prevalence": draw(st.lists(st.sampled_from(names), unique=True)), "columns": draw(st.dictionaries(IDS, WORDS, max_size=2)),
    }  # fmt: skip


@pytest.mark.parametrize("suffix", codebooks.WRITTEN)
@settings(max_examples=30, deadline=None)
@given(contents())
def test_whatever_is_written_reads_back_equal(suffix, content):
    scheme = scheme_of(content)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(codebooks.written(scheme, path))
        again = codebooks.scheme_in(path).scheme
    assert settled(again.content) == settled(scheme.content)
    assert again == scheme


def test_the_same_content_makes_the_same_bytes_whatever_the_order_of_its_fields(tmp_path):
    content = markers.load("samstag-2003").content
    turned = {**dict(reversed(content.items()))}
    turned["markers"] = [dict(reversed(each.items())) for each in content["markers"]]
    for suffix in codebooks.WRITTEN:
        path = tmp_path / f"a{suffix}"
        export.put(partial(codebooks.written, scheme_of(content), path), path)
        first = path.read_bytes()
        export.put(partial(codebooks.written, scheme_of(turned), path), path)
        assert path.read_bytes() == first


def test_a_yaml_file_is_there_to_be_read_by_people():
    text = texts.to_yaml(markers.load("samstag-2003"))
    assert text.startswith("id: samstag-2003\nversion: '1.1'\ntitle: ")
    assert "    confused_with: [" in text
    assert max(map(len, text.splitlines())) <= 130
    assert "\\u" not in text
    assert "null" not in text


def test_a_text_is_never_a_formula(tmp_path):
    content = {**SMALL, "title": "=1+1"}
    path = tmp_path / "a.xlsx"
    path.write_bytes(codebooks.written(scheme_of(content), path))
    cell = next(
        c for row in openpyxl.load_workbook(path)["Scheme"] for c in row if c.value == "=1+1"
    )
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    path = path.with_suffix(".csv")
    path.write_bytes(codebooks.written(scheme_of(content), path))
    assert "Title,'=1+1" in path.read_text(encoding="utf-8-sig")
    assert codebooks.scheme_in(path).scheme.title == "=1+1"


def test_a_text_longer_than_a_cell_is_not_cut_in_silence(tmp_path):
    content = {**SMALL, "source": "x" * 40_000}
    with pytest.raises(CoderError) as fault:
        codebooks.written(scheme_of(content), tmp_path / "a.xlsx")
    assert fault.value.key == "export_text_too_long"
    assert codebooks.written(scheme_of(content), tmp_path / "a.csv")


@pytest.mark.parametrize("name", ["a.docx", "a", "a.yml"])
def test_a_scheme_is_written_in_one_of_four_formats(name, tmp_path):
    with pytest.raises(CoderError) as fault:
        codebooks.written(scheme_of(SMALL), tmp_path / name)
    assert say(fault.value).endswith("use .yaml, .json, .xlsx, .csv.")


SMALL = {
    "id": "small", "version": "1.0", "title": "Small", "source": "this test",
    "markers": [{"id": "sighs", "label": "Sighs", "column": "manner"}],
}  # fmt: skip


def test_what_looks_like_an_escape_of_a_workbook_stays_what_it_is(tmp_path):
    content = {**SMALL, "title": "_x0041_ _x000D_ &amp; <b>", "source": "a\n\n b\tc"}
    path = tmp_path / "a.xlsx"
    path.write_bytes(codebooks.written(scheme_of(content), path))
    assert codebooks.scheme_in(path).scheme.content == content


# A lab's own codebook


@pytest.fixture
def taken(tmp_path):
    path = workbook(
        tmp_path / "Lab Codes 2026.xlsx", {"Codes": CODEBOOK, "Notes": [["Ask Kim"]]}, ["A5:A6"]
    )
    return codebooks.scheme_in(path)


def test_a_lab_s_codebook_comes_in_with_plain_titles_in_any_order(taken):
    scheme = taken.scheme
    assert (scheme.id, scheme.version, scheme.title) == ("lab-codes-2026", "1.0", "Lab Codes 2026")
    assert scheme.source == "The codebook “Lab Codes 2026”."
    assert [marker.id for marker in scheme.markers] == [
        "goes-quiet",
        "talks-of-the-weather",
        "blames-the-therapist",
        "7",
    ]
    first = scheme.markers[0]
    assert (first.label, first.key, first.family) == ("Goes quiet", "gq", "withdrawal")
    assert (first.definition, first.avoid_when, first.example) == (
        "Stops in the middle.",
        "Thinking",
        "“…”",
    )
    assert [marker.family for marker in scheme.markers] == [
        "withdrawal",
        "withdrawal",
        "confrontation",
        None,
    ]


def test_a_merged_or_blank_category_is_the_one_above_and_keeps_its_own_heading(taken):
    assert [marker.column for marker in taken.scheme.markers] == ["withdrawal"] * 2 + [
        "attacks"
    ] * 2
    assert taken.scheme.column_label("attacks") == "Attacks"


def test_what_is_not_taken_over_is_named(taken):
    assert taken.left == ("column “Initials”", "sheet “Notes”")


def test_a_plain_list_of_names_is_enough(tmp_path):
    path = workbook(
        tmp_path / "研究.xlsx", {"Tabelle1": [["Name"], ["Pause"], ["Größe, “x”"], ["§§"]]}
    )
    scheme = codebooks.scheme_in(path).scheme
    assert [marker.id for marker in scheme.markers] == ["pause", "grosse-x", "marker-3"]
    assert {marker.column for marker in scheme.markers} == {"other"}
    assert (scheme.id, scheme.title) == ("codebook", "研究")


def test_id_title_and_version_that_are_given_go_before_the_file_s(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"A": [["Name"], ["Pause"]]})
    given = {"id": "ours", "title": "Ours", "version": "2.0"}
    scheme = codebooks.scheme_in(path, given).scheme
    assert (scheme.id, scheme.title, scheme.version) == ("ours", "Ours", "2.0")
    with pytest.raises(CoderError, match="scheme_invalid"):
        codebooks.scheme_in(path, {"id": "Not An Id"})


def test_words_in_several_columns_stand_below_each_other(tmp_path):
    head = [
        "Code",
        "Brief definition",
        "Full definition",
        "Example 1",
        "Example 2",
        "Key",
        "Shortcut",
    ]
    row = ["Pause", "Stops.", "Stops for long.", None, "“…”", "pa", "zz"]
    taken = codebooks.scheme_in(workbook(tmp_path / "a.xlsx", {"A": [head, row]}))
    (marker,) = taken.scheme.markers
    assert (marker.definition, marker.example) == ("Stops.\nStops for long.", "“…”")
    assert (marker.key, taken.left) == ("pa", ("column “Shortcut”",))


def test_a_row_across_the_sheet_heads_those_below_it(tmp_path):
    rows = [
        ["Code", "Definition"],
        ["Ways of Leaving", None],
        ["Pause", "x"],
        ["Narrative content", None],
        ["Denial", "y"],
    ]
    path = workbook(tmp_path / "a.xlsx", {"A": rows}, ["A2:B2", "A4:B4"])
    scheme = codebooks.scheme_in(path).scheme
    assert [(m.id, m.column) for m in scheme.markers] == [
        ("pause", "ways-of-leaving"),
        ("denial", "content"),
    ]
    assert scheme.column_label("ways-of-leaving") == "Ways of Leaving"


@pytest.mark.parametrize(
    ("head", "row", "marker"),
    [
        (["Code", "Definition"], ["Pause", "d"], ("pause", "Pause", "")),
        (["Code", "Name"], ["PA", "Pause"], ("pause", "Pause", "pa")),
        (["Code", "Name"], ["P.1", "Pause"], ("p-1", "Pause", "")),
        (["Code", "Name", "Key"], ["PA", "Pause", "ps"], ("pa", "Pause", "ps")),
        (["Id", "Code", "Name"], ["x1", "P-12", "Pause"], ("p-12", "Pause", "")),
    ],
)
def test_a_column_code_is_a_name_a_short_code_or_an_id(tmp_path, head, row, marker):
    scheme = codebooks.scheme_in(workbook(tmp_path / "a.xlsx", {"A": [head, row]})).scheme
    made = scheme.markers[0]
    assert (made.id, made.label, made.key) == marker


def test_markers_are_named_by_label_or_id_where_one_names_another(tmp_path):
    rows = [
        ["Label", "Parent", "Confused with", "Counts as", "Retired", "Observable", "Kind", "Who"],
        ["Repair, whole", "", "", "cis: direct; 3rs-2015: denial", "", "", "resolution", "T"],
        ["Says sorry", "repair, WHOLE", "Repair, whole; gives-a-reason", "", "x", "no", "", "both"],
        ["Gives a reason", "Repair, whole", "Says sorry, repair-whole", "", "", "", "", ""],
    ]
    scheme = codebooks.scheme_in(workbook(tmp_path / "a.xlsx", {"A": rows})).scheme
    whole, sorry, reason = scheme.markers
    assert (whole.kind, whole.person, whole.counts_as) == (
        "component",
        "therapist",
        {"cis": "direct", "3rs-2015": "denial"},
    )
    assert (sorry.part_of, sorry.confused_with) == (
        "repair-whole",
        ("repair-whole", "gives-a-reason"),
    )
    assert (sorry.retired, sorry.observable, sorry.person) == (True, False, "either")
    assert reason.confused_with == ("says-sorry", "repair-whole")


def test_sheets_of_facts_and_of_ratings_are_read(tmp_path):
    sheets = {
        "Scheme": [["Field", "Value"], ["ID", "ours"], ["Segment (s)", 300], ["Heading of manner", "Sound"],
                   ["Prevalence", "pause"], ["Budget", 12], ["Reference", "A paper."], ["Title", None], [None, "x"]],
        "markers": [["Name", "Category"], ["Pause", "manner"]],
        "Scales": [["Rating", "Min", "Max", "1", "Means 7", "Unit", "About"], ["Depth", 1, 7.0, "none", "all", "Segments", "?"],
                   [None, None, None, None, None, None, None, "an aside"], ["Impact", None, None, None, None, None, None]],
        "Codes of others": [["Name"], ["Not this"]],
    }  # fmt: skip
    taken = codebooks.scheme_in(workbook(tmp_path / "a.xlsx", sheets))
    scheme = taken.scheme
    assert (scheme.id, scheme.segment_s, scheme.prevalence, scheme.source) == (
        "ours",
        300,
        ("pause",),
        "A paper.",
    )
    assert scheme.column_label("manner") == "Sound"
    depth, impact = scheme.scales
    assert (depth.high, depth.over, depth.anchors, depth.about) == (
        7,
        "segment",
        {1: "none", 7: "all"},
        "?",
    )
    assert (impact.id, impact.low, impact.high) == ("impact", 1, 5)
    aside = "“an aside” of row 3 of “Scales”"
    assert taken.left == ("“Budget” of row 6 of “Scheme”", aside, "sheet “Codes of others”")


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_csv_file_is_a_codebook_too(tmp_path, sign):
    path = tmp_path / "a.csv"
    lines = [
        sign.join(row)
        for row in (["Name", "Include"], ["Pause", "“a, b; c”" if sign == "\t" else "ab"], ["", ""])
    ]
    path.write_text("\n".join(lines), encoding="utf-8")
    assert codebooks.scheme_in(path).scheme.markers[0].use_when


# Mistakes in a spreadsheet: the sheet and the row


ROWS = [
    ["Label", "Id", "Key", "Family", "Colour", "Confused with", "Person"],
    ["Pause", "", "", "", "", "", ""],
    ["Denial", "", "de", "", "", "", ""],
]


@pytest.mark.parametrize(
    ("cell", "value", "told"),
    [
        ("A3", None, " is not a valid scheme: row 3 of “Codes”: marker 2 “marker-2”: “label” is missing."),
        ("A3", "Pause", ", row 3 of “Codes”: the label “Pause” stands already in row 2 of “Codes”. Give one of them another label, or each an id of its own in a column Id."),
        ("B3", "pause", ", row 3 of “Codes”: the id “pause” stands already in row 2 of “Codes”. Give one of them another id."),
        ("C3", "d", " is not a valid scheme: row 3 of “Codes”: marker 2 “Denial”: key: “d” should be two or three small letters."),
        ("C2", "DE", " is not a valid scheme: row 3 of “Codes”: marker 2 “Denial”: key: the key “de” stands twice, first at marker 1."),
        ("D2", "angry", " is not a valid scheme: row 2 of “Codes”: marker 1 “Pause”: family: “angry” is none of withdrawal, confrontation, both, none."),
        ("E2", "mauve", " is not a valid scheme: row 2 of “Codes”: marker 1 “Pause”: colour: “mauve” is none of blue, orange, green, purple, teal, pink, brown, grey."),
        ("F2", "Gone away", " is not a valid scheme: row 2 of “Codes”: marker 1 “Pause”: confused with 1: “gone-away” is no marker."),
        ("G3", "dog", " is not a valid scheme: row 3 of “Codes”: marker 2 “Denial”: person: “dog” is none of patient, therapist, either."),
        ("A3", "=A1", " cannot be read as a codebook (row 3 of “Codes” holds a formula without its result: open and save it in Excel)."),
        ("A3", "#REF!", " cannot be read as a codebook (row 3 of “Codes” holds a formula that fails (#REF!))."),
        ("A1", "Was", ", “Codes”, has no row of titles that names its columns: write Label (or Code, Name) above the names of the markers, and Definition, Include, Exclude, Example above the rest."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_spreadsheet_is_told_with_its_row(tmp_path, cell, value, told):
    path = workbook(tmp_path / "a.xlsx", {"Codes": ROWS}, **{cell: value})
    if value is None:
        book = openpyxl.load_workbook(path)
        book.worksheets[0][cell].value = None
        book.save(path)
    assert refusal(path) == told


def test_a_mistake_in_the_facts_or_the_ratings_is_told_with_its_row(tmp_path):
    sheets = {"Codes": [["Name"], ["Pause"]], "Scheme": [["Segment", "five"]]}
    told = refusal(workbook(tmp_path / "a.xlsx", sheets))
    assert "row 1 of “Scheme”: segment s: “five” should be a whole number" in told
    sheets = {
        "Codes": [["Name"], ["Pause"]],
        "Scales": [["Name", "From", "To"], ["x", 1, 5], ["Depth", "a", 5]],
    }
    told = refusal(workbook(tmp_path / "a.xlsx", sheets))
    assert "row 3 of “Scales”: scale 2 “Depth”: “From”: “a” should be a whole number" in told
    sheets["Scales"][0] = ["a", "b", "c"]
    assert "the sheet “Scales” has no row of titles" in refusal(
        workbook(tmp_path / "a.xlsx", sheets)
    )


def test_a_mistake_in_a_csv_file_is_told_with_its_line(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('Label,Key\n"a\nb",ab\nc,abcd\n', encoding="utf-8")
    assert "line 4: marker 2 “c”: key: “abcd” should be" in refusal(path)


def test_a_mistake_is_told_without_a_line_where_there_is_none_to_name(tmp_path):
    path = tmp_path / "a.json"
    text = json.dumps({**SMALL, "title": "\x7f", "note": "é"}, ensure_ascii=False)
    path.write_text(text, encoding="utf-8")  # YAML may not hold that sign, JSON may
    assert refusal(path).startswith(" is not a valid scheme: title: it holds a character")
    path.write_text(json.dumps({**SMALL, "title": ""}, indent=1), encoding="utf-8")
    assert refusal(path) == " is not a valid scheme: line 4: title: “” should not be empty."
    path.write_text("[" * 100_000, encoding="utf-8")
    assert refusal(path) == " cannot be read as a scheme (it is nested too deeply)."


def test_what_yaml_takes_for_a_truth_a_number_or_a_date_is_the_text_as_it_is_written():
    read = markers.read(
        """
id: 3
version: 1.10
title: No
source: 2015-01-02
rolls_up_to: ~
segment_s: 300
columns: {on: Yes, 1: 0x1F}
scales: [{id: off, label: 5, low: 1, high: 5, at_end: no, anchors: {1: no, 5: 1:30}}]
prevalence: [no, y]
markers:
- {id: no, label: Off, column: on, key: no, retired: yes, also_called: [12, 1.50], family: null}
- {id: y, label: =, column: 1, key: yes, part_of: no, family: , observable: false}
""",
        "a.yaml",
    )
    assert (read.id, read.version, read.title, read.source) == ("3", "1.10", "No", "2015-01-02")
    assert (read.rolls_up_to, read.segment_s, read.prevalence) == (None, 300, ("no", "y"))
    assert (read.column_label("on"), read.column_label("1")) == ("Yes", "0x1F")
    (scale,) = read.scales
    assert (scale.id, scale.label, scale.low, scale.at_end) == ("off", "5", 1, False)
    assert scale.anchors == {1: "no", 5: "1:30"}
    one, other = read.markers
    assert (one.id, one.label, one.key, one.retired) == ("no", "Off", "no", True)
    assert (one.also_called, one.family) == (("12", "1.50"), None)
    assert (other.label, other.key, other.part_of, other.observable) == ("=", "yes", "no", False)
    again = markers.read(texts.to_yaml(read), "b.yaml")
    assert (again, settled(again.content)) == (read, settled(read.content))


def test_a_thing_that_yaml_names_twice_or_by_a_list_is_still_looked_at():
    told = (
        "id: a\nversion: &v no\ntitle: *v\nsource: b\nmarkers: [&m {id: a, label: A, column: b}]\n"
    )
    assert markers.read(told + "note: *v\n", "a.yaml").note == "no"
    for odd in ("? [no, off]\n: x\n", "? {a: b}\n: x\n", "<<: *m\n"):
        with pytest.raises(CoderError):
            markers.read(told + odd, "a.yaml")


def test_in_json_a_truth_for_a_text_is_to_be_put_in_quotation_marks(tmp_path):
    path = tmp_path / "a.json"
    content = {"id": "a", "version": "1", "title": "A", "source": "b"}
    entry = {"id": "a", "label": "A", "column": "b", "key": False}
    path.write_text(json.dumps({**content, "markers": [entry]}), encoding="utf-8")
    assert "key: “false” should be text: put it in quotation marks" in refusal(path)


def test_a_field_in_a_yaml_column_is_told_with_its_line(tmp_path):
    path = tmp_path / "a.yaml"
    told = "id: a\nversion: '1'\ntitle: A\nsource: b\nmarkers: [{id: a, label: A, column: b}]\n"
    path.write_text(told + "columns:\n  yes: []\n", encoding="utf-8")
    assert "line 7: columns yes: " in refusal(path)
    path.write_text(told + "columns:\n  ~: []\n", encoding="utf-8")
    assert "line 6: columns" in refusal(path)  # what stands before the colon is nothing
    path.write_text(told.replace("label: A", "<<: {label: ''}"), encoding="utf-8")
    assert "line 5: marker 1 “a”: label: " in refusal(path)  # it comes from another entry
    scale = "scales:\n- {id: a, label: A, low: 1, high: 5,\n   anchors: {2: []}}\n"
    path.write_text(told + scale, encoding="utf-8")
    assert "line 8: scale 1 “A”: anchors 2: " in refusal(path)


def test_the_line_of_what_is_not_there_is_that_of_what_it_would_be_in():
    _, where = texts.parsed("a: 1\nb:\n- c: 1\n", "a.yaml")
    assert [where(path) for path in ((), ("gone",), ("b", 0, "gone"))] == [
        "line 1",
        "line 1",
        "line 3",
    ]


# Other names


def test_other_names_come_from_columns_of_many_titles_split_by_semicolon_line_or_comma(tmp_path):
    rows = [
        ["Label", "Also known as", "Synonym 2"],
        ["Pause", "silence, gap", "quiet"],
        ["Sighs", "heavy, deep sighs; groans", ""],
        ["Tangential", "vague, or abstract;", ""],
        ["Hums", "", ""],
    ]
    scheme = codebooks.scheme_in(workbook(tmp_path / "a.xlsx", {"A": rows})).scheme
    assert [each.also_called for each in scheme.markers] == [
        ("silence", "gap", "quiet"),
        ("heavy, deep sighs", "groans"),
        ("vague, or abstract",),
        (),
    ]
    for suffix in codebooks.WRITTEN:
        path = tmp_path / f"b{suffix}"
        path.write_bytes(codebooks.written(scheme, path))
        assert codebooks.scheme_in(path).scheme == scheme


def test_markers_may_be_named_by_other_names_and_a_name_of_two_is_refused_with_its_row(tmp_path):
    rows = [
        ["Id", "Label", "Synonyms", "Confused with", "Parent"],
        ["pause", "Pause", "silence", "", ""],
        ["pause-2", "Pause", "", "", ""],
        ["sighs", "Sighs", "", "Silence", "silence"],
    ]
    scheme = codebooks.scheme_in(workbook(tmp_path / "a.xlsx", {"A": rows})).scheme
    assert (scheme.markers[2].confused_with, scheme.markers[2].part_of) == (("pause",), "pause")
    for at in (3, 4):
        cells = [*rows[3][:3], "", ""]
        cells[at] = "pausE"
        told = refusal(workbook(tmp_path / "a.xlsx", {"A": [*rows[:3], cells]}))
        assert "“pausE” is what several markers are called (pause, pause-2)" in told
        assert "row 4" in told


# What is no codebook


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.xlsx", b"", "it is no whole workbook"),
        ("a.xlsx", b"PK\x03\x04 broken", "it is no whole workbook"),
        ("a.csv", b"\x89PNG\r\n\x00", "it is no text"),
        ("a.csv", b"Label\n" + b"a\n" * 6000, "it has more than 5000 lines"),
        ("a.csv", b"", "has no row of titles"),
        ("a.docx", b"", "has an ending that is no scheme’s: use .yaml, .yml, .json, .xlsx, .csv, .tsv"),
        ("a.yaml", b"\xff\xfe\x00", "cannot be read as text: line 1 is not in UTF-8. Save it in that encoding"),
        ("a.yaml", b"a: 1\nid: x\na: 2\n", "line 3: “a” stands twice"),
        ("a.json", b'{"id": "a",\n "id": "b"}', "line 2: “id” stands twice"),
        ("a.json", b'{"id": "a",\n "version" "b"}', "line 2: "),
        ("a.yaml", b"a: \x07", "line 1: it holds an unacceptable character"),
        ("a.yaml", b"!!python/object:x {}", "line 1: it holds a tag (with “!”), which has no place in a scheme"),
        ("a.yaml", b"? [a, b]\n: c\n", "found unhashable key"),
        ("a.yaml", b"a: &a [*a]", "line 1: it refers to itself over and over"),
        ("a.yaml", b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\nd: &d [*c, *c, *c, *c, *c, *c]\n" + b"".join(b"e%d: &e%d [%s]\n" % (n, n, b", ".join([b"*d" if n == 0 else b"*e%d" % (n - 1)] * 9)) for n in range(6)), "over and over"),
        ("a.yaml", b"- " * 40_000, ""),
    ],
)  # fmt: skip
def test_what_is_no_codebook_is_refused_in_a_sentence(tmp_path, name, data, told):
    path = tmp_path / name
    path.write_bytes(data)
    assert told in refusal(path)


def test_a_file_that_is_missing_a_folder_or_beyond_measure_is_refused(tmp_path, monkeypatch):
    assert "No such file" in refusal(tmp_path / "a.xlsx")
    (tmp_path / "b.xlsx").mkdir()
    assert "it is no file" in refusal(tmp_path / "b.xlsx")
    monkeypatch.setattr(grids, "MOST_BYTES", 10)
    (tmp_path / "c.csv").write_bytes(b"x" * 11)
    assert "it is larger than" in refusal(tmp_path / "c.csv")


def repacked(path, change):
    """Write a workbook's parts anew, changed."""
    held = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    path.write_bytes(held.getvalue())
    return path


def test_a_workbook_that_grows_beyond_measure_is_not_unpacked(tmp_path, monkeypatch):
    path = workbook(tmp_path / "a.xlsx", {"A": [["Name"], ["Pause"]]})
    sheet = "xl/worksheets/sheet1.xml"
    repacked(path, lambda name, data: data + b" " * 16_000_000 if name == sheet else data)
    assert "grows far beyond what a codebook needs" in refusal(path)
    monkeypatch.setattr(grids, "MOST_UNPACKED", 1000)
    assert "grows far beyond what a codebook needs" in refusal(path)


def test_a_workbook_with_a_password_or_of_the_old_kind_says_so(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"A": [["Name"], ["Pause"]]})
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    assert "it is protected by a password" in refusal(path)
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"\0" * 600)
    assert "an old .xls file, or has a password" in refusal(path)


def test_a_packed_file_that_is_no_workbook_says_so(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", "<a/>")
    assert "it is no workbook" in refusal(path)
    workbook(path, {"A": [["Name"], ["Pause"]]})
    types = b"spreadsheetml.sheet.main+xml"
    repacked(path, lambda _, data: data.replace(types, b"spreadsheetml.other+xml"))
    assert "File contains no valid workbook part" in refusal(path)


def test_a_workbook_with_a_document_type_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"A": [["Name"], ["Pause"]]})
    hostile = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
    repacked(path, lambda name, data: hostile + data if name == "xl/workbook.xml" else data)
    assert "it holds a document type" in refusal(path)


def test_merged_cells_that_cover_the_sheet_cost_nothing(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        {"A": [["Name", "Family"], ["Pause", "w"], ["Denial", None]]},
        ["B2:B3"],
    )
    sheet = "xl/worksheets/sheet1.xml"
    more = b'<mergeCell ref="A1:XFD1048576"/><mergeCell ref="$C$3"/><mergeCell ref="D2:D9"/><mergeCell ref="B2:B1048576"/>'
    repacked(
        path,
        lambda name, data: (
            data.replace(b'<mergeCell ref="B2:B3"/>', more) if name == sheet else data
        ),
    )
    scheme = codebooks.scheme_in(path).scheme
    assert [marker.family for marker in scheme.markers] == ["withdrawal", "withdrawal"]


def test_an_odd_merged_range_is_refused(tmp_path):
    path = workbook(tmp_path / "a.xlsx", {"A": [["Name"], ["Pause"]]}, ["A2:A3"])
    repacked(path, lambda _, data: data.replace(b'ref="A2:A3"', b'ref="oddity"'))
    assert "it merges cells in no way that a workbook can" in refusal(path)


def test_a_sheet_of_too_many_rows_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(grids, "MOST_ROWS", 3)
    rows = [["Name"], ["a"], ["b"], [None]]
    assert len(codebooks.scheme_in(workbook(tmp_path / "a.xlsx", {"A": rows})).scheme.markers) == 2
    assert "“A” has more than 3 rows" in refusal(
        workbook(tmp_path / "a.xlsx", {"A": [*rows[:3], ["c"]]})
    )


def test_an_empty_sheet_is_no_codebook(tmp_path):
    assert "has no row of titles" in refusal(workbook(tmp_path / "a.xlsx", {"A": []}))


@given(st.binary(max_size=300))
@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("suffix", codebooks.READ)
def test_any_bytes_are_read_or_refused_in_a_sentence(suffix, data):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(data)
        with contextlib.suppress(CoderError):
            assert codebooks.scheme_in(path).scheme.markers


# Small things


@pytest.mark.parametrize(
    ("label", "made"),
    [("Long pause!", "long-pause"), ("denial", "denial"), ("Therapist’s aim", "therapists-aim"), ("Élan, größe", "elan-grosse"), ("  ", ""), ("7", "7")],
)  # fmt: skip
def test_an_id_is_made_of_a_label(label, made):
    assert titles.id_of(label) == made


@pytest.mark.parametrize(
    ("cell", "column"),
    [("Narrative manner or tone", ("manner", None)), ("manner", ("manner", None)), ("Own one", ("own-one", None)),
     ("Own One", ("own-one", "Own One")), ("REPAIR", ("repair", None)), ("§", ("", "§"))],
)  # fmt: skip
def test_a_column_is_named_by_its_heading_or_its_id(cell, column):
    assert titles.column_of(cell) == column


def test_the_text_of_json_reads_back_and_ends_a_line():
    text = texts.to_json_text(scheme_of(SMALL))
    assert text.endswith("}\n")
    assert tidied(json.loads(text)) == SMALL
