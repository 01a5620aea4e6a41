"""Intraclass correlation of ratings, the bias of raters, and the limits of agreement.

Which form: (1, .) when different raters rate different targets, (2, .) absolute agreement of
raters who rate them all, (3, .) their consistency, blind to one who rates higher throughout;
(., 1) for one rater's rating, (., k) for the mean of all.
"""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from coder.agreement.estimate import Floats, Ints, Parts

OneWay = Literal["1_1", "1_k"]
Form = Literal["1_1", "1_k", "2_1", "2_k", "3_1", "3_k"]
FORMS: tuple[Form, ...] = get_args(Form)

_Ratings = NDArray[np.floating[Any]]
_Limits = tuple[float, float] | tuple[None, None]
_LEVEL = 0.975  # of each limit of a 95 % interval
_Z = 1.959963984540054  # the same of the normal distribution
_FEWEST = 2  # targets, raters or ratings that can differ
_ROUNDING = 1e-12  # of the squares of all ratings: less is rounding
_POLE = 1e-4  # a limit divided by less is rounding too


def icc(ratings: _Ratings, form: Form, groups: Ints | None = None) -> Parts:
    """Intraclass correlation of ``ratings`` (targets, raters), NaN where missing.

    Shrout and Fleiss (1979), Psychol Bull 86:420-428, with their F intervals; for (2, .) that of
    McGraw and Wong (1996), Psychol Methods 1:30-46. Only targets rated by all count, ``n`` of
    them. Where raters do not err at all the value is 1 without an interval, as F is infinite.
    """
    rows = _listwise(ratings)
    if form in {"1_1", "1_k"}:
        return icc_one_way(rows, "1_1" if form == "1_1" else "1_k", groups)
    targets = _Targets(rows, groups)
    sums = _two_way_sums(targets)

    def value(sums: Floats) -> Floats:
        return _value(_two_way(sums, targets.tiny), form)

    whole = _two_way(sums.sum(axis=0), targets.tiny)
    low, high = _agreement_limits(whole, form) if form in {"2_1", "2_k"} else _limits(whole, form)
    return Parts(sums, value, targets.n, targets.reason, low=low, high=high)


def icc_one_way(ratings: _Ratings, form: OneWay, groups: Ints | None = None) -> Parts:
    """ICC(1, .) where raters change from target to target, and with them how many they are.

    ``ratings`` (targets, most ratings of one), NaN for none; the order in a row means nothing.
    Analysis of variance with k0 = (N - sum of squared numbers / N) / (n - 1) ratings to a target:
    Donner (1986), Int Stat Rev 54:67-82. The F interval is exact for equal numbers, approximate
    for others: Ukoumunne (2002), Stat Med 21:3757-3774. ``n`` counts the targets with a rating.
    """
    targets = _Targets(ratings, groups)
    each, means = targets.each, targets.means
    one = np.ones(targets.n)
    sums = targets.added(targets.within, one, each, each**2, each * means, each * means**2)

    def value(sums: Floats) -> Floats:
        return _value(_one_way(sums, targets.tiny), form)

    low, high = _limits(_one_way(sums.sum(axis=0), targets.tiny), form)
    return Parts(sums, value, targets.n, targets.reason, low=low, high=high)


@dataclass(frozen=True, slots=True)
class RaterBias:
    """The mean of each rater, and the F test of whether they differ."""

    means: tuple[float | None, ...]
    f: float | None
    df1: int
    df2: int
    p: float | None


def rater_bias(ratings: _Ratings) -> RaterBias:
    """Whether raters differ in how high they rate: F = MSC / MSE over the targets rated by all.

    Shrout and Fleiss (1979). Without any error F is infinite or undefined, and not given.
    """
    from scipy.special import fdtrc

    rows = _listwise(ratings)
    targets = _Targets(rows, None)
    df1 = max(rows.shape[1] - 1, 0)
    df2 = max(targets.n - 1, 0) * df1
    if not targets.n:
        return RaterBias((None,) * rows.shape[1], None, df1, df2, None)
    means = tuple(float(mean) for mean in np.nanmean(rows, axis=0))
    squares = _two_way(_two_way_sums(targets).sum(axis=0), targets.tiny)
    f = float(_over(squares.raters, squares.error))
    if np.isnan(f):
        return RaterBias(means, None, df1, df2, None)
    return RaterBias(means, f, df1, df2, float(fdtrc(df1, df2, f)))


