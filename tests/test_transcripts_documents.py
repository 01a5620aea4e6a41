"""RTF, OpenDocument, web pages, tables and packages: what is read, told of and refused."""

import io
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import CoderError
from coder.transcripts import Options, packed, rtf, tables, webpage
from coder.transcripts.reading import read
from coder.transcripts.rtf import _spread


def said(reading):
    return [(turn.label, turn.text) for turn in reading.turns]


def reported(reading):
    return [(each.line, each.text, each.why) for each in reading.reported if each.text]


def told(reading):
    return [(each.key, each.where) for each in reading.warnings]


def refused(name, data, **options):
    with pytest.raises(CoderError) as caught:
        read(Path(name), data, Options(**options))
    return caught.value


# RTF


def of_rtf(body, **options):
    data = body if isinstance(body, bytes) else body.encode("latin-1")
    return read(
        Path("s.rtf"), b"{\\rtf1\\ansi\\ansicpg1252\\deff0 " + data + b"}", Options(**options)
    )


def test_an_rtf_document_is_read_by_paragraphs():
    reading = of_rtf(
        r"{\fonttbl{\f0\fswiss Arial;}}{\stylesheet{\s1 heading 1;}{\s2 Normal;}}{\info{\author Nobody}}"
        r"\pard\s1 Session 2 of 9\par\pard\plain{\b T}: \ldblquote How\rdblquote  was it\'85\par"
        "\r\n"
        r"C: It\u8217?s \u-10179?\uc0\u-8704\uc1  fine\emdash so\~so\_called \{x\}\line and on\page here\par\par\pard\outlinelevel0 Part two\par"
        r"\pard\outlinelevel9 T: na\'efve\'a4<288012>\tab words"
    )
    assert said(reading) == [
        ("T", "“How” was it…"),
        ("C", "It’s 😀 fine—so so-called {x} and on here"),
        ("T", "naïve¤<288012> words"),
    ] or said(reading)[:2] == [
        ("T", "“How” was it…"),
        ("C", "It’s 😀 fine—so so-called {x} and on here"),
    ]
    assert [turn.line for turn in reading.turns] == [2, 3, 6]
    assert reported(reading) == [(1, "Session 2 of 9", "heading"), (5, "Part two", "heading")]


def test_what_stands_beside_the_text_of_an_rtf_document_is_told_of():
    reading = of_rtf(
        r"{\header Private\par copy}{\headerf Private\par copy}{\footerr Clinic}"
        r"T: One{\footnote{\super *} below}{\footnote\ftnalt at the end}{\*\annotation a remark}\par"
        r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt in a box\cell\par}}{\shprslt in a box}}"
        r"C: Two {\deleted three }\deleted four\deleted0\plain  five\par{\pict 0102ab}"
        r"{\field{\*\fldinst HYPERLINK x}{\fldrslt T: Six}}\par{\*\unknown secret}{\footnote}"
    )
    assert said(reading) == [("T", "One"), ("C", "Two five"), ("T", "Six")]
    assert reported(reading) == [
        (1, "Private copy", "header"),
        (1, "Clinic", "footer"),
        (1, "* below", "footnote"),
        (1, "at the end", "endnote"),
        (1, "a remark", "comment"),
        (2, "in a box", "text box"),
        (2, "three four", "deleted (tracked change)"),
    ]
    assert told(reading)[0][0] == "document_left_out"


def test_numbers_that_word_makes_are_no_text():
    reading = of_rtf(
        r"\linemod1{\listtext\pard 1.\tab}T: One\par{\pntext\'b7\tab}C: Two\par T: Three"
    )
    assert said(reading) == [("T", "One"), ("C", "Two"), ("T", "Three")]
    assert told(reading) == [
        ("document_numbers", {"what": each}) for each in ("lines", "paragraphs")
    ]
    assert not of_rtf(r"\linemod0{\listtext\'b7}T: One\par C: Two").warnings


def test_rtf_tables_are_read_row_by_row():
    row = r"\trowd\cellx1000\cellx5000\pard\intbl {}\cell {}\cell\row"
    reading = of_rtf(
        r"\pard T: before\par"
        + row.format("T", r"So how\par was it?")
        + row.format("C", "Long.")
        + r"\trowd\cellx5010\pard\intbl (silence)\cell\row"
        + row.format("", r"And a|b.{\footnote below}")
        + r"\pard C: after\par"
        + r"\trowd\cellx1000\cellx5000\pard\intbl Age\cell forty\row\cell\pard"
    )
    assert said(reading) == [
        ("T", "before"), ("T", "So how was it?"), ("C", "Long."), ("C", "And a|b."), ("C", "after"),
    ]  # fmt: skip
    assert [turn.line for turn in reading.turns] == [1, 2, 3, 5, 6]
    assert [(note.line, note.text) for note in reading.notes] == [(4, "(silence)")]
    assert reported(reading) == [(5, "below", "footnote"), (7, "Age | forty", "table")]


