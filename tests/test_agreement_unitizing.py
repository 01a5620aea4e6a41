from fractions import Fraction
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coder.agreement.unitizing import (
    Continuum,
    bar_u_alpha,
    coverage,
    cu_alpha,
    ku_alpha,
    overlaps,
    tally,
    u_alpha,
)

Q = 3

# Krippendorff, Mathet, Bouvry and Widlöcher (2016), Qual Quant 50:2347-2364; Krippendorff (2019),
# Content Analysis, 4th ed., fig. 12.11 and 12.6.3 to 12.6.6. Coordinates as in the tests of
# pygamma-agreement (AlexPaulSuzan.csv), codes one less; the continuum is 60 long.
ALEX = ((2, 9, 0), (11, 17, 1), (24, 30, 4), (32, 36, 5), (36, 44, 5), (44, 60, 6))
PAUL = ((2, 9, 0), (11, 17, 2), (19, 25, 4), (32, 44, 5))
SUZAN = ((2, 9, 0), (11, 17, 3), (21, 27, 4), (32, 36, 5), (36, 40, 5), (40, 44, 5))


def times(factor, line):
    return tuple((start * factor, end * factor, code) for start, end, code in line)


def published(factor=1):
    lines = tuple(times(factor, line) for line in (ALEX, PAUL, SUZAN))
    return tally([Continuum(0, 60 * factor, lines)], 7)


@pytest.mark.parametrize(
    ("coefficient", "value"), [(u_alpha, 0.510), (bar_u_alpha, 0.413), (cu_alpha, 0.724)]
)
def test_the_u_alpha_family_is_as_published(coefficient, value):
    found = coefficient(published()).estimate()
    assert found.value == pytest.approx(value, abs=0.0006)
    assert found.n == 16


@pytest.mark.parametrize(
    ("code", "value", "covered"),
    [(0, 1, None), (1, 0, None), (2, 0, None), (3, 0, None), (4, 1, 0.444), (5, 1, None)],
)
def test_the_alpha_of_a_code_is_as_published(code, value, covered):
    assert ku_alpha(published(), code).estimate().value == pytest.approx(value, abs=1e-12)
    if covered is not None:
        found = coverage(published(), code).estimate().value
        assert found == pytest.approx(covered, abs=0.0006)


def test_a_code_that_only_one_rater_marked_is_covered_by_nothing():
    assert coverage(published(), 6).estimate().value == 0
    found = ku_alpha(published(), 6).estimate()
    assert (found.value, found.reason, found.n) == (None, "agreement_nothing_linked", 1)


def test_coverage_is_the_share_of_time_that_two_marked():
    # By hand: Alex and Paul both mark 7 + 6 + 1 + 12 = 26, Alex and Suzan 7 + 6 + 3 + 12 = 28, Paul
    # and Suzan 7 + 6 + 4 + 12 = 29. Ordered pairs, by m - 1: 83; of 3 lines of 60: 180.
    assert coverage(published()).estimate().value == pytest.approx(83 / 180)


@pytest.mark.parametrize("coefficient", [u_alpha, bar_u_alpha])
def test_the_tick_hardly_matters(coefficient):
    seconds, ms = (coefficient(published(factor)).estimate().value for factor in (1, 1000))
    assert seconds == pytest.approx(ms, abs=0.002)
    assert ms == pytest.approx(coefficient(published(10_000)).estimate().value, abs=2e-6)


def test_the_tick_does_not_matter_to_codes():
    assert cu_alpha(published(1000)).estimate().value == pytest.approx(
        cu_alpha(published()).estimate().value
    )


# A second way, as the formulas are printed, tick by tick.


def ticks(continuum, line):
    """The number of the section in which each tick lies, or None."""
    held = [None] * (continuum.to_ms - continuum.from_ms)
    for n, (start, end, _) in enumerate(line):
        for tick in range(start, end):
            held[tick - continuum.from_ms] = n
    return held