class BlandAltman(NamedTuple):
    """Mean difference of two raters, and between what limits 95 % of the differences lie."""

    bias: float | None
    low: float | None
    high: float | None


def bland_altman(first: _Ratings, second: _Ratings) -> BlandAltman:
    """Limits of agreement of two raters: mean of ``second - first``, ± 1.96 SD; NaN where missing.

    Bland and Altman (1986), Lancet 327:307-310, for differences that are about normal.
    """
    differences = second - first
    differences = differences[~np.isnan(differences)]
    if not len(differences):
        return BlandAltman(None, None, None)
    bias = float(differences.mean())
    if len(differences) < _FEWEST:
        return BlandAltman(bias, None, None)
    reach = _Z * float(differences.std(ddof=1))
    return BlandAltman(bias, bias - reach, bias + reach)


def _listwise(ratings: _Ratings) -> Floats:
    """Only the targets that all raters rated; the others become NaN throughout."""
    complete = ~np.isnan(ratings).any(axis=1, keepdims=True)
    return np.where(complete, ratings, np.nan)


class _Targets:
    """The ``n`` targets with a rating, about the mean of all ratings: no ICC depends on it.

    ``each`` (n,) ratings of a target, their ``means`` (n,), the deviations ``off`` (n, raters) from
    these, 0 where missing, and the sum of their squares ``within`` (n,). Sums of squares up to
    ``tiny`` are rounding.
    """

    def __init__(self, ratings: _Ratings, groups: Ints | None) -> None:
        there = ~np.isnan(ratings)
        rated = there.any(axis=1)
        there = there[rated]
        self.n = len(there)
        self.each = there.sum(axis=1).astype(np.float64)
        every = np.zeros(len(ratings), np.int64) if groups is None else groups
        self._n_groups, self._groups = int(every.max(initial=0)) + 1, every[rated]
        rows = np.where(there, ratings[rated], 0).astype(np.float64)
        if self.n:  # first about one of them, so that equal ratings are 0 to the last digit
            rows = np.where(there, rows - rows[there][0], 0)
            rows = np.where(there, rows - rows[there].mean(), 0)
        self.means = rows.sum(axis=1) / self.each
        self.off = np.where(there, rows - self.means[:, None], 0)
        self.within = np.square(self.off).sum(axis=1)
        self.tiny = _ROUNDING * float(np.square(rows).sum())
        self.reason = "agreement_targets_alike" if rows.any() else "agreement_no_variation"
        if self.n < _FEWEST or self.each.max() < _FEWEST:
            self.reason = "agreement_too_few_targets"

    def added(self, *by_target: Floats) -> Floats:
        """What targets add up to in each group, (groups, sums)."""
        sums = np.zeros((self._n_groups, len(by_target)))
        np.add.at(sums, self._groups, np.column_stack(by_target))
        return sums


@dataclass(frozen=True, slots=True)
class _Squares:
    """Mean squares of an analysis of variance of ``n`` targets with ``k`` ratings each.

    ``df`` are the degrees of freedom of the error. In a one-way analysis raters are error.
    """

    n: Floats
    k: Floats
    df: Floats
    targets: Floats
    error: Floats
    raters: Floats


def _two_way_sums(targets: _Targets) -> Floats:
    means = targets.means
    return targets.added(targets.within, np.ones(targets.n), means, means**2, *targets.off.T)


