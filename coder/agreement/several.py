"""Agreement of any number of raters, each of whom may have missed units.

Ratings are counted once, and every coefficient starts from the ``Counts``. As in
coder.agreement.kappa it is computed as 1 - Do / De. Do is the disagreement between the raters of
a unit, averaged over the units that two or more rated: ``n`` of them. De is what chance brings,
from how often each category was given; there every unit rated at all has the same say.

Errors are linearised over the units rated at all, with a t interval: Gwet (2008), Br J Math Stat
Psychol 61:29-48; (2014), Handbook of Inter-Rater Reliability, 4th ed., ch. 5. Raters are taken
as they are, units as a sample of many. Where many units were rated only once these errors are too
large, that of percent most. Where one is 0 by its form, as at perfect agreement, it says nothing,
and there is no interval.
"""

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from coder.agreement.estimate import Floats, Ints, Parts
from coder.agreement.kappa import (
    ROUNDING,
    cohen_kappa,
    crosstab,
    disagreement,
    identity,
    normal_interval,
    ratio,
    specific_interval,
    t_interval,
)

_PAIR = 2


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """The ratings of the units that at least one rater rated, counted.

    ``codes`` (units, raters) are 0 to ``q`` - 1, or -1 where a rater did not rate the unit.
    ``raters`` (units,) says how many did, ``shares`` (units, q) what part of them chose each
    category, ``groups`` (units,) which of ``n_groups`` the unit belongs to.
    """

    codes: Ints
    q: int
    raters: Ints
    shares: Floats
    groups: Ints
    n_groups: int


def count(codes: Ints, q: int, groups: Ints | None = None) -> Counts:
    """Count ratings (units, raters) in ``q`` categories, -1 for none, by ``groups`` (units,)."""
    n_groups = 1 if groups is None else int(groups.max(initial=-1)) + 1
    groups = np.zeros(len(codes), np.int64) if groups is None else groups
    wide = q + 1  # -1, not rated, is counted in a column that is then cut off
    cells = codes + (np.arange(len(codes)) * wide + 1)[:, None]
    chosen = np.bincount(cells.ravel(), minlength=len(codes) * wide).reshape(len(codes), wide)
    raters = codes.shape[1] - chosen[:, 0]
    rated = raters > 0
    if not rated.all():
        codes, groups, chosen, raters = codes[rated], groups[rated], chosen[rated], raters[rated]
    return Counts(codes, q, raters, chosen[:, 1:] / raters[:, None], groups, n_groups)


def against_rest(counts: Counts, category: int) -> Counts:
    """Set one category, now code 1, against the rest, now code 0."""
    codes = np.where(counts.codes < 0, -1, counts.codes == category)
    chosen = counts.shares[:, category]
    return replace(counts, codes=codes, q=2, shares=np.column_stack([1 - chosen, chosen]))


def percent(counts: Counts, weights: Floats | None = None) -> Parts:
    """Share (0-1) of the pairs of raters of a unit who agree, averaged over units."""
    return _corrected(counts, weights, np.ones_like, 0)


def fleiss_kappa(counts: Counts, weights: Floats | None = None) -> Parts:
    """Fleiss' kappa: chance is that of all ratings pooled. For two raters it is Scott's pi.

    Fleiss (1971), Psychol Bull 76:378-382; weighted, and with ratings missing, Gwet (2014).
    """
    apart = disagreement(counts.q, weights)
    either_way = (apart + apart.T) / 2
    return _corrected(counts, weights, lambda used: used @ either_way)


def fleiss_category(counts: Counts, category: int) -> Parts:
    """Fleiss' kappa of one category against the rest.

    Of complete ratings it is what Fleiss (1971) gives for each category; with ratings missing it
    is Fleiss' kappa of the ratings collapsed to chosen or not.
    """
    return fleiss_kappa(against_rest(counts, category))


def brennan_prediger(counts: Counts, weights: Floats | None = None) -> Parts:
    """Chance finds every declared category equally likely. For two categories it is PABAK.

    Brennan and Prediger (1981), Educ Psychol Meas 41:687-699; weighted, and with ratings
    missing, Gwet (2014).
    """
    even = disagreement(counts.q, weights).mean()
    return _corrected(counts, weights, lambda used: np.full_like(used, even))


def gwet_ac1(counts: Counts) -> Parts:
    """Gwet's AC1: chance agreement is low where one category prevails, unlike that of kappa.

    Gwet (2008), Br J Math Stat Psychol 61:29-48. It depends on how many categories are declared.
    """
    return gwet_ac2(counts, identity(counts.q))


