"""Marks of earlier acts, where they stand now: they follow the transcript, its times, the clock."""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from coder.coding import Change, Coding, CodingId, Item, Kind, Mark, MarkId, RaterId
from coder.errors import CoderError
from coder.markers import Scheme
from coder.session import SessionId, Timing, Transcript, Turn
from coder.transcripts import carry_through, unfit


class Kept(Protocol):
    """What has to be known of a study."""

    path: Path

    def codings(self, viewer: RaterId | None, session: SessionId | None = None) -> list[Coding]:
        """The codings a viewer may see."""

    def scheme(self, scheme_id: str | None = None, version: str | None = None) -> Scheme:
        """A version of a scheme."""

    def marks(self, coding: CodingId) -> list[Mark]:
        """The marks of a coding."""

    def transcripts(self, session: SessionId) -> list[Transcript]:
        """The versions of a transcript, the newest last."""

    def turns_of(self, transcript: Transcript) -> Sequence[Turn]:
        """The turns of a version, as imported."""

    def turns(self, session: SessionId) -> Sequence[Turn]:
        """The turns of the newest version, with the best times known."""


def carried(study: Kept, items: Iterable[Item]) -> tuple[Item, ...]:
    """Carry the marks among items, made on any version of a transcript, to the newest."""
    sessions = {coding.id: coding.session_id for coding in study.codings(None)}
    return tuple(
        _carried(study, item, sessions[item.coding_id])
        if isinstance(item, Mark) and item.coding_id in sessions
        else item
        for item in items
    )


def _carried(study: Kept, mark: Mark, session: SessionId) -> Mark:
    versions = study.transcripts(session)
    if len(versions) < 2:  # noqa: PLR2004 - a single version has no next one
        return mark
    older = [study.turns_of(each) for each in versions[:-1]]
    return carry_through([mark], [*older, study.turns(session)])[0]


def up_to_date(study: Kept, change: Change) -> Change:
    """Put the marks of an earlier act where they stand now.

    They may have followed their transcript, its times or the clock since. Raises CoderError for a
    time that was given to a turn which is no longer there, and for a mark with a marker that the
    version of the scheme its coding was moved to no longer has.
    """
    items = (*change.removed, *change.added)
    if any(isinstance(item, Transcript) for item in items):
        return change
    for item in change.added:
        gone = isinstance(item, Timing) and not _is_here(study, item)
        if gone or (isinstance(item, Mark) and not _is_named(study, item)):
            raise CoderError("changed_meanwhile", path=study.path)
    codings = {item.coding_id for item in items if isinstance(item, Mark)}
    present = {mark.id: mark for coding in codings for mark in study.marks(coding)}
    then = {item.id: item for item in change.removed if isinstance(item, Mark)}
    removed = [_present(item, present) for item in carried(study, change.removed)]
    added = [_followed(item, then, present) for item in change.added]
    return dataclasses.replace(change, removed=tuple(removed), added=carried(study, added))


def _is_here(study: Kept, timing: Timing) -> bool:
    return any(turn.id == timing.turn_id for turn in study.turns(timing.session_id))


def _is_named(study: Kept, mark: Mark) -> bool:
    coding = next((each for each in study.codings(None) if each.id == mark.coding_id), None)
    if mark.marker is None or mark.kind == Kind.SESSION or coding is None:
        return True
    scheme = study.scheme(coding.scheme, coding.scheme_version)
    return any(mark.marker == marker.id for marker in scheme.markers)


def _present(item: Item, present: Mapping[MarkId, Mark]) -> Item:
    """A mark as it stands, where it only stands elsewhere than it did."""
    here = present.get(item.id) if isinstance(item, Mark) else None
    return item if here is None or not _alike(item, here) else here


def _followed(item: Item, then: Mapping[MarkId, Mark], present: Mapping[MarkId, Mark]) -> Item:
    """What an act brings back stands where the mark was carried to, if the act did not move it."""
    if not isinstance(item, Mark) or item.id not in then or item.id not in present:
        return item
    here = present[item.id]
    if item.anchor != then[item.id].anchor or not _alike(then[item.id], here):
        return item
    return dataclasses.replace(item, anchor=here.anchor)


def _alike(one: Item, other: Mark) -> bool:
    """Tell whether two marks say the same, wherever they stand."""
    return isinstance(one, Mark) and dataclasses.replace(one, anchor=other.anchor) == other


def left_behind(study: Kept, viewer: RaterId | None, session: SessionId) -> tuple[Mark, ...]:
    """The marks a viewer may see whose words are not in the newest transcript."""
    mine = [mark for c in study.codings(viewer, session) for mark in study.marks(c.id)]
    return unfit(mine, study.turns(session))
