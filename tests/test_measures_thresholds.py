"""Thresholds as settings of a study, and tables of measures with what they were computed by."""

import csv
import io
import json
from datetime import date

import openpyxl
import pytest
from commanded import asked, run

from coder import measures, people, pool
from coder.alliance import PRESETS, Mode
from coder.alliance.rules import Partition
from coder.arguments import parser
from coder.coding import Relationship
from coder.errors import CoderError
from coder.export import measures_tables
from coder.measures import thresholds
from coder.measures.listing import congruence, scores, selected_by, trajectory_of
from coder.session import Instrument, Use
from coder.study import Study
from coder.words import say

DIP = (38, 39, 38, 39, 30, 38, 39, 39)
# The program's defaults as design.md's reference (field.md, 3.1) has them.
PUBLISHED = {
    "srs_total": 36, "srs_item": 9, "srs_inclusive": 0, "srs_fair": 35, "srs_good": 39,
    "srs_differential": 1, "srs_change": -1, "srs_ceiling": 3, "srs_norm_sd": 1,
    "srs_norm_least": 5, "psq_selects": 2, "psq_partial": 3, "psq_resolved": 4,
    "psq_unaddressed": 2,
}  # fmt: skip


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "s.rupture"
    with Study.create(path, ["laraway-2015"]) as study:
        for n, total in enumerate(DIP, 1):
            measures.enter(study, f"P1/{n}", "srs", {"total": total})
        for n, (patient, therapist) in enumerate([(2, 2), (3, 1), (1, 2), (1, 1)], 1):
            measures.enter(study, f"P1/{n}", "psq-patient", {"b1a": patient, "b2a": 1, "b3": "x"})
            measures.enter(study, f"P1/{n}", "psq-therapist", {"b1a": therapist, "b2a": 1})
    return path


@pytest.fixture
def study(path):
    with Study.open(path) as study:
        yield study


def refused(act, *args, **more):
    with pytest.raises(CoderError) as fault:
        act(*args, **more)
    assert say(fault.value)
    return fault.value.key


# Thresholds


def test_every_threshold_has_its_published_default_and_a_source():
    now = {each.name: thresholds.value(thresholds.DEFAULTS, each) for each in thresholds.SETTINGS}
    assert now == PUBLISHED
    assert all(
        each.source and each.low <= now[each.name] <= each.high for each in thresholds.SETTINGS
    )


def test_what_the_lead_sets_holds_for_every_reading_and_only_that_is_kept(study):
    assert thresholds.kept(study) == thresholds.DEFAULTS
    wanted = thresholds.adjusted(thresholds.DEFAULTS, {"srs_change": "-9", "psq_selects": 3})
    thresholds.keep(study, wanted)
    before = len(study.entries())
    thresholds.keep(study, wanted)
    assert len(study.entries()) == before
    assert (
        study.entries()[-1].what == "set the thresholds of measures: srs_change -9, psq_selects 3"
    )
    assert json.loads(study.setting(thresholds.KEPT).value) == {"srs_change": -9, "psq_selects": 3}
    assert [r.selected for r in measures.psq_readings(study).values()] == [
        False,
        True,
        False,
        False,
    ]
    (readings,) = measures.srs_readings(study).values()
    assert [s.number for s, r in readings if r.dropped] == ["5"]
    assert measures.congruence(study).selects == 3
    thresholds.keep(study, thresholds.DEFAULTS)
    assert study.setting(thresholds.KEPT) is None
    assert study.entries()[-1].what == "set the thresholds of measures: the defaults"


def test_only_the_lead_sets_them(study):
    ada = study.add_rater("Ada").id
    other = thresholds.adjusted(thresholds.DEFAULTS, {"srs_total": 30})
    assert refused(thresholds.keep, study, other, ada) == "measures_of_lead"


@pytest.mark.parametrize(("name", "given", "key"), [
    ("srs_total", "many", "threshold_value"), ("srs_total", 41, "threshold_value"),
    ("srs_change", 1, "threshold_value"), ("psq_selects", 2.5, "threshold_whole"),
    ("srs_norm_sd", float("nan"), "threshold_value"), ("srs_most", 1, "threshold_unknown"),
    ("srs_fair", 39.5, "thresholds_order"), ("psq_partial", 5, "thresholds_order"),
])  # fmt: skip
def test_a_threshold_that_cannot_be_is_refused(name, given, key):
    assert refused(thresholds.adjusted, thresholds.DEFAULTS, {name: given}) == key


