"""The schemes of a study: versions are taken in, what they touch is told, codings move along."""

import copy
import dataclasses
import shutil
from functools import partial
from pathlib import Path

import pytest
from data import make_studies
from data.make_studies import ADA, BEN, coding, held, mark

from coder import markers, schemes
from coder.coding import (
    Change,
    CodingId,
    Family,
    Found,
    Kind,
    Presence,
    PresenceId,
    Rating,
    RatingId,
    State,
    place,
    remove,
    reopen,
    submit,
)
from coder.errors import CoderError
from coder.markers import editing
from coder.markers.differing import called_anew
from coder.study import LEAD, Study
from coder.words import say

SMALL = make_studies.SCHEME


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    path = tmp_path_factory.mktemp("made") / "s.rupture"
    make_studies.make(path).close()
    return path


@pytest.fixture
def study(made, tmp_path):
    with Study.open(Path(shutil.copy(made, tmp_path))) as study:
        yield study


def refusal(act, *args, **more):
    with pytest.raises(CoderError) as fault:
        act(*args, **more)
    assert say(fault.value)
    return fault.value.key


def version(number="1.1", *, without=(), also=(), **of_denial):
    """Another version of the small scheme."""
    content = copy.deepcopy(SMALL) | {"version": number}
    content["markers"] = [each for each in content["markers"] if each["id"] not in without]
    content["markers"] += also
    for each in content["markers"]:
        each.update(of_denial if each["id"] == "denial" else {})
    return editing.made(content)


def ada(study):
    return next(each for each in study.codings(LEAD) if each.rater_id == ADA.id)


def kinds(study):
    return [
        (each.kind, each.marker, each.family) for each in study.marks(ada(study).id) if each.marker
    ]


# Taking in


def test_a_scheme_is_added_and_is_one_final_act(study):
    own = markers.load("harper-1989")
    assert schemes.take_in(study, own, LEAD)
    assert study.scheme("harper-1989") == own
    entry = study.entries()[-1]
    assert (entry.what, entry.kind, entry.by) == ("add the scheme harper-1989 1.0", "final", None)
    assert study.file_problems() == []


def test_the_same_scheme_again_adds_nothing(study):
    assert schemes.take_in(study, version(), LEAD)
    before = held(study)
    again = dict(reversed(version().content.items())) | {"note": ""}
    assert not schemes.take_in(study, markers.from_content({**again, "rolls_up_to": None}), LEAD)
    assert held(study) == before


def test_a_version_with_other_content_is_refused(study):
    before = held(study)
    other = version("1", label="Other")
    assert refusal(schemes.take_in, study, other, LEAD) == "scheme_version_taken"
    assert held(study) == before


def test_only_the_lead_changes_schemes(study):
    assert refusal(schemes.take_in, study, version(), ADA.id) == "only_the_lead"
    assert refusal(schemes.move, study, "small", ADA.id) == "only_the_lead"
    assert refusal(schemes.take_out, study, "small", ADA.id) == "only_the_lead"


def test_a_scheme_that_no_coding_uses_is_taken_out_with_all_its_versions(study):
    own = editing.copied(SMALL, "ours")
    before = study.schemes()
    for number in ("1.0", "1.1"):
        schemes.take_in(study, markers.from_content(own | {"version": number}), LEAD)
    assert schemes.take_out(study, "ours", LEAD) == 2
    assert study.schemes() == before
    entry = study.entries()[-1]
    assert (entry.what, entry.kind, entry.by) == ("take out the scheme ours", "final", None)
    assert study.file_problems() == []
    assert refusal(schemes.take_out, study, "ours", LEAD) == "scheme_not_in_study"
    assert schemes.take_in(study, markers.from_content(own), LEAD)


def test_a_scheme_that_a_coding_uses_stays(study):
    schemes.take_in(study, markers.load("harper-1989"), LEAD)
    before = held(study)
    assert refusal(schemes.take_out, study, "small", LEAD) == "scheme_in_use"
    assert held(study) == before


def test_the_only_scheme_of_a_study_stays(tmp_path):
    with Study.create(tmp_path / "n.rupture", ["harper-1989"]) as study:
        assert refusal(schemes.take_out, study, "harper-1989", LEAD) == "scheme_last"
        assert study.scheme().id == "harper-1989"