def _two_way(sums: Floats, tiny: float) -> _Squares:
    """From squares within targets, targets, their means and squares, and deviations by rater."""
    within, n, means, squares = np.moveaxis(sums[..., :4], -1, 0)
    k = np.full(n.shape, sums.shape[-1] - 4.0)
    raters = _settled(_over(np.square(sums[..., 4:]).sum(axis=-1), n), tiny)
    error = _settled(within - raters, tiny)
    targets = _settled(k * (squares - _over(means**2, n)), tiny)
    df = (n - 1) * (k - 1)
    return _Squares(n, k, df, _over(targets, n - 1), _over(error, df), _over(raters, k - 1))


def _one_way(sums: Floats, tiny: float) -> _Squares:
    """From squares within targets, targets, ratings, and for each target these as in the sums."""
    within, n, ratings, squared, totals, squares = np.moveaxis(sums, -1, 0)
    k = _over(ratings - _over(squared, ratings), n - 1)
    targets = _over(_settled(squares - _over(totals**2, ratings), tiny), n - 1)
    error = _over(_settled(within, tiny), ratings - n)
    return _Squares(n, k, ratings - n, targets, error, error)


def _value(of: _Squares, form: Form) -> Floats:
    bias = of.raters - of.error if form in {"2_1", "2_k"} else 0 * of.error
    if form.endswith("k"):
        below = of.targets + _over(bias, of.n)
    else:
        below = of.targets + (of.k - 1) * of.error + _over(of.k * bias, of.n)
    rounding = _ROUNDING * (of.targets + of.error + of.raters)
    return _over(of.targets - of.error, _settled(below, rounding))


def _limits(of: _Squares, form: Form) -> _Limits:
    """The interval from F = MSR / MSE, where that is neither 0 nor infinite."""
    ratio, k, df1, df2 = (float(x) for x in (_over(of.targets, of.error), of.k, of.n - 1, of.df))
    if not ratio > 0:
        return None, None
    pair = ratio / _quantile(df1, df2), ratio * _quantile(df2, df1)
    low, high = (1 - 1 / f if form.endswith("k") else (f - 1) / (f + k - 1) for f in pair)
    return low, high


def _agreement_limits(of: _Squares, form: Form) -> _Limits:
    """The interval of ICC(2, .), with Satterthwaite's degrees of freedom of raters and error.

    Where raters agree so little that its limits do not enclose the value, it has broken down and
    there is none. For the mean of all it is that of one rating by Spearman and Brown's formula,
    unless the lower limit is so far below 0 that this gives no reliability.
    """
    n, k, targets, error, raters = (float(x) for x in (of.n, of.k, of.targets, of.error, of.raters))
    single = float(_value(of, "2_1"))
    if not (single < 1 and targets > 0):
        return None, None
    a = k * single / (n * (1 - single))
    b = 1 + k * single * (n - 1) / (n * (1 - single))
    parts = (a * raters) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1))
    df = (a * raters + b * error) ** 2 / parts
    rest = k * raters + (k * n - k - n) * error
    # Divided by F, for with few degrees of freedom it is infinite.
    f = _quantile(n - 1, df)
    low = n * (targets / f - error) / (rest + n * targets / f)
    f = _quantile(df, n - 1)
    high = n * (targets - error / f) / (rest / f + n * targets)
    if not low <= single <= high:
        return None, None
    if form == "2_1":
        return low, high
    if 1 + (k - 1) * low < _POLE:
        return None, None
    return k * low / (1 + (k - 1) * low), k * high / (1 + (k - 1) * high)


def _quantile(df1: float, df2: float) -> float:
    from scipy.special import fdtri

    return float(fdtri(df1, df2, _LEVEL))


def _over(above: Floats, below: Floats) -> Floats:
    """The quotient, NaN where there is nothing, or less, to divide by."""
    undefined = np.full(np.shape(below), np.nan)
    quotient: Floats = np.divide(above, below, out=undefined, where=below > 0)
    return quotient


def _settled(squares: Floats, tiny: Floats | float) -> Floats:
    """Squares, 0 where they are rounding."""
    return np.where(squares > tiny, squares, 0)