def test_thresholds_are_told_in_words_and_what_is_no_default_is_named():
    assert [*thresholds.told(thresholds.DEFAULTS)] == [
        "SRS: a concern is a total < 36 or a line < 9; fair from 35, good from 39; a line stands "
        "out 1 below the mean of the others; a drop is a change ≤ -1; ceiling 3 full totals in a "
        "row; norm 1 SD below the mean, one’s own from 5 sessions.",
        "PSQ: selected if tension (B1a) or holding back (B2a) is 2 or more; "
        "unresolved if B5 is below 3, resolved from 4, between partly; "
        "unaddressed if B4 is 2 or less.",
    ]
    wide = thresholds.adjusted(thresholds.DEFAULTS, {"srs_inclusive": 1})
    told = [*thresholds.told(wide)]
    assert "a total ≤ 36 or a line ≤ 9" in told[0]
    assert told[-1] == "Not the defaults: srs_inclusive (default 0)."


def test_every_threshold_is_an_option_of_every_command_that_reads_by_it():
    words = (each.name for each in thresholds.SETTINGS)
    given = parser().parse_args(["measures", "show", "s.rupture"])
    assert all(getattr(given, name) is None for name in words)


def test_thresholds_are_set_by_command_for_all_and_by_option_for_one_output(path, capsys):
    found = asked(capsys, "measures", "thresholds", path)["thresholds"]
    assert {row["name"]: row["default"] for row in found} == PUBLISHED
    run(capsys, "measures", "thresholds", path, "--srs-total", 30, "--srs-item", 5, "--inclusive")
    out = run(capsys, "measures", "thresholds", path)[1]
    assert "SRS: a concern, the total below: 30 (default 36, Duncan et al. 2003)" in out
    argv = ("measures", "select", path, "--rule", "srs")
    assert asked(capsys, *argv)["settings"]["total"] == 30
    one = asked(capsys, *argv, "--srs-total", 39, "--strict")
    assert (one["settings"]["total"], one["settings"]["inclusive"]) == (39, False)
    assert asked(capsys, *argv)["settings"]["total"] == 30
    run(capsys, "measures", "thresholds", path, "--defaults")
    assert asked(capsys, *argv)["settings"]["total"] == 36
    status, _, err = run(capsys, *argv, "--srs-total", "low")
    assert (status, "srs_total" in err) == (2, True)


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (("show",), ("SRS: a concern is a total < 36", "PSQ: selected if tension (B1a)")),
        (("select",), ("PSQ: selected if",)),
        (("select", "--rule", "srs"), ("SRS: a concern is",)),
        (("pool", "--rule", "trajectory"), ("k 1.0", "Repair: sessions 3")),
        (("congruence",), ("PSQ: selected if",)),
    ],
)
def test_every_output_prints_what_it_was_read_by(path, capsys, act, said):
    out = run(capsys, "measures", act[0], path, *act[1:])[1]
    assert all(each in out for each in said)


# Tables


def test_the_table_of_scores_holds_every_number_and_no_words(study):
    measures.define(study, Instrument("suds", "Distress", 0.0, 100.0, higher_is_better=False))
    measures.enter(study, "P2/1", "suds", {"score": 60})
    found = scores(study, None, thresholds.kept(study))
    assert len(found.rows) == 9
    rows = {row["session"]: row for row in found.rows}
    assert (rows["P1/5"]["srs_total"], rows["P1/5"]["srs_band"]) == (30, "poor")
    assert (rows["P1/5"]["srs_concern"], rows["P1/5"]["srs_change"]) == ("yes", -9)
    assert rows["P1/1"]["psq-patient_selected"] == "yes"
    assert rows["P1/3"]["psq-therapist_selected"] == "yes"
    assert rows["P2/1"]["suds_score"] == 60
    assert rows["P2/1"]["srs_band"] is None
    assert not any("b3" in name for name in found.columns)
    assert found.columns["suds_score"] == "Distress, score: 0 to 100, lower is better"
    assert found.settings["psq_selects"] == 2
    assert found.settings["srs_inclusive"] == "no"
    one = scores(study, None, thresholds.kept(study), sessions={study.session("P1/5").id})
    assert [row["session"] for row in one.rows] == ["P1/5"]