def test_what_a_version_calls_otherwise_is_told_once_something_is_coded(study):
    said = schemes.called(study, version(label="Denies", key="de"))
    assert said == ["Denial → Denies", "key of Denies: none → de"]
    assert schemes.called(study, version(without=["sighs"])) == []
    other = markers.from_content(editing.copied(SMALL, "ours"))
    schemes.take_in(study, other, LEAD)
    newer = editing.altered(other.content, "denial", label="No") | {"version": "2"}
    assert schemes.called(study, markers.from_content(newer)) == []


def test_a_rating_that_is_called_otherwise_is_told():
    scale = {"id": "impact", "label": "Impact", "low": 1, "high": 5}
    kept = {"id": "trust", "label": "Trust", "low": 1, "high": 5}
    gone = {"id": "mood", "label": "Mood", "low": 1, "high": 5}
    old = markers.from_content(SMALL | {"scales": [scale, kept, gone]})
    new = markers.from_content(SMALL | {"scales": [scale | {"label": "Force"}, kept]})
    assert [*called_anew(old, new)] == ["Impact → Force"]


def test_a_scheme_that_leads_to_nothing_or_has_the_program_s_own_id_is_refused(study):
    gone = markers.from_content({**SMALL, "id": "x", "rolls_up_to": "gone"})
    assert refusal(schemes.take_in, study, gone, LEAD) == "scheme_invalid"
    assert refusal(schemes.take_in, study, markers.session_level(), LEAD) == "scheme_reserved"


def test_versions_are_listed_with_the_codings_under_each(study):
    schemes.take_in(study, version(), LEAD)
    listed = [
        (e.scheme.id, e.scheme.version, e.codings, e.in_progress) for e in schemes.held(study, LEAD)
    ]
    assert listed == [("small", "1", 2, 1), ("small", "1.1", 0, 0)]
    assert [each.codings for each in schemes.held(study, ADA.id)] == [1, 0]


# What a change touches


def touches(study, new):
    return [
        (e.session, e.rater, e.state, e.what, e.how, e.count) for e in schemes.touched(study, new)
    ]


@pytest.mark.parametrize(
    ("changes", "how"),
    [
        ({"retired": True}, "retired"),
        ({"label": "Disowns"}, "renamed"),
        ({"family": "confrontation"}, "family"),
        ({"column": "manner"}, "column"),
        ({"kind": "process"}, "kind"),
    ],
)
def test_marks_whose_marker_is_changed_are_told_by_session_and_rater(study, changes, how):
    new = version(**changes)
    assert touches(study, new) == [("P1/1", "Ada", State.IN_PROGRESS, "denial", (how,), 2)]


def test_marks_of_a_marker_that_is_removed_are_told_of_submitted_codings_too(study):
    new = version(
        without=["denial", "attack", "sighs"], also=[{"id": "new", "label": "N", "column": "other"}]
    )
    assert touches(study, new) == [
        ("P1/1", "Ada", State.IN_PROGRESS, "denial", ("removed",), 2),
        ("P1/1", "Ben Zoë", State.SUBMITTED, "attack", ("removed",), 1),
    ]


def test_what_has_another_key_or_example_only_touches_no_mark(study):
    assert touches(study, version(example="“Fine.”", key="de")) == []
    assert touches(study, version("1", label="Disowns")) == []
    assert touches(study, markers.load("harper-1989")) == []


def scaled(number, *scales):
    return editing.made({**copy.deepcopy(SMALL), "version": number, "scales": list(scales)})


IMPACT = {"id": "impact", "label": "Impact", "low": 1, "high": 5}


def rated(study, value=5, scale="impact"):
    """Have Ada, under a version that asks for it, rate the impact."""
    schemes.take_in(study, scaled("1.1", IMPACT, {**IMPACT, "id": "depth"}), LEAD)
    schemes.move(study, "small", LEAD)
    rating = Rating(RatingId("r1"), ada(study).id, scale, value)
    study.apply(Change("rate", added=(rating,), by=ADA.id))


def test_ratings_are_told_whose_scale_is_gone_or_has_another_range(study):
    rated(study)
    of = ("P1/1", "Ada", State.IN_PROGRESS, "impact")
    assert touches(study, scaled("1.2", IMPACT)) == []
    assert touches(study, scaled("1.2", {**IMPACT, "high": 7})) == [(*of, ("range",), 1)]
    assert touches(study, scaled("1.2")) == [(*of, ("removed",), 1)]


# Moving


