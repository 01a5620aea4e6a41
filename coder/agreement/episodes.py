"""Ruptures as wholes: which episodes of two raters are the same, and what both say of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement.codes import OTHERS, codes_at
from coder.agreement.events import link
from coder.agreement.panel import Shared
from coder.agreement.plan import Plan
from coder.coding import CodedSession, Episode, Mark, Outcome
from coder.session import TurnId

OUTCOMES = tuple(outcome.value for outcome in Outcome)


@dataclass(frozen=True, slots=True)
class SameRupture:
    """Two raters' episodes in one session, and the pairs of places that are one rupture."""

    first: tuple[Episode, ...]
    second: tuple[Episode, ...]
    pairs: tuple[tuple[int, int], ...]

    def outcomes(self) -> list[tuple[int, int]]:
        """What both say of the outcome of each shared rupture, as places in ``OUTCOMES``.

        It is the outcome after the feedback where both gave one, else that before.
        """
        made = []
        for one, other in self.pairs:
            first, second = self.first[one], self.second[other]
            both = (first.outcome_after, second.outcome_after)
            if None in both:
                both = (first.outcome_before, second.outcome_before)
            if both[0] is not None and both[1] is not None:
                made.append((OUTCOMES.index(both[0].value), OUTCOMES.index(both[1].value)))
        return made

    def intensities(self) -> list[tuple[int, int]]:
        """The intensity both gave each shared rupture."""
        rated = (
            (self.first[one].intensity, self.second[other].intensity) for one, other in self.pairs
        )
        return [(one, other) for one, other in rated if one is not None and other is not None]


def same_ruptures(shared: Shared, plan: Plan) -> SameRupture:
    """Match two raters' episodes of one session by marks of theirs that match.

    As many pairs as can be, then those that share most marks; marks without a time match on the
    same turn.
    """
    first, second = (() if each is None else each.episodes for each in shared.codings)
    place = [{e.id: n for n, e in enumerate(each)} for each in (first, second)]
    common = np.zeros((len(first), len(second)))
    for one, other in _matching_marks(shared, plan):
        for mine in one.episodes:
            for theirs in other.episodes:
                if mine in place[0] and theirs in place[1]:
                    common[place[0][mine], place[1][theirs]] += 1
    return SameRupture(tuple(first), tuple(second), _most(common))


def _most(
    common: "np.ndarray[tuple[int, int], np.dtype[np.float64]]",
) -> tuple[tuple[int, int], ...]:
    if not common.any():
        return ()
    from scipy.optimize import linear_sum_assignment

    enough = common.sum() + 1  # so that one pair more outweighs any number of marks
    rows, columns = linear_sum_assignment(np.where(common, enough + common, 0), maximize=True)
    pairs = zip(rows.tolist(), columns.tolist(), strict=True)
    return tuple((row, column) for row, column in pairs if common[row, column])


def _matching_marks(shared: Shared, plan: Plan) -> list[tuple[Mark, Mark]]:
    found = []
    for codes in (codes_at("any", ()), OTHERS):
        linked, _ = link(shared, codes, plan)
        found += [(linked.first[a].mark, linked.second[b].mark) for a, b in linked.pairs]
    return found + _on_one_turn(shared.made)


def _on_one_turn(codings: Sequence[CodedSession]) -> list[tuple[Mark, Mark]]:
    """Marks of one kind on the same turn, where that turn has no time."""
    one, other = codings
    untimed = {turn.id for turn in one.turns if turn.start_ms is None}
    if not untimed:
        return []

    def places(mark: Mark) -> set[TurnId]:
        return set() if mark.anchor is None else untimed.intersection(mark.anchor.turns)

    return [
        (mine, theirs)
        for mine in one.marks
        for theirs in other.marks
        if mine.kind == theirs.kind and places(mine) & places(theirs)
    ]
