"""What printing and meeting software put around the words: line numbers, heads, footnotes."""

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence

from coder.errors import Notice
from coder.transcripts import labels
from coder.transcripts.events import Line, Prefix, plain
from coder.transcripts.stamps import lone

HEAD, FOOTNOTE, IN_WORDS = "running head", "footnote", "time in words"
BEFORE_HEADING, AFTER_END = "stands before the transcript", "stands after the transcript"

_PRINTED = re.compile(r"\A\s*[(\[]?(\d{1,5})[)\]]?(?:[.):|]?(?:\s+|\Z))")
_RIGHT = re.compile(r"(?<=\S)(?:[ \xa0]{2,}|\t+)(\d{1,5})\s*\Z")
_NUMBERED, _RISING, _FEWEST = 0.6, 0.9, 5
_FIVE, _FEWEST_FIVES = 5, 3
_PAGE = re.compile(
    r"(?:[-–—|\s]|page|p\.|seite|s\.)*\d{1,4}(?:\s*(?:of|/|von)\s*\d{1,4})?[-–—|\s]*", re.IGNORECASE
)
_HEAD_LENGTH, _HEAD_WORDS, _HEAD_TIMES = 100, 2, 3
_PAGED = re.compile(r"(?:page\s+)?\d{1,4}\b\W.*|.*\W\d{1,4}", re.IGNORECASE | re.DOTALL)
_PAGE_LINES = 15  # that a page holds at the least
_TOP = 2  # lines at the top of a text, where the first head stands
_SPOKEN_TIME = re.compile(
    r"(?:\d{1,2} (?:hours?|Stunden?) )?(?:\d{1,2} (?:minutes?|Minuten?) ?)?"
    r"(?:\d{1,2} (?:seconds?|Sekunden?))?"
)
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
    for pattern in (_PRINTED, _RIGHT):
        found = [None if line.prefix else pattern.search(line.text) for line in lines]
        told = _every(lines, found) or _every_fifth(lines, found)
        if told:
            return told
    return list(lines), []


def _every(
    lines: Sequence[Line], found: Sequence[re.Match[str] | None]
) -> tuple[list[Line], list[Notice]] | None:
    """Read numbers that stand beside most lines."""
    printed = [int(each[1]) for each in found if each]
    said = sum(bool(line.text.strip()) for line in lines)
    if len(printed) < max(_FEWEST, _NUMBERED * said):
        return None
    steps = [after - before for before, after in itertools.pairwise(printed)]
    anew = sum(step < 1 for step in steps)
    if sum(step == 1 for step in steps) + anew < _RISING * len(steps) or anew > len(steps) / 10:
        return None
    made, number = [], 0
    for line, each in zip(lines, found, strict=True):
        number = int(each[1]) if each else number
        # Numbers that begin anew on each page would name several lines.
        known = line.number if anew or not number else number
        made.append(dataclasses.replace(line, number=known, text=_without(line, each)))
    return made, [Notice("margin_restarts" if anew else "margin_numbers", {"count": len(printed)})]


def _every_fifth(
    lines: Sequence[Line], found: Sequence[re.Match[str] | None]
) -> tuple[list[Line], list[Notice]] | None:
    """Read numbers that stand beside every fifth line: 5, 10, 15."""
    said = [n for n, line in enumerate(lines) if line.text.strip()]
    fives: dict[int, re.Match[str]] = {}
    at = last = 0
    for place, n in enumerate(said, 1):
        each = found[n]
        if each and int(each[1]) == last + _FIVE and (not last or _FIVE <= place - at <= 2 * _FIVE):
            fives[n] = each
            at, last = place, last + _FIVE
    if len(fives) < max(_FEWEST_FIVES, _NUMBERED * len(said) / _FIVE):
        return None
    made = [
        dataclasses.replace(line, text=_without(line, fives.get(n))) for n, line in enumerate(lines)
    ]
    return made, [Notice("margin_fifth", {"count": len(fives)})]


def _without(line: Line, found: re.Match[str] | None) -> str:
    """Cut a printed number off the beginning or end of a line."""
    if found is None:
        return line.text
    return line.text[found.end() :] if found.start() == 0 else line.text[: found.start()]


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
    """Mark what stands at the head or foot of page after page, and times in words beside times."""
    said = [n for n, line in enumerate(lines) if line.text.strip()]
    alike: dict[str, list[int]] = {}
    for at, n in enumerate(said):
        if _may_be_head(lines[n]):
            alike.setdefault(re.sub(r"\d+", "#", plain(lines[n].text)), []).append(at)
    heads = {said[at] for places in alike.values() if _heads(lines, said, places) for at in places}
    twice = set(_spoken_times(lines, said))
    return [
        _marked(line, HEAD if n in heads else IN_WORDS) if n in heads or n in twice else line
        for n, line in enumerate(lines)
    ]


def _may_be_head(line: Line) -> bool:
    text = line.text.strip()
    return (
        not (line.prefix or line.why)
        and len(text) <= _HEAD_LENGTH
        and len(re.findall(r"[^\W\d_]{2,}", text)) >= _HEAD_WORDS
        and (text[-1] not in ".?!…,;:)]”" or bool(_PAGED.fullmatch(text.rstrip("."))))
        and lone(text) is None
        and labels.leading(text)[0] is None
    )


def _heads(lines: Sequence[Line], said: Sequence[int], places: Sequence[int]) -> bool:
    """Tell whether like lines stand where pages end: by a page number, or with one in them."""
    texts = [plain(lines[said[at]].text) for at in places]
    label = labels.split(texts[0])
    if label is not None and (labels.known(label.label) or label.shape != "colon"):
        return False
    pages = [int(found[0]) for text in texts if (found := re.search(r"\d+", text))]
    rising = all(0 < after - before <= _HEAD_TIMES for before, after in itertools.pairwise(pages))
    numbered = len(set(pages)) == len(places) and all(map(_PAGED.fullmatch, texts))
    apart = min((after - at for at, after in itertools.pairwise(places)), default=0)
    far = apart >= _PAGE_LINES or texts[0].isupper()
    if numbered and rising and far and len(places) >= _HEAD_TIMES and label is None:
        return True
    by_page = [at for at in places if _by_page(lines, said, at)]
    if len(places) < 2 or len(set(texts)) not in {1, len(texts)}:  # noqa: PLR2004 - one is none
        return False
    if not by_page or not set(places) - set(by_page) <= set(range(_TOP)):
        return False
    return label is None or _only_here(lines, said, label.label, len(places))


def _only_here(lines: Sequence[Line], said: Sequence[int], label: str, count: int) -> bool:
    """Tell a head with a colon from the words of a speaker, who says other things too."""
    found = (labels.split(lines[n].text) for n in said)
    return sum(each is not None and each.label == label for each in found) == count


def _spoken_times(lines: Sequence[Line], said: Sequence[int]) -> Iterator[int]:
    """Find “0 minutes 4 seconds” above “0:04”, as a panel of Teams has both."""
    for n, after in itertools.pairwise(said):
        text = lines[n].text.strip()
        if text[0].isdigit() and _SPOKEN_TIME.fullmatch(text) and lone(lines[after].text):
            yield n


def _by_page(lines: Sequence[Line], said: Sequence[int], at: int) -> bool:
    n = said[at]
    above = lines[max(n - 2, 0) : n + 1]
    if any(
        one.number == two.number and not one.text.strip() for one, two in itertools.pairwise(above)
    ):
        return True  # a form feed has cut a line in two
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
