"""Agreement of two raters, from how often each pair of categories was given.

A table counts units, first rater by second, over the declared categories whether used or not.
``tables`` (groups, q, q) holds one for each group of units. Those of one category against the
rest are (groups, 2, 2) in the published layout [[a, b], [c, d]]: both chose it, only the first,
only the second, neither.

Chance-corrected coefficients are computed as 1 - Do / De, observed disagreement over that
expected by chance: the same number as (po - pe) / (1 - pe). Both are sums of terms that are not
negative, and so exactly 0 where they are 0: perfect agreement is exactly 1, and a coefficient
that chance leaves undefined is seen to be so.
"""

import math
from collections.abc import Callable
from functools import partial
from statistics import NormalDist

import numpy as np

from coder.agreement.estimate import Floats, Ints, Parts

Tables = Ints | Floats

Z = NormalDist().inv_cdf(0.975)
ROUNDING = 1e-12  # a spread below this is rounding: the true one is 0


def crosstab(first: Ints, second: Ints, q: int, groups: Ints | None = None) -> Ints:
    """Count the units that both rated by their two codes, (groups, q, q)."""
    wide = q + 1  # -1, not rated, is counted in a row and a column that are then cut off
    cells = first * wide + second + (wide + 1)
    many = 1
    if groups is not None:
        cells += groups * wide**2
        many = int(groups.max(initial=-1)) + 1
    counts = np.bincount(cells, minlength=many * wide**2)
    return counts.reshape(many, wide, wide)[:, 1:, 1:]


def collapse(tables: Tables, category: int) -> Tables:
    """Set one category against the rest, (..., 2, 2) as [[a, b], [c, d]]."""
    both = tables[..., category, category]
    first = tables[..., category, :].sum(axis=-1) - both
    second = tables[..., :, category].sum(axis=-1) - both
    neither = tables.sum(axis=(-2, -1)) - both - first - second
    return np.stack([both, first, second, neither], axis=-1).reshape(*both.shape, 2, 2)


def identity(q: int) -> Floats:
    """Weights (q, q) of unordered categories: agreement is all or nothing."""
    return np.eye(q)


def linear(q: int) -> Floats:
    """Weights (q, q) that fall with the distance on the scale, its unused steps included.

    Cicchetti and Allison (1971), Am J EEG Technol 11:101-109.
    """
    return 1 - _distance(q)


def quadratic(q: int) -> Floats:
    """Weights (q, q) that fall with the squared distance on the scale, unused steps included.

    Fleiss and Cohen (1973), Educ Psychol Meas 33:613-619.
    """
    return 1 - _distance(q) ** 2


def _distance(q: int) -> Floats:
    """How far two categories lie apart, as a share of the scale."""
    steps = np.arange(q, dtype=np.float64)
    return np.abs(steps[:, None] - steps) / max(q - 1, 1)


def disagreement(q: int, weights: Floats | None) -> Floats:
    """What each pair of categories counts as disagreement (q, q), from 0 on the diagonal to 1."""
    return 1 - (identity(q) if weights is None else weights)


def ratio(numerator: Floats | float, denominator: Floats | float) -> Floats:
    """Divide, with NaN where there is nothing to divide by."""
    shape = np.broadcast_shapes(np.shape(numerator), np.shape(denominator))
    quotient = np.full(shape, np.nan)
    np.divide(numerator, denominator, out=quotient, where=np.asarray(denominator) != 0)
    return quotient


def percent(tables: Tables) -> Parts:
    """Share (0-1) of units in the same category.

    The interval is the score interval of Wilson (1927), J Am Stat Assoc 22:209-212.
    """
    return _of_the_share(tables, 1, 0)


def pabak(fourfold: Tables) -> Parts:
    """Kappa adjusted for prevalence and bias, 2 po - 1, from tables (groups, 2, 2).

    Byrt, Bishop and Carlin (1993), J Clin Epidemiol 46:423-429. Error and interval are those of
    po, stretched likewise.
    """
    return _of_the_share(fourfold, 2, -1)


def _of_the_share(tables: Tables, slope: int, start: int) -> Parts:
    """A straight line in the share of units in the same category, with what theory says of it."""
    agreed = np.trace(tables, axis1=1, axis2=2)
    groups = np.column_stack([agreed, tables.sum(axis=(1, 2))]).astype(np.float64)

    def value(sums: Floats) -> Floats:
        return slope * ratio(sums[..., 0], sums[..., 1]) + start

    same, n = (float(each) for each in groups.sum(axis=0))
    if n == 0:
        return Parts(groups, value, 0, "agreement_no_units")
    share = same / n
    error = slope * math.sqrt(share * (1 - share) / n) if 0 < same < n else None
    low, high = (slope * end + start for end in _wilson(share, n))
    return Parts(groups, value, int(n), "agreement_no_units", error, low, high)


