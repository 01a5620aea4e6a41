"""The score sheet: segments by markers, the totals, and the global ratings with their anchors."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from coder.coding import CodedSession
from coder.export import document, paper_docx, scores, session_lanes, workbook
from coder.export.choices import Choices
from coder.export.paper import Grid, Heading, Paper, Text
from coder.export.paper import Part as PaperPart
from coder.markers import Scale, Scheme, asked, load
from coder.segments import Cell
from coder.session import format_clock

TITLE = "Score sheet"
COUNTED = (
    "A cell counts the marks of a marker that reach into the segment; a tick of the whole segment "
    "is one. The greatest clarity given there follows in brackets: 1 weak, 2 clear, 3 strong. In "
    "the totals each mark counts once."
)
_ACROSS = 12  # segments that fit a page
_LABEL, _NUMBER = 7.6, 1.35


def write_docx(codings: Sequence[CodedSession], _path: Path, choices: Choices) -> bytes:
    """Write a sheet for each coding, to read and to print."""
    parts: list[PaperPart] = []
    for n, coded in enumerate(codings):
        about = f"{coded.session.address}, {coded.rater.name}"
        parts.append(Heading(about, new_page=n > 0))
        parts += _filled(coded, choices)
    return paper_docx.write(Paper(TITLE, tuple(parts), wide=True))


def write_blank(_codings: Sequence[CodedSession], _path: Path, choices: Choices) -> bytes:
    """Write an empty form: a score sheet for a scheme with segments, else a coding form."""
    scheme = choices.scheme or load("laraway-2015")
    if choices.length_s(scheme) is None:
        return document.write_blank(scheme)
    return paper_docx.write(Paper(TITLE, tuple(_empty(scheme, choices)), wide=True))


def write_xlsx(codings: Sequence[CodedSession], path: Path, choices: Choices) -> bytes:
    """Write counts, clarity and ratings, a sheet each."""
    sheets: dict[str, tuple[Sequence[str], workbook.Rows]] = {}
    above: dict[str, Sequence[str]] = {}
    for coded in codings:
        whose = f"{coded.session.participant}-{coded.session.number} {coded.rater.name}"
        several = f"{whose} {coded.coding.scheme} " if len(codings) > 1 else ""
        sheet = scores.sheet(coded, choices)
        told = [f"{TITLE}: {whose}", *_about(coded, sheet), COUNTED, *_left(coded, sheet)]
        for name, rows in (("Counts", _counts(sheet)), ("Clarity", _clarity(sheet))):
            sheets[f"{several}{name}"] = (tuple(rows[0]) if rows else ("Marker",), rows)
            above[f"{several}{name}"] = told
        rated = [_rating(*each) for each in scores.rated(coded)]
        sheets[f"{several}Ratings"] = (("Rating", "Of", "Given", "From", "To", "Anchors"), rated)
        above[f"{several}Ratings"] = [f"Ratings: {whose}", *_about(coded, sheet)[:1]]
    return workbook.tables(sheets, path, above, wide=True)


def _about(coded: CodedSession, sheet: scores.Sheet) -> list[str]:
    sound = "" if coded.coding.with_sound else ", without sound"
    own = "" if sheet.own_length else " (the scheme has none; this is the usual length)"
    return [
        f"Scheme {coded.coding.scheme} {coded.coding.scheme_version}; coder {coded.rater.name}; "
        f"{coded.coding.state.value}{sound}.",
        f"Segments of {format_clock(sheet.length_s * 1000)} (min:s){own}, counted from 0:00."
        if sheet.starts
        else "Nothing has a time, so there are no segments: tap when the turns begin.",
    ]


def _left(coded: CodedSession, sheet: scores.Sheet) -> list[str]:
    """Marks that no cell holds, by name: nothing is left out without a word."""
    names: dict[str, int] = {}
    for mark in sheet.left:
        name = session_lanes.name_of(coded, mark)
        names[name] = names.get(name, 0) + 1
    if not names:
        return []
    told = "; ".join(f"{name} ({count})" for name, count in names.items())
    return [f"Not in a cell ({len(sheet.left)}): {told}."]


# the document


def _filled(coded: CodedSession, choices: Choices) -> Iterator[PaperPart]:
    sheet = scores.sheet(coded, choices)
    for line in _about(coded, sheet):
        yield Text(line)
    yield Text(COUNTED, small=True)
    yield from _matrix(sheet, tall=False)
    for line in _left(coded, sheet):
        yield Text(line)
    yield Heading("Totals", level=3)
    yield _totals(sheet)
    rated = scores.rated(coded)
    if rated:
        yield Heading("Ratings", level=3)
    for scale in coded.scheme.scales:
        mine = [
            (
                " ".join(filter(None, (each.label, of and f"({of})"))),
                "\u2013" if given is None else str(given),
            )
            for each, of, given in rated
            if each.id.split(":")[0] == scale.id
        ]
        if mine:
            yield Grid(("Rating", "Given"), tuple(mine), (10, 3), frozenset({1}), _anchors(scale))


def _empty(scheme: Scheme, choices: Choices) -> Iterator[PaperPart]:
    sheet = scores.blank(scheme, choices)
    yield Text("_" * 18 + "   Session: " + "_" * 10 + "   Coder: " + "_" * 22, "Participant:")
    length = format_clock(sheet.length_s * 1000)
    yield Text(f"{scheme.title} ({scheme.id} {scheme.version}); segments of {length} (min:s).")
    yield Text(
        "Tick a marker in each segment in which it occurs; write its clarity: 1 weak, 2 clear, "
        "3 strong.",
        small=True,
    )
    yield from _matrix(sheet, tall=True)
    if scheme.scales:
        yield Heading("Ratings, once the end of the session was reached", new_page=True)
    for scale in scheme.scales:
        mine = [each for each in asked(scheme) if each.id.split(":")[0] == scale.id]
        rows = tuple(
            (each.label, "    ".join(map(str, range(each.low, each.high + 1)))) for each in mine
        )
        yield Grid(("Rating", "Given"), rows, (10, 6), frozenset({1}), _anchors(scale))


def _matrix(sheet: scores.Sheet, *, tall: bool) -> Iterator[PaperPart]:
    """The segments, a dozen to a table."""
    for first in range(0, len(sheet.starts), _ACROSS):
        starts = sheet.starts[first : first + _ACROSS]
        rows: list[tuple[str, ...]] = []
        for part in sheet.parts:
            rows.append((part.title,))
            for score in part.scores:
                held = score.cells[first : first + _ACROSS]
                rows.append((score.label, *(_cell(each) for each in held)))
        head = ("Marker", *map(format_clock, starts))
        yield Grid(
            head,
            tuple(rows),
            (_LABEL, *([_NUMBER] * len(starts))),
            frozenset(range(1, len(head))),
            f"Segments beginning at {head[1]} to {head[-1]}",
            tall=tall,
        )


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return ""
    return str(cell.count) if cell.clarity is None else f"{cell.count} ({cell.clarity})"


def _totals(sheet: scores.Sheet) -> Grid:
    rows: list[tuple[str, ...]] = []
    for part in sheet.parts:
        rows.append((part.title,))
        rows += [
            (each.label, str(each.marks), str(each.segments), str(each.clarity or "\u2013"))
            for each in part.scores
        ]
    head = ("Marker", "Marks", "Segments with it", "Greatest clarity")
    told = f"Of {len(sheet.starts)} segments"
    return Grid(head, tuple(rows), (8, 3, 3, 3), frozenset({1, 2, 3}), told)


def _anchors(scale: Scale) -> str:
    means = "; ".join(f"{n} {text}" for n, text in sorted(scale.anchors.items()))
    return f"{scale.label}, {scale.low} to {scale.high}" + (f": {means}" if means else "")


# the workbook


def _counts(sheet: scores.Sheet) -> list[dict[str, workbook.Cell]]:
    return [
        {
            "Column": part.title,
            "Marker": score.label,
            **_at(sheet, [0 if cell is None else cell.count for cell in score.cells]),
            "Marks": score.marks,
            "Segments": score.segments,
        }
        for part in sheet.parts
        for score in part.scores
    ]


def _clarity(sheet: scores.Sheet) -> list[dict[str, workbook.Cell]]:
    return [
        {
            "Column": part.title,
            "Marker": score.label,
            **_at(sheet, [None if cell is None else cell.clarity for cell in score.cells]),
            "Greatest": score.clarity,
        }
        for part in sheet.parts
        for score in part.scores
    ]


def _at(sheet: scores.Sheet, values: Sequence[int | None]) -> Mapping[str, workbook.Cell]:
    return dict(zip(map(format_clock, sheet.starts), values, strict=True))


def _rating(scale: Scale, of: str, given: int | None) -> dict[str, workbook.Cell]:
    anchors = "; ".join(f"{n} {text}" for n, text in sorted(scale.anchors.items()))
    return {
        "Rating": scale.label,
        "Of": of or "session",
        "Given": given,
        "From": scale.low,
        "To": scale.high,
        "Anchors": anchors,
    }
