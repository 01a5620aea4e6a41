"""The report of agreement: every statistic that fits, with what it is a number of."""

import dataclasses
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from coder.agreement.coefficients import (
    Estimate,
    cohen_kappa,
    event_f1,
    event_precision,
    event_recall,
    percent_agreement,
    positive_agreement,
)
from coder.agreement.matching import match_points
from coder.agreement.pairs import Pool, pools
from coder.agreement.units import (
    LEVELS,
    ROW_SCHEME,
    Codes,
    Event,
    LeftOut,
    Level,
    codes_at,
    events,
    presence,
    turn_units,
)
from coder.coding import CodedSession
from coder.errors import Notice
from coder.settings import BACKCHANNELS
from coder.words import say

Unit = Literal["turn", "event"]

TURN_STATISTICS = ("percent", "cohen_kappa", "positive_agreement")
EVENT_STATISTICS = ("event_f1", "event_precision", "event_recall")


@dataclass(frozen=True, slots=True)
class Result:
    """One statistic. Undefined, it has no estimate and a ``reason`` (a key of coder.words).

    ``code`` None is pooled (at the level “any”: any rupture), ``raters`` None is all. A direction
    “A>B” takes A as the reference for B. ``n`` is what the estimate is a number of; ``counts``
    are both, only_first, only_second and neither, or matched, only_first and only_second.
    """

    statistic: str
    level: str
    code: str | None
    raters: tuple[str, ...] | None
    direction: str | None
    estimate: float | None
    se: float | None
    low: float | None
    high: float | None
    n: int
    reason: str | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Agreement:
    """The results for one unit, and the settings they were made with."""

    unit: str
    n_units: int
    raters: tuple[str, ...]
    settings: Mapping[str, object]
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What one pool of sessions gives: results, the ids of its units, and what is left out."""

    results: tuple[Result, ...]
    units: frozenset[str]
    left_out: LeftOut


def agreement(
    codings: Sequence[CodedSession],
    *,
    unit: Unit,
    levels: Sequence[Level] = LEVELS,
    tolerance_ms: int = 10_000,
    backchannels: Iterable[str] = BACKCHANNELS,
) -> Agreement:
    """Compare the codings of two raters, or of each two of several, over the sessions both coded.

    Unit “turn”: each substantive turn of the patient, marked or not, per code. Unit “event”: each
    mark, matched one to one within the tolerance. The sessions of a pair are pooled. Raises
    CoderError for fewer than two raters and when no two of them share a session.
    """
    words = tuple(backchannels)
    compared = pools(codings)
    alone = len(compared) == 1
    found = [
        _of_turns(pool, levels, words, alone=alone)
        if unit == "turn"
        else _of_events(pool, levels, tolerance_ms, alone=alone)
        for pool in compared
    ]
    left_out = Counter(why for why, _ in frozenset().union(*(each.left_out for each in found)))
    shared = [pair for pool in compared for pair in pool.pairs]
    schemes = [scheme for pool in compared for scheme in pool.schemes]
    return Agreement(
        unit=unit,
        n_units=len(frozenset().union(*(each.units for each in found))),
        raters=tuple(dict.fromkeys(name for pool in compared for name in pool.names)),
        settings={
            "unit": _described(unit, words),
            "levels": tuple(levels),
            "tolerance_ms": tolerance_ms if unit == "event" else None,
            "backchannels": len(words) if unit == "turn" else None,
            "rows": ROW_SCHEME,
            "interval": "95 %, large-sample (Fleiss, Cohen and Everitt 1969), as if turns were "
            "independent"
            if unit == "turn"
            else None,
            "sessions": tuple(dict.fromkeys(pair.session.address for pair in shared)),
            "schemes": tuple(dict.fromkeys(f"{each.id} {each.version}" for each in schemes)),
            "left_out": dict(sorted(left_out.items())),
        },
        results=tuple(result for each in found for result in each.results),
    )


def to_json(agreement: Agreement) -> dict[str, object]:
    """Write an agreement with the keys of the commands' contract; a reason is a sentence."""
    results = [
        {
            **{field.name: getattr(each, field.name) for field in dataclasses.fields(each)},
            "raters": None if each.raters is None else list(each.raters),
            "reason": None if each.reason is None else say(Notice(each.reason)),
            "counts": dict(each.counts),
        }
        for each in agreement.results
    ]
    return {
        "unit": agreement.unit,
        "n_units": agreement.n_units,
        "raters": list(agreement.raters),
        "settings": {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in agreement.settings.items()
        },
        "results": results,
    }


def _described(unit: Unit, words: tuple[str, ...]) -> str:
    if unit == "event":
        return "event: each mark, matched one to one within the tolerance; n counts marks"
    which = "the patient's turns but for backchannels" if words else "the patient's turns"
    return f"turn: {which}; n counts turns, for positive agreement those that either marked"


