"""The u-alpha family: agreement on where the sections of a continuum lie, and on their codes.

Krippendorff, Mathet, Bouvry and Widlöcher (2016), Qual Quant 50:2347-2364; Krippendorff (2019),
Content Analysis, 4th ed., 12.6. What is counted is time: one long section outweighs many short.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations

import numpy as np

from coder.agreement.estimate import Floats, Ints, Parts

Section = tuple[int, int, int]  # start and end (ms), and code

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Continuum:
    """What two or more raters heard of a session, and each one's sections of it.

    A section's code is 0..q-1. A line is sorted, and its sections do not overlap. What lies outside
    ``from_ms``..``to_ms`` is cut off; a section without length (a point) carries no mass and is
    dropped.
    """

    from_ms: int
    to_ms: int
    lines: tuple[tuple[Section, ...], ...]


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What each of G continua adds to the sums of the u-alpha family.

    ``joint`` (G, q + 1, q + 1) is l_ck, the length (ms) that one rater gives c and another k,
    summed over ordered pairs of m raters and divided by m - 1; the last category is the gap, phi.
    ``squares`` (G,) is the sum of all S_c: the squared lengths of sections, and the plain lengths
    of gaps. ``shared`` (G, q) is T_c: of each section of c, the length that another rater marked
    with whatever code, squared, summed over ordered pairs and divided by m - 1. ``sections`` (q,)
    counts sections by code. ``reason`` says why all is undefined, if it is.
    """

    joint: Floats
    squares: Floats
    shared: Floats
    sections: Ints
    reason: str | None


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A rater's sections, and in which of them (-1: none) each stretch between two cuts lies."""

    lengths: Floats
    codes: Ints
    within: Ints


def overlaps(line: Iterable[Section]) -> bool:
    """Whether a rater's sections overlap, which the u-alpha family has no place for."""
    lasting = sorted(section for section in line if section[0] < section[1])
    return any(later[0] < earlier[1] for earlier, later in pairwise(lasting))


def tally(continua: Sequence[Continuum], q: int) -> Tally:
    """Tally continua, a session each, in ``q`` codes.

    The published formulas are for one continuum. They need nothing but sums of lengths, so the
    tallies of continua add up, and what they add up to is the tally of the sessions laid end to
    end (by the same number of raters): no section crosses from one into the next, and a gap
    counts by its length however it is cut. A continuum of fewer than two raters adds nothing.
    Where a rater's sections overlap, everything is undefined: agreement_overlapping.
    """
    compared = [
        (g, each)
        for g, each in enumerate(continua)
        if len(each.lines) > 1 and each.from_ms < each.to_ms
    ]
    joint, squares = np.zeros((len(continua), q + 1, q + 1)), np.zeros(len(continua))
    shared, sections = np.zeros((len(continua), q)), np.zeros(q, np.int64)
    for g, continuum in compared:
        durations, lines = _laid_out(continuum)
        joint[g] = _joint(durations, lines, q) / (len(lines) - 1)
        shared[g] = _shared(durations, lines, q) / (len(lines) - 1)
        for each in lines:
            gaps = durations.sum() - each.lengths.sum()
            squares[g] += each.lengths @ each.lengths + gaps
            sections += np.bincount(each.codes, minlength=q)
    reason = _why_undefined([line for _, each in compared for line in each.lines], sections)
    if reason == "agreement_overlapping":
        joint.fill(np.nan)
    return Tally(joint, squares, shared, sections, reason)


def u_alpha(tallied: Tally) -> Parts:
    """u-alpha: where sections lie and which codes they have, at once (2019, eq. 34)."""
    return _alpha(tallied, tallied.joint, tallied.squares, "agreement_no_variation")


def bar_u_alpha(tallied: Tally) -> Parts:
    """|u-alpha: section against gap, whatever the codes (2019, eq. 35)."""
    groups = _one_against_others(tallied.joint, -1, tallied.squares)
    return _parts(tallied, groups, _bar_value, "agreement_no_variation")


