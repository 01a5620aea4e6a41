"""Whisper’s txt: a line a turn, with the times of its console or with none."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from coder.transcripts import cues, labels, prefixed
from coder.transcripts.captions import TIME, milliseconds
from coder.transcripts.cues import STRAY, UNREAD, Cue
from coder.transcripts.doubtful import doubtful
from coder.transcripts.events import Event, Kind, Line, Read, plain
from coder.transcripts.source import Format, Source

_SECONDS = r"\d{1,6}(?:\.\d{1,6})?s|\d{1,6}\.\d{1,6}"
_CONSOLE = re.compile(rf"\s*\[\s*(?:{TIME}|({_SECONDS}))\s*--?>\s*(?:{TIME}|({_SECONDS}))\s*\](.*)")
_WORDS = re.compile(r"[^\W_]|[\"'“‘«¿¡(♪…-]\s?[^\W_]|♪")
_DATA = re.compile(r"[\t{}=|<>]|;$|,\S*,\S*,|https?:")
_ENDS = frozenset('.?!…:;"”’»)]♪。?!')
_NEARLY_ALL, _HALF, _QUARTER, _TENTH, _FEW = 0.9, 0.5, 0.25, 0.1, 0.02
_FEWEST, _LONG = 8, 120  # lines, and characters of the one in the middle
_ENOUGH, _SENTENCE, _MOST, _UNEVEN = 20, 90, 0.8, 2  # lines, characters, share, times as long
_TALK = 3  # words of the line in the middle, at least: one or two are a list
_WIDE = 0.95  # of the lines are no longer than the text is wide


def knows_txt(source: Source) -> bool:
    """Tell Whisper’s txt by the times of its console, or by lines broken as speech is."""
    lines = [line.text for line in source.lines if line.text.strip()]
    timed = sum(bool(_CONSOLE.fullmatch(line)) for line in lines)
    return timed >= max(1, _HALF * len(lines)) or (not timed and _spoken(source, lines))


def _spoken(source: Source, lines: Sequence[str]) -> bool:
    """Tell segments of speech, one a line, from prose and from all that is no text.

    Segments break in mid-sentence, at uneven lengths; wrapped prose breaks there only where the
    next word would not fit; paragraphs, lists and verse end or begin like sentences.
    """
    lines = [line.strip() for line in lines]
    lengths = sorted(len(line) for line in lines)
    if (
        source.suffix not in {".txt", ".text", ""}
        or len(lines) < _FEWEST
        or len(source.lines) - len(lines) > _FEW * len(lines)
        or lengths[len(lengths) // 2] > _LONG
        or sorted(len(line.split()) for line in lines)[len(lines) // 2] < _TALK
        or sum(bool(_WORDS.match(line)) for line in lines) < _NEARLY_ALL * len(lines)
        or sum(bool(_DATA.search(line)) for line in lines) > _TENTH * len(lines)
    ):
        return False
    width = lengths[int(len(lengths) * _WIDE)]
    if _sentences(source, lines):
        return not _labelled(source)
    broken = [
        (line, after)
        for line, after in pairwise(lines)
        if line[-1] not in _ENDS and after[0].islower()
    ]
    early = [line for line, after in broken if len(line) + 1 + len(after.split()[0]) <= width]
    enough = len(broken) >= _TENTH * len(lines) and len(early) >= _QUARTER * len(broken)
    return enough and not _labelled(source)


def _sentences(source: Source, lines: Sequence[str]) -> bool:
    """Tell segments that are whole sentences: many, short, of uneven lengths, and no gap between.

    Prose has longer ones or blank lines, verse ends without a stop, lists are of one length.
    """
    lengths = sorted(len(line) for line in lines)
    last = max(n for n, line in enumerate(source.lines) if line.text.strip())
    first = next(n for n, line in enumerate(source.lines) if line.text.strip())
    prefixes = [found for line in lines if (found := labels.split(line))]
    return (
        source.suffix == ".txt"
        and len(lines) >= _ENOUGH
        and last - first + 1 == len(lines)
        and lengths[len(lengths) // 2] < _SENTENCE
        and sum(line[-1] in _ENDS for line in lines) >= _MOST * len(lines)
        and not any(labels.known(found.label) for found in prefixes)
        and len(prefixes) < _TENTH * len(lines)
        and lengths[int(len(lengths) * _NEARLY_ALL)] >= _UNEVEN * lengths[len(lengths) // 10]
    )


def _labelled(source: Source) -> bool:
    """Tell whether the reader of text finds anybody who speaks."""
    events = prefixed.read(source.lines, source.options).events
    return any(event.kind is Kind.TURN for event in events)


def read_txt(source: Source) -> Read:
    """Read a line a turn, with the times of Whisper’s console, or with none."""
    if any(_CONSOLE.fullmatch(line.text) for line in source.lines):
        return cues.said(list(_console(source.lines)), tuple(source.options.roles))
    turns = [
        Event(Kind.TURN, line.number, plain(line.text))
        for line in source.lines
        if line.text.strip()
    ]
    return Read(tuple(turns), len(turns), tuple(doubtful([turn.text for turn in turns])))


def _console(lines: Sequence[Line]) -> Iterator[Cue | Event]:
    """Read timed lines; a line below that has no time goes on with it, up to a blank one."""
    text: list[Line] = []
    start: int | None
    end: int | None
    number, start, end = 0, None, None
    for line in lines:
        found = _CONSOLE.fullmatch(line.text)
        if (found or not line.text.strip()) and number:
            yield Cue(number, tuple(text), start, end)
            number = 0
        if found:
            number, text = line.number, [Line(line.number, found[11])]
            start, end = _moment(found.groups()[:5]), _moment(found.groups()[5:10])
            if start is None or end is None:
                start = end = None
                times = line.text.strip().removesuffix(found[11])
                yield Event(Kind.NOISE, line.number, times, why=UNREAD)
        elif number:
            text.append(line)
        elif line.text.strip():
            yield Event(Kind.NOISE, line.number, line.text.strip(), why=STRAY)
    if number:
        yield Cue(number, tuple(text), start, end)


def _moment(fields: Sequence[str | None]) -> int | None:
    """Read a clock, or seconds, as ms."""
    if fields[4] is not None:
        return round(float(fields[4].removesuffix("s")) * 1000)
    return milliseconds(fields[:4])


FORMATS = (Format("whisper-txt", "Whisper’s txt, a line a turn", (".txt",), knows_txt, read_txt),)
