"""Patient and therapist: did each report a rupture in the session, or only one of them?

Four cells of sessions that both reported on, and what the alliance (or any score) changed by to
the next session in each, as Rubel et al. (2018) and Chen et al. (2018) ask; their own rules for
"a rupture was reported" are not known here, and the PSQ's selection rule stands in.
"""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Seen(StrEnum):
    """Who reported a rupture."""

    BOTH = "both"
    PATIENT = "patient"
    THERAPIST = "therapist"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True)
class Pair:
    """A session as both saw it; None where that one did not answer.

    ``next_change`` is what the score changed by to the next session, up being better.
    """

    session: str
    patient: bool | None
    therapist: bool | None
    next_change: float | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Sessions of one kind: how many, their share (0-1) of all, and the mean change after them.

    ``changes`` is how many the mean is of; without any it is None, for ``reason``.
    """

    sessions: tuple[str, ...]
    share: float | None
    mean_change: float | None
    changes: int
    reason: str | None = None

    @property
    def n(self) -> int:
        """How many sessions."""
        return len(self.sessions)


@dataclass(frozen=True, slots=True)
class Congruence:
    """The four cells over ``n`` sessions; ``left_out`` are those that one did not answer for."""

    n: int
    cells: dict[Seen, Cell]
    agreed: float | None
    left_out: tuple[str, ...]

    @property
    def fourfold(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Patient by therapist, reported before not: [[both, patient], [therapist, neither]]."""
        counts = {seen: cell.n for seen, cell in self.cells.items()}
        return (
            (counts[Seen.BOTH], counts[Seen.PATIENT]),
            (counts[Seen.THERAPIST], counts[Seen.NEITHER]),
        )


def cross(pairs: Iterable[Pair]) -> Congruence:
    """Cross what patients and therapists reported."""
    sorted_out: dict[Seen, list[Pair]] = {seen: [] for seen in Seen}
    left_out = []
    for pair in pairs:
        if pair.patient is None or pair.therapist is None:
            left_out.append(pair.session)
        else:
            sorted_out[_seen(patient=pair.patient, therapist=pair.therapist)].append(pair)
    n = sum(map(len, sorted_out.values()))
    cells = {seen: _cell(kept, n) for seen, kept in sorted_out.items()}
    same = cells[Seen.BOTH].n + cells[Seen.NEITHER].n
    return Congruence(n, cells, same / n if n else None, tuple(left_out))


def _seen(*, patient: bool, therapist: bool) -> Seen:
    if patient:
        return Seen.BOTH if therapist else Seen.PATIENT
    return Seen.THERAPIST if therapist else Seen.NEITHER


def _cell(pairs: list[Pair], n: int) -> Cell:
    moved = [pair.next_change for pair in pairs if pair.next_change is not None]
    return Cell(
        tuple(pair.session for pair in pairs),
        len(pairs) / n if n else None,
        statistics.fmean(moved) if moved else None,
        len(moved),
        None if moved else "alliance_no_next",
    )