def test_codings_in_progress_move_to_the_newest_version_and_submitted_ones_stay(study):
    schemes.take_in(study, version(label="Disowns"), LEAD)
    before = study.entries()
    moved = schemes.move(study, "small", LEAD)
    assert (moved.scheme.version, moved.codings, moved.stayed) == ("1.1", 1, 1)
    assert {c.rater_id: c.scheme_version for c in study.codings(LEAD)} == {
        ADA.id: "1.1",
        BEN.id: "1",
    }
    assert [e.what for e in study.entries()[len(before) :]] == ["move codings to small 1.1 (1)"]
    (coded,) = [each for each in study.coded(LEAD) if each.rater == ADA]
    assert coded.scheme.marker("denial").label == "Disowns"


def test_what_has_nowhere_to_go_moves_nothing_and_logs_nothing(study):
    before = held(study)
    assert schemes.move(study, "small", LEAD).codings == 0
    assert held(study) == before


def test_some_codings_may_move_alone(study):
    schemes.take_in(study, version(), LEAD)
    ben = [each for each in study.codings(LEAD) if each.rater_id == BEN.id]
    moved = schemes.move(study, "small", LEAD, codings=ben)
    assert (moved.codings, moved.stayed) == (0, 1)
    assert schemes.move(study, "small", LEAD, codings=[ada(study)]).codings == 1


def test_a_coding_that_was_submitted_once_stays_under_its_version_when_it_is_reopened(study):
    study.apply(submit(ada(study)), "final")
    study.apply(reopen(ada(study), "a slip", LEAD), "final")
    schemes.take_in(study, version(), LEAD)
    assert schemes.move(study, "small", LEAD) == schemes.Moved(study.scheme("small"), 0, 2)


def test_marks_of_a_removed_marker_stop_the_move_until_another_stands_in_its_place(study):
    schemes.take_in(study, version(without=["denial"]), LEAD)
    before = held(study)
    with pytest.raises(CoderError) as fault:
        schemes.move(study, "small", LEAD)
    assert fault.value.key == "scheme_not_moved"
    assert "2 of their marks or ratings" in say(fault.value)
    assert "denial: 2" in say(fault.value)
    assert held(study) == before
    assert dict(schemes.left_without(study, study.scheme("small"))) == {"denial": 2}
    assert (
        refusal(schemes.move, study, "small", LEAD, instead={"denial": "gone"}) == "unknown_marker"
    )
    assert schemes.move(study, "small", LEAD, instead={"denial": "Heavy sighs"}).codings == 1
    assert {marker for _, marker, _ in kinds(study)} == {"sighs"}
    assert study.file_problems() == []


def test_a_mark_has_the_kind_that_its_marker_now_has(study):
    families = [family for _, _, family in kinds(study)]
    assert families == [Family.WITHDRAWAL, None]
    schemes.take_in(study, version("1.1", kind="process"), LEAD)
    schemes.move(study, "small", LEAD)
    assert kinds(study) == [(Kind.PROCESS, "denial", None)] * 2
    schemes.take_in(study, version("1.2", family="confrontation"), LEAD)
    schemes.move(study, "small", LEAD)
    assert kinds(study) == [(Kind.MARKER, "denial", Family.CONFRONTATION)] * 2
    schemes.take_in(study, version("1.3", kind="process"), LEAD)
    schemes.move(study, "small", LEAD)
    schemes.take_in(study, version("1.4", family=None), LEAD)
    schemes.move(study, "small", LEAD)
    assert kinds(study) == [(Kind.MARKER, "denial", Family.UNSURE)] * 2


def test_a_mark_with_a_place_does_not_become_one_of_the_whole_session(study):
    schemes.take_in(study, version("1.1", kind="session"), LEAD)
    assert refusal(schemes.move, study, "small", LEAD) == "scheme_not_moved"


def around(study, marker):
    of = ada(study)
    study.apply(place(of, mark(of, "late", kind=Kind.SESSION, marker=marker, anchor=None), "Late"))


def test_what_is_said_of_the_session_as_a_whole_moves_along(study):
    around(study, "late")
    schemes.take_in(study, version(), LEAD)
    assert schemes.move(study, "small", LEAD).codings == 1
    assert kinds(study)[-1] == (Kind.SESSION, "late", None)


def test_a_session_marker_of_the_scheme_s_own_may_be_replaced(study):
    own = {"id": "storm", "label": "A storm", "column": "session", "kind": "session"}
    schemes.take_in(study, version("1.1", also=[own]), LEAD)
    schemes.move(study, "small", LEAD)
    around(study, "storm")
    schemes.take_in(study, version("1.2"), LEAD)
    assert refusal(schemes.move, study, "small", LEAD) == "scheme_not_moved"
    # No session marker is in the new version, so that nothing there can take its place.
    assert (
        refusal(schemes.move, study, "small", LEAD, instead={"storm": "sighs"})
        == "scheme_not_moved"
    )
    other = {"id": "rain", "label": "Rain", "column": "session", "kind": "session"}
    schemes.take_in(study, version("1.3", also=[other]), LEAD)
    schemes.move(study, "small", LEAD, instead={"storm": "rain"})
    assert kinds(study)[-1] == (Kind.SESSION, "rain", None)


