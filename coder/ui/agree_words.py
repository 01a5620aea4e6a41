"""What the Agree desk says around its numbers: what they rest on, and what was fixed."""

from datetime import datetime

from coder.agreement import Level, describe
from coder.reliability import Standing
from coder.ui.agree_lines import UNIT_WORDS, Row, count_at, labels_of, rare
from coder.ui.agree_moments import Naming
from coder.ui.agree_work import Found, declared

_DEPARTS = {
    "unit": "unit",
    "levels": "level",
    "person": "person",
    "all_turns": "turns",
    "segment_ms": "segment",
    "tolerance_ms": "tolerance",
    "overlap": "overlap",
    "ordered": "order",
}


def how_fixed(where: Standing) -> str:
    """Whether the settings are those fixed before unblinding."""
    on = "" if where.at is None else _day(where.at)
    away = ", ".join(_DEPARTS.get(each, each) for each in where.departures)
    return {
        "fixed": f"● settings fixed {on}",
        "exploratory": f"○ exploratory: {away} not as fixed {on}",
        "open": "○ settings not fixed yet",
    }[where.status]


def _day(at: str) -> str:
    when = datetime.fromisoformat(at).astimezone()
    return f"{when.day} {when:%b %Y}"


def offer_coarser(row: Row, level: Level) -> str:
    """Say what Enter does on a code that is too rare."""
    if not rare(row) or row.level not in {"marker", "row"}:
        return ""
    return f" Enter counts it with its {'form row' if level == 'marker' else 'family'}."


def about(found: Found) -> str:
    """Unit, n, what was left out, matching, interval, codings: all that a number rests on."""
    results, events, settings = found.results, found.events, found.results.settings
    plan = results.plan
    unit = describe(plan).split("; n counts")[0].split(": ", 1)[1]
    told = f"Unit: {unit} (n = {results.n_units}{_left_out(settings)})."
    matching = f" Matching: one to one, within {plan.tolerance_ms / 1000:g} s"
    beside = "" if plan.unit == "event" else f" (n = {events.n_units} marks)"
    told += f"{matching}{beside}. Interval: {settings['interval'] or 'none'}."
    told += f" Codings: {settings['codings']}."
    for name, value in (("Reopened since", "reopened"), ("Not compared", "put_by")):
        listed = settings[value]
        if isinstance(listed, tuple) and listed:
            told += f" {name}: {'; '.join(map(str, listed))}."
    return told


def _left_out(settings: object) -> str:
    left = settings.get("left_out") if isinstance(settings, dict) else None
    if not isinstance(left, dict) or not left:
        return ""
    named = (f"{count} {str(name).replace('_', ' ')}" for name, count in left.items())
    return f"; left out: {', '.join(named)}"


def moments_title(row: Row, found: Found) -> str:
    """The code, and how many units each of two coders marked."""
    counts = [count_at(row, each) for each in ("first", "second")]
    if None in counts:
        return row.name
    return f"{row.name}: {counts[0]} and {counts[1]} {UNIT_WORDS[found.results.unit]}"


def naming(found: Found) -> Naming:
    """The markers’ names, and what it means that a coder has nothing."""
    labels = labels_of(declared(found.codings, "marker"))
    plan = found.results.plan
    within = f"within {plan.tolerance_ms / 1000:g} s"
    where = {"event": within, "turn": "in this turn"}.get(plan.unit, "there")
    return Naming(labels, f"nothing {where}")