def cu_alpha(tallied: Tally) -> Parts:
    """cu-alpha: the codes, in the time that two raters marked with any (2019, eqs. 36-37).

    It says nothing of what only one marked: print ``coverage`` beside it. Of three or more raters
    with next to nothing in common the formulas expect less than nothing by chance, and would make
    the worst disagreement 1 or more: then it is undefined (agreement_too_little_shared).
    """
    marked = tallied.joint[:, :-1, :-1]
    why = _why_unshared(np.flatnonzero(marked.sum(axis=(0, 2))))
    return _alpha(tallied, marked, tallied.shared.sum(axis=1), why)


def ku_alpha(tallied: Tally, code: int) -> Parts:
    """(k)u-alpha: one code against all others, in the time that two marked (2019, eq. 38).

    Print ``coverage`` of the code beside it. ``n`` counts the sections of this code. It is
    undefined as ``cu_alpha`` is.
    """
    marked = tallied.joint[:, :-1, :-1]
    groups = _one_against_others(marked, code, tallied.shared[:, code])
    met = np.flatnonzero(marked.sum(axis=(0, 2)))
    why = _why_unshared(met if code in met else met[:0])
    if not tallied.sections[code]:
        why = "agreement_never_marked"
    return _parts(tallied, groups, _code_value, why, code)


def coverage(tallied: Tally, code: int | None = None) -> Parts:
    """What cu-alpha, or a code's (k)u-alpha, speaks of, as a share of all time or of the code's."""
    rows = slice(None) if code is None else slice(code, code + 1)
    marked = tallied.joint[:, :-1, :-1][:, rows].sum(axis=(1, 2))
    groups = np.column_stack([marked, tallied.joint[:, rows].sum(axis=(1, 2))])
    return _parts(tallied, groups, _share, "agreement_never_marked", code)


def _laid_out(continuum: Continuum) -> tuple[Floats, list[_Line]]:
    """The durations of the stretches between all cuts, and each rater's line over them."""
    begin, end = continuum.from_ms, continuum.to_ms
    lines = []
    for line in continuum.lines:
        cut = [(max(start, begin), min(stop, end), code) for start, stop, code in line]
        lasting = [section for section in cut if section[0] < section[1]]
        lines.append(np.array(sorted(lasting), np.int64).reshape(-1, 3))
    cuts = np.unique(np.concatenate([[begin, end], *(each[:, :2].ravel() for each in lines)]))
    laid = []
    for starts, ends, codes in (each.T for each in lines):
        last = np.searchsorted(starts, cuts[:-1], "right") - 1
        within = np.where(cuts[:-1] < np.append(ends, begin)[last], last, -1)
        laid.append(_Line((ends - starts).astype(float), codes, within))
    return np.diff(cuts).astype(float), laid


def _joint(durations: Floats, lines: Sequence[_Line], q: int) -> Floats:
    """Sum of l_ck over ordered pairs of raters: all by all, less each rater with itself."""
    codes = np.stack([np.append(each.codes, q)[each.within] for each in lines])
    counts = (codes[:, :, None] == np.arange(q + 1)).sum(axis=0).astype(float)
    by_duration = counts * durations[:, None]
    joint: Floats = by_duration.T @ counts - np.diag(by_duration.sum(axis=0))
    return joint


def _shared(durations: Floats, lines: Sequence[_Line], q: int) -> Floats:
    """Sum of T_c over ordered pairs of raters.

    Per pair: squaring what all others together marked, as quallmer (R) does, gives .726 where
    .724 is published.
    """
    squares = np.zeros(q)
    for one, other in permutations(lines, 2):
        both = (one.within >= 0) & (other.within >= 0)
        n = len(one.codes)
        met = np.bincount(one.within[both], weights=durations[both], minlength=n)
        squares += np.bincount(one.codes, weights=met**2, minlength=q)
    return squares


