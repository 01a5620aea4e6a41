"""Instruments: those that ship, the study's own, and what an answer to each may be.

Names, ranges and scoring are facts; the wording is the authors', and is not here.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from coder.alliance import psq, srs
from coder.coding import Change
from coder.errors import CoderError
from coder.session import Answer, Instrument, Measure, Role, is_name
from coder.study import Study, Viewer

SRS, PSQ_PATIENT, PSQ_THERAPIST = "srs", "psq-patient", "psq-therapist"
TOTAL, SCORE = srs.TOTAL, "score"

BUILT_IN = (
    Instrument(SRS, "Session Rating Scale", 0.0, srs.HIGHEST, items=srs.ITEMS),
    Instrument(PSQ_PATIENT, "Post Session Questionnaire, patient", 1.0, 5.0, items=psq.ITEMS),
    Instrument(
        PSQ_THERAPIST,
        "Post Session Questionnaire, therapist",
        1.0,
        5.0,
        by=Role.THERAPIST.value,
        items=psq.ITEMS,
    ),
)
_PSQS = frozenset({PSQ_PATIENT, PSQ_THERAPIST})
_TENTHS = frozenset({SRS})  # kept to a millimetre of the line
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MOST_ITEMS = 200


@dataclass(frozen=True, slots=True)
class Scored:
    """A number that an instrument gives of each session, and the range and direction of it."""

    what: str
    low: float
    high: float
    higher_is_better: bool


def instruments(study: Study) -> list[Instrument]:
    """The instruments that ship, then the study's own."""
    return [*BUILT_IN, *study.instruments()]


def instrument(study: Study, wanted: str) -> Instrument:
    """Find an instrument by its id. Raises CoderError when there is none."""
    for each in instruments(study):
        if each.id == wanted.strip().casefold():
            return each
    known = ", ".join(each.id for each in instruments(study))
    raise CoderError("unknown_instrument", instrument=wanted, known=known)


def define(study: Study, made: Instrument, by: Viewer = None) -> Instrument | None:
    """Add an instrument of the study's own, or put it right while nothing was answered.

    Returns what it was before, None if it is new. Raises CoderError.
    """
    lead_only(by)
    _check(made)
    old = tuple(each for each in study.instruments() if each.id == made.id)
    if old == (made,):
        return made
    if old and any(each.instrument == made.id for each in study.measures(None)):
        raise CoderError("instrument_answered", instrument=made.id)
    study.apply(Change(f"define the instrument {made.id}", old, (made,)), "final")
    return old[0] if old else None


def lead_only(by: Viewer) -> None:
    """Raise CoderError for anybody but the lead: who codes must not know the scores."""
    if by is not None:
        raise CoderError("measures_of_lead")


def _check(made: Instrument) -> None:
    reserved = {each.id for each in BUILT_IN}
    if not _ID.fullmatch(made.id) or made.id in reserved:
        raise CoderError("instrument_id", instrument=made.id)
    if not is_name(made.title):
        raise CoderError("instrument_title", instrument=made.id)
    if not (made.low < made.high and math.isfinite(made.high - made.low)):
        raise CoderError("instrument_range", instrument=made.id)
    if made.by not in set(Role):
        raise CoderError("instrument_by", given=made.by, known=", ".join(Role))
    wrong = [item for item in made.items if not re.fullmatch(r"[a-z0-9_]{1,40}", item)]
    wrong += [item for item in made.items if item in {TOTAL, SCORE}]
    if wrong or len(set(made.items)) < len(made.items) or len(made.items) > _MOST_ITEMS:
        raise CoderError("instrument_items", instrument=made.id)


def written(of: Instrument) -> tuple[str, ...]:
    """The items that are answered in words."""
    return psq.WRITTEN if of.id in _PSQS else ()


def range_of(of: Instrument, item: str) -> tuple[float, float]:
    """What an answer to an item, a total or a score may be."""
    if of.id in _PSQS:
        return psq.RANGES[item]
    if item == TOTAL and of.items:
        return of.low * len(of.items), of.high * len(of.items)
    return of.low, of.high


def scored(of: Instrument, what: str | None = None) -> Scored:
    """What of an instrument is followed: an item, or by default its total or score.

    Raises CoderError for what it has not.
    """
    numbers = [item for item in of.items if item not in written(of)]
    has_total = of.items and of.id not in _PSQS
    whole = [TOTAL] if has_total else [] if of.items else [SCORE]
    named = what or (whole or numbers)[0]
    if named not in {*whole, *numbers}:
        known = ", ".join([*whole, *numbers])
        raise CoderError("unknown_item", instrument=of.id, item=named, known=known)
    better = named not in psq.LOW_IS_GOOD if of.id in _PSQS else of.higher_is_better
    return Scored(named, *range_of(of, named), better)


