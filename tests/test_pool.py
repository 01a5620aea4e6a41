"""coder.pool: which sessions a rule selects, why, and what became of them."""

from datetime import date

import pytest

from coder import markers, people
from coder.coding import (
    Change,
    Coding,
    CodingId,
    Episode,
    EpisodeId,
    Kind,
    Mark,
    MarkId,
    Outcome,
    Rater,
    RaterId,
    State,
    StudyScheme,
)
from coder.measures import Verdict
from coder.people import Terms
from coder.pool import Pooled, Stand, funnel, outcome_of, pool
from coder.session import Participant, ParticipantId, Purpose, Session, SessionId, Use
from coder.study import Study

ADA, BEN = Rater(RaterId("ada"), "Ada"), Rater(RaterId("ben"), "Ben")
REPAIRED, PARTLY, NOT, OPEN = Outcome.REPAIRED, Outcome.PARTLY, Outcome.NOT, Outcome.CANNOT_TELL
WHY = "tension"
REPAIR = markers.from_content({
    "id": "r", "version": "1", "title": "Repair", "source": "this test",
    "markers": [{"id": "x", "label": "x", "column": "repair"}],
})  # fmt: skip


@pytest.fixture
def study(tmp_path):
    """Five sessions of P, one of Q, and nothing coded."""
    schemes = ["samstag-2003", "3rs-2015"]
    with Study.create(tmp_path / "s.rupture", schemes) as study:
        kept = [Participant(ParticipantId(name), name) for name in ("P", "Q")]
        kept += [session("P", n) for n in range(1, 6)] + [session("Q", 1), ADA, BEN]
        study.apply(Change("begin", added=tuple(kept)))
        yield study


def session(who, n, **more):
    return Session(SessionId(f"{who}/{n}"), ParticipantId(who), who, str(n), **more)


def code(
    study,
    address,
    rater=ADA,
    scheme="samstag-2003",
    *,
    outcomes=(),
    state=State.SUBMITTED,
    kind=None,
):
    """A coding with an episode for each outcome (before, after), or with one mark."""
    name = f"{address} {rater.name} {scheme}"
    version = study.scheme(scheme).version
    coding = Coding(CodingId(name), SessionId(address), rater.id, scheme, version)
    parts = [
        Episode(EpisodeId(f"{name} {n}"), coding.id, n, outcome_before=before, outcome_after=after)
        for n, (before, after) in enumerate(outcomes, 1)
    ]
    parts += [] if kind is None else [Mark(MarkId(f"{name} m"), coding.id, kind)]
    study.apply(Change("code", added=(coding, *parts)))
    if state != State.IN_PROGRESS:
        done = Coding(coding.id, coding.session_id, rater.id, scheme, version, state)
        study.apply(Change("submit the coding", (coding,), (done,)), "final")


def followed(study, reasons=None, rater=None):
    given = {at: verdict(why) for at, why in (reasons or {}).items()}
    return {each.session.address: each for each in pool(study, None, given, rater)}


def verdict(why):
    """A session that is selected, for a reason, or passed by."""
    return Verdict(selected=why is not None, reason=why)


# Laraway's study: 23 sessions flagged by the PSQ, a rupture found in 8, 6 of them repaired.


def pooled(n, reason, found, outcome=None):
    stand = Stand.NOT_CODED if found is None else Stand.DONE
    return [Pooled(session("P", 1), True, reason, stand, found, outcome)] * n


def test_the_seeds_funnel_23_flagged_8_with_a_rupture_6_repaired_and_2_not():
    flagged = pooled(15, WHY, False) + pooled(6, WHY, True, REPAIRED) + pooled(2, WHY, True, NOT)
    others = pooled(31, None, None)
    found = funnel([*flagged, *others])
    assert (found.sessions, found.measured, found.flagged) == (54, 54, 23)
    assert (found.coded, found.found, found.elsewhere) == (23, 8, 0)
    assert found.outcomes == {REPAIRED: 6, PARTLY: 0, NOT: 2, OPEN: 0, None: 0}
    assert found.rows() == (
        ("sessions", 54),
        ("with a measure", 54),
        ("of these not flagged", 31),
        ("cannot be told", 0),
        ("flagged by the rule", 23),
        ("of these coded", 23),
        ("rupture found", 8),
        ("repaired", 6),
        ("partly repaired", 0),
        ("not repaired", 2),
        ("cannot tell", 0),
        ("no outcome given", 0),
        ("rupture found, not flagged", 0),
        ("rupture found, no measure or cannot be told", 0),
    )


def test_the_funnel_of_a_study_follows_its_sessions(study):
    code(study, "P/1", outcomes=[(NOT, REPAIRED)])
    code(study, "P/2", outcomes=[(NOT, NOT)], state=State.IN_PROGRESS)
    code(study, "P/3")
    code(study, "P/4", kind=Kind.FLAG)
    code(study, "P/5", outcomes=[(None, None)])
    flagged = {SessionId(f"P/{n}"): WHY for n in (1, 2, 3, 5)}
    told = {at: verdict(why) for at, why in {**flagged, SessionId("P/4"): None}.items()}
    found = funnel(pool(study, None, told))
    assert (found.sessions, found.measured, found.flagged, found.coded) == (6, 5, 4, 4)
    assert (found.found, found.elsewhere) == (3, 1)
    assert found.outcomes == {REPAIRED: 1, PARTLY: 0, NOT: 1, OPEN: 0, None: 1}


