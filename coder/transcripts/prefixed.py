"""Text with a label before each turn: plain text, and the paragraphs of a document."""

import re
from collections.abc import Collection, Iterator, Sequence

from coder.errors import Notice
from coder.transcripts import labels
from coder.transcripts.clocks import alone
from coder.transcripts.events import Event, Kind, Line, Prefix, Read, plain

_NOTE_ALONE = re.compile(
    r"[*_]*(?:\(\([^()]*\)\)|\([^()]*\)|\[[^\[\]]*\])[*_]*[\s.…]*"
    r"|(?:Long |Short |Brief )?(?:Silence|Pause|Laughter|Laughs|Crying|Sobbing|Sighs?)[\s.…!]*"
)
_HEADING = re.compile(
    r"#{1,6}\s.*|[-=*~–—]{2,}\s*\S.*?[-=*~–—]{2,}"
    r"|(?:Appendix|Participant|Session|Interview|Part|Chapter|Section|Transcript|Case|Excerpt|Extract"
    r"|Tape|Recording)\s[\dA-Z]{1,4}(?:\s*[-–—:|,].{0,80})?"
)
_RULE = re.compile(r"[-=*_~–—.\s]{3,}")
_PAGE = re.compile(r"[-–—\s]*(?:page\s+)?(\d{1,4})(?:\s+of\s+\d+)?[-–—\s]*", re.IGNORECASE)
_MAKER = re.compile(
    r"(?:transcribed by|transcription (?:ended|is provided)|end of ).{0,80}", re.IGNORECASE
)
_FAR = 20  # pages between two page numbers
_SHORT = 100  # characters of a heading
_ALIKE = 3  # words that two headings share at their beginning

BEFORE = "stands before the first speaker"


def speakers(lines: Sequence[Line], named: Collection[str] = ()) -> frozenset[str]:
    """Tell which labels of a text are speakers; none when it is no transcript."""
    said = [line for line in lines if line.text.strip() and not line.why]
    prefixes = [line.prefix or labels.split(line.text) for line in said]
    named = {*named, *(line.prefix.label for line in said if line.prefix)}
    good = labels.accept((each for each in prefixes if each), len(said), named)
    first = next((n for n, each in enumerate(prefixes) if each and each.label in good), None)
    # Where more stands before the first label than after it, an article quotes a transcript.
    return good if first is not None and first <= max(len(said) / 2, 10) else frozenset()


def read(lines: Sequence[Line], named: Collection[str] = ()) -> Read:
    """Say what each line is. Blank lines are told of once, with their number."""
    known = speakers(lines, named)
    events = list(_events(lines, known))
    blank = [line.number for line in lines if not line.text.strip()]
    if blank:
        why = "blank line" if len(blank) == 1 else f"blank lines: {len(blank)}"
        events.append(Event(Kind.NOISE, blank[0], "", why=why))
    return Read(tuple(events), warnings=tuple(_not_taken(lines, known)))


def _not_taken(lines: Sequence[Line], known: Collection[str]) -> Iterator[Notice]:
    """Warn of what looks like a speaker's label and is not taken for one: ANNA, once."""
    told = set(known)
    for line in lines:
        prefix = line.prefix or labels.split(line.text.strip())
        if prefix and prefix.label.isupper() and prefix.label not in told and not line.why:
            told.add(prefix.label)
            yield Notice("label_not_taken", {"label": prefix.label, "line": line.number})


def _events(lines: Sequence[Line], known: Collection[str]) -> Iterator[Event]:
    pages: list[int] = []
    headings: list[str] = []
    begun = waiting = False
    inner = _inner(known)
    for line in lines:
        text = line.text.strip()
        prefix = line.prefix or (labels.split(text) if text and not line.why else None)
        if not text:
            continue
        if line.why:
            yield Event(Kind.NOISE, line.number, text, why=line.why)
        elif prefix and prefix.label in known:
            yield from _turns(line.number, prefix, inner)
            begun, waiting = True, not prefix.text.strip()
        elif (event := _apart(line, pages, headings, waiting=waiting)) is not None:
            yield event
        elif begun:
            yield from _more(line.number, text, inner)
            waiting = False
        else:
            yield _orphan(line.number, text, headings)


def _apart(line: Line, pages: list[int], headings: Sequence[str], *, waiting: bool) -> Event | None:
    """Tell what a line is that is no speech, None when it may be.

    While a label on its own line waits for its words, only a time can stand between.
    """
    text = line.text.strip()
    ms = alone(text)
    if ms is not None:
        return Event(Kind.ANCHOR, line.number, text, start_ms=ms)
    if line.heading or (not waiting and _is_heading(text, headings)):
        return Event(Kind.HEADING, line.number, text, why="heading")
    if waiting:
        return None
    page = _PAGE.fullmatch(text)
    if page and (not pages or 0 < int(page[1]) - pages[-1] <= _FAR):
        pages.append(int(page[1]))
        return Event(Kind.NOISE, line.number, text, why="page number")
    if _RULE.fullmatch(text):
        return Event(Kind.NOISE, line.number, text, why="rule")
    if _MAKER.fullmatch(text):
        return Event(Kind.NOISE, line.number, text, why="not part of the conversation")
    if _NOTE_ALONE.fullmatch(text):
        return Event(Kind.NOTE, line.number, text)
    return None


def _is_heading(text: str, headings: Sequence[str]) -> bool:
    if len(text) > _SHORT:
        return False
    start = text.split()[:_ALIKE]
    alike = len(start) == _ALIKE and any(each.split()[:_ALIKE] == start for each in headings)
    return alike or bool(_HEADING.fullmatch(text))


def _orphan(number: int, text: str, headings: list[str]) -> Event:
    """Tell of a line that no speaker has yet been named for."""
    if len(text) <= _SHORT and text[-1] not in ".!?…,;":
        headings.append(text)
        return Event(Kind.HEADING, number, text, why="heading")
    return Event(Kind.NOISE, number, text, why=BEFORE)


def _inner(known: Collection[str]) -> re.Pattern[str] | None:
    """Build the pattern of a known label inside a line, as in “T: … C: …”."""
    if not known:
        return None
    each = "|".join(re.escape(label) for label in sorted(known, key=len, reverse=True))
    return re.compile(rf"(?<=\s)({each})[:：]\s+")


def _turns(number: int, prefix: Prefix, inner: re.Pattern[str] | None) -> Iterator[Event]:
    pieces = inner.split(prefix.text) if inner else [prefix.text]
    yield Event(Kind.TURN, number, plain(pieces[0]), prefix.label, prefix.start_ms, prefix.end_ms)
    for label, text in zip(pieces[1::2], pieces[2::2], strict=True):
        yield Event(Kind.TURN, number, plain(text), label)


def _more(number: int, text: str, inner: re.Pattern[str] | None) -> Iterator[Event]:
    pieces = inner.split(text) if inner else [text]
    yield Event(Kind.MORE, number, plain(pieces[0]))
    for label, words in zip(pieces[1::2], pieces[2::2], strict=True):
        yield Event(Kind.TURN, number, plain(words), label)
