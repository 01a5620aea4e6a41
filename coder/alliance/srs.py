"""The Session Rating Scale: four marks of 0-10, their total of 0-40, and what asks for a word.

Duncan et al. (2003), J Brief Ther 3:3-12, as Laraway (2015), Appendix F, has it: below 36 in all
or below 9 on a line may be a concern; 0-34 is poor, 35-38 fair, 39-40 good. That 36-38 is both
fair and no concern is the source's. What it does not say (the values between bands, how far a
line stands out, what counts as a change) is ours, and a setting. Scores are kept to one decimal,
and it is the kept score that is held against a threshold.
"""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

ITEMS = ("relationship", "goals", "approach", "overall")
TOTAL = "total"
HIGHEST = 10.0
FULL = HIGHEST * len(ITEMS)
LEFT_OUT = "a line left out"  # low for certain, by the total, though which one is not known

Marks = Mapping[str, float | None]

_FINE = 9  # decimals; what a sum of tenths is off by is no difference


class Band(StrEnum):
    """How good the alliance is, in the source's words."""

    POOR = "poor"
    FAIR = "fair"
    GOOD = "good"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where a score becomes a concern. ``inclusive``: at the threshold too, not only below it."""

    total: float = 36.0
    item: float = 9.0
    inclusive: bool = False
    fair: float = 35.0  # a total between two bands belongs to the lower
    good: float = 39.0
    differential: float = 1.0  # so far below the mean of the other lines
    change: float = -1.0
    ceiling: int = 3  # full totals in a row
    norm_sd: float = 1.0
    norm_least: int = 5  # own scores before, else the project's norms


@dataclass(frozen=True, slots=True)
class Norm:
    """Mean and SD of an item in a reference group."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True)
