"""Agreement of a study’s coders: by the rules that were fixed, or exploring others."""

import dataclasses
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from coder import agreement, markers, people, reliability
from coder.agreement import Agreement, Plan, behind
from coder.commands import Answer, Args, opened, sessions_named
from coder.consents import use_of
from coder.errors import CoderError
from coder.export import reports
from coder.leaving import leave
from coder.markers import LEVELS
from coder.reliability import Compared
from coder.session import parse_clock
from coder.settings import load as load_settings
from coder.study import Study, Viewer
from coder.words import say

_MAIN = ("percent", "positive", "cohen_kappa", "fleiss_kappa", "alpha_nominal")
_EVENT = ("event_f1", "event_precision", "event_recall", "event_kappa", "timing_median_ms")
_RATED = ("icc_2_1", "icc_1_1", "cohen_kappa_quadratic")
_OTHER = "repair, precipitants, episodes and ratings"


def agree(args: Args) -> Answer:
    """Compute agreement between coders."""
    with opened(args, write=args.fix) as (study, who):
        plan = plan_of(study, args)
        if args.fix:
            reliability.fix(study, plan, who)
        compared = _compared(study, who, args)
        found = reliability.compute(study, who, compared, plan, progress())
    named = behind.labels(compared.coded, plan.rows)
    return Answer(agreement.to_json(found), lines_of(found, named))


def report(args: Args) -> Answer:
    """Write the report of agreement."""
    with opened(args, write=False) as (study, who):
        plan = plan_of(study, args)
        compared = _compared(study, who, args)
        made = reports.agreement_report_of(
            study, who, compared, plan, bands=args.bands, tick=progress()
        )
        what = "export agreement-report"
        written = leave(study, who, what, lambda: reports.write_agreement(made, args.out))
    names = [str(path) for path in written]
    return Answer({"written": names}, [f"Wrote {name}" for name in names])


def progress() -> agreement.Tick | None:
    """Tell a person at a terminal how far a long computation is, and nobody else."""
    if not sys.stderr.isatty():
        return None

    def tick(share: float) -> None:
        end = "\r" if share < 1 else "\r\x1b[K"
        sys.stderr.write(f"{share:4.0%} …{end}")
        sys.stderr.flush()

    return tick


def _compared(study: Study, who: Viewer, args: Args) -> Compared:
    if args.scheme is not None:
        study.scheme(args.scheme)
    named: Sequence[str] | None = args.raters
    sessions = sessions_named(study, args.session)
    found = reliability.compared(
        study,
        who,
        sessions=sessions,
        raters=None if named is None else [study.rater(name) for name in named],
        scheme=args.scheme,
        version="latest" if args.latest else "submitted",
    )
    for each in () if found.coded else sessions or ():
        people.demand(study, each, use_of(each))
    return found


def unblind(args: Args) -> Answer:
    """End blindness for the whole study."""
    with opened(args, write=True) as (study, who):
        if who is not None:
            raise CoderError("only_the_lead")
        reliability.unblind(study, who, args.reason)
        settled = reliability.fixed(study)
    told = [] if settled is None else [f"Agreement was fixed before: unit {settled.plan['unit']}."]
    return Answer({"blind": False}, ["The study is unblinded: everyone sees all codings.", *told])


def plan_of(study: Study, args: Args) -> Plan:
    """The plan that was fixed, or the usual one, with what the options say. Raises CoderError."""
    given = {
        "unit": args.unit,
        "levels": None if args.level is None else tuple(dict.fromkeys(args.level)),
        "rows": None if args.rows is None else _rows(study, args.rows),
        "segment_ms": _length(args.segment, "not_a_segment"),
        "tolerance_ms": _length(args.tolerance, "not_a_tolerance"),
        "overlap": None if args.overlap is None else args.overlap / 100,
        "ordered": args.ordered,
        "person": args.person,
        "all_turns": args.all_turns,
        "rare": args.rare,
        "method": args.interval,
        "resamples": args.resamples,
        "seed": args.seed,
        "gamma": args.gamma,
    }
    usual = reliability.usual_plan(study, load_settings().backchannels, args.scheme)
    asked: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    plan = dataclasses.replace(usual, **asked)
    agreement.check(plan)
    return plan


def _rows(study: Study, given: str) -> str:
    """The id of a scheme for rows: one of the study or one that ships. Raises CoderError."""
    return given if any(each.id == given for each in study.schemes()) else markers.load(given).id


def _length(text: str | None, key: str) -> int | None:
    if text is None:
        return None
    try:
        return parse_clock(text)
    except CoderError as fault:
        raise CoderError(key, text=text) from fault


