"""Ratings compared: which statistics are told, and what never changes them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.agreement import DEFINITIONS, Plan, intervals
from coder.agreement.alpha import alpha
from coder.agreement.ratings import Ratings, compare
from coder.words import say

KINDS = ("nominal", "ordinal", "interval", "ratio")
FEW = Plan(resamples=50)


def rated(codes, q=None, values=None, names=None):
    codes = np.array(codes, np.int64)
    q = int(codes.max(initial=0)) + 1 if q is None else q
    return Ratings(
        tuple(map(str, range(len(codes)))),
        tuple(f"R{n}" for n in range(codes.shape[1])),
        tuple(names or map(str, range(q))),
        codes,
        np.arange(q) * 1.0 if values is None else np.array(values, float),
    )


def told(ratings, kind="nominal", plan=FEW):
    return {(r.statistic, r.code, r.raters): r for r in compare(ratings, kind, plan)}


def value(found, statistic, code=None, raters=None):
    return found[statistic, code, raters].estimate


def random_codes(n_units, n_raters, q, seed=1, missing=0.1):
    chance = np.random.default_rng(seed)
    true = chance.integers(0, q, (n_units, 1))
    codes = np.where(
        chance.random((n_units, n_raters)) < 0.6, true, chance.integers(0, q, (n_units, n_raters))
    )
    codes[chance.random(codes.shape) < missing] = -1
    return codes


def some_codes(most_raters=4, most_q=4):
    shapes = st.tuples(st.integers(2, most_raters), st.integers(1, most_q))
    return shapes.flatmap(
        lambda shape: st.tuples(
            st.lists(
                st.lists(st.integers(-1, shape[1] - 1), min_size=shape[0], max_size=shape[0]),
                min_size=1, max_size=8,
            ),
            st.just(shape[1]),
        )
    )  # fmt: skip


@settings(deadline=None, max_examples=150)
@given(some_codes(), st.sampled_from(KINDS))
def test_whatever_is_rated_each_statistic_is_a_number_or_says_why_not(drawn, kind):
    codes, q = drawn
    found = compare(rated(codes, q), kind, FEW)
    keys = [(r.statistic, r.code, r.raters) for r in found]
    assert len(set(keys)) == len(keys)
    for each in found:
        assert each.statistic in DEFINITIONS
        assert (each.estimate is None) == (each.reason is not None)
        if each.reason is None:
            assert np.isfinite(each.estimate)
        else:
            assert say(each.reason)
            assert each.se is each.low is each.high is None
        if each.low is not None:
            assert each.low <= each.estimate + 1e-9 or each.statistic.startswith("alpha")


@settings(deadline=None, max_examples=60)
@given(some_codes(), st.sampled_from(KINDS), st.randoms(use_true_random=False))
def test_the_order_of_units_and_raters_changes_no_number_of_all(drawn, kind, chance):
    codes, q = drawn
    other = [list(row) for row in codes]
    chance.shuffle(other)
    order = list(range(len(codes[0])))
    chance.shuffle(order)
    other = [[row[n] for n in order] for row in other]
    first, second = told(rated(codes, q), kind), told(rated(other, q), kind)
    for key, each in first.items():
        if key[2] is None:
            for name in ("estimate", "se", "low", "high"):
                one, same = getattr(each, name), getattr(second[key], name)
                assert one == (same if same is None else pytest.approx(same, rel=1e-7, abs=1e-9))


def test_two_raters_who_rated_everything_obey_the_known_identities():
    codes = random_codes(60, 2, 4, missing=0)
    found, n = told(rated(codes)), 60
    pi = value(found, "scott_pi")
    assert value(found, "fleiss_kappa") == pytest.approx(pi)
    assert 1 - value(found, "alpha_nominal") == pytest.approx((1 - pi) * (2 * n - 1) / (2 * n))
    fourfold = told(rated(codes % 2))
    assert value(fourfold, "pabak") == pytest.approx(value(fourfold, "brennan_prediger"))
    assert value(fourfold, "pabak") == pytest.approx(2 * value(fourfold, "percent") - 1)
    assert value(fourfold, "gwet_ac2_linear") == pytest.approx(value(fourfold, "gwet_ac1"))


def test_raters_who_agree_throughout_have_1_and_no_interval():
    for n_raters in (2, 3):
        codes = np.repeat(random_codes(30, 1, 3, missing=0), n_raters, axis=1)
        for kind in KINDS:
            for each in compare(rated(codes, values=[1, 2, 4]), kind, FEW):
                if each.statistic in {"prevalence_index", "bias_index"}:
                    continue
                assert each.estimate == 1, each.statistic
                # Of shares that two raters have in common the score interval stands even then.
                if n_raters > 2 or each.statistic not in {
                    "percent",
                    "pabak",
                    "positive",
                    "negative",
                }:
                    assert each.low is None or each.statistic == "percent", each.statistic


def test_names_of_nominal_categories_change_nothing_but_the_weighted():
    codes = random_codes(50, 3, 4)
    other = np.array([2, 0, 3, 1, -1])[codes]
    first, second = told(rated(codes)), told(rated(other))
    for name in (
        "percent",
        "fleiss_kappa",
        "conger_kappa",
        "light_kappa",
        "gwet_ac1",
        "alpha_nominal",
    ):
        assert value(first, name) == pytest.approx(value(second, name))
    assert value(first, "fleiss_kappa", "0") == pytest.approx(value(second, "fleiss_kappa", "2"))
    assert value(first, "gwet_ac2_linear") != pytest.approx(value(second, "gwet_ac2_linear"))


def test_interval_alpha_and_iccs_do_not_change_with_the_scale_s_zero_and_step():
    codes = random_codes(40, 3, 5)
    first = told(rated(codes, values=[1, 2, 3, 4, 5]), "interval")
    second = told(rated(codes, values=[-7, -4, -1, 2, 5]), "interval")
    for name in ("alpha_interval", *(f"icc_{form}" for form in ("1_1", "2_1", "3_k"))):
        assert value(first, name) == pytest.approx(value(second, name))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("n_units", "n_raters", "q"), [(150, 2, 3), (80, 4, 6)])
def test_drawing_patterns_is_drawing_units(kind, n_units, n_raters, q):
    codes = random_codes(n_units, n_raters, q, seed=5)
    found = told(rated(codes), kind, Plan(resamples=4000))[f"alpha_{kind}", None, None]
    both = codes[(codes >= 0).sum(axis=1) > 1]
    units = alpha(both, q, kind, np.arange(q) * 1.0, np.arange(len(both)))
    other = intervals.bootstrap(units, 4000, seed=9)
    assert found.estimate == pytest.approx(other.value)
    assert found.groups == found.n == len(both)
    reach = other.high - other.low
    assert found.se == pytest.approx(other.se, rel=0.05)
    assert found.low == pytest.approx(other.low, abs=0.06 * reach)
    assert found.high == pytest.approx(other.high, abs=0.06 * reach)


def test_a_million_units_are_resampled_by_their_few_patterns():
    codes = random_codes(1_000_000, 2, 5, missing=0)
    found = told(rated(codes), plan=Plan())["alpha_nominal", None, None]
    assert (found.n, found.groups) == (1_000_000, 1_000_000)
    assert found.low < found.estimate < found.high < found.low + 0.01


def test_alpha_says_where_it_has_no_interval():
    nothing = told(rated([[0, 1], [1, 0]]))["alpha_nominal", None, None]
    assert nothing.low is None
    assert say(nothing.note).startswith("No interval")
    unasked = told(rated([[0, 1], [1, 1]]), plan=Plan(resamples=0))["alpha_nominal", None, None]
    assert (unasked.low, unasked.note) == (None, None)


@pytest.mark.parametrize(("kind", "n"), [("ratio", 1200), ("ordinal", 20_000)])
def test_what_would_take_minutes_to_resample_has_no_interval_and_says_so(kind, n):
    codes = np.stack([np.random.default_rng(1).permutation(n), np.arange(n)], axis=1)
    found = told(rated(codes, n), kind, Plan())
    assert found[f"alpha_{kind}", None, None].estimate == pytest.approx(0, abs=0.1)
    assert found[f"alpha_{kind}", None, None].low is None
    assert "too many" in say(found[f"alpha_{kind}", None, None].note)
    reason = found["cohen_kappa", None, None].reason
    assert (reason is None) == (n <= 4000)
    assert reason is None or "too many" in say(reason)


def test_many_units_of_many_categories_are_too_large_and_not_too_different():
    codes = np.zeros((2**20, 2), np.int64)
    found = told(rated(codes, 65), plan=Plan(resamples=0))
    assert "1048576 units with 65 different ratings" in say(found["percent", None, None].reason)


def test_more_than_a_hundred_categories_are_not_each_listed():
    listed = [
        {r.code for r in compare(rated(random_codes(300, 2, q), q), plan=FEW)} for q in (100, 101)
    ]
    assert [len(codes) for codes in listed] == [101, 1]


def test_the_iccs_need_numbers():
    ratings = Ratings(("1",), ("A", "B"), ("x", "y"), np.array([[0, 1]]))
    assert compare(ratings)
    with pytest.raises(ValueError, match="numbers"):
        compare(ratings, "interval")


def test_changing_raters_are_compared_by_the_one_way_icc_on_all_units():
    # Three raters, two a unit. By hand: unit means 1, 3 and 5, each rating 1 off its mean:
    # MSB = 2 * (4 + 0 + 4) / 2 = 8, MSW = 6 / 3 = 2, k = 2; (8 - 2) / (8 + 2) = .6.
    codes = [[0, 2, -1], [-1, 2, 4], [6, -1, 4]]
    found = told(rated(codes, 7), "interval")
    one_way = found["icc_1_1", None, None]
    assert one_way.estimate == pytest.approx(0.6)
    assert one_way.n == 3
    assert one_way.counts == {"targets": 3, "rated_by_all": 0, "raters": 3}
    assert found["icc_2_1", None, None].reason is not None


def test_kappa_of_a_category_that_one_rater_never_chose_says_so():
    found = told(rated([[0, 1], [0, 0], [2, 0], [0, 0]], names=["a", "b", "c"]))
    reason = say(found["cohen_kappa", "c", None].reason)
    assert "R1 put every unit in “not c”" in reason
    assert "R0 put every unit in “not b”" in say(found["cohen_kappa", "b", None].reason)
    assert found["cohen_kappa", "a", None].estimate is not None


@pytest.mark.parametrize(
    ("categories", "positive"),
    [
        (("no", "Yes"), 1), (("+", "-"), 0), (("1", "yes"), 0), (("a", "b"), 0), (("a",), None),
        (("a", "yes", "b"), None), (("absent", "PRESENT"), 1), (("0", "1"), 1), (("n", "Y"), 1),
    ],
)  # fmt: skip
def test_positive_is_one_of_two_categories(categories, positive):
    codes = np.zeros((1, 2), np.int64)
    assert Ratings(("1",), ("A", "B"), categories, codes).positive == positive
