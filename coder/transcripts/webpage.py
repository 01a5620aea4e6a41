"""Saved web pages (HTML), noScribe's among them: a paragraph, or a row of a table, is a line.

Nothing a page refers to is ever fetched. It is cut into tags here, not by html.parser, which takes
hours over a megabyte of tags that are never closed.
"""

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.transcripts import documents, labels, markup
from coder.transcripts.clocks import BRACKETED, clocks
from coder.transcripts.documents import Aside, Paragraph, Row, Table
from coder.transcripts.events import Event, Kind, Prefix, Read, only_notes, plain
from coder.transcripts.source import Format, Source

_PAGE = re.compile(
    r"\s*(?:<\?xml[^>]{0,200}\?>\s*)?(?:<!--[^>]{0,2000}-->\s*)*(?:<!doctype\s+html|<html)\b",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"<(?:html|body|head|p|div|table|br|span)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{1,300}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PARAGRAPHS = _HEADINGS | {"p", "li", "dt", "dd", "pre"}
_BLOCKS = _PARAGRAPHS | {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "div", "dl",
    "fieldset", "figcaption", "figure", "footer", "form", "header", "hr", "html", "legend",
    "main", "nav", "ol", "section", "tbody", "tfoot", "thead", "ul",
}  # fmt: skip
_UNSEEN = frozenset(("script", "style", "template", "noscript", "head", "title"))
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LINES = re.compile(r" *\n[ \n]*")
_STAMP = re.compile(BRACKETED, re.IGNORECASE)
_ANCHOR = re.compile(r"ts_(\d{1,10})_(\d{1,10})_(.*)", re.DOTALL)
_WIDEST = 64  # columns and rows that a cell may spread over


@dataclass(frozen=True, slots=True)
class _Anchor:
    """Where noScribe says from when to when (ms) who speaks."""

    start_ms: int
    end_ms: int
    who: str


class _Page:
    """What is read so far."""

    def __init__(self) -> None:
        self.blocks: list[tuple[Paragraph | Table, tuple[_Anchor, ...]]] = []
        self.title = ""
        self.beside: list[Aside] = []
        self._words: list[str] = []
        self._anchors: list[_Anchor] = []
        self._unseen: list[str] = []
        self._paragraph, self._heading, self._kept = False, False, 0
        self._divisions: list[str] = []  # of those that are open: header, footer, or neither
        # For each table that is open, its rows; None for one that only lays the page out.
        self._tables: list[list[list[str | None]] | None] = []
        self._in_cell = False
        self._below: dict[int, int] = {}
        self._spread = (1, 1)

    def begin(self, tag: str, written: str) -> None:
        """Begin an element; ``written`` are its attributes."""
        if self._unseen == ["head"] and tag in _BLOCKS:
            self._unseen.clear()  # its end may be left out
        if tag in _UNSEEN:
            self._unseen.append(tag)
        elif self._unseen:
            return
        elif tag == "br":
            self._words.append("\n")
        elif tag == "a":
            self._anchor(_attributes(written).get("name", ""))
        elif tag in {"table", "tr", "td", "th"}:
            self._begin_part(tag, _attributes(written))
        elif tag in _BLOCKS:
            self._paragraph = False
            self._end_block()
            if not self._in_cell:
                self._paragraph, self._heading = tag in _PARAGRAPHS, tag in _HEADINGS
            self._kept += tag == "pre"
            self._divide(tag, written)

    def finish(self, tag: str) -> None:
        """End an element."""
        if tag in self._unseen:
            del self._unseen[self._unseen.index(tag) :]
        elif self._unseen:
            return
        elif tag in {"table", "tr", "td", "th"}:
            self._end_part(tag)
        elif tag in _BLOCKS:
            self._end_block()
            self._kept = max(self._kept - (tag == "pre"), 0)
            if tag == "div" and self._divisions:
                self._divisions.pop()

    def say(self, data: str) -> None:
        """Take words, but those that no reader of the page sees."""
        if self._unseen:
            self.title += data if self._unseen[-1] == "title" else ""
        else:
            self._words.append(data if self._kept else _SPACE.sub(" ", data))

    def _anchor(self, name: str) -> None:
        found = _ANCHOR.fullmatch(name)
        if found:
            self._anchors.append(_Anchor(int(found[1]), int(found[2]), plain(found[3])))

    def _divide(self, tag: str, written: str) -> None:
        """LibreOffice writes what stands at the top and foot of each page as divisions."""
        if tag == "div":
            title = _attributes(written).get("title")
            around = self._divisions[-1] if self._divisions else ""
            self._divisions.append(title if title in {"header", "footer"} else around)

    def _end_block(self) -> None:
        """End a paragraph; in a cell it ends a line of it."""
        if self._in_cell:
            self._words.append("\n")
            return
        text = "".join(self._words)
        self._words = []
        part = self._divisions[-1] if self._divisions else ""
        if part:
            self.beside += [Aside(part, plain(text))] if text.strip() else []
        elif text.strip() or self._paragraph:
            paragraph = Paragraph(text.strip(" "), self._heading)
            self.blocks.append((paragraph, tuple(self._anchors)))
        self._anchors, self._paragraph, self._heading = [], False, False

    def _begin_part(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table":
            self._lay_out()
            self._end_block()
            self._tables.append([])
            self._below = {}
            return
        rows = self._tables[-1] if self._tables else None
        if rows is None:
            self._end_block()
            return
        self._end_cell()
        if tag == "tr" or not rows:
            rows.append([])
        if tag != "tr":
            self._past_spread(rows[-1])
            self._in_cell = True
            self._spread = (
                _count(attributes.get("colspan")),
                _count(attributes.get("rowspan")),
            )

    def _lay_out(self) -> None:
        """Take the cells of a table that holds another one for paragraphs."""
        self._in_cell = False
        if self._tables and self._tables[-1] is not None:
            for row in self._tables[-1]:
                for text in "\n".join(filter(None, row)).split("\n"):
                    self.blocks.append((Paragraph(text), ()))
            self._tables[-1] = None

    def _end_part(self, tag: str) -> None:
        rows = self._tables[-1] if self._tables else None
        if rows is None:
            self._end_block()
        else:
            self._end_cell()
        if tag == "table" and self._tables:
            self._tables.pop()
            self._in_cell = False
            if rows:
                table = Table(tuple(Row(tuple(row)) for row in rows))
                self.blocks.append((table, ()))

    def _end_cell(self) -> None:
        """Put a cell into its row, and remember what it spreads over."""
        rows = self._tables[-1] if self._tables else None
        if not self._in_cell or not rows:
            self._end_block()
            return
        text = _LINES.sub("\n", "".join(self._words))
        self._words, self._in_cell = [], False
        wide, tall = self._spread
        at = len(rows[-1])
        rows[-1] += [text.strip(" \n"), *[None] * (wide - 1)]
        if tall > 1:
            self._below |= dict.fromkeys(range(at, at + wide), tall - 1)

    def _past_spread(self, row: list[str | None]) -> None:
        """Leave empty the columns into which a cell above reaches."""
        while self._below.get(len(row), 0) > 0:
            self._below[len(row)] -= 1
            row.append("")

    def end(self) -> None:
        """Take in what no end stands behind."""
        while self._tables:
            self._end_part("table")
        self._end_block()


# A tag ends before the next one begins, whatever its quotation marks say: each is looked at once.
_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][\w:.-]{0,40})"
    r"(?:(?P<quoted>(?>[^<>\"']+|\"[^\"<]*\"|'[^'<]*')*+)>|(?P<bare>[^<>]*)>)"
    r"|<[!?][^<>]*>"
)
_ATTRIBUTE = re.compile(r"([A-Za-z][\w-]{0,30})\s?=\s?(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_RAW = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style")}


