"""Word documents: paragraphs and tables in order, soft breaks, and what lies outside the text."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from coder.errors import CoderError
from coder.transcripts import Options
from coder.transcripts.reading import read as reading_of


@pytest.fixture
def document():
    return docx.Document()


@pytest.fixture
def read(tmp_path):
    def go(document, **options):
        data = io.BytesIO()
        document.save(data)
        return reading_of(tmp_path / "session.docx", data.getvalue(), Options(**options))

    return go


def said(reading):
    return [(turn.label, turn.text) for turn in reading.turns]


def reported(reading):
    return [(each.line, each.text, each.why) for each in reading.reported]


def table(document, *rows):
    made = document.add_table(rows=len(rows), cols=len(rows[0]))
    for row, cells in zip(made.rows, rows, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    return made


def test_a_paragraph_is_a_turn_though_its_label_is_cut_into_runs(document, read):
    document.add_heading("Session 2 of 9", 1)
    document.add_paragraph("55:00")
    paragraph = document.add_paragraph("")
    for piece in ("T", ":", " How was it?"):
        paragraph.add_run(piece).bold = True
    document.add_paragraph("")
    document.add_paragraph("C: Long.")
    document.add_paragraph("And dull.")
    reading = read(document)
    assert said(reading) == [("T", "How was it?"), ("C", "Long. And dull.")]
    assert [turn.line for turn in reading.turns] == [3, 5]
    assert (reading.format, reading.anchors) == ("docx", ((2, 3_300_000),))
    assert reported(reading) == [(1, "Session 2 of 9", "heading"), (4, "", "blank line")]


def test_soft_breaks_cut_a_paragraph_and_tabs_may_stand_for_the_colon(document, read):
    document.add_paragraph("T: One\nC: Two\nmore")
    document.add_paragraph("T\tThree")
    assert said(read(document)) == [("T", "One"), ("C", "Two more"), ("T", "Three")]


def test_inserted_and_linked_words_are_read_and_deleted_ones_reported(document, read):
    paragraph = document.add_paragraph("T: One")
    for xml in (
        "<w:ins {}><w:r><w:t xml:space='preserve'> two</w:t><w:noBreakHyphen/><w:t>three</w:t></w:r></w:ins>",
        "<w:del {}><w:r><w:delText>four</w:delText></w:r></w:del>",
        "<w:del {}><w:r/></w:del>",
        "<w:r {}><w:t/><w:txbxContent><w:p><w:r><w:t>aside</w:t></w:r></w:p></w:txbxContent><w:txbxContent/></w:r>",
    ):
        paragraph._p.append(parse_xml(xml.format(nsdecls("w"))))
    fallback = "<mc:Fallback xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006' {}><w:txbxContent><w:p><w:r><w:t>aside</w:t></w:r></w:p></w:txbxContent></mc:Fallback>"
    paragraph.add_run("")._r.append(parse_xml(fallback.format(nsdecls("w"))))
    document.add_paragraph("C: Hi")
    reading = read(document)
    assert said(reading)[0] == ("T", "One two-three")
    assert reported(reading) == [(1, "four", "deleted (tracked change)"), (1, "aside", "text box")]


def test_paragraphs_in_content_controls_are_read(document, read):
    document.add_paragraph("T: One")
    control = (
        "<w:sdt {}><w:sdtContent><w:p><w:r><w:t>C: Two</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    document.element.body.insert(1, parse_xml(control.format(nsdecls("w"))))
    assert said(read(document)) == [("T", "One"), ("C", "Two")]


def test_a_table_of_labels_and_words_is_read(document, read):
    table(
        document,
        ("Time", "Speaker", "Text", "Comment"),
        ("0:01", "T:", "How was it?", "warm"),
        ("0:05", "C", "Long.", ""),
        ("", "", "And dull.", ""),
        ("0:09", "T", "", ""),
    )
    reading = read(document)
    assert said(reading) == [("T", "How was it?"), ("C", "Long."), ("C", "And dull.")]
    assert [turn.start_ms for turn in reading.turns] == [1000, 5000, None]
    assert reported(reading) == [
        (1, "Time | Speaker | Text | Comment", "table"),
        (2, "warm", "table"),
        (5, "0:09 | T", "table"),
    ]


def test_a_table_of_words_that_begin_with_labels_is_read(document, read):
    table(
        document,
        ("1", "0:01", "T: How was it?"),
        ("2", "0:03", "C: It was very long."),
        ("3", "", "and dull"),
    )
    reading = read(document)
    assert said(reading) == [("T", "How was it?"), ("C", "It was very long. and dull")]
    assert [turn.start_ms for turn in reading.turns] == [1000, 3000]
    assert reported(reading) == [(n, str(n), "row number") for n in (1, 2, 3)]


def test_any_other_table_is_reported_and_order_is_kept(document, read):
    document.add_paragraph("T: One")
    made = table(document, ("Age", "40"), ("Weeks", "12"), ("", ""))
    inner = made.rows[2].cells[0].add_table(1, 1)
    inner.rows[0].cells[0].text = "within"
    document.add_paragraph("C: Two")
    table(document, ("x" * 41, "y" * 50), ("9", "y"))
    table(document, ("?", "long words"), ("!", "more words"), ("?", "long words"), ("!", "more"))
    reading = read(document)
    assert said(reading) == [("T", "One"), ("C", "Two")]
    assert reported(reading)[:3] == [
        (2, "Age | 40", "table"),
        (3, "Weeks | 12", "table"),
        (4, "within", "table"),
    ]


def test_a_table_of_names_needs_them_to_repeat(document, read):
    table(
        document,
        ("Anna", "Hello, how was the week?"),
        ("Bob", "Long."),
        ("Anna", "Oh."),
        ("Bob", "Yes, it was."),
    )
    assert read(document).speakers == {"Anna": 2, "Bob": 2}


def test_a_deleted_row_and_a_box_in_a_table_are_reported(document, read):
    made = table(document, ("T", "How was the week?"), ("C", "It was long."))
    paragraph = made.rows[0].cells[1].paragraphs[0]._p
    paragraph.append(
        parse_xml(
            f"<w:r {nsdecls('w')}><w:txbxContent><w:p><w:r><w:t>aside</w:t></w:r></w:p></w:txbxContent></w:r>"
        )
    )
    assert reported(read(document)) == [(1, "aside", "text box")]


def test_an_empty_table_and_a_table_without_columns_hold_nothing(document, read):
    document.add_paragraph("T: One")
    document.element.body.insert(1, parse_xml(f"<w:tbl {nsdecls('w')}/>"))
    document.element.body.insert(2, parse_xml(f"<w:tbl {nsdecls('w')}><w:tr/></w:tbl>"))
    assert said(read(document)) == [("T", "One")]


def test_headers_and_footers_with_words_are_told_of(document, read):
    document.add_paragraph("T: One")
    document.sections[0].header.paragraphs[0].text = "Confidential"
    document.sections[0].footer.is_linked_to_previous = False
    reading = read(document)
    assert [(notice.key, notice.where) for notice in reading.warnings] == [
        ("document_left_out", {"parts": "headers"})
    ]
    assert reported(reading) == [(1, "Confidential", "header")]


def test_an_empty_document_is_refused(document, read):
    with pytest.raises(CoderError) as caught:
        read(document)
    assert caught.value.key == "transcript_empty"


def packed(document, **changes):
    """Rewrite members of a saved document; None drops one."""
    data, out = io.BytesIO(), io.BytesIO()
    document.save(data)
    with zipfile.ZipFile(data) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        members = {name: before.read(name) for name in before.namelist()} | changes.get(
            "members", {}
        )
        for name, content in members.items():
            if content is not None:
                after.writestr(name, content)
    return out.getvalue()


BODY = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>'


@pytest.mark.parametrize(
    ("members", "key"),
    [
        ({"word/document.xml": b"<!DOCTYPE x><x/>"}, "transcript_doctype"),
        ({"word/document.xml": "<!DOCTYPE x><x/>".encode("utf-16")}, "transcript_doctype"),
        ({"word/document.xml": b"<x/>"}, "transcript_not_docx"),
        ({"word/document.xml": b"<x"}, "transcript_not_docx"),
        ({"word/document.xml": BODY}, "transcript_not_docx"),
        ({"word/document.xml": b"<x:y/>"}, "transcript_not_docx"),
        ({"word/zeros.bin": b"\0" * 30_000_000}, "transcript_bomb"),
        ({f"word/{n}.bin": b"" for n in range(2001)}, "transcript_bomb"),
    ],
)
def test_damaged_and_hostile_packages_are_refused(document, tmp_path, members, key):
    data = packed(document, members=members)
    with pytest.raises(CoderError) as caught:
        reading_of(tmp_path / "session.docx", data, Options())
    assert caught.value.key == key


def test_a_package_whose_content_does_not_match_its_sum_is_refused(document, tmp_path):
    data = bytearray(packed(document))
    at = data.find(b"word/document.xml") + 60
    data[at : at + 40] = bytes(40)
    with pytest.raises(CoderError) as caught:
        reading_of(tmp_path / "session.docx", bytes(data), Options())
    assert caught.value.key == "transcript_not_docx"


def test_a_document_is_known_by_what_it_holds(document):
    document.add_paragraph("T: One")
    assert reading_of(Path("session.txt"), packed(document), Options()).format == "docx"


W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def whole(body, **parts):
    """A package by hand: the body, and other parts by name (“/” is written “__”)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        name = parts.pop("name", "word/document.xml")
        made.writestr(name, f"<w:document {W}><w:body>{body}</w:body></w:document>")
        for each, content in parts.items():
            made.writestr(f"word/{each}.xml", content)
    return out.getvalue()


