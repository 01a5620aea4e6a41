import json
import os
import subprocess
from functools import cache
from itertools import combinations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.agreement import gamma as module
from coder.agreement.gamma import Weights, best_alignment, gamma

MATHETS = Weights(3, 1)  # those of Mathet's program

# Krippendorff's example in the coordinates of pygamma-agreement's tests (AlexPaulSuzan.csv).
APS = (
    ((2, 9, 1), (11, 17, 2), (24, 30, 5), (32, 36, 6), (36, 44, 6), (44, 60, 7)),
    ((2, 9, 1), (11, 17, 3), (19, 25, 5), (32, 44, 6)),
    ((2, 9, 1), (11, 17, 4), (21, 27, 5), (32, 36, 6), (36, 40, 6), (40, 44, 6)),
)


def crowd(m, n, gap, seed):
    """Lines of m raters who do not know of each other; RandomState is frozen for ever."""
    random, lines = np.random.RandomState(seed), []
    for _ in range(m):
        at, line = 0, []
        for _ in range(n):
            start = at + int(random.randint(2 * gap + 1))
            at = start + int(random.randint(1, 20))
            line.append((start, at, int(random.randint(4))))
        lines.append(tuple(line))
    return tuple(lines)


# pygamma-agreement 0.5.9 (GLPK), get_best_alignment, run once; it computes in float32.
PYGAMMAS = [
    (APS, MATHETS, 0.960625),
    (APS, Weights(1, 1), 0.653542),
    (crowd(2, 100, 5, seed=1), Weights(1, 1), 1.218413),
    (crowd(3, 100, 5, seed=2), Weights(1, 1), 1.228285),
    (crowd(3, 100, 20, seed=3), MATHETS, 1.991231),
    (crowd(3, 60, 0, seed=4), Weights(1, 2), 1.484027),
    (crowd(4, 60, 20, seed=5), Weights(1, 1), 1.780984),
    (crowd(4, 100, 5, seed=6), Weights(1, 1), 1.409503),
    (crowd(5, 20, 5, seed=7), Weights(1, 1), 1.384261),
]


@pytest.mark.parametrize(("lines", "weights", "disorder"), PYGAMMAS)
def test_the_best_alignment_is_as_good_as_pygammas(lines, weights, disorder):
    assert best_alignment(lines, weights).disorder == pytest.approx(disorder, abs=1e-6)


def test_gamma_is_as_mathets_program_has_it():
    # pygamma-agreement's tests hold their gamma of this example, set after Mathet's program, to
    # 0.44 to 0.47 and their best disorder to 0.96.
    found = gamma(APS, (2, 60), weights=MATHETS, samples=500)
    assert found.gamma.value == pytest.approx(0.455, abs=0.015)
    assert found.observed == pytest.approx(0.96, abs=0.0096)
    assert found.gamma.n == 16


# By hand, alpha = beta = 1.
NEAR = 0.25  # (0, 10) and (5, 15): ((5 + 5) / 20)²


@pytest.mark.parametrize(
    ("lines", "disorder", "rows"),
    [
        ([[(0, 10, 0)], [(0, 10, 0)]], 0, ((0, 0),)),
        ([[(0, 10, 0)], [(5, 15, 0)]], NEAR, ((0, 0),)),
        ([[(0, 10, 0)], [(5, 15, 1)]], NEAR + 1, ((0, 0),)),
        # Apart: ((20 + 20) / 20)² = 4 is more than the 2 of each alone.
        ([[(0, 10, 0)], [(20, 30, 0)]], 2, ((0, None), (None, 0))),
        # One empty place: (d + 1 + 1) / 3, over 2/3 of a unit per rater.
        ([[(0, 10, 0)], [(5, 15, 0)], []], (NEAR + 2) / 2, ((0, 0, None),)),
        ([[(0, 10, 0)], [], []], 3, ((0, None, None),)),
        # Places are those in the caller's lines, whatever their order.
        ([[(40, 50, 0), (0, 10, 0)], [(0, 10, 0)]], 1 / 1.5, ((1, 0), (0, None))),
        # A tie: d = 2, as much as each alone, which is preferred.
        ([[(0, 10, 0)], [(10, 20, 1)]], 2, ((0, None), (None, 0))),
    ],
)
def test_small_alignments_are_as_by_hand(lines, disorder, rows):
    found = best_alignment(lines)
    assert found.disorder == pytest.approx(disorder, abs=1e-12)
    assert found.rows == rows


