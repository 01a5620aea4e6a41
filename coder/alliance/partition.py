"""T-7: told apart into levels, by least squares, while the Bayesian information criterion falls."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from coder.alliance.rules import Partition
from coder.alliance.series import Score, Series, squares

_FINE = 9  # decimals; less scatter is none


@dataclass(frozen=True, slots=True)
class Split:
    """A split after a session: the levels before and after it, and how much it explains.

    R² = 1 - SS within / SS, of the scores that were split. ``bic`` is what BIC changed by,
    n ln(SS within / SS) + cost · ln n; None where the split leaves no scatter at all.
    """

    after: int
    before_mean: float
    after_mean: float
    r_squared: float
    bic: float | None

    @property
    def falls(self) -> bool:
        """Whether the level after it is the lower one."""
        return self.after_mean < self.before_mean


def splits(of: Series, rule: Partition) -> list[Split]:
    """The splits of a series that pay for themselves, in the order of the sessions."""
    return _within(of.scores, rule)


def _within(scores: Sequence[Score], rule: Partition) -> list[Split]:
    whole = _squares(scores)
    places = range(rule.least, len(scores) - rule.least + 1)
    if not places or round(whole, _FINE) == 0:
        return []
    left = {n: _squares(scores[:n]) + _squares(scores[n:]) for n in places}
    place = min(places, key=lambda n: round(left[n], _FINE))
    share, n = left[place] / whole, len(scores)
    bic = None
    if round(left[place], _FINE) > 0:
        bic = n * math.log(share) + rule.cost * math.log(n)
        if bic >= 0:
            return []
    before, after = scores[:place], scores[place:]
    found = Split(scores[place - 1].index, _mean(before), _mean(after), 1 - share, bic)
    return [*_within(before, rule), found, *_within(after, rule)]


def _mean(scores: Sequence[Score]) -> float:
    return statistics.fmean(score.value for score in scores)


def _squares(scores: Sequence[Score]) -> float:
    return squares([score.value for score in scores])
