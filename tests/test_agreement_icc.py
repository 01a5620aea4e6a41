import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import f as f_distribution

from coder.agreement.icc import FORMS, RaterBias, bland_altman, icc, icc_one_way, rater_bias

NAN = np.nan
# Shrout and Fleiss (1979), Psychol Bull 86:420-428, Table 2: six targets, four judges.
SHROUT_FLEISS = np.array(
    [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7.0]]
)
# Bland and Altman (1986), Lancet 327:307-310: peak flow in l/min, first by each meter. Recalled,
# not read again; the mean and SD that the paper gives bear it out.
WRIGHT = np.array(
    [494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427.0]
)
MINI = np.array(
    [512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451.0]
)


def value(ratings, form):
    return icc(np.array(ratings, float), form).estimate().value


@pytest.mark.parametrize(
    ("form", "published", "low", "high"),
    [
        # Table 4, and the limits that R psych prints.
        ("1_1", 0.17, -0.13, 0.72),
        ("2_1", 0.29, 0.02, 0.76),
        ("3_1", 0.71, 0.34, 0.95),
        ("1_k", 0.44, -0.88, 0.91),
        ("2_k", 0.62, 0.07, 0.93),
        ("3_k", 0.91, 0.68, 0.99),
    ],
)
def test_the_six_forms_and_their_limits_are_as_published(form, published, low, high):
    found = icc(SHROUT_FLEISS, form).estimate()
    assert found.value == pytest.approx(published, abs=0.0051)
    assert found.low == pytest.approx(low, abs=0.0051)
    assert found.high == pytest.approx(high, abs=0.0051)
    assert (found.n, found.se) == (6, None)


def test_the_mean_of_raters_who_agree_has_the_limits_of_psych_and_not_of_irr():
    # R irr 0.84.1 takes the degrees of freedom of another formula: .039.
    assert icc(SHROUT_FLEISS, "2_k").estimate().low == pytest.approx(0.071, abs=0.0005)


def test_consistency_is_blind_to_a_rater_who_rates_higher_and_agreement_is_not():
    ratings = [[1, 3], [2, 4], [3, 5]]
    assert value(ratings, "3_1") == value(ratings, "3_k") == 1
    # MSR 2, MSC 6, MSE 0: 2 / (2 + 2 * 6 / 3) and 2 / (2 + 6 / 3)
    assert value(ratings, "2_1") == pytest.approx(1 / 3)
    assert value(ratings, "2_k") == pytest.approx(1 / 2)
    # Within targets MSW 2, as much as between them.
    assert value(ratings, "1_1") == value(ratings, "1_k") == 0


def naive(ratings, form):
    """Value and limits from the two-way table, cell by cell; None where they are undefined."""
    n, k = len(ratings), len(ratings[0])
    mean = sum(map(sum, ratings)) / (n * k)
    rows = [sum(row) / k for row in ratings]
    columns = [sum(row[j] for row in ratings) / n for j in range(k)]
    msr = k * sum((row - mean) ** 2 for row in rows) / (n - 1)
    msc = n * sum((column - mean) ** 2 for column in columns) / (k - 1)
    cells = [(i, j) for i in range(n) for j in range(k)]
    msw = sum((ratings[i][j] - rows[i]) ** 2 for i, j in cells) / (n * (k - 1))
    residuals = (ratings[i][j] - rows[i] - columns[j] + mean for i, j in cells)
    mse = sum(each**2 for each in residuals) / ((n - 1) * (k - 1))
    above, below = {
        "1_1": (msr - msw, msr + (k - 1) * msw),
        "1_k": (msr - msw, msr),
        "2_1": (msr - mse, msr + (k - 1) * mse + k * (msc - mse) / n),
        "2_k": (msr - mse, msr + (msc - mse) / n),
        "3_1": (msr - mse, msr + (k - 1) * mse),
        "3_k": (msr - mse, msr),
    }[form]
    if below < 1e-9:
        return None, None, None
    found = above / below
    error = msw if form[0] == "1" else mse
    # An F of 0 or infinity, or of raters and error none, has no interval.
    if msr < 1e-9 or (msc < 1e-9 if form[0] == "2" else True) * (error < 1e-9):
        return found, None, None
    if form[0] == "2":
        low, high = mcgraw_wong(n, k, msr, msc, mse)
        single = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
        if low > single or high < single:
            return found, None, None  # the approximation has broken down
        if form == "2_1":
            return found, low, high
        if 1 + (k - 1) * low < 1e-4:
            return found, None, None
        return found, *(k * x / (1 + (k - 1) * x) for x in (low, high))
    df = n * (k - 1) if form[0] == "1" else (n - 1) * (k - 1)
    lower = msr / error / f_distribution.ppf(0.975, n - 1, df)
    upper = msr / error * f_distribution.ppf(0.975, df, n - 1)
    if form[2] == "k":
        return found, 1 - 1 / lower, 1 - 1 / upper
    return found, (lower - 1) / (lower + k - 1), (upper - 1) / (upper + k - 1)


