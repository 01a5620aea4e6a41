"""Agreement of ratings made elsewhere: of each unit one category, or one number, by each rater.

Of three raters and more, all together are compared, and every two. Errors and intervals are from
theory, the units taken to be independent; alpha has none, and units are resampled for it.
"""

import dataclasses
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from coder.agreement import icc, intervals, kappa, several
from coder.agreement.alpha import Metric, alpha
from coder.agreement.by_unit import bias
from coder.agreement.estimate import Floats, Ints, Parts
from coder.agreement.panel import PAIR
from coder.agreement.plan import Plan
from coder.agreement.result import Result, Teller
from coder.errors import Notice

YES = frozenset({"1", "yes", "true", "present", "positive", "+"})
NO = frozenset({"0", "no", "false", "absent", "negative", "none", "nil", "nothing", "neither", "-"})
_LETTERS = {frozenset("yn"): "y", frozenset("tf"): "t"}  # only beside each other
NUMERIC: tuple[Metric, ...] = ("interval", "ratio")

_MOST = 4000  # different ratings that can be taken for categories
_MOST_RESAMPLED = 1000  # ratio compares every two of them in every resample
_MOST_LISTED = 100  # categories that are each set against the rest
_CELLS = 2**26  # units times categories held at once for the coefficients of categories
_DRAWN = 2**25  # numbers held at once for resampling alpha
_OF_CATEGORIES = (
    "percent", "cohen_kappa", "cohen_kappa_linear", "cohen_kappa_quadratic", "kappa_max",
    "scott_pi", "fleiss_kappa", "conger_kappa", "light_kappa", "brennan_prediger", "gwet_ac1",
    "gwet_ac2_linear", "gwet_ac2_quadratic",
)  # fmt: skip
_ONLY_TWO = frozenset(name for name in _OF_CATEGORIES if name.startswith(("cohen", "kappa", "sc")))
_ONLY_MORE = frozenset({"conger_kappa", "light_kappa"})
_FIXED_AT_ZERO = frozenset(name for name in _ONLY_TWO if name != "scott_pi")
# What the coefficients say of codes on units, said of categories.
_REASONS = {
    "agreement_never_marked": "ratings_never_chosen",
    "agreement_always_marked": "ratings_always_chosen",
    "agreement_one_category": "ratings_one_category",
    "agreement_no_units": "ratings_no_units",
}


@dataclass(frozen=True, slots=True, eq=False)
class Ratings:
    """Ratings of units by raters.

    ``codes`` (units, raters) are positions in ``categories``, which are in their declared order,
    or -1 for no rating; ``values`` (categories,) are the numbers that these stand for, if they do.
    """

    units: Sequence[str]
    raters: tuple[str, ...]
    categories: tuple[str, ...]
    codes: Ints
    values: Floats | None = None

    @property
    def positive(self) -> int | None:
        """Which of two categories is the positive one.

        It is a word for yes, or what is no word for no, or else the first.
        """
        if len(self.categories) != PAIR:
            return None
        names = [name.casefold() for name in self.categories]
        letter = _LETTERS.get(frozenset(names))
        if letter is not None:
            return names.index(letter)
        meant = [n for n, name in enumerate(names) if name in YES]
        meant = meant if len(meant) == 1 else [n for n, name in enumerate(names) if name not in NO]
        return meant[0] if len(meant) == 1 else 0


def compare(
    ratings: Ratings, kind: Metric = "nominal", plan: Plan | None = None
) -> tuple[Result, ...]:
    """Every statistic that fits: of all raters, and where there are more than two of every two.

    ``kind`` chooses the alpha and, from interval up, the intraclass correlations, which need
    ``values``. Of ``plan`` only resamples and seed count. Without resamples alpha has no interval.
    """
    plan = Plan() if plan is None else plan
    everyone = Teller(plan, None, None)
    if len(ratings.raters) == PAIR:
        return tuple(_results(ratings, kind, everyone))
    found = list(_results(ratings, kind, everyone))
    for one, other in itertools.combinations(range(len(ratings.raters)), PAIR):
        names = ratings.raters[one], ratings.raters[other]
        pair = dataclasses.replace(ratings, raters=names, codes=ratings.codes[:, [one, other]])
        found += _results(pair, kind, Teller(plan, None, names))
    return tuple(found)


def _results(of: Ratings, kind: Metric, tell: Teller) -> Iterator[Result]:
    q = len(of.categories)
    if q > _MOST or q * len(of.codes) > _CELLS:
        others = _ONLY_MORE if len(of.raters) == PAIR else _ONLY_TWO
        fitting = [name for name in _OF_CATEGORIES if name not in others]
        why = Notice("ratings_too_large", {"n": q, "units": len(of.codes)})
        if q > _MOST:
            why = Notice("ratings_too_many_categories", {"n": q})
        yield from tell.nothing(fitting, why)
    else:
        yield from _pooled(of, tell)
    yield _alpha(of, kind, tell)
    if kind in NUMERIC:
        yield from _iccs(of, tell)
    every = tell.raters is None  # of two among many what is pooled says enough
    if every and PAIR <= q <= _MOST_LISTED and q * len(of.codes) <= _CELLS:
        yield from _by_category(of, tell)


