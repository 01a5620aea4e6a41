"""Session marks, components, ratings, presences and levels by command, there and back."""

import dataclasses
import json

import pytest
from commanded import asked, run
from test_commands_codings import study  # noqa: F401 - a fixture

from coder import markers, reliability, schemes
from coder.coding import Change, Kind
from coder.study import Study

RATED = {
    "rows": [
        {"marker": "denial", "start": "0:15"},
        {"marker": "late", "note": "ten minutes"},
        {"marker": "clarifies", "start": "0:20"},
    ],
    "ratings": [{"scale": "resolution", "value": 3}, {"scale": "impact:denial", "value": 2}],
}
REPAIRED = {
    "rows": [{"marker": "bond", "start": "0:20", "episode": 1}],
    "presences": [
        {"component": "bond", "found": "present", "episode": 1},
        {"component": "responsiveness", "found": "not-observable"},
    ],
}


@pytest.fixture
def path(study):  # noqa: F811 - the fixture imported above
    with Study.open(study) as opened:
        for name in ("3rs-2015", "laraway-rational", "harper-1989"):
            schemes.take_in(opened, markers.load(name), None)
    return study


def code(capsys, path, rater, content, scheme="3rs-2015"):
    file = path.parent / "coded.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return asked(capsys, "code", path, "--session", "A/1", "--rater", rater, "--scheme", scheme,
                 "--from", file)  # fmt: skip


def test_all_that_a_coding_says_is_listed(capsys, path):
    code(capsys, path, "Ada", RATED)
    code(capsys, path, "Ada", REPAIRED, "laraway-rational")
    told = asked(capsys, "marks", path)
    kinds = [(each["kind"], each["column"], each["person"]) for each in told["marks"]]
    assert kinds[:3] == [
        ("marker", "withdrawal", "patient"),
        ("component", "resolution", "therapist"),
        ("session", "session", "patient"),
    ]
    assert [(e["scale"], e["value"], e["segment_ms"]) for e in told["ratings"]] == [
        ("resolution", 3, None), ("impact:denial", 2, None),
    ]  # fmt: skip
    assert [(e["component"], e["found"], e["episode"]) for e in told["presences"]] == [
        ("bond", "present", 1), ("responsiveness", "not-observable", None),
    ]  # fmt: skip
    lines = run(capsys, "marks", path)[1].splitlines()
    assert "A/1 Ada: Resolution: 3" in lines
    assert "A/1 Ada form 1: Bond: present" in lines


@pytest.mark.parametrize("suffix", [".json", ".xlsx"])
@pytest.mark.parametrize(
    ("content", "scheme"), [(RATED, "3rs-2015"), (REPAIRED, "laraway-rational")]
)
def test_what_is_exported_reads_back_whole(capsys, path, suffix, content, scheme):
    code(capsys, path, "Ada", content, scheme)
    file = path.parent / f"out{suffix}"
    asked(capsys, "export", path, "--form", "marks", "--out", file)
    asked(capsys, "code", path, "--session", "A/1", "--rater", "Ben", "--scheme", scheme,
          "--from", file)  # fmt: skip

    def said(rater):
        told = asked(capsys, "marks", path, "--rater", rater)
        gone = ("id", "rater")
        return [
            {name: cell for name, cell in row.items() if name not in gone}
            for rows in told.values()
            for row in rows
        ]

    assert said("Ben") == said("Ada")


def test_what_marks_prints_as_json_reads_back(capsys, path):
    code(capsys, path, "Ada", RATED)
    told = asked(capsys, "marks", path)
    assert code(capsys, path, "Ben", told)["added"] == 3
    assert len(asked(capsys, "marks", path, "--rater", "Ben")["ratings"]) == 2