def sums_by_ticks(continuum):
    m, gap = len(continuum.lines), Q
    held = [ticks(continuum, line) for line in continuum.lines]
    joint = [[Fraction(0)] * (Q + 1) for _ in range(Q + 1)]
    squares, shared = [0] * (Q + 1), [Fraction(0)] * Q
    for line, where in zip(continuum.lines, held, strict=True):
        squares[gap] += where.count(None)
        for start, end, code in line:
            squares[code] += (end - start) ** 2
    for i, j in permutations(range(m), 2):
        one, other = continuum.lines[i], continuum.lines[j]
        for a, b in zip(held[i], held[j], strict=True):
            c = gap if a is None else one[a][2]
            k = gap if b is None else other[b][2]
            joint[c][k] += Fraction(1, m - 1)
        for n, (_, _, code) in enumerate(one):
            met = sum(a == n and b is not None for a, b in zip(held[i], held[j], strict=True))
            shared[code] += Fraction(met**2, m - 1)
    return joint, squares, shared


def one_less(top, bottom):
    return None if bottom == 0 else float(1 - Fraction(top) / bottom)


def by_chance(of, squares):
    """eps_ck times (l² - S) / l, which cancels; None where that is not more than 0."""
    n, whole = len(of), sum(of)
    if whole**2 <= sum(squares):
        return None
    return [[of[c] * of[k] - (squares[c] if c == k else 0) for k in range(n)] for c in range(n)]


def by_ticks(continuum):
    """u, |u and cu, then (k)u for each code; None where undefined."""
    joint, squares, shared = sums_by_ticks(continuum)
    return [*of_all(joint, squares), *of_codes([row[:Q] for row in joint[:Q]], shared)]


def of_all(joint, squares):
    of, every = [sum(row) for row in joint], range(Q + 1)
    whole = sum(of)
    scale = Fraction(whole, whole**2 - sum(squares))
    eps = [[scale * cell for cell in row] for row in by_chance(of, squares)]
    agreed, expected = sum(joint[c][c] for c in every), sum(eps[c][c] for c in every)
    bar = one_less(of[Q] - joint[Q][Q], sum(eps[Q]) - eps[Q][Q])
    return [one_less(whole - agreed, whole - expected), bar]


def of_codes(joint, shared):
    of, codes = [sum(row) for row in joint], range(Q)
    whole = sum(of)
    found = [None] * (1 + Q)
    eps = by_chance(of, shared)
    if eps is not None:
        scale = whole / (whole**2 - sum(shared))
        agreed, expected = sum(joint[c][c] for c in codes), sum(eps[c][c] for c in codes)
        found[0] = one_less(whole - agreed, scale * (sum(map(sum, eps)) - expected))
    for k in codes:
        row = sum(of[k] * of[c] for c in codes) - shared[k]
        if of[k] and row > 0:
            others = of[k] * (whole - of[k])
            found[1 + k] = one_less(row / of[k] * (of[k] - joint[k][k]), others)
    return found


def ours(tallied):
    parts = [u_alpha(tallied), bar_u_alpha(tallied), cu_alpha(tallied)]
    parts += [ku_alpha(tallied, code) for code in range(Q)]
    return [each.estimate().value for each in parts]


@st.composite
def drawn_lines(draw, length, begin=0):
    line, at = [], begin
    for gap, lasts, code in draw(st.lists(st.tuples(*[st.integers(0, 4)] * 2, st.integers(0, 2)))):
        start, end = at + gap, at + gap + lasts + 1
        if end > begin + length:
            break
        line.append((start, end, code))
        at = end
    return tuple(line)


@st.composite
def drawn_continua(draw, raters=None):
    length, begin = draw(st.integers(1, 15)), draw(st.integers(0, 5))
    m = raters or draw(st.integers(2, 4))
    lines = tuple(draw(drawn_lines(length, begin)) for _ in range(m))
    return Continuum(begin, begin + length, lines)


def same(some, others):
    assert len(some) == len(others)
    for one, other in zip(some, others, strict=True):
        assert one == (None if other is None else pytest.approx(other, abs=1e-9))


@given(drawn_continua())
def test_the_family_is_what_its_formulas_say_tick_by_tick(continuum):
    same(ours(tally([continuum], Q)), by_ticks(continuum))


@given(drawn_continua(raters=3), drawn_continua(raters=3))
def test_sessions_add_up_to_those_sessions_laid_end_to_end(first, second):
    by = first.to_ms - second.from_ms
    joined = Continuum(
        first.from_ms,
        second.to_ms + by,
        tuple(
            one + tuple((start + by, end + by, code) for start, end, code in other)
            for one, other in zip(first.lines, second.lines, strict=True)
        ),
    )
    both, whole = tally([first, second], Q), tally([joined], Q)
    for name in ("joint", "squares", "shared"):
        assert np.array_equal(getattr(both, name).sum(axis=0), getattr(whole, name)[0])
    assert both.sections.tolist() == whole.sections.tolist()
    same(ours(both), by_ticks(joined))


