"""Follow a participant's scores by one rule: where it signals, and what became of each rupture.

Two modes that are never mixed. Looking back, a rule uses every session. Looking ahead, it judges
each session by those before it alone, four at the least; what needs later sessions, whether a
drop was repaired and its shape, is then not told.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from coder.alliance import partition
from coder.alliance.declines import Episode, Run, episode, into, runs, steps
from coder.alliance.limits import Limits, limits, neighbours
from coder.alliance.partition import Split
from coder.alliance.rules import (
    Chart,
    Drop,
    Fence,
    Partition,
    Reliable,
    Repair,
    Rule,
    Spread,
    Trend,
)
from coder.alliance.series import Group, Score, Series, within

LEAST_BEFORE = 4  # sessions, before one can be judged by them
_FINE = 9  # decimals


class Mode(StrEnum):
    """Which sessions a rule may use."""

    BACK = "retrospective"
    AHEAD = "prospective"


class What(StrEnum):
    """What a signal is; a rise is told, and is no rupture."""

    LOW = "below the limit"
    FALL = "step down beyond the range limit"
    RISE = "step up beyond the range limit"
    DROP = "drop"
    LEVEL = "lower level"


_TURNED = {
    What.LOW: "above the limit",
    What.FALL: "step up beyond the range limit",
    What.RISE: "step down beyond the range limit",
    What.DROP: "rise",
    What.LEVEL: "higher level",
}


def what_as_given(what: What, *, turned: bool) -> str:
    """What a signal is of scores as they were given: where low is good, what is worse is higher."""
    return _TURNED[what] if turned else what.value


@dataclass(frozen=True, slots=True)
class Signal:
    """A session that a rule points at; ``limit`` is what its score, step or drop reached."""

    index: int
    value: float
    what: What
    limit: float


@dataclass(frozen=True, slots=True)
class Trajectory:
    """What a rule found in a series.

    ``numbers`` are what it computed on the way. ``reason`` is why it found nothing to say;
    ``unjudged`` are sessions it could not judge, each with a reason. Looking ahead there are no
    ``episodes`` and no ``splits``.
    """

    series: Series
    rule: Rule
    repair: Repair
    mode: Mode
    numbers: Mapping[str, float] = field(default_factory=dict)
    signals: tuple[Signal, ...] = ()
    episodes: tuple[Episode, ...] = ()
    splits: tuple[Split, ...] = ()
    unjudged: Mapping[int, str] = field(default_factory=dict)
    reason: str | None = None

    @property
    def ruptures(self) -> tuple[int, ...]:
        """The sessions that were signalled, rises left out."""
        return tuple(dict.fromkeys(s.index for s in self.signals if s.what != What.RISE))


def follow(
    of: Series,
    rule: Rule,
    repair: Repair | None = None,
    *,
    mode: Mode = Mode.BACK,
    everyone: Sequence[Series] | Group = (),
) -> Trajectory:
    """Follow a series by a rule. ``everyone`` is the study's series, for a pooled SD."""
    repair = repair or Repair()
    group = everyone if isinstance(everyone, Group) else Group(everyone or (of,))
    if mode == Mode.AHEAD:
        return _ahead(of, rule, repair, group)
    if isinstance(rule, Chart | Fence | Trend):
        return _by_limits(of, rule, repair)
    if isinstance(rule, Partition):
        return _by_levels(of, rule, repair)
    return _by_drops(of, rule, repair, group)


def numbers_as_given(of: Trajectory) -> dict[str, float]:
    """What a rule computed, of the scores as they were given; spreads and steps are the same."""
    if not of.series.turned:
        return dict(of.numbers)
    found = {}
    for name, value in of.numbers.items():
        if name in _PLACES:
            found[_PLACES[name]] = of.series.as_given(value)
        else:
            found[name] = -value if name == "slope" else value
    return found


# What of the numbers is a place on the scale, and what that is on the scale turned round.
_PLACES = {
    "mean": "mean",
    "lower": "upper",
    "upper": "lower",
    "Q1": "Q3",
    "Q3": "Q1",
    "intercept": "intercept",
}


# Looking back


def _by_limits(of: Series, rule: Chart | Fence | Trend, repair: Repair) -> Trajectory:
    found = limits(rule, of)
    if found.reason:
        return Trajectory(of, rule, repair, Mode.BACK, found.numbers, reason=found.reason)
    signals = _beyond(of, found)
    low = {s.index for s in signals if s.what != What.RISE}
    led = [run for stretch in _stretches(of, low) if (run := into(of, stretch)) is not None]
    episodes = tuple(episode(of, run, repair) for run in led)
    return Trajectory(of, rule, repair, Mode.BACK, found.numbers, signals, episodes)


def _by_levels(of: Series, rule: Partition, repair: Repair) -> Trajectory:
    if len(of.scores) < 2 * rule.least:
        return Trajectory(of, rule, repair, Mode.BACK, reason="alliance_too_few")
    splits = partition.splits(of, rule)
    signals = tuple(
        Signal(
            next(s.index for s in of.scores if s.index > split.after),
            split.after_mean,
            What.LEVEL,
            split.before_mean,
        )
        for split in splits
        if split.falls
    )
    return Trajectory(of, rule, repair, Mode.BACK, signals=signals, splits=tuple(splits))


