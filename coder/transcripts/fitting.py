"""A first guess at when untimed turns begin, from where there is speech in the recording.

Turns and speech are put together in order by dynamic programming: a turn takes about as much
speech as it has letters, begins after a pause where it can, and sounds like its speaker. How fast
each speaks, and how each sounds, is learnt from the guess itself, a few times over.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coder.session import Note, Stamp, Turn, TurnId
from coder.transcripts.timing import is_firm

FRAME_MS = 20

Floats = NDArray[np.float64]
Places = NDArray[np.intp]

_PER_S = 1000 // FRAME_MS
_ROUNDS = 5
_SPEAKERS = 3  # those who say most; the others' voices are not learnt
_FIRST_S, _FASTEST_S, _SLOWEST_S = 0.15, 0.03, 0.15  # of a turn, of a letter
_TRUST_FIRST, _TRUST_LETTER = 200.0, 25_000.0  # in what was expected of everybody
_EVEN_S, _SHARE = 0.3, 0.2  # the spread of how long a turn lasts
_FAR, _OUTLYING = 3.0, 1.5  # in spreads: from there on a difference counts no longer squared
_PAUSE_S, _QUIET_S = 0.5, 2.5  # a pause as good as any longer one, and one that is a silence
_NO_PAUSE, _IN_SPEECH, _WORDLESS, _NO_SILENCE = 1.0, 3.0, 0.5, 2.0  # what a bad start costs
_LEFT_OVER = 0.5  # what a second of speech costs that is nobody's
_VOICE, _CLEAREST, _FEWEST_FRAMES = 0.08, 2.0, 200
_AROUND, _FROM_EDGE, _APART = 15, 8, 8  # frames: to compare, from a pause, between two places
_EVERY = 25  # frames between places in speech, when nothing is known of the voice
_BAND_S, _BAND_SHARE, _BAND_MOST_S = 20.0, 0.15, 120.0
_LONGEST, _LONGER_S = 2.5, 4.0  # how much speech a turn takes at most: so many times, and seconds
_NEVER = 1e9


@dataclass(frozen=True, slots=True)
class _Item:
    """A turn, or what of it stands after a stamp (which has no ``turn``)."""

    turn: TurnId | None
    label: str
    letters: int
    start_ms: int | None
    end_ms: int | None
    after_silence: bool


@dataclass(frozen=True, slots=True)
class _Span:
    """Items between two known times (ms); None where the recording's end stands for one.

    ``begun`` says that the first item begins at the start, and not somewhere after it.
    """

    items: tuple[_Item, ...]
    start_ms: int | None
    end_ms: int | None
    begun: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Heard:
    """What is heard: by frame, and of each place (a frame) where a turn may begin.

    ``spoken`` is how much speech (s) comes before a frame. ``cost`` is what it costs to begin at a
    place, ``wordless`` the same for a turn without words, and ``pause_s`` the pause before it.
    """

    begin_ms: int
    speech: NDArray[np.bool_]
    spoken: Floats
    voice: NDArray[np.float32] | None
    places: Places
    cost: Floats
    wordless: Floats
    pause_s: Floats

    def frame(self, ms: int) -> int:
        """The frame at a time on the session clock, the nearest where there is none."""
        return min(max((ms - self.begin_ms) // FRAME_MS, 0), len(self.speech))


@dataclass(frozen=True, slots=True)
class _Piece:
    """What was found for an item: from which frame to which."""

    item: _Item
    first: int
    after: int


@dataclass(frozen=True, slots=True, eq=False)
class _Model:
    """What is expected: seconds of a turn and of its letter, and how like the voice is, by label.

    ``likeness`` is summed up over the frames before each frame.
    """

    common: tuple[float, float]
    seconds: Mapping[str, tuple[float, float]]
    likeness: Mapping[str, Floats]

    def expected_s(self, item: _Item) -> float:
        first, letter = self.seconds.get(item.label, self.common)
        return first + letter * item.letters


def fit(
    turns: Sequence[Turn],
    stretches: Sequence[tuple[int, int]],
    stamps: Sequence[Stamp] = (),
    end_ms: int | None = None,
    *,
    notes: Sequence[Note] = (),
    voice: NDArray[np.float32] | None = None,
    begin_ms: int = 0,
) -> tuple[tuple[TurnId, int], ...]:
    """Guess when each turn without a firm time begins: (turn, start_ms), in order, never backwards.

    ``stretches`` of speech are in ms of the recording, which begins at ``begin_ms`` and ends at
    ``end_ms`` on the session clock, as all other times are; ``voice`` holds features of each frame
    of ``FRAME_MS``. ``stamps`` are known times within turns; a line of ``notes`` that stands
    between turns is looked for in a silence. Guesses lie between the firm times around them; where
    those run backwards, or nobody speaks between them, there is none.
    """
    heard = _heard(stretches, voice, begin_ms, end_ms)
    items = _items(turns, stamps, notes)
    spans = [span for span in _spans(items) if _has_speech(span, heard)]
    letters = max(sum(item.letters for span in spans for item in span.items), 1)
    speech_s = float(heard.spoken[-1]) - _FIRST_S * len(items)
    pace = min(max(speech_s / letters, _FASTEST_S), _SLOWEST_S)
    model = _Model((_FIRST_S, pace), {}, {})
    found: list[list[_Piece]] = []
    for _ in range(_ROUNDS):
        found = [_aligned(span, heard, model) for span in spans]
        model = _learnt(model, [piece for each in found for piece in each], heard)
    return tuple(
        start
        for span, pieces in zip(spans, found, strict=True)
        for start in _starts(span, pieces, heard)
    )


_NOTE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_DRAWN_OUT = re.compile(r"(\w)\1+")
_LETTER = re.compile(r"[^\W_]")


def _letters(text: str) -> int:
    """Count the letters that are said: of a drawn-out one (Hmmmm) one, of a note none."""
    return len(_LETTER.findall(_DRAWN_OUT.sub(r"\1", _NOTE.sub(" ", text))))


def _items(turns: Sequence[Turn], stamps: Iterable[Stamp], notes: Iterable[Note]) -> list[_Item]:
    """Cut the turns at their stamps; a stamp that runs backwards is none."""
    within: dict[int, list[Stamp]] = {}
    for stamp in stamps:
        within.setdefault(stamp.turn, []).append(stamp)
    silences = [note.line for note in notes if note.turn is None]
    silent = _after_silence(turns, sorted(silences))
    items: list[_Item] = []
    known_ms = None
    for turn, ceiling in zip(turns, _next_firm(turns), strict=True):
        start_ms = turn.start_ms if is_firm(turn) else None
        known_ms = known_ms if start_ms is None else start_ms
        end_ms = None if start_ms is None else turn.end_ms
        who: TurnId | None = turn.id
        waits = turn.id in silent
        at = 0
        for stamp in within.get(turn.n, ()):
            if (known_ms is None or known_ms <= stamp.ms) and stamp.ms <= ceiling:
                said = _letters(turn.text[at : stamp.begin])
                items.append(_Item(who, turn.label, said, start_ms, None, waits))
                who, waits, at, start_ms = None, False, stamp.begin, stamp.ms
                known_ms = stamp.ms
        said = _letters(turn.text[at:])
        items.append(_Item(who, turn.label, said, start_ms, end_ms, waits))
    return items


def _after_silence(turns: Sequence[Turn], silences: Sequence[int]) -> frozenset[TurnId]:
    """The turns before which a line tells of something other than words."""
    lines = [turn.line for turn in turns]
    after = np.searchsorted(lines, silences, side="right").tolist()
    return frozenset(turns[at].id for at in after if 0 < at < len(turns))


def _next_firm(turns: Sequence[Turn]) -> list[float]:
    """The next firm start after each turn, in ms."""
    after: list[float] = []
    ms = float("inf")
    for turn in reversed(turns):
        after.append(ms)
        if is_firm(turn) and turn.start_ms is not None:
            ms = turn.start_ms
    return after[::-1]


def _spans(items: Sequence[_Item]) -> Iterator[_Span]:
    """Cut at the known times. A turn whose end is known, too, is no part of what follows."""
    firm = [at for at, item in enumerate(items) if item.start_ms is not None]
    for first, after in itertools.pairwise(sorted({0, *firm, len(items)})):
        end_ms = items[after].start_ms if after < len(items) else None
        head = items[first]
        if head.end_ms is None:
            begun = head.start_ms is not None
            yield _Span(tuple(items[first:after]), head.start_ms, end_ms, begun)
        else:
            start_ms = max(head.end_ms, head.start_ms or 0)
            start_ms = start_ms if end_ms is None else min(start_ms, end_ms)
            yield _Span(tuple(items[first + 1 : after]), start_ms, end_ms, begun=False)


def _has_speech(span: _Span, heard: _Heard) -> bool:
    """Tell whether there is anything to put in order, and something to put it in."""
    if not any(item.start_ms is None for item in span.items):
        return False
    first, after = _ends(span, heard)
    return first < after and bool(heard.spoken[after] > heard.spoken[first])


def _ends(span: _Span, heard: _Heard) -> tuple[int, int]:
    """The first frame of a span, and the one after its last."""
    first = 0 if span.start_ms is None else heard.frame(span.start_ms)
    return first, len(heard.speech) if span.end_ms is None else heard.frame(span.end_ms)


def _heard(
    stretches: Sequence[tuple[int, int]],
    voice: NDArray[np.float32] | None,
    begin_ms: int,
    end_ms: int | None,
) -> _Heard:
    """Lay out the speech by frames, and find the places where a turn may begin."""
    voice = None if voice is None or not len(voice) else voice
    last_ms = max((end for _, end in stretches), default=0)
    if end_ms is not None:
        last_ms = max(min(last_ms, end_ms - begin_ms), 0)
    speech = np.zeros(-(-last_ms // FRAME_MS), np.bool_)
    for start, end in stretches:
        speech[start // FRAME_MS : -(-end // FRAME_MS)] = True
    spoken = np.concatenate(([0.0], np.cumsum(speech) / _PER_S))
    edges = np.flatnonzero(np.diff(np.concatenate(([False], speech, [False])).astype(np.int8)))
    starts, ends = edges[::2], edges[1::2]
    pause_s = (starts - np.append(0, ends)[: len(starts)]) / _PER_S
    inside, change = _within(starts, ends, voice)
    silent = ends[:-1][pause_s[1:] > _PAUSE_S]
    short = _NO_PAUSE * (1 - np.minimum(pause_s / _PAUSE_S, 1))
    none, never = np.zeros(len(inside) + len(silent)), np.full(len(silent), _NEVER)
    places = np.concatenate((starts, inside, silent))
    cost = np.concatenate((short, _IN_SPEECH - change, never))
    wordless = np.concatenate((pause_s * 0 + _WORDLESS, _IN_SPEECH - change, never * 0))
    order = np.argsort(places, kind="stable")
    return _Heard(
        begin_ms,
        speech,
        spoken,
        None if voice is None else voice[: len(speech)],
        places[order],
        cost[order],
        wordless[order],
        np.concatenate((pause_s, none))[order],
    )


def _within(
    starts: Places, ends: Places, voice: NDArray[np.float32] | None
) -> tuple[Places, Floats]:
    """Find places within speech: those where the sound changes most, and how much it does, 0..1."""
    lengths = ends - starts
    frames = np.arange(lengths.sum()) + np.repeat(starts - np.cumsum(lengths) + lengths, lengths)
    first, after = np.repeat(starts, lengths), np.repeat(ends, lengths)
    inner = (frames - first >= _FROM_EDGE) & (after - frames > _FROM_EDGE)
    if voice is None:
        chosen = inner & ((frames - first) % _EVERY == 0)
        return frames[chosen], np.zeros(int(chosen.sum()))
    inner &= after <= len(voice)
    frames, first, after = frames[inner], first[inner], after[inner]
    change = np.zeros(len(voice) + 1)
    change[frames] = _change(voice, frames, first, after)
    around = np.pad(change, _APART, constant_values=0)
    most = np.lib.stride_tricks.sliding_window_view(around, 2 * _APART + 1).max(axis=1)
    chosen = frames[change[frames] == most[frames]]
    return chosen, np.minimum(change[chosen], 1.0)


def _change(voice: NDArray[np.float32], frames: Places, first: Places, after: Places) -> Floats:
    """How unlike the sound before and after each frame is, in the variances of the features."""
    even = (voice - voice.mean(axis=0)) / (voice.std(axis=0) + 1e-6)
    summed = np.concatenate((np.zeros((1, even.shape[1])), np.cumsum(even, axis=0, dtype=float)))
    low, high = np.maximum(frames - _AROUND, first), np.minimum(frames + _AROUND, after)
    here = summed[frames]
    ahead = (summed[high] - here) / (high - frames)[:, None]
    behind = (here - summed[low]) / (frames - low)[:, None]
    return np.asarray(((ahead - behind) ** 2).mean(axis=1), float)


def _spread(expected_s: Floats) -> Floats:
    """How far (s) a turn's speech is from what is expected, as a rule."""
    return np.sqrt(_EVEN_S**2 * np.minimum(1, 0.3 + expected_s) + (_SHARE * expected_s) ** 2)


