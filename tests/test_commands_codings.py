"""Take codings in, list them, lock them, compare them, write them out by command."""

import json
import sys

import pytest
from commanded import asked, run

from coder.agreement import USUAL
from coder.errors import CoderError
from coder.study import Study

TRANSCRIPT = "0:00\nT: How was the week?\nC: Fine, I suppose.\n0:20\nT: Mmm\nC: Not much to say.\n"
ADA = "marker,start,family\ndenial,0:15,\n"
BEN = "kind,marker,start,family\nflag,,0:16,both\nshift,,0:21,\nmarker,denial,0:15,\n"


@pytest.fixture
def study(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("RUPTURE_CODER_SETTINGS", str(tmp_path / "settings.json"))
    path = tmp_path / "s.rupture"
    (tmp_path / "t.txt").write_text(TRANSCRIPT, encoding="utf-8")
    (tmp_path / "ada.csv").write_text(ADA, encoding="utf-8")
    (tmp_path / "ben.csv").write_text(BEN, encoding="utf-8")
    asked(capsys, "new", path)
    asked(capsys, "import", path, tmp_path / "t.txt", "--participant", "A", "--session", 1,
          "--role", "C=patient", "T=therapist")  # fmt: skip
    return path


def code(capsys, study, rater, *more):
    file = study.parent / f"{rater.casefold()}.csv"
    return asked(capsys, "code", study, "--session", "a/1", "--rater", rater, "--from", file, *more)


def test_repeating_adds_and_a_rater_s_name_has_no_case(capsys, study):
    assert code(capsys, study, "Ada") == {"session": "A/1", "rater": "Ada", "added": 1, "marks": 1}
    assert code(capsys, study, "ada") == {"session": "A/1", "rater": "Ada", "added": 1, "marks": 2}


def test_a_refused_table_leaves_neither_rater_nor_coding(capsys, study):
    (study.parent / "cyd.csv").write_text("marker,start\nwhining,0:15\n", encoding="utf-8")
    before = study.read_bytes()
    status, out, err = run(capsys, "code", study, "--session", "A/1", "--rater", "Cyd",
                           "--from", study.parent / "cyd.csv")  # fmt: skip
    assert (status, out) == (2, "")
    assert "whining" in err
    assert study.read_bytes() == before


def test_a_file_coded_without_sound_says_so_for_the_coding(capsys, study):
    rows = {"rows": [{"marker": "denial", "start": "0:15"}], "with_sound": False}
    (study.parent / "ada.csv").rename(study.parent / "ada.json")
    (study.parent / "ada.json").write_text(json.dumps(rows), encoding="utf-8")
    asked(capsys, "code", study, "--session", "A/1", "--rater", "Ada", "--from",
          study.parent / "ada.json")  # fmt: skip
    with Study.open(study, write=False) as opened:
        assert [coding.with_sound for coding in opened.codings(None)] == [False]


def test_an_episode_that_is_there_is_altered_not_doubled(capsys, study):
    for text in ("repaired", "not"):
        (study.parent / "ada.csv").write_text(
            f"kind,marker,text,episode\noutcome,after,{text},1\n", encoding="utf-8"
        )
        code(capsys, study, "Ada")
    (episode,) = asked(capsys, "marks", study)["episodes"]
    assert (episode["number"], episode["outcome_after"], episode["start_ms"]) == (1, "not", None)


def test_marks_are_listed_for_people_in_order_of_time(capsys, study):
    assert run(capsys, "marks", study)[1] == "No marks.\n"
    (study.parent / "ada.csv").write_text(
        "kind,marker,start,turn\nmarker,denial,,session\nflag,,0:20,\nmarker,denial,0:15,\n",
        encoding="utf-8",
    )
    code(capsys, study, "Ada")
    assert run(capsys, "marks", study)[1].splitlines() == [
        "A/1 Ada     0:15 marker: denial · withdrawal",
        "A/1 Ada     0:20 flag: unsure",
        "A/1 Ada          marker: denial · withdrawal",
    ]
    last = asked(capsys, "marks", study)["marks"][-1]
    assert (last["start_ms"], last["turns"], last["quote"]) == (None, [], "")


def test_submitting_locks_every_coding_that_is_under_way(capsys, study):
    code(capsys, study, "Ada", "--scheme", "samstag-2003")
    asked(capsys, "submit", study, "--session", "A/1", "--rater", "ada", "--scheme", "samstag-2003")
    code(capsys, study, "Ada", "--scheme", "laraway-2015")
    told = asked(capsys, "submit", study, "--session", "A/1", "--rater", "ada")
    assert told == {"session": "A/1", "rater": "Ada", "state": "submitted"}
    (session,) = asked(capsys, "sessions", study)["sessions"]
    assert [each["state"] for each in session["codings"]] == ["submitted", "submitted"]


def test_agreement_names_every_level_and_takes_one(capsys, study):
    for rater in ("Ada", "Ben"):
        code(capsys, study, rater)
    found = asked(capsys, "agreement", study, "--session", "A/1", "A/1")
    assert {result["level"] for result in found["results"]} == set(USUAL)
    assert found["settings"]["codings"] == "in progress, not yet submitted"
    for level in USUAL:
        one = asked(capsys, "agreement", study, "--level", level, "--unit", "event")
        assert {result["level"] for result in one["results"]} == {level}
        assert one["unit"] == "event"
    status, out, _ = run(capsys, "agreement", study, "--level", "any")
    assert status == 0
    assert "(n = 2).\nCoders: Ada, Ben; codings in progress" in out
    assert "Ada and Ben\n any\n  any rupture: raw agreement 1.000 [" in out
    marker = run(capsys, "agreement", study, "--level", "marker")[1]
    assert "Denial: too rare (both 1, only Ada 0, only Ben 0" in marker
    assert "used by none of them: Long silence" in marker
    common = run(capsys, "agreement", study, "--level", "marker", "--rare", "1")[1]
    assert "Denial: raw agreement 1.000" in common


def test_a_tolerance_is_seconds_or_a_clock(capsys, study):
    for rater in ("Ada", "Ben"):
        code(capsys, study, rater)
    for text, ms in (("2.5", 2500), ("0:10", 10_000), ("0", 0)):
        found = asked(capsys, "agreement", study, "--unit", "event", "--tolerance", text)
        assert found["settings"]["tolerance_ms"] == ms


def test_agreement_is_shown_to_a_rater_once_the_study_is_not_blind(capsys, study):
    for rater in ("Ada", "Ben"):
        code(capsys, study, rater)
    status, _, err = run(capsys, "agreement", study, "--as", "Ada")
    assert (status, "blind" in err) == (2, True)
    with Study.open(study) as opened:
        opened.unblind(None, "all is coded")
    assert asked(capsys, "agreement", study, "--as", "Ada")["raters"] == ["Ada", "Ben"]
    assert len(asked(capsys, "marks", study, "--as", "Ada")["marks"]) == 4


def test_agreement_needs_a_study_with_the_scheme_named(capsys, study):
    for rater in ("Ada", "Ben"):
        code(capsys, study, rater)
    assert asked(capsys, "agreement", study, "--scheme", "samstag-2003")["n_units"] == 2


def test_an_export_is_logged_and_holds_what_was_asked_for(capsys, study, tmp_path):
    for rater in ("Ada", "Ben"):
        code(capsys, study, rater)
    out = tmp_path / "out é.json"
    status, told, _ = run(capsys, "export", study, "--form", "marks", "--rater", "Ben",
                          "--session", "A/1", "--scheme", "samstag-2003", "--out", out)  # fmt: skip
    assert (status, told) == (0, f"Wrote {out}\n")
    assert {mark["rater"] for mark in json.loads(out.read_text("utf-8"))["marks"]} == {"Ben"}
    # Blind: a coder writes only what is their own.
    asked(capsys, "export", study, "--form", "marks", "--out", out, "--as", "Ada")
    assert {mark["rater"] for mark in json.loads(out.read_text("utf-8"))["marks"]} == {"Ada"}
    with Study.open(study, write=False) as opened:
        assert [entry.what for entry in opened.entries()][-2:] == ["export marks"] * 2
        assert opened.entries()[-1].by == opened.rater("Ada").id


def test_the_blank_form_needs_no_coding(capsys, study, tmp_path):
    out = tmp_path / "blank.docx"
    assert asked(capsys, "export", study, "--form", "blank", "--out", out) == {
        "written": [str(out)]
    }
    assert out.read_bytes().startswith(b"PK")


def test_an_export_that_cannot_be_logged_leaves_no_file(capsys, study, tmp_path, monkeypatch):
    def refuse(*_):
        raise CoderError("study_busy", path=study)

    monkeypatch.setattr(Study, "note", refuse)
    out = tmp_path / "blank.docx"
    status, told, err = run(capsys, "export", study, "--form", "blank", "--out", out)
    assert (status, told, err.count("\n")) == (2, "", 1)
    assert not out.exists()


def test_what_may_not_be_meant_is_said_when_a_coding_is_taken_in(capsys, study):
    table = "marker,turn,start\ndenial,2,\ndenial,1,\ndenial,,0:00:00\n"
    (study.parent / "odd.csv").write_text(table, encoding="utf-8")
    first = run(
        capsys,
        "code",
        study,
        "--session",
        "A/1",
        "--rater",
        "Odd",
        "--from",
        study.parent / "odd.csv",
    )[1]
    assert "1 of them stand on a turn of another person" in first
    again = run(
        capsys,
        "code",
        study,
        "--session",
        "A/1",
        "--rater",
        "Odd",
        "--from",
        study.parent / "odd.csv",
    )[1]
    assert "3 of them stood there already" in again


def test_what_is_not_said_is_as_it_was_fixed(capsys, study):
    for rater in ("Ada", "Ben"):
        code(capsys, study, rater)
        asked(capsys, "submit", study, "--session", "A/1", "--rater", rater)
    plan = ("--unit", "event", "--level", "any", "--tolerance", "4", "--overlap", "50", "--ordered")
    fixed = asked(capsys, "agreement", study, "--fix", *plan)
    assert fixed["settings"]["status"] == "fixed"
    bare = asked(capsys, "agreement", study)
    assert (bare["unit"], bare["settings"]["tolerance_ms"]) == ("event", 4000)
    assert bare["settings"]["status"] == "fixed"
    other = asked(capsys, "agreement", study, "--tolerance", "5")
    assert other["settings"]["departures"] == ["tolerance_ms"]
    told = asked(capsys, "unblind", study, "--reason", "all is coded")
    assert told == {"blind": False}
    text = run(capsys, "agreement", study, "--tolerance", "5")[1]
    assert "exploratory, for the tolerance not as fixed on" in text
    assert run(capsys, "agreement", study, "--fix")[0] == 2
    assert run(capsys, "unblind", study, "--reason", "x", "--as", "Ada")[0] == 2


def test_a_coding_is_reopened_by_command(capsys, study):
    code(capsys, study, "Ada")
    asked(capsys, "submit", study, "--session", "A/1", "--rater", "Ada")
    where = ("--session", "A/1", "--rater", "Ada")
    told = asked(
        capsys, "reopen", study, *where, "--scheme", "samstag-2003", "--reason", "missed one"
    )
    assert told["state"] == "reopened"
    assert run(capsys, "reopen", study, *where, "--reason", "again")[0] == 2
    assert (
        run(
            capsys,
            "reopen",
            study,
            "--session",
            "A/1",
            "--rater",
            "Ada",
            "--scheme",
            "laraway-2015",
            "--reason",
            "x",
        )[0]
        == 2
    )


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["--segment", "soon"], "no length of a segment"),
        (["--resamples", "7"], "not enough for an interval"),
        (["--segment", "0", "--unit", "segment"], "longer than nothing"),
    ],
)
def test_settings_that_cannot_be_are_refused_in_words(capsys, study, given, told):
    status, out, err = run(capsys, "agreement", study, *given)
    assert (status, out) == (2, "")
    assert told in err