def _pooled(of: Ratings, tell: Teller) -> Iterator[Result]:
    counted = several.count(of.codes, len(of.categories))
    if len(of.raters) > PAIR:
        counts = {"units": int(np.count_nonzero(counted.raters > 1)), "raters": len(of.raters)}
        for statistic, parts in _pooled_of_more(counted, of.positive):
            yield tell.tell(statistic, None, _told(parts), counts)
        return
    tables = _table(of)
    counts = {"units": int(tables.sum()), "agreed": int(np.trace(tables[0]))}
    fixed = _fixed(tables[0], of)
    for statistic, parts in _pooled_of_two(tables, counted, of.positive):
        note = fixed if statistic in _FIXED_AT_ZERO else None
        yield tell.tell(statistic, None, _told(parts), counts, note=note)


def _by_category(of: Ratings, tell: Teller) -> Iterator[Result]:
    """Each category against the rest: they are as many results as there are categories."""
    counted = several.count(of.codes, len(of.categories))
    if len(of.raters) > PAIR:
        given = int((of.codes >= 0).sum())
        for n, category in enumerate(of.categories):
            counts = {"chosen": int((of.codes == n).sum()), "ratings": given}
            for statistic, parts in _category_of_more(counted, n):
                yield tell.tell(statistic, category, _told(parts), counts)
        return
    tables = _table(of)
    for n, category in enumerate(of.categories):
        cells = kappa.collapse(tables, n)
        both, first, second, neither = (int(each) for each in cells[0].ravel())
        counts = {"both": both, "only_first": first, "only_second": second, "neither": neither}
        fixed = _fixed(cells[0], dataclasses.replace(of, categories=(category, f"not {category}")))
        for statistic, parts in _category_of_two(cells, counted, n):
            reason = fixed if statistic in _FIXED_AT_ZERO else None
            yield tell.tell(statistic, category, _told(parts), counts, reason=reason)


def _table(of: Ratings) -> Ints:
    return kappa.crosstab(of.codes[:, 0], of.codes[:, 1], len(of.categories))


def _pooled_of_two(
    tables: Ints, counted: several.Counts, positive: int | None
) -> Iterator[tuple[str, Parts]]:
    linear, quadratic = kappa.linear(counted.q), kappa.quadratic(counted.q)
    yield "percent", kappa.percent(tables)
    if positive is not None:
        yield from _marked(kappa.collapse(tables, positive))
    yield "cohen_kappa", kappa.cohen_kappa(tables)
    yield "cohen_kappa_linear", kappa.cohen_kappa(tables, linear)
    yield "cohen_kappa_quadratic", kappa.cohen_kappa(tables, quadratic)
    yield "kappa_max", kappa.kappa_max(tables)
    yield "scott_pi", kappa.scott_pi(tables)
    yield "fleiss_kappa", several.fleiss_kappa(counted)
    yield "brennan_prediger", several.brennan_prediger(counted)
    if positive is not None:
        yield "pabak", kappa.pabak(tables)
    yield from _gwet(counted)


def _marked(cells: kappa.Tables) -> Iterator[tuple[str, Parts]]:
    yield "positive", kappa.positive(cells)
    yield "negative", kappa.negative(cells)
    yield "prevalence_index", kappa.prevalence_index(cells)
    yield "bias_index", kappa.bias_index(cells)


def _category_of_two(
    cells: kappa.Tables, counted: several.Counts, category: int
) -> Iterator[tuple[str, Parts]]:
    yield from _marked(cells)
    yield "cohen_kappa", kappa.cohen_kappa(cells)
    yield "fleiss_kappa", several.fleiss_category(counted, category)


def _gwet(counted: several.Counts) -> Iterator[tuple[str, Parts]]:
    yield "gwet_ac1", several.gwet_ac1(counted)
    yield "gwet_ac2_linear", several.gwet_ac2(counted, kappa.linear(counted.q))
    yield "gwet_ac2_quadratic", several.gwet_ac2(counted, kappa.quadratic(counted.q))


def _pooled_of_more(counted: several.Counts, positive: int | None) -> Iterator[tuple[str, Parts]]:
    yield "percent", several.percent(counted)
    if positive is not None:
        yield from _marked_by_more(counted, positive)
    yield "fleiss_kappa", several.fleiss_kappa(counted)
    yield "conger_kappa", several.conger_kappa(counted)
    yield "light_kappa", several.light_kappa(counted)
    yield "brennan_prediger", several.brennan_prediger(counted)
    yield from _gwet(counted)