def test_a_session_of_the_pool_says_whether_and_why_it_is_selected(study):
    made = followed(study, {SessionId("P/1"): WHY, SessionId("P/2"): None})
    told = {address: (each.measured, each.reason) for address, each in made.items()}
    assert told["P/1"] == (True, WHY)
    assert told["P/2"] == (True, None)
    assert told["Q/1"] == (False, None)
    assert (made["P/1"].why, made["P/2"].why) == (WHY, "not selected")
    assert made["Q/1"].why == "no measure"


def test_what_the_rule_cannot_tell_is_neither_flagged_nor_passed_by(study):
    for address in ("P/1", "P/2", "P/3", "Q/1"):
        code(study, address, kind=Kind.MARKER)
    told = {
        SessionId("P/1"): verdict(WHY),
        SessionId("P/2"): verdict(None),
        SessionId("P/3"): Verdict(None, "alliance_lines_left_out"),
    }
    pooled_ = pool(study, None, told)
    found = funnel(pooled_)
    assert (found.measured, found.flagged, found.passed, found.undecided) == (3, 1, 1, 1)
    assert (found.found, found.elsewhere, found.beside) == (1, 1, 2)
    (unsure,) = (each for each in pooled_ if each.undecided)
    assert (unsure.selected, unsure.reason) == (None, None)
    assert unsure.why == (
        "cannot be told: Lines were not given: whether there is a concern cannot be told."
    )


def test_a_session_stands_as_its_codings_do(study):
    code(study, "P/1", state=State.IN_PROGRESS)
    code(study, "P/2")
    code(study, "P/3")
    code(study, "P/3", BEN, state=State.REOPENED)
    stands = {address: each.stand for address, each in followed(study).items()}
    assert [stands[f"P/{n}"] for n in range(1, 5)] == [
        Stand.UNDER_WAY, Stand.DONE, Stand.UNDER_WAY, Stand.NOT_CODED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        (Kind.MARKER, True),
        (Kind.FLAG, True),
        (Kind.COMPONENT, False),
        (Kind.PROCESS, False),
        (Kind.SESSION, False),
        (None, False),
    ],
)
def test_a_rupture_is_found_by_a_marker_or_a_flag_and_by_nothing_around_it(study, kind, found):
    code(study, "P/1", kind=kind)
    assert followed(study)["P/1"].found is found


def test_of_a_session_that_nobody_coded_it_is_not_known_whether_it_has_a_rupture(study):
    assert followed(study)["P/1"].found is None


def test_the_pool_is_followed_as_one_rater_coded_it_or_as_anybody_did(study):
    code(study, "P/1", ADA)
    code(study, "P/1", BEN, outcomes=[(NOT, None)])
    assert followed(study)["P/1"].found is True
    assert followed(study, rater=ADA)["P/1"].found is False
    assert followed(study, rater=BEN)["P/1"].outcome == NOT


def test_the_outcome_of_a_rupture_is_that_of_the_coding_of_ruptures_then_that_of_repair(study):
    code(study, "P/1", scheme="3rs-2015", outcomes=[(None, REPAIRED)])
    code(study, "P/2", outcomes=[(None, None), (None, REPAIRED)])
    study.apply(
        Change("add", added=(StudyScheme("r", "r", "1", markers.to_json(REPAIR)),)), "final"
    )
    code(study, "P/2", scheme="r", outcomes=[(None, REPAIRED), (None, NOT)])
    made = followed(study)
    assert (made["P/1"].outcome, made["P/2"].outcome) == (REPAIRED, REPAIRED)


@pytest.mark.parametrize(
    ("outcomes", "outcome"),
    [
        ([], None),
        ([None], None),
        ([REPAIRED, REPAIRED], REPAIRED),
        ([NOT, NOT], NOT),
        ([PARTLY], PARTLY),
        ([REPAIRED, NOT], PARTLY),
        ([REPAIRED, NOT, OPEN], PARTLY),
        ([PARTLY, OPEN], PARTLY),
        ([REPAIRED, OPEN], OPEN),
        ([NOT, OPEN], OPEN),
        ([REPAIRED, None], OPEN),
        ([OPEN, None], OPEN),
    ],
)
def test_a_session_is_repaired_where_all_its_ruptures_are(outcomes, outcome):
    assert outcome_of(outcomes) == outcome


def test_sessions_for_training_and_those_whose_consent_has_ended_are_not_in_the_pool(study):
    aside = session("P", 6, purpose=Purpose.CALIBRATION)
    study.apply(Change("add", added=(aside,)))
    long_ago = date(2001, 1, 1)
    terms = Terms(Use.RESEARCH, long_ago, withdrawn=long_ago)
    people.record_consent(study, people.participant(study, "Q"), terms)
    assert set(followed(study)) == {f"P/{n}" for n in range(1, 6)}
