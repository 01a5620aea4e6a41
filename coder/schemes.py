"""The schemes of a study: taken in, changed by versions, and the codings that move along.

A coding is read under the version it was made with. A submitted one stays under it for good, also
when it was reopened: agreement rests on what was submitted first.
"""

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from coder import markers
from coder.coding import (
    RUPTURE_KINDS,
    Change,
    Coding,
    Family,
    Item,
    Kind,
    Mark,
    Presence,
    Rating,
    State,
    StudyScheme,
)
from coder.errors import CoderError
from coder.markers import Scheme
from coder.markers.differing import RULE, called_anew, differences, earlier
from coder.markers.faults import told
from coder.markers.leading import astray
from coder.markers.settled import settled
from coder.session import new_id
from coder.study import Study, Viewer

_SOME = 5  # names in a sentence


@dataclass(frozen=True, slots=True)
class Held:
    """A version of a scheme in a study, and how many codings are under it, by state."""

    scheme: Scheme
    codings: int
    in_progress: int


@dataclass(frozen=True, slots=True)
class Touched:
    """What of one coding a change of its scheme touches: a marker or a rating, and how often.

    ``how`` says what becomes of it: removed, retired, renamed, family, column, kind, range, rule.
    """

    session: str
    rater: str
    state: State
    what: str
    label: str
    how: tuple[str, ...]
    count: int

    @property
    def counted(self) -> bool:
        """Whether it changes what is counted or shown, beyond the rule that it is coded by."""
        return self.how != (RULE,)


@dataclass(frozen=True, slots=True)
class Moved:
    """How many codings were moved to a version, and how many stayed because they are submitted."""

    scheme: Scheme
    codings: int
    stayed: int


def held(study: Study, viewer: Viewer) -> list[Held]:
    """List the versions of a study's schemes, in the order they were taken in."""
    codings = study.codings(viewer)
    every = Counter((each.scheme, each.scheme_version) for each in codings)
    going = Counter(
        (each.scheme, each.scheme_version) for each in codings if each.state == State.IN_PROGRESS
    )
    return [
        Held(scheme, every[scheme.id, scheme.version], going[scheme.id, scheme.version])
        for scheme in study.schemes()
    ]


def same(one: Scheme, other: Scheme) -> bool:
    """Tell whether two schemes say the same, whatever the order in which they say it."""
    return settled(one.content) == settled(other.content)


def check(scheme: Scheme) -> None:
    """Refuse a scheme that a study could not code with. Raises CoderError."""
    if scheme.id == markers.SESSION_LEVEL:
        raise CoderError("scheme_reserved", scheme=scheme.id)
    if scheme.id in markers.available() and not _goes_on(markers.load(scheme.id), scheme):
        raise CoderError("scheme_ships", scheme=scheme.id)
    for fault in astray(scheme.content):
        raise CoderError("scheme_invalid", path=scheme.id, why=told(fault, scheme.content))


def _goes_on(shipped: Scheme, scheme: Scheme) -> bool:
    """Tell whether a scheme is one that ships, or a version of it that lacks none of its rows.

    Other schemes are counted in the rows of the one that ships.
    """
    if shipped.version == scheme.version:
        return same(shipped, scheme)
    return {each.id for each in shipped.markers} <= {each.id for each in scheme.markers}


def take_in(study: Study, scheme: Scheme, by: Viewer) -> bool:
    """Add a scheme, or a new version of one; False when the study has it just so.

    Raises CoderError when the study has that version with other content.
    """
    _lead_only(by)
    check(scheme)
    for kept in study.schemes():
        if (kept.id, kept.version) == (scheme.id, scheme.version):
            if same(kept, scheme):
                return False
            where = {"scheme": scheme.id, "version": scheme.version}
            raise CoderError("scheme_version_taken", **where)
    added = StudyScheme(new_id(), scheme.id, scheme.version, markers.to_json(scheme))
    study.apply(Change(f"add the scheme {scheme.id} {scheme.version}", added=(added,)), "final")
    return True


def take_out(study: Study, scheme_id: str, by: Viewer) -> int:
    """Take a scheme out with all its versions; how many there were.

    Raises CoderError when a coding is under it, also a submitted one, and when it is the only one.
    """
    _lead_only(by)
    study.scheme(scheme_id)
    count = sum(coding.scheme == scheme_id for coding in study.codings(None))
    if count:
        raise CoderError("scheme_in_use", scheme=scheme_id, count=count)
    kept = study.scheme_copies()
    gone = tuple(each for each in kept if each.scheme == scheme_id)
    if len(gone) == len(kept):
        raise CoderError("scheme_last", scheme=scheme_id)
    study.apply(Change(f"take out the scheme {scheme_id}", removed=gone), "final")
    return len(gone)