def _by_drops(of: Series, rule: Drop | Reliable, repair: Repair, everyone: Group) -> Trajectory:
    numbers, reason = threshold(rule, of, everyone)
    if reason:
        return Trajectory(of, rule, repair, Mode.BACK, numbers, reason=reason)
    least = numbers["threshold"]
    found = [run for run in _declines(of, rule) if run.drop >= least]
    signals = tuple(Signal(run.trough.index, run.drop, What.DROP, least) for run in found)
    episodes = tuple(episode(of, run, repair) for run in found)
    return Trajectory(of, rule, repair, Mode.BACK, numbers, signals, episodes)


def threshold(
    rule: Drop | Reliable, known: Series, everyone: Group, before: int | None = None
) -> tuple[dict[str, float], str | None]:
    """How far scores must fall, with what it is made of; or why that cannot be told.

    The stricter SD is the one there is, where there is only one; the SD pooled over one participant
    is their own. ``before`` is the session before which everybody's scores are known.
    """
    numbers = {}
    if isinstance(rule, Reliable) and rule.sd is not None:
        numbers["S"] = rule.sd
    else:
        shared = None if rule.spread == Spread.WITHIN else everyone.pooled(known, before)
        alone = rule.spread == Spread.POOLED and shared is not None
        own = None if alone else within(known, rule.least)
        spreads = {Spread.WITHIN.value: own, Spread.POOLED.value: shared}
        numbers |= {f"SD {kind}": sd for kind, sd in spreads.items() if sd is not None}
        if not numbers:
            return numbers, "alliance_too_few"
        numbers["S"] = max(numbers.values())
    if round(numbers["S"], _FINE) == 0:
        return numbers, "alliance_no_spread"
    factor = rule.k if isinstance(rule, Drop) else rule.z * (2 * (1 - rule.r)) ** 0.5
    numbers |= {"factor": factor, "threshold": round(factor * numbers["S"], _FINE)}
    return numbers, None


def _declines(of: Series, rule: Drop | Reliable) -> list[Run]:
    return steps(of) if rule.one_step else runs(of)


def _beyond(of: Series, found: Limits, only: int | None = None) -> tuple[Signal, ...]:
    """The signals of limits, in order; those of one session if so asked."""
    signals = [
        Signal(score.index, score.value, What.LOW, found.at(score.index))
        for score in of.scores
        if only in {None, score.index} and found.is_low(score)
    ]
    for before, after in neighbours(of):
        step = round(after.value - before.value, _FINE)
        if only in {None, after.index} and abs(step) > round(found.range_limit, _FINE):
            what = What.FALL if step < 0 else What.RISE
            signals.append(Signal(after.index, abs(step), what, found.range_limit))
    return tuple(sorted(signals, key=lambda signal: signal.index))


def _stretches(of: Series, low: set[int]) -> list[list[Score]]:
    """Scores that were signalled one after another are one rupture."""
    stretches: list[list[Score]] = []
    lies_low = False
    for score in of.scores:
        if score.index in low and lies_low:
            stretches[-1].append(score)
        elif score.index in low:
            stretches.append([score])
        lies_low = score.index in low
    return stretches


# Looking ahead


def _ahead(of: Series, rule: Rule, repair: Repair, everyone: Group) -> Trajectory:
    if isinstance(rule, Partition):
        return Trajectory(of, rule, repair, Mode.AHEAD, reason="alliance_needs_all")
    signals: list[Signal] = []
    unjudged: dict[int, str] = {}
    for score in of.scores:
        known = of.before(score.index)
        if len(known.scores) < LEAST_BEFORE:
            unjudged[score.index] = "alliance_too_few_before"
            continue
        so_far = of.before(score.index + 1)
        if isinstance(rule, Chart | Fence | Trend):
            found = limits(rule, known)
            reason = found.reason
            signals += () if reason else _beyond(so_far, found, score.index)
        else:
            numbers, reason = threshold(rule, known, everyone, score.index)
            signals += () if reason else _falling_to(so_far, rule, numbers["threshold"])
        if reason:
            unjudged[score.index] = reason
    judged = len(unjudged) < len(of.scores)
    return Trajectory(
        of,
        rule,
        repair,
        Mode.AHEAD,
        signals=tuple(signals),
        unjudged=unjudged,
        # Why the last is not judged, which has most before it, is what stands in the way.
        reason=None if judged else next(reversed(unjudged.values()), "alliance_too_few"),
    )


def _falling_to(so_far: Series, rule: Drop | Reliable, least: float) -> list[Signal]:
    """The decline that goes on in the last session, if it has gone far enough."""
    last = so_far.scores[-1].index
    return [
        Signal(last, run.drop, What.DROP, least)
        for run in _declines(so_far, rule)
        if run.trough.index == last and run.drop >= least
    ]
