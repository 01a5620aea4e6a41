"""Times from another transcript of the same recording, found by the words that both hold.

Labels and the cutting into turns or cues do not count, and words may differ: the two are aligned
word by word. What both hold once only comes first; what lies between is aligned by edit distance.
"""

import bisect
import dataclasses
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.session import Stamp, TimeSource, Turn
from coder.transcripts.timing import is_firm

_RUNS = (3, 2, 1)  # words in a row that are looked for, the longest first
_DEEPEST = 40
_MOST_CELLS = 6_000  # of an edit distance; larger gaps without a word in common stay apart
_NEAR = 3  # words: how far from a turn's first one is looked for what matches
_ASTRAY = 2  # words by which neighbours may disagree
_SURE = 2  # words that must match around a start; one that both hold once only counts double

# Chinese and Japanese write no spaces: each of their characters counts as a word.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W_\u3040-\u30ff\u3400-\u9fff]+")
_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_DRAWN_OUT = re.compile(r"(\w)\1+")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A timed stretch of the other's words: the first, the one after its last, and times in ms.

    ``stated`` says that the end stands in the file, and is not only the next one's start.
    """

    first: int
    after: int
    start_ms: int | None
    end_ms: int | None
    stated: bool


def times_from(
    turns: Sequence[Turn], other: Sequence[Turn], stamps: Sequence[Stamp] = ()
) -> tuple[Turn, ...]:
    """Give turns the times that another transcript of the recording gives to the same words.

    A turn that begins as a timed piece of the other does (a turn or cue, or the words after one of
    its ``stamps``) takes that start as given. One that begins within a piece, or whose first word
    differs, gets an estimate by its share of the piece's words. A turn for which too few words
    match stays as it is, and so does one whose time would run backwards. Case, punctuation, labels
    and notes in brackets do not count.
    """
    ours = [_words(turn.text) for turn in turns]
    theirs, pieces = _pieces(other, stamps)
    mine = [word for words in ours for word in words]
    match = _aligned(mine, theirs)
    places = _Places(match, _weights(mine, theirs), pieces, len(theirs))
    made = []
    at = 0
    for turn, words in zip(turns, ours, strict=True):
        made.append(places.timed(turn, at, at + len(words)) if words else turn)
        at += len(words)
    return _rising(turns, made)


def _words(text: str) -> list[str]:
    """The words as they are compared; a drawn-out letter (Hmmmm) counts once, a note not at all."""
    return _WORD.findall(_DRAWN_OUT.sub(r"\1", _NOTE.sub(_blank, text.casefold())))


def _blank(found: re.Match[str]) -> str:
    """As many spaces as the note has characters, so that places of stamps hold."""
    return " " * len(found[0])


def _pieces(other: Sequence[Turn], stamps: Sequence[Stamp]) -> tuple[list[str], list[_Piece]]:
    """The other's words, and its turns cut at the times within them."""
    within: dict[int, list[Stamp]] = {}
    for stamp in stamps:
        within.setdefault(stamp.turn, []).append(stamp)
    theirs: list[str] = []
    begun: list[tuple[int, int | None, int | None]] = []
    for turn in other:
        start_ms = turn.start_ms if is_firm(turn) else None
        end_ms = turn.end_ms if is_firm(turn) else None
        text = _NOTE.sub(_blank, turn.text)
        cuts = within.get(turn.n, [])
        edges = [0, *(stamp.begin for stamp in cuts), len(text)]
        starts = [start_ms, *(stamp.ms for stamp in cuts)]
        for n, (first, after) in enumerate(itertools.pairwise(edges)):
            begun.append((len(theirs), starts[n], end_ms if n == len(cuts) else None))
            theirs += _words(text[first:after])
    begun.append((len(theirs), None, None))
    return theirs, [
        _Piece(first, after, start, following if end is None else end, end is not None)
        for (first, start, end), (after, following, _) in itertools.pairwise(begun)
        if first < after
    ]


def _weights(mine: Sequence[str], theirs: Sequence[str]) -> list[int]:
    """How much the match of each word counts: one that both hold once only is no chance."""
    ours, others = Counter(mine), Counter(theirs)
    return [_SURE if ours[word] == others[word] == 1 else 1 for word in mine]


