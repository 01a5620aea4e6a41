"""What a rater settles about components: in one act, kept, undone, refused."""

from datetime import date

import pytest

from coder import people, task_analysis
from coder.coding import Change, Episode, EpisodeId, Found, Presence, submit
from coder.errors import CoderError
from coder.session import Use
from coder.store import rows
from coder.study import Study
from coder.task_analysis import Entered, sessions_named, settle, settling, take_in
from coder.task_analysis.gathering import gathered, raters_of, scheme_of_repair

X, NO = Found.PRESENT, Found.NOT_PRESENT


@pytest.fixture
def study(tmp_path):
    schemes = ["samstag-2003", "laraway-empirical"]
    with Study.create(tmp_path / "s.rupture", schemes) as study:
        first, second = sessions_named(study, ["P/1", "P/2"], make=True)
        take_in(
            study, study.rater_or_new("Ana"), model(study), [Entered(first, {"making-links": X})]
        )
        study.apply(Change("add a session", added=(second,)), "final")
        yield study


def model(study):
    return study.scheme("laraway-empirical")


def enter(study, found, number=None, component="client-role", session="P/1"):
    return settle(
        study, study.session(session), study.rater("Ana"), model(study),
        component=component, found=found, number=number,
    )  # fmt: skip


def kept(study, session="P/1"):
    (coded,) = study.coded(None, sessions=[study.session(session)], scheme="laraway-empirical")
    numbers = {each.id: each.number for each in coded.episodes}
    return [(p.component, p.found, numbers.get(p.episode_id)) for p in coded.presences]


def test_a_presence_is_entered_altered_and_taken_back_and_each_is_one_act(study):
    before = len(study.entries())
    for found in (X, NO, None):
        assert enter(study, found)
    told = [entry.what for entry in study.entries()[before:]]
    assert told == [
        "enter “present” for Client Role in P/1",
        "enter “not-present” for Client Role in P/1",
        "take back Client Role in P/1",
    ]
    assert kept(study) == [("making-links", X, None)]


def test_an_act_can_be_undone_and_done_again_by_its_rater(study):
    enter(study, X)
    enter(study, NO)
    ana = study.rater("Ana").id
    study.undo(ana)
    assert ("client-role", X, None) in kept(study)
    study.undo(ana)
    assert kept(study) == [("making-links", X, None)]
    study.redo(ana)
    assert ("client-role", X, None) in kept(study)


def test_what_is_so_already_is_no_act(study):
    before = len(study.entries())
    assert not enter(study, X, component="making-links")
    assert not enter(study, None)
    assert len(study.entries()) == before


def test_an_episode_that_only_the_coding_of_ruptures_has_is_begun_in_that_of_repair(study):
    ana, session = study.rater("Ana"), study.session("P/1")
    coding = study.begin_coding(session, ana, study.scheme("samstag-2003"))
    study.apply(Change("open episode 1", added=(Episode(EpisodeId("e"), coding.id, 1),), by=ana.id))
    before = len(study.entries())
    enter(study, X, 1)
    enter(study, NO, 1, component="making-links")
    assert len(study.entries()) == before + 2
    enter(study, X, 2, component="making-links")
    enter(study, None, 2, component="making-links")
    enter(study, X, 2, component="making-links")
    assert kept(study)[-1] == ("making-links", X, 2)
    for _ in range(3):
        study.undo(ana.id)
    assert kept(study) == [
        ("making-links", X, None),
        ("client-role", X, 1),
        ("making-links", NO, 1),
    ]
    study.undo(ana.id)
    study.undo(ana.id)
    (coded,) = study.coded(None, sessions=[session], scheme="laraway-empirical")
    assert (coded.episodes, len(coded.presences)) == ((), 1)


def test_taking_back_what_no_episode_has_begins_none(study):
    before = len(study.entries())
    assert not enter(study, None, 7)
    assert len(study.entries()) == before


def test_a_coding_is_begun_with_the_first_presence_and_a_submitted_one_refuses(study):
    (session,) = sessions_named(study, ["P/3"], make=True)
    ben = study.rater_or_new("Ben")
    act = settling(study, session, ben, model(study), component="client-role", found=X)
    assert [type(each).__name__ for each in act.begin.added] == ["Rater", "Coding"]
    coding = next(c for c in study.codings(None) if c.session_id == study.session("P/1").id)
    study.apply(submit(coding), "final")
    for refused in (
        lambda: enter(study, X),
        lambda: take_in(
            study,
            study.rater("Ana"),
            model(study),
            [Entered(study.session("P/1"), {"making-links": NO})],
        ),
    ):
        with pytest.raises(CoderError) as told:
            refused()
        assert told.value.key == "coding_locked"


