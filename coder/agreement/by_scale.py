"""Agreement of ratings, each by its scale: of the session, of a segment, of a shared rupture."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from coder.agreement import by_unit
from coder.agreement.episodes import SameRupture, same_ruptures
from coder.agreement.estimate import Floats
from coder.agreement.panel import PAIR, Panel, Shared
from coder.agreement.plan import Plan
from coder.agreement.result import Result, Teller
from coder.coding import EpisodeId
from coder.markers import Scale, Scheme, scales_ever

INTENSITY = "intensity"
_INTENSITIES = (1, 2, 3, 4, 5)
_TARGETS = {"session": "sessions", "segment": "segments", "episode": "ruptures both found"}


def results(everyone: Panel, plan: Plan) -> Iterator[Result]:
    """Ratings of sessions and segments by all raters, of shared ruptures by every two."""
    scales = scales_of(everyone.schemes)
    used = _used(everyone)
    for scale in used:
        numbers = _numbers(everyone, scale)
        if len(numbers):
            these = Teller(plan, None, None), everyone.names
            yield from _compared(numbers, scale, _values(scales.get(scale), numbers), these)
    for _, pair in everyone.pairs():
        raters = None if len(everyone.raters) == PAIR else pair.names
        these = Teller(plan, None, raters), pair.names
        same = [(shared, same_ruptures(shared, plan)) for shared in pair.sessions]
        found = [rated for _, each in same for rated in each.intensities()]
        if found:
            numbers = np.array(found, np.float64)
            yield from _compared(numbers, INTENSITY, _INTENSITIES, these)
        for scale in used:
            found = [rated for shared, each in same for rated in _of_ruptures(shared, each, scale)]
            if found:
                numbers = np.array(found, np.float64)
                yield from _compared(numbers, scale, _values(scales.get(scale), numbers), these)


def scales_of(schemes: Sequence[Scheme]) -> Mapping[str, Scale]:
    """Every scale that the schemes ask for or once did, by the id that ratings name it with.

    One that two versions ask for reaches from the lowest to the highest of both.
    """
    found: dict[str, Scale] = {}
    for scheme in schemes:
        for scale in scales_ever(scheme).values():
            known = found.get(scale.id, scale)
            low, high = min(known.low, scale.low), max(known.high, scale.high)
            found[scale.id] = dataclasses.replace(scale, low=low, high=high)
    return found


def told(everyone: Panel) -> dict[str, str]:
    """Say of each scale that was used what it is called, how far it goes, and what is rated."""
    scales = scales_of(everyone.schemes)
    known = [scales[each] for each in _used(everyone) if each in scales]
    return {
        each.id: f"{each.label}, {each.low} to {each.high}, of {_TARGETS[each.over]}"
        for each in known
    }


def _used(everyone: Panel) -> list[str]:
    every = (coded for shared in everyone.sessions for coded in shared.made)
    return list(dict.fromkeys(rating.scale for coded in every for rating in coded.ratings))


def _values(scale: Scale | None, numbers: Floats) -> list[int]:
    """The values that ratings may have, in order: those declared, and any others there are."""
    given = np.unique(numbers[~np.isnan(numbers)]).astype(np.int64).tolist()
    return given if scale is None else sorted({*range(scale.low, scale.high + 1), *given})


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


def _of_ruptures(shared: Shared, same: SameRupture, scale: str) -> list[tuple[int, int]]:
    """What both gave each shared rupture on a scale."""
    given: list[dict[EpisodeId | None, int]] = [
        {each.episode_id: each.value for each in coded.ratings if each.scale == scale}
        for coded in shared.made
    ]
    pairs = [(same.first[one].id, same.second[other].id) for one, other in same.pairs]
    return [
        (given[0][one], given[1][other])
        for one, other in pairs
        if one in given[0] and other in given[1]
    ]


def _compared(
    numbers: Floats, scale: str, values: Sequence[int], these: tuple[Teller, tuple[str, ...]]
) -> Iterator[Result]:
    tell, names = these
    one_group = np.zeros(len(numbers), np.int64)
    yield from by_unit.of_numbers(numbers, scale, by_unit.Compared((), one_group, names, tell))
    if len(names) == PAIR:
        both = numbers[~np.isnan(numbers).any(axis=1)].astype(np.int64)
        complete = by_unit.Compared((), np.zeros(len(both), np.int64), names, tell)
        yield from by_unit.on_scale(both, values, scale, complete)