def touched(study: Study, new: Scheme) -> list[Touched]:
    """List what a new version changes about marks and ratings, coding by coding.

    Each coding is held against the version that it is under; where only a rule is another comes
    last. Only the lead may see it.
    """
    people = {rater.id: rater.name for rater in study.raters()}
    sessions = {session.id: session for session in study.sessions()}
    found: list[Touched] = []
    for coding in _older(study, new):
        old = study.scheme(coding.scheme, coding.scheme_version)
        session, rater = sessions[coding.session_id].address, people[coding.rater_id]
        used = Counter(_used(study, coding))
        for name, label, how in differences(old, new):
            if used[name]:
                found.append(Touched(session, rater, coding.state, name, label, how, used[name]))
    return sorted(found, key=lambda each: not each.counted)


def called(study: Study, new: Scheme) -> list[str]:
    """What a version calls otherwise than the newest does; nothing while none is coded under it."""
    return [*called_anew(study.scheme(new.id), new)] if _older(study, new) else []


def _used(study: Study, coding: Coding) -> Iterator[str]:
    """The markers and scales that a coding uses, once for each use."""
    yield from (mark.marker for mark in study.marks(coding.id) if mark.marker is not None)
    yield from (each.component for each in study.presences(coding.id))
    yield from (rating.scale for rating in study.ratings(coding.id))


def move(
    study: Study,
    scheme_id: str,
    by: Viewer,
    *,
    codings: Collection[Coding] | None = None,
    instead: Mapping[str, str] | None = None,
) -> Moved:
    """Move codings that were never submitted to the newest version of their scheme, as one act.

    The newest is the one taken in last. ``codings`` are some of them (all). ``instead`` gives, for
    markers and ratings that have no place in it, those that take theirs. Raises CoderError, with
    nothing moved, when anything would be left without a place, or two would become one.
    """
    _lead_only(by)
    new = study.scheme(scheme_id)
    wanted = None if codings is None else {coding.id for coding in codings}
    older = [each for each in _older(study, new) if wanted is None or each.id in wanted]
    going = [coding for coding in older if coding.state == State.IN_PROGRESS]
    put = _put(study, new, going, instead or {})
    lost = Counter(each for coding in going for each in _lost(study, coding, new, put))
    if lost:
        which = ", ".join(
            f"{name}: {count}{why and f', {why}'}" for (name, why), count in lost.most_common(_SOME)
        )
        where = {"scheme": new.id, "version": new.version, "count": lost.total()}
        raise CoderError("scheme_not_moved", which=which, **where)
    for coding in going:
        _refuse_two_in_one(study, coding, new, put)
    pairs = [pair for coding in going for pair in _moved(study, coding, new, put)]
    if pairs:
        what = f"move codings to {new.id} {new.version} ({len(going)})"
        removed, added = (tuple(items) for items in zip(*pairs, strict=True))
        study.apply(Change(what, removed, added), "final")
    return Moved(new, len(going), len(older) - len(going))


def left_without(study: Study, new: Scheme) -> Counter[str]:
    """What codings in progress use that has no place in a version: markers, ratings, how often."""
    going = [each for each in _older(study, new) if each.state == State.IN_PROGRESS]
    return Counter(name for coding in going for name, _ in _lost(study, coding, new, {}))


def under_others(study: Study, new: Scheme) -> int:
    """How many codings are under another version of a scheme."""
    return len(_older(study, new))


def later(study: Study, new: Scheme) -> tuple[str, ...]:
    """The versions of a scheme in a study that come after one by their number."""
    versions = [each.version for each in study.schemes() if each.id == new.id]
    return tuple(each for each in versions if earlier(new.version, each))


def _older(study: Study, new: Scheme) -> list[Coding]:
    """The codings that are under another version."""
    every = study.codings(None)
    return [c for c in every if c.scheme == new.id and c.scheme_version != new.version]


def _put(
    study: Study, new: Scheme, going: Collection[Coding], instead: Mapping[str, str]
) -> dict[str, str]:
    """What stands instead of what, by id. Raises CoderError unless the old is gone."""
    where = {"scheme": new.id, "version": new.version}
    homeless = {name for coding in going for name, _ in _lost(study, coding, new, {})}
    there = {*_kinds(new), *(scale.id for scale in markers.asked(new))} - homeless
    known = {name for each in study.schemes() if each.id == new.id for name in _named(each)}
    for old in instead:
        if old in there:
            raise CoderError("scheme_instead_there", old=old, **where)
        if old not in known | homeless:
            raise CoderError("scheme_instead_unknown", old=old, **where)
    return {old: _there(new, other) for old, other in instead.items()}


