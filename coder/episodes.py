"""A coding of repair begins with the ruptures that the same rater found in the session."""

import dataclasses
from collections.abc import Iterable, Sequence

from coder.coding import Coding, Episode, EpisodeId
from coder.session import new_id


def take_over(
    coding: Coding, found: Iterable[tuple[Coding, Sequence[Episode]]]
) -> tuple[Episode, ...]:
    """Take episodes over into a new coding: number, precipitant and outcomes.

    ``found`` are codings of ruptures with their episodes. Of those by the same rater of the same
    session the first with any episode counts; its intensity and what was noticed stay with it.
    """
    mine = (coding.session_id, coding.rater_id)
    for other, episodes in found:
        if (other.session_id, other.rater_id) == mine and other.id != coding.id and episodes:
            return tuple(_copied(coding, each) for each in episodes)
    return ()


def _copied(coding: Coding, episode: Episode) -> Episode:
    return dataclasses.replace(
        episode,
        id=EpisodeId(new_id()),
        coding_id=coding.id,
        background="",
        intensity=None,
        noticed=None,
    )