class _Places:
    """Where our words stand among the other's, and the times that follow from it."""

    def __init__(
        self,
        match: Sequence[int | None],
        weights: Sequence[int],
        pieces: Sequence[_Piece],
        count: int,
    ) -> None:
        self._match, self._weights, self._pieces, self._count = match, weights, pieces, count
        self._firsts = [piece.first for piece in pieces]

    def timed(self, turn: Turn, first: int, after: int) -> Turn:
        """Give a turn, our words from the first on, the times of its place, if it has any."""
        begins = self._place(first)
        if begins is None or not self._is_sure(first, begins):
            return turn
        piece = self._piece(begins)
        start_ms = _at(piece, begins)
        if start_ms is None:
            return turn
        exact = self._match[first] is not None and begins == piece.first
        end_ms = self._end(after, exact=exact)
        return dataclasses.replace(
            turn,
            start_ms=start_ms,
            end_ms=None if end_ms is None or end_ms < start_ms else end_ms,
            times=TimeSource.GIVEN if exact else TimeSource.ESTIMATED,
        )

    def _place(self, at: int) -> int | None:
        """Which of the other's words one of ours is, or would be by the words beside it."""
        here = self._match[at]
        if here is not None:
            return here
        before, beyond = self._beside(at, -1), self._beside(at, 1)
        if before is None or beyond is None or abs(before - beyond) > _ASTRAY:
            return None
        return min(max(before, 0), self._count - 1)

    def _beside(self, at: int, step: int) -> int | None:
        """Where a word would stand by the nearest that matches, before or after it."""
        for away in range(1, _NEAR + 1):
            near = at + step * away
            if not 0 <= near < len(self._match):
                return None
            there = self._match[near]
            if there is not None:
                return there - step * away
        return None

    def _is_sure(self, at: int, place: int) -> bool:
        """Tell whether enough words around one of ours match around its place."""
        around = range(max(at - _NEAR, 0), min(at + _NEAR + 1, len(self._match)))
        sure = 0
        for near in around:
            there = self._match[near]
            if there is not None and abs((there - near) - (place - at)) <= _ASTRAY:
                sure += self._weights[near]
        return sure >= min(_SURE, len(self._match))

    def _end(self, after: int, *, exact: bool) -> int | None:
        """The end that the other gives; where the start is a guess, the end may be one, too."""
        last = self._match[after - 1]
        if last is None or not self._is_sure(after - 1, last):
            return None
        piece = self._piece(last)
        if last == piece.after - 1:
            return piece.end_ms if piece.stated or not exact else None
        return None if exact else _at(piece, last + 1)

    def _piece(self, word: int) -> _Piece:
        return self._pieces[bisect.bisect_right(self._firsts, word) - 1]


def _at(piece: _Piece, word: int) -> int | None:
    """When a word of a piece begins (ms), by its share of the piece's words."""
    if piece.start_ms is None or word == piece.first:
        return piece.start_ms
    if piece.end_ms is None or piece.end_ms < piece.start_ms:
        return None
    share = (word - piece.first) * (piece.end_ms - piece.start_ms)
    return piece.start_ms + share // (piece.after - piece.first)


def _rising(turns: Sequence[Turn], made: Sequence[Turn]) -> tuple[Turn, ...]:
    """Keep as many of the new times as rise from turn to turn."""
    new = [at for at, (turn, old) in enumerate(zip(made, turns, strict=True)) if turn is not old]
    kept = {new[at] for at in _longest_rise([made[at].start_ms or 0 for at in new])}
    return tuple(made[at] if at in kept else turn for at, turn in enumerate(turns))


def _longest_rise(values: Sequence[int]) -> list[int]:
    """The places of as many values as possible that never fall."""
    tails: list[int] = []
    ends: list[int] = []
    before: list[int] = []
    for at, value in enumerate(values):
        length = bisect.bisect_right(tails, value)
        tails[length : length + 1] = [value]
        ends[length : length + 1] = [at]
        before.append(ends[length - 1] if length else -1)
    chain = []
    at = ends[-1] if ends else -1
    while at >= 0:
        chain.append(at)
        at = before[at]
    return chain[::-1]