def test_presences_move_with_their_component(study):
    found = Presence(PresenceId("p"), CodingId(ada(study).id), "attack", Found.PRESENT)
    study.apply(Change("settle", added=(found,)))
    schemes.take_in(study, version(without=["attack"]), LEAD)
    assert ("attack", 1) in {
        (e.what, e.count) for e in schemes.touched(study, study.scheme("small"))
    }
    assert refusal(schemes.move, study, "small", LEAD) == "scheme_not_moved"
    schemes.move(study, "small", LEAD, instead={"attack": "sighs"})
    assert [each.component for each in study.presences(ada(study).id)] == ["sighs"]


@pytest.mark.parametrize("scales", [(), ({**IMPACT, "high": 3},)])
def test_ratings_without_a_scale_or_beyond_it_stop_the_move(study, scales):
    rated(study)
    schemes.take_in(study, scaled("1.2", *scales), LEAD)
    assert refusal(schemes.move, study, "small", LEAD) == "scheme_not_moved"


def test_ratings_move_to_the_scale_that_stands_instead(study):
    rated(study)
    schemes.take_in(study, scaled("1.2", {**IMPACT, "id": "depth"}), LEAD)
    schemes.move(study, "small", LEAD, instead={"impact": "depth"})
    assert [each.scale for each in study.ratings(ada(study).id)] == ["depth"]


def test_undo_does_not_bring_back_a_mark_whose_marker_is_no_longer_there(study):
    kept = mark(ada(study), "extra", 2, marker="attack")
    study.apply(place(ada(study), kept, "Attacks"))
    study.apply(remove(ada(study), kept, "Attacks"))
    schemes.take_in(study, version(without=["attack"]), LEAD)
    schemes.move(study, "small", LEAD)
    assert refusal(study.undo, ADA.id) == "changed_meanwhile"
    study.pass_over(ADA.id)
    assert study.file_problems() == []


def test_undo_brings_back_a_mark_whose_marker_is_still_there(study):
    kept = mark(ada(study), "extra", 2, marker="attack")
    flag = dataclasses.replace(kept, id=f"{kept.id}-2", kind=Kind.FLAG, marker=None)
    for each in (kept, flag):
        study.apply(place(ada(study), each, "x"))
        study.apply(remove(ada(study), each, "x"))
        assert study.undo(ADA.id).added[0].id == each.id
    assert coding(ADA).id == ada(study).id


# What a move may not do


FIX = {"id": "fix", "label": "Fix", "column": "repair"}


def test_only_what_is_gone_may_have_another_in_its_place(study):
    schemes.take_in(study, version(), LEAD)
    before = held(study)
    put = partial(refusal, schemes.move, study, "small", LEAD)
    assert put(instead={"denial": "attack"}) == "scheme_instead_there"
    assert put(instead={"late": "attack"}) == "scheme_instead_there"
    assert put(instead={"typo": "attack"}) == "scheme_instead_unknown"
    assert held(study) == before


def test_a_marker_that_is_gone_and_unused_may_be_named(study):
    schemes.take_in(study, version(without=["sighs"]), LEAD)
    assert schemes.move(study, "small", LEAD, instead={"sighs": "attack"}).codings == 1
    assert {marker for _, marker, _ in kinds(study)} == {"denial"}


def test_nothing_is_moved_to_a_marker_that_is_retired(study):
    old = {"id": "old", "label": "Old", "column": "content", "retired": True}
    schemes.take_in(study, version(without=["denial"], also=[old]), LEAD)
    given = {"instead": {"denial": "old"}}
    assert refusal(schemes.move, study, "small", LEAD, **given) == "scheme_instead_retired"


def test_a_marker_of_another_kind_is_named_as_such_and_may_be_replaced(study):
    schemes.take_in(study, version(kind="session"), LEAD)
    with pytest.raises(CoderError) as fault:
        schemes.move(study, "small", LEAD)
    told = say(fault.value)
    assert "(denial: 2, now of another kind: session)" in told
    assert "--instead OLD=NEW" in told
    assert schemes.move(study, "small", LEAD, instead={"denial": "attack"}).codings == 1


