"""What a coefficient is: a number with what it is a number of, or the reason why there is none."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A coefficient with its 95 % interval, where it has one.

    Without a value there is a ``reason``, a key of coder.words. ``n`` is what it is a number of.
    """

    value: float | None
    n: int
    se: float | None = None
    low: float | None = None
    high: float | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """A coefficient as what each group of units adds, and what sums of that come to.

    ``groups`` (groups, k) add up: a group is what is resampled (a patient, a session, a unit).
    ``value`` takes sums (..., k) to values (...), NaN where they leave the coefficient undefined;
    NaN goes no further than this package. ``n`` is what it is a number of; ``se``, ``low`` and
    ``high`` are from theory, the units independent, where there is one. ``reason`` is a key of
    coder.words for when the whole is undefined.
    """

    groups: Floats
    value: Callable[[Floats], Floats]
    n: int
    reason: str
    se: float | None = None
    low: float | None = None
    high: float | None = None

    def estimate(self) -> Estimate:
        """The coefficient over all groups, with its error from theory."""
        found = float(self.value(self.groups.sum(axis=0)))
        if not np.isfinite(found):
            return Estimate(None, self.n, reason=self.reason)
        return Estimate(found, self.n, self.se, self.low, self.high)
