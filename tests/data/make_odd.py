"""Odd and hostile files, made by script: ``python tests/data/make_odd.py FOLDER`` writes them all.

Each is given with words of it that a reading must hold, and with whether it must be refused. The
words are ours and mean nothing.
"""

import codecs
import json
import struct
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REFUSED = "refused"
READ = "read"
EITHER = "either"


class _Scale:
    """What long files are made shorter by, where time is short."""

    share = 1.0


def many(count: int) -> int:
    return max(1, int(count * _Scale.share))


@dataclass(frozen=True)
class Odd:
    """A file: ``words`` are held by any reading of it."""

    name: str
    data: bytes
    words: tuple[str, ...] = ()
    outcome: str = EITHER


# --- Packed files, written by hand so that they can lie


@dataclass(frozen=True)
class Member:
    """A member; what is None is told as it is."""

    name: str
    data: bytes
    flags: int = 0
    method: int = 8
    size: int | None = None
    at: int | None = None
    attributes: int = 0
    crc: int | None = None


def packed(members: list[Member]) -> bytes:
    body, listed, places = b"", b"", {}
    for each in members:
        name = each.name.encode()
        content = each.data
        if each.method == 8:
            squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
            content = squeeze.compress(each.data) + squeeze.flush()
        crc = zlib.crc32(each.data) if each.crc is None else each.crc
        size = len(each.data) if each.size is None else each.size
        sizes = crc, len(content), size & 0xFFFFFFFF
        at = len(body) if each.at is None else each.at
        if each.at is None:
            head = (0x04034B50, 20, each.flags, each.method, 0, 33, *sizes, len(name), 0)
            body += struct.pack("<IHHHHHIIIHH", *head) + name + content
        places[each.name] = at
        head = (0x02014B50, 20, 20, each.flags, each.method, 0, 33, *sizes)
        tail = (len(name), 0, 0, 0, 0, each.attributes, at)
        listed += struct.pack("<IHHHHHHIIIHHHHHII", *head, *tail) + name
    count = len(members) & 0xFFFF
    end = (0x06054B50, 0, 0, count, count, len(listed), len(body), 0)
    return body + listed + struct.pack("<IHHHHIIH", *end)


_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SAID = ("How was the quokka?", "The quokka was zephyr fine.")


def _types(part: str, kind: str) -> str:
    return (
        f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="application/vnd.openxmlformats-officedocument.{kind}.main+xml"/>'
        "</Types>"
    )


def _rels(target: str) -> str:
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="{target}"/></Relationships>'
    )


def docx_parts(body: str | None = None) -> dict[str, str | bytes]:
    if body is None:
        body = "".join(
            f"<w:p><w:r><w:t>{label}: {words}</w:t></w:r></w:p>"
            for label, words in zip("TC", SAID, strict=True)
        )
    return {
        "[Content_Types].xml": _types("word/document.xml", "wordprocessingml.document"),
        "_rels/.rels": _rels("word/document.xml"),
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>',
    }


