"""Agreement unit by unit: a table for each code, the sets of codes, and counts as numbers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement import icc, kappa, seconds, several
from coder.agreement.alpha import Metric, SetDistance, alpha, alpha_sets
from coder.agreement.estimate import Floats, Ints, Parts
from coder.agreement.panel import PAIR
from coder.agreement.result import Resampling, Result, Teller, too_rare
from coder.agreement.units import Marked, Place
from coder.errors import Notice

OF_TWO = (
    "percent",
    "positive",
    "negative",
    "prevalence_index",
    "bias_index",
    "cohen_kappa",
    "kappa_max",
    "scott_pi",
    "fleiss_kappa",
    "brennan_prediger",
    "pabak",
    "gwet_ac1",
    "alpha_nominal",
)
OF_MORE = (
    "percent",
    "positive",
    "negative",
    "fleiss_kappa",
    "conger_kappa",
    "light_kappa",
    "brennan_prediger",
    "gwet_ac1",
    "alpha_nominal",
)
SETS: tuple[tuple[str, SetDistance], ...] = (("alpha_jaccard", "jaccard"), ("alpha_masi", "masi"))
METRICS: tuple[tuple[str, Metric], ...] = (
    ("alpha_ordinal", "ordinal"),
    ("alpha_interval", "interval"),
    ("alpha_ratio", "ratio"),
)
_FIXED_AT_ZERO = ("cohen_kappa", "kappa_max")


@dataclass(frozen=True, slots=True, eq=False)
class Compared:
    """What some raters are compared on: the units' groups, the raters' names, and who tells."""

    places: Sequence[Place]
    groups: Ints
    names: Sequence[str]
    tell: Teller


def results(
    marked: Marked, columns: Sequence[int], names: Sequence[str], drawn: Resampling, tell: Teller
) -> Iterator[Result]:
    """Every statistic at one level for some raters, by their columns and names."""
    places, counts, seen = marked.among(columns)
    these = Compared(places, drawn.of(places), names, tell)
    present = (counts > 0) & seen[:, :, None]
    for n, code in enumerate(marked.codes.codes):
        ratings = np.where(seen, present[:, :, n].astype(np.int64), -1)
        yield from of_code(ratings, code, these)
        if tell.plan.unit == "second" and len(columns) == PAIR:
            yield from _over_time(ratings, code, these)
        if tell.plan.unit in {"session", "segment"}:
            numbers = np.where(seen, counts[:, :, n], np.nan)
            most = int(np.where(seen, counts[:, :, n], 0).sum(axis=0).max(initial=0))
            rare = None if code is None else too_rare(most, tell.plan)
            yield from of_numbers(numbers, code, these, rare)
    if marked.codes.pooled and marked.codes.level not in {None, "any"}:
        told = {"marked": int(present.any(axis=(1, 2)).sum()), "units": len(places)}
        for statistic, distance in SETS:
            parts = alpha_sets(present, seen, distance, these.groups)
            yield tell.tell(statistic, None, parts, told)


def of_code(ratings: Ints, code: str | None, these: Compared) -> Iterator[Result]:
    """Every statistic of one code, marked (1), not marked (0) or not seen (-1) by each rater."""
    used = (ratings == 1).sum(axis=0)
    rare = None if code is None else too_rare(int(used.max(initial=0)), these.tell.plan)
    if ratings.shape[1] > PAIR:
        counts = {name: int(n) for name, n in zip(these.names, used, strict=True)}
        counts["units"] = len(ratings)
        for statistic, parts in of_more(ratings, these.groups):
            yield these.tell.tell(statistic, code, parts, counts, note=rare)
        return
    tables = kappa.crosstab(ratings[:, 0], ratings[:, 1], 2, these.groups)
    counts = fourfold(tables)
    none = _marked_none(counts, these.names)
    for statistic, parts in of_two(ratings, tables, these.groups):
        reason = none if statistic in _FIXED_AT_ZERO else None
        yield these.tell.tell(statistic, code, parts, counts, reason=reason, note=rare)


def fourfold(tables: Ints) -> dict[str, int]:
    """The counts behind a code: both, only the first, only the second, neither."""
    cells = kappa.collapse(tables, 1).sum(axis=0).ravel().tolist()
    names = ("both", "only_first", "only_second", "neither")
    return {name: int(n) for name, n in zip(names, cells, strict=True)}


def of_two(ratings: Ints, tables: Ints, groups: Ints) -> Iterator[tuple[str, Parts]]:
    """The statistics of two raters over units marked or not."""
    cells = kappa.collapse(tables, 1)
    counted = several.count(ratings, 2, groups)
    yield "percent", kappa.percent(tables)
    yield "positive", kappa.positive(cells)
    yield "negative", kappa.negative(cells)
    yield "prevalence_index", kappa.prevalence_index(cells)
    yield "bias_index", kappa.bias_index(cells)
    yield "cohen_kappa", kappa.cohen_kappa(tables)
    yield "kappa_max", kappa.kappa_max(tables)
    yield "scott_pi", kappa.scott_pi(tables)
    yield "fleiss_kappa", several.fleiss_kappa(counted)
    yield "brennan_prediger", several.brennan_prediger(counted)
    yield "pabak", kappa.pabak(cells)
    yield "gwet_ac1", several.gwet_ac1(counted)
    yield "alpha_nominal", alpha(ratings, 2, "nominal", groups=groups)


def of_more(ratings: Ints, groups: Ints) -> Iterator[tuple[str, Parts]]:
    """The statistics of three or more raters over units marked, not marked or not seen."""
    counted = several.count(ratings, 2, groups)
    yield "percent", several.percent(counted)
    yield "positive", several.positive(counted)
    yield "negative", several.negative(counted)
    yield "fleiss_kappa", several.fleiss_kappa(counted)
    yield "conger_kappa", several.conger_kappa(counted)
    yield "light_kappa", several.light_kappa(counted)
    yield "brennan_prediger", several.brennan_prediger(counted)
    yield "gwet_ac1", several.gwet_ac1(counted)
    yield "alpha_nominal", alpha(ratings, 2, "nominal", groups=groups)


def _marked_none(counts: Mapping[str, int], names: Sequence[str]) -> Notice | None:
    """Say that one rater alone marked none: kappa would be 0 whatever the other did."""
    first = counts["both"] + counts["only_first"]
    second = counts["both"] + counts["only_second"]
    if (first == 0) == (second == 0):
        return None
    neither, either = counts["neither"], first + second
    absence = 200 * neither / (2 * neither + either)
    who = names[0] if first == 0 else names[1]
    return Notice("agreement_marked_none", {"rater": who, "absence": f"{absence:.1f}"})


def _over_time(ratings: Ints, code: str | None, these: Compared) -> Iterator[Result]:
    """Time-unit kappa with tolerance, each rater in turn the reference."""
    places, tolerance = these.places, these.tell.plan.tolerance_ms // 1000
    runs = np.cumsum([n > 0 and _apart(places[n - 1], places[n]) for n in range(len(places))])
    fourfolds = kappa.crosstab(ratings[:, 0], ratings[:, 1], 2)
    none = _marked_none(fourfold(fourfolds), these.names)
    used = int((ratings == 1).sum(axis=0).max(initial=0))
    rare = None if code is None else too_rare(used, these.tell.plan)
    for one, other in ((0, 1), (1, 0)):
        states = ratings[:, one], ratings[:, other]
        tables = seconds.time_table(*states, 2, tolerance, groups=these.groups, runs=runs)
        counts = {"units": len(ratings), "agreed": int(np.trace(tables.sum(axis=0)))}
        direction = f"{these.names[one]}>{these.names[other]}"
        told = seconds.time_kappa(tables)
        yield these.tell.tell(
            "time_kappa", code, told, counts, direction=direction, reason=none, note=rare
        )


def _apart(one: Place, other: Place) -> bool:
    """Tell whether a second does not follow on another."""
    return one.session != other.session or (other.start_ms or 0) - (one.start_ms or 0) != 1000  # noqa: PLR2004 - a second


def of_numbers(
    numbers: Floats, code: str | None, these: Compared, note: Notice | None = None
) -> Iterator[Result]:
    """The statistics of numbers (targets, raters), NaN where a rater gave none.

    Raters that change from target to target can be compared by (1, .) alone; the other forms
    then stand on the targets that all rated.
    """
    complete = numbers[~np.isnan(numbers).any(axis=1)]
    crossed = len(complete) == len(numbers)
    counts = {"targets": len(numbers), "rated_by_all": len(complete), "raters": len(these.names)}
    # Sessions are independent and have intervals from theory; their segments are resampled.
    groups = these.groups if these.tell.plan.unit == "segment" else None
    beside = bias(numbers, these.names)
    for form in icc.FORMS:
        if not crossed and (form == "1_1" or form == "1_k"):  # noqa: PLR1714 - mypy narrows by ==
            parts = icc.icc_one_way(numbers, form, groups)
        else:
            parts = icc.icc(numbers, form, groups)
        yield these.tell.tell(f"icc_{form}", code, parts, counts, beside=beside, note=note)
    given = ~np.isnan(numbers)
    values, places = np.unique(numbers[given], return_inverse=True)
    codes = np.full(numbers.shape, -1, np.int64)
    codes[given] = places
    for statistic, metric in METRICS:
        parts = alpha(codes, len(values), metric, values=values, groups=these.groups)
        yield these.tell.tell(statistic, code, parts, counts, note=note)


def bias(numbers: Floats, names: Sequence[str]) -> dict[str, float]:
    """Each rater's mean; of two raters the second's signed bias, with its limits; and its test."""
    given = ~np.isnan(numbers)
    sums, seen = np.where(given, numbers, 0).sum(axis=0), given.sum(axis=0)
    found = {
        f"mean {name}": float(s / n) for name, s, n in zip(names, sums, seen, strict=True) if n
    }
    tested = icc.rater_bias(numbers)
    more = {"bias_f": tested.f, "bias_p": tested.p}
    if len(names) == PAIR:
        limits = icc.bland_altman(numbers[:, 0], numbers[:, 1])
        more |= {"bias": limits.bias, "limit_low": limits.low, "limit_high": limits.high}
    return found | {name: value for name, value in more.items() if value is not None}


def on_scale(numbers: Ints, values: Sequence[int], code: str, these: Compared) -> Iterator[Result]:
    """Two raters' ratings (targets, 2) on a scale with these values: weighted kappa and AC2."""
    place = {value: n for n, value in enumerate(values)}
    ratings = np.array([[place[v] for v in row] for row in numbers.tolist()], np.int64)
    ratings = ratings.reshape(len(numbers), PAIR)
    q = len(values)
    tables = kappa.crosstab(ratings[:, 0], ratings[:, 1], q, these.groups)
    counted = several.count(ratings, q, these.groups)
    tell = these.tell
    counts = {"targets": len(ratings)}
    yield tell.tell("percent", code, kappa.percent(tables), counts)
    for name, weights in (("linear", kappa.linear(q)), ("quadratic", kappa.quadratic(q))):
        parts = kappa.cohen_kappa(tables, weights)
        yield tell.tell(f"cohen_kappa_{name}", code, parts, counts)
        yield tell.tell(f"gwet_ac2_{name}", code, several.gwet_ac2(counted, weights), counts)
