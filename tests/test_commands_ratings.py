"""Agreement of a table of ratings by command: published numbers, layouts, and what is refused."""

import itertools
import json
import random
from pathlib import Path

import openpyxl
import pytest

from coder import cli

SHARED = Path(__file__).parents[1].parent / "shared"
MISSING = None


def run(capsys, *argv):
    try:
        status = cli.main(["agreement", *(str(each) for each in argv)], None)
    except SystemExit as stop:
        status = stop.code
    out, err = capsys.readouterr()
    return status, out, err


def asked(capsys, *argv):
    status, out, err = run(capsys, *argv, "--json")
    assert (status, err) == (0, "")
    return json.loads(out)


def refused(capsys, *argv):
    status, out, err = run(capsys, *argv, "--json")
    assert (status, out) == (2, "")
    assert err.count("\n") == 1
    return err


def result(found, statistic, code=None, raters=None):
    wanted = (statistic, code, raters)
    same = [r for r in found["results"] if (r["statistic"], r["code"], r["raters"]) == wanted]
    assert len(same) == 1, wanted
    return same[0]


def value(found, statistic, code=None, raters=None):
    return result(found, statistic, code, raters)["estimate"]


def cell(value):
    return "" if value is None else str(value)


def wide(path, rows, raters=None):
    """Write rows of ratings, a column for each rater."""
    raters = raters or [f"R{n + 1}" for n in range(len(rows[0]))]
    lines = [",".join(["unit", *raters])]
    lines += [",".join([f"u{n}", *map(cell, row)]) for n, row in enumerate(rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def long(path, rows, raters=None, order=None):
    """Write the same ratings, a row for each, in any order."""
    raters = raters or [f"R{n + 1}" for n in range(len(rows[0]))]
    entries = [
        f"u{n},{rater},{cell(given)}"
        for n, row in enumerate(rows)
        for rater, given in zip(raters, row, strict=True)
        if given is not None
    ]
    if order is not None:
        random.Random(order).shuffle(entries)
    path.write_text("\n".join(["unit,rater,value", *entries]) + "\n", encoding="utf-8")
    return path


def spread_out(table, categories):
    """The ratings of two raters that a table counts."""
    pairs = itertools.product(categories, categories)
    counts = itertools.chain.from_iterable(table)
    return [pair for pair, n in zip(pairs, counts, strict=True) for _ in range(n)]


# Published numbers. ../shared/data/agreement_examples.json has the same, with where they are from.

TWO_RATERS = [
    # Cohen (1960), Educ Psychol Meas 20:37-46, p. 45
    ([[88, 14, 18], [10, 40, 10], [2, 6, 12]], "1,2,3", 0.0006,
     {"percent": 0.7, "cohen_kappa": 0.492, "kappa_max": 0.831}),
    # Fleiss, Cohen & Everitt (1969), Psychol Bull 72:323-327
    ([[106, 10, 4], [22, 28, 10], [2, 12, 6]], "1,2,3", 0.0006, {"cohen_kappa": 0.429}),
    # Feinstein & Cicchetti (1990), J Clin Epidemiol 43:543-549; Byrt, Bishop & Carlin (1993)
    ([[40, 9], [6, 45]], "yes,no", 0.006, {"percent": 0.85, "cohen_kappa": 0.7, "pabak": 0.7}),
    ([[80, 10], [5, 5]], "yes,no", 0.006, {"percent": 0.85, "cohen_kappa": 0.32, "pabak": 0.7}),
    # Gwet (2008), Br J Math Stat Psychol 61:29-48; the tests of dkpro-statistics 2.3.1
    ([[8, 1], [0, 1]], "y,n", 6e-5, {"percent": 0.9, "gwet_ac1": 0.8658, "scott_pi": 0.6078}),
    # cont3x3abstractors in the vignette of R irrCAC 1.0 (Gwet 2014)
    ([[13, 0, 0], [0, 20, 7], [0, 4, 56]], "Ectopic,AIU,NIU", 6e-8,
     {"cohen_kappa": 0.7964094, "scott_pi": 0.7962397, "gwet_ac1": 0.8493305,
      "brennan_prediger": 0.835, "alpha_nominal": 0.7972585, "percent": 0.89}),
]  # fmt: skip

# Krippendorff (2011), Computing Krippendorff's alpha-reliability, data C, D and E
OBSERVERS = [
    [1, 1, MISSING, 1], [2, 2, 3, 2], [3, 3, 3, 3], [3, 3, 3, 3], [2, 2, 2, 2], [1, 2, 3, 4],
    [4, 4, 4, 4], [1, 1, 2, 1], [2, 2, 2, 2], [MISSING, 5, 5, 5], [MISSING, MISSING, 1, 1],
    [MISSING, 3, MISSING, MISSING],
]  # fmt: skip
# Fleiss (1971), Psychol Bull 76:378-382: 30 patients by 6 psychiatrists
DIAGNOSES = [
    [4, 4, 4, 4, 4, 4], [2, 2, 2, 5, 5, 5], [2, 3, 3, 3, 3, 5], [5, 5, 5, 5, 5, 5],
    [2, 2, 2, 4, 4, 4], [1, 1, 3, 3, 3, 3], [3, 3, 3, 3, 5, 5], [1, 1, 3, 3, 3, 4],
    [1, 1, 4, 4, 4, 4], [5, 5, 5, 5, 5, 5], [1, 4, 4, 4, 4, 4], [1, 2, 4, 4, 4, 4],
    [2, 2, 2, 3, 3, 3], [1, 4, 4, 4, 4, 4], [2, 2, 4, 4, 4, 5], [3, 3, 3, 3, 3, 5],
    [1, 1, 1, 4, 5, 5], [1, 1, 1, 1, 1, 2], [2, 2, 4, 4, 4, 4], [1, 3, 3, 5, 5, 5],
    [5, 5, 5, 5, 5, 5], [2, 4, 4, 4, 4, 4], [2, 2, 4, 5, 5, 5], [1, 1, 4, 4, 4, 4],
    [1, 4, 4, 4, 4, 5], [2, 2, 2, 2, 2, 4], [1, 1, 1, 1, 5, 5], [2, 2, 4, 4, 4, 4],
    [1, 3, 3, 3, 3, 3], [5, 5, 5, 5, 5, 5],
]  # fmt: skip
# Wikipedia, Fleiss' kappa: how many of 14 raters chose each of 5 categories
WIKIPEDIA = [
    [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
]  # fmt: skip
# Shrout & Fleiss (1979), Psychol Bull 86:420-428, table 4
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


@pytest.mark.parametrize(("table", "categories", "tolerance", "published"), TWO_RATERS)
@pytest.mark.parametrize("layout", ["wide", "long"])
def test_two_raters_give_the_published_numbers(
    tmp_path, capsys, table, categories, tolerance, published, layout
):
    rows = spread_out(table, categories.split(","))
    file = {"wide": wide, "long": long}[layout](tmp_path / "t.csv", rows)
    how = ["--wide"] if layout == "wide" else []
    found = asked(capsys, "--table", file, *how, "--categories", categories)
    assert found["raters"] == ["R1", "R2"]
    assert found["n_units"] == sum(map(sum, table))
    for statistic, number in published.items():
        told = result(found, statistic)
        assert told["estimate"] == pytest.approx(number, abs=tolerance), statistic
        assert (told["level"], told["n"]) == (None, sum(map(sum, table)))


@pytest.mark.parametrize(
    ("kind", "published"),
    [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)],
)
def test_four_observers_give_krippendorff_s_alphas(tmp_path, capsys, kind, published):
    found = asked(capsys, "--table", wide(tmp_path / "t.csv", OBSERVERS), "--wide", "--kind", kind)
    told = result(found, f"alpha_{kind}")
    assert told["estimate"] == pytest.approx(published, abs=0.0006)
    assert told["n"] == found["n_units"] == 11
    assert told["low"] < told["estimate"] < told["high"]
    assert found["settings"]["left_out"] == {"units_rated_by_fewer_than_two": 1}
    assert found["settings"]["left_out_units"] == ["u11"]
    assert found["settings"]["missing"] == 7
    alphas = [r for r in found["results"] if r["statistic"].startswith("alpha")]
    assert {r["statistic"] for r in alphas} == {f"alpha_{kind}"}


def test_four_raters_give_what_irrcac_prints(tmp_path, capsys):
    # cac.raw4raters in the vignette of R irrCAC 1.0 (Gwet 2014): the same but for the last unit
    rows = [*OBSERVERS[:-1], [MISSING, MISSING, 3, MISSING]]
    found = asked(capsys, "--table", wide(tmp_path / "t.csv", rows), "--wide")
    published = {
        "percent": (0.8181818, None, None), "gwet_ac1": (0.77544, 0.14295, 0.461),
        "fleiss_kappa": (0.76117, 0.15302, None), "brennan_prediger": (0.77273, 0.14472, None),
        "conger_kappa": (0.76282, 0.14917, None), "alpha_nominal": (0.74342, None, None),
    }  # fmt: skip
    for statistic, (number, error, low) in published.items():
        told = result(found, statistic)
        assert told["estimate"] == pytest.approx(number, abs=6e-6), statistic
        if error is not None:
            assert told["se"] == pytest.approx(error, abs=6e-6), statistic
        if low is not None:
            assert told["low"] == pytest.approx(low, abs=0.0006), statistic


def test_six_psychiatrists_give_fleiss_s_kappas(tmp_path, capsys):
    found = asked(capsys, "--table", long(tmp_path / "t.csv", DIAGNOSES))
    assert value(found, "fleiss_kappa") == pytest.approx(0.4302445, abs=6e-8)
    assert value(found, "percent") == pytest.approx(0.5556, abs=6e-5)
    # Each category's, as R irr kappam.fleiss(diagnoses, detail = TRUE) prints them.
    for category, kappa in zip("12345", (0.245, 0.245, 0.520, 0.471, 0.566), strict=True):
        assert value(found, "fleiss_kappa", category) == pytest.approx(kappa, abs=0.0006)


def test_fourteen_raters_give_the_kappa_of_wikipedia(tmp_path, capsys):
    rows = [[category + 1 for category, n in enumerate(row) for _ in range(n)] for row in WIKIPEDIA]
    found = asked(capsys, "--table", wide(tmp_path / "t.csv", rows), "--wide")
    assert value(found, "fleiss_kappa") == pytest.approx(0.21, abs=0.0006)
    assert value(found, "percent") == pytest.approx(0.378, abs=0.0006)


def test_four_judges_give_the_iccs_of_shrout_and_fleiss(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", JUDGES)
    found = asked(capsys, "--table", file, "--wide", "--kind", "interval")
    # With the limits that R psych ICC prints.
    published = {
        "icc_1_1": (0.17, -0.13, 0.72), "icc_2_1": (0.29, 0.02, 0.76),
        "icc_3_1": (0.71, 0.34, 0.95), "icc_1_k": (0.44, -0.88, 0.91),
        "icc_2_k": (0.62, 0.07, 0.93), "icc_3_k": (0.91, 0.68, 0.99),
    }  # fmt: skip
    for statistic, numbers in published.items():
        told = result(found, statistic)
        got = [told["estimate"], told["low"], told["high"]]
        assert got == pytest.approx(numbers, abs=0.006), statistic
        assert told["n"] == 6
    assert result(found, "icc_2_1")["beside"]["mean R1"] == pytest.approx(46 / 6)
    nominal = asked(capsys, "--table", file, "--wide")
    assert not any(r["statistic"].startswith("icc") for r in nominal["results"])


@pytest.mark.shared
def test_the_numbers_copied_here_are_those_of_the_examples():
    file = SHARED / "data" / "agreement_examples.json"
    kinds = {"two-rater table", "ratings", "counts", "icc"}
    examples = [e for e in json.loads(file.read_text(encoding="utf-8")) if e["kind"] in kinds]
    assert len(examples) == 15
    copied = [table for table, *_ in TWO_RATERS]
    copied += [OBSERVERS, DIAGNOSES, WIKIPEDIA, JUDGES, [*OBSERVERS[:-1], [None, None, 3, None]]]
    for example in examples:
        assert next(iter(example["data"].values())) in copied, example["name"]


# Two categories


@pytest.mark.parametrize(
    ("pair", "positive"),
    [
        (("no", "yes"), "yes"), (("0", "1"), "1"), (("N", "Y"), "Y"), (("False", "TRUE"), "TRUE"),
        (("absent", "Present"), "Present"), (("-", "+"), "+"), (("a", "b"), "a"),
        (("1", "yes"), "1"), (("2", "10"), "2"),
    ],
)  # fmt: skip
def test_positive_is_the_word_for_yes_or_else_the_first(tmp_path, capsys, pair, positive):
    other = next(each for each in pair if each != positive)
    # both positive 4, only the first 3, only the second 2, neither 1
    rows = spread_out([[4, 3], [2, 1]], [positive, other])
    found = asked(capsys, "--table", wide(tmp_path / "t.csv", rows), "--wide")
    assert found["settings"]["positive"] == positive
    assert value(found, "positive") == pytest.approx(8 / 13)
    assert value(found, "negative") == pytest.approx(2 / 7)
    assert value(found, "prevalence_index") == pytest.approx(0.3)
    assert value(found, "bias_index") == pytest.approx(0.1)
    assert value(found, "pabak") == pytest.approx(0)


def test_two_raters_and_two_categories_list_every_statistic_that_fits(tmp_path, capsys):
    rows = spread_out([[4, 3], [2, 1]], ["1", "0"])
    file = wide(tmp_path / "t.csv", rows)
    pooled = [
        "percent", "positive", "negative", "prevalence_index", "bias_index", "cohen_kappa",
        "cohen_kappa_linear", "cohen_kappa_quadratic", "kappa_max", "scott_pi", "fleiss_kappa",
        "brennan_prediger", "pabak", "gwet_ac1", "gwet_ac2_linear", "gwet_ac2_quadratic",
    ]  # fmt: skip
    for kind in ("nominal", "ordinal", "interval", "ratio"):
        found = asked(capsys, "--table", file, "--wide", "--kind", kind)
        told = [r["statistic"] for r in found["results"] if r["code"] is None]
        iccs = [f"icc_{form}" for form in ("1_1", "1_k", "2_1", "2_k", "3_1", "3_k")]
        numeric = kind in {"interval", "ratio"}
        assert told == [*pooled, f"alpha_{kind}", *(iccs if numeric else [])]
        coded = [(r["statistic"], r["code"]) for r in found["results"] if r["code"] is not None]
        each = ["positive", "negative", "prevalence_index", "bias_index", "cohen_kappa"]
        assert coded == [(name, code) for code in "01" for name in (*each, "fleiss_kappa")]
        assert all(r["raters"] is None and r["direction"] is None for r in found["results"])


def test_more_categories_are_each_set_against_the_rest(tmp_path, capsys):
    rows = spread_out([[5, 1, 0], [2, 6, 1], [0, 0, 3]], "abc")
    found = asked(capsys, "--table", wide(tmp_path / "t.csv", rows), "--wide")
    # a: both 5, only the first 1, only the second 2, neither 10
    assert value(found, "positive", "a") == pytest.approx(10 / 13)
    assert value(found, "negative", "a") == pytest.approx(20 / 23)
    assert value(found, "prevalence_index", "a") == pytest.approx(-5 / 18)
    assert value(found, "bias_index", "a") == pytest.approx(1 / 18)
    pe = (6 * 7 + 12 * 11) / 18**2
    assert value(found, "cohen_kappa", "a") == pytest.approx((15 / 18 - pe) / (1 - pe))
    assert result(found, "positive", "a")["counts"] == {
        "both": 5, "only_first": 1, "only_second": 2, "neither": 10,
    }  # fmt: skip
    listed = {r["statistic"] for r in found["results"] if r["code"] is None}
    assert not {"positive", "pabak", "prevalence_index"} & listed


# Categories


def test_position_and_not_value_weighs_kappa(tmp_path, capsys):
    rows = [("low", "low"), ("mid", "high"), ("high", "high"), ("low", "mid")]
    file = wide(tmp_path / "t.csv", rows)
    declared = asked(capsys, "--table", file, "--wide", "--categories", "low, mid ,high")
    assert declared["settings"]["categories"] == ["low", "mid", "high"]
    assert declared["settings"]["order"] == "as declared"
    # Squared distances 0 1 0 1 of 4, mean 1/2; by chance, with low mid high 2 1 1 and 1 1 2 of 4:
    # (2*1*1 + 2*2*4 + 1*1*1 + 1*2*1 + 1*1*4 + 1*1*1) / 16 = 26/16.
    kappa = value(declared, "cohen_kappa_quadratic")
    assert kappa == pytest.approx(1 - (1 / 2) / (26 / 16))
    sorted_ = asked(capsys, "--table", file, "--wide")
    assert sorted_["settings"]["categories"] == ["high", "low", "mid"]
    assert "alphabet" in sorted_["settings"]["cautions"][0]
    assert value(sorted_, "cohen_kappa_quadratic") != pytest.approx(kappa)


def test_numbers_are_sorted_as_numbers_and_others_as_text(tmp_path, capsys):
    rows = [(10, 9), (9, 9), (2, 10)]
    found = asked(capsys, "--table", wide(tmp_path / "t.csv", rows), "--wide")
    assert found["settings"]["categories"] == ["2", "9", "10"]
    found = asked(capsys, "--table", wide(tmp_path / "t.csv", [*rows, ("x", 9)]), "--wide")
    assert found["settings"]["categories"] == ["10", "2", "9", "x"]


def test_a_category_never_used_counts_for_chance(tmp_path, capsys):
    # agreement.md 1.2: the same ten ratings give AC1 .840 with two categories, .890 with five.
    rows = [("1", "1")] * 7 + [("2", "2"), ("1", "2"), ("1", "1")]
    file = wide(tmp_path / "t.csv", rows)
    two = asked(capsys, "--table", file, "--wide")
    five = asked(capsys, "--table", file, "--wide", "--categories", "1,2,3,4,5")
    assert value(two, "cohen_kappa") == pytest.approx(value(five, "cohen_kappa"))
    assert value(two, "alpha_nominal") == pytest.approx(value(five, "alpha_nominal"))
    pi = 3 / 20
    assert value(two, "gwet_ac1") == pytest.approx(
        (0.9 - 2 * pi * (1 - pi)) / (1 - 2 * pi * (1 - pi))
    )
    pe = 2 * pi * (1 - pi) / 4
    assert value(five, "gwet_ac1") == pytest.approx((0.9 - pe) / (1 - pe))
    assert result(five, "positive", "5")["reason"].startswith("No coder chose this category")
    assert [two["settings"]["positive"], five["settings"]["positive"]] == ["1", None]


def test_a_whole_number_is_the_same_with_a_point_and_nothing(tmp_path, capsys):
    # pandas writes a column with gaps as 1.0, one without as 1
    rows = [("1.0", "1"), ("2.0", "2"), (None, "1"), ("1.0", "2")]
    file = wide(tmp_path / "t.csv", rows)
    found = asked(capsys, "--table", file, "--wide", "--categories", "1,2")
    assert found["settings"]["categories"] == ["1", "2"]
    assert value(found, "percent") == pytest.approx(2 / 3)
    rows = [("1.1", "1.10"), ("1.1", "1.1"), ("2", "2")]
    file = wide(tmp_path / "t.csv", rows)
    for kind in ("nominal", "ordinal", "interval"):
        found = asked(capsys, "--table", file, "--wide", "--kind", kind)
        assert found["settings"]["categories"] == ["1.1", "2"]
        assert value(found, f"alpha_{kind}") == 1
    # Among names they are names.
    file = wide(tmp_path / "t.csv", [("1.1", "1.10"), ("a", "a")])
    assert asked(capsys, "--table", file, "--wide")["settings"]["categories"] == [
        "1.1",
        "1.10",
        "a",
    ]


def test_a_unit_is_the_same_with_a_point_and_nothing(tmp_path, capsys):
    file = tmp_path / "t.csv"
    file.write_text("unit,rater,value\n1,a,x\n1.0,b,x\n2,a,y\n2.0,b,x\n")
    assert value(asked(capsys, "--table", file), "percent") == 0.5


@pytest.mark.parametrize(
    ("categories", "positive"),
    [
        (("no", "rupture"), "rupture"), (("None", "Withdrawal"), "Withdrawal"), (("0", "2"), "2"),
        (("negative", "positive"), "positive"), (("n", "y"), "y"), (("f", "t"), "t"),
        (("x", "y"), "x"), (("absent", "no"), "absent"), (("a", "b"), "a"), (("no", "yes"), "yes"),
    ],
)  # fmt: skip
def test_the_positive_category_is_a_word_for_yes_or_none_for_no_or_the_first(
    tmp_path, capsys, categories, positive
):
    one, other = categories
    file = wide(tmp_path / "t.csv", [(one, one), (one, other), (other, other), (one, one)])
    found = asked(capsys, "--table", file, "--wide")
    assert found["settings"]["positive"] == positive
    # One in both, and one in one alone: 2 / (2 + 1); of the other two in both: 4 / (4 + 1).
    assert value(found, "positive") == pytest.approx(2 / 3 if positive == other else 4 / 5)


def test_numbers_too_large_to_compute_with_are_refused(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", [("1e308", "1e308"), ("-1e308", "1e308"), ("0", "1")])
    status, out, err = run(capsys, "--table", file, "--wide", "--kind", "interval", "--json")
    assert (status, out) == (2, "")
    assert "too large a number" in err
    assert asked(capsys, "--table", file, "--wide")["n_units"] == 3  # as names they may be


def test_negative_categories_can_be_declared(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", [(-1, 0), (1, 1), (0, 0)])
    for given in (["--categories", "-1,0,1"], ["--categories=-1,0,1"]):
        found = asked(capsys, "--table", file, "--wide", *given)
        assert found["settings"]["categories"] == ["-1", "0", "1"]


def test_a_category_may_hold_spaces_and_in_quotation_marks_a_comma(tmp_path, capsys):
    file = tmp_path / "t.csv"
    file.write_text('unit;A;B\n1; long silence ;long silence\n2;"late, again";long silence\n')
    found = asked(capsys, "--table", file, "--wide", "--categories", 'long silence, "late, again"')
    assert found["settings"]["categories"] == ["long silence", "late, again"]
    assert value(found, "percent") == 0.5


@pytest.mark.parametrize("word", ["NA", "nan", "N/A", "#N/A", "NULL"])
def test_what_r_and_spreadsheets_write_for_no_rating_is_none_unless_declared(
    tmp_path, capsys, word
):
    file = wide(tmp_path / "t.csv", [("1", word), ("2", "2"), ("1", "1"), ("10", "10")])
    found = asked(capsys, "--table", file, "--wide", "--kind", "interval")
    assert found["settings"]["categories"] == ["1", "2", "10"]
    assert (found["n_units"], found["settings"]["missing"]) == (3, 1)
    assert any(word in each for each in found["settings"]["cautions"])
    declared = asked(capsys, "--table", file, "--wide", "--categories", f"1,2,10,{word}")
    assert declared["n_units"] == 4
    assert declared["settings"]["cautions"] == []
    none = wide(tmp_path / "n.csv", [(word, word)])
    assert "holds no ratings" in run(capsys, "--table", none, "--wide")[2]


def test_a_point_alone_is_a_category_and_said_to_be(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", [("a", "."), ("a", "a")])
    found = asked(capsys, "--table", file, "--wide")
    assert "." in found["settings"]["categories"]
    assert "“.” counts as a category" in found["settings"]["cautions"][0]


def test_a_scale_with_unused_steps_is_asked_to_be_declared(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", [(1, 2), (5, 5), (2, 2)])
    found = asked(capsys, "--table", file, "--wide", "--kind", "ordinal")
    assert "--categories" in found["settings"]["cautions"][0]
    found = asked(capsys, "--table", file, "--wide", "--categories", "1,2,3,4,5")
    assert found["settings"]["cautions"] == []


# Undefined


def undefined(found, statistic, *where):
    told = result(found, statistic, *where)
    assert told["estimate"] is told["se"] is told["low"] is told["high"] is None
    assert told["reason"].endswith(".")
    return told["reason"]


def test_one_category_leaves_chance_nothing_to_correct(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", [("no", "no")] * 5)
    for categories in ("no", "yes,no", "a,no,b"):
        found = asked(capsys, "--table", file, "--wide", "--categories", categories)
        assert value(found, "percent") == 1
        for statistic in ("cohen_kappa", "kappa_max", "scott_pi", "fleiss_kappa"):
            assert "one category" in undefined(found, statistic)
        assert "All values are the same" in undefined(found, "alpha_nominal")


def test_kappa_says_who_put_every_unit_in_one_category(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", [("yes", "no"), ("no", "no"), ("no", "no")], ["Ada", "Ben"])
    found = asked(capsys, "--table", file, "--wide")
    for statistic in ("cohen_kappa", "cohen_kappa_linear", "cohen_kappa_quadratic", "kappa_max"):
        told = result(found, statistic)
        assert told["estimate"] == 0  # as the formula has it, and as it says nothing
        assert "Ben put every unit in “no”" in told["note"]
    assert value(found, "percent") == pytest.approx(2 / 3)
    assert value(found, "positive") == 0


def test_ratio_alpha_of_negative_numbers_is_undefined(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", [(-1, 0), (1, 1), (0, 0), (3, 2)])
    found = asked(capsys, "--table", file, "--wide", "--kind", "ratio")
    assert "negative" in undefined(found, "alpha_ratio")
    assert value(found, "icc_2_1") is not None


def test_raters_without_a_unit_in_common_are_told_so(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", [("a", "a", None), ("b", "a", None), (None, "a", "a")])
    found = asked(capsys, "--table", file, "--wide", "--categories", "a,b")
    assert "No unit was rated by two" in undefined(found, "percent", None, ["R1", "R3"])
    assert "share no unit" in undefined(found, "light_kappa")
    assert value(found, "percent") == pytest.approx(2 / 3)
    alone = wide(tmp_path / "t.csv", [("1", None), (None, "1")])
    found = asked(capsys, "--table", alone, "--wide", "--kind", "interval")
    assert found["n_units"] == 0
    assert all(r["estimate"] is None and r["reason"] for r in found["results"])


def test_a_rater_with_an_empty_column_is_a_rater(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", [("a", "a", None), ("b", "a", None)])
    found = asked(capsys, "--table", file, "--wide")
    assert found["raters"] == ["R1", "R2", "R3"]
    undefined(found, "percent", None, ["R1", "R3"])


def test_quantities_are_no_categories(tmp_path, capsys):
    chance = random.Random(1)
    rows = [(round(n + chance.random(), 4), round(n + chance.random(), 4)) for n in range(2100)]
    file = wide(tmp_path / "t.csv", rows)
    found = asked(capsys, "--table", file, "--wide", "--kind", "interval")
    assert "different ratings, too many" in undefined(found, "cohen_kappa")
    assert value(found, "icc_2_1") == pytest.approx(1, abs=0.001)
    assert result(found, "alpha_interval")["low"] > 0.999
    assert {r["code"] for r in found["results"]} == {None}


# Three raters and more


def many(n_units=200, n_raters=10, seed=3):
    chance = random.Random(seed)
    rows = []
    for _ in range(n_units):
        true = chance.choice("abcd")
        row = [true if chance.random() < 0.7 else chance.choice("abcd") for _ in range(n_raters)]
        rows.append([given if chance.random() > 0.1 else None for given in row])
    return rows


def test_ten_raters_are_compared_all_together_and_every_two(tmp_path, capsys):
    found = asked(capsys, "--table", wide(tmp_path / "t.csv", many()), "--wide")
    pooled = [r["statistic"] for r in found["results"] if r["code"] is r["raters"] is None]
    assert pooled == [
        "percent", "fleiss_kappa", "conger_kappa", "light_kappa", "brennan_prediger", "gwet_ac1",
        "gwet_ac2_linear", "gwet_ac2_quadratic", "alpha_nominal",
    ]  # fmt: skip
    pairs = list(dict.fromkeys(tuple(r["raters"]) for r in found["results"] if r["raters"]))
    assert pairs == list(itertools.combinations([f"R{n}" for n in range(1, 11)], 2))
    kappas = [value(found, "cohen_kappa", None, list(pair)) for pair in pairs]
    assert value(found, "light_kappa") == pytest.approx(sum(kappas) / 45)
    for statistic in ("positive", "negative", "fleiss_kappa"):
        assert {r["code"] for r in found["results"] if r["statistic"] == statistic} >= set("abcd")


def test_three_raters_and_two_categories_have_specific_agreement(tmp_path, capsys):
    rows = [("yes", "yes", "no"), ("no", "no", "no"), ("yes", "yes", "yes"), ("no", "yes", "no")]
    found = asked(capsys, "--table", wide(tmp_path / "t.csv", rows), "--wide")
    # Pairs of whom one said yes, both ways: 2*2 + 0 + 3*2 + 1*2 = 12; the other too: 2 + 6 = 8.
    assert value(found, "positive") == pytest.approx(8 / 12)
    # no: 1*2 + 3*2 + 2*2 = 12; the other too: 6 + 2 = 8.
    assert value(found, "negative") == pytest.approx(8 / 12)
    assert value(found, "pabak", None, ["R1", "R2"]) == pytest.approx(2 * 3 / 4 - 1)
    assert not any(r["statistic"] == "pabak" and r["raters"] is None for r in found["results"])


def numbers(found):
    return {
        (r["statistic"], r["code"], tuple(r["raters"] or ())): (r["estimate"], r["low"], r["high"], r["n"])
        for r in found["results"]
    }  # fmt: skip


def near(found):
    return {
        key: tuple(None if n is None else pytest.approx(n, rel=1e-9, abs=1e-12) for n in told)
        for key, told in numbers(found).items()
    }


def test_both_layouts_and_any_order_of_rows_give_the_same_numbers(tmp_path, capsys):
    rows = [
        [None if given is None else "dcba".index(given) + 1 for given in row]
        for row in many(40, 11)
    ]
    how = ("--kind", "interval")
    first = asked(capsys, "--table", wide(tmp_path / "t.csv", rows), "--wide", *how)
    assert first["raters"] == [f"R{n}" for n in range(1, 12)]
    other = rows[:]
    random.Random(5).shuffle(other)
    found = [
        asked(capsys, "--table", wide(tmp_path / "t.csv", other), "--wide", *how),
        asked(capsys, "--table", long(tmp_path / "t.csv", rows), *how),
        asked(capsys, "--table", long(tmp_path / "t.csv", rows, order=7), *how),
    ]
    for each in found:
        assert each["raters"] == first["raters"]
        assert numbers(each) == near(first)
        assert each["n_units"] == first["n_units"]


def test_the_seed_and_the_resamples_are_told_and_can_be_chosen(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", many(30, 2))
    usual = asked(capsys, "--table", file, "--wide")
    assert (usual["settings"]["resamples"], usual["settings"]["method"]) == (2000, "percentile")
    again = asked(capsys, "--table", file, "--wide", "--seed", usual["settings"]["seed"])
    assert again == usual
    other = asked(capsys, "--table", file, "--wide", "--seed", 7)
    assert result(other, "alpha_nominal")["low"] != result(usual, "alpha_nominal")["low"]
    none = asked(capsys, "--table", file, "--wide", "--resamples", 0)
    assert result(none, "alpha_nominal")["low"] is None
    assert "alpha has none" in none["settings"]["interval"]


# Files


EXPECTED = [("a", "a"), ("b", "a"), ("b", "b"), ("a", None)]


def same(found):
    assert found["raters"] == ["Ada", "Ben"]
    assert found["n_units"] == 3
    assert found["settings"]["missing"] == 1
    assert value(found, "percent") == pytest.approx(2 / 3)


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_is_read_whatever_wrote_it(tmp_path, capsys, separator, encoding, end):
    lines = [["unit", "Ada", "Ben"]]
    lines += [[f"u{n}", *map(cell, row)] for n, row in enumerate(EXPECTED)]
    text = end.join(["", *(separator.join(line) for line in lines), separator * 2, ""])
    (tmp_path / "t.csv").write_text(text, encoding=encoding, newline="")
    same(asked(capsys, "--table", tmp_path / "t.csv", "--wide"))


def test_names_in_cp1252_are_read(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("unit;Zoë;Bén\n1;ja;ja\n2;nein;ja\n", encoding="cp1252")
    assert asked(capsys, "--table", tmp_path / "t.csv", "--wide")["raters"] == ["Zoë", "Bén"]


def test_decimal_commas_do_not_pass_for_separators(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("unit;A;B\n1;1,5;2,5\n2;2,5;2,5\n", encoding="utf-8")
    found = asked(capsys, "--table", tmp_path / "t.csv", "--wide")
    assert found["settings"]["categories"] == ["1,5", "2,5"]
    err = refused(capsys, "--table", tmp_path / "t.csv", "--wide", "--kind", "interval")
    assert "“1,5” (line 2, column “A”) is no number" in err
    assert "decimal point" in err


def test_a_workbook_is_read(tmp_path, capsys):
    book = openpyxl.Workbook()
    book.active.append(["unit", "Ada", "Ben"])
    for n, row in enumerate(EXPECTED):
        book.active.append([n, *row])
    book.save(tmp_path / "t.xlsx")
    same(asked(capsys, "--table", tmp_path / "t.xlsx", "--wide"))
    book = openpyxl.Workbook()
    book.active.append(["item", "who", "score"])
    for row in ([1, "A", 1], [1, "B", 1.0], [2, "A", 2.5], [2, "B", 3], [3, "A", 0], [3, "B", 0]):
        book.active.append(row)
    book.save(tmp_path / "t.xlsx")
    named = ("--unit-col", "item", "--rater-col", "who", "--value-col", "score")
    found = asked(capsys, "--table", tmp_path / "t.xlsx", *named, "--kind", "ratio")
    assert found["unit"] == "item"
    assert found["settings"]["categories"] == ["0", "1", "2.5", "3"]


def test_a_list_of_objects_is_read(tmp_path, capsys):
    rows = [{"unit": n, "Ada": row[0], "Ben": row[1]} for n, row in enumerate(EXPECTED)]
    rows[3].pop("Ben")
    (tmp_path / "t.json").write_text(json.dumps(rows), encoding="utf-8")
    same(asked(capsys, "--table", tmp_path / "t.json", "--wide"))
    rows = [
        {"unit": n, "rater": rater, "value": given}
        for n, pair in enumerate([(True, True), (False, True), (False, float("nan"))])
        for rater, given in zip("AB", pair, strict=True)
    ]
    (tmp_path / "t.json").write_text(json.dumps(rows), encoding="utf-8")
    found = asked(capsys, "--table", tmp_path / "t.json")
    assert found["settings"]["categories"] == ["false", "true"]
    assert found["settings"]["positive"] == "true"
    assert (found["n_units"], value(found, "percent")) == (2, 0.5)


def test_columns_may_have_other_names_and_others_may_stand_beside(tmp_path, capsys):
    text = "Session,Coder,Rating,note\n1,A,x,\n1,B,x,odd\n2,A,y,\n2,B,x,\n,,,\n"
    (tmp_path / "a b ü.csv").write_text(text, encoding="utf-8")
    named = ("--unit-col", "session", "--rater-col", "Coder", "--value-col", " Rating ")
    found = asked(capsys, "--table", tmp_path / "a b ü.csv", *named)
    assert (found["unit"], found["raters"]) == ("Session", ["A", "B"])
    assert value(found, "percent") == 0.5


def test_without_a_unit_column_each_row_is_one(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("A,B\n1,1\n2,1\n2,\n", encoding="utf-8")
    found = asked(capsys, "--table", tmp_path / "t.csv", "--wide")
    assert (found["unit"], found["raters"], found["n_units"]) == ("row", ["A", "B"], 2)
    assert found["settings"]["left_out_units"] == ["line 4"]


def test_a_cell_guarded_against_formulas_is_read_without_its_apostrophe(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("A,B\n'+,'+\n'-,'+\n", encoding="utf-8")
    found = asked(capsys, "--table", tmp_path / "t.csv", "--wide")
    assert found["settings"]["categories"] == ["+", "-"]
    assert found["settings"]["positive"] == "+"


# Refused


BAD = [
    ("unit,A\n1,x\n", ["--wide"], "needs the ratings of two coders"),
    ("A\n1\n", ["--wide"], "needs the ratings of two coders"),
    ("unit,rater,value\n1,A,x\n2,A,x\n", [], "there is A"),
    ("", ["--wide"], "it is empty"),
    ("\n \n,,\n", ["--wide"], "it is empty"),
    ("unit,A,B\n", ["--wide"], "holds no ratings"),
    ("unit,A,B\n1,,\n", ["--wide"], "holds no ratings"),
    ("unit,rater,value\n", [], "there is none"),
    ("unit,A,B\n1,x,y\n", [], "no column “rater”; it has: unit, A, B"),
    ("unit,A,B\n1,x,y\n", ["--wide", "--unit-col", "item"], "no column “item”; it has: unit, A, B"),
    ("unit,rater,value\n1,A,x\n1,B,x\n", ["--value-col", "score"], "no column “score”"),
    ("unit,A,B,A\n1,x,y,x\n", ["--wide"], "two columns “A”"),
    (",A,B\n0,x,y\n", ["--wide"], "a column without a name"),
    ("unit,unit,A,B\n1,1,x,y\n", ["--wide"], "two columns “unit”"),
    ("unit,rater,value\n7,Ada,x\n7,Ben,x\n7,Ada,x\n", [], "unit “7” is rated twice by “Ada”, the second time in line 4"),
    ("unit,A,B\n7,x,\n8,x,x\n7,y,x\n", ["--wide"], "unit “7” is rated twice by “A”, the second time in line 4"),
    ("unit,rater,value\n1,A,x\n,B,x\n", [], "line 3 has a rating but no unit"),
    ("unit,rater,value\n1,A,x\n1,B,y\n2,,x\n", [], "line 4 has a rating but no coder"),
    ("unit,A,B\n1,x,y\n,x,y\n", ["--wide"], "line 3 has a rating but no unit"),
    ("unit,A,B\n1,x,y\n2,x,z\n", ["--wide", "--categories", "x,y"], "line 3, column “B” holds “z”, which is none of the categories (x, y)"),
    ("unit,rater,value\n1,A,x\n1,B,z\n", ["--categories", "x,y"], "line 3, column “value” holds “z”"),
    ("unit,A,B\n1,Yes,yes\n", ["--wide", "--categories", "yes,no"], "line 2, column “A” holds “Yes”"),
    ("unit,A,B\n1,x,y\n", ["--wide", "--categories", "x,y, x"], "“x” is declared twice"),
    ("unit,A,B\n1,1,2\n", ["--wide", "--categories", "1,2,1.0"], "“1” is declared twice"),
    ("unit,A,B\n1,1,2\n", ["--wide", "--kind", "ratio", "--categories", "1,2.5,2.50"], "“2.50” is declared twice"),
    ("unit,A,B\n1,x,y\n", ["--wide", "--categories", "x,,y"], "no list of categories"),
    ("unit,A,B\n1,x,y\n", ["--wide", "--categories", ""], "no list of categories"),
    ("unit,A,B\n1,x,y\n", ["--wide", "--categories", "x,y\rz"], "no list of categories"),
    (f'unit,A,B\n1,x,"{"y" * 140_000}"\n', ["--wide"], "cannot be read as a table"),
    ("unit,A,B\n1,1,2\n2,high,2\n", ["--wide", "--kind", "interval"], "“high” (line 3, column “A”) is no number, as interval ratings are"),
    ("unit,A,B\n1,1,x\n", ["--wide", "--kind", "ratio"], "“x” (line 2, column “B”) is no number"),
    ("unit,A,B\n1,1,1e999\n", ["--wide", "--kind", "ratio"], "“1e999”"),
    ("unit,A,B\n1,1,2\n", ["--wide", "--kind", "interval", "--categories", "1,2,many"], "“many” (--categories) is no number"),
    ("unit,A,B\n1,x,y,z\n", ["--wide"], "line 2 has more cells than the first has names"),
    ('unit,A,B\n1,"x,y\n2,x,y\n3,x,y\n', ["--wide"], "cannot be read as a table"),
    ("unit,A,B\n1,x,y\n", ["--wide", "--value-col", "A"], "leave out --rater-col and --value-col"),
    ("unit,A,B\n1,x,y\n", ["--wide", "--level", "any"], "--level is for a study"),
    ("unit,A,B\n1,x,y\n", ["--wide", "--unit", "event"], "--unit is for a study"),
    ("unit,A,B\n1,x,y\n", ["--wide", "--kind", "cardinal"], "invalid choice"),
    ("unit,A,B\n1,x,y\n", ["s.rupture", "--wide"], "give STUDY or --table"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "how", "told"), BAD)
def test_what_cannot_be_compared_is_refused_in_one_sentence(tmp_path, capsys, text, how, told):
    file = tmp_path / "t.csv"
    file.write_text(text, encoding="utf-8")
    assert told in refused(capsys, "--table", file, *how)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("t.docx", b"", "no table that can be read"),
        ("t.csv", b"\x89PNG\r\n\x1a\n\0\0", "it is no text"),
        ("t.xlsx", b"PK not really", "cannot be read as a table"),
        ("t.json", b"{", "cannot be read as a table"),
        ("t.json", b'{"a": 1}', "it is no list of objects"),
        ("t.json", b"[1, 2]", "it is no list of objects"),
        ("t.json", b"[]", "it is empty"),
        ("t.json", b'[{"unit": 1, "A": [1], "B": 1}]', "more than one value"),
        ("t.json", b'[{"unit": 1, "A": "\\ud800", "B": 1}]', "cannot be read as a table"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, capsys, name, data, told):
    (tmp_path / name).write_bytes(data)
    assert told in refused(capsys, "--table", tmp_path / name, "--wide")


def test_a_workbook_that_grows_far_beyond_a_table_is_refused(tmp_path, capsys, monkeypatch):
    openpyxl.Workbook().save(tmp_path / "t.xlsx")
    assert "it is empty" in refused(capsys, "--table", tmp_path / "t.xlsx", "--wide")
    monkeypatch.setattr("coder.tables.ratings.MOST_UNPACKED", 100)
    assert "when it is unpacked" in refused(capsys, "--table", tmp_path / "t.xlsx", "--wide")


def test_a_table_that_is_missing_or_a_folder_is_refused(tmp_path, capsys):
    assert "There is no table" in refused(capsys, "--table", tmp_path / "none.csv")
    (tmp_path / "t.csv").mkdir()
    assert "Is a directory" in refused(capsys, "--table", tmp_path / "t.csv")


def test_a_study_or_a_table_must_be_given(tmp_path, capsys):
    assert "Name a study, or a table" in refused(capsys)
    for option in ("--wide", "--unit-col=a", "--kind=ratio", "--categories=a,b"):
        err = refused(capsys, tmp_path / "s.rupture", option)
        assert f"{option.partition('=')[0]} is for a table of ratings" in err


# For people


def test_numbers_are_printed_with_what_they_are_numbers_of(tmp_path, capsys):
    rows = spread_out([[4, 3], [2, 1]], ["yes", "no"])
    file = wide(tmp_path / "t.csv", [*rows, ("yes", None)], ["Ada", "Ben"])
    status, out, err = run(capsys, "--table", file, "--wide")
    assert (status, err) == (0, "")
    assert "Table: t.csv, wide." in out
    assert "(10 of 11)" in out
    assert "Left out, rated by fewer than two: 1 (u10)." in out
    assert "Coders: Ada, Ben; ratings missing: 1." in out
    assert "Positive is “yes”." in out
    assert "2000 resamples of units, seed" in out
    # 8/13; by Graham and Bull its error is sqrt(4 * 4 * 5 * 9) / 13**2 = 0.1588.
    lines = {line[2:34].strip(): line for line in out.splitlines() if line.startswith("  ")}
    assert lines["positive agreement"].split() == [
        # 4 of 9: Wilson .18875 to .73333, and 2J / (1 + J) of each
        "positive", "agreement", "0.615", "[0.318,", "0.846]", "n", "=", "9",
    ]  # fmt: skip
    assert "PABAK: Kappa adjusted for prevalence and bias" in out


def test_people_are_told_why_there_is_no_number(tmp_path, capsys):
    file = wide(tmp_path / "t.csv", [("yes", "no"), ("no", "no")], ["Ada", "Ben"])
    out = run(capsys, "--table", file, "--wide")[1]
    assert "Ben put every unit in “no”: kappa is 0 whatever the other coder did." in out
    same = wide(tmp_path / "same.csv", [("no", "no"), ("no", "no")], ["Ada", "Ben"])
    assert "not estimable: " in run(capsys, "--table", same, "--wide")[1]


def test_every_two_of_many_are_printed_pooled(tmp_path, capsys):
    out = run(capsys, "--table", wide(tmp_path / "t.csv", many(30, 4)), "--wide")[1]
    assert "All 4 coders" in out
    assert out.count("“a” against the rest (chosen ") == 1
    assert "\nR3 and R4\n" in out
    assert "by category: with --json" in out
    numbered = wide(tmp_path / "t.csv", JUDGES)
    out = run(capsys, "--table", numbered, "--wide", "--kind", "interval")[1]
    assert "mean R1 7.67" in out