def xlsx_parts(rows: str | None = None, dimension: str = "A1:B3") -> dict[str, str | bytes]:
    if rows is None:
        cells = [("Speaker", "Text"), ("T", SAID[0]), ("C", SAID[1]), ("T", "Mmm"), ("C", "Yes.")]
        rows = "".join(
            f'<row r="{n}">'
            + "".join(
                f'<c r="{column}{n}" t="inlineStr"><is><t>{text}</t></is></c>'
                for column, text in zip("AB", row, strict=True)
            )
            + "</row>"
            for n, row in enumerate(cells, 1)
        )
    return {
        "[Content_Types].xml": _types("xl/workbook.xml", "spreadsheetml.sheet").replace(
            "</Types>",
            '<Override PartName="/xl/worksheets/sheet1.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        ),
        "_rels/.rels": _rels("xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns="{_S}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="One" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_S}"><dimension ref="{dimension}"/>'
        f"<sheetData>{rows}</sheetData></worksheet>",
    }


_ODF = "urn:oasis:names:tc:opendocument:xmlns"


def odt_parts(body: str | None = None) -> dict[str, str | bytes]:
    if body is None:
        body = "".join(
            f"<text:p>{label}: {words}</text:p>" for label, words in zip("TC", SAID, strict=True)
        )
    return {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f'<office:document-content xmlns:office="{_ODF}:office:1.0" '
        f'xmlns:text="{_ODF}:text:1.0"><office:body><office:text>{body}</office:text>'
        "</office:body></office:document-content>",
        "META-INF/manifest.xml": f'<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0"/>',
    }


def members(parts: dict[str, str | bytes]) -> list[Member]:
    return [
        Member(
            name,
            text.encode() if isinstance(text, str) else text,
            method=0
            if name == "mimetype"
            else 8,  # so that its words stand in the file as they are
        )
        for name, text in parts.items()
    ]


def document(parts: dict[str, str | bytes], **changed: str | bytes) -> bytes:
    return packed(members({**parts, **changed}))


# --- XML that is not to be trusted

_LAUGHS = (
    '<!DOCTYPE lolz [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + "]>"
)
DOCTYPES = {
    "laughs": (_LAUGHS, "&i;"),
    "quadratic": (f'<!DOCTYPE x [<!ENTITY a "{"ha" * many(50_000)}">]>', "&a;" * many(10_000)),
    "external": ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', "&a;"),
    "network": ('<!DOCTYPE x [<!ENTITY a SYSTEM "http://127.0.0.1:9/x">]>', "&a;"),
    "dtd": ('<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">', ""),
    "parameter": ('<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>', ""),
    "empty": ("<!DOCTYPE x>", ""),
}
EAF = (
    '<ANNOTATION_DOCUMENT FORMAT="2.8"><HEADER TIME_UNITS="milliseconds"/>'
    '<TIME_ORDER><TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="{start}"/><TIME_SLOT TIME_SLOT_ID="b" TIME_VALUE="{end}"/></TIME_ORDER>'
    '<TIER TIER_ID="T" LINGUISTIC_TYPE_REF="u"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="a" TIME_SLOT_REF2="b">'
    "<ANNOTATION_VALUE>{words}</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER>"
    '<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="u" TIME_ALIGNABLE="true"/></ANNOTATION_DOCUMENT>'
)
EXB = (
    "<basic-transcription><head/><basic-body><common-timeline>"
    '<tli id="T0" time="{start}"/><tli id="T1" time="{end}"/></common-timeline>'
    '<tier id="TIE0" speaker="SPK0" category="v" type="t" display-name="T">'
    '<event start="T0" end="T1">{words}</event></tier></basic-body></basic-transcription>'
)


def _eaf(start: object = 0, end: object = 900, words: str = SAID[0]) -> str:
    return '<?xml version="1.0"?>' + EAF.format(start=start, end=end, words=words)


def _exb(start: object = 0, end: object = 0.9, words: str = SAID[0]) -> str:
    return '<?xml version="1.0"?>' + EXB.format(start=start, end=end, words=words)


def _xml() -> Iterator[Odd]:
    for kind, (head, use) in DOCTYPES.items():
        for suffix, make in (("eaf", _eaf), ("exb", _exb)):
            text = make(words=f"{use} words").replace("?>", f"?>{head}", 1)
            yield Odd(f"doctype-{kind}.{suffix}", text.encode(), outcome=REFUSED)
            yield Odd(f"doctype-{kind}-wide.{suffix}", text.encode("utf-16"), outcome=REFUSED)
        for suffix, parts in (("docx", docx_parts()), ("xlsx", xlsx_parts()), ("odt", odt_parts())):
            for n, (name, content) in enumerate(parts.items()):
                if name == "mimetype":
                    continue
                text = content.removeprefix('<?xml version="1.0"?>').replace(">", f">{use}", 1)
                hostile = '<?xml version="1.0"?>' + head + text
                yield Odd(
                    f"doctype-{kind}-{n}.{suffix}",
                    document(parts, **{name: hostile}),
                    outcome=REFUSED,
                )
    head, use = DOCTYPES["external"]
    hidden = f'<?xml version="1.0" encoding="UTF-7"?>{head}<x>{use}</x>'.replace("<!", "+ADwAIQ-")
    for name, data in (
        ("utf7", hidden.encode()),
        ("utf16", f'<?xml version="1.0"?>{head}<x>{use}</x>'.encode("utf-16")),
        ("utf32", f'<?xml version="1.0"?>{head}<x>{use}</x>'.encode("utf-32")),
        ("ebcdic", f'<?xml version="1.0" encoding="cp037"?>{head}<x>{use}</x>'.encode("cp037")),
    ):
        yield Odd(
            f"doctype-{name}.docx",
            document(docx_parts(), **{"word/document.xml": data}),
            outcome=REFUSED,
        )
    deep = "<a>" * many(100_000) + "x" + "</a>" * many(100_000)
    yield Odd("deep.eaf", _eaf(words=deep).encode(), outcome=REFUSED)
    yield Odd("deep.exb", _exb(words=deep).encode(), outcome=REFUSED)
    yield Odd("deep.docx", document(docx_parts(deep)))
    yield Odd("deep.odt", document(odt_parts(deep)), outcome=REFUSED)
    yield Odd("deep-open.eaf", b"<ANNOTATION_DOCUMENT>" + b"<a>" * many(100_000), outcome=REFUSED)
    tables = "<w:tbl><w:tr><w:tc>" * 400 + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * 400
    yield Odd("deep-tables.docx", document(docx_parts(tables)))
    attributes = " ".join(f'a{n}="x"' for n in range(many(50_000)))
    yield Odd("attributes.eaf", _eaf(words=f"<a {attributes}/>words").encode())
    for n, (start, end) in enumerate(NUMBERS_IN_PAIRS):
        yield Odd(f"numbers-{n}.eaf", _eaf(start, end).encode(), (SAID[0],))
        yield Odd(f"numbers-{n}.exb", _exb(start, end).encode(), (SAID[0],))
    yield Odd("half.eaf", _eaf().encode()[:300], outcome=REFUSED)
    yield Odd("half.exb", _exb().encode()[:200], outcome=REFUSED)
    yield Odd("wide.eaf", _eaf().encode("utf-16"), (SAID[0],), READ)
    yield Odd(
        "says-latin.eaf",
        _eaf(words="d’été").replace('"1.0"', '"1.0" encoding="cp1252"').encode("cp1252"),
    )
    yield Odd(
        "says-wrong.eaf", _eaf(words="été").replace('"1.0"', '"1.0" encoding="ascii"').encode()
    )
    yield Odd("says-utf16.eaf", _eaf().replace('"1.0"', '"1.0" encoding="UTF-16"').encode())
    yield Odd("says-nothing-known.eaf", _eaf().replace('"1.0"', '"1.0" encoding="x-user"').encode())
    yield Odd(
        "loop.eaf",
        _eaf()
        .replace('LINGUISTIC_TYPE_REF="u">', 'LINGUISTIC_TYPE_REF="u" PARENT_REF="T">')
        .encode(),
    )


# --- Packed files that lie


def _bombs() -> Iterator[Odd]:
    for suffix, parts, main in (
        ("docx", docx_parts(), "word/document.xml"),
        ("xlsx", xlsx_parts(), "xl/worksheets/sheet1.xml"),
        ("odt", odt_parts(), "content.xml"),
    ):
        usual = members(parts)
        text = next(each.data for each in usual if each.name == main)
        yield Odd(f"sound.{suffix}", packed(usual), SAID, READ)
        big = text.replace(b"quokka", b" " * many(6_000_000))
        yield Odd(f"bomb.{suffix}", document(parts, **{main: big}), outcome=REFUSED)
        lies = [
            Member(each.name, big if each.name == main else each.data, size=len(each.data))
            for each in usual
        ]
        yield Odd(f"bomb-that-lies.{suffix}", packed(lies), outcome=REFUSED)
        yield Odd(
            f"many.{suffix}",
            packed(usual + [Member(f"x/{n}.xml", b"") for n in range(3000)]),
            outcome=REFUSED,
        )
        first = len(packed(usual)) and 0
        over = [Member(f"x/{n}.bin", b"", at=first) for n in range(200)]
        yield Odd(f"overlap.{suffix}", packed(usual + over), outcome=REFUSED)
        for kind, name in ODD_NAMES.items():
            yield Odd(
                f"name-{kind}.{suffix}", packed([*usual, Member(name, b"<x/>")]), outcome=REFUSED
            )
        yield Odd(f"twice.{suffix}", packed([*usual, Member(main, b"<x/>")]), outcome=REFUSED)
        yield Odd(
            f"case.{suffix}", packed([*usual, Member(main.upper(), b"<x/>")]), outcome=REFUSED
        )
        yield Odd(
            f"locked.{suffix}",
            packed([Member(e.name, e.data, flags=1) for e in usual]),
            outcome=REFUSED,
        )
        yield Odd(
            f"lzma.{suffix}",
            packed([Member(e.name, e.data, method=14) for e in usual]),
            outcome=REFUSED,
        )
        yield Odd(
            f"method.{suffix}",
            packed([Member(e.name, e.data, method=99) for e in usual]),
            outcome=REFUSED,
        )
        yield Odd(
            f"sum.{suffix}", packed([Member(e.name, e.data, crc=1) for e in usual]), outcome=REFUSED
        )
        yield Odd(f"short.{suffix}", packed(usual)[:-30], outcome=REFUSED)
        yield Odd(f"head-only.{suffix}", b"PK\x03\x04", outcome=REFUSED)
        link = Member("x/link.xml", b"/etc/passwd", method=0, attributes=0o120777 << 16)
        yield Odd(f"link.{suffix}", packed([*usual, link]), outcome=REFUSED)
        yield Odd(f"nested.{suffix}", packed([*usual, Member("x/a.zip", packed(usual))]), SAID)
        yield Odd(f"empty-part.{suffix}", document(parts, **{main: b""}), outcome=REFUSED)
        yield Odd(
            f"half-part.{suffix}",
            document(parts, **{main: text[: len(text) // 2]}),
            outcome=REFUSED,
        )
        yield Odd(
            f"noise-part.{suffix}", document(parts, **{main: bytes(range(256))}), outcome=REFUSED
        )
        yield Odd(f"before.{suffix}", b"x" * 100 + packed(usual), SAID)
        yield Odd(f"after.{suffix}", packed(usual) + b"x" * 100, SAID)
        for missing in parts:
            kept = [each for each in usual if each.name != missing]
            yield Odd(f"without-{missing.replace('/', '-')}.{suffix}", packed(kept), SAID)
        yield Odd(f"named-wrong-{suffix}.txt", packed(usual), SAID)


ODD_NAMES = {
    "up": "../../evil.xml",
    "absolute": "/etc/evil.xml",
    "drive": "C:/evil.xml",
    "backslash": "..\\evil.xml",
    "stream": "word/a.xml:x",
    "reserved": "con.xml",
}


def _sheets() -> Iterator[Odd]:
    far = '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>far</t></is></c></row>'
    usual = (
        xlsx_parts()["xl/worksheets/sheet1.xml"].split("<sheetData>")[1].split("</sheetData>")[0]
    )
    yield Odd("far.xlsx", document(xlsx_parts(usual + far, "A1:XFD1048576")), SAID)
    yield Odd("dimension.xlsx", document(xlsx_parts(dimension="A1:XFD1048576")), SAID)
    yield Odd("dimension-odd.xlsx", document(xlsx_parts(dimension="A1:ZZZZ99999999999")), SAID)
    yield Odd("dimension-none.xlsx", document(xlsx_parts(dimension="")), SAID)
    formula = usual.replace(
        't="inlineStr"><is><t>Mmm</t></is>', "><f>HYPERLINK(&quot;http://127.0.0.1:9&quot;)</f>"
    )
    yield Odd("formula.xlsx", document(xlsx_parts(formula)), SAID)
    for n, cell in enumerate(
        (
            '<c r="B4"><v>1e999</v></c>',
            '<c r="B4"><v>NaN</v></c>',
            '<c r="B4" t="s"><v>99999</v></c>',
            '<c r="B4" t="d"><v>9999-99-99</v></c>',
            '<c r="B4" t="b"><v>x</v></c>',
            '<c r="B4" t="e"><v>#REF!</v></c>',
            '<c r="@@"><v>1</v></c>',
            '<c r="B4" s="77"><v>1</v></c>',
            "<c/>",
        )
    ):
        rows = usual.replace('<c r="B4" t="inlineStr"><is><t>Mmm</t></is></c>', cell)
        yield Odd(f"cell-{n}.xlsx", document(xlsx_parts(rows)), SAID)
    long = usual.replace("Mmm", "x" * many(40_000))
    yield Odd("long-cell.xlsx", document(xlsx_parts(long)), SAID)
    for n, row in enumerate(
        ('<row r="0">', '<row r="-5">', '<row r="99999999999">', '<row r="x">')
    ):
        yield Odd(f"row-{n}.xlsx", document(xlsx_parts(usual.replace('<row r="4">', row))))
    wide = (
        '<row r="6">'
        + "".join(f'<c t="inlineStr"><is><t>{n}</t></is></c>' for n in range(many(20_000)))
        + "</row>"
    )
    yield Odd("wide.xlsx", document(xlsx_parts(usual + wide)), SAID)
    yield Odd(
        "wide.csv",
        b"Speaker,Text\nT,quokka\nC,zephyr\nT," + b"x," * many(200_000) + b"\n",
        ("quokka", "zephyr"),
    )
    yield Odd("quote.csv", b'Speaker,Text\nT,"quokka\nC,zephyr\n' * 3, ("quokka", "zephyr"))
    yield Odd(
        "field.csv",
        b"Speaker,Text\nT,quokka " + b"x" * many(200_000) + b"\nC,zephyr\nT,no\nC,no\n",
        ("quokka", "zephyr"),
    )
    yield Odd(
        "nul.csv", b"Speaker,Text\nT,quokka\0\nC,zephyr\nT,a\nC,b\n" * 9, ("quokka", "zephyr")
    )
    yield Odd(
        "formula.csv",
        b"Speaker,Text\nT,=HYPERLINK(1)\nC,+zephyr\nT,@quokka\nC,-a\n",
        ("zephyr", "quokka"),
    )
    yield Odd("commas.csv", b"," * many(900_000))
    yield Odd("quotes.csv", b"Speaker,Text\n" + b'"' * many(900_000))
    yield Odd("lines-in-quotes.csv", b'Speaker,Text\nT,"' + b"\n" * many(900_000) + b'"\n')


# --- Text

TALK = "T: How was the quokka?\nC: It was zephyr fine.\nT: And then?\nC: Then nothing, really.\n"
WORDS = ("quokka", "zephyr", "And then", "nothing, really")


def _texts() -> Iterator[Odd]:
    yield Odd("one-line.txt", b"T: " + b"word " * many(200_000))
    yield Odd("one-word.txt", b"x" * many(1_000_000))
    yield Odd(
        "one-word-said.txt",
        b"T: " + b"x" * many(1_000_000) + b"\nC: quokka\nT: zephyr\nC: a\n",
        ("quokka", "zephyr"),
    )
    yield Odd("blank.txt", b"\n" * many(100_000), outcome=REFUSED)
    yield Odd("blank-between.txt", TALK.replace("\n", "\n" * many(30_000)).encode(), WORDS, READ)
    yield Odd("cr.txt", TALK.replace("\n", "\r").encode(), WORDS, READ)
    yield Odd(
        "mixed.txt", b"T: quokka\r\nC: zephyr\rT: And then\nC: nothing, really\r\r\n", WORDS, READ
    )
    yield Odd(
        "separators.txt",
        "T: quokka\u2028C: zephyr\u2029T: And then\x85C: nothing, really\v".encode(),
        WORDS,
        READ,
    )
    yield Odd("no-end.txt", TALK.strip().encode(), WORDS, READ)
    yield Odd("nul.txt", TALK.replace("quokka", "quokka\0").encode(), outcome=EITHER)
    yield Odd("nuls.txt", b"\0" * many(10_000), outcome=REFUSED)
    yield Odd("noise.txt", bytes(range(256)) * 40, outcome=REFUSED)
    yield Odd("controls.txt", (TALK * 99).replace("zephyr", "\x07zephyr", 1).encode(), WORDS, READ)
    yield Odd("half-characters.txt", TALK.encode() + b"T: \xed\xa0\x80\n")
    yield Odd(
        "bidi.txt", TALK.replace("quokka", "\u202equokka\u202c \u2066x\u2069").encode(), WORDS, READ
    )
    yield Odd(
        "unseen.txt",
        TALK.replace("T:", "\u200bT\u200d:").replace("zephyr", "zep\u00adhyr").encode(),
        ("quokka", "hyr"),
    )
    yield Odd("wide-spaces.txt", TALK.replace(" ", "\u00a0\u3000").encode(), ("quokka", "zephyr"))
    yield Odd(
        "zalgo.txt",
        TALK.replace("quokka", "q" + "\u0301" * many(50_000) + "uokka").encode(),
        ("zephyr",),
    )
    yield Odd("emoji.txt", TALK.replace("quokka", "👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿").encode(), ("👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿",), READ)


def _long_lines() -> Iterator[Odd]:
    yield Odd("colons.txt", b":" * many(900_000))
    yield Odd("colons-between.txt", b"a:" * many(450_000))
    yield Odd("colon-lines.txt", b":\n" * many(300_000))
    yield Odd("label-lines.txt", b"T:\n" * many(100_000) + b"C: quokka\nT: a\nC: b\n", ("quokka",))
    yield Odd("labels.txt", "".join(f"N{n}: a\n" for n in range(many(50_000))).encode())
    yield Odd("labels-long.txt", "".join(f"{'x' * 500}{n}: a\n" for n in range(1500)).encode())
    yield Odd("labels-in-one-line.txt", b"T: a C: b " * many(90_000))
    yield Odd("brackets.txt", TALK.encode() + b"T: " + b"(" * many(900_000), ("quokka",))
    yield Odd(
        "brackets-closed.txt",
        TALK.encode() + b"T: " + b"(" * many(400_000) + b")" * many(400_000),
        ("quokka",),
    )
    yield Odd("brackets-square.txt", TALK.encode() + b"T: " + b"[" * many(900_000), ("quokka",))
    yield Odd("brackets-lines.txt", TALK.encode() + b"(\n" * many(300_000), ("quokka",))
    yield Odd("notes.txt", TALK.encode() + b"T: " + b"(sigh)" * many(150_000), ("quokka",))
    yield Odd("dots.txt", TALK.encode() + b"T: " + b". " * many(400_000), ("quokka",))
    yield Odd("spaces.txt", TALK.encode() + b"T:" + b" " * many(900_000) + b"x\n", ("quokka",))
    yield Odd("spaces-before.txt", TALK.encode() + b" " * many(900_000) + b"T: x\n", ("quokka",))
    yield Odd("tabs.txt", TALK.encode() + b"\t" * many(900_000) + b"\n", ("quokka",))
    yield Odd("tabs-between.txt", b"a\t" * many(450_000))
    yield Odd("digits.txt", TALK.encode() + b"1" * many(900_000) + b"\nT: a\n", ("quokka",))
    yield Odd("digits-colons.txt", TALK.encode() + b"1:" * many(400_000) + b"\n", ("quokka",))
    yield Odd("times.txt", b"0:00 " * many(180_000))
    yield Odd("times-lines.txt", TALK.encode() + b"0:01\n" * many(150_000), ("quokka",))
    yield Odd(
        "times-brackets.txt", TALK.encode() + b"T: " + b"[00:00:01] a " * many(70_000), ("quokka",)
    )
    yield Odd(
        "numbers-lines.txt",
        TALK.encode() + "".join(f"{n}\n" for n in range(1, many(120_000))).encode(),
        ("quokka",),
    )
    yield Odd("stars.txt", TALK.encode() + b"*" * many(900_000), ("quokka",))
    yield Odd("dashes.txt", TALK.encode() + b"-" * many(900_000), ("quokka",))
    yield Odd("quotes.txt", TALK.encode() + "“".encode() * many(300_000), ("quokka",))
    yield Odd("hashes.txt", TALK.encode() + b"#" * many(900_000), ("quokka",))
    yield Odd("arrows.txt", TALK.encode() + b"-->" * many(300_000), ("quokka",))
    yield Odd("angles.txt", TALK.encode() + b"<" * many(900_000), ("quokka",))
    yield Odd("ampersands.txt", TALK.encode() + b"&" * many(900_000), ("quokka",))
    yield Odd("braces.txt", b"{" * many(900_000))


def _marks() -> Iterator[Odd]:
    yield Odd(
        "naughty.txt",
        TALK.encode() + "".join(f"T: {each}\n" for each in NAUGHTY).encode(),
        WORDS,
        READ,
    )
    for name, encoding in (("le", "utf-16-le"), ("be", "utf-16-be"), ("32", "utf-32")):
        yield Odd(f"wide-{name}.txt", TALK.encode(encoding))
    yield Odd("wide-odd.txt", TALK.encode("utf-16") + b"x")
    marks = {"8": codecs.BOM_UTF8, "le": codecs.BOM_UTF16_LE, "be": codecs.BOM_UTF16_BE}
    for name, mark in marks.items():
        yield Odd(f"mark-{name}.txt", mark + TALK.encode())
        yield Odd(f"mark-{name}-only.txt", mark, outcome=REFUSED)
        yield Odd(f"mark-{name}-8.txt", mark + codecs.BOM_UTF8 + TALK.encode())
    yield Odd("mark-within.txt", TALK.replace("\n", "\n\ufeff").encode(), WORDS, READ)


NAUGHTY = (
    "undefined", "null", "NaN", "-1", "1e999", "0x0", "$1.00", "1/0", "..", "\\", "'; DROP TABLE turn;--",
    "<script>x</script>", '<img src="file://127.0.0.1/x">', "{{7*7}}", "${x}", "%s%n%d", "{path}", "=1+1",
    "__proto__", "C:\\aux\\con", "/dev/null", "\u200b", "\ufeff", "\u202e", "Ω≈ç√∫", "田中さん", "ﷺ", "👾",
    "T: within: this: line", "[[[", ")))", "((()))", "[(])", "-->", "00:00:00,000 --> 99:99:99,999",
)  # fmt: skip

# --- Numbers where times belong

NUMBERS = (
    "-5",
    "1e999",
    "-1e999",
    "NaN",
    "Infinity",
    "9" * 5000,
    "0x10",
    "",
    "1.5.5",
    "\u0663",
    "true",
    "null",
    "1e-999",
    "-0",
)
NUMBERS_IN_PAIRS = [(each, "1") for each in NUMBERS] + [("1", each) for each in NUMBERS]
_CLOCKS = (
    "99:61:99.000", "00:00:00.9999999999", "-00:00:01.000", "99999999999999:00:00.000", "1e9", "0:0:0.0",
    "00:00:01,000", "\u0660\u0660:\u0660\u0660:\u0660\u0661.\u0660\u0660\u0660", "00:00:01:12", "00:00:01.000.000", "::", "",
)  # fmt: skip


def _cues() -> Iterator[Odd]:
    for n, clock in enumerate(_CLOCKS):
        cue = f"{clock} --> 00:00:09.000\nT: quokka\n\n00:00:10.000 --> {clock}\nC: zephyr\n\n00:00:20.000 --> 00:00:21.000\nT: yes\n"
        yield Odd(f"clock-{n}.vtt", f"WEBVTT\n\n{cue}".encode(), ("quokka", "zephyr"))
        srt = "".join(f"{i}\n{each}\n\n" for i, each in enumerate(cue.strip().split("\n\n"), 1))
        yield Odd(f"clock-{n}.srt", srt.encode(), ("quokka", "zephyr"))
        sbv = cue.replace(" --> ", ",")
        yield Odd(f"clock-{n}.sbv", sbv.encode(), ("quokka", "zephyr"))
        yield Odd(
            f"clock-{n}.lrc",
            f"[{clock}] quokka\n[00:09.00] zephyr\n[00:10.00] yes\n".encode(),
            ("quokka", "zephyr"),
        )
        yield Odd(
            f"clock-{n}.tsv",
            f"start\tend\ttext\n{clock}\t900\tquokka\n1000\t{clock}\tzephyr\n".encode(),
            ("quokka", "zephyr"),
        )
        yield Odd(
            f"clock-{n}.txt",
            f"[{clock}]\nT: quokka\n{clock} C: zephyr\nT: {clock} a\nC: b {clock}\n".encode(),
            ("quokka", "zephyr"),
        )
    one = "00:00:01.000 --> 00:00:02.000\n"
    for name, words in (
        ("tags", "<i>" * many(300_000)),
        ("angles", "<" * many(900_000)),
        ("voices", "<v T>" * many(180_000)),
        ("voice-open", "<v " + "x" * many(900_000)),
        ("entities", "&amp;" * many(180_000)),
        ("entity-open", "&" + "a" * many(900_000)),
        ("entity-number", "&#" + "9" * 5000 + ";"),
        ("dashes", "- a\n" * many(200_000)),
        ("stamps", "<00:00:01.000>a" * many(60_000)),
        ("slashes", "\\an8{" * many(150_000)),
        ("colons", "T: a " * many(150_000)),
        ("arrows", "--> " * many(200_000)),
    ):
        yield Odd(
            f"{name}.vtt",
            f"WEBVTT\n\n{one}T: quokka\n\n{one}{words}\n\n{one}C: zephyr\n".encode(),
            ("quokka", "zephyr"),
        )
        yield Odd(
            f"{name}.srt",
            f"1\n{one}T: quokka\n\n2\n{one}{words}\n\n3\n{one}C: zephyr\n".encode(),
            ("quokka", "zephyr"),
        )
    yield Odd("cues.vtt", ("WEBVTT\n\n" + f"{one}T: a\n\n" * many(25_000)).encode())
    yield Odd(
        "cues-rolling.vtt",
        (
            "WEBVTT\n\n"
            + "".join(f"{one}{'a ' * 9}{n}\n{'a ' * 9}{n + 1}\n\n" for n in range(many(9_000)))
        ).encode(),
    )
    yield Odd("cues.srt", (f"1\n{one}T: a\n\n" * many(25_000)).encode())
    yield Odd(
        "notes.vtt",
        ("WEBVTT\n\n" + "NOTE x\n\n" * many(100_000) + f"{one}quokka\n").encode(),
        ("quokka",),
    )
    yield Odd("head-only.vtt", b"WEBVTT", outcome=REFUSED)
    yield Odd(
        "head-long.vtt",
        b"WEBVTT " + b"x" * many(900_000) + f"\n\n{one}quokka\n".encode(),
        ("quokka",),
    )
    yield Odd("nul.vtt", f"WEBVTT\0\n\n{one}quokka\n".encode())
    yield Odd(
        "mark-within.srt",
        f"1\n{one}\ufeffT: quokka\n\n\ufeff2\n{one}C: zephyr".encode(),
        ("quokka", "zephyr"),
    )


def _data() -> Iterator[Odd]:
    deep = b"[" * many(100_000) + b"]" * many(100_000)
    yield Odd("deep.json", deep, outcome=REFUSED)
    yield Odd("deep-open.json", b'{"segments":' + b"[" * many(400_000), outcome=REFUSED)
    yield Odd("deep-objects.json", b'{"segments":' * many(50_000), outcome=REFUSED)
    yield Odd(
        "deep-within.json", b'{"segments":[{"start":0,"end":1,"text":"quokka","x":' + deep + b"}]}"
    )
    for n, value in enumerate((*NUMBERS, '"x"', "[]", "{}", '"1s"', "[1]")):
        for name, text in SEGMENTS.items():
            yield Odd(f"number-{name}-{n}.json", text.replace("0.5", value or '""').encode())
    for name, text in SEGMENTS.items():
        for n, value in enumerate(
            ("null", "3", "[]", "{}", '"\\ud800 x"', '"\\u0000"', '"' + "x" * many(500_000) + '"')
        ):
            yield Odd(f"words-{name}-{n}.json", text.replace('"quokka"', value).encode())
    yield Odd(
        "keys-twice.json", b'{"segments":[],"segments":[{"start":0,"end":1,"text":"quokka"}]}'
    )
    yield Odd("half.json", SEGMENTS["whisper"].encode()[:-9], outcome=REFUSED)
    yield Odd("after.json", SEGMENTS["whisper"].encode() + b" x", outcome=REFUSED)
    for value in (
        "null",
        "1",
        '"x"',
        "[]",
        "{}",
        "true",
        "NaN",
        '[{"a":1}]',
        '{"segments":null}',
        '{"results":[]}',
    ):
        yield Odd(
            f"value-{len(value)}-{value[1:3].strip() or 'x'}.json".replace('"', "q"),
            value.encode(),
            outcome=REFUSED,
        )
    segments = [
        {"start": n, "end": n + 1, "text": " a", "speaker": f"S{n % 2}"}
        for n in range(many(15_000))
    ]
    yield Odd("many.json", json.dumps({"segments": segments, "language": "en"}).encode())
    words = [
        {"word": "a", "start": n, "end": n, "speaker": n % 2, "confidence": 1}
        for n in range(many(12_000))
    ]
    deepgram = {"results": {"channels": [{"alternatives": [{"transcript": "a", "words": words}]}]}}
    yield Odd("many-words.json", json.dumps(deepgram).encode())
    yield Odd("wide.json", SEGMENTS["whisper"].encode("utf-16"), ("quokka",))


SEGMENTS = {
    "whisper": '{"text":"quokka","segments":[{"id":0,"start":0.5,"end":2,"text":"quokka"}],"language":"en"}',
    "whisperx": '{"segments":[{"start":0.5,"end":2,"text":"quokka","speaker":"S0","words":[{"word":"quokka","start":0.5,"end":2,"score":0.5,"speaker":"S0"}]}],"word_segments":[]}',
    "whispercpp": '{"transcription":[{"timestamps":{"from":"00:00:00,000","to":"00:00:02,000"},"offsets":{"from":0.5,"to":2000},"text":"quokka"}]}',
    "deepgram": '{"metadata":{},"results":{"channels":[{"alternatives":[{"transcript":"quokka","words":[{"word":"quokka","start":0.5,"end":2,"confidence":0.5,"speaker":0}]}]}]}}',
    "assemblyai": '{"audio_url":"x","utterances":[{"speaker":"A","start":0.5,"end":2,"text":"quokka","words":[]}],"words":[],"text":"quokka"}',
    "aws": '{"jobName":"x","results":{"transcripts":[{"transcript":"quokka"}],"items":[{"type":"pronunciation","start_time":0.5,"end_time":"2","alternatives":[{"content":"quokka","confidence":"1"}]}],"speaker_labels":{"segments":[]}}}',
    "google": '{"results":[{"alternatives":[{"transcript":"quokka","words":[{"word":"quokka","startTime":0.5,"endTime":"2s","speakerTag":1}]}]}]}',
    "azure": '{"source":"x","recognizedPhrases":[{"channel":0,"offsetInTicks":0.5,"durationInTicks":2,"nBest":[{"display":"quokka"}]}]}',
    "ibm": '{"results":[{"alternatives":[{"transcript":"quokka","timestamps":[["quokka",0.5,2]]}],"final":true}],"speaker_labels":[{"from":0.5,"to":2,"speaker":0}]}',
    "speechmatics": '{"format":"2.9","job":{},"metadata":{},"results":[{"type":"word","start_time":0.5,"end_time":2,"alternatives":[{"content":"quokka","speaker":"S1"}]}]}',
    "trint": '{"words":[{"time":0.5,"duration":5,"name":"quokka"}],"paragraphs":[{"time":0.5,"duration":9,"speaker":"A"}]}',
    "revai": '{"monologues":[{"speaker":0,"elements":[{"type":"text","value":"quokka","ts":0.5,"end_ts":2}]}]}',
    "otr": '{"text":"<p><span class=\\"timestamp\\" data-timestamp=\\"0.5\\">0:00</span>T: quokka</p>","media":"x"}',
}  # fmt: skip


def _rtf() -> Iterator[Odd]:
    said = "T: How was the quokka?\\par C: It was zephyr fine.\\par T: And then?\\par C: Then nothing, really.\\par"
    usual = "{\\rtf1\\ansi\\ansicpg1252 " + said + "}"
    yield Odd("sound.rtf", usual.encode(), WORDS, READ)
    for name, more in {
        "deep": "{" * many(200_000) + "}" * many(200_000),
        "deep-open": "{" * many(400_000),
        "closed": "}" * many(400_000),
        "unicode": "\\u99999999? \\u-99999999? \\u? \\u" + "9" * 5000 + "?",
        "surrogates": "\\u-10179?\\u-8704?\\u-10179?",
        "bin": "\\bin999999999 x",
        "bin-negative": "\\bin-5 x",
        "hex": "\\'zz\\'" * 1000,
        "uc": "\\uc99999 \\u8217?" * 100,
        "object": "{\\object{\\*\\objdata 0105}}{\\field{\\*\\fldinst INCLUDETEXT /etc/passwd}{\\fldrslt x}}",
        "words": "\\" + "a" * many(500_000),
        "slashes": "\\" * many(900_000),
        "stars": "{\\*" * many(200_000),
        "pict": "{\\pict " + "ff" * many(400_000) + "}",
        "fonts": "{\\fonttbl" + "{\\f0\\fcharset204 x;}" * many(30_000) + "}",
        "ansicpg": "\\ansicpg99999 \\'e9",
    }.items():
        yield Odd(f"{name}.rtf", usual.replace("\\par T:", f"\\par {more} T:").encode())
    yield Odd("head-only.rtf", b"{\\rtf", outcome=REFUSED)
    yield Odd("half.rtf", usual.encode()[:-20])


def _pages() -> Iterator[Odd]:
    said = "<p>T: How was the quokka?</p><p>C: It was zephyr fine.</p><p>T: And then?</p><p>C: Then nothing, really.</p>"
    yield Odd("sound.html", f"<html><body>{said}</body></html>".encode(), WORDS, READ)
    for name, more in {
        "deep": "<div>" * many(180_000),
        "deep-tables": "<table><tr><td>" * many(60_000),
        "closed": "</div>" * many(150_000),
        "angles": "<" * many(900_000),
        "tag-open": "<a " + "x" * many(900_000),
        "attributes": "<p " + "a=b " * many(200_000) + ">x</p>",
        "attribute-open": '<p a="' + "x" * many(900_000),
        "quotes": "<p " + '"' * many(900_000) + ">x</p>",
        "equals": "<p " + "=" * many(900_000) + ">x</p>",
        "comment-open": "<!--" * many(200_000),
        "comments": "<!-- x -->" * many(90_000),
        "script": "<script>" * many(100_000),
        "script-open": "<script>" + "x" * many(900_000),
        "entities": "&amp;" * many(180_000),
        "entity-open": "&" + "a" * many(900_000),
        "entity-number": "&#" + "9" * many(900_000) + ";",
        "ampersands": "&" * many(900_000),
        "names": '<a name="ts_1_2_S01">' * many(40_000),
        "numbers": f'<a name="ts_{"9" * 5000}_{"9" * 5000}_S01">x</a>' * 9,
        "breaks": "<br>" * many(200_000),
        "cells": "<td>x" * many(150_000),
        "doctype": "<!DOCTYPE html [" + "<!ENTITY a 'x'>" * many(50_000) + "]>&a;",
        "remote": '<img src="http://127.0.0.1:9/x"><link href="file:///etc/passwd"><iframe src="//127.0.0.1/x">',
    }.items():
        page = f"<html><body>{said}{more}</body></html>"
        yield Odd(f"{name}.html", page.encode(), ("quokka",))
        yield Odd(f"{name}-before.html", page.replace(said, "").replace(more, more + said).encode())
    body = odt_parts()["content.xml"].replace("document-content", "document")
    kind = 'document office:mimetype="application/vnd.oasis.opendocument.text" '
    flat = body.replace("document ", kind, 1)
    for kind, (head, use) in DOCTYPES.items():
        hostile = '<?xml version="1.0"?>' + head + flat.replace("T:", f"T: {use}", 1)
        yield Odd(f"doctype-{kind}.fodt", hostile.encode(), outcome=REFUSED)
    spaces = '<text:s text:c="999999999"/>'
    yield Odd("spaces.fodt", flat.replace("T:", f"T: {spaces}").encode())
    yield Odd(
        "spaces-many.fodt",
        flat.replace("T:", "T: " + '<text:s text:c="9000"/>' * many(30_000)).encode(),
    )
    yield Odd(
        "spaces-odd.fodt",
        flat.replace("T:", f'T: <text:s text:c="{"9" * 5000}"/><text:s text:c="-5"/>').encode(),
    )
    repeated = '<table:table xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"><table:table-row table:number-rows-repeated="999999999"><table:table-cell table:number-columns-repeated="999999999"><text:p>x</text:p></table:table-cell></table:table-row></table:table>'
    yield Odd("repeated.fodt", flat.replace("<text:p>", repeated + "<text:p>", 1).encode())
    yield Odd(
        "deep.fodt", flat.replace("T:", "T: " + "<text:span>" * 100_000).encode(), outcome=REFUSED
    )


def _tiers() -> Iterator[Odd]:
    for n, (start, end) in enumerate(NUMBERS_IN_PAIRS):
        grid = TEXTGRID.format(start=start, end=end, words="quokka", size=1)
        yield Odd(f"numbers-{n}.TextGrid", grid.encode())
        yield Odd(f"numbers-{n}.cha", CHA.format(start=start, end=end).encode())
    yield Odd(
        "sound.TextGrid",
        TEXTGRID.format(start=0, end=1, words="quokka", size=1).encode(),
        ("quokka",),
        READ,
    )
    for size in ("99999999", "-1", "0", "x", "9" * 5000):
        grid = TEXTGRID.format(start=0, end=1, words="quokka", size=size)
        yield Odd(f"size-{size[:9]}.TextGrid", grid.encode())
    yield Odd("quote.TextGrid", TEXTGRID.format(start=0, end=1, words='quokka"""', size=1).encode())
    yield Odd(
        "quotes.TextGrid",
        TEXTGRID.format(start=0, end=1, words='""' * many(400_000), size=1).encode(),
    )
    yield Odd(
        "open.TextGrid",
        TEXTGRID.format(start=0, end=1, words='"' + "x " * many(400_000), size=1).encode(),
    )
    yield Odd("half.TextGrid", TEXTGRID.format(start=0, end=1, words="x", size=1).encode()[:-40])
    yield Odd("sound.cha", CHA.format(start=0, end=1).encode(), ("quokka",), READ)
    for name, words in {
        "bullets": "\x15" * many(900_000),
        "angles": "<a" * many(400_000),
        "closed": "<a" * many(100_000) + "> [//]" * many(100_000),
        "brackets": "[/" * many(400_000),
        "codes": "[/] " * many(200_000),
        "signs": "&=x" * many(250_000),
        "plus": "+" * many(900_000),
        "headers": "\n@" * many(300_000),
        "tiers": "\n%x:\ty" * many(120_000),
        "tabs": "\n\tx" * many(250_000),
    }.items():
        yield Odd(
            f"{name}.cha", CHA.format(start=0, end=1).replace("quokka", "quokka " + words).encode()
        )


TEXTGRID = (
    'File type = "ooTextFile"\nObject class = "TextGrid"\n\nxmin = 0\nxmax = 1\ntiers? <exists>\nsize = 1\nitem []:\n'
    '    item [1]:\n        class = "IntervalTier"\n        name = "T"\n        xmin = 0\n        xmax = 1\n'
    "        intervals: size = {size}\n        intervals [1]:\n            xmin = {start}\n            xmax = {end}\n"
    '            text = "{words}"\n'
)
CHA = (
    "@UTF8\n@Begin\n@Languages:\teng\n@Participants:\tPAR Participant, INV Investigator\n"
    "*INV:\twhat was the quokka ? \x15{start}_{end}\x15\n*PAR:\tzephyr .\n@End\n"
)


def files(share: float = 1.0) -> Iterator[Odd]:
    """Make every odd file; names differ. The long ones are of 1 MB, or a share of it."""
    _Scale.share = share
    yield Odd("empty.txt", b"", outcome=REFUSED)
    yield Odd("space.txt", b" \n\t\r\n", outcome=REFUSED)
    for make in (
        _texts,
        _long_lines,
        _marks,
        _cues,
        _data,
        _xml,
        _bombs,
        _sheets,
        _rtf,
        _pages,
        _tiers,
    ):
        yield from make()


def main(folder: Path, share: float = 1.0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for odd in files(share):
        (folder / odd.name).write_bytes(odd.data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
