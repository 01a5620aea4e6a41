"""What consent comes to today, in words: what holds of each, and what sessions may be used for."""

from collections.abc import Sequence
from datetime import date

from coder import consents
from coder.errors import CoderError
from coder.people import Standing
from coder.session import Consent, Use
from coder.ui.grid import Line
from coder.ui.import_preview import counted as number

CONSENTS = ("Person", "Agreed to", "Today", "Since", "Until", "Withdrawn")
FOLLOWS = ("Sessions", "Therapist", *(f"For {use.value}" for use in Use))
_WHY = {
    "consent_missing": "no consent of the {person} is on record",
    "consent_withdrawn": "the {person} withdrew it on {day}",
    "consent_expired": "the consent of the {person} ended on {day}",
    "consent_not_yet": "the consent of the {person} begins on {day}",
}
_MOST = 6  # sessions that are named one by one


def consent_line(of: Consent, name: str, on: date) -> Line:
    """A consent, with what holds of it on a day."""
    told = name + (" (invented)" if of.synthetic else "")
    now = stands(of, on)
    cells = (told, of.use.value, now, of.given, of.expires or "", of.withdrawn or "")
    return Line(cells, of.id)


def stands(of: Consent, on: date) -> str:
    """Whether a consent holds on a day, and else why not."""
    day = on.isoformat()
    if consents.holds(of, on):
        return "holds"
    if of.withdrawn is not None and of.withdrawn <= day:
        return "ended: withdrawn"
    return "ended" if of.expires is not None and of.expires < day else "not begun"


def follows_line(of: Standing) -> Line:
    """What some sessions may be used for."""
    numbers = [session.number for session in of.sessions]
    which = ", ".join(numbers) if len(numbers) <= _MOST else f"{len(numbers)} sessions"
    named = f"{of.sessions[0].participant}: {which}"
    whose = "not named" if of.therapist is None else of.therapist.pseudonym
    cells = (named, whose, *(_told(of, use) for use in Use))
    every = ", ".join(session.address for session in of.sessions)
    said = [f"{use.value}: {cell}" for use, cell in zip(Use, cells[2:], strict=True)]
    return Line(cells, of.sessions[0].id, "\n".join([every, *said]))


def _told(of: Standing, use: Use) -> str:
    fault = of.refused[use]
    if fault is not None:
        return f"refused: {why(fault)}"
    return "allowed" if use in of.recorded else "allowed, nothing on record"


def why(fault: CoderError) -> str:
    """Why a use is refused, in a few words."""
    return _WHY[fault.key].format(**fault.where)


def counted(of: Sequence[Standing]) -> str:
    """How many sessions may be used for what, in a sentence."""
    every = sum(len(each.sessions) for each in of)
    if not every:
        return "No session yet."
    parts = [
        f"{use.value} {sum(len(e.sessions) for e in of if e.refused[use] is None)}" for use in Use
    ]
    return f"Of {number(every, 'session')} may be used today for: {', '.join(parts)}."
