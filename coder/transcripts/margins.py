"""What printing and meeting software put around the words: line numbers, heads, footnotes."""

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence

from coder.errors import Notice
from coder.transcripts import labels
from coder.transcripts.events import Line, Prefix, plain
from coder.transcripts.stamps import lone

HEAD, FOOTNOTE = "running head", "footnote"
BEFORE_HEADING, AFTER_END = "stands before the transcript", "stands after the transcript"

_PRINTED = re.compile(r"\s*(\d{1,5})(?:[.):|]?(?:\s+|\Z))")
_NUMBERED, _RISING, _FEWEST = 0.6, 0.9, 5
_PAGE = re.compile(r"\D{0,8}\d{1,4}\D{0,12}")
_HEAD_LENGTH, _HEAD_WORDS, _HEAD_TIMES = 100, 2, 3
_ENDS = re.compile(r"[.?!…:;][”\"’')\]*_]*\Z")
_FOOT = re.compile(
    r"(?:<sup>)?(?:\[\^?\d{1,3}\]:?|\d{1,2}|[¹²³⁰⁴-⁹]{1,3}|[*†‡§]{1,2}(?=\w)|\(\d{1,2}\))"
    r"(?:</sup>)?[.)]?\s*[“\"‘]?[^\W\d_a-z]\w*.*",
    re.DOTALL,
)
_FOOT_LINES = 8
_TITLE = re.compile(r"[\W_]*(?:transcript|transcription|transkript)[\W_]*", re.IGNORECASE)
_MEETING = re.compile(
    r"[\W_]*(?:attendees|invited\b.*|notes by gemini|summary|meeting records\b.*"
    r"|transcription ended after.*|this editable transcript was computer.generated.*)[\W_]*",
    re.IGNORECASE,
)
_END = re.compile(r"[\W_]*transcription ended after.*", re.IGNORECASE)


def numbered(lines: Sequence[Line]) -> tuple[list[Line], list[Notice]]:
    """Take line numbers out of the margin; a line is then known by the number printed."""
    found = [None if line.prefix else _PRINTED.match(line.text) for line in lines]
    printed = [int(each[1]) for each in found if each]
    said = sum(bool(line.text.strip()) for line in lines)
    if len(printed) < max(_FEWEST, _NUMBERED * said):
        return list(lines), []
    steps = [after - before for before, after in itertools.pairwise(printed)]
    anew = sum(step < 1 for step in steps)
    if sum(step == 1 for step in steps) + anew < _RISING * len(steps) or anew > len(steps) / 10:
        return list(lines), []
    made, number = [], 0
    for line, each in zip(lines, found, strict=True):
        number = int(each[1]) if each else number
        # Numbers that begin anew on each page would name several lines.
        known = line.number if anew or not number else number
        text = line.text[each.end() :] if each else line.text
        made.append(dataclasses.replace(line, number=known, text=text))
    return made, [Notice("margin_restarts" if anew else "margin_numbers", {"count": len(printed)})]


def notes_joined(lines: Sequence[Line]) -> list[Line]:
    """Join a note that stands alone and is broken over two lines."""
    made: list[Line] = []
    opened: int | None = None
    for line in lines:
        text = line.text.strip()
        if opened is not None and text and _closes(made[opened].text.strip(), line):
            made[opened] = dataclasses.replace(made[opened], text=f"{made[opened].text} {text}")
            opened = None
        else:
            opened = _opened(line, len(made)) if text else opened
            made.append(line)
    return made


def _opened(line: Line, at: int) -> int | None:
    """Say where a note begins that its line does not end."""
    text = line.text.strip()
    alone = text[0] in "([" and not line.prefix and not line.why
    return at if alone and not any(each in text for each in ")]") else None


def _closes(opening: str, line: Line) -> bool:
    text = line.text.strip()
    shut = ")" if opening[0] == "(" else "]"
    return (
        text.endswith(shut)
        and text.count(shut) == 1
        and not any(each in text for each in "([")
        and not (line.prefix or line.why or labels.split(text))
    )


