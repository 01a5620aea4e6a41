"""OpenDocument texts (odt, fodt): a paragraph, or a row of a table, is a line."""

import itertools
import re
from collections.abc import Iterator, Mapping

from coder.errors import CoderError, Notice
from coder.transcripts import documents, markup, packed
from coder.transcripts.documents import Aside, Paragraph, Row, Table
from coder.transcripts.events import Read, plain
from coder.transcripts.markup import Node
from coder.transcripts.source import Format, Source

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE, _TEXT, _TABLE, _STYLE, _DRAW = (
    f"{{{_NS}{name}:1.0}}" for name in ("office", "text", "table", "style", "drawing")
)
_P, _H = f"{_TEXT}p", f"{_TEXT}h"
_CELLS = {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}
_ROW, _CHANGES = f"{_TABLE}table-row", f"{_TEXT}tracked-changes"
_DELETED = frozenset({f"{_TEXT}change", f"{_TEXT}change-start"})
# What stands beside the text; a ruby is the sound of the word before it.
_BESIDE = {
    f"{_OFFICE}annotation": "comment",
    f"{_TEXT}note": "footnote",
    f"{_DRAW}text-box": "text box",
    f"{_TEXT}ruby-text": "ruby",
}
_PASSED = frozenset({
    _CHANGES, f"{_TEXT}sequence-decls", f"{_TEXT}variable-decls", f"{_TEXT}user-field-decls",
    f"{_OFFICE}forms", f"{_OFFICE}event-listeners", f"{_DRAW}object", f"{_TEXT}note-citation",
    f"{_TEXT}section-source", f"{_TEXT}number", f"{_OFFICE}annotation-end",
})  # fmt: skip
_PAGES = {
    f"{_STYLE}{name}{which}": name
    for name in ("header", "footer")
    for which in ("", "-left", "-first")
}
_SPACE = re.compile(r"[ \t\r\n]+")
_MIME = b"application/vnd.oasis.opendocument.text"
_MOST_TAGS = 300_000  # a tree of ours costs some 600 bytes for each
_WIDEST, _SPACES = 64, 100  # columns of a table, blanks in a row: counts in a file may be absurd


def knows(source: Source) -> bool:
    """Tell whether the bytes are a packed OpenDocument text."""
    if "content.xml" not in packed.names(source.data):
        return False
    # The type stands first and as it is, so that it can be told without unpacking.
    return _MIME in source.data[:200] or source.suffix in {".odt", ".ott"}


def read(source: Source) -> Read:
    """Read the document's lines, numbered by paragraph and row, as text with labels.

    Raises CoderError when the file is damaged, locked, or too big when unpacked.
    """
    parts = packed.checked(source.path, source.data)
    if b"encryption-data" in parts.get("META-INF/manifest.xml", b""):
        raise CoderError("transcript_locked", path=source.path)
    content = _tree(source, parts, "content.xml")
    styles = _tree(source, parts, "styles.xml") if "styles.xml" in parts else Node("", {}, 0)
    return _read(source, content, styles)


def knows_flat(source: Source) -> bool:
    """Tell whether a text is an OpenDocument text in one XML file."""
    return f'"{_OFFICE[1:-1]}"' in source.text[:5000] and "<office:document " in source.text[:5000]


def read_flat(source: Source) -> Read:
    """Read a document that is one XML file. Raises CoderError when it is damaged or too big."""
    packed.part(source.path, {"content.xml": source.data}, "content.xml", _MOST_TAGS)
    top = markup.parse(source.path, source.text)
    return _read(source, top, top)


def _tree(source: Source, parts: Mapping[str, bytes], name: str) -> Node:
    content = packed.part(source.path, parts, name, _MOST_TAGS)
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        return markup.parse(source.path, content.decode("utf-16" if wide else "utf-8-sig"))
    except UnicodeDecodeError as fault:
        raise packed.damaged(source.path, [*parts]) from fault