def _of_turns(
    pool: Pool, levels: Sequence[Level], words: tuple[str, ...], *, alone: bool
) -> _Found:
    laid_out = [turn_units(pair, words) for pair in pool.pairs]
    units = frozenset(
        f"{each.pair.session.id}/{turn.id}" for each in laid_out for turn in each.turns
    )
    left: LeftOut = frozenset().union(*(each.left_out for each in laid_out))
    results: list[Result] = []
    for level in levels:
        codes = _codes(level, pool)
        tell = _teller(pool, level, alone=alone)
        if codes.reason is not None:
            nothing = Estimate(None, 0, reason=codes.reason)
            results.extend(tell(name, None, nothing, {}) for name in TURN_STATISTICS)
            continue
        found = [presence(each, codes) for each in laid_out]
        left = left.union(*(each[2] for each in found))
        first = np.concatenate([each[0] for each in found])
        second = np.concatenate([each[1] for each in found])
        both = (first & second).sum(axis=0).tolist()
        only_first = (first & ~second).sum(axis=0).tolist()
        only_second = (~first & second).sum(axis=0).tolist()
        for code, a, b, c in zip(codes.codes, both, only_first, only_second, strict=True):
            d = len(first) - a - b - c
            table = [[a, b], [c, d]]
            counts = {"both": a, "only_first": b, "only_second": c, "neither": d}
            results.append(tell("percent", code, percent_agreement(table), counts))
            results.append(tell("cohen_kappa", code, cohen_kappa(table), counts))
            results.append(tell("positive_agreement", code, positive_agreement(a, b, c), counts))
    return _Found(tuple(results), units, left)


def _of_events(pool: Pool, levels: Sequence[Level], tolerance_ms: int, *, alone: bool) -> _Found:
    left: set[tuple[str, str]] = set()
    timed: list[tuple[list[Event], list[Event]]] = []
    for pair in pool.pairs:
        sides = []
        for coded in (pair.first, pair.second):
            found, gone = events(pair, coded)
            left |= gone
            left |= {("marks_without_time", each.mark.id) for each in found if each.at_ms is None}
            sides.append([each for each in found if each.at_ms is not None])
        timed.append((sides[0], sides[1]))
    units = frozenset(event.mark.id for sides in timed for side in sides for event in side)
    results: list[Result] = []
    for level in levels:
        codes = _codes(level, pool)
        tell = _teller(pool, level, alone=alone)
        if codes.reason is None:
            tallies, gone = _tallies(pool, timed, codes, tolerance_ms)
            left |= gone
            for code, tally in tallies.items():
                results.extend(_event_results(tell, pool, code, tally))
        else:
            results.extend(_event_results(tell, pool, None, (0, 0, 0), codes.reason))
    return _Found(tuple(results), units, frozenset(left))


_Tally = tuple[int, int, int]


def _tallies(
    pool: Pool,
    timed: Sequence[tuple[list[Event], list[Event]]],
    codes: Codes,
    tolerance_ms: int,
) -> tuple[dict[str | None, _Tally], LeftOut]:
    """Matched marks, and all marks of each rater, per code and (None) over all codes."""
    tallies: dict[str | None, _Tally] = dict.fromkeys(codes.codes, (0, 0, 0))
    left: set[tuple[str, str]] = set()
    for pair, sides in zip(pool.pairs, timed, strict=True):
        times: dict[str | None, tuple[list[int], list[int]]] = {
            code: ([], []) for code in codes.codes
        }
        for n, coded in enumerate((pair.first, pair.second)):
            for event in sides[n]:
                counted = codes.of(event.mark, coded.scheme)
                if not counted:
                    left.add((codes.why_none(event.mark, coded.scheme), event.mark.id))
                for code in counted:
                    times[code][n].append(event.at_ms or 0)
        for code, (first, second) in times.items():
            matched = len(match_points(first, second, tolerance_ms))
            tallies[code] = _plus(tallies[code], (matched, len(first), len(second)))
    pooled = (0, 0, 0)
    for tally in tallies.values():
        pooled = _plus(pooled, tally)
    return {**tallies, None: pooled}, frozenset(left)


def _plus(one: _Tally, other: _Tally) -> _Tally:
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


_Tell = Callable[..., Result]


def _event_results(
    tell: _Tell, pool: Pool, code: str | None, tally: _Tally, reason: str | None = None
) -> Iterator[Result]:
    matched, first, second = tally
    one, other = pool.names
    counts = {"matched": matched, "only_first": first - matched, "only_second": second - matched}
    estimates = [
        ("event_f1", event_f1(matched, first, second), None),
        ("event_precision", event_precision(matched, second), f"{one}>{other}"),
        ("event_recall", event_recall(matched, first), f"{one}>{other}"),
        ("event_precision", event_precision(matched, first), f"{other}>{one}"),
        ("event_recall", event_recall(matched, second), f"{other}>{one}"),
    ]
    for name, estimate, direction in estimates:
        told = estimate if reason is None else Estimate(None, 0, reason=reason)
        yield tell(name, code, told, {} if reason else counts, direction)


def _codes(level: Level, pool: Pool) -> Codes:
    if not pool.pairs:
        return Codes(level, (), {}, "agreement_no_shared_session")
    return codes_at(level, pool.schemes)


def _teller(pool: Pool, level: Level, *, alone: bool) -> _Tell:
    """Return what makes a result of an estimate for this pool and level."""

    def tell(
        statistic: str,
        code: str | None,
        estimate: Estimate,
        counts: Mapping[str, int],
        direction: str | None = None,
    ) -> Result:
        return Result(
            statistic=statistic,
            level=level,
            code=code,
            raters=None if alone else pool.names,
            direction=direction,
            estimate=estimate.value,
            se=estimate.se,
            low=estimate.low,
            high=estimate.high,
            n=estimate.n,
            reason=estimate.reason,
            counts=counts,
        )

    return tell
