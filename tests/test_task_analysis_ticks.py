"""Ticks of segments in a task analysis: they say that something was there, not at which moment."""

import dataclasses

from made_codings import W, coded, mark, tick, turn

from coder import markers
from coder.coding import Kind
from coder.task_analysis import analyse

THREE = markers.load("3rs-2015")
SAID = (turn(1, 0, 1_800_000),)
STRATEGY = "validates"


def timed(*marks, scheme=THREE):
    (told,) = analyse([coded(scheme, marks, turns=SAID)], scheme, by="session").timed
    return told


def span(*marks, end="first", kind="any"):
    told = timed(*marks).to_repair[end, kind]
    return told.ms, told.reason


def denial(n, at):
    return mark(n, marker="denial", at=at, family=W)


def repair(n, segment):
    return dataclasses.replace(tick(n, STRATEGY, segment, 2), kind=Kind.COMPONENT)


SHIFT = mark(9, Kind.SHIFT, at=700_000)


def test_where_a_tick_may_be_the_first_rupture_nothing_is_said_of_the_first():
    assert span(tick(1, "denial", 0, 1, family=W), SHIFT) == (None, "placed by segment")
    both = (tick(1, "denial", 0, 1, family=W), denial(2, 60_000), SHIFT)
    assert span(*both) == (None, "placed by segment")
    # The last is after the ticked segment, and is known.
    later = (tick(1, "denial", 0, 1, family=W), denial(2, 650_000), SHIFT)
    assert span(*later, end="last") == (50_000, "")


def test_a_tick_after_the_first_rupture_leaves_the_first_known_and_not_the_last():
    marks = (denial(1, 60_000), tick(2, "denial", 1, 1, family=W), SHIFT)
    assert span(*marks) == (640_000, "")
    assert span(*marks, end="last") == (None, "placed by segment")


def test_where_a_tick_may_be_the_first_repair_the_latency_is_not_told():
    assert span(denial(1, 400_000), repair(2, 2), SHIFT) == (None, "placed by segment")
    assert span(denial(1, 400_000), repair(2, 3)) == (None, "placed by segment")
    # A segment that is over before the rupture, or begins after the first repair, is none.
    assert span(denial(1, 400_000), repair(2, 0), SHIFT) == (300_000, "")
    assert span(denial(1, 400_000), repair(2, 3), SHIFT) == (300_000, "")
    assert span(denial(1, 400_000), repair(2, 0)) == (None, "no repair after it")


def test_a_tick_is_counted_with_the_marks_that_have_no_moment():
    told = timed(tick(1, "denial", 1, 1, family=W), denial(2, 650_000), repair(3, 3), SHIFT)
    followed = told.followed
    assert (followed.n, followed.timed, followed.untimed) == (1, 1, 1)
    assert followed.untimed_repairs == 1


def test_a_component_that_was_ticked_has_no_first_and_says_why():
    told = timed(repair(1, 2), mark(2, Kind.COMPONENT, "invites", at=5000, person="therapist"))
    of = {row: told.firsts[at] for at, row in enumerate(_rows())}
    assert (of[STRATEGY].ms, of[STRATEGY].place) == (None, None)
    assert of[STRATEGY].reason == "placed by segment"


def test_under_a_scheme_without_segments_the_same_stretch_has_its_beginning():
    plain = dataclasses.replace(THREE, segment_s=None)
    told = timed(tick(1, "denial", 0, 1, family=W), SHIFT, scheme=plain).to_repair["first", "any"]
    assert told.ms == 700_000


def _rows():
    return [row.id for row in analyse([coded(THREE, turns=SAID)], THREE, by="session").rows]