def _read(source: Source, content: Node, styles: Node) -> Read:
    body = next(iter(content.all(f"{_OFFICE}text")), None)
    if body is None:
        raise packed.damaged(source.path, ["content.xml"])
    changes = body.first(_CHANGES)
    deleted = {} if changes is None else _deleted(changes)
    _take_out(body, {key for key, text in deleted.items() if not text}, deleted, [])
    blocks = list(_blocks(body, deleted, _heading_styles(content, styles)))
    pages = []
    for each in styles.all(*_PAGES):
        aside = Aside(_PAGES[each.name], _words(each))
        pages += [aside] if aside.text and aside not in pages else []
    left = [Aside("deleted (tracked change)", text) for text in deleted.values() if text]
    return documents.read(blocks, source, [*pages, *left], _told(styles, content))


def _heading_styles(*trees: Node) -> frozenset[str]:
    """The styles of headings and titles, and those made of them, by name."""
    found = set()
    for style in (each for tree in trees for each in tree.all(f"{_STYLE}style")):
        name = style.attributes.get(f"{_STYLE}name", "")
        parent = style.attributes.get(f"{_STYLE}parent-style-name", "")
        if name.lower().startswith(documents.HEADINGS) or parent.lower().startswith(
            documents.HEADINGS
        ):
            found.add(name)
    return frozenset(found)


def _told(styles: Node, content: Node) -> list[Notice]:
    """Say what the program shows and the file does not hold as text."""
    told = []
    for each in styles.all(f"{_TEXT}linenumbering-configuration"):
        if each.attributes.get(f"{_TEXT}number-lines") == "true":
            told = [Notice("document_numbers", {"what": "lines"})]
    numbered = {
        style.attributes.get(f"{_STYLE}name")
        for tree in (content, styles)
        for style in tree.all(f"{_TEXT}list-style")
        if style.nodes and style.nodes[0].name == f"{_TEXT}list-level-style-number"
    }
    lists = content.all(f"{_TEXT}list")
    if any(each.attributes.get(f"{_TEXT}style-name") in numbered for each in lists):
        told.append(Notice("document_numbers", {"what": "paragraphs"}))
    return told


def _deleted(changes: Node) -> dict[str, str]:
    """The words that were deleted, by the id of the change."""
    found = {}
    for region in changes.all(f"{_TEXT}changed-region"):
        text = plain(" ".join(_words(each) for each in region.all(f"{_TEXT}deletion")))
        ids = [value for key, value in region.attributes.items() if key.endswith("}id")]
        if region.all(f"{_TEXT}deletion"):
            found[ids[0] if ids else str(region.line)] = text
    return found


def _take_out(node: Node, gone: set[str], deleted: dict[str, str], within: list[str]) -> None:
    """Take out deleted words that still stand in the text, between two signs, as in fodt."""
    for at, child in enumerate(node.children if gone else ()):
        if isinstance(child, str):
            node.children[at] = "" if within else child
            for change in within[-1:]:
                deleted[change] = plain(f"{deleted[change]} {child}")
        else:
            _take_out_below(child, gone, deleted, within)


def _take_out_below(
    child: Node, gone: set[str], deleted: dict[str, str], within: list[str]
) -> None:
    change = child.attributes.get(f"{_TEXT}change-id", "")
    if change in gone and child.name == f"{_TEXT}change-start":
        within.append(change)
    elif change in within:
        within.remove(change)
    _take_out(child, gone, deleted, within)


