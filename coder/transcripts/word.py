"""Word documents (docx): a paragraph, or a row of a table, is a line."""

import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from coder.errors import Notice
from coder.transcripts import documents, packed
from coder.transcripts.documents import Aside, Paragraph, Row, Table
from coder.transcripts.events import Read, plain
from coder.transcripts.source import Format, Source

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_P, _TABLE, _ROW, _CELL, _T = (f"{_W}{name}" for name in ("p", "tbl", "tr", "tc", "t"))
_GONE = frozenset({f"{_W}del", f"{_W}moveFrom"})
_VALUE = f"{_W}val"
_BOX = f"{_W}txbxContent"
_SKIP = frozenset({*_GONE, _BOX, _FALLBACK, f"{_W}tabs"})
_RARE = (f"{_W}sym",)
_MARKS = {f"{_W}tab": "\t", f"{_W}ptab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n",
          f"{_W}noBreakHyphen": "-"}  # fmt: skip
_SAID = (_T, _MATHS, *_MARKS)
# What may stand around paragraphs, rows and cells: content controls, and inserted ones.
_AROUND = frozenset(
    f"{_W}{name}" for name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo")
)
_BODY = re.compile(r"word/document\d*\.xml")
_PARTS = re.compile(r"word/(?P<kind>header|footer|footnote|endnote|comment)s?\d*\.xml")
_REFERENCES = {
    f"{_W}footnoteReference": "footnote",
    f"{_W}endnoteReference": "endnote",
    f"{_W}commentReference": "comment",
}

_Notes = dict[tuple[str, str], str]


def knows(source: Source) -> bool:
    """Tell whether the bytes are a packed Word document."""
    return any(_BODY.fullmatch(name) for name in packed.names(source.data))


def read(source: Source) -> Read:
    """Read the document's lines, numbered by paragraph and row, as text with labels.

    Raises CoderError when the file is damaged, too big when unpacked, or no Word document.
    """
    parts = packed.checked(source.path, source.data)
    name = next((name for name in sorted(parts) if _BODY.fullmatch(name)), "word/document.xml")
    document = _tree(source, parts, name)
    body = document.find(f"{_W}body")
    if body is None:
        raise packed.damaged(source.path, [*parts])
    notes, pages = _outside(source, parts)
    headings, counting = _styles(source, parts, _counted(source, parts))
    blocks = list(_blocks(body, headings, notes))
    beside = [*pages, *(Aside(kind, text) for (kind, _), text in notes.items())]
    return documents.read(blocks, source, beside, list(_told(body, counting)))


def _tree(source: Source, parts: Mapping[str, bytes], name: str) -> Any:
    from docx.oxml.parser import parse_xml

    content = packed.part(source.path, parts, name).replace(_STRICT, _W[1:-1].encode())
    try:
        return parse_xml(content)
    except (SyntaxError, ValueError) as fault:
        raise packed.damaged(source.path, [*parts]) from fault


def _styles(
    source: Source, parts: Mapping[str, bytes], counted: frozenset[str]
) -> tuple[frozenset[str], frozenset[str]]:
    """The styles of headings, and what numbers paragraphs: lists and styles, all by their ids.

    Word writes the names of its own styles in English everywhere.
    """
    if "word/styles.xml" not in parts:
        return frozenset(), counted
    headings, counting = set(), set(counted)
    for style in _tree(source, parts, "word/styles.xml").iterchildren(f"{_W}style"):
        name = style.find(f"{_W}name")
        if name is not None and name.get(_VALUE, "").lower().startswith(documents.HEADINGS):
            headings.add(style.get(f"{_W}styleId", ""))
        number = style.find(f"{_W}pPr/{_W}numPr/{_W}numId")
        if number is not None and number.get(_VALUE) in counted:
            counting.add(style.get(f"{_W}styleId", ""))
    return frozenset(headings), frozenset(counting)


def _counted(source: Source, parts: Mapping[str, bytes]) -> frozenset[str]:
    """The lists whose paragraphs Word numbers, by their ids; those with bullets are none."""
    if "word/numbering.xml" not in parts:
        return frozenset()
    top = _tree(source, parts, "word/numbering.xml")
    numbered = set()
    for abstract in top.iterchildren(f"{_W}abstractNum"):
        form = abstract.find(f"{_W}lvl/{_W}numFmt")
        if form is not None and form.get(_VALUE) not in {"bullet", "none"}:
            numbered.add(abstract.get(f"{_W}abstractNumId"))
    return frozenset(
        each.get(f"{_W}numId", "")
        for each in top.iterchildren(f"{_W}num")
        for link in each.iterchildren(f"{_W}abstractNumId")
        if link.get(_VALUE) in numbered
    )