def between(one, other, weights):
    lengths = one[1] - one[0] + other[1] - other[0]
    place = ((abs(one[0] - other[0]) + abs(one[1] - other[1])) / lengths) ** 2
    return weights.position * place + weights.category * (one[2] != other[2])


def row_disorder(row, lines, weights):
    pairs = list(combinations(range(len(lines)), 2))
    total = 0
    for i, j in pairs:
        empty = row[i] is None or row[j] is None
        total += 1 if empty else between(lines[i][row[i]], lines[j][row[j]], weights)
    return total / len(pairs)


def least_disorder(lines, weights):
    """Over every alignment: the first unit left goes with any choice of the others left."""

    @cache
    def least(left):
        if not left:
            return 0
        best = float("inf")
        of = [[None, *(n for rater, n in left if rater == i)] for i in range(len(lines))]
        first = min(left)
        of[first[0]] = [first[1]]
        for row in product(*of):
            taken = frozenset((i, n) for i, n in enumerate(row) if n is not None)
            best = min(best, row_disorder(row, lines, weights) + least(left - taken))
        return best

    units = frozenset((i, n) for i, line in enumerate(lines) for n in range(len(line)))
    return least(units) / (len(units) / len(lines))


unit = st.tuples(st.integers(0, 20), st.integers(1, 8), st.integers(0, 2)).map(
    lambda drawn: (drawn[0], drawn[0] + drawn[1], drawn[2])
)


@st.composite
def drawn_lines(draw):
    m = draw(st.integers(2, 6))
    line = st.lists(unit, max_size={2: 5, 3: 3, 4: 2, 5: 1, 6: 1}[m])
    lines = tuple(tuple(draw(line)) for _ in range(m))
    return lines if any(lines) else (((0, 1, 0),), *lines[1:])


weights_drawn = st.builds(Weights, st.sampled_from([0.5, 1, 3]), st.sampled_from([0, 1, 2]))


@settings(deadline=None)
@given(drawn_lines(), weights_drawn)
def test_the_best_alignment_is_the_best_of_all_alignments(lines, weights):
    found = best_alignment(lines, weights)
    assert found.disorder == pytest.approx(least_disorder(lines, weights), abs=1e-9)
    of_rows = sum(row_disorder(row, lines, weights) for row in found.rows)
    units = [(i, n) for row in found.rows for i, n in enumerate(row) if n is not None]
    assert sorted(units) == [(i, n) for i, line in enumerate(lines) for n in range(len(line))]
    assert found.disorder == pytest.approx(of_rows / (len(units) / len(lines)), abs=1e-9)
    begins = [min(lines[i][n][0] for i, n in enumerate(row) if n is not None) for row in found.rows]
    assert begins == sorted(begins)


@settings(deadline=None)
@given(drawn_lines(), st.randoms(), st.integers(1, 3_600_000), st.integers(1, 1000))
def test_the_disorder_does_not_depend_on_order_place_or_clock(lines, random, by, factor):
    mixed = [
        [(factor * (start + by), factor * (end + by), 2 - code) for start, end, code in line]
        for line in (random.sample(line, len(line)) for line in lines)
    ]
    random.shuffle(mixed)
    assert best_alignment(mixed).disorder == pytest.approx(best_alignment(lines).disorder)


@pytest.mark.parametrize("m", [2, 3, 6])
def test_raters_who_do_the_same_have_a_gamma_of_one(m):
    line = crowd(1, 12, 10, seed=8)[0]
    found = gamma([line] * m, (0, 400))
    assert (found.gamma.value, found.gamma_cat.value) == (1, 1)
    assert (found.low, found.high, found.observed) == (1, 1, 0)
    assert found.alignment == tuple((n,) * m for n in range(12))


def test_raters_by_chance_have_a_gamma_of_about_zero():
    random, found = np.random.RandomState(11), []
    for _ in range(20):
        starts, lengths = random.randint(0, 500, (3, 20)), random.randint(1, 20, (3, 20))
        codes = random.randint(0, 3, (3, 20))
        lines = np.stack([starts, starts + lengths, codes], axis=2).tolist()
        found.append(gamma(lines, (0, 500)))
    assert np.mean([each.gamma.value for each in found]) == pytest.approx(0, abs=0.05)
    assert np.mean([each.gamma_cat.value for each in found]) == pytest.approx(0, abs=0.05)


