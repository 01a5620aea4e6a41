"""Whether a session may be used: what its participant, and its therapist, agreed to.

Consent is for a use: to be studied is not to be taught with. Training needs consent on record;
research does not, as it is given on paper before a study begins, but where consent to it is on
record and no longer holds, nothing further is made of the session. Days are ISO 8601.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from coder.errors import CoderError
from coder.session import Consent, Purpose, Session, Therapist, Use


def today() -> date:
    """The day it is where the program runs."""
    return datetime.now().astimezone().date()


def use_of(session: Session) -> Use:
    """What coding a session uses it for."""
    return Use.TRAINING if session.purpose == Purpose.TRAINING else Use.RESEARCH


def holds(consent: Consent, on: date) -> bool:
    """Tell whether a consent holds on a day: still on that on which it expires."""
    day = on.isoformat()
    begun = consent.given <= day
    lasts = consent.expires is None or day <= consent.expires
    return begun and lasts and (consent.withdrawn is None or day < consent.withdrawn)


def refusal(
    session: Session,
    therapists: Iterable[Therapist],
    consents: Sequence[Consent],
    use: Use,
    on: date,
) -> CoderError | None:
    """Say why a session may not be used so on a day; None where it may.

    Both its participant and the therapist who is named must have agreed.
    """
    people: dict[str, str] = {session.participant_id: f"participant {session.participant}"}
    people |= {
        each.id: f"therapist {each.pseudonym}"
        for each in therapists
        if each.id == session.therapist_id
    }
    for person, who in people.items():
        theirs = [each for each in consents if (each.person, each.use) == (person, use)]
        if not any(holds(each, on) for each in theirs) and (theirs or use == Use.TRAINING):
            return _why(session, who, theirs, use, on)
    return None


def _why(session: Session, who: str, theirs: Sequence[Consent], use: Use, on: date) -> CoderError:
    """Name what is missing, or how the last consent that was given ended."""
    told = {"session": session.address, "person": who, "use": use.value}
    if not theirs:
        return CoderError("consent_missing", **told)
    last = max(theirs, key=lambda each: each.given)
    if last.withdrawn is not None and last.withdrawn <= on.isoformat():
        return CoderError("consent_withdrawn", **told, day=last.withdrawn)
    if last.expires is not None and last.expires < on.isoformat():
        return CoderError("consent_expired", **told, day=last.expires)
    return CoderError("consent_not_yet", **told, day=last.given)
