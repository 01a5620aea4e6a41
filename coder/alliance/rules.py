"""The rules that find ruptures in a run of scores, as presets whose parameters can be seen.

There is no standard: Lipner et al. (2022) say so of control charts, and Gumz et al. (2012) show
that the published criteria count differently on the same scores. So none of these is any
author's rule; "after" names whose work one is inspired by. Each parameter is a setting.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

from coder.errors import CoderError


class Middle(StrEnum):
    """What the moving ranges are summed up by."""

    MEAN = "mean"
    MEDIAN = "median"


class Spread(StrEnum):
    """Whose SD a drop is measured in; the stricter is the larger of the two."""

    WITHIN = "within"
    POOLED = "pooled"
    STRICTER = "stricter"


@dataclass(frozen=True, slots=True)
class Chart:
    """T-1 (mean) and T-1m (median): a score below mean - 3 sigma, or a step beyond the limit.

    Sigma is the middle of the moving ranges / 1.128 (mean) or / 0.954 (median), the constants for
    ranges of two; a range is beyond 3.267 · mean or 3.865 · median. Steps over a session without
    a score are no moving ranges. Wheeler (1993), Understanding Variation; after Lipner et al.
    (2022).
    """

    middle: Middle = Middle.MEAN
    sigmas: float = 3.0
    least: int = 4


@dataclass(frozen=True, slots=True)
class Fence:
    """T-2: a score below Q1 - 1.5 · IQR, quartiles by linear interpolation.

    Tukey (1977), Exploratory Data Analysis; after the child-therapy charts of Kluft.
    """

    reach: float = 1.5
    least: int = 4


@dataclass(frozen=True, slots=True)
class Drop:
    """T-3: a decline from peak to trough by at least k · S.

    S is the participant's own SD (of at least ``least`` scores), that pooled within all
    participants of the study, or the stricter of the two. Where nobody else has two scores the
    own one is all there is, and needs its ``least`` scores too. ``one_step``: from one session to
    the next only. After Stiles et al. (2004), Strauss et al. (2006) and Gumz et al. (2012).
    """

    k: float = 1.0
    spread: Spread = Spread.STRICTER
    one_step: bool = False
    least: int = 5


_Z = 1.96


@dataclass(frozen=True, slots=True)
class Reliable:
    """T-6: a decline by at least 1.96 · SD · √(2(1 - r)), for a test-retest or alpha r.

    Jacobson and Truax (1991), J Consult Clin Psychol 59:12-19. ``sd`` is that of a reference
    group; without one S stands in, as in Drop.
    """

    r: float
    sd: float | None = None
    z: float = _Z
    spread: Spread = Spread.STRICTER
    one_step: bool = False
    least: int = 5


@dataclass(frozen=True, slots=True)
class Partition:
    """T-7: the split into two levels that leaves least scatter, and again while BIC falls.

    Each level has at least ``least`` scores; a split costs ``cost`` parameters, its place and a
    mean. After the partitioning of Eubanks-Carter et al. (2012).
    """

    least: int = 2
    cost: int = 2


@dataclass(frozen=True, slots=True)
class Trend:
    """T-8: a score k residual SDs or more below the straight line through the scores.

    After the regression family of Eubanks-Carter et al. (2012).
    """

    k: float = 2.0
    least: int = 4


@dataclass(frozen=True, slots=True)
class Repair:
    """T-4: within so many sessions after the trough, so much of the drop is won back."""

    sessions: int = 3
    share: float = 0.5


Rule = Chart | Fence | Drop | Reliable | Partition | Trend

# Test-retest and alpha of the SRS (Duncan et al. 2003).
RETEST, ALPHA = 0.64, 0.88

PRESETS: dict[str, Rule] = {
    "chart-mean": Chart(),
    "chart-median": Chart(Middle.MEDIAN),
    "fence": Fence(),
    "drop-1sd": Drop(1.0),
    "drop-2sd": Drop(2.0),
    "drop-1sd-one-step": Drop(1.0, one_step=True),
    "drop-2sd-one-step": Drop(2.0, one_step=True),
    "reliable-retest": Reliable(RETEST),
    "reliable-alpha": Reliable(ALPHA),
    "partition": Partition(),
    "trend": Trend(),
}
DEFAULT = "drop-1sd"


def title(of: Rule) -> str:
    """How a rule is listed: what it does as it is set, never as an author's rule."""
    if isinstance(of, Chart):
        name = "T-1m" if of.middle == Middle.MEDIAN else "T-1"
        wide = "" if of.sigmas == Chart().sigmas else f", {of.sigmas:g} sigma"
        return f"{name} control chart, {of.middle} moving range{wide}"
    if isinstance(of, Fence):
        wide = "" if of.reach == Fence().reach else f", {of.reach:g} IQR"
        return f"T-2 below the lower fence{wide}"
    if isinstance(of, Drop):
        return f"T-3 drop of {_count(of.k)} SD{_STEPS[of.one_step]}"
    if isinstance(of, Reliable):
        r = f"{of.r:g}".removeprefix("0") or "0"
        wide = "" if of.z == _Z else f", z = {of.z:g}"
        steps = _STEPS[True] if of.one_step else ""
        return f"T-6 drop beyond chance, {_RELIABILITIES.get(of.r, 'r')} = {r}{wide}{steps}"
    if isinstance(of, Trend):
        return f"T-8 {_count(of.k)} residual SDs below the trend"
    return "T-7 shift to a lower level"


def _count(k: float) -> str:
    return {1.0: "one", 2.0: "two"}.get(k, f"{k:g}")


_STEPS = {True: " from one session to the next", False: ", peak to trough"}
_RELIABILITIES = {RETEST: "test-retest r", ALPHA: "alpha"}
TITLES = {name: title(rule) for name, rule in PRESETS.items()}


def parameters(of: Rule | Repair) -> dict[str, float | int | bool | str | None]:
    """What a rule computes with, by name, as it is shown and can be set."""
    return {each.name: _plain(getattr(of, each.name)) for each in fields(of)}


def adjusted(of: Rule, given: Mapping[str, str]) -> Rule:
    """A rule with some of its parameters set otherwise, from text. Raises CoderError."""
    told = {name: _read(of, name, text) for name, text in given.items()}
    made = replace(of, **told)
    if isinstance(made, Reliable) and not 0 <= made.r < 1:
        raise CoderError("rule_value", name="r", given=made.r)
    return made


def repair(given: Mapping[str, str]) -> Repair:
    """The rule of repair with parameters from text. Raises CoderError."""
    made = replace(Repair(), **{name: _read(Repair(), name, text) for name, text in given.items()})
    if made.share > 1:
        raise CoderError("rule_value", name="share", given=given["share"])
    return made


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, StrEnum) else value


def _read(of: Rule | Repair, name: str, text: str) -> Any:
    kept = parameters(of)
    if name not in kept:
        raise CoderError("rule_parameter", name=name, known=", ".join(kept))
    now = getattr(of, name)
    try:
        if isinstance(now, StrEnum):
            return type(now)(text)
        if isinstance(now, bool):
            return _YES_NO[text.casefold()]
        value = int(text) if isinstance(now, int) else float(text)
    except (ValueError, KeyError) as fault:
        raise CoderError("rule_value", name=name, given=text) from fault
    if not _FEWEST.get(name, 0) <= value <= _MOST or (value == 0 and name != "r"):
        raise CoderError("rule_value", name=name, given=text)
    return value


_YES_NO = {"yes": True, "no": False, "true": True, "false": False}
_FEWEST = {"least": 2}
_MOST = 1000