def test_the_table_of_trajectories_has_a_row_for_each_score(study):
    found = trajectory_of(study, None, "drop-1sd", measures.Selection())
    assert [row["score"] for row in found.rows] == list(DIP)
    (low,) = [row for row in found.rows if row["fate"]]
    assert (low["session"], low["peak"], low["drop"], low["fate"]) == ("P1/5", 4, 9, "repaired")
    assert (low["repaired_at"], low["pattern"]) == (6, "V")
    assert (found.settings["rule"], found.settings["k"]) == ("drop-1sd", 1)
    assert found.settings["repair_sessions"] == 3
    ahead = measures.Selection(trajectory=PRESETS["fence"], mode=Mode.AHEAD)
    told = trajectory_of(study, None, "fence", ahead)
    assert "repair_sessions" not in told.settings
    assert told.rows[0]["not_judged"]


def test_levels_stand_in_the_table_where_they_change(study):
    for n, total in enumerate((38, 38, 39, 38, 29, 28, 30, 29), 1):
        measures.enter(study, f"P2/{n}", "srs", {"total": total})
    asked_for = measures.Selection(trajectory=Partition())
    found = trajectory_of(study, None, "partition", asked_for)
    (split,) = [r for r in found.rows if r["participant"] == "P2" and r["level_after"] is not None]
    assert (split["session"], split["level_before"], split["level_after"]) == ("P2/4", 38.25, 29)


def test_the_table_of_who_saw_a_rupture_has_its_kappa_in_a_row_of_all(study):
    measures.enter(study, "P1/6", "psq-patient", {"b1a": 2})
    found = congruence(measures.congruence(study), thresholds.kept(study))
    assert [(r["reported_by"], r["n"]) for r in found.rows] == [
        ("both", 1), ("patient", 1), ("therapist", 1), ("neither", 1), ("all", 4),
    ]  # fmt: skip
    assert found.rows[-1]["kappa"] == pytest.approx(0)
    assert "Left out, one of them did not answer: P1/6." in found.notes
    assert any("as if sessions were independent" in note for note in found.notes)


def test_a_table_of_few_sessions_says_why_it_has_no_kappa(study):
    none = thresholds.adjusted(thresholds.DEFAULTS, {"psq_selects": 5})
    found = congruence(measures.congruence(study, at=none.of_psq), none)
    assert found.rows[-1]["kappa"] is None
    assert any(note.startswith("Kappa: ") for note in found.notes)


def test_the_table_of_the_pool_holds_the_rule_and_the_funnel(study):
    found = pool.pool_listing(study, None, measures.Selection())
    assert {row["session"] for row in found.rows if row["selected"] == "yes"} == {"P1/1", "P1/2"}
    assert "flagged by the rule: 2" in found.notes
    told = selected_by(measures.Selection("trajectory"))
    assert (told["k"], told["one_step"], told["repair_share"]) == (1, "no", 0.5)
    assert selected_by(measures.Selection("srs"))["total"] == 36


def test_what_may_no_longer_be_used_is_named_in_every_table(study):
    who = people.participant(study, "P1")
    measures.enter(study, "P2/1", "srs", {"total": 30})
    people.record_consent(study, who, people.Terms(Use.RESEARCH, date(2026, 1, 1)))
    people.end_consent(study, who, Use.RESEARCH, withdrawn=date(2026, 2, 1))
    for found in (
        scores(study, None, thresholds.kept(study)),
        trajectory_of(study, None, "drop-1sd", measures.Selection()),
        pool.pool_listing(study, None, measures.Selection("srs")),
    ):
        assert any("consent to their use has ended: P1/1, " in note for note in found.notes)
        assert not any(str(row.get("session")).startswith("P1/") for row in found.rows)