def _named(scheme: Scheme) -> set[str]:
    return {each.id for each in scheme.markers} | {each.id for each in markers.asked(scheme)}


def _there(new: Scheme, name: str) -> str:
    """A marker or a rating that is offered, by id; a marker by label too. Raises CoderError."""
    if name in {scale.id for scale in markers.asked(new)}:
        return name
    marker = new.marker(name)
    if marker.retired:
        where = {"scheme": new.id, "version": new.version}
        raise CoderError("scheme_instead_retired", marker=marker.id, **where)
    return marker.id


def _kinds(scheme: Scheme) -> dict[str, str]:
    """The kind of every marker that a coding under a scheme may use, by id."""
    around: dict[str, str] = {marker.id: marker.kind for marker in markers.session_level().markers}
    return around | {marker.id: marker.kind for marker in scheme.markers}


def _lost(
    study: Study, coding: Coding, new: Scheme, put: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield, for each use, what would have no place in a version, and why if it is still there."""
    own, around = {marker.id for marker in new.markers}, _kinds(new)
    for mark in study.marks(coding.id):
        if mark.marker is not None:
            kind = around.get(put.get(mark.marker, mark.marker))
            if kind is None:
                yield mark.marker, ""
            elif (kind == "session") != (mark.kind == Kind.SESSION):
                yield mark.marker, f"now of another kind: {kind}"
    for presence in study.presences(coding.id):
        if put.get(presence.component, presence.component) not in own:
            yield presence.component, ""
    scales = {scale.id: scale for scale in markers.asked(new)}
    for rating in study.ratings(coding.id):
        scale = scales.get(put.get(rating.scale, rating.scale))
        if scale is None:
            yield rating.scale, ""
        elif not scale.low <= rating.value <= scale.high:
            yield rating.scale, f"now from {scale.low} to {scale.high}"


def _refuse_two_in_one(study: Study, coding: Coding, new: Scheme, put: Mapping[str, str]) -> None:
    """Raise CoderError when a coding would hold two findings, or ratings, where one can stand."""
    places: defaultdict[tuple[str, str, object], list[str]] = defaultdict(list)
    for each in study.presences(coding.id):
        into = put.get(each.component, each.component)
        places["component", into, each.episode_id].append(each.component)
    for rating in study.ratings(coding.id):
        into = put.get(rating.scale, rating.scale)
        at = (rating.episode_id, rating.segment_ms)
        places["rating", into, at].append(rating.scale)
    for (_, into, _at), names in places.items():
        if len(set(names)) > 1:
            where = {"scheme": new.id, "version": new.version, "into": into}
            both = ", ".join(sorted(set(names)))
            session = next(s.address for s in study.sessions() if s.id == coding.session_id)
            rater = next(r.name for r in study.raters() if r.id == coding.rater_id)
            where |= {"session": session, "rater": rater}
            raise CoderError("scheme_two_in_one", names=both, **where)


def _moved(
    study: Study, coding: Coding, new: Scheme, put: Mapping[str, str]
) -> Iterator[tuple[Item, Item]]:
    """Yield what changes in a coding that moves, as it was and as it is."""
    yield coding, dataclasses.replace(coding, scheme_version=new.version)
    parts: list[Mark | Presence | Rating] = [*study.marks(coding.id)]
    parts += [*study.presences(coding.id), *study.ratings(coding.id)]
    for part in parts:
        other = _carried(part, new, put)
        if other != part:
            yield part, other


def _carried(
    part: Mark | Presence | Rating, new: Scheme, put: Mapping[str, str]
) -> Mark | Presence | Rating:
    """A mark, with the kind that its marker now has; a presence or a rating, of its new name."""
    if isinstance(part, Rating):
        return dataclasses.replace(part, scale=put.get(part.scale, part.scale))
    if isinstance(part, Presence):
        return dataclasses.replace(part, component=put.get(part.component, part.component))
    if part.marker is None:
        return part
    name = put.get(part.marker, part.marker)
    if part.kind == Kind.SESSION:
        return dataclasses.replace(part, marker=name)
    marker = new.marker(name)
    kind, family = Kind(marker.kind), None
    if kind in RUPTURE_KINDS:  # only a rupture has a family; one left open stays so
        usual = Family(marker.family or Family.UNSURE)
        family = part.family if part.kind in RUPTURE_KINDS else usual
    return dataclasses.replace(part, marker=marker.id, kind=kind, family=family)


def _lead_only(by: Viewer) -> None:
    if by is not None:
        raise CoderError("only_the_lead")
