"""Whose agreement a study's is, on which codings, and by which rules."""

import dataclasses
import shutil
from datetime import date
from pathlib import Path

import pytest
from data import make_studies

from coder import imports, people, reliability
from coder.agreement import Plan
from coder.coding import (
    Change,
    Family,
    Found,
    Kind,
    Mark,
    MarkId,
    Presence,
    PresenceId,
    State,
    anchor_on,
    place,
    reopen,
    submit,
)
from coder.errors import CoderError
from coder.session import Purpose, Use
from coder.study import Study
from coder.words import say

TEXT = "C: I came late.\n\nT: You did.\n\nC: It was the bus again.\n\nT: Again.\n\nC: Always.\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two sessions, both coded and submitted by Ada and Ben, one mark each on the first turn."""
    folder = tmp_path_factory.mktemp("reliability")
    script = folder / "a.txt"
    script.write_text(TEXT, encoding="utf-8")
    with Study.create(folder / "s.rupture", ["samstag-2003"]) as study:
        for number in ("1", "2"):
            options = imports.Options(roles={"C": "patient", "T": "therapist"})
            imports.import_session(study, script, imports.Request("P", number, options=options))
            for name in ("Ada", "Ben"):
                rater = study.add_rater(name)
                coding = study.begin_coding(study.session(f"P/{number}"), rater, study.scheme())
                mark(study, coding, 0)
                study.apply(submit(coding), "final")
    return folder / "s.rupture"


@pytest.fixture
def study(made, tmp_path):
    with Study.open(Path(shutil.copy(made, tmp_path))) as study:
        yield study


def mark(study, coding, n):
    """Mark the patient's first, second or third turn."""
    turn = study.turns(coding.session_id)[2 * n]
    made = Mark(
        MarkId(f"{coding.id}-{n}"), coding.id, Kind.MARKER, "denial", Family.WITHDRAWAL,
        anchor=anchor_on([turn]),
    )  # fmt: skip
    study.apply(place(coding, made, "Denial"))
    return made


def coding_of(study, address, name):
    rater = study.rater(name)
    (coding,) = [
        c for c in study.codings(None, study.session(address).id) if c.rater_id == rater.id
    ]
    return coding


def refused(act, *args, **more):
    with pytest.raises(CoderError) as told:
        act(*args, **more)
    assert say(told.value)
    return told.value.key


def positive(study, plan=None, **more):
    compared = reliability.compared(study, None, **more)
    found = reliability.compute(study, None, compared, plan or Plan(resamples=0))
    (told,) = [
        r for r in found.results if (r.statistic, r.level, r.code) == ("positive", "any", None)
    ]
    return told, found.settings


def test_agreement_is_of_study_sessions_and_names_the_others(study):
    assert positive(study)[0].n == 2
    imports.set_purpose(study, study.session("P/2"), Purpose.CALIBRATION)
    told, settings = positive(study)
    assert told.n == 1
    assert settings["sessions"] == ("P/1",)
    assert settings["put_by"] == ("P/2 (calibration)",)
    terms = people.Terms(Use.TRAINING, date(2026, 1, 31), synthetic=True)
    people.record_consent(study, people.participant(study, "P"), terms)
    imports.set_purpose(study, study.session("P/1"), Purpose.TRAINING)
    assert refused(positive, study) == "agreement_one_rater"


def test_a_purpose_that_is_so_already_is_no_act(study):
    before = len(study.entries())
    session = study.session("P/1")
    assert imports.set_purpose(study, session, Purpose.STUDY) == session
    assert len(study.entries()) == before
    imports.set_purpose(study, session, Purpose.CALIBRATION)
    study.undo(None)
    assert study.session("P/1").purpose == Purpose.STUDY


def test_a_coding_is_reopened_with_a_reason_and_only_when_submitted(study):
    coding = coding_of(study, "P/1", "Ada")
    assert refused(reopen, coding, "  ", None) == "reason_needed"
    study.apply(reopen(coding, " the  bus \n was missed ", None), "final")
    opened = coding_of(study, "P/1", "Ada")
    assert opened.state == State.REOPENED
    assert refused(reopen, opened, "again", None) == "coding_not_submitted"
    assert study.entries()[-1].what == "reopen the coding: the bus was missed"


