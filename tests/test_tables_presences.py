"""Tables of presence, typed by people: components by sessions or experts."""

import json

import openpyxl
import pytest

from coder.coding import Found
from coder.errors import CoderError
from coder.markers import load
from coder.tables import presences
from coder.words import say

X, NO, NA, UNSEEN = Found.PRESENT, Found.NOT_PRESENT, Found.NOT_ANALYSED, Found.NOT_OBSERVABLE
EMPIRICAL = load("laraway-empirical")


def read(tmp_path, text, name="t.csv", scheme=EMPIRICAL):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return {each.session: each.found for each in presences.read(path, scheme)}


def refused(tmp_path, text, **more):
    with pytest.raises(CoderError) as told:
        read(tmp_path, text, **more)
    assert say(told.value)
    return told.value


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("X", X), ("x", X), (" X ", X), ("Present", X), ("yes", X), ("1", X),
        ("–", NO), ("-", NO), ("—", NO), ("\u2212", NO), ("Not  present", NO), ("'-", NO), ("0", NO),
        ("NA", NA), ("n/a", NA), ("Not analysed (NA)", NA), ("not analyzed", NA),
        ("not observable", UNSEEN), ("Not Observable", UNSEEN), ("O", UNSEEN),
    ],
)  # fmt: skip
def test_a_cell_is_a_sign_of_the_thesis_or_its_words(tmp_path, cell, found):
    assert read(tmp_path, f"Category\tP/1\nMaking links\t{cell}\n") == {
        "P/1": {"making-links": found}
    }


def test_an_empty_cell_says_nothing(tmp_path):
    assert read(tmp_path, "c,P/1,P/2\nMaking links,,X\nClient role,–,\n") == {
        "P/1": {"client-role": NO}, "P/2": {"making-links": X},
    }  # fmt: skip


def test_components_are_known_by_id_or_label_hyphens_and_capitals_apart(tmp_path):
    rows = "Renegotiation,X\nmaking-links,X\nCLARIFICATION / ELABORATION,X\nTriangulation,X\n"
    (found,) = read(tmp_path, f"c,P/1\n{rows}").values()
    assert list(found) == ["re-negotiation", "making-links", "clarification", "triangulation"]


def test_a_name_of_two_parts_is_refused_unless_the_category_stands_before_it(tmp_path):
    rational = load("laraway-rational")
    # “Outcome” is a part alone; “Validating client experience” is a part of two categories.
    assert read(tmp_path, "c,P/1\nOutcome,X\n", scheme=rational) == {"P/1": {"outcome": X}}
    told = refused(tmp_path, "c,P/1\nValidating client experience,X\n", scheme=rational)
    assert (
        "validating-experience-stance (Non-defensive stance), "
        "validating-experience-task (Task/goals)"
    ) in say(told)
    rows = "Task/goals / Validating client experience,X\n"
    assert read(tmp_path, f"c,P/1\n{rows}", scheme=rational) == {
        "P/1": {"validating-experience-task": X}
    }


def test_every_fault_is_named_with_its_place(tmp_path):
    told = refused(
        tmp_path,
        "c,P/1,p/1 (again),\nMaking links,X,X,\nNothing such,X,,\nClient role,perhaps,,\nmaking-links,X,,\nAttentiveness to feedback,,,X\n,X,,\n",
    )
    assert told.where["count"] == 6
    lines = say(told).splitlines()[1:]
    assert ["P/1" in lines[0].upper(), *(line.partition(":")[0] for line in lines[1:])] == [
        True, "line 3", "line 4", "line 5", "line 6", "line 7",
    ]  # fmt: skip


def test_a_table_that_says_nothing_is_refused(tmp_path):
    assert refused(tmp_path, "c,P/1\nMaking links,\n").key == "presence_nothing"
    assert "names no session" in say(refused(tmp_path, "c\nMaking links\n"))
    assert refused(tmp_path, "").key == "table_unreadable"


def test_a_remark_in_brackets_after_a_session_is_passed_over(tmp_path):
    assert [*read(tmp_path, "c,P3/2 (Repaired Rupture),Scott Miller\nMaking links,X,–\n")] == [
        "P3/2",
        "Scott Miller",
    ]


def test_workbooks_and_json_are_read_alike(tmp_path):
    book = openpyxl.Workbook()
    for row in (
        ("Category", "P/1", "P/2"),
        ("Making links", "X", None),
        ("Client role", "NA", "–"),
    ):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    wanted = {"P/1": {"making-links": X, "client-role": NA}, "P/2": {"client-role": NO}}
    assert {s.session: s.found for s in presences.read(tmp_path / "t.xlsx", EMPIRICAL)} == wanted
    rows = [{"c": "Making links", "P/1": "X"}, {"c": "Client role", "P/1": "NA", "P/2": "–"}]
    assert read(tmp_path, json.dumps(rows), "t.json") == wanted