def gwet_ac2(counts: Counts, weights: Floats) -> Parts:
    """Gwet's AC2: AC1 with weights (q, q). Gwet (2014)."""
    guessed = ratio(weights.sum(), counts.q * (counts.q - 1))
    return _corrected(counts, weights, lambda used: 1 - guessed * (1 - used))


def _corrected(
    counts: Counts, weights: Floats | None, meets: Callable[[Floats], Floats], floor: int = -1
) -> Parts:
    """A coefficient whose chance depends on how often each category was used, by all raters.

    ``meets`` takes these shares (..., q) to the disagreement that a rating of each category
    meets by chance (..., q).
    """
    observed = _observed(counts, weights)
    groups = _by_group(counts, [observed, counts.raters > 1, *counts.shares.T])

    def value(sums: Floats) -> Floats:
        used = ratio(sums[..., 2:], sums[..., 2:].sum(axis=-1, keepdims=True))
        return 1 - ratio(sums[..., 0], sums[..., 1] * (used * meets(used)).sum(axis=-1))

    total = groups[:, 2:].sum(axis=0)
    by_chance = counts.shares @ meets(ratio(total, total.sum()))
    return _parts(counts, groups, value, (observed, by_chance), floor)


def conger_kappa(counts: Counts, weights: Floats | None = None) -> Parts:
    """Conger's kappa: chance is that of each rater's own margins. For two it is Cohen's kappa.

    Conger (1980), Psychol Bull 88:322-328. With ratings missing, a rater's margins are over all
    units they rated, as in Gwet (2014): then it is not the kappa of the units rated by both.
    """
    apart = disagreement(counts.q, weights)
    observed = _observed(counts, weights)
    margins = _margins(counts)
    groups = np.hstack([_by_group(counts, [observed, counts.raters > 1]), margins])
    value = partial(_conger, apart=apart, n_raters=counts.codes.shape[1])
    by_chance = _met_by_chance(counts, margins.sum(axis=0), (apart + apart.T) / 2)
    return _parts(counts, groups, value, (observed, by_chance))


def _margins(counts: Counts) -> Floats:
    """How often each rater of each group gave each category (groups, raters * q)."""
    n_raters, wide = counts.codes.shape[1], counts.q + 1
    rows = counts.groups[:, None] * n_raters + np.arange(n_raters)
    cells = rows * wide + counts.codes + 1
    made = np.bincount(cells.ravel(), minlength=counts.n_groups * n_raters * wide)
    made = made.reshape(counts.n_groups, n_raters, wide)[:, :, 1:]
    return made.reshape(counts.n_groups, n_raters * counts.q).astype(np.float64)


def _conger(sums: Floats, apart: Floats, n_raters: int) -> Floats:
    own, rated = _own(sums[..., 2:], n_raters)
    raters = np.count_nonzero(rated, axis=-1)
    pooled = own.sum(axis=-2)
    met = (pooled @ apart * pooled).sum(axis=-1) - (own @ apart * own).sum(axis=(-2, -1))
    return 1 - ratio(sums[..., 0] * raters * (raters - 1), sums[..., 1] * met)


