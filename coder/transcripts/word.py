"""Word documents (docx): a paragraph, or a row of a table, is a line."""

import io
import itertools
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from coder.errors import CoderError, Notice
from coder.transcripts.events import Line, plain
from coder.transcripts.tables import rows_as_lines

MOST_MEMBERS = 2000
MOST_UNPACKED = 500_000_000
MOST_RATIO = 200

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_GONE = frozenset({f"{_W}del", f"{_W}moveFrom"})
_BOX = f"{_W}txbxContent"
_SKIP = frozenset({*_GONE, _BOX, _FALLBACK})
_MARKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_PARTS = re.compile(r"word/(header|footer|footnotes|endnotes|comments)\d*\.xml")
_PLURAL = {"header": "headers", "footer": "footers"}
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E", re.IGNORECASE)
_HEADINGS = ("heading", "title", "subtitle")


def is_docx(data: bytes) -> bool:
    """Tell whether the bytes are a packed Word document."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return "word/document.xml" in packed.namelist()
    except (zipfile.BadZipFile, ValueError):
        return False


def read(path: Path, data: bytes) -> tuple[list[Line], list[Notice]]:
    """Return the document's lines, numbered by paragraph and row, and what was left out.

    Raises CoderError when the file is damaged, too big when unpacked, or no Word document.
    """
    left_out = _check(path, data)
    import docx
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = docx.Document(io.BytesIO(data))
        styles = {style.style_id: (style.name or "").lower() for style in document.styles}
    except (PackageNotFoundError, KeyError, ValueError, AttributeError, SyntaxError) as fault:
        raise CoderError("transcript_not_docx", path=path) from fault
    body = getattr(document.element, "body", None)
    if body is None:
        raise CoderError("transcript_not_docx", path=path)
    warnings = [Notice("docx_left_out", {"parts": ", ".join(left_out)})] if left_out else []
    return list(_lines(body, styles)), warnings


def _check(path: Path, data: bytes) -> list[str]:
    """Look at the package before parsing it; name its parts with words outside the body."""
    parts = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            unpacked = sum(member.file_size for member in members)
            if len(members) > MOST_MEMBERS or unpacked > min(MOST_UNPACKED, MOST_RATIO * len(data)):
                raise CoderError("transcript_bomb", path=path)
            for member in members:
                if not member.filename.endswith((".xml", ".rels")):
                    continue
                content = packed.read(member)
                if _DOCTYPE.search(content):
                    raise CoderError("transcript_doctype", path=path)
                found = _PARTS.fullmatch(member.filename)
                if found and b"<w:t>" in content.replace(b"<w:t ", b"<w:t>"):
                    parts[_PLURAL.get(found[1], found[1])] = True
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError) as fault:
        raise CoderError("transcript_not_docx", path=path) from fault
    return sorted(parts)


def _lines(body: Any, styles: dict[str, str]) -> Iterator[Line]:
    number = 0
    for block in _blocks(body):
        if block.tag == f"{_W}p":
            number += 1
            yield from _paragraph(block, number, styles)
        else:
            rows = [_cells(row) for row in block.iterchildren(f"{_W}tr")]
            yield from rows_as_lines(rows, number + 1)
            for at, row in enumerate(block.iterchildren(f"{_W}tr"), number + 1):
                yield from _left_out(row, at)
            number += len(rows)


def _blocks(parent: Any) -> Iterator[Any]:
    """Yield paragraphs and tables in order, those inside content controls too."""
    for child in parent.iterchildren(f"{_W}p", f"{_W}tbl", f"{_W}sdt", f"{_W}sdtContent"):
        if child.tag in {f"{_W}p", f"{_W}tbl"}:
            yield child
        else:
            yield from _blocks(child)


def _paragraph(block: Any, number: int, styles: dict[str, str]) -> Iterator[Line]:
    style = block.find(f"{_W}pPr/{_W}pStyle")
    name = "" if style is None else styles.get(style.get(f"{_W}val"), "")
    heading = name.startswith(_HEADINGS)
    for text in _text(block).split("\n"):
        yield Line(number, text, heading=heading)
    yield from _left_out(block, number)


def _text(element: Any) -> str:
    """Join what a reader of the page sees, whatever runs, links and changes it is cut into."""
    if element.tag == f"{_W}t":
        return element.text or ""
    if element.tag in _MARKS:
        return _MARKS[element.tag]
    return "".join(_text(child) for child in element.iterchildren("*") if child.tag not in _SKIP)


def _left_out(block: Any, number: int) -> Iterator[Line]:
    """Tell of deleted words and text boxes, which are no part of the running text."""
    for gone in block.iter(*_GONE):
        text = plain("".join(each.text or "" for each in gone.iter(f"{_W}delText", f"{_W}t")))
        if text:
            yield Line(number, text, why="deleted (tracked change)")
    for box in block.iter(_BOX):
        if next(box.iterancestors(_FALLBACK), None) is None:
            text = plain(" ".join(_text(each) for each in box.iter(f"{_W}p")))
            if text:
                yield Line(number, text, why="text box")


def _cells(row: Any) -> Sequence[str]:
    """Read a row's cells; a table inside a cell is read as more words of it."""
    return [
        "\n".join(_text(each) for each in cell.iter(f"{_W}p") if _in_flow(each, cell))
        for cell in row.iterchildren(f"{_W}tc")
    ]


def _in_flow(paragraph: Any, cell: Any) -> bool:
    above = itertools.takewhile(lambda each: each is not cell, paragraph.iterancestors())
    return not any(each.tag in _SKIP for each in above)