def test_a_table_of_somebody_new_is_one_entry_that_undoing_takes_back_but_for_who_they_are(study):
    before, there = len(study.entries()), study.codings(None)
    sessions = sessions_named(study, ["P/1", "Q/7"], make=True)
    ben = study.rater_or_new("Ben")
    take_in(study, ben, model(study), [Entered(each, {"making-links": X}) for each in sessions])
    assert len(study.entries()) == before + 1
    assert [len(study.presences(c.id)) for c in study.codings(ben.id)] == [1, 1]
    study.undo(ben.id)
    assert (study.codings(None), study.rater("Ben")) == (there, ben)
    assert [each.address for each in study.sessions()] == ["P/1", "P/2"]
    study.redo(ben.id)
    assert [len(study.presences(c.id)) for c in study.codings(ben.id)] == [1, 1]
    assert study.file_problems() == []


def test_what_cannot_be_entered_leaves_no_coder_session_or_empty_coding(study, monkeypatch):
    sessions = sessions_named(study, ["Q/7"], make=True)
    ben, entries = study.rater_or_new("Ben"), len(study.entries())
    monkeypatch.delitem(rows.TABLES, Presence)  # so that putting the presence itself fails
    for act in (
        lambda: take_in(study, ben, model(study), [Entered(sessions[0], {"making-links": X})]),
        lambda: settle(
            study, study.session("P/2"), ben, model(study), component="making-links", found=X
        ),
    ):
        monkeypatch.setattr(study, "presences", lambda _coding: [])
        with pytest.raises(KeyError):
            act()
        assert (len(study.entries()), [each.name for each in study.raters()]) == (entries, ["Ana"])
        assert len(study.codings(None)) == 1


def test_a_table_of_a_session_whose_consent_has_ended_is_refused_also_where_it_begins_all(study):
    whose = people.participant(study, "P")
    day = date(2026, 1, 31)
    people.record_consent(study, whose, people.Terms(Use.RESEARCH, day, withdrawn=day))
    before = len(study.entries())
    for name in ("P/2", "P/9"):
        sessions = sessions_named(study, [name], make=True)
        with pytest.raises(CoderError) as told:
            take_in(
                study,
                study.rater_or_new("Ben"),
                model(study),
                [Entered(sessions[0], {"making-links": X})],
            )
        assert told.value.key == "consent_withdrawn"
    assert len(study.entries()) == before


def test_a_component_that_is_none_is_refused(study):
    with pytest.raises(CoderError) as told:
        enter(study, X, component="nothing-such")
    assert told.value.key == "unknown_marker"


def test_a_table_is_one_act_and_tells_what_is_new_and_what_altered(study):
    session = study.session("P/1")
    before = len(study.entries())
    entered = [
        Entered(session, {"making-links": NO, "client-role": X}),
        Entered(study.session("P/2"), {"client-role": X}),
    ]
    assert take_in(study, study.rater("Ana"), model(study), entered) == (2, 1)
    # P/2 had no coding yet: nothing had been said of it.
    assert [e.what for e in study.entries()[before:]] == [
        "enter components of laraway-empirical in 2 sessions"
    ]
    assert take_in(study, study.rater("Ana"), model(study), entered) == (0, 0)
    assert len(study.entries()) == before + 1


def test_new_sessions_of_one_name_are_of_one_participant(study):
    made = sessions_named(study, ["Scott Miller", "scott miller/2", "p/1"], make=True)
    assert [each.address for each in made] == ["Scott Miller/1", "Scott Miller/2", "P/1"]
    assert made[0].participant_id == made[1].participant_id
    take_in(
        study,
        study.rater("Ana"),
        model(study),
        [Entered(each, {"making-links": X}) for each in made[:2]],
    )
    assert [p.pseudonym for p in study.participants()] == ["P", "Scott Miller"]


@pytest.mark.parametrize("name", ["", "/1", "P/", "P/1/2", "a\nb"])
def test_what_names_no_session_is_refused(study, name):
    with pytest.raises(CoderError) as told:
        sessions_named(study, [name], make=True)
    assert told.value.key == "analysis_no_name"


def test_the_scheme_of_repair_is_the_one_named_else_the_first(study, tmp_path):
    assert scheme_of_repair(study, None).id == "laraway-empirical"
    assert scheme_of_repair(study, "samstag-2003").id == "samstag-2003"
    with (
        Study.create(tmp_path / "other.rupture", ["samstag-2003"]) as other,
        pytest.raises(CoderError) as told,
    ):
        scheme_of_repair(other, None)
    assert told.value.key == "analysis_no_scheme"
    with Study.create(tmp_path / "three.rupture", ["3rs-2015", "laraway-rational"]) as other:
        assert scheme_of_repair(other, None).id == "laraway-rational"


def test_a_rater_is_shown_no_coding_but_their_own_while_the_study_is_blind(study):
    ben = study.add_rater("Ben")
    assert raters_of(study, None, "laraway-empirical") == [study.rater("Ana")]
    assert raters_of(study, ben.id, "laraway-empirical") == []
    with pytest.raises(CoderError) as told:
        gathered(study, ben.id, model(study))
    assert told.value.key == "analysis_nothing"
    found = task_analysis.analyse(gathered(study, None, model(study)), model(study), by="session")
    assert [column.label for column in found.columns] == ["P/1"]