def p(text, inside=""):
    return f"<w:p>{inside}<w:r><w:t xml:space='preserve'>{text}</w:t></w:r></w:p>"


def by_hand(body, **parts):
    return reading_of(Path("s.docx"), whole(body, **parts), Options())


def test_notes_and_comments_are_told_of_where_they_belong():
    reading = by_hand(
        p("T: One")
        + p("C: Two", "<w:r><w:footnoteReference w:id='2'/><w:commentReference w:id='0'/></w:r>")
        + p("T: Three", "<w:r><w:endnoteReference w:id='5'/><w:footnoteReference w:id='9'/></w:r>"),
        footnotes=f"<w:footnotes {W}><w:footnote w:id='2'>{p('below')}</w:footnote><w:footnote w:id='1'><w:p/></w:footnote></w:footnotes>",
        endnotes=f"<w:endnotes {W}><w:endnote w:id='5'>{p('at the end')}</w:endnote></w:endnotes>",
        comments=f"<w:comments {W}><w:comment w:id='0'>{p('a remark')}</w:comment><w:comment w:id='7'>{p('stray')}</w:comment></w:comments>",
        footer1=f"<w:ftr {W}>{p('Clinic')}</w:ftr>",
        footer2=f"<w:ftr {W}>{p('Clinic')}</w:ftr>",
    )
    assert said(reading) == [("T", "One"), ("C", "Two"), ("T", "Three")]
    assert reported(reading) == [
        (1, "Clinic", "footer"),
        (1, "stray", "comment"),
        (2, "below", "footnote"),
        (2, "a remark", "comment"),
        (3, "at the end", "endnote"),
    ]
    assert reading.warnings[0].where == {"parts": "footers, footnotes, endnotes, comments"}