def lines_of(found: Agreement, labels: Mapping[str, str]) -> list[str]:
    """Lay agreement out for reading: a line a code, each number with its counts.

    ``labels`` names the codes. What no coder used is listed once.
    """
    told = [*_head(found)]
    groups = dict.fromkeys(each.raters for each in found.results)
    for raters in groups:
        told += ["", " and ".join(raters or found.raters)]
        lines = behind.lines(found, raters)
        for level in (*reversed(LEVELS), None):
            told += _level([line for line in lines if line.level == level], labels, found)
    return told


def _head(found: Agreement) -> Iterator[str]:
    settings: Mapping[str, Any] = found.settings
    left = [f"{n} {why.replace('_', ' ')}" for why, n in settings["left_out"].items()]
    yield f"Unit: {settings['unit']} (n = {found.n_units})."
    if settings["tolerance_ms"] is not None:
        yield f"Tolerance: {settings['tolerance_ms'] / 1000:g} s."
    yield f"Coders: {', '.join(found.raters)}; codings {settings['codings']}."
    yield f"Settings: {standing_words(settings)}."
    for what, named in (
        ("Reopened since", "reopened"),
        ("Not of the study", "put_by"),
        ("Not submitted, so left out", "not_submitted"),
        ("Self-review, so left out", "self_review"),
        ("Left out, as consent has ended", "ended"),
        ("To the therapists", "relations"),
    ):
        if settings[named]:
            yield f"{what}: {'; '.join(settings[named])}."
    yield f"Left out: {', '.join(left) or 'none'}."
    if settings["rare"] > 0:
        told = "a marker that no coder used so often has no coefficient: see its row or family"
        yield f"Too rare, below {settings['rare']}: {told}."
    if settings["interval"]:
        yield f"In brackets the interval: {settings['interval']}."


def standing_words(settings: Mapping[str, Any]) -> str:
    """Say whether the settings are those that were fixed."""
    day = (settings["fixed_at"] or "")[:10]
    if settings["fixed_times"] > 1:
        day += f" (changed {settings['fixed_times'] - 1} times before that)"
    if settings["status"] == "fixed":
        return f"as fixed on {day}"
    if settings["status"] == "exploratory":
        away = ", ".join(
            name.removesuffix("_ms").replace("_", " ") for name in settings["departures"]
        )
        return f"exploratory, for the {away} not as fixed on {day}"
    return "not fixed yet"


def _level(
    lines: Sequence[behind.Line], labels: Mapping[str, str], found: Agreement
) -> Iterator[str]:
    if lines:
        yield f" {lines[0].level or _OTHER}"
    unused = []
    for line in lines:
        name = "all together" if line.level != "any" else "any rupture"
        if line.code is not None:
            known = labels.get(line.code, line.code)
            name = labels.get(f"{line.level or 'rating'} {line.code}", known)
        if line.code is not None and _is_unused(line):
            unused.append(name)
        else:
            yield f"  {name}: {_told(line, found)}"
    if unused:
        yield f"  used by none of them: {', '.join(unused)}"


def _is_unused(line: behind.Line) -> bool:
    rest = {"neither", "units", "targets", "rated_by_all", "raters", "agreed"}
    return not any(n for key, n in line.counts.items() if key not in rest)


def _told(line: behind.Line, found: Agreement) -> str:
    first, second = (line.raters or found.raters)[:2]
    words = {"only_first": f"only {first}", "only_second": f"only {second}"}
    seen = ", ".join(f"{words.get(key, key)} {n}" for key, n in line.counts.items())
    note = next((cell.note for cell in line.cells.values() if cell.note is not None), None)
    if note is not None:
        return f"too rare ({seen})"
    design = "icc_2_1" if found.settings["design"] == "crossed" else "icc_1_1"
    wanted = {*_MAIN, *_EVENT, *_RATED} - ({"icc_2_1", "icc_1_1"} - {design})
    kept = [cell for cell in line.cells.values() if cell.statistic in wanted]
    if len(line.raters or found.raters) > 1 and "cohen_kappa" in line.cells:
        kept = [cell for cell in kept if cell.statistic != "fleiss_kappa"]
    numbers = ", ".join(map(_number, kept or line.cells.values()))
    return f"{numbers} ({seen})"


def _number(cell: agreement.Result) -> str:
    name = agreement.DEFINITIONS[cell.statistic].label
    way = f" {cell.direction}" if cell.direction else ""
    if cell.estimate is None:
        reason = "" if cell.reason is None else say(cell.reason).rstrip(".")
        return f"{name}{way} not estimable ({reason})"
    if cell.statistic.startswith("timing"):
        return f"{name}{way} {cell.estimate / 1000:+.1f} s"
    span = "" if cell.low is None else f" [{cell.low:.2f}, {cell.high:.2f}]"
    return f"{name}{way} {cell.estimate:.3f}{span}"