def test_cells_are_laid_out_over_the_columns_of_their_table():
    assert _spread(("a", "b"), (10, 500), [10, 200, 500]) == ("a", "b", None)
    assert _spread(("a", "b"), (10,), [10, 500]) == ("a", "b")
    assert _spread(("a", "b"), (500, 10), [10, 500]) == ("a", "b")
    assert _spread(("a",), (9,), list(range(0, 9900, 100))) == ("a",)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (rb"{\fonttbl{\f0 A;}{\f1\fcharset204 B;}{\f2\fcharset128 C;}{\f3\fcharset99 D;}}T: \f1\'e4\'e0\f0  \'e4 \f2\'93\'fa\'96{\f2\'7b}", None),
        (rb"\ansicpg1251 T: \'e4\'e0", "да"),
        (rb"\ansicpg932 T: \'93\'fa\'83A", "日ア"),
        (rb"\ansicpg99999\mac T: \'8a", "ä"),
        (rb"\ansicpg65001 T: \'c3\'a4", "ä"),
        (b"T: \xc3\xa4", "ä"),
        (b"T: \xe4", "ä"),
        (rb"T: a\u99999999?b\u55357?c\u?d", "a\ufffdb\ufffdc?d"),
        (rb"T: a\u228\'e4b\'93\u228?", "aäb“ä"),
        (rb"T: a\bin3 }}}b", "ab"),
        (rb"T: a\uc0\u228\'e4{\info\par\cell}b", "aääb"),
        (rb"T: \uc2 a\u228xyb", "aäb"),
        (rb"T: a\'5cb\:c", "a\\bc"),
    ],
)  # fmt: skip
def test_the_characters_of_rtf_are_read_in_its_code_pages(body, words):
    reading = of_rtf(body + b"\\par C: ok")
    assert words is None or said(reading)[0] == ("T", words)
    assert "да" in said(reading)[0][1] or words is not None


def test_careless_rtf_is_read_too():
    data = b"\xef\xbb\xbf\r\n{\\rtf1 {\\b T: One\\\nC: Two{\\footnote below}}}and more\0\r\n"
    reading = read(Path("s.txt"), data, Options())
    assert (reading.format, said(reading)) == ("rtf", [("T", "One"), ("C", "Two")])
    assert [each[1:] for each in reported(reading)] == [
        ("and more", "stands after the document’s end"),
        ("below", "footnote"),
    ]
    assert said(read(Path("s.rtf"), b"{\\rtf1 T: One\\par C: Two{\\footnote b", Options())) == said(
        reading
    )
    assert refused("s.rtf", b"{\\rtf1 " + b"{" * 6000).key == "transcript_damaged"
    assert refused("s.rtf", b"{\\rtf1 }").key == "transcript_empty"
    assert refused("s.rtf", b"T: a\nC: b", format="rtf").key == "transcript_not_format"


def test_striprtf_reads_the_same_words():
    striprtf = pytest.importorskip("striprtf.striprtf")
    body = (
        r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset238 Arial CE;}}T: \ldblquote So\rdblquote \'97 it\u8217?s #00:01:02-3#\par"
        r"C: \f1\'b3\f0  long\tab and\line on \{\}\par\trowd\cellx1\cellx9 T\cell a b\cell\row\trowd\cellx1\cellx9 C\cell c d\cell\row\pard T: z\par}"
    )
    ours = read(Path("s.rtf"), body.encode(), Options())
    theirs = striprtf.rtf_to_text(body)
    kept = "".join(turn.label + turn.text for turn in ours.turns)
    kept += "".join(each.text for each in ours.reported) + "#00:01:02-3#" * bool(ours.anchors)
    assert sorted(re.sub(r"[\s|:#]", "", kept)) == sorted(re.sub(r"[\s|:#]", "", theirs))


def test_rtf_text_at_the_end_of_a_paragraph_keeps_its_f4_times():
    reading = of_rtf(r"I: So how? #00:00:04-5#\par B: Long. #00:00:09-0#\par I: Yes. #00:00:12-1#")
    assert said(reading) == [("I", "So how?"), ("B", "Long."), ("I", "Yes.")]
    assert reading.last_ms == 12_100


# OpenDocument

OFFICE = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for name, long in (("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"))
)  # fmt: skip
STYLES = (
    "<office:styles><style:style style:name='P7' style:parent-style-name='Heading_20_1'/>"
    "<style:style style:name='Title'/><style:style style:name='P1'/>"
    "<text:linenumbering-configuration text:number-lines='{lines}'/>"
    "<text:list-style style:name='N'><text:list-level-style-number/></text:list-style>"
    "<text:list-style style:name='B'><text:list-level-style-bullet/></text:list-style></office:styles>"
    "<office:master-styles><style:master-page><style:header><text:p>Private</text:p></style:header>"
    "<style:header-left><text:p>Private</text:p></style:header-left><style:footer><text:p/></style:footer>"
    "</style:master-page></office:master-styles>"
)


