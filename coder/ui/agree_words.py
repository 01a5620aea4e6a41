"""What the Agree desk says around its numbers: what they rest on, and what was fixed."""

from collections.abc import Mapping
from datetime import datetime

from coder.agreement import Level
from coder.agreement.codes import OTHER_KINDS
from coder.reliability import Standing
from coder.ui.agree_lines import UNIT_WORDS, WHOLES, Row, count_at, labels_of, rare
from coder.ui.agree_moments import Naming, Shown, about_code
from coder.ui.agree_work import Found, coarser, declared, names_at

# A level, two coders, and what each took it for: None is no match.
Cell = tuple[Level, tuple[str, str], tuple[str | None, str | None]]

_DEPARTS = {
    "unit": "unit",
    "levels": "level",
    "rows": "rows",
    "person": "person",
    "all_turns": "turns",
    "segment_ms": "segment",
    "tolerance_ms": "tolerance",
    "overlap": "overlap",
    "ordered": "order",
}


_WIDER = {"category": "category", "row": "form row", "family": "family", "any": "kind"}

SETTLES = (
    "Fixes unit, level, tolerance and what else agreement is computed by, as chosen now; the day "
    "goes on record. Once blindness has ended it stays: numbers by other settings are then called "
    "exploratory, and that goes on record too."
)
REPORTS = (
    "Writes these numbers to a file: tables with counts, definitions and sources, a paragraph for "
    "the methods section and, in Excel, every unit. It holds no patient’s words."
)
INTERVALS = (
    "The 95 % interval says how far chance may move a number. What it is resampled by (patients, "
    "sessions or minutes) is drawn anew from those here, some twice, some not at all, and the "
    "number computed again; 95 of 100 such numbers lie in the interval. “Bias-corrected and "
    "accelerated” moves its ends where these numbers lie askew. A seed repeats the same draws."
)


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


def offer_coarser(row: Row, found: Found) -> str:
    """Say what Enter does on a code that is too rare."""
    if not rare(row) or row.level not in {"marker", "category", "row"}:
        return ""
    wider = coarser(found, row.level, row.code)
    return "" if wider is None else f" Enter counts it with its {_WIDER[wider[0]]}."


_NAMED = (
    ("Reopened since", "reopened"),
    ("Not compared", "put_by"),
    ("Not compared, as self-review", "self_review"),
    ("Not compared, as consent has ended", "ended"),
)


def about(found: Found) -> str:
    """Unit, n, what was left out, matching, interval, codings: all that a number rests on."""
    results, events, settings = found.results, found.events, found.results.settings
    plan = results.plan
    unit = str(settings["unit"]).split("; n counts")[0].split(": ", 1)[1]
    told = f"Unit: {unit} (n = {results.n_units}{_left_out(settings)})."
    matching = f" Matching: one to one, within {plan.tolerance_ms / 1000:g} s"
    beside = "" if plan.unit == "event" else f" (n = {events.n_units} marks)"
    told += f"{matching}{beside}. Interval: {settings['interval'] or 'none'}."
    told += f" Codings: {settings['codings']}.{_versions(settings)}"
    for name, value in _NAMED:
        listed = settings.get(value)
        if isinstance(listed, tuple) and listed:
            told += f" {name}: {'; '.join(map(str, listed))}."
    return told


def _versions(settings: Mapping[str, object]) -> str:
    """Say what is compared of a scheme that was coded with in several versions."""
    schemes = settings["schemes"]
    ids = [str(each).rpartition(" ")[0] for each in schemes] if isinstance(schemes, tuple) else []
    several = dict.fromkeys(each for each in ids if ids.count(each) > 1)
    return "".join(f" Of the versions of {each}: the codes that all have." for each in several)


def _left_out(settings: object) -> str:
    left = settings.get("left_out") if isinstance(settings, dict) else None
    if not isinstance(left, dict) or not left:
        return ""
    named = (f"{count} {str(name).replace('_', ' ')}" for name, count in left.items())
    return f"; left out: {', '.join(named)}"


def about_row(found: Found, row: Row, raters: tuple[str, ...] | None) -> Shown:
    """The moments behind a row, for two coders by name or (None) all; or why there are none."""
    if row.level is None and row.code is None:
        return Shown(row.name)
    every = found.moments.get(row.level, ())
    return Shown(
        moments_title(row, found),
        tuple(about_code(every, row.code, raters)),
        every,
        found.codings,
        naming(found, row.level),
        _why_no_moment(row),
    )


def _why_no_moment(row: Row) -> str:
    if row.level is not None or row.code in OTHER_KINDS:
        return ""
    if row.code in WHOLES:
        return "Episodes are compared as wholes; their forms are on the Code desk."
    return "Ratings are of a session or a part of it, and have no moment."


def moments_title(row: Row, found: Found) -> str:
    """The code, and how many units each of two coders marked."""
    if row.level is None and row.code in {"outcome", "intensity"}:
        line = row.line or row.events
        counts = {} if line is None else line.counts
        both = counts.get("judged_by_both", counts.get("targets"))
        return row.name if both is None else f"{row.name}: {both} episodes judged by both"
    each = [count_at(row, of) for of in ("first", "second")]
    if None in each:
        return row.name
    whole = row.level is None and row.code in WHOLES
    units = "episodes" if whole else UNIT_WORDS[found.results.unit]
    return f"{row.name}: {each[0]} and {each[1]} {units}"


def about_cell(found: Found, cell: Cell) -> Shown:
    """The moments that a cell of the confusions counts; those without a match have one state."""
    level, raters, states = cell
    pairs = tuple(each for each in found.pairs.get(level, ()) if each.raters == raters)
    wanted = tuple(() if state is None else (state,) for state in states)
    moments = tuple(m for m in pairs if (m.first_codes, m.second_codes) == wanted)
    named = names_at(found, level)
    sides = (
        f"{who} {'no match' if state is None else named.get(state, state)}"
        for who, state in zip(raters, states, strict=True)
    )
    title = f"{', '.join(sides)}: {how_many(len(moments), states)}"
    return Shown(title, moments, pairs, found.codings, naming(found, level, by_match=True))


def how_many(n: int, states: tuple[str | None, str | None]) -> str:
    """How many marks a cell of the confusions counts, or pairs of them."""
    what = "mark" if n == 0 or None in states else "pair"
    return f"{n} {what}{'' if n == 1 else 's'}"


def naming(found: Found, level: Level | None, *, by_match: bool = False) -> Naming:
    """The markers’ names, and what it means that a coder has nothing."""
    labels = labels_of(declared(found, "marker"))
    plan = found.results.plan
    unit = "event" if by_match else plan.unit
    within = f"within {plan.tolerance_ms / 1000:g} s"
    where = {"event": within, "turn": "in this turn"}.get(unit, "there")
    more = {} if by_match else found.more.get(level, {})
    families, lags = level == "family", unit in {"event", "turn"}
    return Naming(labels, f"nothing {where}", families=families, lags=lags, more=more)