def test_a_rating_beyond_the_new_range_is_named_as_such_and_may_be_replaced(study):
    rated(study)
    narrow = {**IMPACT, "high": 3}
    schemes.take_in(study, scaled("1.2", narrow, {**IMPACT, "id": "depth"}), LEAD)
    with pytest.raises(CoderError) as fault:
        schemes.move(study, "small", LEAD)
    assert "(impact: 1, now from 1 to 3)" in say(fault.value)
    assert schemes.move(study, "small", LEAD, instead={"impact": "depth"}).codings == 1


@pytest.mark.parametrize("other", ["sighs", "denial"])
def test_two_findings_do_not_become_one(study, other):
    found = [
        Presence(PresenceId(name), ada(study).id, name, which)
        for name, which in (("denial", Found.PRESENT), ("sighs", Found.NOT_PRESENT))
    ]
    study.apply(Change("settle", added=tuple(found)))
    gone = ["denial", "sighs"] if other == "sighs" else ["denial"]
    put = {"denial": "fix", "sighs": "fix"} if other == "sighs" else {"denial": "sighs"}
    schemes.take_in(study, version(without=gone, also=[FIX]), LEAD)
    before = held(study)
    with pytest.raises(CoderError) as fault:
        schemes.move(study, "small", LEAD, instead=put)
    assert fault.value.key == "scheme_two_in_one"
    assert "Ada’s coding of P1/1 holds denial, sighs" in say(fault.value)
    assert held(study) == before


def test_two_ratings_do_not_become_one_but_ratings_of_other_places_do(study):
    rated(study)
    again = Rating(RatingId("r2"), ada(study).id, "depth", 2)
    study.apply(Change("rate", added=(again,), by=ADA.id))
    whole = {**IMPACT, "id": "whole"}
    schemes.take_in(study, scaled("1.2", whole), LEAD)
    put = {"instead": {"impact": "whole", "depth": "whole"}}
    assert refusal(schemes.move, study, "small", LEAD, **put) == "scheme_two_in_one"
    elsewhere = dataclasses.replace(again, segment_ms=0)
    study.apply(Change("rate", (again,), (elsewhere,), by=ADA.id))
    schemes.move(study, "small", LEAD, **put)
    assert {each.scale for each in study.ratings(ada(study).id)} == {"whole"}


def test_a_version_of_another_number_changes_nothing_in_a_mark(study):
    before = study.marks(ada(study).id)
    assert None in {mark.family for mark in before if mark.marker}
    schemes.take_in(study, version(), LEAD)
    schemes.move(study, "small", LEAD)
    assert study.marks(ada(study).id) == before


@pytest.mark.parametrize(
    "changes",
    [{"definition": "D"}, {"use_when": "U"}, {"avoid_when": "A"}, {"part_of": "sighs"},
     {"counts_as": {"cis": "denial"}}, {"person": "therapist"}],
)  # fmt: skip
def test_a_changed_rule_is_told_after_what_changes_counts(study, changes):
    study.apply(place(ada(study), mark(ada(study), "s", 2, marker="sighs"), "Sighs"))
    new = version(**changes)
    new = editing.made(editing.altered(new.content, "sighs", label="Breathes"))
    told = schemes.touched(study, new)
    assert [(e.what, e.how, e.counted) for e in told] == [
        ("sighs", ("renamed",), True),
        ("denial", ("rule",), False),
    ]


def test_a_rating_whose_meanings_changed_has_another_rule(study):
    rated(study)
    new = scaled("1.2", {**IMPACT, "anchors": {"1": "none"}, "label": "Force"})
    assert [e.how for e in schemes.touched(study, new)] == [("renamed", "rule")]


def test_the_version_taken_in_last_counts_whatever_its_number(study):
    for number in ("1.10", "1.9"):
        schemes.take_in(study, version(number), LEAD)
    newest = study.scheme("small")
    assert newest.version == "1.9"
    assert schemes.later(study, newest) == ("1.10",)
    assert schemes.under_others(study, newest) == 2


def test_a_version_that_is_not_there_is_refused_with_those_that_are(study):
    schemes.take_in(study, version(), LEAD)
    with pytest.raises(CoderError) as fault:
        study.scheme("small", "7")
    assert "“small 7”; it has: small 1, small 1.1." in say(fault.value)
    with pytest.raises(CoderError) as fault:
        study.scheme("other")
    assert say(fault.value).endswith("it has: small.")