def test_what_only_word_shows_is_told_of():
    listed = "<w:pPr><w:numPr><w:ilvl w:val='0'/><w:numId w:val='3'/></w:numPr></w:pPr>"
    numbering = (
        f"<w:numbering {W}><w:abstractNum w:abstractNumId='1'><w:lvl><w:numFmt w:val='decimal'/></w:lvl></w:abstractNum>"
        "<w:abstractNum w:abstractNumId='2'><w:lvl><w:numFmt w:val='bullet'/></w:lvl></w:abstractNum><w:abstractNum w:abstractNumId='4'/>"
        "<w:num w:numId='3'><w:abstractNumId w:val='1'/></w:num><w:num w:numId='4'><w:abstractNumId w:val='2'/></w:num></w:numbering>"
    )
    styles = (
        f"<w:styles {W}><w:style w:styleId='L'><w:pPr><w:numPr><w:numId w:val='3'/></w:numPr></w:pPr></w:style>"
        "<w:style w:styleId='B'><w:name w:val='List'/><w:pPr><w:numPr><w:numId w:val='4'/></w:numPr></w:pPr></w:style></w:styles>"
    )
    end = "<w:sectPr><w:lnNumType w:countBy='1'/></w:sectPr><w:altChunk/>"
    told = [
        ("document_numbers", {"what": "lines"}),
        ("document_numbers", {"what": "paragraphs"}),
        ("document_inserted", {}),
    ]
    for body, parts in (
        (p("T: a", listed) + p("C: b") + end, {}),
        (p("T: a", "<w:pPr><w:pStyle w:val='L'/></w:pPr>") + p("C: b") + end, {"styles": styles}),
    ):
        reading = by_hand(body, numbering=numbering, **parts)
        assert [(each.key, each.where) for each in reading.warnings] == told
    bullet = "<w:pPr><w:pStyle w:val='B'/></w:pPr>"
    assert not by_hand(p("T: a", bullet) + p("C: b"), numbering=numbering, styles=styles).warnings


