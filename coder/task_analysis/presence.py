"""Whether a component of a model is in a session or an episode, and what says so: one rule.

What a rater entered about a component wins. Else marks with it mean that it is present, and so
does, for a category, one of its sub-categories that is present. Else it is not observable where
the scheme says so, and otherwise not present. Where there is no coding under the scheme, or only
one under a version without the component, it was not analysed.

What is entered for a session as a whole holds for each of its episodes, unless something else was
entered for the episode, or marks show in which episodes the component is present.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from coder.coding import CodedSession, Episode, EpisodeId, Found, Mark


class Basis(StrEnum):
    """What says whether a component is there."""

    ENTERED = "entered"  # the rater settled it
    MARKS = "marks"
    SCHEME = "scheme"  # neither: what holds then by the rule
    NONE = "no coding"


@dataclass(frozen=True, slots=True)
class Cell:
    """Whether a component is there, by what, and how many marks with it (or its parts) there are.

    Marks are counted also where something else was entered.
    """

    found: Found
    basis: Basis
    marks: int = 0


NO_CODING = Cell(Found.NOT_ANALYSED, Basis.NONE)

_STRENGTH = (Found.PRESENT, Found.NOT_PRESENT, Found.NOT_OBSERVABLE, Found.NOT_ANALYSED)


@dataclass(frozen=True, slots=True)
class Index:
    """A coding by what is asked of it: once for all its cells."""

    episodes: dict[int, Episode]
    marks: dict[str, list[Mark]]
    entered: dict[tuple[str, EpisodeId | None], Found]
    observable: dict[str, bool]
    parts: dict[str, list[str]]

    def with_any(self, component: str) -> list[Mark]:
        """The marks with a component or one of its parts."""
        names = (component, *self.parts.get(component, ()))
        return [mark for name in names for mark in self.marks.get(name, ())]


def index(coded: CodedSession | None) -> Index | None:
    """Lay a coding out for looking up; none stays none."""
    if coded is None:
        return None
    marks: dict[str, list[Mark]] = {}
    for mark in coded.marks:
        marks.setdefault(mark.marker or "", []).append(mark)
    parts: dict[str, list[str]] = {}
    for marker in coded.scheme.markers:
        parts.setdefault(marker.part_of or "", []).append(marker.id)
    return Index(
        {each.number: each for each in coded.episodes},
        marks,
        {(each.component, each.episode_id): each.found for each in coded.presences},
        {marker.id: marker.observable for marker in coded.scheme.markers},
        parts,
    )


def in_session(coding: Index | None, component: str) -> Cell:
    """Whether a component is in a session as a whole: as entered, or anywhere in it."""
    if coding is None:
        return NO_CODING
    count = len(coding.with_any(component))
    entered = coding.entered.get((component, None))
    if entered is not None:
        return Cell(entered, Basis.ENTERED, count)
    cells = [_in(coding, component, each, loose=False) for each in coding.episodes.values()]
    beside = _in(coding, component, None, loose=True)
    if not cells or beside.found == Found.PRESENT:
        cells.append(beside)
    return replace(combined(cells), marks=count)


def in_episode(coding: Index | None, component: str, number: int, *, alone: bool) -> Cell:
    """Whether a component is in the episode of a number.

    Marks of no episode are of this one where it is the session's only one (``alone``).
    """
    if coding is None:
        return NO_CODING
    return _in(coding, component, coding.episodes.get(number), loose=alone)


def combined(cells: Iterable[Cell]) -> Cell:
    """What cells say together: present in one is present, not present goes before not analysed."""
    every = tuple(cells)
    if not every:
        return NO_CODING
    found = min((cell.found for cell in every), key=_STRENGTH.index)
    bases = [cell.basis for cell in every if cell.found == found]
    return Cell(found, min(bases, key=[*Basis].index), sum(cell.marks for cell in every))


def _in(coding: Index, component: str, episode: Episode | None, *, loose: bool) -> Cell:
    """Whether a component, or a part of it, is in an episode, or (``loose``) beside them all."""
    own = _own(coding, component, episode, loose=loose)
    parts = [_own(coding, part, episode, loose=loose) for part in coding.parts.get(component, ())]
    there = [cell.basis for cell in parts if cell.found == Found.PRESENT]
    marks = own.marks + sum(cell.marks for cell in parts)
    if there and own.basis is Basis.SCHEME:
        return Cell(Found.PRESENT, min(there, key=[*Basis].index), marks)
    return replace(own, marks=marks) if marks != own.marks else own


def _own(coding: Index, component: str, episode: Episode | None, *, loose: bool) -> Cell:
    """What is said of a component itself, whatever its parts are."""
    every = coding.marks.get(component, ())
    count = sum(_of(mark, episode, loose=loose) for mark in every)
    entered = None if episode is None else coding.entered.get((component, episode.id))
    if entered is None:
        whole = coding.entered.get((component, None))
        located = any(mark.episodes for mark in every)
        entered = None if whole == Found.PRESENT and located else whole
    if entered is not None:
        return Cell(entered, Basis.ENTERED, count)
    if count:
        return Cell(Found.PRESENT, Basis.MARKS, count)
    if component not in coding.observable:
        return Cell(Found.NOT_ANALYSED, Basis.SCHEME)
    found = Found.NOT_PRESENT if coding.observable[component] else Found.NOT_OBSERVABLE
    return Cell(found, Basis.SCHEME)


def _of(mark: Mark, episode: Episode | None, *, loose: bool) -> bool:
    if not mark.episodes:
        return loose
    return episode is not None and episode.id in mark.episodes