def _own(margins: Floats, n_raters: int) -> tuple[Floats, Floats]:
    """Each rater's shares of the categories (..., raters, q), and how many units they rated."""
    given = margins.reshape(*margins.shape[:-1], n_raters, margins.shape[-1] // n_raters)
    rated = given.sum(axis=-1)
    own: Floats = np.nan_to_num(ratio(given, rated[..., None]))
    return own, rated


def _met_by_chance(counts: Counts, margins: Floats, apart: Floats) -> Floats:
    """What each unit adds to the disagreement that Conger's kappa expects, linearised (units,).

    A rater's margins are ratios: a rating counts as how it differs from what the rater gives on
    average, and for more the fewer units they rated.
    """
    own, rated = _own(margins, counts.codes.shape[1])
    raters = int(np.count_nonzero(rated))
    others = (own.sum(axis=0) - own) @ apart
    usual = (own * others).sum(axis=1, keepdims=True)
    adds = ratio((others - usual) * len(counts.codes), rated[:, None] * raters * (raters - 1))
    by_code = np.pad(adds, ((0, 0), (1, 0)))  # a rating not given, -1, adds nothing
    each: Floats = by_code[np.arange(len(by_code)), counts.codes + 1].sum(axis=1)
    return each + ratio(usual.sum(), raters * (raters - 1))


def light_kappa(counts: Counts) -> Parts:
    """Light's kappa: the mean of Cohen's kappas of all pairs of raters.

    Light (1971), Psychol Bull 76:365-377. A pair is compared on the units both rated; where the
    kappa of a pair is undefined, so is the mean. It has no error from theory.
    """
    pairs = [cohen_kappa(table) for table in _tables_of_pairs(counts)]
    groups = np.hstack([pair.groups for pair in pairs])

    def value(sums: Floats) -> Floats:
        parts = np.split(sums, len(pairs), axis=-1)
        kappas = [pair.value(part) for pair, part in zip(pairs, parts, strict=True)]
        mean: Floats = np.mean(kappas, axis=0)
        return mean

    n, reason = _n_and_reason(counts)
    apart = n > 0 and any(pair.n == 0 for pair in pairs)
    return Parts(groups, value, n, "agreement_pair_without_units" if apart else reason)


def _tables_of_pairs(counts: Counts) -> Iterator[Ints]:
    for first, second in combinations(counts.codes.T, 2):
        table = crosstab(first, second, counts.q, counts.groups)
        yield np.pad(table, ((0, counts.n_groups - len(table)), (0, 0), (0, 0)))


def positive(counts: Counts) -> Parts:
    """Agreement on what was marked, of codes 1 for marked and 0 for not.

    Of the pairs of raters of a unit of whom one marked it, the share in which the other did too,
    over all units: Spitzer and Fleiss (1974), Br J Psychiatry 125:341-347. For two raters it is
    2a / (2a + b + c). ``n`` counts the units marked. The error is that of a ratio: Cochran
    (1977), Sampling Techniques, 3rd ed., ch. 6; for two raters, that of Graham and Bull (1998).
    """
    return _specific(counts, 1, "agreement_never_marked")


def negative(counts: Counts) -> Parts:
    """Agreement on what was left unmarked, as ``positive`` is on what was marked."""
    return _specific(counts, 0, "agreement_always_marked")


def _specific(counts: Counts, code: int, never: str) -> Parts:
    chosen = (counts.codes == code).sum(axis=1)
    alike, met = chosen * (chosen - 1), chosen * (counts.raters - 1)
    groups = _by_group(counts, [alike, met])
    n = int(np.count_nonzero(met))
    reason = never if _n_and_reason(counts)[0] else "agreement_no_units"

    def value(sums: Floats) -> Floats:
        return ratio(sums[..., 0], sums[..., 1])

    same, pairs = (float(each) for each in groups.sum(axis=0))
    if pairs == 0:
        return Parts(groups, value, n, reason)
    error = None  # where it is 0 by its form
    if 0 < same < pairs:
        error = math.sqrt(((alike - same / pairs * met) ** 2).sum()) / pairs
    if counts.codes.shape[1] == _PAIR:
        return Parts(groups, value, n, reason, error, *specific_interval(same / 2, pairs - same))
    if error is None:
        return Parts(groups, value, n, reason)
    limits = normal_interval(same / pairs, error, 0)
    return Parts(groups, value, n, reason, error, *limits)


def _observed(counts: Counts, weights: Floats | None) -> Floats:
    """The disagreement between the raters of each unit (units,): 0 where there is only one."""
    apart = disagreement(counts.q, weights)
    with_self: Floats = (counts.shares @ apart * counts.shares).sum(axis=1)
    return with_self * (counts.raters / np.maximum(counts.raters - 1, 1))


def _by_group(counts: Counts, brought: Iterable[Floats | Ints | NDArray[np.bool_]]) -> Floats:
    """Add up by group, (groups, k), what each unit brings: k columns (units,)."""
    sums = [np.bincount(counts.groups, column, counts.n_groups) for column in brought]
    return np.column_stack(sums).astype(np.float64, copy=False)


def _n_and_reason(counts: Counts) -> tuple[int, str]:
    n = int(np.count_nonzero(counts.raters > 1))
    return n, "agreement_one_category" if n else "agreement_no_units"


def _parts(
    counts: Counts,
    groups: Floats,
    value: Callable[[Floats], Floats],
    terms: tuple[Floats, Floats],
    floor: int = -1,
) -> Parts:
    """A coefficient with Gwet's error, from what disagreement each unit (units,) adds.

    ``terms`` are the observed one and, linearised, that expected by chance.
    """
    observed, by_chance = terms
    n, reason = _n_and_reason(counts)
    found, units = float(value(groups.sum(axis=0))), len(observed)
    if math.isnan(found) or units == 1 or not observed.any():
        return Parts(groups, value, n, reason)
    expected = by_chance.mean()
    adds = units / n * (counts.raters > 1) * (1 - observed / expected)
    adds -= 2 * (1 - found) * (1 - by_chance / expected)
    error = math.sqrt(((adds - found) ** 2).sum() / (units * (units - 1)))
    if error < ROUNDING:
        return Parts(groups, value, n, reason)
    return Parts(groups, value, n, reason, error, *t_interval(found, error, units, floor))