@pytest.mark.parametrize(
    ("given", "told"),
    [(["--resamples", "-1"], "no whole number"), (["--overlap", "0"], "no share from 1 to 100")],
)
def test_numbers_out_of_range_are_refused_in_words(capsys, study, given, told):
    with pytest.raises(SystemExit) as left:
        run(capsys, "agreement", study, *given)
    assert left.value.code == 2
    assert told in capsys.readouterr().err


def test_the_report_of_agreement_is_exported(capsys, study, tmp_path):
    for rater in ("Ada", "Ben"):
        code(capsys, study, rater)
    out = tmp_path / "agreement.csv"
    told = asked(
        capsys,
        "export",
        study,
        "--form",
        "agreement-report",
        "--out",
        out,
        "--raters",
        "Ada",
        "Ben",
    )
    assert told == {"written": [str(out)]}
    assert "statistic,level,code,raters" in out.read_text(encoding="utf-8-sig")
    assert (
        run(capsys, "export", study, "--form", "agreement-report", "--out", out, "--rater", "Ada")[
            0
        ]
        == 2
    )
    refused = run(capsys, "export", study, "--form", "marks", "--out", out, "--gamma")
    assert (refused[0], "agreement-report" in refused[2]) == (2, True)


def test_a_person_at_a_terminal_sees_how_far_it_is_and_a_file_does_not(capsys, study, monkeypatch):
    for rater in ("Ada", "Ben"):
        code(capsys, study, rater)
    assert run(capsys, "agreement", study)[2] == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    told = run(capsys, "agreement", study, "--json")
    assert "100% …" in told[2]
    json.loads(told[1])


