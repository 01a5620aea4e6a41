"""Word documents: paragraphs and tables in order, soft breaks, and what lies outside the text."""

import io
import zipfile

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from coder.errors import CoderError
from coder.transcripts import Options, inspect, word


@pytest.fixture
def document():
    return docx.Document()


@pytest.fixture
def read(tmp_path):
    def go(document, **options):
        path = tmp_path / "session.docx"
        document.save(path)
        return inspect(path, Options(**options))

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
    assert reported(reading) == [(1, "1", "table"), (2, "2", "table"), (3, "3", "table")]


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
    assert [(notice.key, notice.where) for notice in read(document).warnings] == [
        ("docx_left_out", {"parts": "headers"})
    ]


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
        ({"[Content_Types].xml": None}, "transcript_not_docx"),
        ({"word/zeros.bin": b"\0" * 30_000_000}, "transcript_bomb"),
        ({f"word/{n}.bin": b"" for n in range(2001)}, "transcript_bomb"),
    ],
)
def test_damaged_and_hostile_packages_are_refused(document, tmp_path, members, key):
    path = tmp_path / "session.docx"
    path.write_bytes(packed(document, members=members))
    with pytest.raises(CoderError) as caught:
        inspect(path)
    assert caught.value.key == key


def test_a_package_whose_content_does_not_match_its_sum_is_refused(document, tmp_path):
    data = bytearray(packed(document))
    at = data.find(b"word/document.xml") + 60
    data[at : at + 40] = bytes(40)
    path = tmp_path / "session.docx"
    path.write_bytes(data)
    with pytest.raises(CoderError) as caught:
        inspect(path)
    assert caught.value.key == "transcript_not_docx"


def test_a_document_is_known_by_what_it_holds(document, tmp_path):
    document.add_paragraph("T: One")
    document.save(tmp_path / "session.docx")
    path = (tmp_path / "session.docx").rename(tmp_path / "session.txt")
    assert inspect(path).format == "docx"
    assert not word.is_docx(b"PK\x03\x04 and nothing")