def mcgraw_wong(n, k, msr, msc, mse):
    """McGraw and Wong (1996), Table 7, case 2A, as psych has it."""
    r = (msr - mse) / (msr + (k - 1) * mse + k * (msc - mse) / n)
    a = k * r / (n * (1 - r))
    b = 1 + k * r * (n - 1) / (n * (1 - r))
    v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    one = f_distribution.ppf(0.975, n - 1, v)
    other = f_distribution.ppf(0.975, v, n - 1)
    rest = k * msc + (k * n - k - n) * mse
    with np.errstate(invalid="ignore"):
        low = n * (msr - one * mse) / (one * rest + n * msr)
        high = n * (other * msr - mse) / (rest + n * other * msr)
    return low, high


def number(found):
    return NAN if found is None else found


shapes = st.tuples(st.integers(2, 6), st.integers(2, 4))
tables = arrays.arrays(np.float64, shapes, elements=st.integers(0, 6).map(float))


@settings(deadline=None, max_examples=300)
@given(tables, st.sampled_from(FORMS))
def test_every_form_is_what_its_formula_says(ratings, form):
    found = icc(ratings, form).estimate()
    wanted, *limits = naive(ratings.tolist(), form)
    assert found.value == pytest.approx(wanted)
    if limits[0] is None or np.isfinite(limits).all():
        told = number(found.low), number(found.high)
        expected = tuple(number(limit) for limit in limits)
        assert told == pytest.approx(expected, rel=1e-5, abs=1e-8, nan_ok=True)
    # Otherwise, with next to no degrees of freedom, the formula is infinity over infinity.
    assert found.n == len(ratings)
    if wanted is None:
        constant = np.ptp(ratings) == 0
        assert found.reason == ("agreement_no_variation" if constant else "agreement_targets_alike")
    else:
        assert found.value <= 1
        assert found.high is None or found.low <= found.value <= found.high <= 1


@settings(deadline=None)
@given(tables, st.sampled_from(FORMS), st.data())
def test_groups_drawn_anew_are_targets_written_down_anew(ratings, form, data):
    n = len(ratings)
    groups = data.draw(arrays.arrays(np.int64, n, elements=st.integers(0, 2)))
    parts = icc(ratings, form, groups)
    times = data.draw(arrays.arrays(np.int64, len(parts.groups), elements=st.integers(0, 2)))
    drawn = ratings[np.repeat(np.arange(n), times[groups])]
    wanted = naive(drawn.tolist(), form)[0] if len(drawn) > 1 else None
    both = parts.value(np.stack([times @ parts.groups, np.zeros(parts.groups.shape[1])]))
    assert both[0] == pytest.approx(number(wanted), nan_ok=True)
    assert np.isnan(both[1])


@settings(deadline=None)
@given(
    tables,
    st.sampled_from(FORMS),
    st.floats(0.001, 1000),
    st.floats(-1000, 1000),
    st.randoms(use_true_random=False),
)
def test_unit_zero_and_order_change_nothing(ratings, form, scale, shift, random):
    rows, columns = ([*range(n)] for n in ratings.shape)
    random.shuffle(rows)
    random.shuffle(columns)
    found = icc(ratings, form).estimate()
    moved = icc((ratings[rows][:, columns] + shift) * scale, form).estimate()
    for name in ("value", "low", "high"):
        one, other = number(getattr(found, name)), number(getattr(moved, name))
        assert other == pytest.approx(one, rel=1e-6, abs=1e-9, nan_ok=True)
    assert moved.reason == found.reason


