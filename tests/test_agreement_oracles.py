"""Our coefficients beside those of published libraries, on seeded random ratings of many shapes.

The libraries live in environments of their own, which packaging/oracles.sh makes. Where a library is
wrong, a test says so, and its expected value is counted by hand.
"""

import json
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from coder.agreement import alpha, gamma, icc, kappa, several

HERE = Path(__file__).parent
WEIGHTS = {"identity": kappa.identity, "linear": kappa.linear, "quadratic": kappa.quadratic}
FORMS = {
    f"{form}_{unit}": f"ICC({name},{unit})"
    for form, name in zip("123", "1AC", strict=True)
    for unit in "1k"
}
CATEGORIES = 8  # what irrCAC can weigh for Conger's kappa without the test taking minutes
EXACT = 1e-9


def environment(name):
    folder = HERE.parent / name
    missing = not (folder / ".installed").exists()
    return folder, pytest.mark.skipif(missing, reason="run packaging/oracles.sh")


ORACLES, oracles = environment(".oracles")
GAMMA, gamma_oracle = environment(".oracles-gamma")


def ask(requests, folder=ORACLES):
    """The answers of a library, all from one run of its own interpreter."""
    asked = subprocess.run(
        [folder / "bin/python", HERE / "oracles/ask.py"],
        input=json.dumps(requests),
        capture_output=True,
        text=True,
        timeout=200,
    )
    assert asked.returncode == 0, asked.stderr
    return json.loads(asked.stdout)


def ask_all(library, requests, folder=ORACLES):
    """Answers under the keys of the requests."""
    asked = [{"library": library, **each} for each in requests.values()]
    return dict(zip(requests, ask(asked, folder), strict=True))


@dataclass(frozen=True, eq=False)
class Case:
    codes: np.ndarray  # units x raters, -1 where a rater did not rate
    q: int

    @property
    def ratings(self):
        """As the libraries want them: null where a rater did not rate."""
        return [[None if code < 0 else code for code in row] for row in self.codes.tolist()]

    @property
    def of_values(self):
        return [[None if code < 0 else self.values[code] for code in row] for row in self.codes]

    @property
    def values(self):
        """Numbers for the categories, in unequal steps from 0."""
        return np.cumsum(np.arange(self.q) % 3 + 0.5) - 0.5

    @property
    def complete(self):
        return bool((self.codes >= 0).all())

    @property
    def two(self):
        return self.complete and self.codes.shape[1] == 2

    @property
    def counts(self):
        """How many raters gave each category, units x categories."""
        return (self.codes[:, :, None] == np.arange(self.q)).sum(axis=1)

    @property
    def pairable(self):
        return self.codes[(self.codes >= 0).sum(axis=1) > 1]

    @property
    def used(self):
        return np.unique(self.codes[self.codes >= 0])

    @property
    def tables(self):
        return kappa.crosstab(self.codes[:, 0], self.codes[:, 1], self.q)

    @property
    def counted(self):
        return several.count(self.codes, self.q)


