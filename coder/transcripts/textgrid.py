"""Praat's TextGrid, long, short and by time: intervals on tiers.

Praat itself reads a file as a row of numbers, of texts in quotation marks and of <flags>, and skips
all other words; so the long form and the short are one. praatio 6.2.2, the best of the libraries
tried, is not used: it cuts the long form where it finds “item [” or “intervals [”,
also within what somebody says, and then fails, and it keeps no numbers of lines. This reads 1 MB in
about 0.5 s.
"""

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.errors import Notice
from coder.transcripts import tiers
from coder.transcripts.events import Read, plain
from coder.transcripts.source import Format, Source
from coder.transcripts.tiers import Said, Tier

# A text, one that the end of the file cuts off, an index, a comment, or a word.
_TOKEN = re.compile(r'"(?:[^"]|"")*+"|"[\s\S]*|\[[^\[\]\n"]*\]:?|![^\r\n]*|[^\s"=\[]+|\[')
_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?|--undefined--")
_BREAK = re.compile(r"\r\n|\n|\r")
_CLASSES = frozenset({'"IntervalTier"', '"TextTier"', '"PointTier"'})
_HEAD = 400  # characters in which the name of the format stands
_BY_TIME = "Praat chronological TextGrid text file"
_TO_TIERS = 4  # tokens before the tiers of that form: its name, from, to, how many tiers
_OF_TIER = 4  # tokens of a tier of that form: class, name, from, to
_OF_HEAD = 3  # numbers at the head of a tier: from, to, how many entries
_DIGITS = 10


@dataclass(frozen=True, slots=True)
class _Token:
    """A number or a text, as written, and where it begins."""

    text: str
    at: int

    @property
    def quoted(self) -> bool:
        return self.text.startswith('"')

    @property
    def words(self) -> str:
        return self.text[1:].removesuffix('"').replace('""', '"')


@dataclass(slots=True)
class _Raw:
    """A tier as it is written: its class and name, the numbers after them, and its entries.

    ``torn`` are entries whose quotation marks were not doubled, and where they end.
    """

    form: _Token
    name: _Token
    head: list[_Token]
    entries: list[tuple[list[_Token], _Token]]
    torn: dict[int, int]

    @property
    def declared(self) -> int:
        """How many entries it says it holds; -1 where that cannot be read."""
        count = self.head[2].text if len(self.head) == _OF_HEAD else ""
        return int(count) if count.isdecimal() and len(count) < _DIGITS else -1


def knows(source: Source) -> bool:
    """Tell a TextGrid by its first lines."""
    head = source.text[:_HEAD]
    named = ("ooTextFile" in head and '"TextGrid"' in head) or _BY_TIME in head
    return named or (source.suffix == ".textgrid" and '"IntervalTier"' in source.text)


def read(source: Source) -> Read:
    """Read the tiers of a TextGrid. Raises CoderError when nothing can be taken."""
    breaks = [found.end() for found in _BREAK.finditer(source.text)]
    tokens = list(_tokens(source.text))
    by_time = _BY_TIME in source.text[:_HEAD]
    raw = _by_time(tokens) if by_time else _by_tier(source.text, tokens)
    names = list(tiers.unique(each.name.words for each in raw))
    made = [_tier(name, each, breaks) for name, each in zip(names, raw, strict=True)]
    short = [
        Notice("tier_short", {"tier": name, "said": each.declared, "count": len(each.entries)})
        for name, each in zip(names, raw, strict=True)
        if each.declared > len(each.entries)
    ]
    return tiers.read(source.path, made, source.options.tiers, short)


def _tokens(text: str) -> Iterator[_Token]:
    for found in _TOKEN.finditer(text):
        if found[0][0] == '"' or _NUMBER.fullmatch(found[0]):
            yield _Token(found[0], found.start())


def _by_tier(text: str, tokens: Sequence[_Token]) -> list[_Raw]:
    """Cut the file into tiers and entries: a text with numbers before it is an entry.

    One without is the class of the next tier, or goes on with the entry before it, whose quotation
    marks were not doubled.
    """
    made: list[_Raw] = []
    numbers: list[_Token] = []
    waiting: _Token | None = None
    for token in tokens:
        if waiting is not None:
            made.append(_Raw(waiting, token, [], [], {}))
            waiting, numbers = None, []
        elif not token.quoted:
            head = made[-1].head if made and not made[-1].entries else numbers
            (head if len(head) < _OF_HEAD else numbers).append(token)
        elif token.text in _CLASSES and (not made or not numbers):
            waiting = token
        elif made and numbers:
            made[-1].entries.append((numbers, token))
            numbers = []
        elif made and made[-1].entries:
            made[-1].torn[len(made[-1].entries) - 1] = token.at + len(token.text)
    for tier in made:
        for n, end in tier.torn.items():
            times, begun = tier.entries[n]
            tier.entries[n] = times, _Token(text[begun.at : end], begun.at)
    return made


def _by_time(tokens: Sequence[_Token]) -> list[_Raw]:
    """Read the form in which all tiers stand first, and then entries with the number of theirs."""
    made: list[_Raw] = []
    at = _TO_TIERS
    while at + _OF_TIER <= len(tokens) and tokens[at].text in _CLASSES and tokens[at + 1].quoted:
        made.append(_Raw(tokens[at], tokens[at + 1], [], [], {}))
        at += _OF_TIER
    numbers: list[_Token] = []
    for token in tokens[at:]:
        if not token.quoted:
            numbers.append(token)
        elif made:
            first = numbers[0].text if numbers else ""
            place = int(first) if first.isdecimal() and len(first) < _DIGITS else 1
            made[max(1, min(place, len(made))) - 1].entries.append((numbers[1:], token))
            numbers = []
    return made


def _tier(name: str, raw: _Raw, breaks: Sequence[int]) -> Tier:
    intervals = raw.form.text == '"IntervalTier"'
    spans = [_span(numbers, intervals=intervals) for numbers, _ in raw.entries]
    places = tiers.filled([start for start, _ in spans])
    said = tuple(
        Said(bisect.bisect(breaks, token.at) + 1, token.words, start, end, at)
        for (_, token), (start, end), at in zip(raw.entries, spans, places, strict=True)
        if token.words.strip()
    )
    why = "" if intervals else "its marks are points in time, not turns"
    line = bisect.bisect(breaks, raw.form.at) + 1
    return Tier(name, plain(raw.name.words), line, said, why)


def _span(numbers: Sequence[_Token], *, intervals: bool) -> tuple[int | None, int | None]:
    start, end, *_ = [*map(_ms, numbers), None, None]
    return start, end if intervals else None


def _ms(token: _Token) -> int | None:
    # Praat writes -0 for 0.
    text = token.text.removeprefix("+")
    return 0 if float(text.replace("--undefined--", "1")) == 0 else tiers.ms_of(text, 1000)


FORMATS = (Format("praat-textgrid", "Praat TextGrid", (".textgrid",), knows, read),)