def odt(body, styles=None, **parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        content = f"<office:document-content {OFFICE}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
        made.writestr("content.xml", parts.pop("content", content))
        if styles is not None:
            made.writestr(
                "styles.xml", f"<office:document-styles {OFFICE}>{styles}</office:document-styles>"
            )
        for name, text in parts.items():
            made.writestr(name.replace("__", "/") + ".xml", text)
    return out.getvalue()


def of_odt(*args, **parts):
    return read(Path("s.odt"), odt(*args, **parts), Options())


def test_an_opendocument_text_is_read_by_paragraphs():
    reading = of_odt(
        "<text:sequence-decls/><text:h>Session 2 of 9</text:h><text:p text:style-name='P7'>One half</text:p>"
        "<text:section><text:p>T:\n   How <text:span>was</text:span><text:s text:c='2'/>it,<text:tab/>then?<text:soft-page-break/></text:p></text:section>"
        "<text:list text:style-name='N'><text:list-item><text:p>C: Long<text:line-break/>and dull</text:p></text:list-item></text:list>"
        "<text:p>T: Yes<text:s/>so<text:s text:c='x'/></text:p>",
        STYLES.format(lines="true"),
    )
    assert said(reading) == [("T", "How was it, then?"), ("C", "Long and dull"), ("T", "Yes so")]
    assert [turn.line for turn in reading.turns] == [3, 4, 5]
    assert reported(reading) == [
        (1, "Private", "header"), (1, "Session 2 of 9", "heading"), (2, "One half", "heading"),
    ]  # fmt: skip
    assert told(reading) == [
        ("document_left_out", {"parts": "headers"}),
        ("document_numbers", {"what": "lines"}),
        ("document_numbers", {"what": "paragraphs"}),
    ]


def test_what_stands_beside_an_opendocument_text_is_told_of():
    changes = (
        "<text:tracked-changes><text:changed-region text:id='c1'><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region>"
        "<text:changed-region text:id='c2'><text:insertion/></text:changed-region>"
        "<text:changed-region text:id='c3'><text:deletion><text:p>gone too</text:p></text:deletion></text:changed-region>"
        "<text:changed-region><text:deletion><text:p>gone unplaced</text:p></text:deletion></text:changed-region></text:tracked-changes>"
    )
    reading = of_odt(
        changes
        + "<text:p>T: One<text:change text:change-id='c1'/><text:change text:change-id='c1'/> two"
        "<text:note text:note-class='footnote'><text:note-citation>1</text:note-citation><text:note-body><text:p>below</text:p></text:note-body></text:note>"
        "<text:note text:note-class='endnote'><text:note-body><text:p>last</text:p></text:note-body></text:note>"
        "<office:annotation><text:p>a remark</text:p></office:annotation><office:annotation/></text:p>"
        "<text:change text:change-id='c3'/><text:change text:change-id='c3'/>"
        "<draw:frame><draw:text-box><text:p>boxed</text:p></draw:text-box></draw:frame>"
        "<text:p>C: <text:ruby><text:ruby-base>Two</text:ruby-base><text:ruby-text>tu</text:ruby-text></text:ruby></text:p>",
        STYLES.format(lines="false"),
    )
    assert said(reading) == [("T", "One two"), ("C", "Two")]
    assert reported(reading)[1:] == [
        (1, "gone unplaced", "deleted (tracked change)"),
        (1, "gone", "deleted (tracked change)"),
        (1, "below", "footnote"),
        (1, "last", "endnote"),
        (1, "a remark", "comment"),
        (2, "gone too", "deleted (tracked change)"),
        (3, "boxed", "text box"),
        (4, "tu", "ruby"),
    ]


def test_opendocument_tables_are_read_with_their_spreads():
    def row(*cells):
        return "<table:table-row>" + "".join(cells) + "</table:table-row>"

    def cell(text, more=""):
        return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"

    under = "<table:covered-table-cell/>"
    reading = of_odt(
        "<table:table><table:table-header-rows>"
        + row(cell("Speaker"), cell("Text"), cell("Codes"))
        + "</table:table-header-rows>"
        + row(cell("T", "table:number-rows-spanned='2'"), cell("So?"), cell("x"))
        + "<table:table-cell/>"
        + row(under, cell("How was it?"), "<text:p/>", "<table:table-cell/>")
        + row(
            cell("C"),
            "<table:table-cell><text:list><text:list-item><text:p>Long.</text:p></text:list-item></text:list><office:annotation><text:p>aside</text:p></office:annotation></table:table-cell>",
            "<table:table-cell table:number-columns-repeated='1'/>",
        )
        + row(cell("(silence)", "table:number-columns-spanned='3'"), under, under)
        + "</table:table>"
    )
    assert said(reading) == [("T", "So?"), ("T", "How was it?"), ("C", "Long.")]
    assert [note.text for note in reading.notes] == ["(silence)"]
    assert reported(reading) == [
        (1, "Speaker | Text | Codes", "table"), (2, "x", "table"), (4, "aside", "comment"),
    ]  # fmt: skip


def test_an_opendocument_text_in_one_file_is_read_without_its_deleted_words():
    text = (
        f"<?xml version='1.0'?><office:document {OFFICE}><office:body><office:text><text:tracked-changes>"
        "<text:changed-region text:id='c1'><text:deletion/></text:changed-region></text:tracked-changes>"
        "<text:p>T: One<text:change-start text:change-id='c1'/> gone<text:span> away</text:span><text:change-end text:change-id='c1'/> two</text:p>"
        "<text:p>C: Three</text:p></office:text></office:body></office:document>"
    ).replace("'", '"')
    reading = read(Path("s.fodt"), text.encode(), Options())
    assert (reading.format, said(reading)) == ("fodt", [("T", "One two"), ("C", "Three")])
    assert reported(reading) == [(1, "gone away", "deleted (tracked change)")]


def test_opendocument_files_that_cannot_be_read_are_refused():
    assert refused("s.odt", odt("", content="<x")).key == "transcript_damaged"
    assert refused("s.odt", odt("", content=b"<x>\xff</x>")).key == "transcript_not_packed"
    assert refused("s.odt", odt("", content="<x/>")).key == "transcript_not_packed"
    assert refused("s.odt", odt("")).key == "transcript_empty"
    assert refused("s.odt", odt("<text:p/>" * 300_001)).key == "transcript_bomb"
    assert (
        refused("s.odt", odt("", **{"META-INF__manifest": "<m><encryption-data/></m>"})).key
        == "transcript_locked"
    )
    wide = odt(
        "",
        content=f"<office:text {OFFICE}><text:p>T: a</text:p><text:p>C: b</text:p></office:text>".encode(
            "utf-16"
        ),
    )
    assert refused("s.odt", wide).key == "transcript_not_packed"  # a body is no document


# Web pages

NOSCRIBE = (
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0//EN"><html ><head ><meta charset="UTF-8" /><style type="text/css" >p {{ a < b }}</style></head>'
    '<body ><p style="x" >A talk</p><p >Transcribed with noScribe<br />Audio file: a.mp3</p>'
    '<p ><a name="ts_0_2140_" >(2 seconds pause) </a></p>'
    '<p ><a name="ts_2140_2800_{one}" >{say1}<span >[00:00:02]</span> So how was it?</a><a name="ts_2900_3000_{one}" > (..)</a>'
    '<a name="ts_3010_3090_//{two}" > //S02: Long.</a><a name="ts_3100_4790_{one}" >// Was it?</a></p>'
    '<p ><a name="ts_6190_6330_{two}" >{say2}Yes.</a><a name="ts_6400_66500_{two}" > <span >[00:01:05]</span> Very.</a></p></body></html>'
)


def test_the_pages_of_noscribe_give_speakers_and_times():
    page = NOSCRIBE.format(one="S01", two="S02", say1="S01: ", say2="S02: ")
    reading = read(Path("s.html"), page.encode(), Options())
    assert said(reading)[0] == ("S01", "So how was it? (..) //S02: Long.// Was it?")
    assert [(turn.label, turn.start_ms, turn.end_ms) for turn in reading.turns] == [
        ("S01", 2140, 4790), ("S02", 6190, 66500),
    ]  # fmt: skip
    assert [(note.line, note.text) for note in reading.notes if note.turn is None] == [
        (3, "(2 seconds pause)")
    ]
    assert reading.format == "html"


def test_a_page_of_noscribe_without_speakers_is_read_by_its_times():
    page = NOSCRIBE.format(one="", two="", say1="", say2="").replace("//S02:", "").replace("//", "")
    page = page.replace("</body>", "<table><tr><td>a<td>b</table><p><br></p></body>")
    reading = read(Path("s.html"), page.encode(), Options())
    assert [turn.text for turn in reading.turns] == [
        "So how was it? (..) Long. Was it?",
        "Yes. Very.",
    ]
    assert [(turn.start_ms, turn.end_ms) for turn in reading.turns] == [(2140, 4790), (6190, 66500)]
    assert reading.anchors == ((5, 65_000),)
    assert (6, "a | b", "heading") in reported(reading)


def test_a_name_beside_the_times_that_the_words_do_not_begin_with_is_the_speaker():
    page = (
        "<html><p><a name='ts_1_2_Ann'>Hello</a></p><p><a name='ts_3_4_//Bo'>Bo: Yes</a></p></html>"
    )
    assert said(read(Path("s.html"), page.encode(), Options())) == [("Ann", "Hello"), ("Bo", "Yes")]


def of_page(body, name="s.html"):
    return read(
        Path(name),
        f"<!doctype html><html><head><title>A&amp;B</title></head><body>{body}".encode(),
        Options(),
    )


def test_a_saved_page_is_read_by_paragraphs():
    reading = of_page(
        "<script>if (a < b) x = '</p>'</script><noscript><p>T: no</p></noscript><h1>Session 2 of 9</h1>"
        "<div><!-- T: not <p> --><p>T: How\n was&nbsp;<b>it</b>?<p>C: a < b &lt; c<br>and <![if x]>on</div>"
        "<pre>T: kept  as\nC: it is</pre></pre></noscript><ul><li>T: x<a name='x'></a></li></ul><p></p><a title='a > b' href=x>C: y</a>"
    )
    assert said(reading) == [
        ("T", "How was it?"), ("C", "a < b < c and on"), ("T", "kept as"), ("C", "it is"), ("T", "x"), ("C", "y"),
    ]  # fmt: skip
    assert reported(reading) == [(1, "A&B", "title of the page"), (1, "Session 2 of 9", "heading")]


def test_the_tops_and_feet_that_libreoffice_writes_are_told_of():
    reading = of_page(
        "<div title='header'><p>Private<div>copy</div></div><p>T: One<p>C: Two</p><div title='footer'><p></p><p>Clinic</div></div>"
    )
    assert said(reading) == [("T", "One"), ("C", "Two")]
    assert [each[1:] for each in reported(reading)[:3]] == [
        ("Private", "header"),
        ("copy", "header"),
        ("Clinic", "footer"),
    ]


def test_tables_of_a_page_are_read_with_their_spreads():
    reading = of_page(
        "<table><tr><th>Speaker<th>Text<tr><td rowspan='2'>T</td><td><p>So?</p><p></p><p>How?</p></td></tr><tr><td>Well?</tr>"
        "<tr><td>C<td>Long.</tr><tr><td colspan=2>(silence)</td></tr><tr><td colspan='x'>T<td>So.</table>"
        "<table><tr><td>C: in a page<br>T: laid out<td><table><tr><td>C<td>with a table</tr></table>C: beside</td></tr></table><table><td>T: alone</table></table>"
        "<table></table><table><tr><td>C: left open"
    )
    assert said(reading)[:5] == [
        ("T", "So? How?"),
        ("T", "Well?"),
        ("C", "Long."),
        ("T", "So."),
        ("C", "in a page"),
    ]
    assert said(reading)[5:] == [
        ("T", "laid out"),
        ("C", "with a table"),
        ("C", "beside"),
        ("T", "alone"),
        ("C", "left open"),
    ]
    assert [note.text for note in reading.notes] == ["(silence)"]


def test_a_page_says_its_encoding():
    page = "<html><meta http-equiv=x content='text/html; charset={}'><p>T: \u0142\u00f3d\u017a<p>C: \u017c\u00f3\u0142w"
    for named, wanted in (("iso-8859-2", "łódź"), ("no-such", None), ("utf-8", None)):
        data = page.format(named).encode("iso-8859-2")
        reading = read(Path("s.html"), data, Options())
        assert wanted is None or reading.turns[0].text == wanted
    reading = read(Path("s.html"), page.format("utf-8").encode(), Options())
    assert reading.turns[0].text == "łódź"


@pytest.mark.parametrize(
    "bit",
    [
        "<",
        "<a ",
        "<a x='",
        '<a x="',
        "<!--",
        "<![CDATA[",
        "<?",
        "</a",
        "&#",
        "<div>",
        "<table>",
        "<td>",
    ],
)
def test_tags_that_are_never_closed_take_no_time(bit):
    import time

    begun = time.process_time()
    page = webpage._Page()
    webpage._cut(bit * 20_000, page)
    page.end()
    assert time.process_time() - begun < (2 if sys.gettrace() is None else 12)


def test_a_page_is_known_by_what_it_holds_or_by_its_name():
    assert read(Path("s.txt"), b"<html><p>T: a<p>C: b", Options()).format == "html"
    assert read(Path("s.htm"), b"<p>T: a<p>C: b", Options()).format == "html"
    assert (
        len(
            read(
                Path("s.htm"), b"<html><head><title>x</title><body><p>T: a<p>C: b", Options()
            ).turns
        )
        == 2
    )
    assert read(Path("s.txt"), b"T: <p>a\nC: b", Options()).format == "text"


# Tables


def rows(*cells):
    return list(cells)


def lines(table):
    return [
        (line.number, line.prefix.label if line.prefix else "", line.text, line.prefix.start_ms if line.prefix else None, line.why)
        for line in tables.rows_as_lines(table, 1, tables.columns_of([table])[0])
    ]  # fmt: skip


def test_columns_stand_in_any_order_and_spans_in_one_cell():
    table = rows(
        ("", "Content", "Timespan", "Speaker"),
        ("1", "So how was it?", "0:00.0 - 0:12.5", "Ann"),
        ("2", "It was long.", "0:12.5 - 0:20.0", "Bob:"),
        ("3", "Mhm.", "", ""),
        ("", "", "0:30", ""),
        ("9", "", "0:40", ""),
        ("", "Well.", "later", "Ann"),
    )
    (columns,) = tables.columns_of([table])
    assert (columns.words, columns.start, columns.who, columns.number) == (1, 2, 3, 0)
    found = list(tables.rows_as_lines(table, 1, columns))
    spoken = [
        (line.prefix.label, line.prefix.start_ms, line.prefix.end_ms)
        for line in found
        if line.prefix
    ]
    assert spoken == [
        ("Ann", 0, 12500),
        ("Bob", 12500, 20000),
        ("Bob", None, None),
        ("Ann", None, None),
    ]
    assert [(line.number, line.text) for line in found if not line.prefix and not line.why] == [
        (5, "0:30"),
        (6, "0:40"),
    ]
    assert (7, "later", "table") in [(line.number, line.text, line.why) for line in found]


def test_start_and_end_may_have_columns_and_speakers_times_beside_them():
    table = rows(
        ("Start", "End", "Who", "Said"),
        ("0:01", "0:04", "T", "So how was it?"),
        ("0:05", "", "C", "Long."),
        ("0:08", "0:09", "T", "Mhm."),
    )
    (columns,) = tables.columns_of([table])
    found = list(tables.rows_as_lines(table, 1, columns))[1:]
    assert [(line.prefix.start_ms, line.prefix.end_ms) for line in found] == [
        (1000, 4000),
        (5000, None),
        (8000, 9000),
    ]
    stacked = rows(
        ("Ann\n[0:01]", "Hi."),
        ("[0:05] Bob", "Oh."),
        ("0:07", "Long, it was."),
        ("Ann", "Mhm."),
        ("Bob", "Yes."),
    )
    assert [(label, start) for _, label, _, start, _ in lines(stacked)] == [
        ("Ann", 1000),
        ("Bob", 5000),
        ("Bob", 7000),
        ("Ann", None),
        ("Bob", None),
    ]


def test_words_with_labels_may_fill_a_cell():
    table = rows(
        ("Line no.", "Transcript", "Reflections"),
        ("1\n2", "T: So how was it?\nC1: Long.", "too fast: me"),
        ("3", "P1: May I?", ""),
        ("4", "C1: Yes.", ""),
    )
    found = lines(table)
    assert [(n, text) for n, _, text, _, why in found if not why] == [
        (2, "T: So how was it?"), (2, "C1: Long."), (3, "P1: May I?"), (4, "C1: Yes."),
    ]  # fmt: skip
    assert (2, "", "1 2", None, "row number") in found
    assert (2, "", "too fast: me", None, "table") in found


def test_a_transcript_goes_on_in_the_next_table():
    first = rows(("Ann", "So how was it?"), ("Bob", "Long."), ("Ann", "Oh."), ("Bob", "Yes."))
    found = tables.columns_of(
        [
            first,
            rows(("Bob", "And on.")),
            rows(("Age", "forty")),
            rows(("a", "b", "c")),
            [],
            rows(("x",)),
        ]
    )
    assert [each is not None for each in found] == [True, True, False, False, False, False]
    each = [rows(("Ann", "So how was it?")), rows(("Bob", "It was long."))] * 2
    assert all(tables.columns_of(each))
    assert tables.columns_of([rows(("a", "b c")), rows(("d", "e f"))]) == [None, None]
    within = [
        rows(("1", "T: So how was it?"), ("2", "C: It was long.")),
        rows(("3", "T: And then?")),
        rows(("4", "")),
    ]
    assert [each is not None for each in tables.columns_of(within)] == [True, True, False]


def test_titles_are_believed_only_beside_words():
    assert tables.columns_of([rows(("Name", "Age"), ("Anna", "40"), ("Bob", "51"))]) == [None]
    titled = rows(("Name", "Words"), ("Anna", "So?"), ("Bob", "Long."), ("Cy", "Mhm."))
    assert [label for _, label, *_ in lines(titled)] == ["", "Anna", "Bob", "Cy"]
    assert tables.columns_of([rows(("0:01", "0:02"), ("0:03", "0:04"))]) == [None]
    assert lines(rows(("T: a\nC: b",), ("T: c",))) == [
        (1, "", "T: a", None, ""),
        (2, "", "C: b", None, ""),
        (3, "", "T: c", None, ""),
    ]


def test_a_time_counts_only_where_the_words_have_a_label():
    table = rows(
        ("0:01", "T: So how was it?"),
        ("0:03", "C: It was long."),
        ("0:05", "and dull"),
        ("0:06", "Note: it was"),
        ("0:09", "T: Mhm."),
    )
    found = lines(table)
    assert [(text, start) for _, _, text, start, why in found if not why] == [
        ("T: So how was it?", 1000), ("C: It was long.", 3000), ("and dull", None), ("Note: it was", None), ("T: Mhm.", 9000),
    ]  # fmt: skip
    assert [text for *_, text, _, why in found if why] == ["0:05", "0:06"]
    remarks = [(label, "So it was, " + "and on " * 20, "much " * 20) for label in "TCT"]
    assert [label for _, label, _, _, why in lines(remarks) if not why] == ["T", "C", "T"]
    nobody = rows(("", "So how was it?"), ("T", "Was it?"), ("C", "It was."), ("T", "Oh."))
    assert [label for _, label, *_ in lines(nobody)] == ["", "T", "C", "T"]


# Packages


def packed_as(*members, **flags):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", flags.get("how", zipfile.ZIP_DEFLATED)) as made:
        for name, content in members:
            made.writestr(name, content)
    return out.getvalue()


GOOD = (
    "word/document.xml",
    '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>',
)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("member", "why"),
    [
        (("../x", ""), "outside the document"),
        (("/x", ""), "outside the document"),
        (("word\\..\\x", ""), "outside the document"),
        (("word/con", ""), "no file's"),
        (("word/Aux.xml", ""), "no file's"),
        (("x:y", ""), "no file's"),
        (("WORD/Document.xml", ""), "two parts of one name"),
        (GOOD, "two parts of one name"),
        (("word/styles.xml", b'<?xml version="1.0" encoding="UTF-7"?><x/>'), "unusual encoding"),
        (("word/styles.xml", "<x/>".encode("utf-32-le")), "unusual encoding"),
        (("word/styles.xml", "<x/>".encode("cp037")), "unusual encoding"),
    ],
)  # fmt: skip
def test_members_that_no_honest_document_has_are_refused(member, why):
    fault = refused("s.docx", packed_as(GOOD, member))
    assert fault.key == "transcript_unsafe"
    assert why in fault.where["why"]


