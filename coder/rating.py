"""Ratings of a coding: which are asked for, which are missing, and giving one or taking it back."""

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coder.coding import Change, Coding, Episode, EpisodeId, Rating, RatingId
from coder.errors import CoderError
from coder.markers import Scale, Scheme, asked
from coder.session import Turn, format_clock, new_id

_NEAR_MS = 1000  # a player stops a moment before what the file says is its end


@dataclass(frozen=True, slots=True)
class Spot:
    """What a rating is of: an episode, a segment (its start, ms), or else the session."""

    episode: Episode | None = None
    segment_ms: int | None = None

    @property
    def episode_id(self) -> EpisodeId | None:
        """The id of the episode, if it is one."""
        return None if self.episode is None else self.episode.id

    def __str__(self) -> str:
        if self.episode is not None:
            return f"episode {self.episode.number}"
        return "the session" if self.segment_ms is None else format_clock(self.segment_ms)


SESSION = Spot()


def spots(
    scale: Scale, episodes: Iterable[Episode] = (), segments: Iterable[int] = ()
) -> tuple[Spot, ...]:
    """All that a scale is asked of in a coding."""
    if scale.over == "episode":
        return tuple(Spot(episode=each) for each in episodes)
    if scale.over == "segment":
        return tuple(Spot(segment_ms=each) for each in segments)
    return (SESSION,)


def given(ratings: Iterable[Rating], scale: Scale, spot: Spot = SESSION) -> Rating | None:
    """The rating that was given on a scale of something, if one was."""
    wanted = (scale.id, spot.episode_id, spot.segment_ms)
    for rating in ratings:
        if (rating.scale, rating.episode_id, rating.segment_ms) == wanted:
            return rating
    return None


def rate(
    coding: Coding, ratings: Iterable[Rating], scale: Scale, value: int, spot: Spot = SESSION
) -> Change:
    """Give a rating, in the place of the one before. Raises CoderError off the scale."""
    if not scale.low <= value <= scale.high:
        raise CoderError(
            "rating_off_scale", scale=scale.label, value=value, low=scale.low, high=scale.high
        )
    old = given(ratings, scale, spot)
    if old is None:
        new = Rating(
            RatingId(new_id()), coding.id, scale.id, value, spot.episode_id, spot.segment_ms
        )
    else:
        new = dataclasses.replace(old, value=value)
    removed = () if old is None else (old,)
    return Change(f"rate {_of(scale, spot)}: {value}", removed, (new,), coding.rater_id)


def unrate(coding: Coding, rating: Rating, scale: Scale, spot: Spot = SESSION) -> Change:
    """Take a rating back."""
    return Change(f"take back the rating {_of(scale, spot)}", (rating,), (), coding.rater_id)


def missing(
    scheme: Scheme,
    ratings: Sequence[Rating],
    episodes: Iterable[Episode] = (),
    segments: Iterable[int] = (),
) -> tuple[tuple[Scale, Spot], ...]:
    """What a scheme asks for and nobody has rated yet, in its order."""
    episodes, segments = tuple(episodes), tuple(segments)
    have = {(rating.scale, rating.episode_id, rating.segment_ms) for rating in ratings}
    return tuple(
        (scale, spot)
        for scale in asked(scheme)
        for spot in spots(scale, episodes, segments)
        if (scale.id, spot.episode_id, spot.segment_ms) not in have
    )


def end_of(coding: Coding, turns: Iterable[Turn], covered: tuple[int, int] | None) -> int | None:
    """Where the end of what is coded is reached (ms); None where there are no times to tell.

    It is where the last turn begins, or, if that is earlier, where the recordings end (what is
    said after it cannot be heard) or what the coding covers.
    """
    begins = [turn.start_ms for turn in turns if turn.start_ms is not None]
    ends = [max(begins)] if begins else []
    ends += [] if covered is None else [covered[1] - _NEAR_MS]
    ends += [] if coding.covers_to_ms is None else [coding.covers_to_ms - _NEAR_MS]
    return min(ends, default=None)


def _of(scale: Scale, spot: Spot) -> str:
    return scale.label if spot == SESSION else f"{scale.label} of {spot}"
