"""The prevalence table: components by session or expert, as Tables 2 and 3 of Laraway (2015)."""

from collections.abc import Sequence
from pathlib import Path

from coder.coding import CodedSession, Found
from coder.export import delimited, paper_docx, workbook
from coder.export.choices import Choices
from coder.export.paper import Grid, Heading, Paper, Part, Text
from coder.export.quotes import by_scheme, who
from coder.markers import Marker, Scheme
from coder.task_analysis import GROUPS, Analysis, Column, analyse

TITLE = "Prevalence of components"
SIGNS = {
    Found.PRESENT: "X",
    Found.NOT_PRESENT: "–",
    Found.NOT_ANALYSED: "NA",
    Found.NOT_OBSERVABLE: "not observable",
}
LEGEND = "X present; – not present; NA not analysed; not observable: cannot be seen in a session."

_COMPONENT, _COUNT = "Component", "Present in"
_UPRIGHT = 6  # columns of sessions that a page standing upright has room for


def write_docx(codings: Sequence[CodedSession], _path: Path, choices: Choices) -> bytes:
    """Write a table for each scheme, with its legend and who coded, for Word."""
    parts: list[Part] = []
    most = 0
    for analysis, of_scheme in _analyses(codings, choices):
        head = (_COMPONENT, *heads(analysis), _COUNT)
        rows = tuple(
            (*cells, count)
            for cells, count in zip(rows_of(analysis), _counts(analysis), strict=True)
        )
        widths = (4.0, *(2.4 for _ in analysis.columns), 1.8)
        parts += [
            Heading(f"{analysis.scheme.title} ({analysis.scheme.id} {analysis.scheme.version})"),
            Grid(head, rows, widths, frozenset(range(1, len(head)))),
            *(Text(line, small=True) for line in below(analysis, of_scheme)),
        ]
        most = max(most, len(analysis.columns))
    return paper_docx.write(Paper(TITLE, tuple(parts), wide=most > _UPRIGHT))


def write_xlsx(codings: Sequence[CodedSession], path: Path, choices: Choices) -> bytes:
    """Write a sheet for each scheme, the legend and who coded above it."""
    sheets: dict[str, tuple[Sequence[str], workbook.Rows]] = {}
    above = {}
    for analysis, of_scheme in _analyses(codings, choices):
        name, head = analysis.scheme.id[:31], (_COMPONENT, *heads(analysis), _COUNT)
        both = zip(rows_of(analysis), _counts(analysis), strict=True)
        sheets[name] = (
            head,
            [dict(zip(head, (*cells, count), strict=True)) for cells, count in both],
        )
        above[name] = [f"{TITLE}: {analysis.scheme.title}", *below(analysis, of_scheme)]
    return workbook.tables(sheets, path, above)


def write_csv(codings: Sequence[CodedSession], _path: Path, choices: Choices) -> bytes:
    """Write the table as “analysis import” reads it; of several schemes one below the other."""
    held = b""
    for analysis, _ in _analyses(codings, choices):
        head = (_COMPONENT, *heads(analysis))
        rows = [dict(zip(head, cells, strict=True)) for cells in rows_of(analysis)]
        held += (b"\r\n" if held else b"") + delimited.csv_of(head, rows)
    return held


def named(scheme: Scheme, marker: Marker) -> str:
    """The name of a row: “Category / Label” where another marker has the label, to read it back."""
    label = marker.label.casefold()
    alone = sum(each.label.casefold() == label for each in scheme.markers) == 1
    return marker.label if alone else f"{scheme.under(marker)} / {marker.label}"


def rows_of(analysis: Analysis) -> list[tuple[str, ...]]:
    """The rows as printed: the component, then a sign for each session."""
    return [
        (
            named(analysis.scheme, row),
            *(SIGNS[column.cells[at].found] for column in analysis.columns),
        )
        for at, row in enumerate(analysis.rows)
    ]


def heads(analysis: Analysis) -> tuple[str, ...]:
    """Name the columns: sessions with their outcome or, of single interviews, whose each is."""
    columns = analysis.columns
    alone = all(column.session and column.session.number == "1" for column in columns)
    people = len({column.participant for column in columns}) == len(columns)
    return tuple(
        (column.participant if alone and people else column.label) + _outcome(column)
        for column in columns
    )


def below(analysis: Analysis, codings: Sequence[CodedSession]) -> tuple[str, ...]:
    """What stands with the table: the legend, what was counted, and who coded."""
    bases = [cell.basis.value for column in analysis.columns for cell in column.cells]
    counts = ", ".join(f"{bases.count(each)} by {_BASES[each]}" for each in _BASES if each in bases)
    return (
        LEGEND,
        f"“{_COUNT}” counts sessions in which a component is present, of those in which it was "
        f"analysed. Cells: {counts}.",
        who(codings),
    )


_BASES = {
    "entered": "what the coder entered",
    "marks": "marks",
    "scheme": "rule, without marks",
    "no coding": "rule, without a coding",
}


def _analyses(
    codings: Sequence[CodedSession], choices: Choices
) -> list[tuple[Analysis, list[CodedSession]]]:
    found = []
    for scheme, of_scheme in by_scheme(codings, choices):
        wanted = {(coded.session.id, coded.rater.id) for coded in of_scheme}
        beside = [coded for coded in codings if (coded.session.id, coded.rater.id) in wanted]
        found.append((analyse(beside, scheme, by="session"), of_scheme))
    return found


def _counts(analysis: Analysis) -> list[str]:
    return [f"{count.present} of {count.analysed}" for count in analysis.totals()]


def _outcome(column: Column) -> str:
    return "" if column.outcome == "not-given" else f" ({GROUPS[column.outcome].lower()})"