def test_a_table_goes_out_as_csv_xlsx_or_json_with_its_settings(study, tmp_path):
    found = pool.pool_listing(study, None, measures.Selection("srs"))
    paths = {suffix: tmp_path / f"pool{suffix}" for suffix in measures_tables.SUFFIXES}
    for path in paths.values():
        assert measures_tables.write(found, path) == [path]
        before = path.read_bytes()
        measures_tables.write(found, path)
        assert path.read_bytes() == before
    rows = [*csv.DictReader(io.StringIO(paths[".csv"].read_text()))]
    assert len(rows) == 8
    assert all("total=36" in row["settings"] for row in rows)
    book = openpyxl.load_workbook(paths[".xlsx"])
    assert book.sheetnames == ["pool", "Settings", "Columns"]
    about = {row[0]: row[1] for row in book["Settings"].values}
    assert about["item"] == "9"
    told = json.loads(paths[".json"].read_text())
    assert (told["table"], told["settings"]["rule"], len(told["rows"])) == ("pool", "srs", 8)
    wrong = tmp_path / "pool.docx"
    assert refused(measures_tables.write, found, wrong) == "export_unknown_suffix"
    assert not wrong.exists()


@pytest.mark.parametrize("act", ["show", "select", "pool", "trajectory", "congruence"])
def test_every_command_writes_its_table_and_notes_it(path, capsys, act, tmp_path):
    to = tmp_path / "out.json"
    assert asked(capsys, "measures", act, path, "--out", to)["written"] == [str(to)]
    name = {"show": "scores", "select": "pool"}.get(act, act)
    assert json.loads(to.read_text())["table"] == name
    with Study.open(path) as study:
        assert study.entries()[-1].what == f"export {name} of measures as out.json"
    assert f"Wrote {to}." in run(capsys, "measures", act, path, "--out", to)[1]


# Who is left out, and from whom


def test_a_rule_is_not_said_to_be_unable_to_ask_where_consent_has_ended(path, capsys):
    argv = ("consent", path, "--participant", "P1", "--use", "research")
    run(
        capsys,
        "measures",
        "enter",
        path,
        "--session",
        "P2/1",
        "--instrument",
        "srs",
        "--answer",
        "total=30",
    )
    run(capsys, *argv, "--given", "2026-01-01")
    run(capsys, *argv, "--withdraw", "2026-02-01")
    for act in ("select", "pool"):
        out = run(capsys, "measures", act, path, "--rule", "srs")[1]
        assert "Left out, as consent to their use has ended: P1/1, P1/2" in out
        assert "could not be asked" not in out
        found = asked(capsys, "measures", act, path, "--rule", "srs")
        assert len(found["left_out"]) == 8
    run(
        capsys,
        "measures",
        "enter",
        path,
        "--session",
        "P3/1",
        "--instrument",
        "psq-patient",
        "--answer",
        "b1a=2",
    )
    out = run(capsys, "measures", "select", path, "--rule", "srs")[1]
    assert "The rule could not be asked about: P3/1." in out


@pytest.mark.parametrize("act", ["show", "select", "pool", "trajectory", "congruence"])
def test_a_therapist_is_told_nothing_about_their_own_sessions(path, capsys, act, tmp_path):
    with Study.open(path) as study:
        ada, whose = study.add_rater("Ada"), people.add_therapist(study, "T1")
        people.set_therapist(study, study.sessions(), whose)
        people.declare(study, ada, whose, Relationship.SELF, ada.id)
        study.unblind(None, "all is coded")
        study.add_rater("Ben")
    to = tmp_path / "out.json"
    found = asked(capsys, "measures", act, path, "--as", "Ada", "--out", to)
    rows = json.loads(to.read_text())["rows"]
    if act == "congruence":
        assert (found["n"], {row["n"] for row in rows}) == (0, {0})
    elif act == "pool":
        assert {row["n"] for row in found["funnel"] if row["step"] == "with a measure"} == {0}
        assert {row["measured"] for row in rows} == {"no"}
    elif act == "select":
        assert (found["n"], found["selected"]) == (0, 0)
    else:
        assert rows == []
        assert not found.get("measures")
        assert not found.get("participants")
    if act == "show":
        other = asked(capsys, "measures", act, path, "--as", "Ben")
        assert len(other["measures"]) == 16


def test_a_copy_keeps_its_sessions_and_says_so(path, capsys, tmp_path):
    to = tmp_path / "copy.rupture"
    out = run(capsys, "measures", "copy", path, "--to", to)[1]
    assert "Its sessions are all there" in out
    with Study.open(to) as copy, Study.open(path, write=False) as study:
        assert copy.sessions() == study.sessions()
        assert copy.measures(None) == []
