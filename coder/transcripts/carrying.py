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
from coder.session import OF_THE_FILE, TimeSource, Timing, Turn, TurnId

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
    """Give taps and estimates to the turns that begin with the same word; leave out the others.

    Where the new file itself says when a turn begins, or when it cannot, the file counts.
    """
    words, room = _Words(old, new), _room(new)
    rows = {turn.id: row for row, turn in enumerate(old)}
    kept: dict[tuple[TurnId, TimeSource], Timing] = {}
    for timing in timings:
        row = words.same_start(rows.get(timing.turn_id))
        if row is not None and room[row][0] <= timing.start_ms <= room[row][1]:
            moved = dataclasses.replace(timing, turn_id=new[row].id)
            kept[moved.turn_id, moved.times] = moved
    return tuple(kept.values())


def _room(turns: Sequence[Turn]) -> list[tuple[float, float]]:
    """Between which moments (ms) each turn may begin; one timed by its file has no room."""
    given = [t.start_ms if t.times in OF_THE_FILE else None for t in turns]
    floors = itertools.accumulate(given, lambda last, ms: last if ms is None else ms, initial=0)
    ceilings = itertools.accumulate(
        reversed(given), lambda last, ms: last if ms is None else ms, initial=float("inf")
    )
    bounds = zip(floors, reversed([*ceilings][:-1]), given, strict=False)
    return [(0, -1) if ms is not None else (low, high) for low, high, ms in bounds]


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
        if not self._has_words(rows, anchor) or rows != list(range(rows[0], rows[-1] + 1)):
            return self._whole(rows, anchor)
        said = [self._old_words[at].said for at in span]
        ours, theirs = _places(self._old_words, said), _places(self._new_words, said)
        first = self._same.get(span[0])
        if ours == [span[0]] and len(theirs) == 1 and len(span) > _BESIDE:
            first = theirs[0]
        elif first not in theirs or not self._beside(span, first):
            return None
        here = range(first, first + len(span))
        return self._kept(anchor, rows, here) or self._anchor(anchor, rows, here)

    def _has_words(self, rows: Sequence[int], anchor: Anchor) -> bool:
        """Tell whether an anchor covers words in each of its turns: signs alone say no place."""
        covered = {self._old_words[at].row for at in self._span(rows, anchor)}
        return covered == set(rows)

    def _kept(self, anchor: Anchor, rows: Sequence[int], here: Sequence[int]) -> Anchor | None:
        """The same places in turns whose text did not change at all."""
        first = self._new_words[here[0]].row
        turns = self._new[first : first + len(rows)]
        if [t.text for t in turns] != [self._old[row].text for row in rows]:
            return None
        return self._placed(anchor, rows, turns, anchor.begin or 0, anchor.stop)

    def _whole(self, rows: Sequence[int], anchor: Anchor) -> Anchor | None:
        """Place turns of signs alone, or with others between: each must be the same as it was."""
        there = [self._turns.get(row) for row in rows]
        found = [row for row in there if row is not None]
        if len(found) < len(rows) or not self._among_neighbours(rows, found):
            return None
        turns = [self._new[row] for row in found]
        if [t.text for t in turns] != [self._old[row].text for row in rows]:
            return None
        return self._placed(anchor, rows, turns, anchor.begin or 0, anchor.stop)

    def _among_neighbours(self, rows: Sequence[int], found: Sequence[int]) -> bool:
        """Tell whether each turn stands beside one of the turns it stood beside, as they were."""
        last_old, last_new = len(self._old) - 1, len(self._new) - 1
        return all(
            self._turns.get(row - 1) == new - 1
            or self._turns.get(row + 1) == new + 1
            or (row == new == 0)
            or (row == last_old and new == last_new)
            for row, new in zip(rows, found, strict=True)
        )

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
        begin = self._begin(anchor, rows, head)
        if self._new_at[head.row][0] == first and (whole or not anchor.begin):
            begin = 0
        stop: int | None = self._stop(anchor, rows, tail)
        if self._new_at[tail.row][-1] == last and (whole or self._to_the_end(anchor, rows)):
            stop = None
        return self._placed(anchor, rows, turns, begin, stop)

    def _begin(self, anchor: Anchor, rows: Sequence[int], head: _Word) -> int:
        """Where a quote begins: as far before or within its first word as it did."""
        word = self._old_words[self._span(rows, anchor)[0]]
        before = word.begin - (anchor.begin or 0)
        signs = self._old[word.row].text[max(0, word.begin - max(0, before)) : word.begin]
        if before <= 0:
            return head.begin - before
        return head.begin - len(signs) * self._new[head.row].text[: head.begin].endswith(signs)

    def _stop(self, anchor: Anchor, rows: Sequence[int], tail: _Word) -> int:
        """Where a quote ends: as far behind or within its last word as it did."""
        word = self._old_words[self._span(rows, anchor)[-1]]
        text = self._old[word.row].text
        after = (len(text) if anchor.stop is None else anchor.stop) - word.stop
        if after <= 0:
            return tail.stop + after
        signs = text[word.stop : word.stop + after]
        return tail.stop + len(signs) * self._new[tail.row].text[tail.stop :].startswith(signs)

    def _placed(
        self,
        anchor: Anchor,
        rows: Sequence[int],
        turns: Sequence[Turn],
        begin: int,
        stop: int | None,
    ) -> Anchor:
        """Anchor on turns; a length in time stays as long as it was."""
        at_ms = self._moment(anchor, rows, turns[0])
        end_ms = anchor.end_ms
        if end_ms is not None and at_ms is not None and anchor.start_ms is not None:
            end_ms += at_ms - anchor.start_ms
        placed = anchor_on(turns, at_ms, begin=begin, stop=stop)
        return dataclasses.replace(placed, start_ms=at_ms, end_ms=end_ms)

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