def test_gamma_cat_is_as_by_hand(monkeypatch):
    # Two rows of two units and an empty place: d_pos .25 with the same codes, 0 with others. Of
    # three units in a row each pair counts half: d_pos 0 three times, two of them differing.
    lines = (
        ((0, 10, 0), (100, 110, 1), (200, 210, 0), (300, 310, 0)),
        ((5, 15, 0), (100, 110, 2), (200, 210, 0)),
        ((200, 210, 1),),
    )
    observed = (0.75 * 0 + 1 * 1 + 2 / 2) / (0.75 + 1 + 3 / 2)
    monkeypatch.setattr(module, "_shuffled", lambda units, span, random: units)
    assert gamma(lines, (0, 400)).gamma_cat.value == pytest.approx(0, abs=1e-12)
    made = []
    monkeypatch.setattr(module, "_code_disorder", spied(module._code_disorder, made))
    gamma(lines, (0, 400), samples=2)
    assert made == pytest.approx([observed] * 3)


def spied(function, made):
    def spy(*args):
        made.append(function(*args))
        return made[-1]

    return spy


def test_the_expected_disorder_is_that_of_the_shuffled_continua(monkeypatch):
    made = []
    monkeypatch.setattr(module, "_align", spied(module._align, made))
    found = gamma(APS, (0, 60), samples=40, seed=3)
    disorders = [disorder for _, disorder in made]
    by_chance = np.delete(disorders, disorders.index(found.observed))
    assert (found.samples, len(by_chance)) == (40, 40)
    assert found.expected == pytest.approx(by_chance.mean())
    assert found.expected_sd == pytest.approx(by_chance.std(ddof=1))
    assert found.gamma.value == pytest.approx(1 - found.observed / by_chance.mean())
    assert found.low < found.gamma.value < found.high < 1


def test_the_interval_holds_what_many_more_samples_give():
    truth = gamma(APS, (0, 60), samples=600, seed=99).gamma.value
    found = [gamma(APS, (0, 60), seed=seed) for seed in range(40)]
    # Of 40 intervals at 95 %, fewer than 33 would hold it once in 200 times.
    assert sum(each.low <= truth <= each.high for each in found) >= 33


def test_a_seed_gives_the_same_gamma_again():
    assert gamma(APS, (0, 60), seed=5) == gamma(APS, (0, 60), seed=5)
    assert gamma(APS, (0, 60), seed=5).expected != gamma(APS, (0, 60), seed=6).expected


def test_samples_are_added_for_the_precision_asked_for():
    first = gamma(APS, (0, 60), seed=2)
    wanted = int(np.ceil((1.96 * first.expected_sd / first.expected / 0.01) ** 2))
    assert wanted > 30
    assert gamma(APS, (0, 60), seed=2, precision=0.01).samples == wanted
    assert gamma(APS, (0, 60), seed=2, precision=0.9).samples == 30


def test_progress_is_told_and_can_stop_it():
    told = []
    done = gamma(APS, (0, 60), samples=4, progress=lambda share: told.append(share) or True)
    assert told == [0, 0.25, 0.5, 0.75, 1]
    assert done.samples == 4
    assert gamma(APS, (0, 60), progress=lambda share: share < 0.5) is None


@pytest.mark.parametrize(
    ("lines", "span", "reason", "n"),
    [
        ([], (0, 60), "agreement_no_partner", 0),
        ([[(0, 10, 0)]], (0, 60), "agreement_no_partner", 1),
        ([[], []], (0, 60), "agreement_never_marked", 0),
        ([[(0, 10, 0)], [(3, 3, 0)]], (0, 60), "agreement_points", 2),
        ([[(0, 10, 0)], [(0, 10, 0)]], (7, 7), "agreement_no_length", 2),
    ],
)
def test_gamma_is_undefined_with_a_reason(lines, span, reason, n):
    found = gamma(lines, span)
    for each in (found.gamma, found.gamma_cat):
        assert (each.value, each.reason, each.n) == (None, reason, n)
    assert (found.observed, found.expected, found.low, found.alignment) == (None, None, None, ())