def _learnt(model: _Model, pieces: Sequence[_Piece], heard: _Heard) -> _Model:
    """Learn from what was found how fast those who say most speak, and how they sound."""
    said = Counter[str]()
    for piece in pieces:
        said[piece.item.label] += piece.item.letters + 1
    own = {
        label: [p for p in pieces if p.item.label == label]
        for label, _ in said.most_common(_SPEAKERS)
    }
    seconds = {label: _pace(model, label, found, heard) for label, found in own.items()}
    return _Model(model.common, seconds, _likeness(own, heard))


def _pace(
    model: _Model, label: str, pieces: Sequence[_Piece], heard: _Heard
) -> tuple[float, float]:
    """Seconds of a turn and of a letter: a line through what was found, outliers counting less."""
    letters = np.array([piece.item.letters for piece in pieces], float)
    spoken = np.array([heard.spoken[p.after] - heard.spoken[p.first] for p in pieces])
    first, letter = model.seconds.get(label, model.common)
    for _ in range(5):
        expected = first + letter * letters
        spread = _spread(expected)
        off = np.maximum(np.abs(spoken - expected) / spread, _OUTLYING)
        weight = _OUTLYING / off / spread**2
        turn, squares = weight.sum() + _TRUST_FIRST, (weight * letters**2).sum() + _TRUST_LETTER
        cross = (weight * letters).sum()
        by_turn = (weight * spoken).sum() + _TRUST_FIRST * model.common[0]
        by_letter = (weight * spoken * letters).sum() + _TRUST_LETTER * model.common[1]
        sums, found = np.array([[turn, cross], [cross, squares]]), np.array([by_turn, by_letter])
        first, letter = (float(each) for each in np.linalg.solve(sums, found))
        first, letter = max(first, 0.05), min(max(letter, 0.02), 0.3)
    return first, letter


