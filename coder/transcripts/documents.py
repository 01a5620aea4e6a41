"""A document as all word processors have it: paragraphs and tables in order, and what is beside.

Its readers say what stands where; which lines are turns is for ``prefixed`` to say.
"""

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.errors import CoderError, Notice
from coder.transcripts import decoding, prefixed, tables
from coder.transcripts.events import Line, Prefix, Read
from coder.transcripts.source import Source


@dataclass(frozen=True, slots=True)
class Aside:
    """Words beside the running text; ``why`` says what they are, as in “footnote”."""

    why: str
    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, soft breaks in it as line ends. ``prefix`` where the file says who speaks."""

    text: str
    heading: bool = False
    asides: tuple[Aside, ...] = ()
    prefix: Prefix | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table: its cells' words, None where the cell before it spreads over one."""

    cells: tuple[str | None, ...]
    asides: tuple[Aside, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A table."""

    rows: tuple[Row, ...]


# How the names of headings' styles begin, in small letters; programs translate them.
HEADINGS = ("heading", "title", "subtitle", "überschrift", "titel", "titre", "titolo", "título")
_PLURAL = {
    "header": "headers",
    "footer": "footers",
    "footnote": "footnotes",
    "endnote": "endnotes",
    "comment": "comments",
    "text box": "text boxes",
    "deleted (tracked change)": "deleted words",
}
_PROJECTS = {
    ".f4": "f4transkript",
    ".f4x": "f4x",
    ".f4p": "f4",
    ".inqscr": "InqScribe",
    ".mx22": "MAXQDA",
    ".mx24": "MAXQDA",
    ".nvp": "NVivo",
    ".nvpx": "NVivo",
    ".qdpx": "a program for qualitative analysis",
}


def read(
    blocks: Sequence[Paragraph | Table],
    source: Source,
    beside: Sequence[Aside] = (),
    warnings: Sequence[Notice] = (),
) -> Read:
    """Read a document as text with labels, its lines numbered by paragraph and row.

    ``beside`` is what stands on its pages, not at a place in its text. Raises CoderError for very
    many lines with hardly a word.
    """
    lines = [Line(1, each.text, why=each.why) for each in beside]
    lines += _lines(blocks)
    whys = {line.why for line in lines}
    parts = [many for why, many in _PLURAL.items() if why in whys]
    told = [Notice("document_left_out", {"parts": ", ".join(parts)})] if parts else []
    decoding.refuse_too_many(source.path, "", lines)
    found = prefixed.read(tuple(lines), source.options)
    return dataclasses.replace(found, warnings=(*told, *warnings, *found.warnings))


def _lines(blocks: Sequence[Paragraph | Table]) -> Iterator[Line]:
    grids = [[row.cells for row in block.rows] for block in blocks if isinstance(block, Table)]
    columns = iter(tables.columns_of(grids))
    number = 1
    for block in blocks:
        if isinstance(block, Table):
            rows = [row.cells for row in block.rows]
            read_rows = list(tables.rows_as_lines(rows, number, next(columns)))
            yield from read_rows
            for at, row in enumerate(block.rows, number):
                yield from _beside(row.asides, at)
            number = max([number + len(rows), *(line.number + 1 for line in read_rows)])
        else:
            yield from _paragraph(block, number)
            number += 1


def _paragraph(block: Paragraph, number: int) -> Iterator[Line]:
    if block.prefix is not None:
        yield Line(number, block.text, prefix=block.prefix)
    else:
        for text in block.text.split("\n"):
            yield Line(number, text, heading=block.heading)
    yield from _beside(block.asides, number)


def _beside(asides: Sequence[Aside], number: int) -> Iterator[Line]:
    for each in asides:
        yield Line(number, each.text, why=each.why)


def refuse_projects(source: Source) -> None:
    """Raise CoderError for the project file of another program, by its name."""
    if source.suffix in _PROJECTS:
        raise CoderError("transcript_project", path=source.path, program=_PROJECTS[source.suffix])
