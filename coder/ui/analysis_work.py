"""What the task analysis reads away from the window, and how an act is drawn into it at once."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass

from coder import people
from coder.coding import (
    Change,
    CodedSession,
    Coding,
    Episode,
    Found,
    Item,
    Mark,
    Presence,
    Rater,
    coding_of,
)
from coder.markers import Scheme
from coder.study import Study, Viewer
from coder.task_analysis import Cell
from coder.task_analysis.gathering import raters_of, with_components
from coder.task_analysis.presence import Basis

NEXT = (None, Found.PRESENT, Found.NOT_PRESENT, Found.NOT_ANALYSED, Found.NOT_OBSERVABLE)


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: of which study, as whom, by which scheme and rater (None: the first)."""

    study: Study
    viewer: Viewer
    scheme: str | None
    rater: str | None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What there is to choose from, what is chosen, and the codings of it."""

    schemes: tuple[Scheme, ...]
    raters: tuple[Rater, ...]
    scheme: Scheme | None
    rater: Rater | None
    coded: tuple[CodedSession, ...]
    left_out: tuple[str, ...] = ()  # sessions, as consent has ended


def gather(asked: Asked) -> Gathered:
    """Read what is asked for. Who codes may also enter what they have not begun to code."""
    study, viewer = asked.study, asked.viewer
    schemes = sorted(with_components(study), key=lambda scheme: not scheme.of_repair)
    scheme = next((each for each in schemes if each.id == asked.scheme), None)
    if scheme is None:
        used = {coding.scheme for coding in study.codings(viewer)}
        coded = [each for each in schemes if each.id in used]
        scheme = next(iter([*coded, *schemes]), None)
    if scheme is None:
        return Gathered((), (), None, None, ())
    raters = raters_of(study, viewer, scheme.id)
    raters += [r for r in study.raters() if r.id == viewer and r not in raters]
    rater = next((each for each in raters if each.id == asked.rater), None)
    if rater is None:
        rater = next((each for each in raters if each.id == viewer), next(iter(raters), None))
    every = [] if rater is None else study.coded(viewer, raters=[rater])
    may, rest = people.consented(study, every)
    left_out = tuple(dict.fromkeys(each.session.address for each in rest))
    return Gathered(tuple(schemes), tuple(raters), scheme, rater, tuple(may), left_out)


def drawn(coded: Sequence[CodedSession], change: Change) -> tuple[CodedSession, ...]:
    """The codings with a change carried out in them."""
    return tuple(_drawn(each, change) for each in coded)


def _drawn(coded: CodedSession, change: Change) -> CodedSession:
    gone = {item.id for item in (*change.removed, *change.added)}
    every: tuple[Item, ...] = (*coded.marks, *coded.episodes, *coded.presences)
    now = [item for item in every if item.id not in gone]
    now += [item for item in change.added if coding_of(item) == coded.coding.id]
    codings = [c for c in change.added if isinstance(c, Coding) and c.id == coded.coding.id]
    return dataclasses.replace(
        coded,
        coding=codings[0] if codings else coded.coding,
        marks=tuple(item for item in now if isinstance(item, Mark)),
        episodes=tuple(item for item in now if isinstance(item, Episode)),
        presences=tuple(item for item in now if isinstance(item, Presence)),
    )


def following(cell: Cell) -> Found | None:
    """What Space makes of a cell: the next of the four, then empty again."""
    entered = cell.found if cell.basis is Basis.ENTERED else None
    return NEXT[(NEXT.index(entered) + 1) % len(NEXT)]
