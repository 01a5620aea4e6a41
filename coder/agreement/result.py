"""One statistic as it is reported, and how its interval was resampled."""

import functools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from coder.agreement import intervals
from coder.agreement.estimate import Estimate, Floats, Ints, Parts
from coder.agreement.panel import Panel
from coder.agreement.plan import Plan
from coder.agreement.units import Place
from coder.errors import Notice
from coder.markers import Level

Resampled = Literal["patients", "sessions", "segments", "minutes"]
ENOUGH = 6  # patients or sessions below which a resampled interval is not to be relied on
_FEWEST = 3  # groups without which nothing can be said of how they vary
_SEGMENT_MS = 60_000  # what is resampled within one session
_BLOCK = 20  # untimed units that stand in for such a segment


@dataclass(frozen=True, slots=True)
class Result:
    """One statistic. Undefined, it has no estimate and a ``reason``.

    ``level`` is None for what is no marker (episode, precipitant, outcome, repair, ratings).
    ``code`` None is pooled (at the level “any”: any rupture), ``raters`` None is all. A direction
    “A>B” takes A as the reference for B. ``n`` is what the estimate is a number of, ``counts``
    what lies behind it, ``beside`` numbers that belong to it. ``groups`` counts what was resampled
    for the interval, None where it is from theory. ``note`` says that a code is too rare.
    """

    statistic: str
    level: Level | None
    code: str | None
    raters: tuple[str, ...] | None
    direction: str | None
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    n: int
    reason: Notice | None
    counts: Mapping[str, int]
    beside: Mapping[str, float] = field(default_factory=dict)
    groups: int | None = None
    note: Notice | None = None


@dataclass(frozen=True, slots=True)
class Resampling:
    """What is drawn with replacement: the highest level on which things are independent."""

    level: Resampled
    groups: Mapping[str, int]
    segment_ms: int

    @property
    def independent(self) -> bool:
        """Tell whether what is drawn is independent: parts of one session are not."""
        return self.level in {"patients", "sessions"}

    @property
    def reliable(self) -> bool:
        """Tell whether there are enough of them for the interval to be relied on."""
        return self.independent and len(set(self.groups.values())) >= ENOUGH

    def of(self, places: Sequence[Place]) -> Ints:
        """The group of each unit, counted from 0."""
        if not self.independent:
            raw = [
                n // _BLOCK if each.start_ms is None else each.start_ms // self.segment_ms
                for n, each in enumerate(places)
            ]
        else:
            raw = [self.groups[each.session] for each in places]
        if not raw:
            return np.zeros(0, np.int64)
        return np.unique(np.array(raw, np.int64), return_inverse=True)[1].astype(np.int64)


def resampling(panel: Panel, plan: Plan) -> Resampling:
    """Resample patients if there are six, else sessions, else the minutes of the one session.

    They are numbered by name, so that the order in which they come changes no draw.
    """
    participants = sorted({each.session.participant for each in panel.sessions})
    addresses = sorted(each.session.address for each in panel.sessions)
    if len(participants) >= ENOUGH:
        groups = {
            each.session.address: participants.index(each.session.participant)
            for each in panel.sessions
        }
        return Resampling("patients", groups, _SEGMENT_MS)
    groups = {address: n for n, address in enumerate(addresses)}
    if len(addresses) > 1:
        return Resampling("sessions", groups, _SEGMENT_MS)
    if plan.unit == "segment":
        return Resampling("segments", groups, plan.segment_ms)
    return Resampling("minutes", groups, _SEGMENT_MS)


@functools.lru_cache(maxsize=16)
def _weights(groups: int, resamples: int, seed: int) -> Floats:
    return intervals.weights(groups, resamples, seed)


def with_interval(parts: Parts, plan: Plan) -> tuple[Estimate, int | None]:
    """The estimate with its resampled interval, and how many groups were drawn from.

    With one group or two there is nothing to draw: the error from theory stays, but of seconds,
    which follow from each other, theory knows none.
    """
    drawn = len(parts.groups)
    if plan.resamples == 0 or drawn < _FEWEST:
        found = parts.estimate()
        bare = plan.unit == "second"
        return (Estimate(found.value, found.n, reason=found.reason) if bare else found), None
    weights = _weights(drawn, plan.resamples, plan.seed)
    return intervals.resampled(parts, weights, plan.method), drawn


@dataclass(frozen=True, slots=True)
class Teller:
    """What makes results of coefficients, for some raters at one level."""

    plan: Plan
    level: Level | None
    raters: tuple[str, ...] | None

    def tell(  # noqa: PLR0913 - what a result holds
        self,
        statistic: str,
        code: str | None,
        found: Parts | Estimate,
        counts: Mapping[str, int],
        *,
        direction: str | None = None,
        beside: Mapping[str, float] | None = None,
        reason: Notice | None = None,
        note: Notice | None = None,
    ) -> Result:
        """Make a result; a ``reason`` given takes the place of the estimate."""
        estimate, groups = (
            with_interval(found, self.plan) if isinstance(found, Parts) else (found, None)
        )
        if reason is not None:
            estimate = Estimate(None, estimate.n)
        elif estimate.reason is not None:
            reason = Notice(estimate.reason)
        return Result(
            statistic=statistic,
            level=self.level,
            code=code,
            raters=self.raters,
            direction=direction,
            estimate=estimate.value,
            se=estimate.se,
            low=estimate.low,
            high=estimate.high,
            n=estimate.n,
            reason=reason,
            counts=counts,
            beside=beside or {},
            groups=groups if estimate.low is not None else None,
            note=note,
        )

    def nothing(self, statistics: Sequence[str], reason: Notice) -> Iterator[Result]:
        """Say of every statistic why there is none."""
        for statistic in statistics:
            yield self.tell(statistic, None, Estimate(None, 0), {}, reason=reason)


def too_rare(occurrences: int, plan: Plan) -> Notice | None:
    """Say that a code was used too rarely for any coefficient to be relied on."""
    if occurrences >= plan.rare:
        return None
    return Notice("agreement_too_rare", {"n": occurrences, "rare": plan.rare})