def test_locked_linked_and_oddly_packed_parts_are_refused():
    data = bytearray(packed_as(GOOD))
    at = data.find(b"PK\x01\x02")
    locked = bytearray(data)
    locked[at + 8] |= 1
    assert refused("s.docx", bytes(locked)).key == "transcript_locked"
    link = bytearray(data)
    link[at + 38 : at + 42] = ((stat.S_IFLNK | 0o777) << 16).to_bytes(4, "little")
    assert refused("s.docx", bytes(link)).where["why"] == "a link"
    odd = packed_as(GOOD, how=zipfile.ZIP_BZIP2)
    assert refused("s.docx", odd).where["why"] == "a part packed in an unusual way"


def test_parts_that_overlap_are_refused():
    data = packed_as(GOOD, ("word/x.bin", b"x" * 99), ("word/y.bin", b"x" * 99))
    first, second = (
        (m.start() for m in re.finditer(b"PK\x01\x02", data) if m.start() > 0)
        if False
        else [m.start() for m in re.finditer(b"PK\x01\x02", data)][1:]
    )
    changed = bytearray(data)
    changed[second + 42 : second + 46] = changed[first + 42 : first + 46]
    assert refused("s.docx", bytes(changed)).where["why"] == "parts that overlap"


def test_what_is_damaged_is_called_what_it_seemed_to_be():
    for members, key, kind in (
        (["word/a.xml"], "transcript_not_docx", None),
        (["xl/a.xml"], "transcript_not_packed", "a workbook (.xlsx)"),
        (["content.xml"], "transcript_not_packed", "an OpenDocument text (.odt)"),
        ([], "transcript_not_packed", "a packed document"),
    ):
        fault = packed.damaged(Path("s"), members)
        assert (fault.key, fault.where.get("kind")) == (key, kind)
    with pytest.raises(CoderError) as caught:
        packed.part(Path("s.odt"), {"content.xml": b""}, "styles.xml")
    assert caught.value.key == "transcript_not_packed"
    with pytest.raises(CoderError) as caught:
        packed.part(Path("s.odt"), {"content.xml": b"<a><b>"}, "content.xml", 1)
    assert caught.value.key == "transcript_bomb"
    with pytest.raises(CoderError) as caught:
        packed.checked(Path("s.docx"), b"PK")
    assert caught.value.key == "transcript_not_packed"