def test_sessions_for_training_and_reopened_codings_are_told_above_the_numbers(capsys, study):
    for rater in ("Ada", "Ben"):
        code(capsys, study, rater)
        asked(capsys, "submit", study, "--session", "A/1", "--rater", rater)
    (study.parent / "cleo.csv").write_text(BEN, encoding="utf-8")
    code(capsys, study, "Cleo")
    asked(capsys, "reopen", study, "--session", "A/1", "--rater", "Ada", "--reason", "missed one")
    for tolerance in ("3", "4"):
        asked(capsys, "agreement", study, "--fix", "--unit", "event", "--tolerance", tolerance)
    out = run(capsys, "agreement", study, "--rare", "0", "--resamples", "0")[1]
    assert "Reopened since: A/1 Ada: missed one." in out
    assert "Not submitted, so left out: A/1 Cleo." in out
    assert "(changed 1 times before that)" in out
    assert "Tolerance: 4 s." in out
    assert "Too rare" not in out
    asked(capsys, "correct", study, "--session", "A/1", "--purpose", "calibration")
    assert "for calibration" in run(capsys, "sessions", study)[1]
    assert run(capsys, "agreement", study)[0] == 2


def test_a_coder_acts_as_themself_alone_and_learns_nothing_of_others(capsys, study):
    code(capsys, study, "Ada")
    asked(capsys, "submit", study, "--session", "A/1", "--rater", "Ada", "--as", " ada ")
    code(capsys, study, "Ben")
    before = study.read_bytes()
    here = ("--session", "A/1", "--as", "Ben", "--rater")
    told = {
        run(capsys, *command, *here, rater, *more)
        for rater in ("Ada", "Nobody")
        for command, more in (
            (("code", study), ("--from", study.parent / "ada.csv")),
            (("submit", study), ()),
            (("reopen", study), ("--reason", "x")),
        )
    }
    assert [(status, out) for status, out, _ in told] == [(2, "")]
    assert study.read_bytes() == before
    refused = run(capsys, "delete", study, "--session", "A/1", "--yes", "--as", "Ada")
    assert refused == (2, "", "Only the study’s lead can do this.\n")
    asked(capsys, "reopen", study, "--session", "A/1", "--rater", "Ada", "--reason", "x")
    with Study.open(study, write=False) as opened:
        assert [entry.by for entry in opened.entries()][-1] is None