def _cut(text: str, page: _Page) -> None:
    """Hand a page its tags and words, in order; what only looks like a tag is words."""
    at, comments = 0, True
    while (sign := text.find("<", at)) >= 0:
        page.say(markup.unescaped(text[at:sign]))
        end = text.find("-->", sign) if comments and text.startswith("<!--", sign) else -1
        comments = comments and (end >= 0 or not text.startswith("<!--", sign))
        found = _TAG.match(text, sign)
        if end >= 0:
            at = end + len("-->")
        elif found is None:
            page.say("<")
            at = sign + 1
        else:
            at = found.end()
            if found["name"]:
                at = _tag(found, page, text, at)
    page.say(markup.unescaped(text[at:]))


def _tag(found: re.Match[str], page: _Page, text: str, at: int) -> int:
    """Begin or end an element; the program in a script is passed by. Returns where to go on."""
    name = found["name"].lower()
    if found["end"]:
        page.finish(name)
        return at
    page.begin(name, found["quoted"] or found["bare"] or "")
    if name not in _RAW:
        return at
    end = _RAW[name].search(text, at)
    return end.start() if end else len(text)


def _attributes(written: str) -> dict[str, str]:
    return {
        name.lower(): markup.unescaped(double or single or bare)
        for name, double, single, bare in _ATTRIBUTE.findall(written)
    }