def _blocks(
    parent: Node, deleted: dict[str, str], headings: frozenset[str]
) -> Iterator[Paragraph | Table]:
    """Yield paragraphs and tables in order, those in lists, sections and indexes too."""
    for child in parent.nodes:
        if child.name in {_P, _H}:
            heading = child.name == _H or child.attributes.get(f"{_TEXT}style-name") in headings
            yield Paragraph(_text(child), heading, tuple(_asides(child, deleted)))
        elif child.name == f"{_TABLE}table":
            rows = list(_rows(child))
            yield Table(tuple(Row(tuple(_cells(r)), tuple(_asides(r, deleted))) for r in rows))
        elif child.name in _DELETED:
            text = deleted.pop(child.attributes.get(f"{_TEXT}change-id", ""), "")
            if text:
                yield Paragraph("", asides=(Aside("deleted (tracked change)", text),))
        elif child.name in _BESIDE or child.name == f"{_DRAW}frame":
            yield Paragraph("", asides=tuple(_asides(child, deleted)))
        elif child.name not in _PASSED:
            yield from _blocks(child, deleted, headings)


def _rows(parent: Node) -> Iterator[Node]:
    for child in parent.nodes:
        if child.name == _ROW:
            yield child
        elif child.name not in _CELLS:
            yield from _rows(child)


def _text(element: Node) -> str:
    """Join what a reader of the page sees of a paragraph; runs of white space are one blank."""
    pieces = []
    for child in element.children:
        if isinstance(child, str):
            pieces.append(_SPACE.sub(" ", child))
        elif child.name == f"{_TEXT}s":
            pieces.append(" " * _count(child.attributes.get(f"{_TEXT}c"), _SPACES))
        elif child.name == f"{_TEXT}tab":
            pieces.append("\t")
        elif child.name == f"{_TEXT}line-break":
            pieces.append("\n")
        elif child.name not in _BESIDE and child.name not in _PASSED:
            pieces.append(_text(child))
    return "".join(pieces)


def _count(written: str | None, most: int) -> int:
    number = written or "1"
    return min(int(number), most) if number.isdecimal() and len(number) < len("1000000") else 1


def _words(element: Node) -> str:
    """All words of the paragraphs below, one after the other."""
    return plain(" ".join(_text(each) for each in element.all(_P, _H)))


def _asides(block: Node, deleted: dict[str, str]) -> Iterator[Aside]:
    """Tell of what stands beside the text of a block: notes, comments, boxes, deleted words."""
    for each in block.nodes:
        if each.name in _BESIDE:
            kind = _BESIDE[each.name]
            end = each.attributes.get(f"{_TEXT}note-class") == "endnote"
            text = _words(each) or (plain(each.text) if kind == "ruby" else "")
            yield from [Aside("endnote" if end else kind, text)] if text else []
        elif each.name in _DELETED:
            text = deleted.pop(each.attributes.get(f"{_TEXT}change-id", ""), "")
            yield from [Aside("deleted (tracked change)", text)] if text else []
        else:
            yield from _asides(each, deleted)


def _cells(row: Node) -> Iterator[str | None]:
    """Read a row's cells; one that spreads over others is followed by None."""
    spreads = False
    cells = [each for each in row.nodes if each.name in _CELLS]
    for cell in cells:
        covered = cell.name != f"{_TABLE}table-cell"
        if not covered:
            wide = cell.attributes.get(f"{_TABLE}number-columns-spanned")
            spreads = _count(wide, _WIDEST) > 1
        text = "\n".join(_flow(cell))
        many = _count(cell.attributes.get(f"{_TABLE}number-columns-repeated"), _WIDEST)
        # A cell may also be covered by one above: it is empty then, and means “as above”.
        hidden = covered and (spreads or bool(text))
        many = many if text or cell is not cells[-1] else 1
        yield from itertools.repeat(None if hidden else text, many)


def _flow(parent: Node) -> Iterator[str]:
    """The texts of the paragraphs in a cell; a table within it is read as more words of it."""
    for child in parent.nodes:
        if child.name in {_P, _H}:
            yield _text(child)
        elif child.name not in _BESIDE and child.name not in _PASSED:
            yield from _flow(child)


FORMATS = (
    Format("odt", "OpenDocument text", (".odt", ".ott"), knows, read, packed=True),
    Format("fodt", "OpenDocument text in one XML file", (".fodt",), knows_flat, read_flat),
)
