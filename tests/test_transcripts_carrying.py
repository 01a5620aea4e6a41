"""A new version of a transcript: marks follow their words, and none moves by guess."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from coder.coding import Anchor, CodingId, Kind, Mark, MarkId, anchor_on
from coder.session import SessionId, TimeSource, Timing, TimingId, Turn, TurnId
from coder.transcripts.carrying import carry, carry_through, carry_timings, unfit


def turns(version, *said, every=1000):
    return tuple(
        Turn(TurnId(f"{version}-{n}"), n, n, "C", text, n * every, None, TimeSource.GIVEN)
        for n, text in enumerate(said, 1)
    )


def untimed(those):
    return tuple(dataclasses.replace(turn, start_ms=None, times=TimeSource.NONE) for turn in those)


def mark(anchor, name="m"):
    return Mark(MarkId(name), CodingId("c"), Kind.MARKER, "denial", anchor=anchor)


def carried(anchor, old, new):
    """Where one mark stands afterwards: its turns, begin, stop, quote; None when it does not fit."""
    done = carry([mark(anchor)], old, new)
    if done.unfit:
        assert done.marks == done.unfit == (mark(anchor),)
        return None
    (moved,) = done.marks
    found = moved.anchor
    return tuple(turn[2:] for turn in found.turns), found.begin, found.stop, found.quote


OLD = turns("a", "How was the week?", "Mmm.", "It was fine, I suppose.", "Mmm.", "Fine?", "Yes. Really, it was.")  # fmt: skip


def test_a_mark_on_a_whole_turn_follows_it_to_its_new_place():
    new = turns("b", "Hello.", *(turn.text for turn in OLD))
    assert carried(anchor_on([OLD[2]]), OLD, new) == (("4",), None, None, OLD[2].text)


def test_what_is_said_more_than_once_is_known_by_what_stands_beside_it():
    new = turns("b", "Hello.", *(turn.text for turn in OLD))
    assert carried(anchor_on([OLD[1]]), OLD, new)[0] == ("3",)
    assert carried(anchor_on([OLD[3]]), OLD, new)[0] == ("5",)


def test_words_within_a_turn_keep_their_place_when_other_words_change():
    old = turns("a", "One two.", "She said that it was fine, I suppose, and left.")
    new = turns("b", "One two.", "Well, she said that it was fine, I suppose; then went.")
    begin = old[1].text.index("it was")
    stop = old[1].text.index(", and")
    there = new[1].text.index("it was")
    assert carried(anchor_on([old[1]], begin=begin, stop=stop), old, new) == (
        ("2",), there, there + len("it was fine, I suppose"), "it was fine, I suppose",
    )  # fmt: skip


def test_a_mark_whose_words_were_corrected_is_not_moved():
    new = turns("b", *(turn.text.replace("suppose", "guess") for turn in OLD))
    assert carried(anchor_on([OLD[2]]), OLD, new) is None


def test_a_mark_whose_turn_was_deleted_is_not_moved_to_another_that_says_the_same():
    new = turns("b", OLD[0].text, "It was quite fine, I hope so.", "Mmm.", "Fine.", "No. Not at all now.")  # fmt: skip
    assert carried(anchor_on([OLD[1]]), OLD, new) is None


def test_a_turn_that_was_split_is_marked_on_both_its_halves():
    new = turns("b", *(t.text for t in OLD[:5]), "Yes.", "Really, it was.")
    assert carried(anchor_on([OLD[5]]), OLD, new) == (("6", "7"), None, None, "Yes. … Really, it was.")  # fmt: skip


def test_turns_that_were_joined_are_marked_in_part():
    new = turns("b", *(t.text for t in OLD[:4]), "Fine? Yes. Really, it was.")
    end = len("Fine? Yes. Really, it was.")
    assert carried(anchor_on([OLD[5]]), OLD, new) == (("5",), 6, end, "Yes. Really, it was.")


def test_several_turns_move_together_also_with_others_between_them():
    new = turns("b", "Hello.", *(turn.text for turn in OLD))
    assert carried(anchor_on([OLD[2], OLD[3], OLD[4]]), OLD, new)[0] == ("4", "5", "6")
    assert carried(anchor_on([OLD[2], OLD[5]]), OLD, new)[0] == ("4", "7")
    changed = turns("b", *(t.text for t in OLD[:2]), "It was bad.", *(t.text for t in OLD[3:]))
    assert carried(anchor_on([OLD[2], OLD[5]]), OLD, changed) is None


def test_a_turn_without_words_is_known_by_its_neighbours():
    old = turns("a", "So then.", "…", "Go on.", "…")
    assert carried(anchor_on([old[1]]), old, turns("b", "Hi.", "So then.", "…", "Go on."))[0] == (
        "3",
    )
    assert (
        carried(anchor_on([old[1]]), old, turns("b", "Other words.", "…", "Quite other.")) is None
    )
    assert carried(anchor_on([old[1]]), old, turns("b", "So then.", "Go on.")) is None


def test_a_moment_from_the_transcript_follows_it_and_one_that_was_heard_stays():
    new = turns("b", *(turn.text for turn in OLD), every=1500)
    done = carry(
        [mark(anchor_on([OLD[2]])), mark(anchor_on([OLD[2]], 3456)),
         mark(dataclasses.replace(anchor_on([OLD[2]]), end_ms=9000))],
        OLD, new,
    )  # fmt: skip
    assert [(each.anchor.start_ms, each.anchor.end_ms) for each in done.marks] == [
        (4500, None), (3456, None), (4500, 10_500)
    ]  # fmt: skip
    untimed = tuple(dataclasses.replace(turn, start_ms=None) for turn in new)
    (moved,) = carry([mark(anchor_on([OLD[2]]))], OLD, untimed).marks
    assert moved.anchor.start_ms == 3000


def test_marks_that_stand_on_no_words_stay_as_they_are():
    marks = (mark(None), mark(Anchor(start_ms=5)), mark(Anchor((TurnId("elsewhere"),))))
    done = carry(marks, OLD, turns("b", "Other."))
    assert (done.marks, done.unfit) == (marks, ())


def test_marks_go_through_every_version_and_those_left_behind_are_found():
    new = turns("b", "Hello.", *(turn.text for turn in OLD))
    newest = turns("c", *(turn.text for turn in new[1:]))
    one, two = mark(anchor_on([OLD[2]]), "1"), mark(anchor_on([new[0]]), "2")
    kept = carry_through([one, two], [OLD, new, newest])
    assert [each.anchor.turns for each in kept] == [("c-3",), ("b-1",)]
    assert unfit(kept, newest) == (two,)
    assert carry_through([one], [OLD]) == (one,)


def test_taps_follow_the_first_word_of_their_turn():
    def tap(turn, times=TimeSource.TAPPED):
        return Timing(TimingId(turn), SessionId("s"), TurnId(turn), 7, times)

    signs = (*untimed(OLD), *untimed(turns("x", "…")))
    new = turns(
        "b", OLD[0].text, "Well. It was fine, I suppose.", "Fine?", "Yes. And, really, it was.", "…"
    )
    found = carry_timings([tap(t.id) for t in signs] + [tap("gone")], signs, untimed(new))
    assert [each.turn_id for each in found] == ["b-1", "b-3", "b-4", "b-5"]


def test_turns_apart_stay_apart_also_where_their_words_stand_together_elsewhere():
    old = turns("a", "well", "okay", "okay", "do mm", "so", "no")
    new = turns("b", *(turn.text for turn in old))
    assert carried(anchor_on([old[0], old[2]]), old, new)[0] == ("1", "3")
    old = turns("a", "Hm?", "Fine.", "So.", "Really.", "And?", "I am fine, really, believe me")
    new = turns("b", *(t.text for t in old[:5]), "I am fine, really, believe me now")
    assert carried(anchor_on([old[1], old[3]]), old, new)[0] == ("2", "4")


def test_a_turn_of_signs_alone_stays_part_of_its_mark():
    old = turns("a", "What then, tell me?", "…", "No never.", "Why is that?")
    new = turns("b", "What then, say it?", "…", "No never.", "Why is that?")
    assert carried(anchor_on([old[1], old[2]]), old, new)[0] == ("2", "3")
    gone = turns("b", "What then, say it?", "No never.", "Why is that?")
    assert carried(anchor_on([old[1], old[2]]), old, gone) is None


def test_marks_on_signs_do_not_slide():
    old = turns("a", "One two three.", "Well 😀 fine")
    assert (
        carried(
            anchor_on([old[1]], begin=5, stop=6), old, turns("b", "One two three.", "Well, 😀 fine")
        )
        is None
    )
    same = turns("b", "Another.", *(turn.text for turn in old))
    assert carried(anchor_on([old[1]], begin=5, stop=6), old, same) == (("3",), 5, 6, "😀")


def test_a_mark_in_a_turn_that_did_not_change_does_not_grow():
    old = turns("a", "He said “not now” and don't.", "Ok.")
    new = turns("b", "Before.", *(turn.text for turn in old))
    for begin, stop in ((9, 12), (21, 24), (10, 11), (9, 16)):
        quote = old[0].text[begin:stop]
        assert carried(anchor_on([old[0]], begin=begin, stop=stop), old, new) == (
            ("2",),
            begin,
            stop,
            quote,
        )
        changed = turns("b", "Before.", old[0].text + " Really.", "Ok.")
        assert carried(anchor_on([old[0]], begin=begin, stop=stop), old, changed) == (
            ("2",),
            begin,
            stop,
            quote,
        )


def test_the_first_and_the_last_turn_are_known_by_where_the_session_begins_and_ends():
    old = turns("a", "Mmm.", "It was red.", "Mmm.")
    new = turns("b", "Mmm.", "It is blue indeed.", "Mmm.")
    assert carried(anchor_on([old[0]]), old, new)[0] == ("1",)
    assert carried(anchor_on([old[2]]), old, new)[0] == ("3",)


def test_a_mark_to_the_end_of_its_turn_stays_one():
    old = turns("a", "He said that it was fine.", "Ok.")
    new = turns("b", "Then he said that it was fine...", "Ok.")
    begin = old[0].text.index("it was")
    there = new[0].text.index("it was")
    assert carried(anchor_on([old[0]], begin=begin), old, new) == (
        ("1",),
        there,
        len(new[0].text),
        "it was fine...",
    )


def test_turns_that_moved_apart_take_no_mark_along():
    old = turns(
        "a", "Well then, tell me.", "I was so very tired", "of it all, you know", "And now?"
    )
    new = turns(
        "b", "Well then, tell me.", "I was so very tired", "…", "of it all, you know", "And now?"
    )
    assert carried(anchor_on([old[1], old[2]]), old, new) == (
        ("2", "4"), None, None, "I was so very tired … of it all, you know",
    )  # fmt: skip


def test_a_lone_word_does_not_follow_into_another_place():
    old = turns("a", "…well", "Okay", "I see it all now")
    new = turns("b", "…well", "I see it all now, okay")
    assert carried(anchor_on([old[1]]), old, new) is None


def test_the_times_of_the_new_file_go_before_taps_of_the_old():
    old = tuple(dataclasses.replace(t, start_ms=None, times=TimeSource.NONE) for t in OLD)
    kinds = [
        TimeSource.NONE,
        TimeSource.NONE,
        TimeSource.GIVEN,
        TimeSource.NONE,
        TimeSource.NONE,
        TimeSource.NONE,
    ]
    new = tuple(
        dataclasses.replace(
            t, id=f"b-{t.n}", start_ms=5000 if kind is TimeSource.GIVEN else None, times=kind
        )
        for t, kind in zip(OLD, kinds, strict=True)
    )
    at = {1: 1000, 2: 6000, 3: 4900, 4: 4000, 5: 7000}
    taps = [
        Timing(TimingId(str(n)), SessionId("s"), old[n - 1].id, ms, TimeSource.TAPPED)
        for n, ms in at.items()
    ]
    kept = carry_timings(taps, old, new)
    assert [(each.turn_id, each.start_ms) for each in kept] == [("b-1", 1000), ("b-5", 7000)]


words = st.lists(
    st.sampled_from(["yes", "no", "mmm", "fine", "week", "really", "suppose", "it", "was", "so"]),
    min_size=1,
    max_size=6,
)
said = st.lists(words.map(" ".join), min_size=1, max_size=12)


@given(said, said, st.data())
def test_whatever_moves_still_stands_on_the_same_words(before, after, data):
    old, new = turns("a", *before), turns("b", *after)
    rows = sorted(data.draw(st.sets(st.integers(0, len(old) - 1), min_size=1, max_size=3)))
    anchor = anchor_on([old[row] for row in rows])
    done = carry([mark(anchor)], old, new)
    (moved,) = done.marks
    if done.unfit:
        assert moved.anchor == anchor
    else:
        assert moved.anchor.quote.replace(" … ", " ") == anchor.quote.replace(" … ", " ")


@given(said)
def test_the_same_words_again_take_every_mark_along(before):
    old, new = turns("a", *before), turns("b", *before)
    marks = [mark(anchor_on([turn]), turn.id) for turn in old]
    done = carry(marks, old, new)
    assert done.unfit == ()
    assert [each.anchor.turns for each in done.marks] == [(turn.id,) for turn in new]