def test_a_table_of_somebody_new_is_one_entry_and_undoing_it_leaves_no_empty_coding(capsys, study):
    with Study.open(study, write=False) as opened:
        before = len(opened.entries())
    code(capsys, study, "Ada")
    with Study.open(study) as opened:
        (entry,) = opened.entries()[before:]
        ada = opened.rater("Ada")
        assert (entry.what, entry.kind, entry.by) == ("take in a coding", "change", ada.id)
        opened.undo(ada.id)
        assert (opened.codings(None), opened.raters()) == ([], [ada])
        opened.redo(ada.id)
        (again,) = opened.codings(None)
        assert len(opened.marks(again.id)) == 1
        assert opened.file_problems() == []


def test_coding_without_sound_is_taken_in_from_the_beginning(capsys, study):
    given = {"rows": [{"marker": "denial", "start": "0:15"}], "with_sound": False}
    file = study.parent / "a.json"
    file.write_text(json.dumps(given), encoding="utf-8")
    asked(capsys, "code", study, "--session", "A/1", "--rater", "Ada", "--from", file)
    with Study.open(study, write=False) as opened:
        assert [(e.what) for e in opened.entries()][-1] == "take in a coding"


def test_a_note_with_signs_that_are_no_text_is_refused_whole(capsys, study):
    rows = {"rows": [{"marker": "denial", "start": "0:15", "note": "a\x00\x1b[2Jb"}]}
    file = study.parent / "a.json"
    file.write_text(json.dumps(rows), encoding="utf-8")
    before = study.read_bytes()
    here = ("--session", "A/1", "--rater", "Ada")
    status, _, err = run(capsys, "code", study, *here, "--from", file)
    assert status == 2
    assert "row 1 holds what is no text" in err
    assert study.read_bytes() == before
