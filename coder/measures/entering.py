"""Enter, alter and delete what was answered about a session, which need have no transcript."""

from collections.abc import Mapping

from coder import consents
from coder.coding import Change, Item
from coder.errors import CoderError
from coder.measures.defining import checked, instrument, lead_only
from coder.session import (
    Answer,
    Measure,
    MeasureId,
    Participant,
    ParticipantId,
    Session,
    SessionId,
    is_name,
    new_id,
)
from coder.study import Study, Viewer

Given = Mapping[str, str | float | None]


class Sessions:
    """The sessions of a study, and those that must be made for measures to stand on."""

    def __init__(self, study: Study) -> None:
        self._by_address = {each.address.casefold(): each for each in study.sessions()}
        self._people = {each.pseudonym.casefold(): each for each in study.participants()}
        self._therapists, self._consents = study.therapists(), study.consents()
        self.made: list[Item] = []

    def at(self, participant: str, number: str) -> Session:
        """The session of a participant, made if need be.

        Raises CoderError for what names none, and where consent has ended.
        """
        participant, number = participant.strip(), number.strip()
        if not is_name(participant) or not is_name(number) or "/" in participant + number:
            raise CoderError("bad_address", participant=participant, number=number)
        address = f"{participant}/{number}".casefold()
        found = self._by_address.get(address)
        if found is None:
            person = self._people.get(participant.casefold())
            if person is None:
                person = Participant(ParticipantId(new_id()), participant)
                self._people[participant.casefold()] = person
                self.made.append(person)
            found = Session(SessionId(new_id()), person.id, person.pseudonym, number)
            self._by_address[address] = found
            self.made.append(found)
        use = consents.use_of(found)
        ended = consents.refusal(found, self._therapists, self._consents, use, consents.today())
        if ended is not None:
            raise ended
        return found


def enter(
    study: Study, address: str, instrument_id: str, given: Given, by: Viewer = None
) -> Measure:
    """Enter what was answered about the session ``P/N``, or alter it to what is given.

    Answers that are not given are left out. Raises CoderError, with every answer refused.
    """
    lead_only(by)
    of = instrument(study, instrument_id)
    answers = checked(of, given)
    if not is_answered(answers):
        raise CoderError("answers_none", instrument=of.title)
    participant, _, number = address.partition("/")
    sessions = Sessions(study)
    session = sessions.at(participant, number)
    old = measure_of(study, session.id, of.id)
    made = Measure(MeasureId(new_id()) if old is None else old.id, session.id, of.id, answers)
    if made != old:
        verb, gone = ("enter", ()) if old is None else ("alter", (old,))
        what = f"{verb} {of.id} of {session.address}"
        study.apply(Change(what, gone, (*sessions.made, made)), "final")
    return made


def delete(study: Study, session: Session, instrument_id: str, by: Viewer = None) -> None:
    """Delete what was answered about a session. Raises CoderError where nothing was."""
    lead_only(by)
    of = instrument(study, instrument_id)
    old = measure_of(study, session.id, of.id)
    if old is None:
        raise CoderError("not_answered", instrument=of.id, session=session.address)
    study.apply(Change(f"delete {of.id} of {session.address}", removed=(old,)), "final")


def usable(study: Study, viewer: Viewer) -> tuple[list[Measure], tuple[Session, ...]]:
    """The measures that a viewer may see and that may be used; and the sessions left out.

    Left out is what was answered about sessions to whose use consent has ended.
    """
    therapists, kept, on = study.therapists(), study.consents(), consents.today()
    given = study.measures(viewer)
    answered = {each.session_id for each in given}
    out = tuple(
        each
        for each in study.sessions()
        if each.id in answered
        and consents.refusal(each, therapists, kept, consents.use_of(each), on) is not None
    )
    ended = {each.id for each in out}
    return [each for each in given if each.session_id not in ended], out


def measure_of(study: Study, session: SessionId, instrument_id: str) -> Measure | None:
    """What was answered to an instrument about a session, for the lead's eyes."""
    kept = study.measures(None, session)
    return next((each for each in kept if each.instrument == instrument_id), None)


def is_answered(answers: tuple[Answer, ...]) -> bool:
    """Tell whether anything was answered at all."""
    return any(each.value is not None or each.text for each in answers)
