"""Ratings: what is asked, what was given, what is missing, and when the end is reached."""

import dataclasses

import pytest
from invented import SEGMENTED, scheme

from coder.coding import Change, Coding, CodingId, Episode, EpisodeId, RaterId, Rating, RatingId
from coder.errors import CoderError
from coder.rating import SESSION, Spot, end_of, given, missing, rate, spots, unrate
from coder.session import SessionId, Turn, TurnId
from coder.words import say

SCHEME = scheme(SEGMENTED)
IMPACT, RESOLUTION, STRAIN, PACE = SCHEME.scales
CODING = Coding(CodingId("c"), SessionId("s"), RaterId("r"), "segmented", "1")
FIRST = Episode(EpisodeId("e1"), CODING.id, 1)
SECOND = Episode(EpisodeId("e2"), CODING.id, 2)


def test_a_rating_is_given_changed_and_taken_back():
    made = rate(CODING, (), RESOLUTION, 4)
    (rating,) = made.added
    assert (rating.scale, rating.value, rating.episode_id, rating.segment_ms) == (
        "resolution",
        4,
        None,
        None,
    )
    assert (made.what, made.removed, made.by) == ("rate Resolution: 4", (), "r")
    again = rate(CODING, [rating], RESOLUTION, 2)
    assert again == Change("rate Resolution: 2", (rating,), (dataclasses.replace(rating, value=2),), "r")  # fmt: skip
    gone = unrate(CODING, rating, RESOLUTION)
    assert gone == Change("take back the rating Resolution", (rating,), (), "r")


def test_ratings_of_episodes_and_segments_are_kept_apart():
    of_first, of_second = Spot(episode=FIRST), Spot(episode=SECOND)
    made = rate(CODING, (), STRAIN, 3, of_first)
    assert made.what == "rate Strain of episode 1: 3"
    assert given(made.added, STRAIN, of_first) == made.added[0]
    assert given(made.added, STRAIN, of_second) is None
    paced = rate(CODING, made.added, PACE, 40, Spot(segment_ms=300_000))
    assert paced.what == "rate Pace of 5:00: 40"
    assert given(paced.added, PACE, Spot(segment_ms=0)) is None
    assert str(SESSION) == "the session"


@pytest.mark.parametrize("value", [0, 6, -1])
def test_a_number_off_the_scale_is_refused(value):
    with pytest.raises(CoderError) as fault:
        rate(CODING, (), RESOLUTION, value)
    assert fault.value.key == "rating_off_scale"
    assert "from 1 to 5" in say(fault.value)


def test_the_ends_of_a_scale_are_on_it():
    assert [rate(CODING, (), PACE, value).added[0].value for value in (0, 100)] == [0, 100]


def test_a_scale_is_asked_of_the_session_of_each_episode_or_of_each_segment():
    assert spots(RESOLUTION, [FIRST, SECOND], [0, 10_000]) == (SESSION,)
    assert spots(STRAIN, [FIRST, SECOND], [0]) == (Spot(episode=FIRST), Spot(episode=SECOND))
    assert spots(PACE, [FIRST], [0, 10_000]) == (Spot(segment_ms=0), Spot(segment_ms=10_000))
    assert spots(STRAIN) == ()


def test_what_is_missing_is_named_in_the_schemes_order():
    # Two offered rupture markers, the resolution, two episodes, two segments: seven to give.
    left = missing(SCHEME, (), [FIRST, SECOND], [0, 10_000])
    assert [(scale.id, str(spot)) for scale, spot in left] == [
        ("impact:denial", "the session"),
        ("impact:giving-up", "the session"),
        ("resolution", "the session"),
        ("strain", "episode 1"),
        ("strain", "episode 2"),
        ("pace", "0:00"),
        ("pace", "0:10"),
    ]
    have = [Rating(RatingId("a"), CODING.id, "resolution", 1), Rating(RatingId("b"), CODING.id, "strain", 1, SECOND.id)]  # fmt: skip
    assert len(missing(SCHEME, have, [FIRST, SECOND], [0, 10_000])) == 5


def turn(n, start_ms):
    return Turn(TurnId(f"t{n}"), n, n, "P", "words", start_ms)


def test_the_end_is_where_the_last_turn_begins_or_what_is_recorded_ends():
    turns = [turn(1, 0), turn(2, 55_000), turn(3, None)]
    assert end_of(CODING, turns, None) == 55_000
    assert end_of(CODING, turns, (0, 90_000)) == 55_000
    # The recording ends before the last turn; a player stops a second short at most.
    assert end_of(CODING, turns, (0, 50_000)) == 49_000
    assert end_of(CODING, [turn(1, None)], (0, 50_000)) == 49_000
    assert end_of(CODING, [turn(1, None)], None) is None
    part = dataclasses.replace(CODING, covers_to_ms=30_000)
    assert end_of(part, turns, (0, 90_000)) == 29_000
