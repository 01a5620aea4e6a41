import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap as scipy_bootstrap
from test_agreement_alpha import HAYES

from coder.agreement import intervals
from coder.agreement.alpha import alpha
from coder.agreement.estimate import Parts
from coder.agreement.intervals import bootstrap, resampled, weights

METHODS = ("percentile", "bca")


def mean_of(values):
    """The mean, as parts with a group for each value."""
    sums = np.column_stack([values, np.ones(len(values))])
    return Parts(sums, lambda s: s[..., 0] / s[..., 1], len(values), "agreement_no_units")


def share_of(marked):
    """Marked of what is looked at; undefined where nothing is. ``marked`` (groups, 2)."""

    def value(sums):
        nan = np.full(sums.shape[:-1], np.nan)
        return np.divide(sums[..., 0], sums[..., 1], out=nan, where=sums[..., 1] > 0)

    return Parts(np.array(marked, float), value, len(marked), "agreement_never_marked")


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 40), st.integers(0, 60), st.integers(0, 2**32))
def test_as_many_groups_are_drawn_as_there_are(groups, resamples, seed):
    drawn = weights(groups, resamples, seed)
    assert drawn.shape == (resamples, groups)
    assert drawn.dtype == np.float64
    assert (drawn == np.floor(drawn)).all()
    assert (drawn >= 0).all()
    assert (drawn.sum(axis=1) == groups).all()
    assert (weights(groups, resamples, seed) == drawn).all()


def test_every_group_is_drawn_as_often_as_any_other():
    # Multinomial: mean 1, variance 1 - 1/G, covariance -1/G.
    drawn = weights(10, 40_000, 1)
    np.testing.assert_allclose(drawn.mean(axis=0), 1, atol=0.03)
    np.testing.assert_allclose(np.cov(drawn.T), np.eye(10) - 1 / 10, atol=0.03)
    assert (weights(10, 5, 1) != weights(10, 5, 2)).any()


def test_draws_do_not_depend_on_how_many_are_held_at_once(monkeypatch):
    values = np.random.default_rng(6).exponential(size=50)
    whole, found = weights(50, 200, 3), bootstrap(mean_of(values), 200, 3, "bca")
    monkeypatch.setattr(intervals, "_CELLS", 120)
    assert (weights(50, 200, 3) == whole).all()
    again = bootstrap(mean_of(values), 200, 3, "bca")
    assert (again.se, again.low, again.high) == pytest.approx((found.se, found.low, found.high))


@pytest.mark.parametrize("method", METHODS)
def test_a_bootstrap_is_a_resampling_by_weights_of_its_seed(method):
    parts = mean_of(np.arange(12.0))
    assert bootstrap(parts, 500, 7, method) == resampled(parts, weights(12, 500, 7), method)
    assert bootstrap(parts, 500, 7, method) != bootstrap(parts, 500, 8, method)


def test_the_error_of_a_mean_is_that_of_theory():
    values = np.random.default_rng(8).normal(size=200)
    found = bootstrap(mean_of(values), 20_000)
    assert found.value == pytest.approx(values.mean())
    assert found.n == 200
    error = values.std() / math.sqrt(200)
    assert found.se == pytest.approx(error, rel=0.02)
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.1 * error)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.1 * error)


@pytest.mark.parametrize("method", METHODS)
def test_limits_of_a_skewed_mean_are_those_of_scipy(method):
    values = np.random.default_rng(9).exponential(size=25) ** 2
    found = bootstrap(mean_of(values), 40_000, 1, method)
    random = np.random.default_rng(1)
    wanted = scipy_bootstrap((values,), np.mean, n_resamples=40_000, method=method, rng=random)
    assert found.se == pytest.approx(wanted.standard_error, rel=0.02)
    limits = tuple(wanted.confidence_interval)
    assert (found.low, found.high) == pytest.approx(limits, abs=0.15 * found.se)
    if method == "bca":  # the upper one is another than that of percentiles, by far
        assert found.high - bootstrap(mean_of(values), 40_000, 1).high > found.se


def test_undefined_resamples_are_dropped_while_they_are_few():
    # None of the 4 groups of 30 with something to look at is drawn in (26/30)^30 = 1.4 %.
    few = share_of([[1, 2], [0, 1], [1, 1], [2, 3]] + [[0, 0]] * 26)
    for method in METHODS:
        found = bootstrap(few, 4000, method=method)
        assert found.value == pytest.approx(4 / 7)
        assert 0 <= found.low < found.value < found.high <= 1
    # Of 3 in 30: (27/30)^30 = 4.2 %; of 2: (28/30)^30 = 12.6 %, too many.
    assert bootstrap(share_of([[1, 2], [0, 1], [1, 1]] + [[0, 0]] * 27), 4000).se is not None
    many = bootstrap(share_of([[1, 2], [0, 1]] + [[0, 0]] * 28), 4000)
    assert many.value == pytest.approx(1 / 3)
    assert (many.se, many.low, many.high) == (None, None, None)