def _why_undefined(lines: Sequence[Sequence[Section]], sections: Ints) -> str | None:
    if not lines:
        return "agreement_no_length"
    if any(overlaps(line) for line in lines):
        return "agreement_overlapping"
    if sections.any():
        return None
    return "agreement_points" if any(lines) else "agreement_never_marked"


def _why_unshared(met: Ints) -> str:
    """Why there is no alpha of codes, with these in the time that two raters marked."""
    if not len(met):
        return "agreement_nothing_linked"
    return "agreement_one_code" if len(met) == 1 else "agreement_too_little_shared"


def _parts(
    tallied: Tally,
    groups: Floats,
    value: Callable[[Floats], Floats],
    why: str,
    code: int | None = None,
) -> Parts:
    n = tallied.sections.sum() if code is None else tallied.sections[code]
    return Parts(groups, value, int(n), tallied.reason or why)


def _alpha(tallied: Tally, joint: Floats, squares: Floats, why: str) -> Parts:
    """u-alpha and cu-alpha, which differ in the categories that they look at."""
    groups = np.column_stack([_apart(joint).sum(axis=1), squares, joint.sum(axis=2)])
    return _parts(tallied, groups, _alpha_value, why)


def _one_against_others(joint: Floats, one: int, squares: Floats) -> Floats:
    """The length of a category where raters differ, all of it, all of the others; and squares."""
    lengths = joint.sum(axis=2)
    others = np.delete(lengths, one, axis=1).sum(axis=1)
    return np.column_stack([_apart(joint)[:, one], lengths[:, one], others, squares])


def _apart(joint: Floats) -> Floats:
    """The length of each category where raters differ: exactly 0 if they never do."""
    apart: Floats = np.where(np.eye(joint.shape[-1], dtype=bool), 0, joint).sum(axis=2)
    return apart


def _alpha_value(sums: Floats) -> Floats:
    """1 - (l - sum l_cc) / (l - sum eps_cc), with eps_ck = l (l_c l_k - [c = k] S_c) / (l² - S).

    l² - sum l_c² is taken as sum l_c (l - l_c), which is exactly 0 if there is one category.
    """
    apart, squares, margins = sums[..., 0], sums[..., 1], sums[..., 2:]
    whole = margins.sum(axis=-1)
    by_chance = whole * (margins * (whole[..., None] - margins)).sum(axis=-1)
    spare = _spare(whole**2, squares)
    return 1 - _ratio(apart * spare, by_chance * (spare > 0))


def _bar_value(sums: Floats) -> Floats:
    """1 - (l_phi - l_phiphi) / (eps_phi. - eps_phiphi)."""
    apart, gap, marked, squares = np.moveaxis(sums, -1, 0)
    whole = gap + marked
    return 1 - _ratio(apart * (whole**2 - squares), whole * gap * marked)


def _code_value(sums: Floats) -> Floats:
    """1 - (eps_k. / l_k) (l_k - l_kk) / (eps_k. - eps_kk), all of it in the time two marked."""
    apart, of_code, others, shared = np.moveaxis(sums, -1, 0)
    spare = _spare(of_code * (of_code + others), shared)
    return 1 - _ratio(apart * spare, of_code**2 * others * (spare > 0))


def _spare(product: Floats, squares: Floats) -> Floats:
    """What is left for chance: 0 or less is none, and so is what may be rounding (m - 1 = 3)."""
    return np.where(squares < product * (1 - _ROUNDING), product - squares, 0)


def _share(sums: Floats) -> Floats:
    return _ratio(sums[..., 0], sums[..., 1])


def _ratio(top: Floats, bottom: Floats) -> Floats:
    """NaN where nothing is below the line: where nothing is expected by chance."""
    nothing = np.full(np.shape(bottom), np.nan)
    ratio: Floats = np.divide(top, bottom, out=nothing, where=bottom != 0)
    return ratio
