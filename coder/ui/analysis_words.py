"""What the task analysis says on screen: its tables as texts, cell by cell."""

from collections.abc import Sequence
from dataclasses import dataclass

from coder.coding import Found
from coder.export.analysis import groups_told, sign, span_told, untimed_told
from coder.session import format_clock
from coder.task_analysis import (
    GROUPS,
    Analysis,
    Basis,
    Cell,
    Column,
    Compared,
    Counts,
    First,
    median_place,
)

NAMES = {
    Found.PRESENT: "present",
    Found.NOT_PRESENT: "not present",
    Found.NOT_ANALYSED: "not analysed",
    Found.NOT_OBSERVABLE: "not observable",
}
UNITS = {"episode": "Episodes", "session": "Sessions", "participant": "Participants"}
KEYS = "X present, - not present, N not analysed, O not observable, Space the next, Delete empty"
_UNITS = {"episode": "episode", "session": "session", "participant": "participant"}


@dataclass(frozen=True, slots=True)
class Said:
    """A cell: its text, all there is to say of it, and whether it is strong or quiet."""

    text: str
    full: str = ""
    strong: bool = False
    quiet: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: names of its columns and rows, and a cell for each. ``parts`` are rows set in."""

    heads: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    cells: tuple[tuple[Said, ...], ...] = ()
    parts: frozenset[int] = frozenset()


def components(analysis: Analysis) -> Sheet:
    """Components by column; what was not entered stands in brackets."""
    return Sheet(
        tuple(f"{column.label}\n{GROUPS[column.outcome].lower()}" for column in analysis.columns),
        tuple(row.label for row in analysis.rows),
        tuple(
            tuple(_cell(row.label, column, column.cells[at]) for column in analysis.columns)
            for at, row in enumerate(analysis.rows)
        ),
        _parts(analysis),
    )


def side_by_side(analysis: Analysis) -> Sheet:
    """In how many of each group a component is present, and what that comes to, in words."""
    labels = {row.id: row.label for row in analysis.rows}
    heads = [f"{GROUPS[name]}\nn = {n}" for name, n in analysis.groups.items()]
    rows = []
    for each in analysis.compared:
        counts = [_counts(name, count) for name, count in each.groups.items()]
        rows.append((*counts, Said(_remark(each), quiet=each.distinguishes is None, strong=True)))
    names = tuple(labels[each.component] for each in analysis.compared)
    return Sheet((*heads, "Remark"), names, tuple(rows))


def order(analysis: Analysis) -> Sheet:
    """When components first come, and their median place."""
    rows = []
    for at, _row in enumerate(analysis.rows):
        firsts = [each.firsts[at] for each in analysis.timed]
        place, n = median_place(firsts)
        told = "–" if place is None else f"{place:g}"
        rows.append((Said(told, strong=True), Said(str(n)), *map(_first, firsts)))
    heads = ("Median\nplace", "n", *(column.label for column in analysis.columns))
    names = tuple(row.label for row in analysis.rows)
    return Sheet(heads, names, tuple(rows) if analysis.timed else ())


def to_repair(analysis: Analysis) -> Sheet:
    """How soon repair came, column by column."""
    heads = (
        "Outcome", "First rupture\nto repair", "To a\nstatement", "To a\nshift", "To a\ncomponent",
        "Last rupture\nto repair", f"Followed within\n{analysis.window_s:g} s",
    )  # fmt: skip
    rows = []
    for column, timed in zip(analysis.columns, analysis.timed, strict=False):
        spans = [
            Said(span.reason, quiet=True)
            if span.ms is None
            else Said(format_clock(span.ms), span_told(span))
            for span in timed.to_repair.values()
        ]
        followed = timed.followed
        share = Said(f"{followed.n} of {followed.timed}{untimed_told(followed)}")
        rows.append((Said(GROUPS[column.outcome].lower()), *spans, share))
    names = tuple(column.label for column in analysis.columns)
    return Sheet(heads, names[: len(rows)], tuple(rows))


def between(analysis: Analysis) -> Sheet:
    """From the first of one component to the first of another, where both are timed."""
    labels = {row.id: row.label for row in analysis.rows}
    told = [each for each in analysis.between if each.median_ms is not None]
    rows = tuple(
        (
            Said(labels[each.end]),
            Said(str(each.n)),
            Said(format_clock(round(each.median_ms or 0)), strong=True),
            Said(format_clock(each.low_ms or 0)),
            Said(format_clock(each.high_ms or 0)),
        )
        for each in told
    )
    names = tuple(labels[each.start] for each in told)
    return Sheet(("to", "n", "Median", "Least", "Greatest"), names, rows)


def about(analysis: Analysis, left_out: Sequence[str], *, editable: bool, why: str) -> str:
    """The line under the title: who coded, of what, and whether it can be entered here."""
    n = len(analysis.columns)
    unit = _UNITS[analysis.by] + ("" if n == 1 else "s")
    told = f"Coded by {', '.join(analysis.raters)}. {n} {unit}: {groups_told(analysis)}."
    if analysis.loose:
        told += f" Marks of no episode, left out: {analysis.loose}."
    if left_out:
        told += f" Left out, as consent has ended: {', '.join(left_out)}."
    keys = f" Keys: {KEYS}." if editable else f" {why}"
    return f"{told} In brackets what was not entered: marks (how many), or the rule.{keys}"


def as_text(sheet: Sheet) -> str:
    """A table to paste into a spreadsheet."""
    heads = ("", *(head.replace("\n", " ") for head in sheet.heads))
    rows = [heads, *((name, *(c.text for c in row)) for name, row in _named(sheet))]
    return "\n".join("\t".join(row) for row in rows)


def _parts(analysis: Analysis) -> frozenset[int]:
    """The rows that stand below their own category."""
    below: set[int] = set()
    category = None
    for at, row in enumerate(analysis.rows):
        if row.part_of is None:
            category = row.id
        elif row.part_of == category:
            below.add(at)
    return frozenset(below)


def _named(sheet: Sheet) -> Sequence[tuple[str, tuple[Said, ...]]]:
    return list(zip(sheet.names, sheet.cells, strict=True))


def _cell(name: str, column: Column, cell: Cell) -> Said:
    entered = cell.basis is Basis.ENTERED
    text = sign(cell)
    told = {
        Basis.ENTERED: "entered",
        Basis.MARKS: f"by {cell.marks} mark{'' if cell.marks == 1 else 's'}",
        Basis.SCHEME: "by the rule: nothing was entered or marked",
        Basis.NONE: "there is no coding under this scheme",
    }[cell.basis]
    beside = f" ({cell.marks} marked)" if entered and cell.marks else ""
    full = f"{name}, {column.label}: {NAMES[cell.found]}, {told}{beside}"
    if not entered:
        text = f"({text.replace(' (', ' ').rstrip(')')})"
    return Said(text, full, strong=entered, quiet=not entered)


def _counts(name: str, counts: Counts) -> Said:
    more = [
        f"{n} {told}"
        for n, told in ((counts.not_analysed, "NA"), (counts.not_observable, "not observable"))
        if n
    ]
    share = f"{counts.present} of {counts.analysed}" if counts.analysed else "none analysed"
    text = " · ".join([share, *more])
    full = (
        f"{GROUPS[name]}: present {counts.present}, not present {counts.not_present}, not analysed "
        f"{counts.not_analysed}, not observable {counts.not_observable}"
    )
    return Said(text, full)


def _remark(of: Compared) -> str:
    """What a comparison comes to; where there is none, of which group nothing was analysed."""
    if of.distinguishes is not None:
        return of.remark
    lacking = [name for name in ("repaired", "not") if not of.groups[name].analysed]
    return f"no comparison: none analysed of {' or '.join(GROUPS[n].lower() for n in lacking)}"


def _first(first: First) -> Said:
    if first.ms is not None:
        return Said(format_clock(first.ms), f"place {first.place:g}" if first.place else "")
    if first.place is not None:
        return Said(f"place {first.place:g}", first.reason)
    return Said(first.reason, quiet=True)
