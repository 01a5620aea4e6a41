"""Declines in a series, whether they were repaired, and the shape of the way down and up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from coder.alliance.rules import Repair
from coder.alliance.series import Score, Series

_FINE = 9  # decimals; what sums of tenths are off by is no difference


class Fate(StrEnum):
    """What became of a rupture; open: the sessions end before it can be told."""

    REPAIRED = "repaired"
    UNREPAIRED = "unrepaired"
    OPEN = "open"


ENDED, NOT_SEEN = "alliance_ended", "alliance_not_seen"


class Pattern(StrEnum):
    """T-5: the shape, by how many sessions the way down and the way up took.

    V is one and one, U more and more; the first two are those that Gumz et al. (2012) met most.
    """

    V = "V"
    SLOW_DOWN = "slow down, sudden up"
    SLOW_UP = "sudden down, slow up"
    U = "U"
    NO_RECOVERY = "no recovery"


@dataclass(frozen=True, slots=True)
class Run:
    """A decline from a peak to the lowest score that followed, without a rise between."""

    peak: Score
    trough: Score

    @property
    def drop(self) -> float:
        """How far it fell."""
        return round(self.peak.value - self.trough.value, _FINE)


@dataclass(frozen=True, slots=True)
class Episode:
    """A rupture in the scores and what became of it.

    Sessions are by index. ``unseen`` are sessions without a score in which it could have been
    repaired: after the trough, up to its repair or the last session that counts. ``pattern`` is
    None while it is open, for ``reason``: the scores end, or none of those sessions has one.
    """

    peak: int
    trough: int
    drop: float
    fate: Fate
    repaired_at: int | None
    pattern: Pattern | None
    unseen: tuple[int, ...]
    reason: str | None = None


def runs(of: Series) -> list[Run]:
    """The declines of a series: non-increasing steps, level ones at either end left off."""
    found: list[Run] = []
    for stretch in _falling(of.scores):
        top, bottom = stretch[0].value, stretch[-1].value
        if bottom < top:
            peak = max((s for s in stretch if s.value == top), key=lambda s: s.index)
            trough = next(s for s in stretch if s.value == bottom)
            found.append(Run(peak, trough))
    return found


def steps(of: Series) -> list[Run]:
    """The single steps down between sessions that follow each other."""
    return [
        Run(before, after)
        for before, after in zip(of.scores, of.scores[1:], strict=False)
        if after.value < before.value and after.index == before.index + 1
    ]


def into(of: Series, low: Sequence[Score]) -> Run | None:
    """The decline into and through scores that a limit found low; None where nothing fell."""
    stretches = list(_falling(of.scores))
    first = next(each for each in stretches if low[0] in each)
    last = next(each for each in stretches if low[-1] in each)
    bottom = min([*low, *last[last.index(low[-1]) :]], key=lambda each: (each.value, each.index))
    top = max(first[: first.index(low[0]) + 1], key=lambda each: (each.value, each.index))
    return Run(top, bottom) if top.value > bottom.value else None


def episode(of: Series, run: Run, rule: Repair) -> Episode:
    """Follow a decline up again (T-4, T-5).

    Repaired at the first of the ``rule.sessions`` sessions after the trough in which at least
    ``rule.share`` of the drop is won back; open if the scores end before the last of them. Sessions
    without a score keep their place among them. Where none of them has one it is open too: nothing
    was seen that could speak for or against a repair. Where some have, and none wins it back, it
    is unrepaired as far as was seen, and ``unseen`` tells how far that was.
    """
    last = run.trough.index + rule.sessions
    enough = round(run.trough.value + rule.share * run.drop, _FINE)
    after = [score for score in of.scores if run.trough.index < score.index <= last]
    at = next((s.index for s in after if round(s.value, _FINE) >= enough), None)
    ended = of.scores[-1].index < last
    reason = None if at is not None else ENDED if ended else None if after else NOT_SEEN
    fate = Fate.REPAIRED if at is not None else Fate.OPEN if reason else Fate.UNREPAIRED
    until = min(last, of.sessions) if at is None else at
    unseen = tuple(n for n in of.missing if run.trough.index < n <= until)
    pattern = _pattern(run, at, fate)
    return Episode(run.peak.index, run.trough.index, run.drop, fate, at, pattern, unseen, reason)


def _pattern(run: Run, at: int | None, fate: Fate) -> Pattern | None:
    if at is None:
        return Pattern.NO_RECOVERY if fate == Fate.UNREPAIRED else None
    down, up = run.trough.index - run.peak.index, at - run.trough.index
    if down == 1:
        return Pattern.V if up == 1 else Pattern.SLOW_UP
    return Pattern.SLOW_DOWN if up == 1 else Pattern.U


def _falling(scores: Sequence[Score]) -> Iterator[list[Score]]:
    """Cut a series before every rise."""
    stretch: list[Score] = []
    for score in scores:
        if stretch and score.value > stretch[-1].value:
            yield stretch
            stretch = []
        stretch.append(score)
    if stretch:
        yield stretch
