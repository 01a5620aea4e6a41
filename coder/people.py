"""Therapists, what raters are to them, and what participants and therapists agreed to.

The lead keeps these; what a rater is to a therapist they may declare themselves. Nobody's name is
kept: a therapist has a pseudonym as a participant has.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from coder import consents
from coder.coding import Change, CodedSession, Rater, Relation, RelationId, Relationship
from coder.consents import today
from coder.errors import CoderError
from coder.session import (
    Consent,
    ConsentId,
    Participant,
    ParticipantId,
    Purpose,
    Session,
    SessionId,
    Therapist,
    TherapistId,
    Use,
    is_name,
    new_id,
)
from coder.study import Study, Viewer

Person = Participant | Therapist

_VERBS = {
    Relationship.SELF: "is the therapist",
    Relationship.SUPERVISEE: "is a supervisee of the therapist",
    Relationship.SUPERVISOR: "is a supervisor of the therapist",
}


# Who there is


def participant(study: Study, name: str) -> Participant:
    """Find a participant by pseudonym. Raises CoderError when there is none."""
    found = study.participants()
    known = ", ".join(each.pseudonym for each in found) or "nobody yet"
    for each in found:
        if each.pseudonym.casefold() == name.strip().casefold():
            return each
    raise CoderError("unknown_participant", participant=name, known=known)


def therapist(study: Study, name: str) -> Therapist:
    """Find a therapist by pseudonym. Raises CoderError when there is none."""
    found = study.therapists()
    known = ", ".join(each.pseudonym for each in found) or "nobody yet"
    for each in found:
        if each.pseudonym.casefold() == name.strip().casefold():
            return each
    raise CoderError("unknown_therapist", therapist=name, known=known)


def participant_or_new(study: Study, name: str) -> Participant:
    """Return the participant of a pseudonym, or a new one that is not in the study yet."""
    name = name.strip()
    for each in study.participants():
        if each.pseudonym.casefold() == name.casefold():
            return each
    if not is_name(name) or "/" in name:
        raise CoderError("person_name", name=name)
    return Participant(ParticipantId(new_id()), name)


def add_therapist(study: Study, name: str, by: Viewer = None) -> Therapist:
    """Add a therapist, or return the one of that name."""
    _only_the_lead(by)
    name = " ".join(name.split())
    for each in study.therapists():
        if each.pseudonym.casefold() == name.casefold():
            return each
    if not is_name(name):
        raise CoderError("person_name", name=name)
    added = Therapist(TherapistId(new_id()), name)
    study.apply(Change(f"add the therapist {name}", added=(added,)), "final")
    return added


def rename_therapist(study: Study, old: Therapist, name: str, by: Viewer = None) -> Therapist:
    """Give a therapist another pseudonym. Raises CoderError when somebody has it."""
    _only_the_lead(by)
    name = " ".join(name.split())
    if not is_name(name):
        raise CoderError("person_name", name=name)
    others = (each for each in study.therapists() if each.id != old.id)
    if any(each.pseudonym.casefold() == name.casefold() for each in others):
        raise CoderError("therapist_exists", therapist=name)
    renamed = dataclasses.replace(old, pseudonym=name)
    if renamed != old:
        what = f"rename the therapist {old.pseudonym} as {name}"
        study.apply(Change(what, (old,), (renamed,)), "final")
    return renamed


def set_therapist(
    study: Study, sessions: Iterable[Session], whose: Therapist | None, by: Viewer = None
) -> None:
    """Say whose sessions some are, as one act; None takes the therapist away."""
    _only_the_lead(by)
    now = None if whose is None else whose.id
    old = tuple(each for each in sessions if each.therapist_id != now)
    new = tuple(dataclasses.replace(each, therapist_id=now) for each in old)
    if old:
        which = old[0].address if len(old) == 1 else f"{len(old)} sessions"
        study.apply(Change(f"set the therapist of {which}", old, new))


# What raters are to therapists


def declare(
    study: Study, rater: Rater, to: Therapist, kind: Relationship | None, by: Viewer = None
) -> None:
    """Declare what a rater is to a therapist; None takes it back.

    The rater may do so, or the lead; that one is the therapist only the lead takes back, as it
    keeps the PSQ from them. Raises CoderError.
    """
    if by not in {None, rater.id}:
        raise CoderError("only_oneself")
    pair = (rater.id, to.id)
    old = tuple(r for r in study.relations() if (r.rater_id, r.therapist_id) == pair)
    own = any(each.kind == Relationship.SELF for each in old)
    if by is not None and own and kind != Relationship.SELF:
        raise CoderError("self_stands", therapist=to.pseudonym)
    kept = old[0].id if old else RelationId(new_id())
    new = () if kind is None else (Relation(kept, rater.id, to.id, kind),)
    if old != new:
        told = "none" if kind is None else kind.value
        what = f"declare a coder’s relation to the therapist {to.pseudonym}: {told}"
        study.apply(Change(what, old, new, by), "final")


def self_review(study: Study, coded: Iterable[CodedSession]) -> list[CodedSession]:
    """The codings by raters of sessions that they held themselves: these are no second opinion."""
    own = {
        (each.rater_id, each.therapist_id)
        for each in study.relations()
        if each.kind == Relationship.SELF
    }
    return [each for each in coded if (each.rater.id, each.session.therapist_id) in own]


def relations_told(study: Study, coded: Sequence[CodedSession]) -> tuple[str, ...] | None:
    """Say what the raters of some codings are to the therapists of the sessions.

    None where no session names its therapist, so that nothing can be said.
    """
    therapists = {each.session.therapist_id for each in coded} - {None}
    raters = {each.rater.id: each.rater.name for each in coded}
    names = {each.id: each.pseudonym for each in study.therapists()}
    if not therapists:
        return None
    return tuple(
        sorted(
            f"{raters[each.rater_id]} {_VERBS[each.kind]} {names[each.therapist_id]}"
            for each in study.relations()
            if each.rater_id in raters and each.therapist_id in therapists
        )
    )


# What was agreed to


def allows(study: Study, session: Session, use: Use, on: date) -> CoderError | None:
    """Say why a session may not be used so on a day, as an error to raise; None where it may."""
    return consents.refusal(session, study.therapists(), study.consents(), use, on)


def newcomer(study: Study, who: str, number: str, purpose: Purpose) -> CoderError | None:
    """Say why a session that is not in the study yet may not come in today; None where it may."""
    for each in study.participants():
        if each.pseudonym.casefold() == who.strip().casefold():
            session = Session(SessionId(""), each.id, each.pseudonym, number, purpose=purpose)
            return allows(study, session, consents.use_of(session), today())
    return None


@dataclass(frozen=True, slots=True)
class Standing:
    """Sessions of a participant with one therapist, and why each use of them is refused today.

    ``refused`` holds every use; None where it is allowed. ``recorded`` are the uses that somebody
    of them agreed to on record.
    """

    sessions: tuple[Session, ...]
    therapist: Therapist | None
    refused: Mapping[Use, CoderError | None]
    recorded: frozenset[Use]


def standings(study: Study, on: date) -> list[Standing]:
    """What the sessions may be used for on a day, as far as consent goes."""
    therapists, kept = study.therapists(), study.consents()
    by_id = {each.id: each for each in therapists}
    alike: dict[tuple[ParticipantId, TherapistId | None], list[Session]] = {}
    for session in study.sessions():
        alike.setdefault((session.participant_id, session.therapist_id), []).append(session)
    return [
        Standing(
            tuple(sessions),
            None if whose is None else by_id.get(whose),
            {use: consents.refusal(sessions[0], therapists, kept, use, on) for use in Use},
            frozenset(each.use for each in kept if each.person in {who, whose}),
        )
        for (who, whose), sessions in alike.items()
    ]


def demand(study: Study, session: Session, use: Use) -> None:
    """Raise CoderError when a session may not be used so today."""
    fault = allows(study, session, use, today())
    if fault is not None:
        raise fault


def consented(
    study: Study, coded: Iterable[CodedSession]
) -> tuple[list[CodedSession], list[CodedSession]]:
    """Part codings in those of sessions that may still be used for what they are, and the rest."""
    therapists, kept, on = study.therapists(), study.consents(), today()
    ended: dict[str, bool] = {}
    may: list[CodedSession] = []
    rest: list[CodedSession] = []
    for each in coded:
        session = each.session
        if session.id not in ended:
            use = consents.use_of(session)
            ended[session.id] = bool(consents.refusal(session, therapists, kept, use, on))
        (rest if ended[session.id] else may).append(each)
    return may, rest


def usable(
    study: Study, coded: Iterable[CodedSession], *, named: bool = False
) -> tuple[list[CodedSession], tuple[str, ...]]:
    """What of some codings may be written out, and the sessions left out as consent has ended.

    Raises CoderError where that leaves nothing, or where the sessions were asked for by name.
    """
    may, rest = consented(study, coded)
    if rest and (named or not may):
        demand(study, rest[0].session, consents.use_of(rest[0].session))
    return may, tuple(dict.fromkeys(each.session.address for each in rest))


@dataclass(frozen=True, slots=True)
class Terms:
    """What was agreed to: for which use, from when, and until when where that is known already."""

    use: Use
    given: date
    expires: date | None = None
    withdrawn: date | None = None
    synthetic: bool = False


def record_consent(study: Study, person: Person, terms: Terms, by: Viewer = None) -> Consent:
    """Put on record what a person agreed to, and a new participant with it.

    Raises CoderError when it ends before it begins.
    """
    _only_the_lead(by)
    _in_order(terms.given, terms.expires, terms.withdrawn)
    made = Consent(
        ConsentId(new_id()),
        person.id,
        terms.use,
        terms.given.isoformat(),
        _day(terms.expires),
        _day(terms.withdrawn),
        terms.synthetic,
    )
    new = isinstance(person, Participant) and person not in study.participants()
    added = (person, made) if new else (made,)
    what = f"record consent to {terms.use} of {person.pseudonym}"
    study.apply(Change(what, added=added), "final")
    return made


def end_consent(
    study: Study,
    person: Person,
    use: Use | None,
    *,
    expires: date | None = None,
    withdrawn: date | None = None,
    by: Viewer = None,
) -> list[Consent]:
    """Say until when what a person agreed to holds, or from when they withdrew it.

    Without a use it is all that they agreed to. What they agreed to for a time yet to come is
    withdrawn with it. Where all is withdrawn already, another day puts the last withdrawal right.
    Raises CoderError where nothing is on record that could end.
    """
    _only_the_lead(by)
    theirs = [c for c in study.consents() if c.person == person.id and use in {None, c.use}]
    old = [each for each in theirs if each.withdrawn is None]
    what = "end" if withdrawn is None else "withdraw"
    if not old and withdrawn is not None:
        last = max((each.withdrawn or "" for each in theirs), default="")
        old = [each for each in theirs if each.withdrawn == last != _day(withdrawn)]
        what = f"put right the withdrawal, on {withdrawn} and not {last}, of"
    uses = "any use" if use is None else use.value
    if not old:
        raise CoderError("no_consent_recorded", person=person.pseudonym, use=uses)
    for end in filter(None, (expires, withdrawn)):
        _in_order(min(date.fromisoformat(each.given) for each in old), end)
    if withdrawn is None and expires is not None:  # what begins later lasts as it was agreed
        old = [each for each in old if each.given <= expires.isoformat()]
    new = [
        dataclasses.replace(each, expires=_day(expires) or each.expires, withdrawn=_day(withdrawn))
        for each in old
    ]
    told = f"{what} consent to {uses} of {person.pseudonym}"
    study.apply(Change(told, tuple(old), tuple(new)), "final")
    return new


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _in_order(given: date, *ends: date | None) -> None:
    if any(end is not None and end < given for end in ends):
        raise CoderError("consent_backwards", given=given.isoformat())


def _only_the_lead(by: Viewer) -> None:
    if by is not None:
        raise CoderError("only_the_lead")
