"""Times for turns that have none: by share of words, whole, and never backwards."""

import csv
import dataclasses
import random
import re
import statistics
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.session import Stamp, TimeSource, Turn
from coder.transcripts import Options, interpolate, shift, timed_by, times_from
from coder.transcripts.reading import read
from coder.words import say

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


def cue(n, text, start, end=None, times=G):
    return said(n, "", text, start, end, times)


def test_times_come_from_the_same_words_whoever_says_them():
    ours = [
        said(1, "T", "How was the week?"),
        said(2, "C", "(sighs) Fine - I suppose…"),
        said(3, "T", "And the evenings with your sister?"),
        said(4, "C", "It’s over."),
    ]
    theirs = [
        said(1, "A", "how was the WEEK", 1000, 2000, G),
        said(2, "B", "Fine, I suppose [laughs]", 3000, None, A),
        said(3, "B", "Something else was said here", 4000, 5000, G),
        said(4, "A", "It’s over.", 8000, 9000, G),
    ]
    assert times(times_from(ours, theirs)) == [
        (1000, 2000, G),
        (3000, None, G),
        (None, None, N),
        (8000, 9000, G),
    ]


def test_times_that_were_guessed_there_are_not_taken_over():
    ours = [said(1, "T", "How was the week?"), said(2, "C", "It’s over.")]
    theirs = [cue(1, "How was the week", 6000, 7000, BETWEEN), cue(2, "It’s over", 8000, 9000)]
    assert times(times_from(ours, theirs)) == [(None, None, N), (8000, 9000, G)]


def test_labels_do_not_count_where_the_two_share_none():
    ours = [said(1, "T", "Hello there."), said(2, "C", "Hello.")]
    theirs = [said(1, "Ana", "Hello there", 1000, 2000, G), said(2, "Ben", "Hello", 2000, 3000, G)]
    assert [each.start_ms for each in times_from(ours, theirs)] == [1000, 2000]


def test_a_turn_that_begins_within_a_cue_is_estimated_by_its_share_of_the_words():
    ours = [said(1, "T", "How was the week?"), said(2, "C", "Long and dull, I have to say."), said(3, "T", "Mmm.")]  # fmt: skip
    theirs = [
        cue(1, "How was the week long and", 1000, 4000),
        cue(2, "dull I have to say mmm", 4000, 7000),
    ]
    assert times(times_from(ours, theirs)) == [
        (1000, None, G),
        (3000, 6500, AFTER),  # four of six words in; five of six
        (6500, 7000, AFTER),
    ]


def test_a_cue_without_an_end_lasts_until_the_next():
    ours = [said(1, "T", "How was the week?"), said(2, "C", "Long and dull."), said(3, "T", "And now?")]  # fmt: skip
    theirs = [cue(1, "How was the week long and", 1000), cue(2, "dull and now", 4000)]
    assert times(times_from(ours, theirs)) == [
        (1000, None, G),
        (3000, None, AFTER),
        (None, None, N),  # in a cue that nothing ends
    ]


def test_a_cue_that_ends_before_it_starts_has_no_inside():
    ours = [said(1, "T", "How was the week?"), said(2, "C", "Long and dull.")]
    theirs = [cue(1, "How was the week long and dull", 4000, 1000)]
    assert times(times_from(ours, theirs)) == [(4000, None, G), (None, None, N)]


def test_a_turn_of_several_cues_lasts_from_the_first_to_the_last():
    ours = [said(1, "C", "Long and dull, I have to say, and then it rained.")]
    theirs = [cue(1, "Long and dull", 1000, 2000), cue(2, "I have to say", 2500, 3500), cue(3, "and then it rained", 3600, 5000)]  # fmt: skip
    assert times(times_from(ours, theirs)) == [(1000, 5000, G)]


def test_times_between_the_words_of_the_other_begin_a_piece():
    ours = [said(1, "T", "How was the week?"), said(2, "C", "Long and dull.")]
    theirs = [said(1, "", "How was the week (sighs) long and dull")]
    stamps = [Stamp(1, 0, 1000), Stamp(1, 25, 5000)]
    assert times(times_from(ours, theirs, stamps)) == [(1000, None, G), (5000, None, G)]


def test_a_first_word_that_was_misheard_makes_the_start_an_estimate():
    ours = [said(1, "T", "How was the week?"), said(2, "C", "Long and dull, I say.")]
    theirs = [cue(1, "How was the week", 1000, 2000), cue(2, "Lone and dull I say", 3000, 4000)]
    assert times(times_from(ours, theirs))[1] == (3000, 4000, AFTER)