def test_agreement_is_of_codings_as_first_submitted_with_the_reopened_beside(study):
    coding = coding_of(study, "P/1", "Ada")
    study.apply(reopen(coding, "missed one", None), "final")
    opened = coding_of(study, "P/1", "Ada")
    second = mark(study, opened, 1)
    (first,) = [each for each in study.marks(opened.id) if each != second]
    moved = dataclasses.replace(first, anchor=anchor_on([study.turns(opened.session_id)[4]]))
    study.apply(Change("move it", (first,), (moved,), opened.rater_id))
    study.apply(Change("rate", added=(make_rating(opened),), by=opened.rater_id))
    # As first submitted both marked the first turn of each session.
    told, settings = positive(study)
    assert (told.estimate, told.n) == (1, 2)
    assert settings["codings"] == "submitted"
    assert settings["reopened"] == ("P/1 Ada: missed one",)
    # As it stands Ada marked the second and third turn of P/1, Ben the first: 1 of 4 turns.
    told, settings = positive(study, version="latest")
    assert (told.estimate, told.n) == (pytest.approx(2 * 1 / (2 * 1 + 3)), 4)
    assert settings["reopened"] == ("P/1 Ada: missed one",)
    # Submitting again changes nothing about what was submitted first, nor does a second reopening.
    study.apply(submit(opened), "final")
    study.apply(reopen(coding_of(study, "P/1", "Ada"), "again", None), "final")
    study.undo(opened.rater_id)
    study.note("looked", None)
    assert positive(study)[0].n == 2
    (coded, *_) = reliability.compared(study, None).coded
    assert (coded.ratings, len(coded.marks), coded.coding.state) == ((), 1, State.SUBMITTED)


def test_what_was_settled_about_components_is_taken_as_first_submitted(study):
    def settled(name, found):
        return Presence(PresenceId(name), coding.id, "denial", found)

    coding = coding_of(study, "P/1", "Ada")
    study.apply(reopen(coding, "to settle", None), "final")
    first = settled("first", Found.PRESENT)
    study.apply(Change("settle", added=(first,), by=coding.rater_id))
    # Settled after the submission: it was no part of what was submitted first.
    (coded, *_) = reliability.compared(study, None).coded
    assert coded.presences == ()
    (coded, *_) = reliability.compared(study, None, version="latest").coded
    assert coded.presences == (first,)


def test_what_was_settled_before_a_coding_was_submitted_is_brought_back(study):
    coding = study.begin_coding(study.session("P/1"), study.add_rater("Cleo"), study.scheme())
    before = Presence(PresenceId("p"), coding.id, "denial", Found.PRESENT)
    study.apply(Change("settle", added=(before,), by=coding.rater_id))
    study.apply(submit(coding), "final")
    study.apply(reopen(coding_of(study, "P/1", "Cleo"), "to think again", None), "final")
    after = dataclasses.replace(before, found=Found.NOT_PRESENT)
    study.apply(Change("settle", (before,), (after,), coding.rater_id))
    found = [each.presences for each in reliability.compared(study, None).coded]
    assert (before,) in found
    assert (after,) not in found


def make_rating(coding):
    from coder.coding import Rating, RatingId

    return Rating(RatingId("r1"), coding.id, "impact", 3)


def test_codings_in_progress_are_compared_only_where_no_two_are_submitted(tmp_path):
    with make_studies.make(tmp_path / "s.rupture") as study:
        assert reliability.compared(study, None).state == "in progress, not yet submitted"


def test_a_blind_coder_is_shown_no_agreement(study):
    ada = study.rater("Ada").id
    assert refused(reliability.compared, study, ada) == "still_blind"
    reliability.unblind(study, None, "all is coded")
    assert len(reliability.compared(study, ada).coded) == 4


def test_the_rules_are_fixed_before_unblinding_by_the_lead_alone(study):
    plan = Plan(unit="event", tolerance_ms=5000)
    assert reliability.fixed(study) is None
    assert reliability.standing(study, plan).status == "open"
    assert refused(reliability.fix, study, plan, study.rater("Ada").id) == "only_the_lead"
    reliability.fix(study, Plan(), None)
    reliability.fix(study, plan, None)
    kept = reliability.fixed(study)
    assert (kept.plan["unit"], kept.plan["tolerance_ms"]) == ("event", 5000)
    reliability.unblind(study, None, "all is coded")
    assert refused(reliability.fix, study, Plan(), None) == "agreement_fixed_already"
    assert reliability.fixed(study) == kept
    assert not str(study.next_acts(None)[0]).startswith(("fix", "unblind"))  # it is not undone