class NormFlag:
    """An item against its norm: the limit, and of whom it is; why not, where there is none."""

    below: bool | None
    limit: float | None = None
    of: str = ""  # own or project
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a session's marks say, under ``thresholds``.

    ``concerns`` names what is low (items, total); ``concern`` is None where an item that is
    missing could have been, and ``undecided`` is then why. ``changes`` are since the session
    ``since``, the last with marks; ``dropped`` names those at least as low as the threshold.
    ``reason`` is why there is no total.
    """

    index: int
    marks: Marks
    total: float | None
    concern: bool | None
    concerns: tuple[str, ...]
    band: Band | None
    stands_out: tuple[str, ...]
    thresholds: Thresholds
    since: int | None = None
    changes: Mapping[str, float] | None = None
    dropped: tuple[str, ...] = ()
    ceiling: bool = False
    norms: Mapping[str, NormFlag] | None = None
    reason: str | None = None
    undecided: str | None = None


def total(marks: Marks) -> float | None:
    """The sum of the four lines; else the total as it was given; None without either."""
    values = [value for item in ITEMS if (value := marks.get(item)) is not None]
    if len(values) == len(ITEMS):
        return round(sum(values), _FINE)
    return marks.get(TOTAL)


def concern(marks: Marks, at: Thresholds) -> tuple[bool | None, tuple[str, ...]]:
    """Tell whether a session is a concern, and what is low; None where that cannot be known.

    A total tells something of the lines that were left out: with 39 in all none can be below 9.
    """
    whole = total(marks)
    low = [item for item in ITEMS if _is_low(marks.get(item), at.item, at)]
    if _is_low(whole, at.total, at):
        low.append(TOTAL)
    lacking = sum(marks.get(item) is None for item in ITEMS)
    if not lacking:
        return bool(low), tuple(low)
    if whole is None:
        return (True if low else None), tuple(low)
    left = whole - sum(value for item in ITEMS if (value := marks.get(item)) is not None)
    if not low and _is_low(round(left / lacking, _FINE), at.item, at):
        low.append(LEFT_OUT)  # the lowest of them is at most their mean
    if low:
        return True, tuple(low)
    least = round(left - HIGHEST * (lacking - 1), _FINE)
    return (None if _is_low(least, at.item, at) else False), ()


def band(of_total: float, at: Thresholds) -> Band:
    """The band of a total; one between two bands goes down."""
    if of_total < at.fair:
        return Band.POOR
    return Band.FAIR if of_total < at.good else Band.GOOD


def stands_out(marks: Marks, at: Thresholds) -> tuple[str, ...]:
    """The lowest line, if it lies so far below the mean of the others; all four are needed."""
    values = {item: value for item in ITEMS if (value := marks.get(item)) is not None}
    if len(values) < len(ITEMS):
        return ()
    lowest, whole = min(values.values()), sum(values.values())
    others = (whole - lowest) / (len(ITEMS) - 1)
    if round(others - lowest, _FINE) < at.differential:
        return ()
    return tuple(item for item, value in values.items() if value == lowest)


def changes(now: Marks, before: Marks) -> dict[str, float]:
    """What the total and each line changed by, where both sessions have it."""
    pairs = {item: (now.get(item), before.get(item)) for item in ITEMS}
    pairs[TOTAL] = (total(now), total(before))
    return {
        name: round(after - earlier, _FINE)
        for name, (after, earlier) in pairs.items()
        if after is not None and earlier is not None
    }


def norm(
    value: float | None, earlier: Sequence[float], project: Norm | None, at: Thresholds
) -> NormFlag:
    """Hold an item against the participant's own scores before, or else the project's norm."""
    if value is None:
        return NormFlag(None, reason="alliance_unanswered")
    if len(earlier) >= at.norm_least:
        of, found = "own", Norm(statistics.fmean(earlier), statistics.stdev(earlier))
    elif project is not None:
        of, found = "project", project
    else:
        return NormFlag(None, reason="alliance_no_norm")
    limit = found.mean - at.norm_sd * found.sd
    return NormFlag(round(value - limit, _FINE) < 0, limit, of)


def read(
    sessions: Sequence[Marks | None],
    at: Thresholds | None = None,
    norms: Mapping[str, Norm] | None = None,
) -> list[Reading]:
    """Read a participant's sessions in order; None is a session without marks, and keeps its place.

    ``norms`` are the project's, by item.
    """
    at = at or Thresholds()
    held = [(n, marks) for n, marks in enumerate(sessions, 1) if marks is not None]
    full = _ceiling(held, at)
    readings: list[Reading] = []
    for place, (index, marks) in enumerate(held):
        before = held[place - 1] if place else None
        whole = total(marks)
        concerned, low = concern(marks, at)
        moved = None if before is None else changes(marks, before[1])
        readings.append(
            Reading(
                index=index,
                marks=marks,
                total=whole,
                concern=concerned,
                concerns=low,
                band=None if whole is None else band(whole, at),
                stands_out=stands_out(marks, at),
                thresholds=at,
                since=None if before is None else before[0],
                changes=moved,
                dropped=tuple(name for name, by in (moved or {}).items() if by <= at.change),
                ceiling=index in full,
                norms=_norms(marks, [each for _, each in held[:place]], norms or {}, at),
                reason="alliance_unanswered" if whole is None else None,
                undecided="alliance_lines_left_out" if concerned is None else None,
            )
        )
    return readings


def _is_low(value: float | None, threshold: float, at: Thresholds) -> bool:
    if value is None:
        return False
    return value <= threshold if at.inclusive else value < threshold


def _norms(
    marks: Marks, earlier: Sequence[Marks], project: Mapping[str, Norm], at: Thresholds
) -> dict[str, NormFlag]:
    found = {}
    for item in ITEMS:
        own = [value for each in earlier if (value := each.get(item)) is not None]
        found[item] = norm(marks.get(item), own, project.get(item), at)
    return found


def _ceiling(held: Sequence[tuple[int, Marks]], at: Thresholds) -> set[int]:
    """The sessions in runs of full totals, which may say what is wished for."""
    runs: list[list[int]] = [[]]
    for index, marks in held:
        if total(marks) != FULL:
            runs.append([])
        elif runs[-1] and runs[-1][-1] != index - 1:
            runs.append([index])
        else:
            runs[-1].append(index)
    return {index for run in runs if len(run) >= at.ceiling for index in run}