@given(drawn_continua(), st.integers(-5, 1000))
def test_moving_a_session_in_time_changes_nothing(continuum, by):
    lines = tuple(
        tuple((start + by, end + by, code) for start, end, code in line) for line in continuum.lines
    )
    moved = Continuum(continuum.from_ms + by, continuum.to_ms + by, lines)
    assert ours(tally([moved], Q)) == ours(tally([continuum], Q))


@given(drawn_continua(), st.randoms())
def test_the_order_of_raters_and_of_sections_changes_nothing(continuum, random):
    lines = [random.sample(line, len(line)) for line in continuum.lines]
    random.shuffle(lines)
    other = Continuum(continuum.from_ms, continuum.to_ms, tuple(tuple(line) for line in lines))
    same(ours(tally([other], Q)), ours(tally([continuum], Q)))


@given(drawn_continua())
def test_the_numbers_of_the_codes_change_nothing(continuum):
    lines = tuple(
        tuple((start, end, (code + 1) % Q) for start, end, code in line) for line in continuum.lines
    )
    turned = ours(tally([Continuum(continuum.from_ms, continuum.to_ms, lines)], Q))
    plain = ours(tally([continuum], Q))
    same(turned, [*plain[:3], plain[5], plain[3], plain[4]])


@given(drawn_continua(raters=1), st.integers(2, 5))
def test_raters_who_do_the_same_agree_entirely_or_are_undefined(continuum, m):
    copies = Continuum(continuum.from_ms, continuum.to_ms, continuum.lines * m)
    assert set(ours(tally([copies], Q))) <= {1.0, None}


@given(st.lists(drawn_continua(), min_size=2, max_size=4), st.data())
def test_a_resample_of_sessions_is_worth_what_those_sessions_are(continua, data):
    weights = data.draw(st.lists(st.integers(0, 3), min_size=len(continua), max_size=len(continua)))
    again = [each for each, times in zip(continua, weights, strict=True) for _ in range(times)]
    tallied, resampled = tally(continua, Q), tally(again, Q)
    resample = np.array([weights, weights], float)
    for part in (u_alpha, bar_u_alpha, cu_alpha, coverage, lambda t: ku_alpha(t, 1)):
        parts = part(tallied)
        values = parts.value(resample @ parts.groups)
        assert values.shape == (2,)
        value = part(resampled).estimate().value
        expected = np.nan if value is None else value
        assert values == pytest.approx(np.array([expected] * 2), abs=1e-9, nan_ok=True)


def test_what_lies_outside_the_part_heard_is_cut_off():
    # Of the second's (8, 14) only (8, 10) was heard by both, and of its (20, 25) nothing.
    outside = Continuum(0, 10, (((1, 4, 0),), ((1, 4, 0), (8, 14, 1), (20, 25, 2))))
    inside = Continuum(0, 10, (((1, 4, 0),), ((1, 4, 0), (8, 10, 1))))
    cut, whole = tally([outside], Q), tally([inside], Q)
    assert ours(cut) == ours(whole)
    assert cut.sections.tolist() == [2, 1, 0]


def test_points_among_sections_carry_no_mass():
    pointed = Continuum(0, 10, (((1, 4, 0), (6, 6, 1)), ((1, 1, 2), (1, 4, 0))))
    plain = Continuum(0, 10, (((1, 4, 0),), ((1, 4, 0),)))
    assert ours(tally([pointed], Q)) == ours(tally([plain], Q))
    assert tally([pointed], Q).sections.tolist() == [2, 0, 0]


@pytest.mark.parametrize(
    ("line", "overlap"),
    [
        ((), False),
        (((0, 5, 0), (5, 9, 0)), False),
        (((5, 9, 0), (0, 5, 0)), False),
        (((0, 6, 0), (5, 9, 1)), True),
        (((0, 9, 0), (3, 4, 0)), True),
        (((0, 9, 0), (4, 4, 1)), False),
    ],
)
def test_sections_of_a_line_overlap_where_they_share_time(line, overlap):
    assert overlaps(line) is overlap


def every(tallied):
    return [
        u_alpha(tallied).estimate(),
        bar_u_alpha(tallied).estimate(),
        cu_alpha(tallied).estimate(),
        ku_alpha(tallied, 0).estimate(),
        coverage(tallied).estimate(),
        coverage(tallied, 0).estimate(),
    ]