def test_symbols_are_read_and_tab_stops_are_not():
    stops = "<w:pPr><w:tabs><w:tab w:val='left' w:pos='720'/></w:tabs></w:pPr>"
    signs = "".join(
        f"<w:r><w:sym w:font='Symbol' w:char='{code}'/></w:r>" for code in ("2014", "x", "D800")
    )
    reading = by_hand(p("T: One", stops) + f"<w:p><w:r><w:t>C: Two</w:t></w:r>{signs}</w:p>")
    assert said(reading) == [("T", "One"), ("C", "Two—")]


def test_a_row_that_is_one_cell_stands_between_the_turns():
    def row(*cells):
        return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"

    over = "<w:tcPr><w:gridSpan w:val='{}'/></w:tcPr>"
    reading = by_hand(
        "<w:tbl>"
        + row(p("T"), p("How was the week?"), p("x"))
        + row(p("C"), p("It was long."), p(""))
        + row(over.format(3) + p("(a long silence)"))
        + row(over.format("many") + p("T"), p("And then?"), p(""))
        + "</w:tbl>"
    )
    assert said(reading) == [("T", "How was the week?"), ("C", "It was long."), ("T", "And then?")]
    assert [(note.line, note.text) for note in reading.notes] == [(3, "(a long silence)")]


def test_other_ways_to_write_a_package_are_read():
    body = p("T: One") + p("C: Two")
    assert len(by_hand(body, name="word/document2.xml").turns) == 2
    strict = whole(body).replace(b"x", b"x")
    with zipfile.ZipFile(io.BytesIO(strict)) as made:
        text = made.read("word/document.xml").decode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        strictly = "http://purl.oclc.org/ooxml/wordprocessingml/main"
        made.writestr("word/document.xml", text.replace(W[9:-1], strictly))
    assert len(reading_of(Path("s.docx"), out.getvalue(), Options()).turns) == 2


def teams(document, *turns):
    for who, at, words in turns:
        paragraph = document.add_paragraph()
        paragraph.add_run()
        paragraph.add_run(who).bold = True
        paragraph.add_run(f"   {at}")
        paragraph.add_run().add_break()
        paragraph.add_run(words)


def test_the_transcript_of_a_teams_meeting_is_read(document, read):
    for line in (
        "Weekly talk",
        "January 5, 2024, 10:00AM",
        "34m 12s",
        "Ann Lee started transcription",
    ):
        document.add_paragraph(line)
    said_there = [
        ("Ann Lee", "0:03", "So?"),
        ("Bo Øst", "0:07", "Long."),
        ("Ann Lee", "1:00:09", "Yes."),
        ("Bo Øst", "1:00:12", "Mhm."),
    ]
    teams(document, *said_there)
    document.add_paragraph("Ann Lee stopped transcription")
    reading = read(document)
    assert said(reading) == [(who, words) for who, _, words in said_there]
    assert [turn.start_ms for turn in reading.turns] == [3000, 7000, 3_609_000, 3_612_000]
    assert len(reading.reported) == 5


def test_three_thousand_turns_are_read_within_a_second(document):
    import time

    for n in range(3000):
        paragraph = document.add_paragraph()
        paragraph.add_run("T" if n % 2 else "C").bold = True
        paragraph.add_run(": so it went on, ")
        paragraph.add_run("and on").italic = True
    data = packed(document)
    begun = time.process_time()
    assert len(reading_of(Path("s.docx"), data, Options()).turns) == 3000
    assert time.process_time() - begun < 1.5  # half a second on a machine of its own