def score(of: Instrument, measure: Measure, what: str) -> float | None:
    """A number of a measure: an item, the total of its items or as it was given, or its score."""
    given = numbers_of(measure)
    if what != TOTAL:
        return given.get(what)
    if of.id == SRS:
        return srs.total(given)
    values = [value for item in of.items if (value := given.get(item)) is not None]
    return sum(values) if len(values) == len(of.items) else given.get(TOTAL)


def numbers_of(measure: Measure) -> dict[str, float | None]:
    """The answers of a measure that are numbers."""
    return {each.item: each.value for each in measure.answers if not each.text}


def checked(of: Instrument, given: Mapping[str, str | float | None]) -> tuple[Answer, ...]:
    """Make answers of what was given to an instrument's items, in their order.

    None, and nothing but blanks, is an answer left out. Raises CoderError, with every answer that
    is refused.
    """
    refused = [
        CoderError("answer_unknown_item", item=item) for item in given if item not in _taken(of)
    ]
    answers: list[Answer] = []
    for item in _taken(of):
        try:
            answers.append(_answer(of, item, given.get(item)))
        except CoderError as fault:
            refused.append(fault)
    wrong = None if refused else _of_total(of, {each.item: each.value for each in answers})
    if wrong is not None:
        refused.append(wrong)
    if refused:
        raise AnswersRefused(of, refused)
    answers = [_kept(of, each) for each in answers]
    items = [each for each in answers if each.item != TOTAL]
    if any(each.value is None for each in items):
        items += [each for each in answers if each.item == TOTAL and each.value is not None]
    return tuple(items)


def _of_total(of: Instrument, given: Mapping[str, float | None]) -> CoderError | None:
    """Why a total cannot be that of the items, as they were given; None where it can."""
    whole = given.get(TOTAL)
    if whole is None:
        return None
    values = [value for item in of.items if (value := given[item]) is not None]
    lacking = len(of.items) - len(values)
    least, most = (sum(values) + lacking * bound for bound in (of.low, of.high))
    if least - _TOTAL_OFF <= whole <= most + _TOTAL_OFF:
        return None
    if lacking:
        return CoderError("answer_total_beyond", value=f"{whole:g}")
    return CoderError("answer_total_differs")


_TOTAL_OFF = 0.0501  # rounding to a tenth, either way


def _kept(of: Instrument, answer: Answer) -> Answer:
    """An answer as it is kept: of the SRS to a tenth, halves up."""
    if of.id not in _TENTHS or answer.value is None:
        return answer
    tenth = Decimal(repr(answer.value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Answer(answer.item, float(tenth))


class AnswersRefused(CoderError):  # noqa: N818 - named for what happened
    """Answers that cannot be taken: ``faults`` says why of each."""

    def __init__(self, of: Instrument, faults: list[CoderError]) -> None:
        from coder.words import say

        reasons = "\n".join(say(fault) for fault in faults)
        super().__init__("answers_refused", instrument=of.title, reasons=reasons)
        self.faults = faults


def _taken(of: Instrument) -> tuple[str, ...]:
    """What may be answered: the items, and with them a total in their stead."""
    if not of.items:
        return (SCORE,)
    return of.items if of.id in _PSQS else (*of.items, TOTAL)


def _answer(of: Instrument, item: str, given: str | float | None) -> Answer:
    if given is None or not str(given).strip():
        return Answer(item)
    if item in written(of):
        return Answer(item, text=str(given).strip())
    value = number(given)
    if value is None:
        raise CoderError("answer_no_number", item=item)
    low, high = range_of(of, item)
    if not low <= value <= high:
        raise CoderError("answer_outside", item=item, value=_quoted(given), low=low, high=high)
    if of.id in _PSQS and not value.is_integer():
        raise CoderError("answer_not_whole", item=item, value=_quoted(given))
    return Answer(item, value)


def _quoted(given: str | float) -> str:
    """What was given, as it was given."""
    return given.strip() if isinstance(given, str) else f"{given:g}"


def finer_than_kept(of: Instrument, given: Mapping[str, str | float | None]) -> int:
    """Count the answers that are given finer than the instrument's are kept, to a tenth."""
    if of.id not in _TENTHS:
        return 0
    values = (number(each) for each in given.values() if each is not None)
    return sum(value is not None and round(value, 1) != value for value in values)


_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,9})?", re.ASCII)


def number(given: str | float) -> float | None:
    """A number as it is written, with a point or a comma; None for what is none."""
    if isinstance(given, int | float):
        return float(given)
    text = given.strip()
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None