@pytest.mark.parametrize("form", FORMS)
def test_far_from_zero_nothing_is_lost(form):
    far = icc(SHROUT_FLEISS + 1e9, form).estimate()
    near = icc(SHROUT_FLEISS, form).estimate()
    assert far.value == pytest.approx(near.value)
    assert (far.low, far.high) == pytest.approx((near.low, near.high))


@pytest.mark.parametrize("form", FORMS)
def test_only_targets_rated_by_all_count(form):
    more = np.vstack([[NAN, 3, 5, 5], SHROUT_FLEISS, [4, 4, NAN, NAN], [NAN] * 4])
    groups = np.arange(9) // 3
    parts = icc(more, form, groups)
    found = parts.estimate()
    alone = icc(SHROUT_FLEISS, form).estimate()
    assert found.n == 6
    assert (found.value, found.low, found.high) == pytest.approx(
        (alone.value, alone.low, alone.high)
    )
    assert len(icc(more, form, np.arange(9)).groups) == 9  # a group without a target is one


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("tenth", [0.1, 1.0])
def test_raters_who_never_differ_have_no_interval(form, tenth):
    same = np.repeat(np.array([[1.0], [2], [7]]) * tenth, 3, axis=1)
    found = icc(same, form).estimate()
    assert (found.value, found.low, found.high) == (1, None, None)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        (np.zeros((0, 3)), "agreement_too_few_targets"),
        (np.zeros((3, 0)), "agreement_too_few_targets"),
        ([[1, 2, 3]], "agreement_too_few_targets"),
        ([[1, 2], [NAN, 3], [4, NAN]], "agreement_too_few_targets"),
        ([[1], [2], [3]], "agreement_too_few_targets"),
        ([[0.1] * 3] * 7, "agreement_no_variation"),
    ],
)
def test_too_little_to_tell_apart_has_no_icc(form, ratings, reason):
    found = icc(np.array(ratings, float), form).estimate()
    assert (found.value, found.reason) == (None, reason)
    assert (found.low, found.high) == (None, None)


@pytest.mark.parametrize(
    "ratings",
    [
        # MSR 0, MSC 0, MSE 1: the formula would divide by (0 - 1) / 2, and come to +2.
        [[0, 1], [1, 0]],
        # MSR 1/6, MSC 0, MSE 1/2: by 1/6 - 1/6, which in floats need not be 0.
        [[1, 0], [0, 1], [1, 1]],
    ],
)
def test_the_mean_of_raters_has_no_reliability_where_targets_hardly_differ(ratings):
    found = icc(np.array(ratings, float), "2_k").estimate()
    assert (found.value, found.reason) == (None, "agreement_targets_alike")


def test_an_interval_that_has_broken_down_is_not_given():
    # MSR 1/6, MSC 6, MSE 7/2: (1/6 - 7/2) / (1/6 + 7/2 + 2 * (5/2) / 3) = -.625.
    found = icc(np.array([[3.0, 0], [4, 0], [1, 2]]), "2_1").estimate()
    assert (found.value, found.low, found.high) == (pytest.approx(-0.625), None, None)
    _, high = mcgraw_wong(3, 2, 1 / 6, 6, 7 / 2)
    assert high < -0.625


def test_next_to_no_degrees_of_freedom_give_a_limit_only_where_it_is_a_number():
    # MSR 11/24, MSC and MSE 25/8, hence .24 degrees of freedom: the lower limit of one rating is
    # (MSR - F MSE) / (MSR + F MSE), -1 but for rounding, and 1 + (k - 1) low nothing else.
    found = icc(np.array([[4.0, 0], [2, 0], [0, 2], [2, 1]]), "2_k").estimate()
    assert (found.low, found.high) == (None, None)
    # MSC 74/18, MSE 65/18, and F beyond all floats: -n MSE / (k MSC + (kn - k - n) MSE).
    found = icc(np.array([[3.0, 0, 0], [4, 0, 0], [0, 0, 3]]), "2_1").estimate()
    assert found.low == pytest.approx(-65 / 139)
    assert found.low < found.value < found.high < 1


