"""Quoted words found in the turns they were said in.

Words are compared, not characters: case, white space, punctuation and curly or straight quotes
may differ. One person's words may skip over the other's interjections.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coder.session import Turn

_WORD = re.compile(r"\w+(?:['\u2019]\w+)*")
_STRAIGHT = str.maketrans("\u2018\u2019\u201a\u201b\u201c\u201d\u201e\u201f", "''''\"\"\"\"")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of some turns in one row: each folded, and its turn, begin and stop."""

    turns: tuple[Turn, ...]
    said: tuple[str, ...]
    spots: tuple[tuple[int, int, int], ...]
    standing: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Passage:
    """Turns, and the range of their words: ``begin`` in the first to ``stop`` in the last."""

    turns: tuple[Turn, ...]
    begin: int = 0
    stop: int | None = None


def words_of(turns: Sequence[Turn]) -> Words:
    """Take the words out of turns, in their order."""
    found = [(n, *each) for n, turn in enumerate(turns) for each in _split(turn.text)]
    standing: dict[str, list[int]] = {}
    for at, (_, word, _, _) in enumerate(found):
        standing.setdefault(word, []).append(at)
    said = tuple(word for _, word, _, _ in found)
    spots = tuple((n, begin, stop) for n, _, begin, stop in found)
    return Words(tuple(turns), said, spots, standing)


def find(words: Words, quote: str) -> list[Passage]:
    """Find every passage that holds the quoted words, one after the other."""
    quote = quote.strip()
    wanted = _split(quote)
    if not wanted:
        return []
    said = tuple(word for word, _, _ in wanted)
    before, after = quote[: wanted[0][1]], quote[wanted[-1][2] :]
    return [
        _passage(words, at, at + len(said) - 1, before, after)
        for at in words.standing.get(said[0], ())
        if words.said[at : at + len(said)] == said
    ]


def _passage(words: Words, first: int, last: int, before: str, after: str) -> Passage:
    """Take in the quote's punctuation at either end where the turns have it too."""
    n, begin, _ = words.spots[first]
    m, _, stop = words.spots[last]
    if _straight(words.turns[n].text[:begin]).endswith(_straight(before)):
        begin -= len(before)
    if _straight(words.turns[m].text[stop:]).startswith(_straight(after)):
        stop += len(after)
    return Passage(words.turns[n : m + 1], begin, stop)


def _split(text: str) -> list[tuple[str, int, int]]:
    return [(_straight(f[0]).casefold(), f.start(), f.end()) for f in _WORD.finditer(text)]


def _straight(text: str) -> str:
    return text.translate(_STRAIGHT)