def _count(written: str | None) -> int:
    number = written or "1"
    good = number.isdecimal() and number.isascii() and len(number) < len("10000")
    return max(1, min(int(number), _WIDEST)) if good else 1


def knows(source: Source) -> bool:
    """Tell whether a text is a web page."""
    start = source.text[:5000]
    if _PAGE.match(start):
        return True
    return source.suffix in {".html", ".htm", ".xhtml"} and bool(_SIGNS.search(start))


def read(source: Source) -> Read:
    """Read the page's lines, numbered by paragraph and row, as text with labels."""
    page = _Page()
    _cut(_text(source), page)
    page.end()
    anchors = [each for _, found in page.blocks for each in found]
    if anchors and not any(each.who for each in anchors):
        return Read(tuple(_unnamed(page.blocks)))
    title = plain(page.title)
    beside = [*page.beside, *([Aside("title of the page", title)] if title else [])]
    blocks = [_spoken(block, found) for block, found in page.blocks]
    return documents.read(blocks, source, beside)


def _text(source: Source) -> str:
    """The page's text; what it says of its encoding counts for more than a guess."""
    named = _CHARSET.search(source.data[:5000])
    if named is None or source.encoding.startswith("utf") or source.options.encoding:
        return source.text
    try:
        return source.data.decode(codecs.lookup(named[1].decode()).name)
    except (LookupError, ValueError):
        return source.text


def _spoken(block: Paragraph | Table, anchors: Sequence[_Anchor]) -> Paragraph | Table:
    """Give a paragraph of noScribe's the speaker and the times of its anchors.

    What is said across it stands in it, between two pairs of strokes, as in noScribe's text.
    """
    if isinstance(block, Table) or not anchors or not anchors[0].who:
        return block
    label = anchors[0].who.removeprefix("//")
    found = labels.split(plain(block.text))
    words = found.text if found and found.label == label else plain(block.text)
    prefix = Prefix(label, words, anchors[0].start_ms, anchors[-1].end_ms)
    return Paragraph(block.text, prefix=prefix)


def _unnamed(blocks: Sequence[tuple[Paragraph | Table, tuple[_Anchor, ...]]]) -> Iterator[Event]:
    """Read a page of noScribe's that names nobody: what has times is said."""
    number = 1
    for block, anchors in blocks:
        lines = block.rows if isinstance(block, Table) else [block]
        for each in lines:
            text = (
                each.text if isinstance(each, Paragraph) else " | ".join(filter(None, each.cells))
            )
            if anchors and not only_notes(text):
                yield from _unnamed_turn(plain(text), anchors, number)
            elif plain(text):
                kind = Kind.NOTE if anchors else Kind.HEADING
                yield Event(kind, number, plain(text), why="" if anchors else "heading")
            number += 1


def _unnamed_turn(text: str, anchors: Sequence[_Anchor], number: int) -> Iterator[Event]:
    """Read a paragraph, the times that stand between its words apart from them."""
    at, start, end = 0, anchors[0].start_ms, anchors[-1].end_ms
    kind = Kind.TURN
    for found in [*_STAMP.finditer(text), None]:
        words = text[at : found.start() if found else len(text)].strip()
        if words:
            timed = (start, end) if kind is Kind.TURN else (None, None)
            yield Event(kind, number, words, "", *timed)
            kind = Kind.MORE
        if found and kind is Kind.TURN and not words:
            yield Event(Kind.NOISE, number, found[0], why="the page gives the time more exactly")
            at = found.end()
        elif found:
            yield Event(Kind.STAMP, number, found[0], start_ms=clocks(found[0])[0])
            at = found.end()


FORMATS = (Format("html", "web page", (".html", ".htm", ".xhtml"), knows, read),)
