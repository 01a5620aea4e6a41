"""RTF documents: a paragraph, or a row of a table, is a line.

A reader of our own: striprtf, which is the measure of its tests, keeps the words that were deleted
and drops those of footnotes, headers and comments, and neither can be told of afterwards.
"""

import codecs
import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from coder.errors import CoderError, Notice
from coder.transcripts import documents
from coder.transcripts.documents import Aside, Paragraph, Row, Table
from coder.transcripts.events import Read, plain
from coder.transcripts.source import Format, Source

DEEPEST = 5000
_TOKEN = re.compile(
    r"\\(?P<word>[A-Za-z]{1,32})(?P<number>-?\d{1,10})? ?|\\'(?P<byte>[0-9A-Fa-f]{2})"
    r"|\\(?P<sign>.)|(?P<brace>[{}])|[\r\n]+|(?P<said>[^\\{}\r\n]+)",
    re.DOTALL,
)
_SIGNS = {"~": "\xa0", "_": "-", "{": "{", "}": "}", "\\": "\\", "\t": "\t"}
_MARKS = {
    "tab": "\t", "line": "\n", "lbr": "\n", "page": "\n", "column": "\n", "emdash": "—",
    "endash": "–", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005", "bullet": "•",
    "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "nestcell": "\n",
    "nestrow": "\n",
}  # fmt: skip
_SKIP, _FONTS, _STYLES, _LIST = "-", "fonts", "styles", "list"
_PLACES = {
    "footnote": "footnote", "annotation": "comment", "shptxt": "text box",
    "dptxbxtext": "text box", "header": "header", "headerl": "header", "headerr": "header",
    "headerf": "header", "footer": "footer", "footerl": "footer", "footerr": "footer",
    "footerf": "footer", "fonttbl": _FONTS, "stylesheet": _STYLES, "listtext": _LIST,
    "pntext": _LIST,
}  # fmt: skip
_PLACES |= dict.fromkeys((
    "colortbl", "info", "pict", "objdata", "objclass", "objname", "fldinst", "listtable",
    "listoverridetable", "rsidtbl", "revtbl", "filetbl", "generator", "themedata", "datastore",
    "latentstyles", "xmlnstbl", "bkmkstart", "bkmkend", "atnid", "atnauthor", "atnref", "atndate",
    "atntime", "atnparent", "atnicn", "atrfstart", "atrfend", "nonshppict", "shprslt", "shpinst",
    "template", "xe", "rxe", "txe", "tc", "nonesttables", "background", "userprops", "sp", "sn",
    "sv", "pgptbl", "private", "falt", "panose", "ftnsep", "ftnsepc", "ftncn", "aftnsep",
    "aftnsepc", "aftncn", "docvar", "formfield", "ffname", "ud", "do", "pn", "pnseclvl", "mmathPr",
), _SKIP)  # fmt: skip
_CHARSETS = {
    77: "mac_roman", 78: "shift_jis", 79: "big5", 80: "euc_kr", 128: "cp932", 129: "cp949",
    130: "johab", 134: "cp936", 136: "cp950", 161: "cp1253", 162: "cp1254", 163: "cp1258",
    177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
    254: "cp437", 255: "cp850",
}  # fmt: skip
_PAGES = {"10000": "mac_roman", "65001": "utf-8", "1361": "johab", "932": "cp932"}
_NEAR = 60  # twentieths of a point between edges that are meant to be one
_WIDEST = 64  # columns of a table
_PER_UNIT = 0x10000
_BODY_LEVEL = "9"
_DROPPED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")

_Saved = tuple[str, int, str, bool, list[str]]


