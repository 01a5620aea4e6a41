"""Marks, episodes and changes: values, and the rules about them."""

import dataclasses
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder import markers
from coder.coding import (
    Anchor,
    Change,
    Coding,
    CodingId,
    Episode,
    EpisodeId,
    Found,
    Kind,
    Mark,
    MarkId,
    Presence,
    PresenceId,
    Rater,
    RaterId,
    Rating,
    RatingId,
    State,
    alter,
    anchor_on,
    begin_phase,
    close_episode,
    coding_of,
    heard_turn,
    in_time,
    marker_of,
    merge,
    now,
    open_episode,
    place,
    remove,
    submit,
)
from coder.errors import CoderError
from coder.session import ParticipantId, Role, Session, SessionId, Turn, TurnId
from coder.settings import BACKCHANNELS

P, T = Role.PATIENT, Role.THERAPIST
CODING = Coding(CodingId("c"), SessionId("s"), RaterId("r"), "samstag-2003", "1")
SESSION = Session(SessionId("s"), ParticipantId("p"), "P3", "2")


def turn(n, role, text, start_ms, end_ms=None):
    return Turn(TurnId(f"t{n}"), n, n, role.value[0], text, start_ms, end_ms, role=role)


# A stretch as design.md 4 describes it: therapists fill the gaps with “Mmm”.
TALK = (
    turn(1, T, "How did the week go?", 0),
    turn(2, P, "Fine, I suppose.", 4000),
    turn(3, T, "Mmm", 6000),
    turn(4, P, "I did none of it, it was pointless.", 7000),
    turn(5, T, "Mmm hmm", 11_000),
    turn(6, P, "Yeah.", 12_000),
    turn(7, T, "What made it pointless?", 13_000),
    turn(8, P, "(Silence)", 16_000),
)


def heard(at_ms, turns=TALK, reaction_ms=1000, **more):
    found = heard_turn(turns, at_ms, reaction_ms=reaction_ms, backchannels=BACKCHANNELS, **more)
    return None if found is None else found.n


@pytest.mark.parametrize(
    ("at_ms", "n"),
    [
        (0, None),  # nobody coded has spoken
        (4999, None),  # begun, but less than a reaction time ago
        (5000, 2),
        (6500, 2),  # during the therapist's “Mmm”
        (7999, 2),  # the next turn has begun, but the key is about what came before it
        (8000, 4),
        (11_500, 4),  # again a “Mmm”
        (13_500, 4),  # the patient's own “Yeah.” is a backchannel
        (16_900, 4),  # while the therapist asks
        (17_000, 8),  # a silence is no backchannel
        (999_999, 8),
    ],
)
def test_a_key_is_about_the_last_substantive_turn_of_the_person_coded(at_ms, n):
    assert heard(at_ms) == n


def test_a_key_without_a_reaction_time_is_about_the_turn_that_sounds():
    assert heard(7000, reaction_ms=0) == 4
    assert heard(6999, reaction_ms=0) == 2


def test_what_the_therapist_does_is_heard_in_the_therapists_turns():
    assert heard(16_000, role=T) == 7
    assert heard(12_500, role=T) == 1


def test_a_turn_without_a_time_is_never_the_one_heard():
    untimed = (*TALK, turn(9, P, "Untimed and substantive.", None))
    assert heard(999_999, untimed) == 8
    assert heard(5000, (turn(1, P, "Untimed.", None),)) is None


def test_the_latest_start_counts_not_the_order_of_the_file():
    turns = (turn(1, P, "later", 9000), turn(2, P, "earlier", 1000), turn(3, P, "as late", 9000))
    assert heard(20_000, turns) == 3
    assert heard(20_000, turns[:2]) == 1


@settings(deadline=None)
@given(st.lists(st.integers(0, 100_000), max_size=12), st.integers(0, 120_000), st.integers(0, 3000))  # fmt: skip
def test_what_is_heard_has_begun_and_nothing_heard_began_after_it(starts, at_ms, reaction_ms):
    turns = tuple(turn(n, P, "words said", start) for n, start in enumerate(starts))
    n = heard(at_ms, turns, reaction_ms)
    begun = [start for start in starts if start <= at_ms - reaction_ms]
    assert (n is None) == (not begun)
    assert n is None or starts[n] == max(begun)


def test_an_anchor_on_whole_turns_carries_their_words_and_the_first_ones_time():
    anchor = anchor_on(TALK[1:4:2])
    assert anchor == Anchor(
        (TurnId("t2"), TurnId("t4")),
        4000,
        quote="Fine, I suppose. … I did none of it, it was pointless.",
    )


def test_an_anchor_on_some_words_counts_code_points():
    said = dataclasses.replace(TALK[3], text="🙂 I did none")
    anchor = anchor_on([said], 7500, begin=2, stop=7)
    assert (anchor.quote, anchor.begin, anchor.stop, anchor.start_ms) == ("I did", 2, 7, 7500)


