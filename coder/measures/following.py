"""A study's measures in the order of the sessions: SRS readings, series, and who saw a rupture."""

import dataclasses
import itertools
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from coder.agreement import Plan
from coder.agreement.estimate import Estimate
from coder.agreement.kappa import cohen_kappa
from coder.agreement.result import ENOUGH, with_interval
from coder.alliance import (
    Congruence,
    Group,
    Mode,
    Pair,
    Score,
    Series,
    Trajectory,
    cross,
    psq,
    srs,
)
from coder.alliance import follow as follow_one
from coder.alliance.rules import Repair, Rule
from coder.errors import Notice
from coder.measures.defining import (
    PSQ_PATIENT,
    PSQ_THERAPIST,
    SRS,
    Scored,
    instrument,
    numbers_of,
    score,
    scored,
)
from coder.measures.entering import usable
from coder.measures.thresholds import kept as thresholds_of
from coder.session import Measure, ParticipantId, Session
from coder.study import Study, Viewer

_MOST_NUMBERED = 1000  # larger numbers are dates


@dataclass(frozen=True, slots=True)
class Placed:
    """A participant's sessions, each with its index.

    The index is the session's number, so that sessions that are not in the study keep their place;
    where numbers are no whole numbers, are dates or stand there twice, it is the place in the list.
    """

    participant: ParticipantId
    name: str
    sessions: tuple[tuple[int, Session], ...]
    numbered: bool

    @property
    def last(self) -> int:
        """The index of the last session."""
        return self.sessions[-1][0]


