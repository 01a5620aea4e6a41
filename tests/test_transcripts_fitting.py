"""Turns put to stretches of speech: dialogues whose true times the test makes."""

import dataclasses
import random
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.recording.voices import FRAME_MS as RECORDED_MS
from coder.session import Note, Stamp, TimeSource, Turn
from coder.transcripts import interpolate
from coder.transcripts.fitting import FRAME_MS, fit

A, G, N = TimeSource.ANCHOR, TimeSource.GIVEN, TimeSource.NONE
TAPPED, BETWEEN = TimeSource.TAPPED, TimeSource.INTERPOLATED
VOICES = {"T": (0.0, 0.0, 0.6), "C": (1.0, -0.5, 1.4)}
SYLLABLES = ("ba", "do", "ki", "lem", "nu", "por", "sti", "wa")


def turn(n, text, label="C", start=None, times=N, end=None):
    return Turn(f"t{n}", n, n * 10, label, text, start, end, times)


def dialogue(count, seed=1, pause=(0.2, 1.2), unsteady=0.12, anchors=()):
    """Turns, when each begins, the stretches of speech, and the voice of each frame."""
    draw = random.Random(seed)
    noise = np.random.default_rng(seed)
    turns, starts, stretches, voices = [], [], [], []
    at = 0.5
    for n in range(1, count + 1):
        label = "TC"[n % 2]
        many = 1 if draw.random() < 0.3 else draw.randrange(3, 40)
        words = ["".join(draw.choices(SYLLABLES, k=draw.randrange(1, 4))) for _ in range(many)]
        text = " ".join(words)
        lasts = max(0.25, len(text.replace(" ", "")) * 0.07 * draw.gauss(1, unsteady))
        start = round(at * 1000)
        given_start = start if n in anchors else None
        turns.append(turn(n, text, label, given_start, A if n in anchors else N))
        starts.append(start)
        cut = at
        while cut < at + lasts:  # a breath every few seconds
            stop = min(cut + draw.uniform(1, 4), at + lasts)
            stretches.append((round(cut * 1000), round((stop - 0.15) * 1000)))
            cut = stop
        voices.append((at, at + lasts, label))
        at += lasts + draw.uniform(*pause)
    frames = noise.standard_normal((round(at * 1000) // FRAME_MS, 3)).astype(np.float32)
    for begins, ends, label in voices:
        frames[int(begins * 50) : int(ends * 50)] += VOICES[label]
    stretches = [(start, end) for start, end in stretches if end > start]
    return turns, starts, stretches, frames, round(at * 1000)


def errors(turns, starts, found):
    """How far off the guesses are, in s."""
    made = dict(found)
    untimed = [(each.id, at) for each, at in zip(turns, starts, strict=True) if each.times is N]
    assert [turn_id for turn_id, _ in untimed] == [turn_id for turn_id, _ in found]
    return np.array([abs(made[turn_id] - at) for turn_id, at in untimed]) / 1000


def off(turns, starts, end):
    """How far off plain interpolation is, in s."""
    told = interpolate(turns, end)
    pairs = zip(turns, told, starts, strict=True)
    return np.array([abs(new.start_ms - at) for old, new, at in pairs if old.times is N]) / 1000


def test_a_frame_is_as_long_as_the_recording_has_it():
    assert RECORDED_MS == FRAME_MS


@pytest.mark.parametrize("seed", range(4))
def test_turns_are_found_where_interpolation_is_seconds_off(seed):
    turns, starts, stretches, voice, end = dialogue(200, seed, anchors=(1, 100))
    plain = off(turns, starts, end)
    found = errors(turns, starts, fit(turns, stretches, end_ms=end, voice=voice))
    assert np.median(found) < 0.1 < np.median(plain) / 4
    assert np.percentile(found, 90) < 1.5


def test_pauses_and_lengths_are_enough_where_nothing_is_known_of_the_voice():
    turns, starts, stretches, _, end = dialogue(200, 5, anchors=(1, 100))
    found = errors(turns, starts, fit(turns, stretches, end_ms=end))
    assert np.median(found) < np.median(off(turns, starts, end)) / 4


def test_the_voices_tell_turns_apart_where_nobody_pauses():
    turns, starts, stretches, voice, end = dialogue(200, 6, pause=(0.0, 0.05), anchors=(1, 100))
    stretches = [(stretches[0][0], stretches[-1][1])]
    deaf = errors(turns, starts, fit(turns, stretches, end_ms=end))
    found = errors(turns, starts, fit(turns, stretches, end_ms=end, voice=voice))
    assert np.median(found) < 0.5 < np.median(deaf)


def test_without_a_known_time_the_recording_is_taken_to_hold_the_transcript():
    turns, starts, stretches, voice, end = dialogue(150, 7)
    found = errors(turns, starts, fit(turns, stretches, end_ms=end, voice=voice))
    assert np.median(found) < 0.1


def test_the_session_clock_may_be_ahead_of_the_recording():
    turns, _, stretches, voice, end = dialogue(60, 8, anchors=(1, 30))
    later = 3_300_000
    moved = [
        each if each.start_ms is None else dataclasses.replace(each, start_ms=each.start_ms + later)
        for each in turns
    ]
    here = fit(turns, stretches, end_ms=end, voice=voice)
    there = fit(moved, stretches, end_ms=end + later, voice=voice, begin_ms=later)
    assert [(each, at + later) for each, at in here] == list(there)


def test_talk_before_the_first_turn_is_nobodys():
    turns, starts, stretches, voice, end = dialogue(80, 9, anchors=(40,))
    before = [(0, 3000), (3500, 6000), (6600, 9000)]
    moved = [(start + 10_000, end + 10_000) for start, end in stretches]
    turns = [
        dataclasses.replace(each, start_ms=starts[each.n - 1] + 10_000) if each.times is A else each
        for each in turns
    ]
    voice = np.concatenate((np.zeros((500, 3), np.float32), voice))
    found = dict(fit(turns, before + moved, end_ms=end + 10_000, voice=voice))
    assert abs(found["t1"] - starts[0] - 10_000) < 2000


def test_a_line_that_tells_of_silence_is_looked_for_in_one():
    stretches = [(0, 2000), (2400, 4000), (9000, 11_000), (11_400, 13_000)]
    turns = [turn(1, "wa" * 18, start=0, times=A), turn(2, "wa" * 18), turn(3, "wa" * 18)]
    silence = Note(25, "Silence…")
    assert dict(fit(turns, stretches, end_ms=13_000, notes=[silence]))["t3"] == 9000
    within = Note(25, "(sighs)", turn=2, begin=0)
    assert fit(turns, stretches, end_ms=13_000, notes=[within]) == fit(
        turns, stretches, end_ms=13_000
    )


def test_a_turn_without_words_may_begin_in_a_silence():
    stretches = [(0, 3000), (8000, 11_000)]
    turns = [turn(1, "wa" * 20, start=0, times=A), turn(2, "(silence)"), turn(3, "wa" * 20)]
    assert fit(turns, stretches, end_ms=11_000) == (("t2", 3000), ("t3", 8000))


def test_a_time_within_a_turn_holds_on_both_sides():
    stretches = [(at, at + 900) for at in range(0, 40_000, 1000)]
    turns = [turn(n, "wa wa wa") for n in range(1, 9)]
    stamps = [Stamp(4, 3, 30_000)]
    found = dict(fit(turns, stretches, stamps, 40_000))
    assert found["t4"] <= 30_000 <= found["t5"]
    assert [each for each, _ in fit(turns, stretches, stamps, 40_000)] == [t.id for t in turns]


def test_a_stamp_that_runs_backwards_is_none():
    stretches = [(at, at + 900) for at in range(0, 40_000, 1000)]
    turns = [turn(1, "wa wa wa", start=5000, times=A), *(turn(n, "wa wa wa") for n in range(2, 9))]
    told = fit(turns, stretches, end_ms=40_000)
    assert fit(turns, stretches, [Stamp(2, 3, 1000)], 40_000) == told
    turns[4] = turn(5, "wa wa wa", start=20_000, times=TAPPED)
    told = fit(turns, stretches, end_ms=40_000)
    assert fit(turns, stretches, [Stamp(3, 3, 30_000)], 40_000) == told


def test_what_follows_a_turn_whose_end_is_given_comes_after_it():
    stretches = [(0, 2000), (2500, 4000), (5000, 6000), (7000, 8000)]
    head = turn(1, "wa wa", start=0, times=G, end=4500)
    found = fit(
        [head, turn(2, "wawa wawa wawa"), turn(3, "wawa wawa wawa")], stretches, end_ms=8000
    )
    assert found == (("t2", 5000), ("t3", 7000))
    late = turn(3, "wa", start=3000, times=G)
    assert fit([head, turn(2, "wa"), late], stretches, end_ms=8000) == ()


def test_guesses_of_before_are_made_anew():
    turns, _, stretches, _, end = dialogue(20, 10, anchors=(1,))
    guessed = [
        dataclasses.replace(each, start_ms=7, times=BETWEEN) if each.times is N else each
        for each in turns
    ]
    assert fit(guessed, stretches, end_ms=end) == fit(turns, stretches, end_ms=end)


@pytest.mark.parametrize("stretches", [[], [(0, 900)]])
def test_where_nobody_speaks_nothing_is_guessed(stretches):
    turns = [turn(1, "wa", start=1000, times=A), turn(2, "wa"), turn(3, "wa", start=9000, times=A)]
    assert fit(turns, stretches, end_ms=9000) == ()
    assert fit([], stretches, end_ms=9000) == ()


def test_where_the_clock_runs_backwards_nothing_is_guessed():
    stretches = [(at, at + 900) for at in range(0, 40_000, 1000)]
    turns = [turn(1, "wa", start=9000, times=A), turn(2, "wa"), turn(3, "wa", start=1000, times=A)]
    assert fit(turns, stretches, end_ms=9000) == ()


def test_more_turns_than_places_share_the_speech_there_is():
    last = turn(52, "wa", start=2000, times=A)
    turns = [turn(1, "wa", start=1000, times=A), *(turn(n, "wa") for n in range(2, 52)), last]
    found = [at for _, at in fit(turns, [(1000, 2000)], end_ms=3000)]
    assert found == sorted(set(found))
    assert len(found) == 50


def test_a_session_of_eighteen_hundred_turns_takes_seconds():
    turns, starts, stretches, voice, end = dialogue(1800, 11)
    begun = time.process_time()
    found = errors(turns, starts, fit(turns, stretches, end_ms=end, voice=voice))
    assert time.process_time() - begun < 20
    assert np.median(found) < 0.1


pieces = st.lists(st.tuples(st.integers(20, 2000), st.integers(20, 4000)), max_size=30)
rows = st.lists(
    st.tuples(
        st.sampled_from(["", "mmm", "(sighs)", "wa wa wa", "wa " * 30, "我很好"]),
        st.sampled_from(["T", "C", "", "X", "Y"]),
        st.none() | st.integers(-5000, 120_000),
        st.none() | st.integers(0, 9000),
    ),
    max_size=25,
)
marks = st.lists(
    st.tuples(st.integers(1, 25), st.integers(0, 9), st.integers(0, 120_000)), max_size=4
)


@settings(deadline=None)
@given(
    rows,
    pieces,
    marks,
    st.none() | st.integers(-2000, 130_000),
    st.integers(0, 5000),
    st.booleans(),
)
def test_guesses_lie_in_order_between_the_facts_and_facts_never_move(
    said, cuts, at, end, begin, heard
):
    turns = [
        turn(n, text, label, start, N if start is None else G, start and lasts and start + lasts)
        for n, (text, label, start, lasts) in enumerate(said, 1)
    ]
    stretches, last = [], 0
    for pause, lasts in cuts:
        stretches.append((last + pause, last + pause + lasts))
        last += pause + lasts
    voice = None
    if heard:
        voice = np.random.default_rng(1).standard_normal((last // FRAME_MS, 3)).astype(np.float32)
    stamps = [Stamp(*each) for each in at]
    notes = [Note(n * 10 - 5, "Silence…") for n in range(0, 30, 4)]
    asked = {"end_ms": end, "notes": notes, "voice": voice, "begin_ms": begin}
    found = fit(turns, stretches, stamps, **asked)
    assert found == fit(turns, stretches, stamps, **asked)
    made = dict(found)
    assert len(made) == len(found)
    assert all(isinstance(ms, int) for ms in made.values())
    assert set(made) <= {each.id for each in turns if each.start_ms is None}
    floor, ceiling = None, None
    for place, each in enumerate(turns):
        if each.start_ms is not None:
            floor = each.start_ms
        elif each.id in made:
            later = [one.start_ms for one in turns[place:] if one.start_ms is not None]
            ceiling = later[0] if later else None
            assert floor is None or made[each.id] >= floor
            assert ceiling is None or made[each.id] <= ceiling
            floor = made[each.id]