def test_unblinding_fixes_the_usual_rules_where_none_were(study):
    assert refused(reliability.unblind, study, None, " ") == "reason_needed"
    assert reliability.fixed(study) is None
    reliability.unblind(study, None, "all is coded")
    assert reliability.fixed(study).plan == Plan().fixed()
    whats = [entry.what for entry in study.entries()]
    fixed = whats.index("fix the rules of agreement: turn, marker, row, family, any")
    assert fixed < whats.index("unblind: all is coded")


@pytest.mark.parametrize(
    ("plan", "departures"),
    [
        (Plan(), ()),
        (Plan(levels=("family",)), ()),  # one of the levels that were fixed
        (Plan(tolerance_ms=1), ()),  # says nothing about turns
        (Plan(resamples=0, seed=3, rare=9), ()),
        (Plan(all_turns=True), ("all_turns",)),
        (Plan(person="therapist"), ("person",)),
        (Plan(unit="segment", segment_ms=60_000), ("unit", "segment_ms")),
        (Plan(unit="event", tolerance_ms=1, overlap=0.5), ("unit", "tolerance_ms", "overlap")),
        (Plan(unit="second", tolerance_ms=1), ("unit", "tolerance_ms")),
    ],
)
def test_other_settings_are_exploratory_and_logged_once_the_study_is_unblinded(
    study, plan, departures
):
    reliability.fix(study, Plan(), None)
    before = len(study.entries())
    assert reliability.standing(study, plan).departures == departures
    if plan.unit != "turn":
        return  # the script has no times
    plan = dataclasses.replace(plan, resamples=0)
    reliability.compute(study, None, reliability.compared(study, None), plan)
    assert len(study.entries()) == before  # still blind
    reliability.unblind(study, None, "all is coded")
    before = len(study.entries())
    found = reliability.compute(study, None, reliability.compared(study, None), plan)
    assert found.settings["status"] == ("exploratory" if departures else "fixed")
    assert found.settings["departures"] == departures
    assert len(study.entries()) == before + bool(departures)
    if departures:
        assert "not as fixed" in study.entries()[-1].what


def test_levels_beyond_those_fixed_are_a_departure(study):
    reliability.fix(study, Plan(levels=("family", "any")), None)
    assert reliability.standing(study, Plan()).departures == ("levels",)
    assert reliability.standing(study, Plan(levels=("any",))).status == "fixed"


def test_a_report_says_whether_the_codings_were_made_blind(study):
    def blind():
        compared = reliability.compared(study, None)
        return reliability.compute(study, None, compared, Plan(resamples=0)).settings["blind"]

    assert blind()
    reliability.unblind(study, None, "all is coded")
    assert blind()
    late = study.add_rater("Cleo")
    coding = study.begin_coding(study.session("P/1"), late, study.scheme())
    study.apply(submit(coding), "final")
    assert not blind()


def test_how_often_the_rules_were_changed_is_on_record(study):
    for tolerance in (5000, 7000):
        reliability.fix(study, Plan(unit="event", tolerance_ms=tolerance), None)
    assert reliability.fixed(study).times == 2
    assert reliability.standing(study, Plan(unit="event", tolerance_ms=7000)).times == 2
    whats = [entry.what for entry in study.entries()]
    assert sum(what.startswith("fix the rules of agreement") for what in whats) == 2


def test_reopened_codings_as_they_are_now_are_said_to_be(study):
    study.apply(reopen(coding_of(study, "P/1", "Ada"), "missed one", None), "final")
    assert reliability.compared(study, None).state == "submitted"
    latest = reliability.compared(study, None, version="latest")
    assert latest.state == "as they stand now, after some were reopened"


def test_sessions_are_compared_in_the_studys_order(study):
    turned = [study.session("P/2"), study.session("P/1")]
    found = reliability.compared(study, None, sessions=turned)
    assert [each.session.address for each in found.coded] == ["P/1", "P/1", "P/2", "P/2"]


def test_a_coding_that_is_not_submitted_beside_others_that_are_is_named(study):
    late = study.add_rater("Cleo")
    study.begin_coding(study.session("P/1"), late, study.scheme())
    compared = reliability.compared(study, None)
    assert compared.not_submitted == ("P/1 Cleo",)
    found = reliability.compute(study, None, compared, Plan(resamples=0))
    assert found.settings["not_submitted"] == ("P/1 Cleo",)
    assert "Cleo" not in found.raters


def test_the_usual_plan_is_the_fixed_one(study):
    assert reliability.usual_plan(study, ("mm",)) == Plan(backchannels=("mm",))
    plan = Plan(unit="event", levels=("family", "any"), tolerance_ms=4000)
    reliability.fix(study, plan, None)
    assert reliability.usual_plan(study, plan.backchannels) == plan