def test_a_backchannel_is_told_by_what_stands_around_it():
    ours = [said(1, "T", "Mmm."), said(2, "C", "We went down to the river."), said(3, "T", "Mmm."), said(4, "C", "And then it rained.")]  # fmt: skip
    theirs = [
        cue(1, "mmm", 500, 600),
        cue(2, "nothing of this here", 1000, 2000),
        cue(3, "we went down to the river", 3000, 4000),
        cue(4, "mmm", 4000, 4500),
        cue(5, "and then it rained", 5000, 6000),
    ]
    assert times(times_from(ours, theirs)) == [
        (None, None, N),
        (3000, 4000, G),
        (4000, 4500, G),
        (5000, 6000, G),
    ]


def test_turns_without_words_are_never_taken_for_one_another():
    ours = [said(1, "C", "(silence)")]
    theirs = [said(1, "C", "[sighs]", 1000, 2000, G)]
    assert times_from(ours, theirs) == tuple(ours)


def test_drawn_out_letters_and_a_language_without_spaces_match():
    ours = [said(1, "T", "Hmmmm mm"), said(2, "C", "我昨天很累。"), said(3, "T", "为什么?")]
    theirs = [cue(1, "hmm mmm", 1000, 2000), cue(2, "我昨天很累为什么", 3000, 7000)]
    assert [each.start_ms for each in times_from(ours, theirs)] == [1000, 3000, 5500]


def test_times_that_would_run_backwards_are_left_out():
    ours = [said(n, "C", f"word{n} and more of it{n}") for n in range(1, 6)]
    theirs = [cue(n, each.text, 1000 * n, 1000 * n + 500) for n, each in enumerate(ours, 1)]
    theirs[2] = cue(3, theirs[2].text, 90_000, 91_000)
    assert [each.start_ms for each in times_from(ours, theirs)] == [1000, 2000, None, 4000, 5000]


def test_what_does_not_match_is_interpolated_afterwards():
    ours = [said(1, "T", "One."), said(2, "C", "Not in the other."), said(3, "T", "Three.")]
    theirs = [said(1, "T", "One", 1000, 2000, G), said(2, "T", "Three", 6000, 7000, G)]
    assert times(interpolate(times_from(ours, theirs), None)) == [
        (1000, 2000, G),
        (2000, 6000, BETWEEN),
        (6000, 7000, G),
    ]


def recognised(words, wrong, seed=1):
    """Cues of eight words, 300 ms each, as a recogniser hears them: some words are others."""
    draw = random.Random(seed)
    heard = [draw.choice(words) if draw.random() < wrong else word for word in words]
    return [
        cue(n, " ".join(heard[at : at + 8]), at * 300, (at + 8) * 300)
        for n, at in enumerate(range(0, len(heard), 8), 1)
    ]


def spoken_at_random(count, most=20, seed=2, vocabulary=400):
    """Turns of words as often as words are, and which word each turn begins with."""
    draw = random.Random(seed)
    often = [1 / (n + 1) for n in range(vocabulary)]
    words = draw.choices([f"w{n}x" for n in range(vocabulary)], often, k=count)
    turns, firsts, at = [], [], 0
    while at < count:
        after = at + draw.randint(1, most)
        turns.append(said(len(turns) + 1, "T", " ".join(words[at:after])))
        firsts.append(at)
        at = after
    return turns, firsts, words


@pytest.mark.parametrize(("wrong", "share"), [(0.0, 1.0), (0.05, 0.98), (0.15, 0.95), (0.3, 0.85)])
def test_most_turns_find_their_time_though_words_were_misheard(wrong, share):
    turns, firsts, words = spoken_at_random(3000)
    result = times_from(turns, recognised(words, wrong))
    found = [(each, at) for each, at in zip(result, firsts, strict=True) if each.times is not N]
    assert len(found) >= share * len(turns)
    exact = [each.start_ms == at * 300 for each, at in found]
    assert sum(exact) >= 0.99 * len(found)
    assert all(each.start_ms % 2400 == 0 for each, _ in found if each.times is G)


def test_twenty_thousand_words_are_aligned_in_a_moment():
    turns, _, words = spoken_at_random(20_000)
    cues = recognised(words, 0.3)
    begun = time.process_time()
    times_from(turns, cues)
    assert time.process_time() - begun < (2 if sys.gettrace() is None else 12)


def test_words_that_are_all_alike_take_no_longer():
    turns = [said(n, "T", "mmm yes no " * 10) for n in range(600)]
    cues = [cue(n, "yes mmm no mmm " * 10, n * 1000) for n in range(500)]
    begun = time.process_time()
    times_from(turns, cues)
    assert time.process_time() - begun < (2 if sys.gettrace() is None else 12)


spoken = st.lists(st.tuples(st.sampled_from("TC"), st.sampled_from(["a b", "c", "d e f", "g", "(x)", "a a a b"])), max_size=12)  # fmt: skip
timings = st.lists(st.tuples(st.integers(0, 20_000), st.none() | st.integers(0, 20_000)), min_size=12, max_size=12)  # fmt: skip


