"""Captions that roll: each cue repeats the last lines of the one before, as YouTube writes them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from coder.transcripts.events import Line

_INLINE = re.compile(r"<\d[\d:.]*>\s*<c|align:start position:0%")
_FEWEST, _SHARE = 3, 0.3


@dataclass(frozen=True, slots=True)
class Rolled:
    """The lines that repeat, as (number of the cue from 0, place in its text)."""

    lines: frozenset[tuple[int, int]]

    def split(self, cue: int, text: Sequence[Line]) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
        """The lines of a cue that are new, and those that repeat the cue before."""
        new = tuple(line for at, line in enumerate(text) if (cue, at) not in self.lines)
        again = tuple(line for at, line in enumerate(text) if (cue, at) in self.lines)
        return new, again


def rolled(cues: Sequence[Sequence[Line]], clean: Callable[[str], str]) -> Rolled:
    """Find the lines that a rolling file repeats; none where people repeat themselves.

    A file rolls when many cues begin with the last line of the cue before and then go on.
    """
    words = [
        [(at, text) for at, line in enumerate(cue) if (text := clean(line.text))] for cue in cues
    ]
    found = list(_repeated(words))
    going_on = sum(many < len(words[cue]) for cue, many in found)
    marked = any(_INLINE.search(line.text) for cue in cues for line in cue)
    if not going_on or not (marked or (going_on >= _FEWEST and len(found) >= _SHARE * len(words))):
        return Rolled(frozenset())
    return Rolled(
        frozenset((cue, words[cue][nth][0]) for cue, many in found for nth in range(many))
    )


def _repeated(words: Sequence[Sequence[tuple[int, str]]]) -> Iterator[tuple[int, int]]:
    """Yield each cue that begins with the end of the one before, and by how many lines."""
    before: list[str] = []
    for cue, lines in enumerate(words):
        texts = [text for _, text in lines]
        most = min(len(before), len(texts))
        many = next((n for n in range(most, 0, -1) if texts[:n] == before[-n:]), 0)
        if many:
            yield cue, many
        before = texts or before