def outside(lines: Sequence[Line]) -> list[Line]:
    """Mark what meeting software writes around a transcript: notes before it, its end."""
    plainly = [line.text.strip() for line in lines]
    if not any(_MEETING.fullmatch(text) for text in plainly if text):
        return list(lines)
    titles = [n for n, text in enumerate(plainly) if text and _TITLE.fullmatch(text)]
    last = next((n for n in reversed(range(len(lines))) if labels.split(plainly[n])), 0)
    begin = max((n for n in titles if n < last), default=0)
    end = next((n for n, text in enumerate(plainly) if n > begin and _END.fullmatch(text)), None)
    return [
        _marked(line, BEFORE_HEADING)
        if n < begin
        else _marked(line, AFTER_END)
        if end is not None and n >= end
        else line
        for n, line in enumerate(lines)
    ]


def _marked(line: Line, why: str) -> Line:
    return dataclasses.replace(line, why=line.why or why)


def without_heads(lines: Sequence[Line]) -> list[Line]:
    """Mark what stands at the head or foot of page after page."""
    said = [n for n, line in enumerate(lines) if line.text.strip()]
    alike: dict[str, list[int]] = {}
    for at, n in enumerate(said):
        if _may_be_head(lines[n]):
            alike.setdefault(re.sub(r"\d+", "#", plain(lines[n].text)), []).append(at)
    heads = {said[at] for places in alike.values() if _heads(lines, said, places) for at in places}
    return [_marked(line, HEAD) if n in heads else line for n, line in enumerate(lines)]


def _may_be_head(line: Line) -> bool:
    text = line.text.strip()
    return (
        not (line.prefix or line.why)
        and len(text) <= _HEAD_LENGTH
        and len(re.findall(r"[^\W\d_]{2,}", text)) >= _HEAD_WORDS
        and text[-1] not in ".?!…,;:)]”"
        and lone(text) is None
        and labels.split(text) is None
    )


def _heads(lines: Sequence[Line], said: Sequence[int], places: Sequence[int]) -> bool:
    """Tell whether like lines stand where pages end: by a page number, or with one in them."""
    texts = {plain(lines[said[at]].text) for at in places}
    if len(texts) == len(places) and len(places) >= _HEAD_TIMES:
        return True
    return len(places) > 1 and all(_by_page(lines, said, at) for at in places)


def _by_page(lines: Sequence[Line], said: Sequence[int], at: int) -> bool:
    n = said[at]
    if n and lines[n - 1].number == lines[n].number and not lines[n - 1].text.strip():
        return True  # a form feed has cut its line in two
    beside = [lines[said[n]].text for n in (at - 1, at + 1) if 0 <= n < len(said)]
    return any(_PAGE.fullmatch(text.strip()) and lone(text) is None for text in beside)


def footnotes(lines: Sequence[Line], prefixes: Sequence[Prefix | None]) -> Iterator[int]:
    """Say which lines are a footnote: they stand between the halves of a sentence."""
    said = [n for n, line in enumerate(lines) if line.text.strip() and not line.why]
    for at in range(1, len(said) - 1):
        if prefixes[said[at]] is None and _FOOT.fullmatch(lines[said[at]].text.strip()):
            yield from _footnote(lines, prefixes, said[at - 1 : at + _FOOT_LINES + 1])


def _footnote(
    lines: Sequence[Line], prefixes: Sequence[Prefix | None], said: Sequence[int]
) -> Iterator[int]:
    """Follow a footnote from its first line (the second given) to the end of its sentence."""
    before, *rest = said
    prefix = prefixes[before]
    if _ENDS.search((prefix.text if prefix else lines[before].text).rstrip() or "."):
        return
    for size, (last, after) in enumerate(itertools.pairwise(rest), 1):
        if prefixes[after] is not None:
            return
        goes_on = lines[after].text.lstrip(" \t-–—*•")[:1].islower()
        if goes_on and _ENDS.search(lines[last].text.rstrip()):
            yield from rest[:size]
            return