@given(spoken, spoken, timings)
def test_times_taken_over_never_run_backwards_and_words_never_change(mine, others, at):
    ours = [said(n, *each) for n, each in enumerate(mine, 1)]
    theirs = [said(n, *each, *at[n - 1], G) for n, each in enumerate(others, 1)]
    result = times_from(ours, theirs)
    words = [(each.id, each.n, each.label, each.text) for each in ours]
    assert [(each.id, each.n, each.label, each.text) for each in result] == words
    starts = [each.start_ms for each in result if each.start_ms is not None]
    assert starts == sorted(starts)
    stated = {each.start_ms for each in theirs}
    assert all(each.start_ms in stated for each in result if each.times is G)
    assert {each.times for each in result} <= {G, AFTER, N}
    assert all(each.end_ms is None or each.end_ms >= each.start_ms for each in result)
    assert all((each.times is N) == (each.start_ms is None) for each in result)


@given(spoken)
def test_a_transcript_gives_itself_its_own_times(mine):
    whole = [(label, f"{text} {n}") for n, (label, text) in enumerate(mine)]
    timed = [said(n, *each, n * 1000, n * 1000 + 500, G) for n, each in enumerate(whole, 1)]
    bare = [said(n, *each) for n, each in enumerate(whole, 1)]
    assert times_from(bare, timed) == tuple(timed)


def brought(name, text):
    return read(Path(name), text.encode(), Options())


def test_the_report_counts_what_was_taken_what_was_estimated_and_what_was_not_found():
    plain = brought("a.txt", "T: How was the week?\nC: Long and dull, I say.\nT: Quite another thing was asked.\n")  # fmt: skip
    cues = "WEBVTT\n\n00:01.000 --> 00:04.000\nHow was the week long and\n\n00:04.000 --> 00:06.000\ndull I say\n"  # fmt: skip
    taken = timed_by(plain, brought("b.vtt", cues))
    assert [say(each) for each in taken.warnings][-1] == (
        "The starts of 1 of 3 turns were taken from b.vtt; those of 1 more lie within its timed"
        " pieces and were estimated, and 1 were not found there."
    )
    assert (taken.first_ms, taken.last_ms, taken.untimed) == (1000, 6000, 1)


SHARED = Path(__file__).parents[1] / ".." / "shared" / "data"
beside = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is missing")


@beside
@pytest.mark.shared
@pytest.mark.parametrize(("one", "two"), [("srt", "tsv"), ("tsv", "srt"), ("vtt", "tsv")])
def test_one_recording_in_two_formats_gives_itself_its_times(one, two):
    paths = [SHARED / "transcripts" / f"whisper-goodboy-{kind}.{kind}" for kind in (one, two)]
    ours, theirs = (read(path, path.read_bytes(), Options()) for path in paths)
    bare = [
        dataclasses.replace(turn, start_ms=None, end_ms=None, times=N)
        for turn in ours.turns
        if re.search(r"\w", turn.text)
    ]
    found = times_from(bare, theirs.turns)
    assert times(found) == times([turn for turn in theirs.turns if re.search(r"\w", turn.text)])


@beside
@pytest.mark.shared
@pytest.mark.parametrize(("wrong", "share"), [(0.0, 0.99), (0.05, 0.99), (0.15, 0.98), (0.3, 0.95)])
def test_the_thesis_session_takes_its_times_from_cues_of_a_recogniser(wrong, share):
    """Cues of seven words, cut without regard to turns; the words of the file, some exchanged."""
    with (SHARED / "p3s2" / "turn-times.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["speaker"]]
    path = SHARED / "p3s2" / "transcript-as-extracted.txt"
    turns = read(path, path.read_bytes(), Options()).turns
    bare = [dataclasses.replace(turn, start_ms=None, times=N) for turn in turns]
    spread = []
    for turn, row in zip(turns, rows, strict=True):
        words = turn.text.split()
        start, end = (round(float(row[key]) * 1000) for key in ("start_s", "end_s"))
        spread += [(word, start + (end - start) * n // len(words), end) for n, word in enumerate(words)]  # fmt: skip
    draw = random.Random(3)
    heard = [draw.choice(spread)[0] if draw.random() < wrong else word for word, _, _ in spread]
    theirs = [
        cue(n, " ".join(heard[at : at + 7]), spread[at][1], spread[min(at + 7, len(spread) - 1)][1])
        for n, at in enumerate(range(0, len(spread), 7), 1)
    ]
    off = [
        abs(turn.start_ms - float(row["start_s"]) * 1000)
        for turn, row in zip(times_from(bare, theirs), rows, strict=True)
        if turn.start_ms is not None
    ]
    assert len(off) >= share * len(turns)
    assert statistics.median(off) < 400
