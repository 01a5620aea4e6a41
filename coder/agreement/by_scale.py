"""Agreement of ratings, each by its scale: of the session, of a segment, of a shared rupture."""

from collections.abc import Iterator

import numpy as np

from coder.agreement import by_unit
from coder.agreement.episodes import same_ruptures
from coder.agreement.estimate import Floats
from coder.agreement.panel import PAIR, Panel
from coder.agreement.plan import Plan
from coder.agreement.result import Result, Teller

INTENSITY = "intensity"
_INTENSITIES = (1, 2, 3, 4, 5)


def results(everyone: Panel, plan: Plan) -> Iterator[Result]:
    """Ratings of sessions and segments by all raters, of shared ruptures by every two."""
    for scale in _scales(everyone):
        numbers = _numbers(everyone, scale)
        if len(numbers):
            yield from _compared(numbers, scale, everyone.names, Teller(plan, None, None))
    for _, pair in everyone.pairs():
        found = [
            rated for each in pair.sessions for rated in same_ruptures(each, plan).intensities()
        ]
        if found:
            raters = None if len(everyone.raters) == PAIR else pair.names
            numbers = np.array(found, np.float64)
            yield from _compared(numbers, INTENSITY, pair.names, Teller(plan, None, raters))


def _scales(everyone: Panel) -> list[str]:
    every = (coded for shared in everyone.sessions for coded in shared.made)
    return list(dict.fromkeys(rating.scale for coded in every for rating in coded.ratings))


def _numbers(everyone: Panel, scale: str) -> Floats:
    """Ratings on one scale (targets, raters), NaN where a rater gave none."""
    targets: dict[tuple[str, int | None], list[float]] = {}
    for shared in everyone.sessions:
        for n, coded in enumerate(shared.codings):
            for rating in () if coded is None else coded.ratings:
                if rating.scale == scale and rating.episode_id is None:
                    key = (shared.session.address, rating.segment_ms)
                    row = targets.setdefault(key, [np.nan] * len(everyone.raters))
                    row[n] = rating.value
    rows = [row for row in targets.values() if np.isfinite(row).sum() >= PAIR]
    return np.array(rows, np.float64).reshape(len(rows), len(everyone.raters))


def _compared(
    numbers: Floats, scale: str, names: tuple[str, ...], tell: Teller
) -> Iterator[Result]:
    one_group = np.zeros(len(numbers), np.int64)
    yield from by_unit.of_numbers(numbers, scale, by_unit.Compared((), one_group, names, tell))
    if len(names) == PAIR:
        both = numbers[~np.isnan(numbers).any(axis=1)].astype(np.int64)
        used = _INTENSITIES if scale == INTENSITY else np.unique(both).tolist()
        these = by_unit.Compared((), np.zeros(len(both), np.int64), names, tell)
        yield from by_unit.on_scale(both, used, scale, these)