def _likeness(own: Mapping[str, Sequence[_Piece]], heard: _Heard) -> dict[str, Floats]:
    """How much more like each speaker than like the others the sound is, summed up by frame."""
    if heard.voice is None:
        return {}
    speech = heard.speech[: len(heard.voice)]
    found: dict[str, Floats] = {}
    for label, pieces in own.items():
        mine = np.zeros(len(heard.voice), np.bool_)
        for piece in pieces:
            mine[piece.first : piece.after] = True
        mine &= speech
        if mine.sum() >= _FEWEST_FRAMES:
            found[label] = _density(heard.voice, heard.voice[mine])
    if len(found) < 2:  # noqa: PLR2004 - one voice is like nobody else's
        return {}
    others = np.logaddexp.reduce(list(found.values())) - np.log(len(found))
    made = {}
    for label, density in found.items():
        likeness = np.clip(density - others, -_CLEAREST, _CLEAREST) * speech * _VOICE
        summed = np.concatenate(([0.0], np.cumsum(likeness)))
        made[label] = np.pad(summed, (0, len(heard.spoken) - len(summed)), mode="edge")
    return made


def _density(voice: NDArray[np.float32], mine: NDArray[np.float32]) -> Floats:
    """The logarithm of a normal distribution's density, but for a constant."""
    off = voice.astype(float) - mine.mean(axis=0, dtype=float)
    spread = np.cov(mine.T.astype(float)) + 1e-4 * np.eye(mine.shape[1])
    apart = (off @ np.linalg.inv(spread) * off).sum(axis=1)
    return np.asarray(-apart / 2 - np.linalg.slogdet(spread)[1] / 2, float)


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """A span's places, the ends of the span among them, and what is expected of its items."""

    at: Places
    spoken: Floats
    cost: Floats
    wordless: Floats
    pause_s: Floats
    expected_s: Floats
    spread_s: Floats
    low: Places
    high: Places