@dataclass(frozen=True, slots=True)
class Followed:
    """The series of a study, what of which instrument they are, and what is to be known of them.

    ``addresses`` names the sessions of each series by their index, those without a score too.
    """

    instrument: str
    scored: Scored
    series: tuple[Series, ...]
    notices: tuple[Notice, ...]
    addresses: Mapping[str, Mapping[int, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Congruent:
    """Patients and therapists crossed, with kappa and what it was computed by.

    ``groups`` counts the patients that were resampled for the interval; None where the sessions
    were taken to be independent. ``change_of`` says what changed to the next session.
    """

    found: Congruence
    kappa: Estimate
    groups: int | None
    selects: float
    change_of: str


def placed(study: Study) -> list[Placed]:
    """Every participant's sessions in order, each with its index."""
    found = []
    by_person = itertools.groupby(study.sessions(), key=lambda each: each.participant_id)
    for person, listed in by_person:
        sessions = list(listed)
        numbers = [int(s.number) for s in sessions if s.number.isdecimal()]
        numbered = len(set(numbers)) == len(sessions) and max(numbers) <= _MOST_NUMBERED
        places = numbers if numbered else range(1, len(sessions) + 1)
        pairs = tuple(zip(places, sessions, strict=True))
        found.append(Placed(person, sessions[0].participant, pairs, numbered))
    return found


def series_of(
    study: Study, instrument_id: str, what: str | None = None, viewer: Viewer = None
) -> Followed:
    """The scores of every participant, as far as a viewer may see them. Raises CoderError."""
    of = instrument(study, instrument_id)
    named = scored(of, what)
    kept = _kept(study, of.id, viewer)
    made: list[Series] = []
    notices: list[Notice] = []
    addresses: dict[str, Mapping[int, str]] = {}
    out = usable(study, viewer)[1]
    if out:
        told = ", ".join(each.address for each in out)
        notices.append(Notice("measures_left_out", {"sessions": told}))
    for person in placed(study):
        scores = tuple(
            Score(index, value if named.higher_is_better else named.low + named.high - value, s.id)
            for index, s in person.sessions
            if s.id in kept and (value := score(of, kept[s.id], named.what)) is not None
        )
        if not scores:
            continue
        if not person.numbered:
            notices.append(Notice("sessions_as_listed", {"participant": person.name}))
        addresses[person.name] = {index: s.address for index, s in person.sessions}
        made.append(
            Series(
                person.name, scores, person.last, named.low, named.high, not named.higher_is_better
            )
        )
    return Followed(of.id, named, tuple(made), tuple(notices), addresses)


def trajectories(
    followed: Followed, rule: Rule, repair: Repair | None = None, mode: Mode = Mode.BACK
) -> list[Trajectory]:
    """Follow every series by a rule, the SD pooled over all of them."""
    group = Group(followed.series)
    return [follow_one(each, rule, repair, mode=mode, everyone=group) for each in followed.series]


def srs_readings(
    study: Study,
    viewer: Viewer = None,
    at: srs.Thresholds | None = None,
    norms: Mapping[str, srs.Norm] | None = None,
) -> dict[str, list[tuple[Session, srs.Reading]]]:
    """What the SRS says of each session, by participant.

    The thresholds are the study's, unless there are others. Without ``norms`` they are the study's
    own, for who has too few scores before.
    """
    at = at or thresholds_of(study).of_srs
    kept = _kept(study, SRS, viewer)
    norms = _norms(kept.values(), at) if norms is None else norms
    found = {}
    for person in placed(study):
        at_index = dict(person.sessions)
        marks = [
            numbers_of(kept[s.id]) if (s := at_index.get(n)) is not None and s.id in kept else None
            for n in range(min(at_index), person.last + 1)
        ]
        shift = min(at_index) - 1
        readings = [
            (at_index[each.index + shift], _shifted(each, shift))
            for each in srs.read(marks, at, norms)
        ]
        if readings:
            found[person.name] = readings
    return found


def psq_readings(
    study: Study,
    viewer: Viewer = None,
    at: psq.Thresholds | None = None,
    instrument_id: str = PSQ_PATIENT,
) -> dict[Session, psq.Reading]:
    """What the PSQ of each session says, in the order of the sessions."""
    kept = _kept(study, instrument_id, viewer)
    at = at or thresholds_of(study).of_psq
    return {
        session: psq.read(numbers_of(kept[session.id]), at)
        for session in study.sessions()
        if session.id in kept
    }


def congruence(
    study: Study,
    viewer: Viewer = None,
    at: psq.Thresholds | None = None,
    change_of: tuple[str, str | None] = (SRS, None),
) -> Congruent:
    """Cross what patients and therapists reported, session by session.

    ``change_of`` is the instrument, and what of it, whose change to the next session is told; it
    must be the very next by number. Raises CoderError.
    """
    at = at or thresholds_of(study).of_psq
    patient = psq_readings(study, viewer, at)
    therapist = psq_readings(study, viewer, at, PSQ_THERAPIST)
    followed = series_of(study, *change_of, viewer=viewer)
    moved = _next_changes(followed.series)
    pairs: dict[str, list[Pair]] = {}
    for session in study.sessions():
        if session in patient or session in therapist:
            pair = Pair(
                session.address,
                patient[session].selected if session in patient else None,
                therapist[session].selected if session in therapist else None,
                moved.get(session.id),
            )
            pairs.setdefault(session.participant, []).append(pair)
    tables = [cross(each).fourfold for each in pairs.values() if cross(each).n]
    found = cross(itertools.chain.from_iterable(pairs.values()))
    kappa, groups = _kappa(tables)
    what = f"{followed.instrument} {followed.scored.what}"
    return Congruent(found, kappa, groups, at.selects, what)


def _kappa(tables: Sequence[object]) -> tuple[Estimate, int | None]:
    """Cohen's kappa of the sessions; patients are resampled where there are enough of them."""
    parts = cohen_kappa(np.array(tables, np.int64).reshape(-1, 2, 2))
    if len(tables) >= ENOUGH:
        found, groups = with_interval(parts, Plan(unit="session"))
    else:
        found, groups = parts.estimate(), None
    if found.reason is None:
        return found, groups
    return dataclasses.replace(found, reason=_OF_PAIRS[found.reason]), groups


# Patient and therapist are no coders, and what both answered about is sessions.
_OF_PAIRS = {
    "agreement_no_units": "alliance_no_pairs",
    "agreement_one_category": "alliance_one_answer",
}


def _next_changes(many: Iterable[Series]) -> dict[str, float]:
    """What each scored session changed by to the very next, up being better."""
    return {
        one.session: after.value - one.value
        for each in many
        for one, after in itertools.pairwise(each.scores)
        if after.index == one.index + 1
    }


def _norms(kept: Iterable[Measure], at: srs.Thresholds) -> dict[str, srs.Norm]:
    """The mean and SD of each line over all sessions, where there are enough of them."""
    marks = [numbers_of(each) for each in kept]
    found = {}
    for item in srs.ITEMS:
        values = [value for each in marks if (value := each.get(item)) is not None]
        if len(values) >= at.norm_least:
            found[item] = srs.Norm(statistics.fmean(values), statistics.stdev(values))
    return found


def _kept(study: Study, instrument_id: str, viewer: Viewer) -> dict[str, Measure]:
    """What was answered to an instrument and may be used, by session."""
    given, _ = usable(study, viewer)
    return {each.session_id: each for each in given if each.instrument == instrument_id}


def _shifted(reading: srs.Reading, by: int) -> srs.Reading:
    since = None if reading.since is None else reading.since + by
    return dataclasses.replace(reading, index=reading.index + by, since=since)