def random_case(seed):
    """Raters with more or less skill, who use two thirds of the categories, some of them rarely."""
    rng = np.random.default_rng(seed)
    q = int(rng.choice([2, 2, 3, 5, 8, 35]))
    raters = 2 if seed % 3 == 0 else int(rng.integers(2, 11))
    units = int(rng.choice([5, 12, 40, 150, 500]))
    used = rng.choice(q, max(2, q - q // 3), replace=False)
    prevalence = rng.dirichlet(np.full(len(used), rng.choice([0.3, 3.0])))
    truth = rng.choice(used, (units, 1), p=prevalence)
    guess = rng.choice(used, (units, raters), p=prevalence)
    codes = np.where(rng.random((units, raters)) < rng.choice([0, 0.4, 0.8, 1]), truth, guess)
    codes[rng.random((units, raters)) < rng.choice([0, 0, 0.1, 0.4])] = -1
    return Case(codes, q)


CASES = {seed: random_case(seed) for seed in range(120)}
# Coefficients that correct for what was used are defined where two categories were.
DEFINED = {
    seed: case
    for seed, case in CASES.items()
    if len(np.unique(case.pairable[case.pairable >= 0])) > 1
}
COMPLETE = {seed: case for seed, case in DEFINED.items() if case.complete}
TABLES = {seed: case for seed, case in DEFINED.items() if case.two}


def test_the_cases_are_of_many_shapes():
    shapes = [(case.codes.shape[1], case.q, len(case.codes)) for case in DEFINED.values()]
    assert len(DEFINED) > 95
    assert len(COMPLETE) > 45
    assert len(TABLES) > 15
    assert {2, 3, 5, 8, 35} == {q for _, q, _ in shapes}
    assert {5, 12, 40, 150, 500} == {units for _, _, units in shapes}
    assert set(range(2, 11)) == {raters for raters, _, _ in shapes}
    agreed = [seed for seed, case in COMPLETE.items() if np.ptp(case.codes, axis=1).max() == 0]
    assert len(agreed) > 5


def assert_same(ours, theirs, *, limits=True):
    """Both have the same number, and the same error and limits.

    A library's error is 0, or what rounding leaves of it, where we have none; and at perfect
    agreement whatever the units with one rating make of it. Its limits may be beyond -1 and 1;
    ours end there, unless the value itself lies below.
    """
    assert theirs.get("error") is None
    assert ours.value == pytest.approx(theirs["value"], abs=EXACT)
    if "se" not in theirs:
        return
    if ours.se is None:
        assert ours.value == 1 or not theirs["se"] > 1e-7
        return
    assert ours.se == pytest.approx(theirs["se"], abs=EXACT)
    if not limits:
        return
    low = theirs["low"] if ours.value < -1 else max(theirs["low"], -1)
    assert ours.low == pytest.approx(low, abs=EXACT)
    assert ours.high == pytest.approx(min(theirs["high"], 1), abs=EXACT)


# krippendorff ------------------------------------------------------------------------------------


@cache
def krippendorff_answers():
    return ask_all(
        "krippendorff",
        {
            (seed, level): {
                "statistic": "alpha",
                "level": level,
                "ratings": case.of_values if level in {"interval", "ratio"} else case.ratings,
            }
            for seed, case in DEFINED.items()
            for level in ("nominal", "ordinal", "interval", "ratio")
        },
    )


@oracles
@pytest.mark.parametrize("level", ["nominal", "ordinal", "interval", "ratio"])
def test_alpha_is_that_of_krippendorff(level):
    for seed, case in DEFINED.items():
        ours = alpha.alpha(case.codes, case.q, level, case.values).estimate()
        assert_same(ours, krippendorff_answers()[seed, level])


@oracles
def test_krippendorff_takes_the_ids_of_codes_for_quantities_unless_told_otherwise():
    codes = np.array([[1, 1], [2, 2], [3, 4], [35, 35]])
    request = {"library": "krippendorff", "statistic": "alpha", "ratings": codes.tolist()}
    unsaid, nominal = ask([request, {**request, "level": "nominal"}])
    ours = alpha.alpha(codes, 36).estimate().value
    # By hand: of 8 ratings 2 x 1, 2 x 2, 3, 4, 2 x 35; Do = 2 / 8, De = (64 - 4 - 4 - 1 - 1 - 4) / 56.
    assert ours == pytest.approx(1 - (2 / 8) / (50 / 56))
    assert nominal["value"] == pytest.approx(ours)
    assert unsaid["value"] > 0.999


# irrCAC ------------------------------------------------------------------------------------------


@cache
def irrcac_answers():
    requests = {}
    for seed, case in CASES.items():
        for statistic in ("gwet", "fleiss", "conger", "bp", "krippendorff"):
            for weights in WEIGHTS:
                if statistic == "conger" and case.q > (CATEGORIES if weights == "identity" else 5):
                    continue
                requests[seed, statistic, weights] = {
                    "statistic": statistic,
                    "weights": weights,
                    "ratings": case.ratings,
                    "categories": list(range(case.q)),
                }
    for seed, case in TABLES.items():
        tables = {"cohen": case.tables, "scott": case.tables}
        tables["bp"] = kappa.collapse(case.tables, case.used[0])
        for statistic, table in tables.items():
            requests[seed, statistic] = {"statistic": statistic, "table": table[0].tolist()}
    return ask_all("irrCAC", requests)


OURS = {
    "gwet": several.gwet_ac2,
    "fleiss": several.fleiss_kappa,
    "conger": several.conger_kappa,
    "bp": several.brennan_prediger,
}


@oracles
@pytest.mark.parametrize("weights", WEIGHTS)
@pytest.mark.parametrize("statistic", OURS)
def test_coefficients_of_several_raters_and_their_errors_are_those_of_irrcac(statistic, weights):
    compared = 0
    for seed, case in DEFINED.items():
        if (seed, statistic, weights) in irrcac_answers():
            ours = OURS[statistic](case.counted, WEIGHTS[weights](case.q)).estimate()
            assert_same(ours, irrcac_answers()[seed, statistic, weights])
            compared += 1
    assert compared > 50


@oracles
def test_nominal_and_interval_alpha_are_those_of_irrcac():
    for seed, case in DEFINED.items():
        steps = np.arange(case.q, dtype=float)
        for weights, level in (("identity", "nominal"), ("quadratic", "interval")):
            theirs = irrcac_answers()[seed, "krippendorff", weights]
            ours = alpha.alpha(case.codes, case.q, level, steps).estimate()
            assert_same(ours, {"value": theirs["value"]})


@oracles
def test_kappa_of_two_raters_and_its_error_are_those_of_irrcac():
    for seed, case in TABLES.items():
        theirs = irrcac_answers()[seed, "cohen"]
        # Its interval is that of t, ours that of the normal distribution, as SAS prints it.
        assert_same(kappa.cohen_kappa(case.tables).estimate(), theirs, limits=False)


@oracles
def test_scott_pi_its_error_and_its_interval_are_those_of_irrcac():
    for seed, case in TABLES.items():
        assert_same(kappa.scott_pi(case.tables).estimate(), irrcac_answers()[seed, "scott"])


@oracles
def test_pabak_and_its_error_are_those_of_irrcac_for_two_categories():
    for seed, case in TABLES.items():
        fourfold = kappa.collapse(case.tables, case.used[0])
        ours = kappa.pabak(fourfold).estimate()
        assert_same(ours, irrcac_answers()[seed, "bp"], limits=False)


@oracles
@pytest.mark.parametrize("weights", WEIGHTS)
def test_percent_agreement_of_several_raters_is_that_of_irrcac(weights):
    for seed, case in DEFINED.items():
        ours = several.percent(case.counted, WEIGHTS[weights](case.q)).estimate()
        assert_same(ours, {"value": irrcac_answers()[seed, "gwet", weights]["pa"]})


@oracles
def test_gwet_and_brennan_and_prediger_are_defined_where_one_category_was_used_as_in_irrcac():
    alike = {seed: case for seed, case in CASES.items() if len(case.used) == 1}
    assert alike
    for seed, case in alike.items():
        if len(case.pairable):
            for statistic in ("gwet", "bp"):
                ours = OURS[statistic](case.counted, kappa.identity(case.q)).estimate()
                assert_same(ours, irrcac_answers()[seed, statistic, "identity"])


@oracles
def test_irrcac_prints_no_chance_agreement_for_scott_pi_though_there_is_some():
    # By hand: 20 + 10 + 10 + 60 units; pooled shares .3 and .7, pe = .09 + .49, po = .8.
    request = {"library": "irrCAC", "statistic": "scott", "table": [[20, 10], [10, 60]]}
    (found,) = ask([request])
    ours = kappa.scott_pi(np.array([request["table"]])).estimate()
    assert ours.value == pytest.approx((0.8 - 0.58) / (1 - 0.58))
    assert found["value"] == pytest.approx(ours.value)
    assert found["pe"] == 0


@oracles
def test_irrcac_halves_the_p_value_of_brennan_and_prediger_alone():
    for seed in COMPLETE:
        for statistic, sides in (("bp", 1), ("gwet", 2), ("fleiss", 2)):
            found = irrcac_answers()[seed, statistic, "identity"]
            if found["se"] > 1e-7:
                p = sides * stats.t.sf(abs(found["z"]), len(CASES[seed].codes) - 1)
                assert found["p_value"] == pytest.approx(p, abs=1e-7)


@oracles
def test_ordinal_weights_of_irrcac_are_not_the_ordinal_level_of_alpha():
    # By hand: ratings 1 1 1 2 2 3 over units (1 1)(1 2)(2 3); middles 1.5, 4, 5.5, so that
    # Do = 2 (2.5^2 + 1.5^2) = 17 and De = 2 (6 x 2.5^2 + 3 x 4^2 + 2 x 1.5^2) / 5 = 36.
    codes = np.array([[0, 0], [0, 1], [1, 2]])
    ratings, theirs = codes.tolist(), {"statistic": "krippendorff", "weights": "ordinal"}
    irrcac, krippendorff = ask(
        [
            {"library": "irrCAC", "ratings": ratings, "categories": [0, 1, 2], **theirs},
            {"library": "krippendorff", "ratings": ratings, "level": "ordinal"},
        ]
    )
    ours = alpha.alpha(codes, 3, "ordinal").estimate().value
    assert ours == pytest.approx(1 - 17 / 36)
    assert krippendorff["value"] == pytest.approx(ours)
    assert abs(irrcac["value"] - ours) > 0.01


# statsmodels and scikit-learn --------------------------------------------------------------------


@cache
def statsmodels_answers():
    requests = {}
    for seed, case in TABLES.items():
        for weights in (None, "linear", "quadratic"):
            table = case.tables[0].tolist()
            requests[seed, weights] = {"statistic": "cohen", "table": table, "weights": weights}
    for seed, case in COMPLETE.items():
        for statistic in ("fleiss", "randolph"):
            requests[seed, statistic] = {"statistic": statistic, "counts": case.counts.tolist()}
        for category in case.used:
            chosen = case.counts[:, category].tolist()
            counts = [[each, case.codes.shape[1] - each] for each in chosen]
            requests[seed, category] = {"statistic": "fleiss", "counts": counts}
    return ask_all("statsmodels", requests)


@oracles
@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_kappa_its_error_and_its_interval_are_those_of_statsmodels(weights):
    for seed, case in TABLES.items():
        chosen = weights and WEIGHTS[weights](case.q)
        assert_same(
            kappa.cohen_kappa(case.tables, chosen).estimate(), statsmodels_answers()[seed, weights]
        )


@oracles
def test_the_greatest_kappa_is_that_of_statsmodels():
    for seed, case in TABLES.items():
        theirs = statsmodels_answers()[seed, None]["max"]
        assert kappa.kappa_max(case.tables).estimate().value == pytest.approx(theirs, abs=EXACT)


@oracles
@pytest.mark.parametrize("statistic", ["fleiss", "randolph"])
def test_kappa_of_several_raters_is_that_of_statsmodels(statistic):
    ours = {"fleiss": several.fleiss_kappa, "randolph": several.brennan_prediger}[statistic]
    for seed, case in COMPLETE.items():
        theirs = statsmodels_answers()[seed, statistic]["value"]
        assert ours(case.counted).estimate().value == pytest.approx(theirs, abs=EXACT)


@oracles
def test_kappa_of_a_category_is_that_of_statsmodels_for_it_against_the_rest():
    for seed, case in COMPLETE.items():
        for category in case.used:
            ours = several.fleiss_category(case.counted, category).estimate()
            assert_same(ours, statsmodels_answers()[seed, category])


@cache
def sklearn_answers():
    requests = {}
    for seed, case in TABLES.items():
        first, second = case.codes.T.tolist()
        asked = {"first": first, "second": second, "labels": list(range(case.q))}
        for weights in (None, "linear", "quadratic"):
            requests[seed, weights] = {"statistic": "cohen", "weights": weights, **asked}
        requests[seed, "f1"] = {"statistic": "f1", **asked}
    return ask_all("sklearn", requests)


@oracles
@pytest.mark.parametrize("weights", [None, "linear", "quadratic"])
def test_kappa_is_that_of_scikit_learn_told_all_labels(weights):
    for seed, case in TABLES.items():
        ours = kappa.cohen_kappa(case.tables, weights and WEIGHTS[weights](case.q)).estimate()
        assert ours.value == pytest.approx(sklearn_answers()[seed, weights]["value"], abs=EXACT)


@oracles
def test_positive_agreement_is_f1_of_scikit_learn():
    for seed, case in TABLES.items():
        for category, theirs in enumerate(sklearn_answers()[seed, "f1"]["f1"]):
            ours = kappa.positive(kappa.collapse(case.tables, category)).estimate().value
            if ours is None:
                assert np.isnan(theirs)
            else:
                assert ours == pytest.approx(theirs, abs=EXACT)


@oracles
def test_scikit_learn_forgets_unused_labels_and_sorts_the_others_by_the_alphabet():
    # By hand: (0 0)(0 1)(1 1)(1 4) on a scale of five. Squared differences 0 1 0 9: Do = 10 / 4;
    # chance, 0 0 1 1 against 0 1 1 4: (0 + 1 + 1 + 16 + 1 + 0 + 0 + 9) / 8 = 28 / 8.
    first, second = [0, 0, 1, 1], [0, 1, 1, 4]
    ours = kappa.cohen_kappa(
        kappa.crosstab(np.array(first), np.array(second), 5), kappa.quadratic(5)
    )
    assert ours.estimate().value == pytest.approx(1 - (10 / 4) / (28 / 8))
    scale = ["never", "some", "much", "more", "always"]
    common = {"library": "sklearn", "statistic": "cohen", "weights": "quadratic"}
    words = {"first": [scale[code] for code in first], "second": [scale[code] for code in second]}
    told, untold, sorted_words, told_words = ask(
        [
            {"first": first, "second": second, "labels": list(range(5)), **common},
            {"first": first, "second": second, **common},
            {**words, **common},
            {**words, "labels": scale, **common},
        ]
    )
    assert told["value"] == pytest.approx(ours.estimate().value)
    assert told_words["value"] == pytest.approx(ours.estimate().value)
    assert abs(untold["value"] - ours.estimate().value) > 0.01
    assert abs(sorted_words["value"] - ours.estimate().value) > 0.01


# pingouin ----------------------------------------------------------------------------------------


def rated(seed):
    """Targets x raters: some differ much and raters little, and the other way round."""
    rng = np.random.default_rng(seed)
    n, k = int(rng.choice([3, 6, 20, 60])), int(rng.integers(2, 8))
    found = rng.normal(3, rng.choice([0.2, 1, 3]), (n, 1)) + rng.normal(0, 1, (n, k))
    found += rng.normal(0, rng.choice([0, 1]), k)
    return np.clip(np.round(found), 1, 5) if seed % 2 else found


RATED = {seed: found for seed in range(60) if np.ptp(found := rated(seed))}


@cache
def pingouin_answers():
    requests = {
        seed: {"statistic": "icc", "ratings": ratings.tolist()} for seed, ratings in RATED.items()
    }
    return ask_all("pingouin", requests)


@oracles
@pytest.mark.parametrize("form", FORMS)
def test_icc_and_its_interval_are_those_of_pingouin(form):
    for seed, ratings in RATED.items():
        theirs = pingouin_answers()[seed][FORMS[form]]
        ours = icc.icc(ratings, form).estimate()
        if not theirs["low"] <= theirs["value"] <= theirs["high"]:
            # Spearman and Brown's formula beyond its pole: there is no such reliability.
            assert form == "2_k"
            assert ours.low is ours.high is None
            continue
        assert ours.value == pytest.approx(theirs["value"], abs=1e-8)
        assert ours.low == pytest.approx(theirs["low"], abs=1e-8)
        assert ours.high == pytest.approx(theirs["high"], abs=1e-8)


@oracles
def test_pingouin_rounds_the_limits_of_icc_unless_told_otherwise():
    # Shrout and Fleiss (1979), table 2; McGraw and Wong's limits of (2, 1) are .0188 and .7611.
    ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    request = {"library": "pingouin", "statistic": "icc", "ratings": ratings, "rounded": True}
    (found,) = ask([request])
    ours = icc.icc(np.array(ratings, float), "2_1").estimate()
    assert found["ICC(A,1)"]["low"] == 0.02
    assert ours.low == pytest.approx(0.0188, abs=6e-5)


# nltk --------------------------------------------------------------------------------------------

SETS = {
    seed: (rng.random((25, 2 + seed % 3, 4)) < 0.35, rng.random((25, 2 + seed % 3)) < seen)
    for seed, seen in enumerate([1, 0.8] * 10)
    if (rng := np.random.default_rng(seed))
}
AGREEING = {"kappa": several.light_kappa, "multi_kappa": several.conger_kappa}
AGREEING["pi"] = several.fleiss_kappa


@cache
def nltk_answers():
    requests = {}
    for seed, (present, seen) in SETS.items():
        # The library divides by 0 for two empty sets: one of no code but its own stands for them.
        ratings = [
            [
                np.flatnonzero(codes).tolist() or ["none"] if saw else None
                for codes, saw in zip(*row, strict=True)
            ]
            for row in zip(present, seen, strict=True)
        ]
        for distance in ("jaccard", "masi"):
            asked = {"statistic": "alpha", "distance": distance, "ratings": ratings}
            requests["sets", seed, distance] = asked
    for seed, case in DEFINED.items():
        if len(case.codes) > 150:
            continue
        for statistic in ("alpha", *(AGREEING if case.complete else ())):
            asked = {"statistic": statistic, "distance": "binary", "ratings": case.ratings}
            requests[seed, statistic] = asked
    return ask_all("nltk", requests)


@oracles
@pytest.mark.parametrize("distance", ["jaccard", "masi"])
def test_alpha_of_sets_is_that_of_nltk(distance):
    for seed, (present, seen) in SETS.items():
        ours = alpha.alpha_sets(present, seen, distance).estimate()
        assert_same(ours, nltk_answers()["sets", seed, distance])


@oracles
def test_nominal_alpha_is_that_of_nltk():
    for seed, case in DEFINED.items():
        if (seed, "alpha") in nltk_answers():
            assert_same(alpha.alpha(case.codes, case.q).estimate(), nltk_answers()[seed, "alpha"])


@oracles
@pytest.mark.parametrize("statistic", AGREEING)
def test_kappas_of_several_raters_are_those_of_nltk(statistic):
    compared = 0
    for seed, case in COMPLETE.items():
        ours = AGREEING[statistic](case.counted).estimate().value
        if ours is not None and (seed, statistic) in nltk_answers():
            assert ours == pytest.approx(nltk_answers()[seed, statistic]["value"], abs=EXACT)
            compared += 1
    assert compared > 20


@oracles
def test_nltk_takes_none_for_a_category_unless_told_otherwise():
    # By hand, without the third unit: o_ab = 2, n_a = 1, n_b = 3: alpha = 1 - 3 x 2 / (2 x 3) = 0.
    request = {"library": "nltk", "statistic": "alpha", "distance": "binary"}
    request["ratings"] = [["a", "b"], ["b", "b"], ["a", None]]
    told, untold = ask([request, {**request, "keep": True}])
    ours = alpha.alpha(np.array([[0, 1], [1, 1], [0, -1]]), 2).estimate().value
    assert ours == pytest.approx(0)
    assert told["value"] == pytest.approx(0)
    assert abs(untold["value"]) > 0.05


@oracles
def test_of_ratings_that_are_all_the_same_each_library_says_something_else_and_we_nothing():
    codes = np.zeros((4, 2), np.int64)
    ratings, table = codes.tolist(), [[4, 0], [0, 0]]
    first, second = codes.T.tolist()
    nltk, sklearn, irrcac, krippendorff, statsmodels = ask(
        [
            {"library": "nltk", "statistic": "alpha", "distance": "binary", "ratings": ratings},
            {"library": "sklearn", "statistic": "cohen", "first": first, "second": second},
            {
                "library": "irrCAC",
                "statistic": "krippendorff",
                "ratings": ratings,
                "categories": [0],
            },
            {"library": "krippendorff", "statistic": "alpha", "ratings": ratings},
            {"library": "statsmodels", "statistic": "cohen", "table": table},
        ]
    )
    assert nltk["value"] == 1
    assert np.isnan(sklearn["value"])
    assert "ZeroDivisionError" in irrcac["error"]
    assert "ValueError" in krippendorff["error"]
    assert np.isnan(statsmodels["value"])
    case = Case(codes, 2)
    for parts in (
        alpha.alpha(codes, 2),
        kappa.cohen_kappa(case.tables),
        kappa.scott_pi(case.tables),
        several.fleiss_kappa(case.counted),
        several.conger_kappa(case.counted),
    ):
        assert parts.estimate().value is None


# pygamma-agreement -------------------------------------------------------------------------------


def lines_of(seed):
    """Units of 2 to 4 raters, (start, end, code), each rater's about where the others' are."""
    rng = np.random.default_rng(seed)
    truth = np.cumsum(rng.integers(1, 60, 8)) * 1000
    lines = []
    for _ in range(2 + seed % 3):
        starts = (truth + rng.integers(-5000, 5000, 8))[rng.random(8) < 0.8]
        lengths = rng.integers(500, 20000, len(starts))
        codes = rng.integers(0, 3, len(starts))
        units = np.column_stack([starts, starts + lengths, codes])
        lines.append(sorted(map(tuple, units.tolist())))
    return lines


LINES = {seed: lines_of(seed) for seed in range(12)}


def units_of(lines):
    return [
        [f"rater {rater}", start, end, f"code {code}"]
        for rater, line in enumerate(lines)
        for start, end, code in line
    ]


def lines_from(units):
    """The lines again; a rater may have none."""
    lines = [[] for _ in range(4)]
    for rater, start, end, code in units:
        lines[int(rater[-1])].append((start, end, int(code[-1])))
    return lines


@cache
def pygamma_answers():
    requests = {
        (seed, weights): {
            "statistic": "alignment" if seed % 4 else "gamma",
            "samples": 5,
            "alpha": weights.position,
            "beta": weights.category,
            "units": units_of(lines),
        }
        for seed, lines in LINES.items()
        for weights in (gamma.EVEN, gamma.Weights(3, 1))
    }
    points = [["one", 5, 5, "a"], ["other", 5, 6, "a"]]
    requests["points"] = {**requests[0, gamma.EVEN], "units": points}
    return ask_all("pygamma", requests, GAMMA)


@gamma_oracle
def test_the_best_alignment_is_as_good_as_that_of_pygamma():
    for (seed, weights), theirs in ((k, v) for k, v in pygamma_answers().items() if k != "points"):
        ours = gamma.best_alignment(LINES[seed], weights).disorder
        # The library computes in single precision.
        assert ours == pytest.approx(theirs["disorder"], abs=1e-5)
        for chance in theirs.get("chance", []):
            lines = lines_from(chance["units"])[: len(LINES[seed])]
            ours = gamma.best_alignment(lines, weights).disorder
            assert ours == pytest.approx(chance["disorder"], abs=1e-5)


@gamma_oracle
def test_pygamma_refuses_points():
    assert "ValueError" in pygamma_answers()["points"]["error"]