def _outside(source: Source, parts: Mapping[str, bytes]) -> tuple[_Notes, list[Aside]]:
    """Read what lies outside the text: notes and comments by their ids, and what is on pages."""
    notes: _Notes = {}
    pages: list[Aside] = []
    for name in sorted(parts):
        found = _PARTS.fullmatch(name)
        if found is None:
            continue
        top = _tree(source, parts, name)
        if found["kind"] in {"header", "footer"}:
            aside = Aside(found["kind"], _words(top))
            pages += [aside] if aside.text and aside not in pages else []
        else:
            for each in top.iterchildren(f"{_W}{found['kind']}"):
                text = _words(each)
                notes |= {(found["kind"], each.get(f"{_W}id", "")): text} if text else {}
    return notes, pages


def _told(body: Any, counting: frozenset[str]) -> Iterator[Notice]:
    """Say what Word shows and the file does not hold, and what is inserted and not read."""
    if next(body.iter(f"{_W}lnNumType"), None) is not None:
        yield Notice("document_numbers", {"what": "lines"})
    by = body.iter(f"{_W}numId", f"{_W}pStyle")
    if any(each.get(_VALUE) in counting for each in by):
        yield Notice("document_numbers", {"what": "paragraphs"})
    if next(body.iter(f"{_W}altChunk"), None) is not None:
        yield Notice("document_inserted")


def _within(parent: Any, *tags: str) -> Iterator[Any]:
    """Yield the elements of these names in order, those inside content controls too."""
    for child in parent.iterchildren("*"):
        if child.tag in tags:
            yield child
        elif child.tag in _AROUND:
            yield from _within(child, *tags)


def _blocks(body: Any, headings: frozenset[str], notes: _Notes) -> Iterator[Paragraph | Table]:
    for block in _within(body, _P, _TABLE):
        if block.tag == _P:
            style = block.find(f"{_W}pPr/{_W}pStyle")
            heading = style is not None and style.get(_VALUE) in headings
            yield Paragraph(_text(block), heading, tuple(_asides(block, notes)))
        else:
            rows = _within(block, _ROW)
            yield Table(tuple(Row(tuple(_cells(row)), tuple(_asides(row, notes))) for row in rows))


def _text(element: Any) -> str:
    """Join what a reader of the page sees, whatever runs, links and changes it is cut into."""
    if next(element.iter(*_SKIP, *_RARE), None) is None:
        # Without those, what stands in any run is the text: lxml finds it far faster.
        return "".join([_MARKS.get(each.tag) or each.text or "" for each in element.iter(*_SAID)])
    return _slowly(element)


def _slowly(element: Any) -> str:
    tag = element.tag
    if tag in {_T, _MATHS}:
        return element.text or ""
    if tag in _MARKS:
        return _MARKS[tag]
    if tag == f"{_W}sym":
        return _symbol(element.get(f"{_W}char", ""))
    return "".join(
        [_slowly(child) for child in element.iterchildren("*") if child.tag not in _SKIP]
    )


def _symbol(code: str) -> str:
    try:
        number = int(code, 16)
    except ValueError:
        return ""
    return chr(number) if 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE else ""  # noqa: PLR2004 - Unicode's gaps


def _words(element: Any) -> str:
    return plain(" ".join(_text(each) for each in element.iter(_P)))


def _asides(block: Any, notes: _Notes) -> Iterator[Aside]:
    """Tell of deleted words, text boxes, notes and comments: no part of the running text."""
    for each in block.iter(*_GONE, _BOX, *_REFERENCES):
        if each.tag in _REFERENCES:
            kind = _REFERENCES[each.tag]
            text = notes.pop((kind, each.get(f"{_W}id", "")), "")
        elif each.tag == _BOX:
            kind = "text box"
            again = next(each.iterancestors(_FALLBACK), None) is not None
            text = "" if again else _words(each)
        else:
            kind = "deleted (tracked change)"
            text = plain("".join(said.text or "" for said in each.iter(f"{_W}delText", _T)))
        if text:
            yield Aside(kind, text)


def _cells(row: Any) -> Iterator[str | None]:
    """Read a row's cells; a table inside a cell is read as more words of it."""
    for cell in _within(row, _CELL):
        paragraphs = [_text(each) for each in cell.iter(_P) if _in_flow(each, cell)]
        yield "\n".join(paragraphs)
        span = cell.find(f"{_W}tcPr/{_W}gridSpan")
        wide = "1" if span is None else span.get(_VALUE, "")
        yield from itertools.repeat(None, min(int(wide), _WIDEST) - 1 if wide.isdecimal() else 0)


_WIDEST = 63  # columns of a table in Word


def _in_flow(paragraph: Any, cell: Any) -> bool:
    above = itertools.takewhile(lambda each: each is not cell, paragraph.iterancestors())
    return not any(each.tag in _SKIP for each in above)


FORMATS = (Format("docx", "Word document", (".docx", ".docm", ".dotx"), knows, read, packed=True),)
