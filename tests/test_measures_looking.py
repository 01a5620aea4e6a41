"""What an import of measures would do, told before anything is written."""

import pytest

from coder import measures
from coder.study import Study
from coder.tables.files import anything


@pytest.fixture
def study(tmp_path):
    with Study.create(tmp_path / "s.rupture", ["laraway-2015"]) as study:
        measures.enter(study, "P1/1", "srs", {"total": 38})
        yield study


def looked(study, tmp_path, text, **more):
    path = tmp_path / "m.csv"
    path.write_text(text, encoding="utf-8")
    before = study.entries()
    found = measures.look(study, path, anything(path), **more)
    assert study.entries() == before
    return found


def test_columns_are_told_with_what_each_is_taken_for_and_the_first_cells(study, tmp_path):
    text = "participant,session,srs,mood\nP1,2,37,fine\nP1,3,36,\nP1,4,35,low\nP1,5,34,x\n"
    found = looked(study, tmp_path, text)
    assert found.columns == {"participant": "participant", "session": "session", "srs": "srs_total"}
    assert found.titles["srs"] == "37, 36, 35"
    assert found.titles["mood"] == "fine, low, x"
    assert (found.rows, found.refused) == (4, ())
    assert (found.taken.added, found.taken.sessions, found.taken.passed_over) == (4, 4, ("mood",))


def test_a_column_that_is_not_to_be_taken_is_passed_over(study, tmp_path):
    text = "session,srs,goals\nP1/2,37,9\n"
    found = looked(study, tmp_path, text, columns={"srs": "", "srs_goals": "goals"})
    assert found.columns == {"session": "session", "goals": "srs_goals"}
    assert found.taken.passed_over == ("srs",)


def test_a_long_table_names_its_five_columns(study, tmp_path):
    text = "participant,session,instrument,item,value\nP1,2,srs,total,37\n"
    found = looked(study, tmp_path, text)
    assert set(found.columns.values()) == {"participant", "session", "instrument", "item", "value"}
    assert found.taken.added == 1


def test_what_is_refused_is_named_and_the_columns_found_by_name_are_told(study, tmp_path):
    found = looked(study, tmp_path, "session,srs\nP1/1,30\nP1/2,99\n")
    assert len(found.refused) == 2
    assert looked(study, tmp_path, "session,srs\nP1/1,30\n", replace=True).taken.altered == 1
    missing = looked(study, tmp_path, "session,srs\nP1/2,99\n", missing=["99"])
    assert (missing.refused, missing.taken.added) == ((), 0)
    unknown = looked(study, tmp_path, "session,mood\nP1/1,fine\n")
    assert (unknown.taken, unknown.columns) == (None, {"session": "session"})
    assert "no column of measures" in unknown.refused[0]


def test_every_answer_can_be_taken_from_a_column_of_any_name(study):
    known = measures.known_columns(study)
    assert {"participant", "session", "srs_total", "psq-patient_b3", "psq-therapist_b6"} <= {*known}
    assert {"instrument", "item", "value"} <= {*known}
