"""The files of oTranscribe: JSON that holds one text as HTML, with times between its words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.transcripts import data, labels, markup
from coder.transcripts.events import BEFORE, Event, Kind, Prefix, Read, only_notes, plain
from coder.transcripts.source import Source

# Tags are found by their brackets alone: html.parser takes quadratic time over broken ones.
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)>|<!--[^<>]*-->")
_SECONDS = re.compile(r"data-timestamp\s*=\s*[\"']?([^\s\"'>]{1,40})")
_BREAKS = frozenset(
    {"p", "div", "br", "li", "ul", "ol", "h1", "h2", "h3", "h4", "tr", "blockquote"}
)


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words, or a time (ms) as it is written between them."""

    text: str
    ms: int | None = None


def _knows(source: Source) -> bool:
    root = data.record(data.parsed(source))
    text = root.get("text")
    if not isinstance(text, str) or "segments" in root or "words" in root:
        return False
    return (
        source.suffix == ".otr"
        or {"media", "media-time"} <= root.keys()
        or ("media" in root and "data-timestamp" in text)
    )


def _read(source: Source) -> Read:
    """Read paragraphs; a time before one is its start, one after it its end, others stay within.

    Where nobody is named each paragraph is a turn, else one without a label goes on.
    """
    paragraphs = list(_paragraphs(data.record(data.parsed(source))["text"]))
    prefixes = [labels.split(_first_words(each)) for each in paragraphs]
    spoken = sum(bool(_first_words(each)) for each in paragraphs)
    found = [prefix for prefix in prefixes if prefix]
    known = labels.accept(found, spoken, tuple(source.options.roles))
    events: list[Event] = []
    begun = not known
    for n, (pieces, prefix) in enumerate(zip(paragraphs, prefixes, strict=True), 1):
        named = prefix if prefix and prefix.label in known else None
        made = list(_events(n, pieces, named, everyone=not known, begun=begun))
        begun = begun or any(event.kind is Kind.TURN for event in made)
        events += made
    return Read(tuple(events))


def _first_words(pieces: Sequence[_Piece]) -> str:
    return next((piece.text for piece in pieces if piece.ms is None), "")


def _paragraphs(text: str) -> Iterator[list[_Piece]]:
    """Cut the text at the tags that begin lines, and out of each the times."""
    pieces: list[_Piece] = []
    raw: list[str] = []
    at, ms = 0, None
    for tag in _TAG.finditer(text):
        within = text[at : tag.start()]
        at = tag.end()
        raw.append(within if ms is None else "")
        found = None if tag[1] else _SECONDS.search(tag[3] or "")
        breaks = (tag[2] or "").lower() in _BREAKS
        if ms is not None:
            pieces.append(_Piece(data.said(markup.unescaped(within)), ms))
        ms = data.seconds(found[1]) if found else None
        if breaks or ms is not None:
            pieces += _flushed(raw)
        if breaks and pieces:
            yield pieces
            pieces = []
    raw.append(text[at:])
    pieces += _flushed(raw) if ms is None else [_Piece(data.said(markup.unescaped(text[at:])), ms)]
    if pieces:
        yield pieces


def _flushed(raw: list[str]) -> list[_Piece]:
    words = data.said(markup.unescaped("".join(raw)))
    raw.clear()
    return [_Piece(words)] if words else []


def _events(
    n: int, pieces: Sequence[_Piece], named: Prefix | None, *, everyone: bool, begun: bool
) -> Iterator[Event]:
    """Say what a paragraph is. Of several times before its words, the last is its start."""
    at = next((at for at, piece in enumerate(pieces) if piece.ms is None), len(pieces))
    if not begun and named is None and at < len(pieces):
        text = " ".join(piece.text for piece in pieces)
        yield Event(Kind.NOISE, n, text, why=BEFORE)
        return
    alone = at == len(pieces)
    for piece in pieces[: at if alone else max(at - 1, 0)]:
        yield Event(Kind.ANCHOR, n, piece.text, start_ms=piece.ms)
    if not alone:
        start = pieces[at - 1].ms if at else None
        yield from _said(n, pieces[at:], start, named, everyone=everyone)


def _said(
    n: int, pieces: Sequence[_Piece], start: int | None, named: Prefix | None, *, everyone: bool
) -> Iterator[Event]:
    """Give a paragraph from its first words on: a turn, or what goes on with the one before."""
    rest, end = list(pieces[1:]), None
    text = pieces[0].text
    if start is None and not rest and only_notes(text):
        yield Event(Kind.NOTE, n, text)
        return
    if start is not None and rest and rest[-1].ms is not None and (named or everyone):
        end = rest.pop().ms
    if named:
        text = plain(named.text)
        begin = named.start_ms if start is None else start
        yield Event(Kind.TURN, n, text, named.label, begin, end)
    elif everyone:
        yield Event(Kind.TURN, n, text, "", start, end)
    else:
        if start is not None:
            yield Event(Kind.STAMP, n, "", start_ms=start)
        yield Event(Kind.MORE, n, text)
    for piece in rest:
        if piece.ms is None:
            yield Event(Kind.MORE, n, piece.text)
        else:
            kind = Kind.STAMP if text else Kind.ANCHOR
            yield Event(kind, n, piece.text, start_ms=piece.ms)
        text = text or ("" if piece.ms is not None else piece.text)


FORMATS = (data.format_of("otranscribe", "oTranscribe", _knows, _read, ".otr"),)