def test_one_way_counts_what_ratings_there_are():
    # Targets 1, 3 and 6, 8, 7: means 2 and 7, of all 5; SSA = 2 * 9 + 3 * 4 = 30 with 1 df,
    # SSW = 2 + 2 = 4 with 3 df; k0 = (5 - 13 / 5) / 1 = 2.4.
    ratings = np.array([[1, NAN, 3], [6, 8, 7], [NAN] * 3])
    found = icc_one_way(ratings, "1_1").estimate()
    assert found.value == pytest.approx((30 - 4 / 3) / (30 + 1.4 * 4 / 3))
    assert found.n == 2
    lower = 30 / (4 / 3) / f_distribution.ppf(0.975, 1, 3)
    upper = 30 / (4 / 3) * f_distribution.ppf(0.975, 3, 1)
    assert found.low == pytest.approx((lower - 1) / (lower + 1.4))
    assert found.high == pytest.approx((upper - 1) / (upper + 1.4))
    mean = icc_one_way(ratings, "1_k").estimate()
    assert mean.value == pytest.approx((30 - 4 / 3) / 30)
    assert (mean.low, mean.high) == pytest.approx((1 - 1 / lower, 1 - 1 / upper))


@pytest.mark.parametrize("form", ["1_1", "1_k"])
def test_one_way_is_the_first_form_where_all_targets_have_as_many(form):
    wide = np.full((6, 6), NAN)
    wide[:3, :4], wide[3:, 2:] = SHROUT_FLEISS[:3], SHROUT_FLEISS[3:, ::-1]
    found, wanted = icc_one_way(wide, form).estimate(), icc(SHROUT_FLEISS, form).estimate()
    assert (found.value, found.low, found.high) == pytest.approx(
        (wanted.value, wanted.low, wanted.high)
    )


def test_one_way_needs_a_target_with_two_ratings():
    apart = np.array([[1, NAN], [NAN, 2], [3, NAN]])
    assert icc_one_way(apart, "1_1").estimate().reason == "agreement_too_few_targets"
    once = icc_one_way(np.array([[1, 2], [NAN, 2], [3, NAN]]), "1_1", np.arange(3))
    assert once.estimate().n == 3
    assert np.isnan(once.value(np.array([0, 1.0, 1]) @ once.groups))


def test_the_bias_of_raters_is_as_published():
    # Shrout and Fleiss (1979), Table 3 (recalled): between judges 32.49, residual 1.02.
    found = rater_bias(SHROUT_FLEISS)
    assert found.means == pytest.approx((46 / 6, 15 / 6, 26 / 6, 40 / 6))
    assert found.f == pytest.approx(32.49 / 1.02, rel=0.005)
    assert (found.df1, found.df2) == (3, 15)
    assert found.p == pytest.approx(f_distribution.sf(found.f, 3, 15))


def test_the_bias_of_raters_is_of_the_targets_rated_by_all():
    more = np.vstack([SHROUT_FLEISS, [NAN, 100, 100, 100]])
    assert rater_bias(more) == rater_bias(SHROUT_FLEISS)


@pytest.mark.parametrize(
    ("ratings", "found"),
    [
        ([[NAN, 1], [2, NAN]], RaterBias((None, None), None, 1, 0, None)),
        ([[2, 4]], RaterBias((2, 4), None, 1, 0, None)),
        ([[2], [4]], RaterBias((3,), None, 0, 0, None)),
        ([[1, 2], [2, 3], [5, 6]], RaterBias((8 / 3, 11 / 3), None, 1, 2, None)),
        (np.zeros((2, 0)), RaterBias((), None, 0, 0, None)),
    ],
)
def test_without_error_to_compare_it_with_the_bias_of_raters_is_not_tested(ratings, found):
    assert rater_bias(np.array(ratings, float)) == found


def test_limits_of_agreement_are_as_published():
    # Mean difference -2.1, SD 38.8 l/min; the limits there are 2 SD, here 1.96.
    found = bland_altman(MINI, WRIGHT)
    assert found.bias == pytest.approx(-2.1, abs=0.05)
    assert found.high - found.bias == pytest.approx(1.96 * 38.8, abs=0.1)
    assert found.bias - found.low == pytest.approx(1.96 * 38.8, abs=0.1)


def test_limits_of_agreement_need_two_pairs():
    assert bland_altman(np.array([1, NAN]), np.array([NAN, 2.0])) == (None, None, None)
    assert bland_altman(np.array([1.0, NAN]), np.array([3.0, 2])) == (2, None, None)
    assert bland_altman(np.array([1.0, 1]), np.array([3.0, 3])) == (2, 2, 2)