def _wilson(share: float, n: float) -> tuple[float, float]:
    middle = share + Z**2 / (2 * n)
    reach = Z * math.sqrt(share * (1 - share) / n + (Z / (2 * n)) ** 2)
    low, high = ((middle + side * reach) / (1 + Z**2 / n) for side in (-1, 1))
    return min(max(low, 0.0), share), max(min(high, 1.0), share)


def positive(fourfold: Tables) -> Parts:
    """Agreement on what either rater marked, 2a / (2a + b + c), from tables (groups, 2, 2).

    Dice (1945), Ecology 26:297-302; Cicchetti and Feinstein (1990), J Clin Epidemiol 43:551-558;
    large-sample error of Graham and Bull (1998), J Clin Epidemiol 51:763-771. It stands beside
    kappa, which misleads for rare markers. ``n`` counts the units that either marked.
    """
    return _specific(fourfold, "agreement_never_marked")


def negative(fourfold: Tables) -> Parts:
    """Agreement on what either rater left unmarked, 2d / (2d + b + c), as ``positive`` does."""
    return _specific(fourfold[:, ::-1, ::-1], "agreement_always_marked")


def _specific(fourfold: Tables, never: str) -> Parts:
    def value(sums: Floats) -> Floats:
        both, one = 2 * sums[..., 0], sums[..., 1] + sums[..., 2]
        return ratio(both, both + one)

    groups = _flat(fourfold)
    both, one = groups[:, 0].sum(), groups[:, 1:3].sum()
    n, reason = int(both + one), never if groups.sum() else "agreement_no_units"
    if n == 0:
        return Parts(groups, value, n, reason)
    chosen = 2 * both + one
    # With none of one kind the error is 0 by its form, and says nothing.
    error = math.sqrt(4 * both * one * n) / chosen**2 if both * one else None
    return Parts(groups, value, n, reason, error, *specific_interval(both, one))


def specific_interval(both: float, one: float) -> tuple[float, float]:
    """The 95 % interval of 2a / (2a + b + c), for ``both`` (a) and ``one`` (b + c) units.

    Of the units that either marked, a / (a + b + c) is a share, with the score interval of Wilson
    (1927), J Am Stat Assoc 22:209-212; 2J / (1 + J) carries its ends over. For the rare marker it
    holds what it says, as that of the large-sample error does not (a test simulates both).
    """
    low, high = _wilson(both / (both + one), both + one)
    return 2 * low / (1 + low), 2 * high / (1 + high)


def prevalence_index(fourfold: Tables) -> Parts:
    """How much more often both marked than neither, (a - d) / n, from tables (groups, 2, 2).

    Byrt, Bishop and Carlin (1993), J Clin Epidemiol 46:423-429. Negative for a rare marker.
    """
    return _index(fourfold, lambda sums: sums[..., 0] - sums[..., 3])


def bias_index(fourfold: Tables) -> Parts:
    """How far apart the raters' shares of marked units are, |b - c| / n, from (groups, 2, 2).

    Byrt, Bishop and Carlin (1993), J Clin Epidemiol 46:423-429.
    """
    return _index(fourfold, lambda sums: np.abs(sums[..., 1] - sums[..., 2]))


def _index(fourfold: Tables, difference: Callable[[Floats], Floats]) -> Parts:
    groups = _flat(fourfold)

    def value(sums: Floats) -> Floats:
        return ratio(difference(sums), sums.sum(axis=-1))

    return Parts(groups, value, int(groups.sum()), "agreement_no_units")


def _flat(fourfold: Tables) -> Floats:
    """The cells a, b, c, d of each group."""
    return fourfold.reshape(len(fourfold), 4).astype(np.float64)


def cohen_kappa(tables: Tables, weights: Floats | None = None) -> Parts:
    """Cohen's kappa, weighted if ``weights`` (q, q) are given.

    Cohen (1960), Educ Psychol Meas 20:37-46; (1968), Psychol Bull 70:213-220; large-sample error
    of Fleiss, Cohen and Everitt (1969), Psychol Bull 72:323-327. Where that error is 0 by its
    form (at perfect agreement, or with a rater who used one category only) it says nothing, and
    there is no interval.
    """
    apart = disagreement(tables.shape[-1], weights)
    groups = _sums(tables, apart)
    value = partial(_cohen, apart=apart)
    n, reason = _n_and_reason(tables)
    found = float(value(groups.sum(axis=0)))
    if math.isnan(found):
        return Parts(groups, value, n, reason)
    share = tables.sum(axis=0) / n
    spread = _spread(share, share.sum(axis=1), share.sum(axis=0), apart)
    if spread < ROUNDING:
        return Parts(groups, value, n, reason)
    error = spread / math.sqrt(n)
    return Parts(groups, value, n, reason, error, *normal_interval(found, error, -1))


