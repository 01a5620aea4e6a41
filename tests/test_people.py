"""coder.people and coder.consents: therapists, relations to them, and what was agreed to."""

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest

from coder import checks, consents, imports, people, reliability
from coder.agreement import Plan
from coder.coding import (
    Change,
    Family,
    Kind,
    Mark,
    MarkId,
    Relationship,
    anchor_on,
    place,
    submit,
)
from coder.errors import CoderError
from coder.export import reports
from coder.export.agreement_methods import methods
from coder.people import Terms
from coder.session import Consent, ConsentId, Purpose, Role, Use
from coder.study import Study
from coder.words import say

TEXT = "C: I came late.\n\nT: You did.\n\nC: It was the bus again.\n\nT: Again.\n\nC: Always.\n"
FIRST, LAST = date(2026, 1, 31), date(2026, 3, 31)
LONG_AGO = date(2001, 1, 1)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two sessions of P and one of Q, coded and submitted by Ada and Ben."""
    folder = tmp_path_factory.mktemp("people")
    script = folder / "a.txt"
    script.write_text(TEXT, encoding="utf-8")
    with Study.create(folder / "s.rupture", ["samstag-2003"]) as study:
        for who, number in (("P", "1"), ("P", "2"), ("Q", "1")):
            bring_in(study, script, who, number)
            for name in ("Ada", "Ben"):
                rater = study.add_rater(name)
                session = study.session(f"{who}/{number}")
                coding = study.begin_coding(session, rater, study.scheme())
                mark(study, coding, 0)
                study.apply(submit(coding), "final")
    return folder


@pytest.fixture
def study(made, tmp_path):
    shutil.copy(made / "a.txt", tmp_path)
    with Study.open(Path(shutil.copy(made / "s.rupture", tmp_path))) as study:
        yield study


def bring_in(study, script, who, number, **more):
    options = imports.Options(roles={"C": Role.PATIENT, "T": Role.THERAPIST})
    request = imports.Request(who, number, options=options, **more)
    return imports.import_session(study, script, request)


def mark(study, coding, n):
    turn = study.turns(coding.session_id)[2 * n]
    made = Mark(
        MarkId(f"{coding.id}-{n}"), coding.id, Kind.MARKER, "denial", Family.WITHDRAWAL,
        anchor=anchor_on([turn]),
    )  # fmt: skip
    study.apply(place(coding, made, "Denial"))


def refused(act, *args, **more):
    with pytest.raises(CoderError) as told:
        act(*args, **more)
    assert say(told.value)
    return told.value.key


def agreed(use=Use.TRAINING, given=FIRST, expires=None, withdrawn=None):
    days = (None if day is None else day.isoformat() for day in (expires, withdrawn))
    return Consent(ConsentId("c"), "p", use, given.isoformat(), *days)


# What holds on a day


@pytest.mark.parametrize(
    ("terms", "day", "holds"),
    [
        ({}, FIRST - timedelta(1), False),
        ({}, FIRST, True),
        ({}, date(2099, 1, 1), True),
        ({"expires": LAST}, LAST, True),
        ({"expires": LAST}, LAST + timedelta(1), False),
        ({"withdrawn": LAST}, LAST - timedelta(1), True),
        ({"withdrawn": LAST}, LAST, False),
    ],
)
def test_consent_holds_from_its_day_to_the_last_day_or_until_it_is_withdrawn(terms, day, holds):
    assert consents.holds(agreed(**terms), day) is holds


def why(study, use=Use.TRAINING, on=LAST, address="P/1"):
    fault = people.allows(study, study.session(address), use, on)
    return None if fault is None else fault.key


def test_training_is_refused_where_no_consent_of_the_participant_is_on_record(study):
    assert why(study) == "consent_missing"
    participant = people.participant(study, "p")
    people.record_consent(study, participant, Terms(Use.RESEARCH, FIRST))
    assert why(study) == "consent_missing"
    people.record_consent(study, participant, Terms(Use.TRAINING, FIRST))
    assert why(study) is None
    assert why(study, address="Q/1") == "consent_missing"


def test_training_needs_the_consent_of_the_therapist_where_one_is_named(study):
    people.record_consent(study, people.participant(study, "P"), Terms(Use.TRAINING, FIRST))
    whose = people.add_therapist(study, "T1")
    people.set_therapist(study, [study.session("P/1")], whose)
    assert why(study) == "consent_missing"
    assert why(study, address="P/2") is None
    people.record_consent(study, whose, Terms(Use.TRAINING, FIRST))
    assert why(study) is None


def test_a_refusal_names_whose_consent_is_missing_or_when_it_ended(study):
    fault = people.allows(study, study.session("P/1"), Use.TRAINING, LAST)
    assert say(fault).startswith("P/1 cannot be used for training: no consent of the participant P")
    participant = people.participant(study, "P")
    people.record_consent(study, participant, Terms(Use.TRAINING, FIRST, LAST))
    after = LAST + timedelta(1)
    assert why(study, on=FIRST - timedelta(1)) == "consent_not_yet"
    assert why(study, on=after) == "consent_expired"
    people.end_consent(study, participant, Use.TRAINING, withdrawn=LAST)
    assert why(study, on=LAST) == "consent_withdrawn"
    assert why(study, on=LAST - timedelta(1)) is None
    fault = people.allows(study, study.session("P/1"), Use.TRAINING, LAST)
    assert "withdrew consent to it as from 2026-03-31" in say(fault)


def test_consent_may_be_given_anew_after_it_was_withdrawn(study):
    participant = people.participant(study, "P")
    people.record_consent(study, participant, Terms(Use.TRAINING, FIRST, withdrawn=FIRST))
    assert why(study) == "consent_withdrawn"
    people.record_consent(study, participant, Terms(Use.TRAINING, LAST))
    assert why(study) is None


def test_a_synthetic_record_counts_as_consent(study):
    terms = Terms(Use.TRAINING, FIRST, synthetic=True)
    assert people.record_consent(study, people.participant(study, "P"), terms).synthetic
    assert why(study) is None


@pytest.mark.parametrize("use", [Use.RESEARCH, Use.SUPERVISION])
def test_research_and_supervision_go_on_without_a_record_but_not_after_its_end(study, use):
    assert why(study, use) is None
    people.record_consent(study, people.participant(study, "P"), Terms(use, FIRST, LAST))
    assert why(study, use) is None
    assert why(study, use, LAST + timedelta(1)) == "consent_expired"


def test_consent_that_would_end_before_it_begins_is_refused_with_nothing_changed(study):
    participant = people.participant(study, "P")
    early = Terms(Use.TRAINING, LAST, expires=FIRST)
    assert refused(people.record_consent, study, participant, early) == "consent_backwards"
    people.record_consent(study, participant, Terms(Use.TRAINING, LAST))
    before = study.consents()
    for end in ({"expires": FIRST}, {"withdrawn": FIRST}):
        told = refused(people.end_consent, study, participant, None, **end)
        assert told == "consent_backwards"
    assert study.consents() == before


def test_consent_to_every_use_is_withdrawn_at_once_and_what_is_withdrawn_stays_so(study):
    participant = people.participant(study, "P")
    assert refused(people.end_consent, study, participant, None, withdrawn=LAST) == (
        "no_consent_recorded"
    )
    people.record_consent(study, participant, Terms(Use.RESEARCH, FIRST, LAST))
    people.record_consent(study, participant, Terms(Use.TRAINING, FIRST))
    people.end_consent(study, participant, Use.TRAINING, expires=LAST)
    people.end_consent(study, participant, None, withdrawn=LAST)
    assert {(c.use, c.expires, c.withdrawn) for c in study.consents()} == {
        (Use.RESEARCH, "2026-03-31", "2026-03-31"),
        (Use.TRAINING, "2026-03-31", "2026-03-31"),
    }
    again = refused(people.end_consent, study, participant, Use.TRAINING, withdrawn=LAST)
    assert again == "no_consent_recorded"


def test_consent_is_recorded_for_a_participant_before_their_first_session(study):
    script = study.path.parent / "a.txt"
    participant = people.participant_or_new(study, "R")
    assert participant not in study.participants()
    assert people.participant_or_new(study, "p") == people.participant(study, "P")
    assert refused(people.participant_or_new, study, "R/1") == "person_name"
    people.record_consent(study, participant, Terms(Use.TRAINING, LONG_AGO))
    bring_in(study, script, "r", "1", purpose=Purpose.TRAINING)
    assert study.session("R/1").participant_id == participant.id
    assert len(study.participants()) == 3


def test_an_import_for_training_is_refused_with_nothing_changed_where_consent_is_missing(study):
    script, before = study.path.parent / "a.txt", study.entries()
    told = refused(bring_in, study, script, "P", "3", purpose=Purpose.TRAINING)
    assert told == "consent_missing"
    assert study.entries() == before
    people.record_consent(study, people.participant(study, "P"), Terms(Use.TRAINING, LONG_AGO))
    bring_in(study, script, "P", "3", purpose=Purpose.TRAINING)
    assert study.session("P/3").purpose == Purpose.TRAINING


def test_a_session_becomes_one_for_training_only_with_consent(study):
    session = study.session("P/1")
    assert refused(imports.set_purpose, study, session, Purpose.TRAINING) == "consent_missing"
    imports.set_purpose(study, session, Purpose.CALIBRATION)
    people.record_consent(study, people.participant(study, "P"), Terms(Use.TRAINING, LONG_AGO))
    imports.set_purpose(study, study.session("P/1"), Purpose.TRAINING)
    assert study.session("P/1").purpose == Purpose.TRAINING


# After the end of consent


def end(study, name="P", **more):
    terms = Terms(Use.RESEARCH, LONG_AGO, withdrawn=LONG_AGO, **more)
    people.record_consent(study, people.participant(study, name), terms)


def test_nothing_new_is_coded_of_a_session_once_consent_has_ended(study):
    third = study.add_rater("Cy")
    coding = study.begin_coding(study.session("P/1"), third, study.scheme())
    mark(study, coding, 0)
    end(study)
    assert refused(mark, study, coding, 1) == "consent_withdrawn"
    session = study.session("P/2")
    assert refused(study.begin_coding, session, third, study.scheme()) == "consent_withdrawn"
    study.begin_coding(study.session("Q/1"), third, study.scheme())


def test_what_was_coded_can_still_be_changed_taken_back_and_deleted(study):
    coding = study.begin_coding(study.session("P/1"), study.add_rater("Cy"), study.scheme())
    mark(study, coding, 0)
    end(study)
    study.undo(coding.rater_id)
    study.redo(coding.rater_id)
    study.apply(submit(coding), "final")
    imports.delete_session(study, study.session("P/1"))
    study.undo(None)
    assert study.session("P/1")
    assert list(checks.problems(study)) == []


def test_who_withdrew_is_remembered_when_their_last_session_is_deleted(study):
    end(study, "Q")
    kept, script = study.consents(), study.path.parent / "a.txt"
    imports.delete_session(study, study.session("Q/1"))
    assert (study.consents(), people.participant(study, "Q").pseudonym) == (kept, "Q")
    assert refused(bring_in, study, script, "Q", "1") == "consent_withdrawn"
    assert list(checks.problems(study)) == []
    study.undo(None)
    assert (study.session("Q/1").participant, study.consents()) == ("Q", kept)


def test_no_session_or_version_comes_in_of_who_withdrew(study):
    end(study, "Q")
    script, before = study.path.parent / "a.txt", len(study.entries())
    assert people.newcomer(study, " q ", "2", Purpose.STUDY).key == "consent_withdrawn"
    assert people.newcomer(study, "P", "3", Purpose.STUDY) is None
    assert people.newcomer(study, "Nobody", "1", Purpose.STUDY) is None
    assert refused(bring_in, study, script, "Q", "2") == "consent_withdrawn"
    assert refused(bring_in, study, script, "Q", "1", new_version=True) == "consent_withdrawn"
    assert len(study.transcripts(study.session("Q/1").id)) == 1
    bring_in(study, script, "P", "3")
    assert len(study.entries()) == before + 1


NOW, SOON = date(2026, 11, 20), date(2027, 5, 1)


def test_withdrawing_ends_what_holds_then_and_a_renewal_yet_to_come(study):
    whose = people.participant(study, "P")
    people.record_consent(study, whose, Terms(Use.RESEARCH, date(2020, 1, 1)))
    people.record_consent(study, whose, Terms(Use.RESEARCH, SOON))
    people.end_consent(study, whose, None, withdrawn=NOW)
    assert [why(study, Use.RESEARCH, on) for on in (NOW - timedelta(1), NOW, SOON)] == [
        None, "consent_withdrawn", "consent_withdrawn",
    ]  # fmt: skip


def test_an_end_leaves_a_renewal_yet_to_come_as_it_was_agreed(study):
    whose = people.participant(study, "P")
    people.record_consent(study, whose, Terms(Use.RESEARCH, date(2020, 1, 1)))
    people.record_consent(study, whose, Terms(Use.RESEARCH, SOON))
    people.end_consent(study, whose, Use.RESEARCH, expires=NOW)
    days = (NOW, NOW + timedelta(1), SOON)
    assert [why(study, Use.RESEARCH, on) for on in days] == [None, "consent_not_yet", None]


@pytest.mark.parametrize("right", [LAST - timedelta(9), LAST + timedelta(9)])
def test_a_wrong_day_of_withdrawal_is_put_right_on_record(study, right):
    whose = people.participant(study, "P")
    early = Terms(Use.RESEARCH, LONG_AGO, withdrawn=date(2005, 1, 1))
    people.record_consent(study, whose, early)
    people.record_consent(study, whose, Terms(Use.RESEARCH, FIRST))
    people.end_consent(study, whose, None, withdrawn=LAST)
    people.end_consent(study, whose, None, withdrawn=right)
    assert [c.withdrawn for c in study.consents()] == ["2005-01-01", right.isoformat()]
    assert study.entries()[-1].what == (
        f"put right the withdrawal, on {right} and not {LAST}, of consent to any use of P"
    )
    assert why(study, Use.RESEARCH, right - timedelta(1)) is None
    assert why(study, Use.RESEARCH, right) == "consent_withdrawn"


def test_agreement_leaves_out_sessions_whose_consent_has_ended_and_names_them(study):
    assert reliability.compared(study, None).ended == ()
    end(study, "Q")
    compared = reliability.compared(study, None)
    assert {each.session.address for each in compared.coded} == {"P/1", "P/2"}
    assert compared.ended == ("Q/1",)
    found = reliability.compute(study, None, compared, Plan(resamples=0))
    assert found.settings["ended"] == ("Q/1",)


def test_what_is_written_out_leaves_such_sessions_out_and_refuses_them_by_name(study):
    every = study.coded(None)
    assert people.usable(study, every) == (every, ())
    end(study, "Q")
    kept, left = people.usable(study, every)
    assert ({each.session.address for each in kept}, left) == ({"P/1", "P/2"}, ("Q/1",))
    assert refused(people.usable, study, every, named=True) == "consent_withdrawn"
    assert people.usable(study, kept, named=True) == (kept, ())
    assert refused(people.usable, study, every[-1:]) == "consent_withdrawn"


# Therapists


def test_a_therapist_is_added_once_and_found_whatever_the_case(study):
    added = people.add_therapist(study, " T  1 ")
    assert (added.pseudonym, people.add_therapist(study, "t 1")) == ("T 1", added)
    assert people.therapist(study, "t 1 ") == added
    assert refused(people.therapist, study, "T2") == "unknown_therapist"
    assert refused(people.add_therapist, study, "\n") == "person_name"
    assert refused(people.participant, study, "T 1") == "unknown_participant"


def test_a_therapist_is_renamed_unless_somebody_has_the_name(study):
    one, two = people.add_therapist(study, "T1"), people.add_therapist(study, "T2")
    assert refused(people.rename_therapist, study, one, "t2") == "therapist_exists"
    assert refused(people.rename_therapist, study, one, " ") == "person_name"
    renamed = people.rename_therapist(study, one, "t1")
    assert study.therapists() == [renamed, two]
    before = study.entries()
    assert people.rename_therapist(study, renamed, "t1") == renamed
    assert study.entries() == before


def test_sessions_are_given_a_therapist_and_lose_them_again(study):
    whose = people.add_therapist(study, "T1")
    sessions = [study.session("P/1"), study.session("P/2")]
    people.set_therapist(study, sessions, whose)
    assert [each.therapist_id for each in study.sessions()] == [whose.id, whose.id, None]
    before = study.entries()
    people.set_therapist(study, [study.session("P/1")], whose)
    assert study.entries() == before
    people.set_therapist(study, [study.session("P/1")], None)
    assert study.session("P/1").therapist_id is None
    study.undo(None)
    assert study.session("P/1").therapist_id == whose.id


def test_only_the_lead_keeps_therapists_and_consent(study):
    ada, participant = study.rater("Ada"), people.participant(study, "P")
    whose = people.add_therapist(study, "T1")
    acts = [
        (people.add_therapist, study, "T2"),
        (people.rename_therapist, study, whose, "T2"),
        (people.set_therapist, study, study.sessions(), whose),
        (people.record_consent, study, participant, Terms(Use.TRAINING, FIRST)),
        (people.end_consent, study, participant, None),
    ]
    for act, *args in acts:
        assert refused(act, *args, by=ada.id) == "only_the_lead"


# Relations


def test_a_rater_declares_what_they_are_to_a_therapist_and_may_take_it_back(study):
    ada, whose = study.rater("Ada"), people.add_therapist(study, "T1")
    people.declare(study, ada, whose, Relationship.SUPERVISEE, ada.id)
    people.declare(study, ada, whose, Relationship.SUPERVISOR)
    (kept,) = study.relations()
    assert (kept.rater_id, kept.therapist_id) == (ada.id, whose.id)
    assert kept.kind == Relationship.SUPERVISOR
    before = study.entries()
    people.declare(study, ada, whose, Relationship.SUPERVISOR)
    assert study.entries() == before
    ben = study.rater("Ben").id
    assert refused(people.declare, study, ada, whose, None, ben) == "only_oneself"
    people.declare(study, ada, whose, None)
    assert study.relations() == []


def test_that_they_are_the_therapist_only_the_lead_takes_back(study):
    """It keeps answers about their own sessions from them."""
    ada, whose = study.rater("Ada"), people.add_therapist(study, "T1")
    people.declare(study, ada, whose, Relationship.SELF, ada.id)
    for kind in (None, Relationship.SUPERVISEE):
        assert refused(people.declare, study, ada, whose, kind, ada.id) == "self_stands"
    people.declare(study, ada, whose, Relationship.SELF, ada.id)
    people.declare(study, ada, whose, None)
    assert study.relations() == []


def test_the_log_names_one_session_and_counts_several(study):
    whose = people.add_therapist(study, "T1")
    people.set_therapist(study, study.sessions()[:1], whose)
    assert study.entries()[-1].what == f"set the therapist of {study.sessions()[0].address}"
    people.set_therapist(study, study.sessions(), None)
    people.set_therapist(study, study.sessions(), whose)
    assert study.entries()[-1].what == f"set the therapist of {len(study.sessions())} sessions"


def test_what_sessions_may_be_used_for_today_goes_by_participant_and_therapist(study):
    whose = people.add_therapist(study, "T1")
    people.set_therapist(study, [study.session("P/2")], whose)
    people.record_consent(study, people.participant(study, "P"), Terms(Use.TRAINING, FIRST))
    found = {
        (each.sessions[0].participant, each.therapist): each
        for each in people.standings(study, FIRST)
    }
    alone, theirs = found["P", None], found["P", whose]
    assert [s.address for s in theirs.sessions] == ["P/2"]
    assert alone.refused[Use.TRAINING] is None
    assert theirs.refused[Use.TRAINING].key == "consent_missing"
    assert theirs.refused[Use.TRAINING].where["person"] == "therapist T1"
    assert theirs.refused[Use.RESEARCH] is None
    assert alone.recorded == theirs.recorded == {Use.TRAINING}


def test_what_a_rater_coded_of_their_own_sessions_is_self_review_and_not_compared(study):
    ada, whose = study.rater("Ada"), people.add_therapist(study, "T1")
    people.declare(study, ada, whose, Relationship.SELF)
    people.set_therapist(study, [study.session("P/2")], whose)
    own = people.self_review(study, study.coded(None))
    assert [(each.session.address, each.rater.name) for each in own] == [("P/2", "Ada")]
    compared = reliability.compared(study, None)
    assert compared.self_review == ("P/2 Ada",)
    assert ("P/2", "Ada") not in {(e.session.address, e.rater.name) for e in compared.coded}
    found = reliability.compute(study, None, compared, Plan(resamples=0))
    assert found.settings["self_review"] == ("P/2 Ada",)
    assert found.settings["double_coded"] == 2
    people.declare(study, ada, whose, Relationship.SUPERVISEE)
    assert reliability.compared(study, None).self_review == ()


def written(study):
    compared = reliability.compared(study, None)
    made = reports.agreement_report_of(study, None, compared, Plan(resamples=0))
    return methods(made)


def test_the_methods_text_says_nothing_of_relations_where_no_therapist_is_named(study):
    told = written(study)
    assert "therapist of the sessions" not in told
    assert "self-review" not in told
    assert "consent" not in told


def test_the_methods_text_says_who_stood_in_which_relation_and_what_was_left_out(study):
    ada, ben = study.rater("Ada"), study.rater("Ben")
    whose, other = people.add_therapist(study, "T1"), people.add_therapist(study, "T2")
    people.set_therapist(study, [study.session("P/1")], whose)
    assert "No coder declared a relation to a therapist of the sessions." in written(study)
    people.declare(study, ada, whose, Relationship.SUPERVISEE)
    people.declare(study, ben, whose, Relationship.SUPERVISOR)
    people.declare(study, ben, other, Relationship.SELF)
    told = written(study)
    assert (
        "Of the coders, Ada is a supervisee of the therapist T1 and "
        "Ben is a supervisor of the therapist T1."
    ) in told
    people.set_therapist(study, [study.session("P/2")], other)
    end(study, "Q")
    told = written(study)
    assert (
        "Codings of sessions that the coder had held as therapist are self-review and were not "
        "compared (n = 1): P/2 Ben."
    ) in told
    assert "Sessions to whose use consent had ended were not compared (n = 1)." in told


def test_every_act_about_people_is_one_entry_without_names_but_pseudonyms(study):
    before = len(study.entries())
    whose = people.add_therapist(study, "T1")
    people.declare(study, study.rater("Ada"), whose, Relationship.SELF)
    people.record_consent(study, whose, Terms(Use.SUPERVISION, FIRST))
    assert [each.what for each in study.entries()[before:]] == [
        "add the therapist T1",
        "declare a coder’s relation to the therapist T1: self",
        "record consent to supervision of T1",
    ]
    assert study.file_problems() == []


def test_a_coding_that_comes_with_its_session_is_asked_for_consent_too(study):
    """Undoing the deletion brings it back, and makes nothing of it anew."""
    end(study, "Q")
    imports.delete_session(study, study.session("Q/1"))
    gone = study.change(study.entries()[-1]).removed
    assert refused(study.apply, Change("bring it back", added=gone)) == "consent_withdrawn"
    study.undo(None)
    assert study.session("Q/1")