class _Page:
    """What is read so far, and where the next words go."""

    def __init__(self) -> None:
        self.blocks: list[Paragraph | Table] = []
        self.beside: list[Aside] = []
        self.numbered: set[str] = set()
        self._stack: list[_Saved] = []
        self._place, self._skip_after, self._font, self._gone = "", 1, "", False
        self._body: list[str] = []
        self._out = self._body
        self._asides: list[Aside] = []
        self._deleted: list[str] = []
        self._cells: list[str] = []
        self._rows: list[tuple[tuple[str, ...], tuple[int, ...], tuple[Aside, ...]]] = []
        self._edges: list[int] = []
        self._in_table = self._heading = self._star = False
        self._codec, self._default_font, self._style = "cp1252", "", ""
        self._fonts: dict[str, str] = {}
        self._headings: set[str] = set()
        self._bytes, self._units, self._to_skip = bytearray(), bytearray(), 0
        self._does: dict[str, Callable[[str], None]] = {
            "par": self._end_paragraph, "sect": self._end_paragraph, "cell": self._end_cell,
            "row": self._close_row, "trowd": self._new_edges, "cellx": self._edge,
            "pard": self._plain_paragraph, "intbl": self._within_table, "plain": self._plain_words,
            "u": self._unit, "uc": self._skips, "f": self._choose_font, "deff": self._first_font,
            "fcharset": self._charset, "ansicpg": self._code_page, "mac": self._mac,
            "deleted": self._deletes, "s": self._styled, "outlinelevel": self._outline,
            "linemod": self._lines_numbered, "ftnalt": self._endnote,
        }  # fmt: skip

    def open(self) -> bool:
        """Begin a group; False when there are too many in one another."""
        self.flush()
        saved = (self._place, self._skip_after, self._font, self._gone, self._out)
        self._stack.append(saved)
        self._to_skip = 0
        return len(self._stack) <= DEEPEST

    def close(self) -> bool:
        """End a group; False when it was the outermost."""
        self.flush()
        self._to_skip = 0
        place, out = self._place, self._out
        self._place, self._skip_after, self._font, self._gone, self._out = self._stack.pop()
        if out is not self._out:
            self._end_aside(place, plain("".join(out)))
        elif place == _STYLES:
            self._style = ""
        return bool(self._stack)

    def _end_aside(self, place: str, text: str) -> None:
        if place == _LIST:
            self.numbered |= {"paragraphs"} if any(char.isdigit() for char in text) else set()
        elif text and place in {"header", "footer"}:
            aside = Aside(place, text)
            self.beside += [] if aside in self.beside else [aside]
        elif text:
            self._asides.append(Aside(place, text))

    def word(self, word: str, number: str) -> None:
        """Do what a control word says. One that ends a run of characters ends it."""
        if word not in {"u", "uc"}:  # the two halves of a sign may have \\uc between them
            self.flush()
            self._to_skip = 0
        star, self._star = self._star, False
        if word in _PLACES:
            self._go(_PLACES[word])
        elif star:
            self._go(_SKIP)
        elif word in _MARKS:
            self._write(_MARKS[word])
        elif word in self._does:
            self._does[word](number)

    def _go(self, place: str) -> None:
        self._place = place
        if place not in {_SKIP, _FONTS, _STYLES}:
            self._out = []

    def sign(self, sign: str) -> None:
        """Do what a control sign says."""
        self.flush()
        self._to_skip = 0
        if sign == "*":
            self._star = True
        elif sign in "\r\n":
            self._end_paragraph("")
        else:
            self._write(_SIGNS.get(sign, ""))

    def byte(self, written: str) -> None:
        """Take one byte in the code page of its font."""
        self._star = False
        if self._to_skip:
            self._to_skip -= 1
            return
        if self._units:
            self.flush()
        self._bytes += bytes.fromhex(written)

    def said(self, text: str) -> None:
        """Take words as they stand; text of double bytes may have its second half here."""
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        text = text[skipped:]
        if self._bytes and text and self._half():
            self._bytes += text[0].encode("latin-1")
            text = text[1:]
            self.flush()
        if text:
            self.flush()
            self._star = False
            self._write(text if text.isascii() else self._decoded(text.encode("latin-1")))

    def _half(self) -> bool:
        try:
            self._bytes.decode(self._fonts.get(self._font, self._codec))
        except UnicodeDecodeError as fault:
            return fault.end == len(self._bytes)
        return False

    def _decoded(self, raw: bytes) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode(self._fonts.get(self._font, self._codec), errors="replace")

    def flush(self) -> None:
        """Write the characters that have been gathered byte by byte."""
        if self._units:
            self._write(self._units.decode("utf-16-le", errors="replace"))
            self._units.clear()
        if self._bytes:
            codec = self._fonts.get(self._font, self._codec)
            self._write(self._bytes.decode(codec, errors="replace"))
            self._bytes.clear()

    def _write(self, text: str) -> None:
        if self._place == _STYLES:
            self._name_style(text)
        elif self._place in {_SKIP, _FONTS}:
            return
        elif self._gone and self._out is self._body:
            self._deleted.append(text)
        else:
            self._out.append(text)

    def _name_style(self, text: str) -> None:
        if self._style and text.lower().startswith(documents.HEADINGS):
            self._headings.add(self._style)

    def _unit(self, number: str) -> None:
        if self._bytes:
            self.flush()
        value = int(number or "63")
        value += _PER_UNIT if value < 0 else 0
        good = 0 <= value < _PER_UNIT
        self._units += (value if good else 0xFFFD).to_bytes(2, "little")
        self._to_skip = self._skip_after

    def _skips(self, number: str) -> None:
        self._skip_after = max(int(number or "1"), 0)

    def _choose_font(self, number: str) -> None:
        self._font = number

    def _first_font(self, number: str) -> None:
        self._font = self._default_font = number

    def _charset(self, number: str) -> None:
        if self._place == _FONTS and int(number or "0") in _CHARSETS:
            self._fonts[self._font] = _CHARSETS[int(number)]

    def _code_page(self, number: str) -> None:
        wanted = _PAGES.get(number, f"cp{number}")
        try:
            codecs.lookup(wanted)
        except LookupError:
            return
        self._codec = wanted

    def _mac(self, _number: str) -> None:
        self._codec = "mac_roman"

    def _deletes(self, number: str) -> None:
        self._gone = number != "0"

    def _plain_words(self, _number: str) -> None:
        self._font, self._gone = self._default_font, False

    def _plain_paragraph(self, _number: str) -> None:
        self._in_table = self._heading = False

    def _within_table(self, _number: str) -> None:
        self._in_table = True

    def _styled(self, number: str) -> None:
        if self._place == _STYLES:
            self._style = number
        elif number in self._headings and self._out is self._body:
            self._heading = True

    def _outline(self, number: str) -> None:
        self._heading = self._heading or (self._place == "" and number != _BODY_LEVEL)

    def _lines_numbered(self, number: str) -> None:
        self.numbered |= set() if number == "0" else {"lines"}

    def _endnote(self, _number: str) -> None:
        self._place = "endnote" if self._place == "footnote" else self._place

    def _new_edges(self, _number: str) -> None:
        self._edges = []

    def _edge(self, number: str) -> None:
        self._edges.append(int(number or "0"))

    def _end_paragraph(self, _number: str) -> None:
        if self._out is not self._body:
            self._out.append("\n")
        elif self._place == "" and self._in_table:
            self._body.append("\n")
        elif self._place == "":
            self._end_row("")
            self._end_table()
            text = _DROPPED.sub("", "".join(self._body))
            self.blocks.append(Paragraph(text, self._heading, self._taken_asides()))
            self._body.clear()

    def _end_cell(self, _number: str) -> None:
        if self._out is not self._body:
            self._out.append("\n")
        elif self._place == "":
            self._cells.append(_DROPPED.sub("", "".join(self._body)))
            self._body.clear()

    def _close_row(self, number: str) -> None:
        if self._out is self._body and "".join(self._body).strip():
            self._end_cell(number)  # the last cell of a row that was written carelessly
        self._end_row(number)

    def _end_row(self, _number: str) -> None:
        if not self._cells or self._out is not self._body:
            return
        row = (tuple(self._cells), tuple(self._edges), self._taken_asides())
        self._rows.append(row)
        self._cells.clear()

    def _end_table(self) -> None:
        if self._rows:
            edges = _edges(edges for _, edges, _ in self._rows)
            self.blocks.append(
                Table(tuple(Row(_spread(row, at, edges), more) for row, at, more in self._rows))
            )
            self._rows.clear()

    def _taken_asides(self) -> tuple[Aside, ...]:
        gone = plain("".join(self._deleted))
        taken = (*self._asides, *([Aside("deleted (tracked change)", gone)] if gone else []))
        self._asides.clear()
        self._deleted.clear()
        return taken

    def end(self) -> None:
        """Take in what no end of a paragraph stands behind."""
        self.flush()
        while self._stack:
            self.close()
        self._in_table, self._place = False, ""
        if "".join(self._body).strip() or self._asides or self._deleted:
            self._end_paragraph("")
        self._end_row("")
        self._end_table()