@pytest.mark.parametrize("method", METHODS)
def test_where_nothing_varies_between_resamples_there_is_no_interval(method):
    for parts in (
        share_of([[1, 2]]),  # one group
        share_of([[1, 3], [2, 6], [1, 3]]),  # the same share in each, but for rounding
    ):
        found = bootstrap(parts, 200, method=method)
        assert found.value == pytest.approx(parts.groups[0, 0] / parts.groups[0, 1])
        assert (found.se, found.low, found.high, found.reason) == (None, None, None, None)


def test_error_from_theory_does_not_stay_where_resampling_finds_none():
    parts = Parts(np.ones((1, 1)), lambda s: s[..., 0], 9, "agreement_no_units", 0.1, 0.8, 1.2)
    assert parts.estimate().se == 0.1
    found = bootstrap(parts, 100)
    assert (found.value, found.n, found.se, found.low, found.high) == (1, 9, None, None, None)


@pytest.mark.parametrize("method", METHODS)
def test_an_undefined_coefficient_keeps_its_reason(method):
    found = bootstrap(share_of([[0, 0], [0, 0]]), 100, method=method)
    assert (found.value, found.reason, found.low) == (None, "agreement_never_marked", None)


def test_skew_is_not_corrected_where_leaving_a_group_out_says_nothing():
    # A sum over three groups of 1, undefined for two: values 1 to 9 around 3 in a made-up draw.
    def value(sums):
        return np.where(sums.sum(axis=-1) >= 3, sums @ np.array([1.0, 1, 1]), np.nan)

    drawn = np.array([[k / 3] * 3 for k in range(3, 8)] + [[1, 1, 1]])
    lone = Parts(np.eye(3), value, 3, "agreement_no_units")
    found = resampled(lone, drawn, "bca")
    # Two of six tie with the whole and none is below: a share of 1/6 is, z = -0.967.
    normal = NormalDist()
    levels = [normal.cdf(2 * normal.inv_cdf(1 / 6) + z) for z in (-1.959964, 1.959964)]
    limits = np.quantile([3, 3, 4, 5, 6, 7], levels)
    assert (found.low, found.high) == pytest.approx(tuple(limits))


def test_limits_are_in_the_range_of_the_coefficient():
    nearly = np.ones((20, 2))
    nearly[0, 0] = 0
    for method in METHODS:
        found = bootstrap(share_of(nearly), 2000, method=method)
        assert 0 <= found.low < found.high <= 1


def test_the_bootstrap_of_the_alpha_macro_is_far_too_narrow():
    # The macro prints .7078 to .8078 for ordinal alpha of these data: it draws 239 pairs of ratings
    # though they come from 40 units, each of which gives up to ten. Units drawn anew give .62 to
    # .84, as a plain loop over the krippendorff package does.
    parts = alpha(HAYES, 4, "ordinal", groups=np.arange(40))
    each = (HAYES >= 0).sum(axis=1)
    assert (each * (each - 1) // 2).sum() == 239
    found = bootstrap(parts, 10_000)
    assert found.low == pytest.approx(0.62, abs=0.01)
    assert found.high == pytest.approx(0.84, abs=0.01)
    assert found.high - found.low > 2 * (0.8078 - 0.7078)


# Studies of 40 sessions with 6 turns, each coded by 3 raters who are better in some sessions.
STUDIES, SESSIONS, TURNS, RATERS = 400, 40, 6, 3


def simulated(random, sessions):
    truth = random.choice(3, (sessions, TURNS, 1), p=[0.6, 0.3, 0.1])
    skill = random.uniform(0.4, 1, (sessions, 1, 1))
    shape = sessions, TURNS, RATERS
    guess = random.choice(3, shape, p=[0.6, 0.3, 0.1])
    return np.where(random.random(shape) < skill, truth, guess).reshape(-1, RATERS)


def alpha_of(codes):
    return alpha(codes, 3, groups=np.arange(len(codes)) // TURNS)


def percent_of(codes):
    agreed = (codes == codes[:, :1]).all(axis=1).reshape(-1, TURNS).sum(axis=1)
    return share_of(np.column_stack([agreed, np.full(len(agreed), TURNS)]))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("of", [alpha_of, percent_of])
def test_the_interval_holds_the_true_value_about_as_often_as_it_says(of, method):
    random = np.random.default_rng(11)
    true = of(simulated(random, 100_000)).estimate().value
    drawn = weights(SESSIONS, 500, 12)
    found = [resampled(of(simulated(random, SESSIONS)), drawn, method) for _ in range(STUDIES)]
    held = sum(each.low <= true <= each.high for each in found) / STUDIES
    assert 0.90 <= held <= 0.98
