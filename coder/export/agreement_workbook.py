"""The agreement report as a workbook, and all its results as one csv table or as json."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from coder.agreement import DEFINITIONS, Agreement, to_json
from coder.agreement.behind import Diagnosis, Unit
from coder.export import workbook
from coder.export.agreement_methods import methods, paragraphs
from coder.export.agreement_numbers import RARE
from coder.export.agreement_report import Report, Table
from coder.export.agreement_tables import tables
from coder.export.workbook import Cell, Rows
from coder.session import format_clock
from coder.tables import guard

_Sheets = dict[str, tuple[Sequence[str], Rows]]

RESULT_COLUMNS = (
    "codings", "status", "unit", "statistic", "level", "code", "raters", "direction", "estimate",
    "se", "low", "high", "n", "reason", "counts", "beside", "groups", "note",
)  # fmt: skip
_ABSENCE = ("gwet_ac1", "pabak")  # they reward agreement on absence


def write_xlsx(report: Report, path: Path) -> bytes:
    """Write the tables, every result, and what they rest on, a sheet each."""
    made = tables(report)
    sheets: _Sheets = {each.name: (each.head, _table_rows(each)) for each in made}
    above = {each.name: (each.title, *each.about) for each in made}
    sheets["all results"] = (RESULT_COLUMNS, _results(report))
    sheets["settings"] = (("setting", "value", "by event"), _settings(report))
    sheets["methods"] = (("What", "methods"), _methods(report))
    sheets["definitions"] = (("statistic", "label", "meaning", "source"), _definitions(report))
    for level, listed in report.diagnosis.items():
        sheets[f"diagnosis {level}"] = _diagnosis(listed, by_event=report.found.unit == "event")
    return workbook.tables(sheets, path, above)


def write_csv(report: Report, _path: Path) -> bytes:
    """Write every result as comma-separated UTF-8. A text is never a formula; numbers are plain."""
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(RESULT_COLUMNS)
    for row in _results(report):
        cells = (row[column] for column in RESULT_COLUMNS)
        writer.writerow([guard(each) if isinstance(each, str) else each for each in cells])
    return held.getvalue().encode(errors="replace")


def write_json(report: Report, _path: Path) -> bytes:
    """Write the agreement with the keys of the commands, and beside it events, latest, methods."""
    content = {
        **to_json(report.found),
        "events": None if report.events is None else to_json(report.events),
        "latest": None if report.latest is None else to_json(report.latest),
        "methods": methods(report),
        "version": report.version,
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode(errors="replace")


def _table_rows(table: Table) -> list[dict[str, Cell]]:
    """A table's rows, and its footnotes below. Of cells in a row too rare the first says so."""
    blank: dict[str, Cell] = dict.fromkeys(table.head)
    rows = [blank | dict(zip(table.head, _said_once(row), strict=False)) for row in table.rows]
    return [*rows, blank, *(blank | {table.head[0]: note} for note in table.notes)]


def _said_once(row: Sequence[Cell]) -> list[Cell]:
    """A row with one cell for all that are too rare after one another."""
    before = (None, *row)
    return [None if cell == RARE == last else cell for last, cell in zip(before, row, strict=False)]


def _methods(report: Report) -> list[dict[str, Cell]]:
    """The methods section, a sentence each."""
    return [
        {"What": part, "methods": sentence}
        for part, sentences in paragraphs(report)
        for sentence in sentences
    ]


def _results(report: Report) -> list[dict[str, Cell]]:
    settings = report.found.settings
    first = str(settings.get("codings", ""))
    sources = [(report.found, first), (report.events, first), (report.latest, "as they stand now")]
    return [
        {"codings": codings, **row}
        for found, codings in sources
        if found is not None
        for row in _rows_of(found)
    ]


def _rows_of(found: Agreement) -> Iterator[dict[str, Cell]]:
    """Every result; AC1 and PABAK have positive agreement beside them."""
    positive = {
        (each.level, each.code, each.raters): each.estimate
        for each in found.results
        if each.statistic == "positive" and each.estimate is not None
    }
    departures = found.settings.get("departures")
    told = ", ".join(map(str, departures)) if isinstance(departures, tuple) else ""
    status = f"{found.settings.get('status', '')}{f': {told}' if told else ''}"
    written = to_json(found)["results"]
    assert isinstance(written, list)  # noqa: S101 - as to_json writes it
    for each, row in zip(found.results, written, strict=True):
        key = (each.level, each.code, each.raters)
        beside = dict(row["beside"])
        if each.statistic in _ABSENCE and key in positive:
            beside["positive"] = positive[key]
        yield {
            **{name: _plain(value) for name, value in row.items()},
            "status": status,
            "unit": found.unit,
            "raters": "; ".join(each.raters or found.raters),
            "counts": _pairs(row["counts"]),
            "beside": _pairs(beside),
        }


def _plain(value: object) -> Cell:
    """A number as Python's own, for NumPy's write themselves otherwise."""
    if value is None or isinstance(value, int):
        return value
    return float(value) if isinstance(value, float) else str(value)


def _pairs(held: Mapping[str, object]) -> str:
    return "; ".join(
        f"{name} {value:.6g}" if isinstance(value, float) else f"{name} {value}"
        for name, value in held.items()
    )


def _settings(report: Report) -> list[dict[str, Cell]]:
    found, events = report.found.settings, report.events
    other = {} if events is None else events.settings
    rows: list[dict[str, Cell]] = [
        {"setting": name, "value": _told(found.get(name)), "by event": _told(other.get(name))}
        for name in dict.fromkeys((*found, *other))
    ]
    by_event = None if events is None else events.n_units
    coders = "; ".join(report.found.raters)
    rows.insert(0, {"setting": "n", "value": report.found.n_units, "by event": by_event})
    rows.insert(0, {"setting": "coders", "value": coders, "by event": None})
    return [*rows, {"setting": "version", "value": report.version, "by event": None}]


def _told(value: object) -> Cell:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    return _pairs(value) if isinstance(value, Mapping) else _plain(value)


def _definitions(report: Report) -> list[dict[str, Cell]]:
    every = (report.found, report.events)
    used = {each.statistic for found in every if found is not None for each in found.results}
    return [
        {"statistic": name, "label": d.label, "meaning": d.meaning, "source": d.source}
        for name, d in DEFINITIONS.items()
        if name in used
    ]


def _diagnosis(listed: Diagnosis, *, by_event: bool) -> tuple[Sequence[str], Rows]:
    """One row per unit, one column per coder: empty is seen, and nothing marked."""
    columns = [f"coder {name}" for name in listed.raters]
    unseen = "not in this pair" if by_event else "not seen"
    rows = [
        _unit(unit) | dict(zip(columns, _given(unit, unseen), strict=True)) for unit in listed.units
    ]
    return ("session", "unit", "start", "start_ms", *columns), rows


def _unit(unit: Unit) -> dict[str, Cell]:
    start = None if unit.start_ms is None else format_clock(unit.start_ms)
    return {"session": unit.session, "unit": unit.name, "start": start, "start_ms": unit.start_ms}


def _given(unit: Unit, unseen: str) -> list[Cell]:
    return [unseen if codes is None else "; ".join(codes) for codes in unit.given]