def _cohen(sums: Floats, apart: Floats) -> Floats:
    observed, rows, columns = _margins(sums)
    return 1 - ratio(observed * rows.sum(axis=-1), (rows @ apart * columns).sum(axis=-1))


def kappa_max(tables: Tables) -> Parts:
    """The most that Cohen's kappa could be while each rater keeps their own margins.

    Cohen (1960), Educ Psychol Meas 20:37-46.
    """
    apart = disagreement(tables.shape[-1], None)

    def value(sums: Floats) -> Floats:
        _, rows, columns = _margins(sums)
        n = rows.sum(axis=-1)
        least = n - np.minimum(rows, columns).sum(axis=-1)
        return 1 - ratio(n * least, (rows @ apart * columns).sum(axis=-1))

    return Parts(_sums(tables, apart), value, *_n_and_reason(tables))


def scott_pi(tables: Tables) -> Parts:
    """Scott's pi: chance is that of the two raters' margins pooled.

    Scott (1955), Public Opin Q 19:321-325; large-sample error with a t interval of Gwet (2014),
    Handbook of Inter-Rater Reliability, 4th ed., ch. 5.
    """
    apart = disagreement(tables.shape[-1], None)
    groups = _sums(tables, apart)
    value = partial(_scott, apart=apart)
    n, reason = _n_and_reason(tables)
    found = float(value(groups.sum(axis=0)))
    if math.isnan(found):
        return Parts(groups, value, n, reason)
    share = tables.sum(axis=0) / n
    pooled = (share.sum(axis=1) + share.sum(axis=0)) / 2
    spread = _spread(share, pooled, pooled, apart)
    if spread < ROUNDING:
        return Parts(groups, value, n, reason)
    error = spread / math.sqrt(n)
    return Parts(groups, value, n, reason, error, *t_interval(found, error, n, -1))


def _scott(sums: Floats, apart: Floats) -> Floats:
    observed, rows, columns = _margins(sums)
    pooled = rows + columns
    return 1 - ratio(4 * observed * rows.sum(axis=-1), (pooled @ apart * pooled).sum(axis=-1))


def _sums(tables: Tables, apart: Floats) -> Floats:
    """What kappa needs of each group: its disagreement, and both raters' margins, (G, 1 + 2q)."""
    observed = np.einsum("gij,ij->g", tables, apart)
    return np.column_stack([observed, tables.sum(axis=2), tables.sum(axis=1)])


def _margins(sums: Floats) -> tuple[Floats, Floats, Floats]:
    q = sums.shape[-1] // 2
    return sums[..., 0], sums[..., 1 : q + 1], sums[..., q + 1 :]


def _n_and_reason(tables: Tables) -> tuple[int, str]:
    n = int(tables.sum())
    return n, "agreement_one_category" if n else "agreement_no_units"


def _spread(share: Floats, first: Floats, second: Floats, apart: Floats) -> float:
    """Standard deviation over units of what each adds to a kappa, linearised.

    ``share`` (q, q) is the table over its sum; ``first`` and ``second`` are the shares of the
    categories by which chance is reckoned.
    """
    chance = float(first @ apart @ second)
    relative = float((share * apart).sum()) / chance
    by_chance = (apart @ second)[:, None] + first @ apart
    adds = (by_chance * relative - apart) / chance
    return math.sqrt((share * (adds - (share * adds).sum()) ** 2).sum())


def normal_interval(value: float, error: float, floor: float) -> tuple[float, float]:
    """The 95 % interval of a large sample, ended where the coefficient ends: at floor and 1."""
    return max(value - Z * error, floor), min(value + Z * error, 1.0)


def t_interval(value: float, error: float, n: int, floor: float) -> tuple[float, float]:
    """The 95 % interval with n - 1 degrees of freedom, ended at 1, and at a floor that holds.

    With ratings missing a kappa can lie below -1, which is no bound then.
    """
    from scipy.special import stdtrit

    reach = float(stdtrit(n - 1, 0.975)) * error
    low = value - reach if value < floor else max(value - reach, floor)
    return low, min(value + reach, 1.0)
