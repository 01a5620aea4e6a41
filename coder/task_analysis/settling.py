"""What changes a study here: a rater settles whether components are present, one or a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from coder.coding import (
    Change,
    Coding,
    Episode,
    EpisodeId,
    Found,
    Item,
    Presence,
    PresenceId,
    Rater,
    State,
    merge,
)
from coder.errors import CoderError
from coder.markers import Scheme
from coder.session import Participant, ParticipantId, Session, SessionId, is_name, new_id
from coder.study import Study


@dataclass(frozen=True, slots=True)
class Act:
    """What is to be done: what must be there first (None if it is), then the act itself."""

    begin: Change | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class Entered:
    """What is entered of a session: which session, and what is found by component."""

    session: Session
    found: Mapping[str, Found]


def settling(
    study: Study,
    session: Session,
    rater: Rater,
    scheme: Scheme,
    *,
    component: str,
    found: Found | None,
    number: int | None = None,
) -> Act:
    """Plan to enter whether a component is in a session, or in its episode of a number.

    ``found`` None takes back what was entered. An episode that only the coding of ruptures has is
    begun in the coding of repair too. Raises CoderError for a submitted coding, or where the
    component is none of the scheme.
    """
    marker = scheme.marker(component)
    coding, episodes = _coding(study, session, rater, scheme)
    episode, made = _episode(coding, episodes, number)
    old = _kept(study, coding, marker.id, None if episode is None else episode.id)
    new = () if found is None else (_presence(coding, marker.id, found, episode, old),)
    if old == new:
        return Act(None, None)
    where = "" if number is None else f" #{number}"
    told = "take back" if found is None else f"enter “{found.value}” for"
    change = Change(
        f"{told} {marker.label} in {session.address}{where}",
        old,
        (*(() if found is None else made), *new),
        coding.rater_id,
    )
    return Act(_begun(study, rater, [coding]), change)


def settle(
    study: Study,
    session: Session,
    rater: Rater,
    scheme: Scheme,
    *,
    component: str,
    found: Found | None,
    number: int | None = None,
) -> bool:
    """Enter whether a component is there; False where it was entered so already.

    Raises CoderError as ``settling`` does.
    """
    act = settling(study, session, rater, scheme, component=component, found=found, number=number)
    return _done(study, act)


def take_in(
    study: Study, rater: Rater, scheme: Scheme, entered: Sequence[Entered]
) -> tuple[int, int]:
    """Enter what a table says of whole sessions, as one act; sessions that are new are made.

    Returns how many presences were entered anew and how many altered. Raises CoderError, with
    nothing changed, where a coding is submitted.
    """
    codings: list[Coding] = []
    removed: list[Presence] = []
    added: list[Presence] = []
    for each in entered:
        coding, _ = _coding(study, each.session, rater, scheme)
        codings.append(coding)
        for component, found in each.found.items():
            old = _kept(study, coding, component, None)
            new = (_presence(coding, component, found, None, old),)
            removed += old if old != new else ()
            added += new if old != new else ()
    begin = _begun(study, rater, codings, [each.session for each in entered])
    told = f"enter components of {scheme.id} in {len(entered)} sessions"
    change = Change(told, tuple(removed), tuple(added), rater.id) if added else None
    _done(study, Act(begin, change))
    return len(added) - len(removed), len(removed)


def sessions_named(study: Study, names: Iterable[str], *, make: bool) -> list[Session]:
    """Find sessions by “P/N”, or by a name alone for the first one of a participant.

    With ``make`` those that are not there are made up, as yet outside the study. Raises
    CoderError.
    """
    sessions = {each.address.casefold(): each for each in study.sessions()}
    people = {each.pseudonym.casefold(): each for each in study.participants()}
    found: list[Session] = []
    for name in names:
        participant, slash, number = (part.strip() for part in name.partition("/"))
        number = number if slash else "1"
        address = f"{participant}/{number}".casefold()
        if address not in sessions:
            if not make:
                raise CoderError("analysis_no_session", session=name)
            if not (is_name(participant) and is_name(number)) or "/" in number:
                raise CoderError("analysis_no_name", given=name)
            made = Participant(ParticipantId(new_id()), participant)
            who = people.setdefault(participant.casefold(), made)
            new = Session(SessionId(new_id()), who.id, who.pseudonym, number)
            sessions[address] = new
        found.append(sessions[address])
    return found


def _coding(
    study: Study, session: Session, rater: Rater, scheme: Scheme
) -> tuple[Coding, list[Episode]]:
    coding = study.coding_or_new(session, rater, scheme)
    if coding.state == State.SUBMITTED:
        raise CoderError("coding_locked", rater=rater.name, session=session.address)
    return coding, study.episodes(coding.id)


def _episode(
    coding: Coding, episodes: Iterable[Episode], number: int | None
) -> tuple[Episode | None, tuple[Episode, ...]]:
    """The episode of a number, and with it the one that has to be made for it."""
    if number is None:
        return None, ()
    for each in episodes:
        if each.number == number:
            return each, ()
    made = Episode(EpisodeId(new_id()), coding.id, number)
    return made, (made,)


def _kept(
    study: Study, coding: Coding, component: str, episode: EpisodeId | None
) -> tuple[Presence, ...]:
    wanted = (component, episode)
    kept = study.presences(coding.id)
    return tuple(each for each in kept if (each.component, each.episode_id) == wanted)


def _presence(
    coding: Coding,
    component: str,
    found: Found,
    episode: Episode | None,
    old: Sequence[Presence],
) -> Presence:
    made = old[0].id if old else PresenceId(new_id())
    return Presence(made, coding.id, component, found, None if episode is None else episode.id)


def _begun(
    study: Study, rater: Rater, codings: Sequence[Coding], sessions: Sequence[Session] = ()
) -> Change | None:
    """Make the participants, sessions, rater and codings that are not in the study yet."""
    kept = {each.id for each in study.participants()}
    added: list[Item] = []
    for each in _new(study, sessions):
        if each.participant_id not in kept:
            kept.add(each.participant_id)
            added.append(Participant(each.participant_id, each.participant))
        added.append(each)
    if rater not in study.raters():
        added.append(rater)
    there = {each.id for each in study.codings(None)}
    added += [each for each in codings if each.id not in there]
    return Change("begin a coding", added=tuple(added), by=rater.id) if added else None


def _new(study: Study, sessions: Iterable[Session]) -> list[Session]:
    known = {each.id for each in study.sessions()}
    return [each for each in sessions if each.id not in known]


def _done(study: Study, act: Act) -> bool:
    if act.change is None:
        return False
    # One change: a coding that was begun and left empty would say that nothing was found.
    study.apply(
        act.change if act.begin is None else merge(act.change.what, [act.begin, act.change])
    )
    return True