def _search(span: _Span, heard: _Heard, model: _Model) -> _Search:
    first, after = _ends(span, heard)
    inner = (heard.places > first) & (heard.places < after)
    at = np.concatenate(([first], heard.places[inner], [after]))
    cost, wordless, pause_s = (
        np.concatenate(([0.0], each[inner], [0.0]))
        for each in (heard.cost, heard.wordless, heard.pause_s)
    )
    spoken = heard.spoken[at]
    expected = np.array([model.expected_s(item) for item in span.items])
    total = float(spoken[-1] - spoken[0])
    share = total / float(expected.sum())
    if span.begun and span.end_ms is not None:
        expected *= min(max(share, 0.2), 5.0)
    else:
        share = min(max(share, 0.67), 1.5)
    width = min(_BAND_S + _BAND_SHARE * total, _BAND_MOST_S)
    middle = np.concatenate(([0.0], np.cumsum(expected)))
    middle = spoken[0] + middle * (min(share * float(expected.sum()), total) / middle[-1])
    last = len(at) - 2  # no turn begins where the span ends
    low = np.minimum(np.searchsorted(spoken, middle - width, side="left"), last)
    high = np.clip(np.searchsorted(spoken, middle + width, side="right") - 1, low, last)
    if span.begun:
        low[0] = high[0] = 0
    low[-1], high[-1] = (low[-1] if span.end_ms is None else len(at) - 1), len(at) - 1
    return _Search(at, spoken, cost, wordless, pause_s, expected, _spread(expected), low, high)


