"""From one version of a transcript to the next: marks follow the words they were made on.

Nothing is moved by guess. A mark moves when every word it quotes stands, unbroken and in the same
order, where the two versions are aligned, or at one single place of the new version; else it stays
as it was, and is told of.
"""

import dataclasses
import itertools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from coder.coding import Anchor, Mark, anchor_on
from coder.session import Timing, Turn, TurnId

_WORD = re.compile(r"\w+")
_BESIDE = 3  # words
_SMALL = 4_000_000  # words of the one times words of the other that are compared without short cuts


@dataclass(frozen=True, slots=True)
class Carried:
    """Marks in their order, each as it now stands; those in ``unfit`` stand as they stood."""

    marks: tuple[Mark, ...]
    unfit: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word of a transcript: the row of its turn, and where in the turn it stands."""

    row: int
    begin: int
    stop: int
    said: str


def carry(marks: Sequence[Mark], old: Sequence[Turn], new: Sequence[Turn]) -> Carried:
    """Put marks made on ``old`` turns on the same words of ``new`` ones.

    A moment that was the start of a turn becomes the start of its new one; a moment that was
    heard stays. Marks that stand on no turn of ``old`` are returned as they are, and fit.
    """
    words = _Words(old, new)
    moved, unfit = [], []
    for mark in marks:
        anchor = mark.anchor
        if anchor is None or not words.holds(anchor):
            moved.append(mark)
            continue
        found = words.place(anchor)
        moved.append(mark if found is None else dataclasses.replace(mark, anchor=found))
        unfit += [mark] if found is None else []
    return Carried(tuple(moved), tuple(unfit))


def carry_through(marks: Sequence[Mark], versions: Sequence[Sequence[Turn]]) -> tuple[Mark, ...]:
    """Carry marks made on any version, one after the other, up to the last."""
    kept = tuple(marks)
    for old, new in itertools.pairwise(versions):
        kept = carry(kept, old, new).marks
    return kept


def unfit(marks: Sequence[Mark], turns: Sequence[Turn]) -> tuple[Mark, ...]:
    """The marks that stand on turns of an earlier version, because their words are gone."""
    here = {turn.id for turn in turns}
    return tuple(mark for mark in marks if mark.anchor and not here.issuperset(mark.anchor.turns))


def carry_timings(
    timings: Sequence[Timing], old: Sequence[Turn], new: Sequence[Turn]
) -> tuple[Timing, ...]:
    """Give taps and estimates to the turns that begin with the same word; leave out the others."""
    words = _Words(old, new)
    rows = {turn.id: row for row, turn in enumerate(old)}
    kept = []
    for timing in timings:
        row = words.same_start(rows.get(timing.turn_id))
        kept += [] if row is None else [dataclasses.replace(timing, turn_id=new[row].id)]
    return tuple({(each.turn_id, each.times): each for each in kept}.values())


class _Words:
    """Two versions of a transcript, aligned word by word."""

    def __init__(self, old: Sequence[Turn], new: Sequence[Turn]) -> None:
        self._old, self._new = old, new
        self._rows: dict[TurnId, int] = {turn.id: row for row, turn in enumerate(old)}
        self._old_words, self._new_words = tuple(_words(old)), tuple(_words(new))
        self._old_at, self._new_at = _by_row(self._old_words), _by_row(self._new_words)
        self._turns = dict(_same_turns(old, new))
        self._same = self._aligned()

    def holds(self, anchor: Anchor) -> bool:
        """Tell whether an anchor stands on turns of the old version."""
        return bool(anchor.turns) and all(turn in self._rows for turn in anchor.turns)

    def place(self, anchor: Anchor) -> Anchor | None:
        """Where the words of an anchor stand now, None when that is not plain."""
        rows = [self._rows[turn] for turn in anchor.turns]
        span = self._span(rows, anchor)
        if not span:
            return self._wordless(rows, anchor)
        said = [self._old_words[at].said for at in span]
        ours, theirs = _places(self._old_words, said), _places(self._new_words, said)
        first = self._same.get(span[0])
        if len(ours) == len(theirs) == 1:
            first = theirs[0]
        elif len(rows) != rows[-1] - rows[0] + 1:  # turns with others between them
            return self._apart(anchor, rows, span)
        elif first not in theirs or not self._beside(span, first):
            return None
        return self._anchor(anchor, rows, range(first, first + len(span)))

    def _apart(self, anchor: Anchor, rows: Sequence[int], span: Sequence[int]) -> Anchor | None:
        """Place turns that do not follow each other: each must be the same as before."""
        if any(row not in self._turns for row in rows):
            return None
        return self._anchor(anchor, rows, [self._same[at] for at in span])

    def same_start(self, row: int | None) -> int | None:
        """The new row of a turn that begins with the same word as an old one."""
        if row is None:
            return None
        if not self._old_at.get(row):
            return self._turns.get(row)
        at = self._same.get(self._old_at[row][0])
        if at is None:
            return None
        there = self._new_words[at].row
        return there if self._new_at[there][0] == at else None

    def _span(self, rows: Sequence[int], anchor: Anchor) -> list[int]:
        """The words that an anchor covers, by their number; in the order of its turns."""
        span = []
        for row in rows:
            begin = (anchor.begin or 0) if row == rows[0] else 0
            stop = anchor.stop if row == rows[-1] else None
            for at in self._old_at.get(row, ()):
                word = self._old_words[at]
                if word.stop > begin and (stop is None or word.begin < stop):
                    span.append(at)
        return span

    def _wordless(self, rows: Sequence[int], anchor: Anchor) -> Anchor | None:
        """A turn of signs alone is the same when all of it is, between the same neighbours."""
        first = self._turns.get(rows[0])
        around = (rows[0] - 1, rows[-1] + 1)
        if first is None or not any(self._turns.get(r) == first + r - rows[0] for r in around):
            return None
        turns = self._new[first : first + len(rows)]
        begin, stop = anchor.begin or 0, anchor.stop
        return anchor_on(turns, self._moment(anchor, rows, turns[0]), begin=begin, stop=stop)

    def _beside(self, span: Sequence[int], first: int) -> bool:
        """Tell whether the words right before a span, or right after it, are the same too.

        What is said more than once is known by what stands beside it.
        """
        before = range(span[0] - _BESIDE, span[0])
        after = range(span[-1] + 1, span[-1] + 1 + _BESIDE)
        return any(
            all(self._is_same(at, first + at - span[0]) for at in side) for side in (before, after)
        )

    def _is_same(self, at: int, there: int) -> bool:
        """Tell whether two words are aligned; both versions begin and end alike."""
        if at < 0 or there < 0:
            return at == there
        olds, news = len(self._old_words), len(self._new_words)
        if at >= olds or there >= news:
            return at - olds == there - news
        return self._same.get(at) == there

    def _anchor(self, anchor: Anchor, rows: Sequence[int], here: Sequence[int]) -> Anchor:
        first, last = here[0], here[-1]
        head, tail = self._new_words[first], self._new_words[last]
        turns = [self._new[row] for row in dict.fromkeys(self._new_words[at].row for at in here)]
        whole = anchor.begin is None and anchor.stop is None
        starts = self._new_at[head.row][0] == first
        ends = self._new_at[tail.row][-1] == last
        begin = 0 if starts and (whole or not anchor.begin) else _left(turns[0].text, head.begin)
        stop = None
        if not (ends and (whole or self._to_the_end(anchor, rows))):
            stop = _right(turns[-1].text, tail.stop)
        placed = anchor_on(turns, self._moment(anchor, rows, turns[0]), begin=begin, stop=stop)
        return dataclasses.replace(placed, end_ms=anchor.end_ms)

    def _to_the_end(self, anchor: Anchor, rows: Sequence[int]) -> bool:
        return anchor.stop is None or anchor.stop >= len(self._old[rows[-1]].text)

    def _moment(self, anchor: Anchor, rows: Sequence[int], turn: Turn) -> int | None:
        """A moment taken from the transcript follows it; one that was heard stays."""
        taken = anchor.start_ms == self._old[rows[0]].start_ms and turn.start_ms is not None
        return turn.start_ms if taken else anchor.start_ms

    def _aligned(self) -> dict[int, int]:
        """The words of turns that are alike, and between those the words that are alike."""
        same: dict[int, int] = {}
        edges = [*sorted(self._turns.items()), (len(self._old), len(self._new))]
        before = (-1, -1)
        for old_row, new_row in edges:
            olds = [at for r in range(before[0] + 1, old_row) for at in self._old_at.get(r, ())]
            news = [at for r in range(before[1] + 1, new_row) for at in self._new_at.get(r, ())]
            same |= self._between(olds, news)
            pairs = zip(self._old_at.get(old_row, ()), self._new_at.get(new_row, ()), strict=True)
            same |= dict(pairs)
            before = (old_row, new_row)
        return same

    def _between(self, olds: Sequence[int], news: Sequence[int]) -> dict[int, int]:
        ours = [self._old_words[at].said for at in olds]
        theirs = [self._new_words[at].said for at in news]
        rough = len(ours) * len(theirs) > _SMALL
        blocks = SequenceMatcher(None, ours, theirs, autojunk=rough).get_matching_blocks()
        return {olds[block.a + n]: news[block.b + n] for block in blocks for n in range(block.size)}


def _words(turns: Sequence[Turn]) -> Iterator[_Word]:
    for row, turn in enumerate(turns):
        for found in _WORD.finditer(turn.text):
            yield _Word(row, found.start(), found.end(), found[0].casefold())


def _places(words: Sequence[_Word], said: Sequence[str]) -> list[int]:
    """Where a run of words begins."""
    return [
        at
        for at, word in enumerate(words)
        if word.said == said[0]
        and len(words) - at >= len(said)
        and all(words[at + n].said == each for n, each in enumerate(said))
    ]


def _by_row(words: Sequence[_Word]) -> Mapping[int, list[int]]:
    rows: defaultdict[int, list[int]] = defaultdict(list)
    for at, word in enumerate(words):
        rows[word.row].append(at)
    return dict(rows)


def _same_turns(old: Sequence[Turn], new: Sequence[Turn]) -> Iterator[tuple[int, int]]:
    """The rows of turns that say the same, in order."""
    ours, theirs = ([_said(turn) for turn in each] for each in (old, new))
    for block in SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks():
        for n in range(block.size):
            yield block.a + n, block.b + n


def _said(turn: Turn) -> tuple[str, ...]:
    """The words of a turn; where it has none, its signs."""
    return tuple(word.casefold() for word in _WORD.findall(turn.text)) or (turn.text,)


def _left(text: str, at: int) -> int:
    """Take in the signs right before a word, such as a quotation mark or a bracket."""
    while at and not text[at - 1].isspace() and not text[at - 1].isalnum():
        at -= 1
    return at


def _right(text: str, at: int) -> int:
    """Take in the signs right after a word."""
    while at < len(text) and not text[at].isspace() and not text[at].isalnum():
        at += 1
    return at