def test_an_anchor_may_begin_in_one_turn_and_stop_in_another():
    anchor = anchor_on(TALK[1:4], begin=6, stop=5)
    assert (anchor.begin, anchor.stop) == (6, 5)
    assert anchor.quote == "I suppose. … Mmm … I did"
    assert anchor_on(TALK[1:4], begin=6).stop == len(TALK[3].text)


@settings(deadline=None)
@given(st.lists(st.text(max_size=9), min_size=1, max_size=4), st.data())
def test_an_anchors_words_stand_where_it_says(texts, data):
    turns = [turn(n, P, text, None) for n, text in enumerate(texts)]
    begin = data.draw(st.integers(0, len(texts[0])))
    least = begin if len(texts) == 1 else 0
    stop = data.draw(st.integers(least, len(texts[-1])))
    anchor = anchor_on(turns, begin=begin, stop=stop)
    pieces = [each.text for each in turns]
    pieces[-1] = pieces[-1][: anchor.stop]
    pieces[0] = pieces[0][anchor.begin or 0 :]
    assert anchor.quote == " … ".join(pieces)


def mark(name="m", *episodes, kind=Kind.MARKER, anchor=None, coding=CODING.id):
    return Mark(MarkId(name), coding, kind, anchor=anchor, episodes=tuple(map(EpisodeId, episodes)))


def test_placing_a_mark_names_it_and_its_moment():
    made = place(CODING, mark(anchor=Anchor(start_ms=3_663_000)), "Denial")
    assert made == Change("mark Denial at 1:01:03", (), made.added, CODING.rater_id)
    assert place(CODING, mark(kind=Kind.FLAG), "flag").what == "flag flag"
    assert place(CODING, mark(anchor=Anchor()), "Denial").what == "mark Denial"


def test_taking_a_mark_away_names_it_and_its_moment():
    one = mark(anchor=Anchor(start_ms=5000))
    assert remove(CODING, one, "Denial") == Change("delete Denial at 0:05", (one,), (), "r")
    assert remove(CODING, mark(), "Denial").what == "delete Denial"


def test_an_item_is_altered_by_taking_it_out_and_putting_it_in():
    one, other = mark("m"), mark("m", "e")
    assert alter(CODING, one, other, "move it") == Change("move it", (one,), (other,), "r")


def test_episodes_are_numbered_on_from_the_highest():
    assert open_episode(CODING, []).added[0].number == 1
    kept = [Episode(EpisodeId(str(n)), CODING.id, n) for n in (2, 5)]
    opened = open_episode(CODING, kept)
    assert (opened.what, opened.added[0].number) == ("open episode 6", 6)
    assert opened.added[0].id not in {each.id for each in kept}


def test_a_deleted_episode_leaves_its_marks():
    episode = Episode(EpisodeId("e1"), CODING.id, 1)
    marks = [mark("a", "e1"), mark("b", "e2"), mark("c", "e1", "e2"), mark("d")]
    change = close_episode(CODING, episode, marks, [])
    assert change.what == "delete episode 1"
    assert change.removed == (episode, marks[0], marks[2])
    assert change.added == (mark("a"), mark("c", "e2"))


def test_a_deleted_episode_takes_what_was_given_about_it_with_it():
    def given(name, episode):
        episode_id = None if episode is None else EpisodeId(episode)
        rating = Rating(RatingId(name), CODING.id, "impact", 3, episode_id)
        return rating, Presence(PresenceId(name), CODING.id, "a", Found.PRESENT, episode_id)

    episode = Episode(EpisodeId("e1"), CODING.id, 1)
    of_it, of_another, of_the_session = given("a", "e1"), given("b", "e2"), given("c", None)
    change = close_episode(CODING, episode, [], [*of_it, *of_another, *of_the_session])
    assert (change.removed, change.added) == ((episode, *of_it), ())


def test_a_coding_is_submitted_once():
    locked = submit(CODING).added[0]
    assert locked == dataclasses.replace(CODING, state=State.SUBMITTED)
    with pytest.raises(CoderError, match="coding_submitted_already"):
        submit(locked)


def test_the_phases_of_a_session_begin_in_their_order():
    first = begin_phase(SESSION, "measure", 60_000, RaterId("r"))
    assert (first.what, first.by) == ("the measure begins at 1:00", "r")
    measured = first.added[0]
    assert (measured.measure_ms, measured.feedback_ms) == (60_000, None)
    second = begin_phase(measured, "feedback", 120_000, None)
    assert second.what == "the feedback begins at 2:00"
    both = second.added[0]
    assert (both.measure_ms, both.feedback_ms) == (60_000, 120_000)
    assert begin_phase(both, "measure", 119_999, None).added[0].measure_ms == 119_999


