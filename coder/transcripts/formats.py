"""Every format there is, in the order in which a file is asked whether it is one."""

import re

from coder.errors import CoderError
from coder.transcripts import (
    captions,
    chat,
    cloud,
    decoding,
    documents,
    elan,
    exmaralda,
    labels,
    odt,
    prefixed,
    rtf,
    spreadsheet,
    textgrid,
    webpage,
    whisper_json,
    whisper_lines,
    whisper_txt,
    word,
)
from coder.transcripts.source import Format, Source

FORMATS: tuple[Format, ...] = (
    *word.FORMATS,
    *rtf.FORMATS,
    *odt.FORMATS,
    *webpage.FORMATS,
    *whisper_json.FORMATS,
    *cloud.FORMATS,
    *elan.FORMATS,
    *textgrid.FORMATS,
    *exmaralda.FORMATS,
    *chat.FORMATS,
    *captions.FORMATS,
    *whisper_lines.FORMATS,
    *spreadsheet.FORMATS,
    *whisper_txt.FORMATS,  # known by its shape alone: stays before the text that is asked last
    *prefixed.FORMATS,
)
_ALSO = {"txt": "text", "vtt": "webvtt"}


def named(name: str) -> Format:
    """The format a person names. Raises CoderError."""
    wanted = _ALSO.get(name, name)
    for each in FORMATS:
        if each.name == wanted:
            return each
    known = ", ".join(each.name for each in FORMATS)
    raise CoderError("unknown_format", format=name, known=known)


def packed(source: Source) -> Format | None:
    """Tell the format of bytes that are no text; None when they may be text."""
    return next((each for each in FORMATS if each.packed and each.knows(source)), None)


def of(source: Source) -> Format:
    """Tell the format from what the file holds, and from its name where that is not enough.

    Raises CoderError for text that is no transcript by its shape: chats, data, markup.
    """
    text = FORMATS[-1]
    for each in FORMATS:
        if not each.packed and each is not text and each.knows(source):
            return each
    _refuse(source)
    return text


def refuse_other_kinds(source: Source, wanted: Format | None) -> None:
    """Raise CoderError for bytes that are neither text nor any packed format."""
    if wanted is None:
        documents.refuse_projects(source)
    decoding.refuse_other_kinds(source.path, source.data)
    if (wanted is None and source.suffix == ".docx") or (wanted and wanted.name == "docx"):
        raise CoderError("transcript_not_docx", path=source.path)
    if wanted is not None and wanted.packed:
        raise CoderError("transcript_not_format", path=source.path, format=wanted.title)


_CHAT = re.compile(
    r"\d{1,2}:\d\d(?::\d\d)?\t\s?(?:From )?(?P<name>[^\t]{1,60}?)\s?:\t.*"
    r"|\d{1,2}:\d\d(?::\d\d)?\s+From\s.{1,120}?\s?:.*"
    r"|\[?\d{1,4}[./-]\d{1,2}[./-]\d{2,4},? \d{1,2}:\d\d(?::\d\d)?\s?(?:[AaPp][Mm])?\]?"
    r"\s?(?:-\s)?[^:]{1,60}:.*"
)


def _refuse(source: Source) -> None:
    said = [line.text.strip() for line in source.lines if line.text.strip()]
    chat = 0
    for text in said:
        found = _CHAT.fullmatch(text)
        chat += found is not None and not labels.known(found["name"] or "")
    if chat * 2 > len(said):
        raise CoderError("transcript_chat", path=source.path)
    if (said[0].startswith(("{", "[{")) or said[0] == "[") and said[-1].endswith(("}", "]")):
        raise CoderError("transcript_other_format", path=source.path, looks="JSON")
    if said[0].lower().startswith(("<?xml", "<!doctype", "<html")):
        raise CoderError("transcript_other_format", path=source.path, looks="XML or HTML")
