"""Times for turns that have none: by share of words, whole, and never backwards."""

from hypothesis import given
from hypothesis import strategies as st

from coder.session import TimeSource, Turn
from coder.transcripts import interpolate, shift, times_from

A, G, N = TimeSource.ANCHOR, TimeSource.GIVEN, TimeSource.NONE
BETWEEN, AFTER = TimeSource.INTERPOLATED, TimeSource.ESTIMATED


def turn(n, words, start=None, end=None, times=N):
    return Turn(str(n), n, n, "T", " ".join("w" * words), start, end, times)


def times(turns):
    return [(each.start_ms, each.end_ms, each.times) for each in turns]


def test_untimed_turns_between_anchors_share_the_time_by_words():
    turns = [turn(1, 1, 1000, times=A), turn(2, 3), turn(3, 0), turn(4, 2, 6000, times=A)]
    assert times(interpolate(turns, None)) == [
        (1000, 2000, A),
        (2000, 5000, BETWEEN),
        (5000, 6000, BETWEEN),
        (6000, None, A),
    ]


def test_turns_before_the_first_anchor_stay_untimed():
    turns = [turn(1, 1), turn(2, 1, 1000, times=A)]
    assert times(interpolate(turns, 3000)) == [(None, None, N), (1000, 3000, A)]


def test_turns_after_the_last_anchor_are_estimated_up_to_the_end_of_the_recording():
    turns = [turn(1, 1, 1000, times=A), turn(2, 1)]
    assert times(interpolate(turns, 3000)) == [(1000, 2000, A), (2000, 3000, AFTER)]
    assert times(interpolate(turns, None)) == [(1000, None, A), (None, None, N)]
    assert times(interpolate(turns, 500)) == [(1000, None, A), (None, None, N)]


def test_a_given_end_is_kept_and_what_follows_begins_there():
    turns = [turn(1, 1, 1000, 2000, G), turn(2, 1), turn(3, 1, 4000, 5000, G)]
    assert times(interpolate(turns, 9000)) == [
        (1000, 2000, G),
        (2000, 4000, BETWEEN),
        (4000, 5000, G),
    ]


def test_nothing_is_invented_where_the_clock_runs_backwards():
    turns = [turn(1, 1, 5000, times=A), turn(2, 1), turn(3, 1, 1000, times=A)]
    assert times(interpolate(turns, None))[1] == (None, None, N)


def test_without_any_time_nothing_changes():
    turns = (turn(1, 1), turn(2, 1))
    assert interpolate(turns, 9000) == turns


def test_earlier_guesses_are_made_anew():
    turns = [turn(1, 1, 0, times=A), turn(2, 1, 7, 8, BETWEEN), turn(3, 1, 4000, times=A)]
    assert times(interpolate(turns, None))[1] == (2000, 4000, BETWEEN)


def test_shift_moves_every_time_there_is():
    turns = [turn(1, 1), turn(2, 1, 1000, 2000, G)]
    assert times(shift(turns, 500)) == [(None, None, N), (1500, 2500, G)]


rows = st.lists(st.tuples(st.integers(0, 9), st.none() | st.integers(0, 10**7)), max_size=40)


@given(rows, st.none() | st.integers(0, 10**7))
def test_between_rising_anchors_times_never_fall_and_anchors_never_move(rows, end):
    rising = iter(sorted(start for _, start in rows if start is not None))
    turns = [
        turn(n, words) if start is None else turn(n, words, next(rising), times=A)
        for n, (words, start) in enumerate(rows, 1)
    ]
    result = interpolate(turns, end)
    given_times = [(each.start_ms, each.times) for each in turns if each.start_ms is not None]
    assert [(each.start_ms, each.times) for each in result if each.times is A] == given_times
    starts = [each.start_ms for each in result if each.start_ms is not None]
    assert starts == sorted(starts)
    assert all(isinstance(start, int) for start in starts)
    assert all(each.end_ms is None or each.end_ms >= each.start_ms for each in result)
    assert [(each.id, each.text) for each in result] == [(each.id, each.text) for each in turns]


def said(n, label, text, start=None, end=None, times=N):
    return Turn(str(n), n, n, label, text, start, end, times)


def test_times_come_from_the_same_words_of_the_same_speaker():
    ours = [
        said(1, "T", "How was the week?"),
        said(2, "C", "(sighs) Fine - I suppose…"),
        said(3, "T", "Mmm"),
        said(4, "C", "Nothing much."),
        said(5, "T", "Mmm"),
        said(6, "C", "It’s over."),
    ]
    theirs = [
        said(1, "T", "how was the WEEK", 1000, 2000, G),
        said(2, "C", "Fine, I suppose [laughs]", 3000, None, A),
        said(3, "C", "Something else was said here", 4000, 5000, G),
        said(4, "T", "Mmm", 6000, 7000, BETWEEN),
        said(5, "T", "It’s over.", 8000, 9000, G),
    ]
    # Another's words, other words, and times that were guessed there are not taken over.
    assert times(times_from(ours, theirs)) == [
        (1000, 2000, G),
        (3000, None, G),
        *[(None, None, N)] * 4,
    ]


def test_labels_do_not_count_where_the_two_share_none():
    ours = [said(1, "T", "Hello there."), said(2, "C", "Hello.")]
    theirs = [said(1, "Ana", "Hello there", 1000, 2000, G), said(2, "Ben", "Hello", 2000, 3000, G)]
    assert [each.start_ms for each in times_from(ours, theirs)] == [1000, 2000]


def test_turns_without_words_are_never_taken_for_one_another():
    ours = [said(1, "C", "(silence)")]
    theirs = [said(1, "C", "[sighs]", 1000, 2000, G)]
    assert times_from(ours, theirs) == tuple(ours)


def test_what_does_not_match_is_interpolated_afterwards():
    ours = [said(1, "T", "One."), said(2, "C", "Not in the other."), said(3, "T", "Three.")]
    theirs = [said(1, "T", "One", 1000, 2000, G), said(2, "T", "Three", 6000, 7000, G)]
    assert times(interpolate(times_from(ours, theirs), None)) == [
        (1000, 2000, G),
        (2000, 6000, BETWEEN),
        (6000, 7000, G),
    ]


spoken = st.lists(st.tuples(st.sampled_from("TC"), st.sampled_from(["a b", "c", "d e f", "g"])), max_size=12)  # fmt: skip


@given(spoken, spoken)
def test_times_taken_over_never_run_backwards_and_words_never_change(mine, others):
    ours = [said(n, *each) for n, each in enumerate(mine, 1)]
    theirs = [said(n, *each, n * 1000, n * 1000 + 500, G) for n, each in enumerate(others, 1)]
    result = times_from(ours, theirs)
    assert [(each.id, each.text) for each in result] == [(each.id, each.text) for each in ours]
    starts = [each.start_ms for each in result if each.start_ms is not None]
    assert starts == sorted(starts)
    for each in result:
        if each.start_ms is not None:
            source = theirs[each.start_ms // 1000 - 1]
            assert source.text == each.text
            assert source.label == each.label or {m for m, _ in mine}.isdisjoint(
                o for o, _ in others
            )