@pytest.mark.parametrize(
    ("name", "at_ms"), [("feedback", 60_000), ("feedback", 0), ("measure", 120_000)]
)
def test_the_feedback_cannot_come_before_the_measure(name, at_ms):
    both = dataclasses.replace(SESSION, measure_ms=60_000, feedback_ms=120_000)
    with pytest.raises(CoderError, match="phases_out_of_order"):
        begin_phase(both, name, at_ms, None)


def test_a_phase_can_be_taken_away_and_the_feedback_may_stand_alone():
    both = dataclasses.replace(SESSION, measure_ms=60_000, feedback_ms=120_000)
    alone = begin_phase(both, "measure", None, None)
    assert alone.what == "the measure begins"
    assert (alone.added[0].measure_ms, alone.added[0].feedback_ms) == (None, 120_000)
    assert begin_phase(SESSION, "feedback", 0, None).added[0].feedback_ms == 0


def test_marks_are_sorted_by_moment_then_by_turn_and_the_whole_session_comes_last():
    turns = (*TALK, turn(9, P, "untimed", None), turn(10, P, "untimed", None))

    def on(name, *numbers, at_ms=None):
        anchor = Anchor(tuple(turns[n - 1].id for n in numbers), at_ms)
        return mark(name, anchor=anchor)

    marks = [
        mark("whole session"),
        on("ten", 10),
        on("nine", 9),
        on("four, by its turn", 4),
        on("two, late in it", 2, at_ms=5500),
        on("a moment alone", at_ms=5500),
        on("nine, while playing", 9, at_ms=6000),
        on("one and eight", 1, 8),
        mark("on a turn that is gone", anchor=Anchor((TurnId("gone"),))),
    ]
    assert [each.id for each in in_time(marks, turns)] == [
        "one and eight", "a moment alone", "two, late in it", "nine, while playing",
        "four, by its turn", "nine", "ten", "whole session", "on a turn that is gone",
    ]  # fmt: skip


def test_only_parts_of_a_coding_belong_to_one():
    rating = Rating(RatingId("x"), CODING.id, "scale", 3)
    episode = Episode(EpisodeId("e"), CODING.id, 1)
    assert {coding_of(each) for each in (mark(), episode, rating)} == {CODING.id}
    assert coding_of(CODING) is None
    assert coding_of(Rater(RaterId("r"), "Ada")) is None


def test_the_inverse_of_a_change_swaps_what_came_and_went():
    change = Change("alter", (mark("a"),), (mark("b"), mark("c")), RaterId("r"), "then")
    assert change.inverse() == Change("alter", change.added, change.removed, "r", "then")
    assert change.inverse().inverse() == change


def carried_out(items, change):
    """Carry a change out on a plain set, strictly."""
    items = set(items)
    assert set(change.removed) <= items
    items -= set(change.removed)
    assert not items & set(change.added)
    return items | set(change.added)


notes = st.sampled_from(["", "x", "y", "z"])


@settings(deadline=None)
@given(st.lists(notes, min_size=4, max_size=4), st.lists(st.tuples(st.integers(0, 3), notes), max_size=12))  # fmt: skip
def test_several_changes_merged_do_what_they_did_one_by_one(first, steps):
    """Each step puts an item into another state; "" is not being there."""
    states, changes = dict(enumerate(first)), []
    items = {
        dataclasses.replace(mark(str(number)), note=note) for number, note in states.items() if note
    }
    for number, state in steps:
        old, new = (
            (dataclasses.replace(mark(str(number)), note=each),) if each else ()
            for each in (states[number], state)
        )
        changes.append(Change("step", old, new, RaterId("r")))
        states[number] = state
    one_by_one = items
    for change in changes:
        one_by_one = carried_out(one_by_one, change)
    merged = merge("all at once", changes)
    assert carried_out(items, merged) == one_by_one
    assert merged.what == "all at once"
    assert merged.by == ("r" if changes else None)
    assert carried_out(one_by_one, merged.inverse()) == items


def test_moments_are_written_so_that_they_sort():
    moments = [now() for _ in range(3)]
    assert all(one <= other for one, other in pairwise(moments))
    assert moments[0].endswith("+00:00")


def test_a_schemes_own_marker_is_found_without_reading_any_file(monkeypatch):
    scheme = markers.load("samstag-2003")
    late = markers.session_level().marker("late")
    monkeypatch.setattr("coder.coding.session_level", lambda: pytest.fail("read"))
    own = dataclasses.replace(mark(), marker="denial")
    assert marker_of(own, scheme) == scheme.marker("denial")
    assert marker_of(mark(), scheme) is None
    monkeypatch.undo()
    around = dataclasses.replace(mark(kind=Kind.SESSION), marker="late")
    assert marker_of(around, scheme) == late
    assert marker_of(dataclasses.replace(mark(), marker="gone"), scheme) is None