def test_the_projects_of_other_programs_are_refused_by_name():
    for name, program in (("a.f4", "f4transkript"), ("a.inqscr", "InqScribe"), ("a.NVPX", "NVivo")):
        fault = refused(name, b"any=thing\n")
        assert (fault.key, fault.where["program"]) == ("transcript_project", program)
    assert len(read(Path("a.f4"), b"T: one\nC: two\n", Options(format="text")).turns) == 2


# What holds for all of them

word = st.text("abcXYZéß “”|{}\\<&;#.?!'日😀", min_size=1, max_size=8).filter(str.strip)
spoken = st.lists(
    st.tuples(st.sampled_from("TC"), st.lists(word, min_size=1, max_size=4)), min_size=2, max_size=8
)


def letters(text):
    return sorted(char for char in text if not char.isspace())


def as_rtf(text):
    units = text.encode("utf-16-le")
    codes = (
        int.from_bytes(units[at : at + 2], "little", signed=True) for at in range(0, len(units), 2)
    )
    return "".join(rf"\u{code}?" for code in codes)


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


@settings(max_examples=60, deadline=None)
@given(spoken)
def test_no_word_is_lost_and_all_kinds_read_equal(turns):
    turns = [("T", ["begin"]), ("C", ["begin"]), *turns]
    texts = [(label, " ".join(words)) for label, words in turns]
    plain = "\n".join(f"{label}: {text}" for label, text in texts)
    kinds = {
        "s.rtf": (
            "{\\rtf1 " + "\\par ".join(as_rtf(f"{label}: {text}") for label, text in texts) + "}"
        ).encode(),
        "s.odt": odt(
            "".join(f"<text:p>{escaped(f'{label}: {text}')}</text:p>" for label, text in texts)
        ),
        "s.html": (
            "<html>" + "".join(f"<p>{escaped(f'{label}: {text}')}</p>" for label, text in texts)
        ).encode(),
    }
    for name, data in kinds.items():
        reading = read(Path(name), data, Options())
        kept = "".join(f"{turn.label}:{turn.text}" for turn in reading.turns)
        kept += "".join(each.text for each in reading.reported) + "".join(
            note.text for note in reading.notes if note.turn is None
        )
        assert letters(kept) == letters(plain)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.sampled_from(
                    [
                        "",
                        "T",
                        "C:",
                        "0:01",
                        "0:01 - 0:02",
                        "1",
                        "2",
                        "Speaker",
                        "Text",
                        "T: so it was",
                        "words and more\nC: of them",
                        "Ann [0:05]",
                    ]
                ),
            ),
            max_size=4,
        ),
        max_size=6,
    )
)
def test_no_cell_is_lost(table):
    (columns,) = tables.columns_of([table])
    found = list(tables.rows_as_lines(table, 1, columns))
    held = "".join(line.text for line in found)
    for cell in (cell for row in table for cell in row if cell):
        label = re.sub(r"[:\s\[\]]|0:05", "", cell)
        assert (
            label in re.sub(r"[:\s\[\]]|0:05", "", held)
            or any(
                line.prefix and re.sub(r"[:\s\[\]]|0:05", "", line.prefix.label) == label
                for line in found
            )
            or label in {"T", "C", "Ann", "1", "2", "0:01", "Speaker", "Text", "001", "001-002"}
        )