def _marked_by_more(counted: several.Counts, category: int) -> Iterator[tuple[str, Parts]]:
    against = several.against_rest(counted, category)
    yield "positive", several.positive(against)
    yield "negative", several.negative(against)


def _category_of_more(counted: several.Counts, category: int) -> Iterator[tuple[str, Parts]]:
    yield from _marked_by_more(counted, category)
    yield "fleiss_kappa", several.fleiss_category(counted, category)


def _told(parts: Parts) -> Parts:
    return dataclasses.replace(parts, reason=_REASONS.get(parts.reason, parts.reason))


def _fixed(table: kappa.Tables, of: Ratings) -> Notice | None:
    """Say that one rater put all in one category: kappa would be 0 whatever the other did."""
    if int(np.trace(table)) == int(table.sum()):
        return None
    for rater, margins in zip(of.raters, (table.sum(axis=1), table.sum(axis=0)), strict=True):
        used = np.flatnonzero(margins)
        if len(used) == 1:
            told = {"rater": rater, "category": of.categories[int(used[0])]}
            return Notice("ratings_one_by_coder", told)
    return None


def _alpha(of: Ratings, kind: Metric, tell: Teller) -> Result:
    """Krippendorff's alpha of a kind, with an interval from resampled units.

    Units whose ratings are the same, whoever gave them, add the same: how often each such pattern
    is drawn is multinomial, and a million units cost no more than their patterns. Order is of no
    account, neither of units nor of raters.
    """
    q, plan = len(of.categories), tell.plan
    rated = np.sort(of.codes, axis=1)
    rated = rated[rated[:, -PAIR] >= 0]
    given = np.count_nonzero(rated >= 0, axis=1)
    counts = {"units": len(rated), "ratings": int(given.sum())}
    which, sizes = _patterns(rated, q)
    if _too_much(kind, q, given, len(sizes), plan.resamples):
        found = _told(alpha(rated, q, kind, of.values)).estimate()
        note = Notice("ratings_too_many_to_resample") if found.reason is None else None
        return tell.tell(f"alpha_{kind}", None, found, counts, note=note)
    parts = _told(alpha(rated, q, kind, of.values, which))
    found = parts.estimate()
    if len(sizes) and plan.resamples:
        random = np.random.default_rng(plan.seed)
        drawn = random.multinomial(len(rated), sizes / len(rated), size=plan.resamples)
        found = intervals.resampled(parts, drawn / sizes)
    note = None
    if plan.resamples and found.reason is None and found.low is None:
        note = Notice("ratings_nothing_to_resample")
    made = tell.tell(f"alpha_{kind}", None, found, counts, note=note)
    return dataclasses.replace(made, groups=None if found.low is None else len(rated))


def _too_much(kind: Metric, q: int, given: Ints, patterns: int, resamples: int) -> bool:
    """Tell whether resampling alpha would take minutes or gigabytes."""
    wide = q
    if kind == "ordinal":  # a sum for each pair of categories that units hold
        wide = max(q, min(q * (q - 1) // 2, int((given * (given - 1) // 2).sum())))
    held = max(wide, resamples) * patterns
    return held > _DRAWN or (kind == "ratio" and q > _MOST_RESAMPLED)


def _patterns(rated: Ints, q: int) -> tuple[Ints, Ints]:
    """Which pattern of ratings each unit has (units,), in a fixed order, and how many have it."""
    which = np.zeros(len(rated), np.int64)
    for column in rated.T:
        which = np.unique(which * (q + 1) + column + 1, return_inverse=True)[1]
    return which, np.bincount(which)


def _iccs(of: Ratings, tell: Teller) -> Iterator[Result]:
    """The intraclass correlations. Where some ratings are missing only (1, .) stands on all."""
    assert of.values is not None  # noqa: S101 - alpha has refused that
    rated = of.codes[(of.codes >= 0).any(axis=1)]
    numbers = np.where(rated < 0, np.nan, of.values[rated])
    complete = int(np.count_nonzero(~np.isnan(numbers).any(axis=1)))
    counts = {"targets": len(numbers), "rated_by_all": complete, "raters": len(of.raters)}
    beside: Mapping[str, float] = bias(numbers, of.raters)
    for form in icc.FORMS:
        if complete < len(numbers) and (form == "1_1" or form == "1_k"):  # noqa: PLR1714 - mypy narrows by ==
            parts = icc.icc_one_way(numbers, form)
        else:
            parts = icc.icc(numbers, form)
        yield tell.tell(f"icc_{form}", None, parts, counts, beside=beside)
