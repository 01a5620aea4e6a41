"""A task analysis as a file: for Word, as a workbook, as rows for R, and as JSON.

It is made of numbers and names: no patient's words are in it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from coder.errors import CoderError
from coder.export import delimited, paper_docx, put, workbook
from coder.export.paper import Grid, Heading, Paper, Part, Text
from coder.export.prevalence import LEGEND, SIGNS, named
from coder.session import format_clock
from coder.task_analysis import (
    GROUPS,
    Analysis,
    Basis,
    Cell,
    Counts,
    Followed,
    Span,
    about,
    listed,
    median_place,
    to_json,
)

FORM = "task-analysis"

_SHEETS = {
    "components": "Components",
    "compared": "Side by side",
    "order": "Order",
    "between": "Between components",
    "to_repair": "From rupture to repair",
}
_MOST_BETWEEN = 60  # rows that a reader still reads; the rest is in the other formats


def write(analysis: Analysis, path: Path) -> list[Path]:
    """Write an analysis in the format of the suffix, over what was there.

    The same analysis makes the same bytes. Raises CoderError (``export_…``) and then leaves no
    file behind.
    """
    writer = WRITERS.get(path.suffix.casefold())
    if writer is None:
        known = " or ".join(WRITERS)
        raise CoderError("export_unknown_suffix", form=FORM, path=path, known=known)
    put(lambda: writer(analysis, path), path)
    return [path]


def write_docx(analysis: Analysis, _path: Path) -> bytes:
    """Write what was counted and how, then a table of each."""
    title = f"Task analysis: {analysis.scheme.title}"
    parts = (*_method(analysis), *_tables(analysis))
    return paper_docx.write(Paper(title, parts, wide=True))


def write_xlsx(analysis: Analysis, path: Path) -> bytes:
    """Write a sheet for each table, and one with what the numbers are numbers of."""
    sheets: dict[str, tuple[Sequence[str], workbook.Rows]] = {
        _SHEETS[name]: (tuple(rows[0]), rows) for name, rows in listed(analysis).items() if rows
    }
    told = [{"What": name, "meaning": text} for name, text in _facts(analysis)]
    sheets["About"] = (("What", "meaning"), told)
    return workbook.tables(sheets, path)


def write_csv(analysis: Analysis, _path: Path) -> bytes:
    """Write a row for each component and column: all else follows from them."""
    rows = listed(analysis)["components"]
    return delimited.csv_of(tuple(rows[0]) if rows else ("component",), rows)


def write_json(analysis: Analysis, _path: Path) -> bytes:
    """Write everything."""
    return (json.dumps(to_json(analysis), ensure_ascii=False, indent=1) + "\n").encode()


WRITERS: Mapping[str, Callable[[Analysis, Path], bytes]] = {
    ".docx": write_docx,
    ".xlsx": write_xlsx,
    ".csv": write_csv,
    ".json": write_json,
}


def groups_told(analysis: Analysis) -> str:
    """Say how many columns each outcome has."""
    return ", ".join(f"{GROUPS[name].lower()} {n}" for name, n in analysis.groups.items())


def counts_told(counts: Counts) -> str:
    """Write counts as present / not present / not analysed / not observable."""
    return (
        f"{counts.present} / {counts.not_present} / {counts.not_analysed} / {counts.not_observable}"
    )


def sign(cell: Cell) -> str:
    """Write a cell: a sign, with how many marks say so where nothing was entered."""
    told = SIGNS[cell.found]
    return f"{told} ({cell.marks})" if cell.basis is Basis.MARKS else told


def span_told(span: Span) -> str:
    """Write a stretch of time as m:ss with its ends, or why it cannot be told."""
    if span.ms is None or span.from_ms is None or span.to_ms is None:
        return span.reason
    ends = f"{format_clock(span.from_ms)} to {format_clock(span.to_ms)}"
    return f"{format_clock(span.ms)} ({ends})"


def untimed_told(of: Followed) -> str:
    """Write how many marks have no time, which the share followed leaves out."""
    told = [
        *([f"{of.untimed} untimed"] if of.untimed else []),
        *([f"{of.untimed_repairs} repair marks untimed"] if of.untimed_repairs else []),
    ]
    return "".join(f", {each}" for each in told)


def _facts(analysis: Analysis) -> Iterator[tuple[str, str]]:
    told = about(analysis)
    yield "Scheme", f"{told['title']} ({told['scheme']} {told['version']})"
    yield "Coded by", _coders(analysis)
    yield "Columns", f"{told['n_columns']}: {groups_told(analysis)}"
    if analysis.loose:
        yield "Marks of no episode", f"{analysis.loose}, left out of the episodes"
    yield from analysis.definitions.items()


def _coders(analysis: Analysis) -> str:
    """Who coded, and where their codings stand."""
    told = []
    for name in analysis.raters:
        states = [column.state for column in analysis.columns if column.rater.name == name]
        counts = (f"{states.count(each)} {_STATES.get(each, each)}" for each in sorted({*states}))
        told.append(f"{name} ({', '.join(counts)})")
    return "; ".join(told)


_STATES = {"none": "without a coding"}


def _method(analysis: Analysis) -> Iterator[Part]:
    for name, text in _facts(analysis):
        yield Text(text, lead=f"{name}.")


def _tables(analysis: Analysis) -> Iterator[Part]:
    yield Heading(_SHEETS["components"])
    head = ("Component", *(column.label for column in analysis.columns))
    outcomes = ("Outcome", *(GROUPS[column.outcome].lower() for column in analysis.columns))
    rows = [
        (named(analysis.scheme, row), *(sign(column.cells[at]) for column in analysis.columns))
        for at, row in enumerate(analysis.rows)
    ]
    yield _grid(head, [outcomes, *rows])
    yield Text(f"{LEGEND} In brackets: marks, where nothing was entered.", small=True)
    if analysis.compared:
        yield from _compared(analysis)
    if analysis.timed:
        yield from _order(analysis)
        yield from _between(analysis)
        yield from _to_repair(analysis)


def _compared(analysis: Analysis) -> Iterator[Part]:
    groups = analysis.groups
    head = ("Component", *(f"{GROUPS[name]} (n = {n})" for name, n in groups.items()), "Remark")
    labels = {marker.id: named(analysis.scheme, marker) for marker in analysis.rows}
    rows = [
        (labels[each.component], *map(counts_told, each.groups.values()), each.remark)
        for each in analysis.compared
    ]
    yield Heading(_SHEETS["compared"])
    yield _grid(head, rows)
    told = "Present / not present / not analysed / not observable. Counts only; no tests."
    yield Text(told, small=True)


def _order(analysis: Analysis) -> Iterator[Part]:
    rows = []
    for at, row in enumerate(analysis.rows):
        firsts = [each.firsts[at] for each in analysis.timed]
        place, n = median_place(firsts)
        times = [each.reason if each.ms is None else format_clock(each.ms) for each in firsts]
        rows.append(
            (named(analysis.scheme, row), "" if place is None else f"{place:g}", str(n), *times)
        )
    yield Heading(_SHEETS["order"])
    head = ("Component", "Median place", "n", *(column.label for column in analysis.columns))
    yield _grid(head, rows)


def _between(analysis: Analysis) -> Iterator[Part]:
    labels = {marker.id: named(analysis.scheme, marker) for marker in analysis.rows}
    told = [each for each in analysis.between if each.median_ms is not None]
    rows = [
        (
            labels[each.start],
            labels[each.end],
            str(each.n),
            format_clock(round(each.median_ms or 0)),
            f"{format_clock(each.low_ms or 0)} to {format_clock(each.high_ms or 0)}",
        )
        for each in told[:_MOST_BETWEEN]
    ]
    yield Heading(_SHEETS["between"])
    if rows:
        yield _grid(("From", "To", "n", "Median", "Least to greatest"), rows, names=2)
    more = len(told) - len(rows)
    never = len(analysis.between) - len(told)
    yield Text(f"Pairs never both timed: {never}." + (f" Not printed: {more}." if more else ""))


def _to_repair(analysis: Analysis) -> Iterator[Part]:
    window = f"Followed within {analysis.window_s:g} s"
    kinds = (f"First to {each}" for each in ("any", "statement", "shift", "component"))
    head = (analysis.by.capitalize(), *kinds, "Last to any")
    rows = []
    for column, timed in zip(analysis.columns, analysis.timed, strict=True):
        followed = timed.followed
        share = f"{followed.n} of {followed.timed}"
        told = share + untimed_told(followed)
        rows.append((column.label, *map(span_told, timed.to_repair.values()), told))
    yield Heading(_SHEETS["to_repair"])
    yield _grid((*head, window), rows)


def _grid(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], *, names: int = 1) -> Grid:
    """A table whose first columns are names, and the others numbers."""
    widths = (*(4.4 for _ in range(names)), *(2.4 for _ in head[names:]))
    return Grid(head, tuple(rows), widths, frozenset(range(names, len(head))))