bits = st.sampled_from(
    [b"{", b"}", b"\\", b"\\par ", b"\\cell ", b"\\row ", b"\\trowd\\cellx9 ", b"\\u-5?", b"\\'e4", b"\\*", b"{\\footnote x}", b"\\bin9 ", b"T: a", b"C: b",
     b"<p>", b"</p>", b"<td>", b"<tr>", b"<table>", b"</table>", b"<a name='ts_1_2_T'>", b"<pre>", b"<!--", b"-->", b"<div title=header>", b"</div>", b"<br>", b"\xff"]
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from([b"{\\rtf1 ", b"<html>"]), st.lists(bits | st.binary(max_size=6), max_size=40)
)
def test_any_bytes_give_a_reading_or_a_plain_error(begun, pieces):
    try:
        reading = read(Path("s.x"), begun + b"".join(pieces), Options())
    except CoderError as fault:
        reading = fault
    assert "path" in reading.where if isinstance(reading, CoderError) else reading.turns


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(
        [
            odt("<text:p>T: a</text:p><text:p>C: b</text:p>", STYLES),
            packed_as(GOOD, ("word/styles.xml", "<x/>")),
        ]
    ),
    st.data(),
)
def test_any_broken_package_gives_a_reading_or_a_plain_error(data, draw):
    broken = bytearray(data)
    for _ in range(draw.draw(st.integers(1, 4))):
        broken[draw.draw(st.integers(0, len(broken) - 1))] = draw.draw(st.integers(0, 255))
    try:
        reading = read(Path("s.odt"), bytes(broken), Options())
    except CoderError as fault:
        reading = fault
    assert "path" in reading.where if isinstance(reading, CoderError) else reading.turns


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_document_saved_as_rtf_odt_and_html_gives_the_same_turns(tmp_path):
    import docx

    document = docx.Document()
    document.add_heading("Session 2 of 9", 1)
    document.sections[0].header.paragraphs[0].text = "Private"
    for line in (
        "55:00",
        "T: “How” was it – naïve Zoë 日本 😀?",
        "C:\tLong\nand {dull} \\ | so",
        "",
        "(silence)",
        "T: Mhm.",
    ):
        document.add_paragraph(line)
    cells = [
        ("Time", "Speaker", "Text"),
        ("0:01 - 0:04", "T", "How was it in there?"),
        ("0:05", "C", "Long."),
        ("", "", "And dull."),
        ("0:09", "T", "Yes."),
    ]
    made = document.add_table(rows=len(cells), cols=3)
    for row, texts in zip(made.rows, cells, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_paragraph("C: after")
    path = tmp_path / "s.docx"
    document.save(path)
    first = read(path, path.read_bytes(), Options())
    assert len(first.turns) == 8
    for kind in ("rtf", "odt", "fodt", "html"):
        where = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        subprocess.run(
            ["soffice", "--headless", where, "--convert-to", kind, "--outdir", tmp_path, path],
            check=True,
            capture_output=True,
            timeout=120,
        )
        other = read(
            path.with_suffix(f".{kind}"), path.with_suffix(f".{kind}").read_bytes(), Options()
        )
        assert said(other) == said(first), kind
        assert [(t.start_ms, t.end_ms) for t in other.turns] == [
            (t.start_ms, t.end_ms) for t in first.turns
        ], kind
        assert {"Private", "Session 2 of 9"} <= {each.text for each in other.reported}
    assert rtf.FORMATS[0].packed


def test_very_many_paragraphs_with_hardly_a_word_are_refused():
    page = "".join(f"<p>T: a</p><p>C: {n % 7}</p>" for n in range(21_000))
    with pytest.raises(CoderError) as told:
        read(Path("a.html"), f"<html><body>{page}</body></html>".encode(), Options())
    assert told.value.key == "transcript_too_many"
