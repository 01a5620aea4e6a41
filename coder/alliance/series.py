"""A participant's scores in the order of the sessions, and how far they scatter.

A session without a score keeps its number: the scores around it are not neighbours.
"""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LEAST_WITHIN = 5  # scores, before a participant's own spread says something


@dataclass(frozen=True, slots=True)
class Score:
    """One score: ``index`` counts the participant's sessions from 1, scored or not."""

    index: int
    value: float
    session: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """Scores in order, the higher the better; ``sessions`` counts those without a score too.

    ``low`` and ``high`` bound the instrument. ``turned`` says that low was good as it was given.
    """

    owner: str
    scores: tuple[Score, ...]
    sessions: int
    low: float
    high: float
    turned: bool = False

    @property
    def values(self) -> list[float]:
        """The scores alone."""
        return [score.value for score in self.scores]

    @property
    def missing(self) -> tuple[int, ...]:
        """The sessions that have no score."""
        held = {score.index for score in self.scores}
        return tuple(n for n in range(1, self.sessions + 1) if n not in held)

    def before(self, index: int) -> "Series":
        """What was known when a session began."""
        kept = tuple(score for score in self.scores if score.index < index)
        return Series(self.owner, kept, index - 1, self.low, self.high, self.turned)

    def as_given(self, value: float) -> float:
        """A value of the series as the instrument has it."""
        return self.low + self.high - value if self.turned else value


def series(
    owner: str,
    given: Sequence[float | None],
    *,
    low: float,
    high: float,
    higher_is_better: bool = True,
    names: Sequence[str] = (),
) -> Series:
    """Put scores in order, None where a session has none; low ones are turned round if good."""
    scores = tuple(
        Score(
            n + 1,
            value if higher_is_better else low + high - value,
            names[n] if names else "",
        )
        for n, value in enumerate(given)
        if value is not None
    )
    return Series(owner, scores, len(given), low, high, not higher_is_better)


def within(of: Series, least: int = LEAST_WITHIN) -> float | None:
    """The SD (n - 1) of a participant's own scores; None for fewer than ``least``."""
    values = of.values
    if len(values) < max(least, 2):
        return None
    return math.sqrt(squares(values) / (len(values) - 1))


def pooled(many: Iterable[Series]) -> float | None:
    """The SD within participants, pooled over them: √(Σ(nᵢ - 1)sᵢ² / Σ(nᵢ - 1)).

    None where nobody has two scores.
    """
    whole, freedom = 0.0, 0
    for each in many:
        values = each.values
        if len(values) > 1:
            whole += squares(values)
            freedom += len(values) - 1
    return math.sqrt(whole / freedom) if freedom else None


class Group:
    """Everybody's series, for the SD pooled over them: worked out once for all of them.

    It is asked of as it was before each session, too.
    """

    def __init__(self, many: Iterable[Series]) -> None:
        self._many = tuple(many)
        self._told: dict[int | None, tuple[float | None, tuple[Score, ...]]] = {}

    def pooled(self, of: Series, before: int | None = None) -> float | None:
        """The pooled SD, of scores before a session; None where it is that of ``of`` alone.

        One participant's scores have an SD of their own, and no other, however few they are.
        """
        if before not in self._told:
            known = self._many if before is None else [each.before(before) for each in self._many]
            with_two = [each for each in known if len(each.scores) > 1]
            alone = with_two[0].scores if len(with_two) == 1 else ()
            self._told[before] = pooled(with_two), alone
        sd, alone = self._told[before]
        return None if alone and alone == of.scores else sd


def squares(values: Sequence[float]) -> float:
    """The sum of the squared distances from the mean."""
    mean = statistics.fmean(values)
    return math.fsum((value - mean) ** 2 for value in values)