def test_a_rating_given_anew_stands_in_the_place_of_the_old(capsys, path):
    code(capsys, path, "Ada", RATED)
    code(capsys, path, "Ada", {"ratings": [{"scale": "resolution", "value": 5}]})
    code(capsys, path, "Ada", REPAIRED, "laraway-rational")
    again = {"presences": [{"component": "bond", "found": "not-present", "episode": 1}]}
    code(capsys, path, "Ada", again, "laraway-rational")
    told = asked(capsys, "marks", path)
    assert {e["scale"]: e["value"] for e in told["ratings"]} == {
        "resolution": 5, "impact:denial": 2,
    }  # fmt: skip
    found = {e["component"]: e["found"] for e in told["presences"]}
    assert found == {"bond": "not-present", "responsiveness": "not-observable"}


def test_agreement_counts_in_the_rows_that_are_asked_for(capsys, path):
    for rater in ("Ada", "Ben"):
        code(capsys, path, rater, {"rows": RATED["rows"][:1]}, "samstag-2003")
    found = asked(capsys, "agreement", path, "--level", "row", "--rows", "harper-1989")
    assert found["settings"]["rows"] == "harper-1989"
    assert "denial" in {each["code"] for each in found["results"]}
    status, out, _ = run(capsys, "agreement", path, "--level", "row", "--rows", "harper-1989")
    assert (status, "  Denial: " in out) == (0, True)
    status, _, err = run(capsys, "agreement", path, "--rows", "nothing")
    assert status == 2
    assert "There is no scheme “nothing”" in err


def test_categories_are_compared_where_a_scheme_has_them(capsys, path):
    for rater in ("Ada", "Ben"):
        code(capsys, path, rater, REPAIRED, "laraway-rational")
    found = asked(capsys, "agreement", path, "--scheme", "laraway-rational")
    assert list(dict.fromkeys(each["level"] for each in found["results"])) == [
        "marker", "category", "row", "family", "any",
    ]  # fmt: skip
    bond = [e for e in found["results"] if (e["level"], e["code"]) == ("category", "bond")]
    assert bond[0]["counts"]["both"] == 1
    one = asked(capsys, "agreement", path, "--scheme", "laraway-rational", "--level", "category")
    assert {each["level"] for each in one["results"]} == {"category"}


def test_rows_are_fixed_before_unblinding_and_others_are_exploratory(path):
    with Study.open(path) as opened:
        assert reliability.usual_plan(opened).levels == (
            "marker", "category", "row", "family", "any",
        )  # fmt: skip
        assert reliability.usual_plan(opened, scheme="samstag-2003").levels == (
            "marker", "row", "family", "any",
        )  # fmt: skip
        plan = dataclasses.replace(reliability.usual_plan(opened), rows="harper-1989")
        reliability.fix(opened, plan, None)
        assert reliability.usual_plan(opened).rows == "harper-1989"
        other = dataclasses.replace(plan, rows="laraway-2015")
        assert reliability.standing(opened, other).departures == ("rows",)


def test_a_mark_whose_marker_is_gone_is_shown_searched_checked_and_written(capsys, path):
    code(capsys, path, "Ada", RATED)
    with Study.open(path) as opened:
        (coding,) = opened.codings(None)
        before = opened.marks(coding.id)
        gone = [dataclasses.replace(mark, marker="gone", note="found") for mark in before]
        opened.apply(Change("lose the markers", tuple(before), tuple(gone), coding.rater_id))
    told = asked(capsys, "marks", path)["marks"]
    assert [(e["marker"], e["column"]) for e in told] == [("gone", None)] * 3
    assert {e["kind"] for e in told} == {Kind.MARKER, Kind.COMPONENT, Kind.SESSION}
    assert "gone · found" in run(capsys, "search", path, "found")[1]
    assert len(asked(capsys, "search", path, "gone")["hits"]) == 3
    status, out, _ = run(capsys, "check", path)
    assert status != 0
    assert "gone" in out
    for form, suffix in (("marks", "json"), ("marks", "csv"), ("sessions", "csv")):
        asked(capsys, "export", path, "--form", form, "--out", path.parent / f"x.{suffix}")


def test_a_session_mark_of_any_scheme_is_no_fault_of_a_study(capsys, path):
    code(capsys, path, "Ada", {"rows": [{"marker": "late"}]})
    assert asked(capsys, "check", path)["problems"] == []
    assert asked(capsys, "search", path, "Late")["hits"]
