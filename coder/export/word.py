"""How a Word document is set up: its page, its styles, its language, and what it says of itself."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MADE = dt.datetime(2015, 1, 1)  # noqa: DTZ001 - Word keeps no zone; fixed, so that files compare
FONT = "Calibri"
LONG_CM, SHORT_CM = 29.7, 21.0

_LANGUAGE = "en-GB"
_LONGEST_TITLE = 255
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Style:
    """A style by Word's name: its size and the room before and after it, in points."""

    name: str
    size: float
    before: float
    after: float


def printable(text: str) -> str:
    """Show what an XML file cannot hold as a replacement character."""
    return _UNPRINTABLE.sub("\ufffd", text)


def set_up(
    document: Any,
    title: str,
    styles: Sequence[Style],
    *,
    sides_cm: float,
    ends_cm: float = 1.5,
    wide: bool = False,
) -> None:
    """Make a document A4 with these margins, lying down if it is ``wide``, in British English.

    What it says of itself is its title alone: neither who wrote it nor when.
    """
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    section = document.sections[0]
    sides = Cm(SHORT_CM), Cm(LONG_CM)
    if wide:
        section.orientation = WD_ORIENT.LANDSCAPE
        sides = sides[1], sides[0]
    section.page_width, section.page_height = sides
    section.left_margin = section.right_margin = Cm(sides_cm)
    section.top_margin = section.bottom_margin = Cm(ends_cm)
    for style in styles:
        _set(document, style)
    _speak(document)
    about = document.core_properties
    about.author = about.last_modified_by = about.comments = ""
    about.title, about.language = printable(title)[:_LONGEST_TITLE], _LANGUAGE
    about.created = about.modified = MADE


def _set(document: Any, told: Style) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style = document.styles[told.name]
    style.font.name, style.font.size = FONT, Pt(told.size)
    style.paragraph_format.space_before = Pt(told.before)
    style.paragraph_format.space_after = Pt(told.after)
    style.paragraph_format.line_spacing = 1.0
    fonts = style.element.rPr.rFonts
    fonts.attrib.clear()
    for script in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{script}"), FONT)
    if told.name != "Normal":
        style.font.color.rgb = RGBColor(0, 0, 0)


def _speak(document: Any) -> None:
    """Say what language it is in, for who has it spelled or read aloud."""
    from docx.oxml.ns import qn

    properties = document.styles["Normal"].element.rPr
    language = properties.makeelement(qn("w:lang"))
    language.set(qn("w:val"), _LANGUAGE)
    properties.append(language)