@pytest.mark.parametrize(
    ("lines", "span", "reason"),
    [
        ([[(0, 10, 0)], [(1, 10, 0)]], (0, 100), "agreement_one_code"),
        ([[(0, 10, 0)], [(90, 99, 1)]], (0, 100), "agreement_nothing_linked"),
        # In so long a span, no two shuffled units ever lie near each other.
        ([[(0, 10, 0)], [(0, 10, 1)]], (0, 10**9), "agreement_nothing_linked"),
    ],
)
def test_gamma_cat_is_undefined_where_there_are_no_codes_to_compare(lines, span, reason):
    found = gamma(lines, span)
    assert found.gamma.value is not None
    assert (found.gamma_cat.value, found.gamma_cat.reason) == (None, reason)


def test_gamma_cat_is_undefined_where_codes_never_differ_by_chance(monkeypatch):
    same = module._laid_out([[(0, 10, 0)], [(0, 9, 0)]])[0]
    monkeypatch.setattr(module, "_shuffled", lambda units, span, random: same)
    found = gamma([[(0, 10, 0)], [(0, 10, 1)]], (0, 100)).gamma_cat
    assert (found.value, found.reason) == (None, "agreement_no_variation")


def test_a_rater_without_units_leaves_gamma_defined():
    found = gamma([[(0, 10, 0), (30, 50, 1)], []], (0, 100))
    assert found.observed == 2
    assert found.gamma.value < 0


def shuffles(lines, span, times=200):
    units, _ = module._laid_out(lines)
    random = np.random.default_rng(4)
    return [module._shuffled(units, span, random) for _ in range(times)]


def test_a_shuffled_line_is_a_raters_own_cut_and_turned_round():
    lines, begin, end = crowd(3, 6, 10, seed=9), 100, 420
    lines = [[(start + 100, stop + 100, code) for start, stop, code in line] for line in lines]
    assert max(stop for line in lines for _, stop, _ in line) < end

    def gaps(starts, kinds):
        """From each start to the next round the circle, with what begins there, turned."""
        turns = np.append(np.diff(starts), starts[0] + (end - begin) - starts[-1])
        steps = [(round(float(turn), 6), *kind) for turn, kind in zip(turns, kinds, strict=True)]
        return min(steps[n:] + steps[:n] for n in range(len(steps)))

    own = [gaps([u[0] for u in line], [(u[1] - u[0], u[2]) for u in line]) for line in lines]
    met, positions = set(), []
    for each in shuffles(lines, (begin, end)):
        for rater in range(3):
            held = slice(*each.first[rater : rater + 2])
            starts, lengths = each.starts[held], each.ends[held] - each.starts[held]
            kinds = zip(lengths.round(6).tolist(), each.codes[held].tolist(), strict=True)
            met.add(own.index(gaps(starts, list(kinds))))
            assert ((begin <= starts) & (starts < end)).all()
            positions.extend(starts)
    assert met == {0, 1, 2}
    # Uniform over the span: its mean is the middle.
    assert np.mean(positions) == pytest.approx((begin + end) / 2, abs=10)


def test_half_the_mean_length_of_a_unit_lies_between_shifts():
    # As Mathet's program has it. Both lines begin at 0, so their shifts are where they begin now.
    for each in shuffles([[(0, 5, 0)], [(0, 15, 0)]], (0, 100)):
        between = abs(each.starts[0] - each.starts[1])
        assert min(between, 100 - between) >= 5


@pytest.mark.parametrize(("apart", "room"), [(10, 10), (32, 32), (40, 0)])
def test_shifts_lie_apart_round_the_circle_where_there_is_room(apart, room):
    random = np.random.default_rng(1)
    for _ in range(200):
        places = np.sort(module._shifts(3, 100, apart, random))
        around = np.append(np.diff(places), places[0] + 100 - places[-1])
        assert around.min() >= room - 1e-9
        assert around.sum() == pytest.approx(100)


def test_shuffling_draws_again_until_there_is_a_unit():
    for each in shuffles([[(0, 10, 0)], [], [], []], (0, 100)):
        assert len(each.starts) >= 1