def _aligned(span: _Span, heard: _Heard, model: _Model) -> list[_Piece]:
    """Find the cheapest way to begin the items of a span at its places, in order."""
    search = _search(span, heard, model)
    low, high = search.low, search.high
    so_far = np.zeros(1)
    if not span.begun:
        here = slice(low[0], high[0] + 1)
        so_far = _LEFT_OVER * (search.spoken[here] - search.spoken[0])
        so_far += _beginning(span.items[0], search, here)
    back = []
    for n, item in enumerate(span.items):
        so_far, steps = _stepped(n, so_far, search, model.likeness.get(item.label))
        back.append(steps)
        here = slice(low[n + 1], high[n + 1] + 1)
        if n + 1 < len(span.items):
            so_far += _beginning(span.items[n + 1], search, here)
        elif span.end_ms is None:
            so_far += _LEFT_OVER * (search.spoken[-1] - search.spoken[here])
    place = int(so_far.argmin()) + int(low[-1])
    path = [place]
    for n in reversed(range(len(span.items))):
        place -= int(back[n][place - low[n + 1]])
        path.append(place)
    frames = search.at[path[::-1]].tolist()
    edges = itertools.pairwise(frames)
    return [_Piece(item, *edge) for item, edge in zip(span.items, edges, strict=True)]


def _stepped(
    n: int, so_far: Floats, search: _Search, likeness: Floats | None
) -> tuple[Floats, Places]:
    """Add an item: what it costs to end at each place of the next band, and how many places back.

    Speech no longer than the longest is looked at, so that the work grows with the band alone.
    """
    first, last = int(search.low[n]), int(search.high[n])
    begins = search.spoken[first : last + 1]
    most = search.expected_s[n] * _LONGEST + _LONGER_S
    reach = np.searchsorted(search.spoken, begins + most, side="right") - np.arange(first, last + 1)
    ends = np.arange(search.low[n + 1], search.high[n + 1] + 1)
    from_ = ends[:, None] - np.arange(int(reach.max()) + 1)[None, :]
    possible = (from_ >= first) & (from_ <= last)
    from_ = np.clip(from_, first, last)
    if likeness is not None:
        so_far = so_far + likeness[search.at[first : last + 1]]
    spoken = search.spoken[ends][:, None] - search.spoken[from_]
    off = np.abs(spoken - search.expected_s[n]) / search.spread_s[n]
    off = np.where(off < _FAR, off * off / 2, _FAR * off - _FAR * _FAR / 2)
    costs = np.where(possible, so_far[from_ - first] + off, 10 * _NEVER)
    steps = costs.argmin(axis=1)
    cheapest = costs[np.arange(len(ends)), steps]
    if likeness is not None:
        cheapest = cheapest - likeness[search.at[ends]]
    return cheapest, steps


def _beginning(item: _Item, search: _Search, here: slice) -> Floats:
    """What it costs an item to begin at each place of a band."""
    cost = (search.cost if item.letters else search.wordless)[here]
    if not item.after_silence:
        return cost
    return cost + _NO_SILENCE * np.maximum(0, 1 - search.pause_s[here] / _QUIET_S)


def _starts(span: _Span, pieces: Sequence[_Piece], heard: _Heard) -> Iterator[tuple[TurnId, int]]:
    """The starts of a span's turns in ms; items found at one place share what comes after it."""
    low_ms = heard.begin_ms if span.start_ms is None else span.start_ms
    high_ms = span.end_ms
    made: list[float] = []
    for _, group in itertools.groupby(pieces, key=lambda piece: piece.first):
        together = list(group)
        first, after = together[0].first, together[-1].after
        lengths = [piece.item.letters + 2 for piece in together]
        edges = itertools.accumulate(lengths[:-1], initial=0)
        made += [first + (after - first) * edge / sum(lengths) for edge in edges]
    for piece, frame in zip(pieces, made, strict=True):
        ms = max(heard.begin_ms + round(frame * FRAME_MS), low_ms)
        if piece.item.start_ms is None and piece.item.turn is not None:
            yield piece.item.turn, ms if high_ms is None else min(ms, high_ms)
