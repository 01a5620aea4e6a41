"""The thresholds that SRS and PSQ are read by: the study's own, set by the lead for everybody.

Each is named with where its default comes from; the study keeps what is set otherwise.
"""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from coder.alliance import psq, srs
from coder.coding import Change, StudySetting
from coder.errors import CoderError
from coder.measures.defining import lead_only, number
from coder.study import Study, Viewer

KEPT = "measure_thresholds"
_OURS = "ours"
_DUNCAN = "Duncan et al. 2003"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Where answers count, in both questionnaires."""

    of_srs: srs.Thresholds = field(default_factory=srs.Thresholds)
    of_psq: psq.Thresholds = field(default_factory=psq.Thresholds)


DEFAULTS = Thresholds()


@dataclass(frozen=True, slots=True)
class Setting:
    """A threshold: its name, what is asked for, where its default is from, what it may be.

    ``step`` is the least by which two values differ: 1 for what is counted.
    """

    name: str
    label: str
    source: str
    low: float
    high: float
    step: float = 0.1

    @property
    def of(self) -> str:
        """Which questionnaire's it is: srs or psq."""
        return self.name.partition("_")[0]

    @property
    def part(self) -> str:
        """What it is called there."""
        return self.name.partition("_")[2]


_STRICT = "SRS: a concern at the threshold too, not only below it"
_APART = "SRS: a line stands out so far below the mean of the others"
_DROP = "SRS: a drop is a change of so much or less"
_CEILING = "SRS: ceiling, so many full totals in a row"
_NORM = "SRS: below the norm, so many SD below its mean"
_OWN = "SRS: the norm is the participant’s own from so many sessions on"
_SELECTS = "PSQ: a session is selected, tension (B1a) or holding back (B2a) at least"
_TO_40, _TO_10 = (0, srs.FULL), (0, srs.HIGHEST)

SETTINGS = (
    Setting("srs_total", "SRS: a concern, the total below", _DUNCAN, *_TO_40),
    Setting("srs_item", "SRS: a concern, a line below", _DUNCAN, *_TO_10),
    Setting("srs_inclusive", _STRICT, _DUNCAN, 0, 1, 1),
    Setting("srs_fair", "SRS: a fair total from", _DUNCAN, *_TO_40),
    Setting("srs_good", "SRS: a good total from", _DUNCAN, *_TO_40),
    Setting("srs_differential", _APART, _OURS, 0.1, srs.HIGHEST),
    Setting("srs_change", _DROP, _OURS, -srs.FULL, 0),
    Setting("srs_ceiling", _CEILING, "ours, after Holmqvist", 2, 100, 1),
    Setting("srs_norm_sd", _NORM, "after Lambert", 0.1, 5),
    Setting("srs_norm_least", _OWN, _OURS, 2, 100, 1),
    Setting("psq_selects", _SELECTS, "Laraway 2015: any degree", 1, 5, 1),
    Setting("psq_partial", "PSQ: partly resolved, B5 at least", _OURS, 1, 5, 1),
    Setting("psq_resolved", "PSQ: resolved, B5 at least", _OURS, 1, 5, 1),
    Setting("psq_unaddressed", "PSQ: unaddressed, B4 at most", _OURS, 1, 5, 1),
)


def value(of: Thresholds, setting: Setting) -> float:
    """What a threshold is set to; yes is 1."""
    part = of.of_srs if setting.of == "srs" else of.of_psq
    return float(getattr(part, setting.part))


def adjusted(of: Thresholds, given: Mapping[str, str | float | None]) -> Thresholds:
    """Thresholds with some set otherwise; None leaves one as it is. Raises CoderError."""
    parts: dict[str, dict[str, Any]] = {"srs": {}, "psq": {}}
    known = {each.name: each for each in SETTINGS}
    for name, told in given.items():
        if told is None:
            continue
        if name not in known:
            raise CoderError("threshold_unknown", name=name, known=", ".join(known))
        parts[known[name].of][known[name].part] = _read(known[name], told)
    made = Thresholds(
        dataclasses.replace(of.of_srs, **parts["srs"]),
        dataclasses.replace(of.of_psq, **parts["psq"]),
    )
    for lower, upper in (("srs_fair", "srs_good"), ("psq_partial", "psq_resolved")):
        if value(made, known[lower]) > value(made, known[upper]):
            raise CoderError("thresholds_order", lower=lower, upper=upper)
    return made


def _read(setting: Setting, told: str | float) -> float | int | bool:
    given = number(told)
    if given is None or not setting.low <= given <= setting.high:
        raise CoderError(
            "threshold_value", name=setting.name, given=told, low=setting.low, high=setting.high
        )
    if setting.step == 1 and not given.is_integer():
        raise CoderError("threshold_whole", name=setting.name, given=told)
    if setting.name == "srs_inclusive":
        return bool(given)
    return int(given) if setting.step == 1 and setting.of == "srs" else given


def kept(study: Study) -> Thresholds:
    """The study's thresholds: the defaults, but for what was set otherwise."""
    settled = study.setting(KEPT)
    return DEFAULTS if settled is None else adjusted(DEFAULTS, json.loads(settled.value))


def keep(study: Study, of: Thresholds, by: Viewer = None) -> None:
    """Set the study's thresholds, for everybody's numbers; the lead's to do. Raises CoderError."""
    lead_only(by)
    if of == kept(study):
        return
    old = study.setting(KEPT)
    other = {each.name: value(of, each) for each in changed(of)}
    new = (StudySetting(KEPT, json.dumps(other)),) if other else ()
    told = ", ".join(f"{name} {now:g}" for name, now in other.items()) or "the defaults"
    what = f"set the thresholds of measures: {told}"
    study.apply(Change(what, () if old is None else (old,), new), "final")


def changed(of: Thresholds) -> list[Setting]:
    """The thresholds that are set otherwise than by default."""
    return [each for each in SETTINGS if value(of, each) != value(DEFAULTS, each)]


def plain(of: Thresholds) -> dict[str, dict[str, Any]]:
    """All thresholds as JSON."""
    return {"srs": dataclasses.asdict(of.of_srs), "psq": dataclasses.asdict(of.of_psq)}


def told_srs(of: srs.Thresholds) -> str:
    """What the SRS is read by, in a sentence."""
    sign = "≤" if of.inclusive else "<"
    return (
        f"SRS: a concern is a total {sign} {of.total:g} or a line {sign} {of.item:g}; fair from "
        f"{of.fair:g}, good from {of.good:g}; a line stands out {of.differential:g} below the mean "
        f"of the others; a drop is a change ≤ {of.change:g}; ceiling {of.ceiling} full totals in a "
        f"row; norm {of.norm_sd:g} SD below the mean, one’s own from {of.norm_least} sessions."
    )


def told_psq(of: psq.Thresholds) -> str:
    """What the PSQ is read by, in a sentence."""
    return (
        f"PSQ: selected if tension (B1a) or holding back (B2a) is {of.selects:g} or more; "
        f"unresolved if B5 is below {of.partial:g}, resolved from {of.resolved:g}, between partly; "
        f"unaddressed if B4 is {of.unaddressed:g} or less."
    )


def told(of: Thresholds) -> Iterator[str]:
    """What both are read by, and what of it is not the default."""
    yield told_srs(of.of_srs)
    yield told_psq(of.of_psq)
    other = [f"{each.name} (default {value(DEFAULTS, each):g})" for each in changed(of)]
    if other:
        yield f"Not the defaults: {', '.join(other)}."