def _aligned(mine: Sequence[str], theirs: Sequence[str]) -> list[int | None]:
    """Which of the other's words each of ours is, in rising order; None for one it has not."""
    match: list[int | None] = [None] * len(mine)
    gaps = [(_Gap(0, len(mine), 0, len(theirs)), 0)]
    while gaps:
        gap, depth = gaps.pop()
        for at, there in gap.edges(mine, theirs):
            match[at] = there
        gap = gap.within(mine, theirs)
        shared = gap.shared(mine, theirs) if depth < _DEEPEST else []
        for at, there in shared or gap.nearest(mine, theirs):
            match[at] = there
        if shared:
            gaps += [(each, depth + 1) for each in gap.between(shared)]
    return match


@dataclass(frozen=True, slots=True)
class _Gap:
    """Words of ours and of the other's that are not aligned yet: the first, and after the last."""

    low: int
    high: int
    first: int
    after: int

    def edges(self, mine: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int]]:
        """What is the same at the beginning and at the end."""
        inner = self.within(mine, theirs)
        yield from zip(range(self.low, inner.low), range(self.first, inner.first), strict=True)
        yield from zip(range(inner.high, self.high), range(inner.after, self.after), strict=True)

    def within(self, mine: Sequence[str], theirs: Sequence[str]) -> "_Gap":
        """The gap without what is the same at its ends."""
        low, high, first, after = self.low, self.high, self.first, self.after
        while low < high and first < after and mine[low] == theirs[first]:
            low, first = low + 1, first + 1
        while low < high and first < after and mine[high - 1] == theirs[after - 1]:
            high, after = high - 1, after - 1
        return _Gap(low, high, first, after)

    def shared(self, mine: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
        """Where runs of words begin that both hold once, as many as are in the same order."""
        for length in _RUNS:
            ours = _once(mine, self.low, self.high, length)
            others = _once(theirs, self.first, self.after, length)
            pairs = [(at, others[run]) for run, at in ours.items() if run in others]
            if pairs:
                return [pairs[n] for n in _longest_rise([there for _, there in pairs])]
        return []

    def between(self, shared: Sequence[tuple[int, int]]) -> Iterator["_Gap"]:
        """The gaps that matches leave."""
        edges = [(self.low - 1, self.first - 1), *shared, (self.high, self.after)]
        for (at, there), (high, after) in itertools.pairwise(edges):
            if at + 1 < high and there + 1 < after:
                yield _Gap(at + 1, high, there + 1, after)

    def nearest(self, mine: Sequence[str], theirs: Sequence[str]) -> Iterator[tuple[int, int]]:
        """What is the same on a shortest way of changing the one into the other."""
        rows, columns = self.high - self.low, self.after - self.first
        if not 0 < rows * columns <= _MOST_CELLS:
            return
        words = theirs[self.first : self.after]
        row = list(range(columns + 1))
        table = [row]
        for n, word in enumerate(mine[self.low : self.high], 1):
            above, left = row, n
            row = [n]
            for column, there in enumerate(words):
                left = min(above[column] + (word != there), above[column + 1] + 1, left + 1)
                row.append(left)
            table.append(row)
        while rows and columns:
            here = table[rows][columns]
            same = mine[self.low + rows - 1] == words[columns - 1]
            if here == table[rows - 1][columns - 1] + (not same):
                rows, columns = rows - 1, columns - 1
                if same:
                    yield self.low + rows, self.first + columns
            elif here == table[rows - 1][columns] + 1:
                rows -= 1
            else:
                columns -= 1


def _once(words: Sequence[str], low: int, high: int, length: int) -> dict[tuple[str, ...], int]:
    """Where each run of so many words begins that stands in a range once."""
    runs = [tuple(words[at : at + length]) for at in range(low, high - length + 1)]
    often = Counter(runs)
    return {run: low + at for at, run in enumerate(runs) if often[run] == 1}
