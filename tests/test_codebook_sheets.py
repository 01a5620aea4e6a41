"""A lab's codebook as labs keep it: several sheets, banners, footers, slipped cells, padding."""

import csv
import io

import openpyxl
import pytest

from coder import markers, schemes
from coder.errors import CoderError
from coder.markers import faults
from coder.markers.settled import settled
from coder.tables import codebooks
from coder.words import say


def book(path, sheets, *, hidden=(), merge=()):
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
    for each in merge:
        made.worksheets[0].merge_cells(each)
    made.save(path)
    return path


def table(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def refusal(path, *given):
    with pytest.raises(CoderError) as fault:
        codebooks.scheme_in(path, *given)
    told = say(fault.value)
    assert told.startswith(str(path))
    return told.removeprefix(str(path))


def labels(taken):
    return [(each.label, each.column, each.family) for each in taken.scheme.markers]


# csv


def padded(data, sign=","):
    """A csv file as a spreadsheet saves it: every row as long as the longest."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    out = io.StringIO()
    longest = max(map(len, rows))
    writer = csv.writer(out, delimiter=sign, lineterminator="\r\n")
    writer.writerows(row + [""] * (longest - len(row)) for row in rows)
    return out.getvalue().encode("utf-8-sig")


@pytest.mark.parametrize("sign", [",", ";"])
@pytest.mark.parametrize("name", markers.available())
def test_a_csv_file_that_a_spreadsheet_padded_reads_back_whole(name, sign, tmp_path):
    scheme, path = markers.load(name), tmp_path / "a.csv"
    path.write_bytes(padded(codebooks.written(scheme, path), sign))
    taken = codebooks.scheme_in(path)
    assert settled(taken.scheme.content) == settled(scheme.content)
    assert (taken.left, taken.told) == ((), ())


def test_parts_of_a_csv_file_are_known_without_a_blank_line_too(tmp_path):
    text = "Scheme,\nField,Value\nId,ours\nMarkers,\nId,Label\na,A\n"
    assert codebooks.scheme_in(table(tmp_path / "a.csv", text)).scheme.id == "ours"
    marker = "Label,Definition\nA,d\nScales,\nB,d\n"  # no part: nothing of ours is below
    taken = codebooks.scheme_in(table(tmp_path / "b.csv", marker))
    assert [label for label, *_ in labels(taken)] == ["A", "Scales", "B"]
    assert labels(codebooks.scheme_in(table(tmp_path / "c.csv", marker[:-4])))[-1][0] == "Scales"


def test_tabs_part_columns_where_the_titles_are_known(tmp_path):
    path = table(tmp_path / "a.tsv", "Code\tDefinition\nSilence\td\n")
    assert codebooks.scheme_in(path).scheme.markers[0].definition == "d"
    path = table(tmp_path / "b.csv", "\ufeffName\tDefinition\nSilence\td\n", "utf-16")
    assert codebooks.scheme_in(path).scheme.markers[0].definition == "d"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Code,Definition\nA,he said, well\n", ", line 2: “well” stands under no title."),
        ("Code,,Definition\nA,x,d\n", ", line 2: “x” stands under no title."),
        ('Code,Definition\nA,"d\nB,e\n', "(line 2: a quotation mark opens here that is not closed"),
        ('Code,Definition\nA,"d\nB,"e\nC,f\n', "(line 2: a quotation mark closes before the cell"),
        ("Code\n" + "x" * 200_000 + "\n", "(line 2: a cell holds more than 131072 characters)"),
        ("Id,Label\na,A\nb,B\na,C\n", ", line 4: the id “a” stands already in line 2."),
        ("Label\nCo-op é\nCo op é\n", ", line 3: the label “Co op é” "),
        ("Label\n静\nmarker-3\n沉\n", ", line 4: the label “沉” makes the id “marker-3”"),
        ("Code,Definition\n,\n", " is not a valid scheme: line 1: markers: the scheme has no"),
        ("Label,Rupture type\nA,odd\n", "line 2: marker 1 “A”: “Rupture type”: “odd” is none of"),
        ("Label,Counts as\nA,cis: gone\n", "line 2: marker 1 “A”: counts as cis: “gone” is no"),
        ("Label,Confused with\nA,A\n", "line 2: marker 1 “A”: confused with 1: it is the marker"),
    ],
)
def test_a_csv_file_that_cannot_be_right_is_refused_with_its_line(tmp_path, text, told):
    assert told in refusal(table(tmp_path / "a.csv", text))


# Sheets


CODES = [["Code", "Definition"], ["Silence", "d"]]
OTHERS = [["Code", "Definition"], ["Sarcasm", "e"]]


def test_a_hidden_sheet_is_not_read_but_named_unless_it_is_asked_for(tmp_path):
    sheets = {"Old": [*CODES, ["=A1", "never solved"]], "Now": OTHERS}
    path = book(tmp_path / "a.xlsx", sheets, hidden=["Old"])
    taken = codebooks.scheme_in(path)
    assert [label for label, *_ in labels(taken)] == ["Sarcasm"]
    assert taken.left == ("hidden sheet “Old”",)
    path = book(path, {"Old": CODES, "Now": OTHERS}, hidden=["Old"])
    asked = codebooks.scheme_in(path, None, ["old"])
    assert [label for label, *_ in labels(asked)] == ["Silence"]
    assert asked.left == ("sheet “Now”",)


def test_sheets_with_the_same_titles_are_one_codebook_each_under_its_name(tmp_path):
    sheets = {"Withdrawal": CODES, "Confrontation": OTHERS, "Read me": [["Name"], ["Ada"]]}
    taken = codebooks.scheme_in(book(tmp_path / "a.xlsx", sheets))
    assert labels(taken) == [
        ("Silence", "withdrawal", "withdrawal"),
        ("Sarcasm", "confrontation", "confrontation"),
    ]
    assert taken.left == ("sheet “Read me”",)
    assert taken.told[0] == "The sheets “Withdrawal”, “Confrontation” were taken as one codebook."
    one = codebooks.scheme_in(tmp_path / "a.xlsx", None, ["Confrontation"])
    assert labels(one) == [("Sarcasm", "other", None)]


def test_sheets_that_differ_or_each_claim_to_be_the_codebook_are_refused(tmp_path):
    other = [["Name", "Example"], ["Sarcasm", "e"]]
    told = refusal(book(tmp_path / "a.xlsx", {"One": CODES, "Two": other}))
    assert told.startswith(" has several sheets that may be the codebook: “One”, “Two”. Say which")
    assert "--sheet NAME" in told
    path = book(tmp_path / "b.xlsx", {"Markers": CODES, "Codebook": OTHERS})
    assert "“Markers”, “Codebook”" in refusal(path)
    assert len(codebooks.scheme_in(path, None, ["Markers", "Codebook"]).scheme.markers) == 2


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(tmp_path):
    path = book(tmp_path / "a.xlsx", {"One": CODES})
    assert refusal(path, None, ["Two"]) == " has no sheet “Two”; it has: One."
    path = table(tmp_path / "a.csv", "Label\nA\n")
    assert refusal(path, None, ["Two"]) == " has no sheet “Two”; it has: none."


def test_a_read_me_is_no_codebook_unless_it_is_all_there_is(tmp_path):
    people = [["Name", "Description", "Example"], ["Ada", "lead", "x"]]
    taken = codebooks.scheme_in(book(tmp_path / "a.xlsx", {"Read me": people, "v3": CODES}))
    assert [label for label, *_ in labels(taken)] == ["Silence"]
    taken = codebooks.scheme_in(book(tmp_path / "b.xlsx", {"Read me": people}))
    assert [label for label, *_ in labels(taken)] == ["Ada"]


# Rows that are no markers


def test_repeated_titles_totals_and_footers_are_left_out_and_named(tmp_path):
    rows = [*CODES, CODES[0], ["Sarcasm", "e"], ["Total", 2], [], ["Changed by Ada in 2024"]]
    taken = codebooks.scheme_in(book(tmp_path / "a.xlsx", {"S": rows}))
    assert [label for label, *_ in labels(taken)] == ["Silence", "Sarcasm"]
    assert taken.left == (
        "the titles again in row 3 of “S”",
        "“Total” of row 5 of “S”",
        "“Changed by Ada in 2024” of row 7 of “S”",
    )


def test_a_row_that_only_names_a_family_or_cries_is_a_heading(tmp_path):
    rows = [CODES[0], ["WITHDRAWAL"], CODES[1], ["Pause"], ["Confrontation"], ["Sarcasm", "d"],
            ["ODD ONES"], ["Sighs", "d"], ["LAST"]]  # fmt: skip
    taken = codebooks.scheme_in(book(tmp_path / "a.xlsx", {"S": rows}))
    assert labels(taken) == [
        ("Silence", "withdrawal", "withdrawal"),
        ("Pause", "withdrawal", "withdrawal"),
        ("Sarcasm", "confrontation", "confrontation"),
        ("Sighs", "odd-ones", None),
        ("LAST", "odd-ones", None),
    ]
    assert {each.certainty for each in taken.scheme.markers} == {"low"}
    assert taken.told == (
        "Taken for a heading: “WITHDRAWAL” of row 2 of “S”, “Confrontation” of row 5 of “S”, "
        "“ODD ONES” of row 7 of “S”.",
        "Markers have their family from their heading, with low certainty: “Withdrawal” (2), "
        "“Confrontation” (1).",
    )


def test_a_row_with_another_cell_alone_is_no_heading(tmp_path):
    rows = [CODES[0], [None, "WITHDRAWAL"], CODES[1]]
    told = refusal(book(tmp_path / "a.xlsx", {"S": rows}))
    assert "row 2 of “S”: marker 1 “marker-1”: “label” is missing" in told


def test_a_category_gives_the_family_only_to_ruptures_without_a_column_of_families(tmp_path):
    rows = [["Code", "Category", "Kind"], ["Silence", "Withdrawal markers", ""], ["Amends", "", "repair"]]  # fmt: skip
    taken = codebooks.scheme_in(book(tmp_path / "a.xlsx", {"S": rows}))
    assert [family for *_, family in labels(taken)] == ["withdrawal", None]
    rows = [["Code", "Category", "Family"], ["Silence", "Withdrawal", ""]]
    taken = codebooks.scheme_in(book(tmp_path / "a.xlsx", {"S": rows}))
    assert ([family for *_, family in labels(taken)], taken.told) == ([None], ())


def test_a_type_of_withdrawal_is_a_family_and_a_wrong_one_is_told_by_its_title(tmp_path):
    rows = [["Code", "Type"], ["Silence", "Withdrawal"], ["Sarcasm", "odd"]]
    path = book(tmp_path / "a.xlsx", {"S": rows})
    assert "row 2 of “S”: marker 1 “Silence”: “Type”: “withdrawal” is none of" in refusal(path)
    rows[2][1] = "C"
    taken = codebooks.scheme_in(book(path, {"S": rows}))
    assert [family for *_, family in labels(taken)] == ["withdrawal", "confrontation"]


def test_a_category_of_signs_only_still_is_one(tmp_path):
    taken = codebooks.scheme_in(table(tmp_path / "a.csv", "Code,Category\nA,###\n"))
    assert labels(taken) == [("A", "category-1", None)]
    assert taken.scheme.column_label("category-1") == "###"


# What is said of the scheme


def facts(path, *rows):
    return book(path, {"Markers": [["Label"], ["A"]], "Scheme": [["Field", "Value"], *rows]})


def test_a_version_that_is_a_number_is_told(tmp_path):
    taken = codebooks.scheme_in(facts(tmp_path / "a.xlsx", ["Version", 1.1]))
    assert taken.scheme.version == "1.1"
    assert taken.told[0].startswith("The version in row 2 of “Scheme” is a number")
    assert codebooks.scheme_in(facts(tmp_path / "a.xlsx", ["Version", "1.10"])).told == ()


def test_facts_that_stand_twice_or_beside_the_two_columns_are_refused(tmp_path):
    told = refusal(facts(tmp_path / "a.xlsx", ["Id", "a"], ["Id", "b"]))
    assert told.startswith(", row 3 of “Scheme”: “Id” stands already in row 2 of “Scheme”.")
    told = refusal(facts(tmp_path / "a.xlsx", ["Title", "a", "b"]))
    assert told.startswith(", row 2 of “Scheme”: “b” stands under no title.")


def test_a_rating_that_stands_twice_is_told_with_both_rows(tmp_path):
    sheets = {"Markers": [["Label"], ["A"]], "Scales": [["Label", "From"], ["X", 1], ["X", 1]]}
    told = refusal(book(tmp_path / "a.xlsx", sheets))
    assert told.startswith(", row 3 of “Scales”: the id “x” stands already in row 2 of “Scales”.")


# Texts


@pytest.mark.parametrize("suffix", codebooks.WRITTEN)
@pytest.mark.parametrize("text", ["a\x85b", "#N/A", "#REF!", "a\u2028b"])
def test_odd_texts_read_back_from_every_file(text, suffix, tmp_path):
    entry = {"id": "a", "label": "A", "column": "other", "definition": text}
    told = {"id": "a", "version": "1", "title": text, "source": "s", "markers": [entry]}
    scheme, path = markers.checked(told, "test"), tmp_path / f"a{suffix}"
    path.write_bytes(codebooks.written(scheme, path))
    assert codebooks.scheme_in(path).scheme == scheme


YAML = "id: a\nversion: '1'\ntitle: A\nsource: s\nmarkers:\n- id: a\n  label: A\n  column: b\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (YAML + "  lable: c\n", "line 9: marker 1 “A”: there is no field “lable” here."),
        (YAML.replace("label: A", 'label: "A'), "(line 7: what begins here has no end)"),
        (YAML + "---\n" + YAML, "(line 9: a second document begins here (---)"),
        (YAML.replace("label: A", 'label: "\\u200b"'), "line 7: marker 1: label: it holds nothing"),
        (YAML.replace("label: A", 'label: "B\\u202eC"'), "line 7: marker 1 “BC”: label: it holds an unseen"),
        (YAML + "  rolls_up_to: x\nrolls_up_to: gone\n", "line 10: rolls up to: there is no scheme “gone”"),
    ],
)  # fmt: skip
def test_a_mistake_in_yaml_is_told_with_the_line_it_begins_in(tmp_path, text, told):
    assert told in refusal(table(tmp_path / "a.yaml", text))


def test_a_byte_that_yaml_cannot_hold_is_told_with_its_line(tmp_path):
    assert "(line 3: it holds an unacceptable" in refusal(
        table(tmp_path / "a.yaml", "a: 1\n\nb: \x07")
    )


def test_a_thing_that_json_names_twice_is_told_where_yaml_cannot_say_the_line(tmp_path):
    path = table(tmp_path / "a.json", '{"id": "\x7f", "id": "b"}')
    assert "line 1: " in refusal(path)
    path = table(tmp_path / "a.json", '{"id": ' + "1" * 5000 + "}")
    assert "cannot be read as a scheme" in refusal(path)


def test_a_fault_of_no_field_is_at_that_field():
    content = {"id": "a", "version": "1", "title": "A", "source": "s", "odd": 1,
               "markers": [{"id": "a", "label": "A", "column": "b"}]}  # fmt: skip
    (fault,) = faults.faults(content)
    assert (fault.place, faults.told(fault, content)) == ("$.odd", "there is no field “odd” here")


# The ids of those that ship


def test_a_lab_s_scheme_may_not_go_by_the_id_of_one_that_ships():
    shipped = markers.load("cis").content
    schemes.check(markers.from_content(dict(shipped)))
    for other in ({"title": "Ours"}, {"version": "9", "markers": shipped["markers"][:1]}):
        with pytest.raises(CoderError, match="scheme_ships") as fault:
            schemes.check(markers.from_content({**shipped, **other}))
        assert "another id" in say(fault.value)
    own = [*shipped["markers"], {"id": "ours", "label": "Ours", "column": "other"}]
    schemes.check(markers.from_content({**shipped, "version": "9", "markers": own}))


def test_a_row_of_ratings_that_says_only_what_is_not_taken_over_is_none(tmp_path):
    rows = [["Label", "From", "Remarks"], [None, None, "none yet"], ["X", 1, None]]
    taken = codebooks.scheme_in(book(tmp_path / "a.xlsx", {"Markers": CODES, "Scales": rows}))
    assert [scale.id for scale in taken.scheme.scales] == ["x"]
    assert taken.left == ("column “Remarks”",)