WELL = Continuum(0, 10, (((0, 5, 0), (5, 6, 1)), ((0, 4, 0), (4, 6, 1))))


@pytest.mark.parametrize(
    ("continua", "reason"),
    [
        ([], "agreement_no_length"),
        ([Continuum(0, 10, (((0, 5, 0),),))], "agreement_no_length"),
        ([Continuum(3, 3, (((0, 5, 0),), ((0, 5, 0),)))], "agreement_no_length"),
        ([WELL, Continuum(0, 9, (((0, 5, 0), (4, 6, 1)), ()))], "agreement_overlapping"),
    ],
)
def test_what_cannot_be_compared_has_a_reason_and_no_value(continua, reason):
    for found in every(tally(continua, Q)):
        assert (found.value, found.reason) == (None, reason)


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (((), ()), "agreement_never_marked"),
        ((((3, 3, 0),), ((3, 3, 0), (4, 4, 1))), "agreement_points"),
    ],
)
def test_lines_without_sections_have_a_reason_and_cover_nothing(lines, reason):
    u, bar, cu, ku, covered, of_code = every(tally([Continuum(0, 10, lines)], Q))
    for found in (u, bar, cu, ku, of_code):
        assert (found.value, found.reason, found.n) == (None, reason, 0)
    assert covered.value == 0


def test_a_session_of_one_rater_adds_nothing_not_even_its_overlaps():
    alone = Continuum(0, 50, (((0, 9, 2), (3, 12, 2)),))
    assert every(tally([WELL, alone], Q)) == every(tally([WELL], Q))


def test_one_code_all_along_has_no_variation():
    u, bar, cu, ku, covered, of_code = every(tally([Continuum(0, 9, (((0, 9, 0),),) * 2)], Q))
    assert (u.reason, bar.reason) == ("agreement_no_variation",) * 2
    assert (cu.reason, ku.reason) == ("agreement_one_code",) * 2
    assert (covered.value, of_code.value) == (1, 1)


def test_sections_that_never_meet_link_nothing():
    tallied = tally([Continuum(0, 9, (((0, 3, 0),), ((4, 7, 1),)))], Q)
    assert cu_alpha(tallied).estimate().reason == "agreement_nothing_linked"
    assert ku_alpha(tallied, 0).estimate().reason == "agreement_nothing_linked"
    assert ku_alpha(tallied, 2).estimate().reason == "agreement_never_marked"
    assert coverage(tallied).estimate().value == 0


@pytest.mark.parametrize("m", [3, 4, 6])
def test_two_of_many_who_share_one_section_share_too_little(m):
    # By hand: l* = 2 * 9 / (m - 1) and the sum of T = 2 * 81 / (m - 1), which is no less than l*²
    # from m = 3 on, so that the formula would give 1 or more for a disagreement.
    lines = (((0, 9, 0),), ((0, 9, 1),), *[()] * (m - 2))
    tallied = tally([Continuum(0, 20, lines)], Q)
    for found in (cu_alpha(tallied).estimate(), ku_alpha(tallied, 0).estimate()):
        assert (found.value, found.reason) == (None, "agreement_too_little_shared")


def test_two_who_give_a_section_different_codes_agree_as_by_chance():
    # By hand, for the same lines of two raters: l* = 18, T = 162, and 1 - 18 * 162 / (18 * 162).
    tallied = tally([Continuum(0, 20, (((0, 9, 0),), ((0, 9, 1),)))], Q)
    assert cu_alpha(tallied).estimate().value == 0
    assert ku_alpha(tallied, 0).estimate().value == 0


@pytest.mark.parametrize("m", [2, 3, 4, 5, 6])
def test_what_is_undefined_stays_so_in_every_resample(m):
    # Lengths of thirds and fifths of a ms: a rounded difference would not be 0.
    lines = tuple(((7 * i, 100 + 11 * i, 0),) for i in range(m))
    tallied = tally([Continuum(0, 200, lines), Continuum(0, 70, lines)], Q)
    weights = np.random.default_rng(1).integers(0, 9, (50, 2)) @ cu_alpha(tallied).groups
    assert np.isnan(cu_alpha(tallied).value(weights)).all()
    parts = ku_alpha(tallied, 0)
    assert np.isnan(parts.value(np.full((1, 2), 0.1) @ parts.groups)).all()