def _edges(rows: Iterator[Sequence[int]]) -> list[int]:
    """The edges of a table's columns; those that nearly meet are one."""
    edges: list[int] = []
    for at in sorted({at for row in rows for at in row}):
        if not edges or at - edges[-1] > _NEAR:
            edges.append(at)
    return edges


def _spread(
    cells: Sequence[str], ends: Sequence[int], edges: Sequence[int]
) -> tuple[str | None, ...]:
    """Lay a row's cells out over the columns of its table; None where one is as wide as two."""
    if len(ends) != len(cells) or sorted(ends) != list(ends) or len(edges) > _WIDEST:
        return tuple(cells)
    spread: list[str | None] = []
    for cell, (before, end) in zip(cells, itertools.pairwise((-_PER_UNIT, *ends)), strict=True):
        covers = sum(before < at - _NEAR and at - _NEAR <= end for at in edges)
        spread += [cell, *itertools.repeat(None, max(covers - 1, 0))]
    return tuple(spread)


def knows(source: Source) -> bool:
    """Tell whether the bytes begin as RTF does."""
    return source.data[:100].lstrip(b"\xef\xbb\xbf \t\r\n\0").startswith(b"{\\rtf")


def read(source: Source) -> Read:
    """Read the document's lines, numbered by paragraph and row, as text with labels.

    Raises CoderError when its groups are nested beyond reason.
    """
    text = source.data.decode("latin-1")
    page = _Page()
    at = text.index("{\\rtf")
    while (token := _TOKEN.match(text, at)) is not None:
        at = token.end()
        word, number, byte, sign, brace, said = token.groups()
        if said:
            page.said(said)
        elif word == "bin":
            at += max(int(number or "0"), 0)
        elif word:
            page.word(word, number or "")
        elif byte:
            page.byte(byte)
        elif sign:
            page.sign(sign)
        elif brace == "{" and not page.open():
            raise CoderError(
                "transcript_damaged", path=source.path, why="its groups are nested too deep"
            )
        elif brace == "}" and not page.close():
            break
    page.end()
    after = plain(text[at:].replace("\0", ""))
    beside = [*page.beside, *([Aside("stands after the document’s end", after)] if after else [])]
    warnings = [Notice("document_numbers", {"what": what}) for what in sorted(page.numbered)]
    return documents.read(page.blocks, source, beside, warnings)


FORMATS = (Format("rtf", "RTF document", (".rtf",), knows, read, packed=True),)