# Live, against pygamma-agreement in an environment of its own (packaging/oracles.sh).
ORACLE = Path(__file__).parents[1] / ".oracles-gamma" / "bin" / "python"
GAMMA_PYTHON = Path(os.environ.get("GAMMA_PYTHON", ORACLE))
needs_pygamma = pytest.mark.skipif(
    not GAMMA_PYTHON.exists(), reason="pygamma-agreement is not installed (packaging/oracles.sh)"
)

# GLPK prints to the standard output, so ours is another.
PYGAMMA = """
import json, logging, os, sys, time
answers = os.fdopen(os.dup(1), "w")
os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
logging.disable(logging.CRITICAL)
import numpy as np
import pygamma_agreement as pygamma
from pyannote.core import Segment

np.random.seed(1)
for case in json.load(sys.stdin):
    continuum = pygamma.Continuum()
    for rater, line in enumerate(case["lines"]):
        continuum.add_annotator(str(rater))
        for start, end, code in line:
            continuum.add(str(rater), Segment(start, end), str(code))
    alpha, beta = case["weights"]
    costs = pygamma.CombinedCategoricalDissimilarity(alpha=alpha, beta=beta, delta_empty=1.0)
    answer = {}
    begun = time.perf_counter()
    answer["disorder"] = float(continuum.get_best_alignment(costs).disorder)
    answer["alignment_s"] = time.perf_counter() - begun
    if case.get("samples"):
        sampler = pygamma.ShuffleContinuumSampler() if case["shuffle"] else None
        begun = time.perf_counter()
        found = continuum.compute_gamma(costs, n_samples=case["samples"], sampler=sampler)
        answer["gamma"] = float(found.gamma)
        answer["gamma_s"] = time.perf_counter() - begun
        chance = [each.disorder for each in found.chance_alignments]
        answer["expected"], answer["sd"] = float(np.mean(chance)), float(np.std(chance))
    print(json.dumps(answer), file=answers, flush=True)
"""


def pygamma(cases):
    """What pygamma-agreement answers, case by case."""
    done = subprocess.run(
        [GAMMA_PYTHON, "-c", PYGAMMA],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def heard_alike(m, n, seed):
    """Lines of raters who hear the same, each a little off."""
    noise, line = np.random.RandomState(seed), crowd(1, n, 10, seed)[0]
    lines = [
        [
            (400 * start + int(noise.randint(300)), 400 * end + int(noise.randint(300)), code)
            for start, end, code in line
        ]
        for _ in range(m)
    ]
    # Its sampler is right only where the first unit begins at 0.
    lines[0][0] = (0, *lines[0][0][1:])
    return lines


KINDS = ((2, 100, 0), (2, 80, 10), (3, 100, 3), (3, 50, 20), (4, 40, 5))
ALIGNED = [
    {"lines": crowd(*kind, seed=seed), "weights": weights}
    for seed, kind in enumerate(KINDS, start=20)
    for weights in ((1, 1), (3, 1), (1, 3))
]
SHUFFLED = [
    {"lines": heard_alike(m, n, seed), "weights": (1, 1), "samples": 150, "shuffle": True}
    for m, n, seed in ((2, 20, 1), (3, 10, 2))
]


@pytest.fixture(scope="module")
def answers():
    """Both sets in one process: pygamma-agreement takes 8 s to be imported."""
    return pygamma(ALIGNED + SHUFFLED)


@needs_pygamma
def test_pygamma_finds_alignments_as_good(answers):
    for case, answer in zip(ALIGNED, answers[: len(ALIGNED)], strict=True):
        found = best_alignment(case["lines"], Weights(*case["weights"])).disorder
        # In float32 the sum of a hundred disorders is good to about seven digits.
        assert found == pytest.approx(answer["disorder"], abs=1e-6)


@needs_pygamma
def test_pygamma_has_the_same_gamma_within_the_error_of_sampling(answers):
    for case, answer in zip(SHUFFLED, answers[len(ALIGNED) :], strict=True):
        span = (0, max(end for line in case["lines"] for _, end, _ in line))
        found = gamma(case["lines"], span, samples=150)
        error = 4 * np.hypot(found.expected_sd, answer["sd"]) / np.sqrt(150)
        assert found.expected == pytest.approx(answer["expected"], abs=error)
        assert found.gamma.value == pytest.approx(answer["gamma"], abs=error / answer["expected"])
