"""Which sessions a rule of measures selects for listening, and why: the reasons of the pool.

Answers that were left out can be the very ones that would have selected a session: of what is
incomplete a rule can tell that it is selected more often than that it is not. So what it cannot
tell is neither, and is counted apart; and a share of those it could tell is no rate of all.
"""

from dataclasses import dataclass, field

from coder.alliance import PRESETS, Mode, Repair, Rule, What, psq, srs, what_as_given
from coder.errors import CoderError
from coder.measures.defining import PSQ_PATIENT, PSQ_THERAPIST, SRS
from coder.measures.following import psq_readings, series_of, srs_readings, trajectories
from coder.session import SessionId
from coder.study import Study, Viewer

RULES = {
    "psq": "PSQ of the patient: tension or holding back",
    "psq-therapist": "PSQ of the therapist: tension or holding back",
    "srs": "SRS: a total or a line is a concern",
    "trajectory": "a rupture in the run of scores",
}
_WORDS = {psq.TENSION: "tension", psq.HOLDING_BACK: "holding back"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of a session that has what it asks about.

    ``selected`` is None where that cannot be told. ``reason`` is then the key of why, and of a
    session that is selected in words what selects it.
    """

    selected: bool | None
    reason: str | None = None


Reasons = dict[SessionId, Verdict]
_PASSED = Verdict(selected=False)


@dataclass(frozen=True, slots=True)
class Selection:
    """A rule that selects sessions, with all that it computes with."""

    rule: str = "psq"
    of_psq: psq.Thresholds = field(default_factory=psq.Thresholds)
    of_srs: srs.Thresholds = field(default_factory=srs.Thresholds)
    trajectory: Rule = PRESETS["drop-1sd"]
    repair: Repair = field(default_factory=Repair)
    mode: Mode = Mode.BACK
    instrument: str = SRS
    what: str | None = None


def reasons(study: Study, by: Selection, viewer: Viewer = None) -> Reasons:
    """What a rule says of each session with a measure that it asks about, and why.

    Sessions without one are absent. Raises CoderError.
    """
    if by.rule not in RULES:
        raise CoderError("unknown_rule", rule=by.rule, known=", ".join(RULES))
    if by.rule == "srs":
        return _of_srs(study, by, viewer)
    if by.rule == "trajectory":
        return _of_scores(study, by, viewer)
    instrument_id = PSQ_PATIENT if by.rule == "psq" else PSQ_THERAPIST
    found: Reasons = {}
    for session, reading in psq_readings(study, viewer, by.of_psq, instrument_id).items():
        why = " and ".join(_WORDS[item] for item in reading.why)
        told = f"{why} (PSQ)" if why else reading.reasons.get("selected")
        found[session.id] = Verdict(reading.selected, told)
    return found


def _of_srs(study: Study, by: Selection, viewer: Viewer) -> Reasons:
    sign = "at or below" if by.of_srs.inclusive else "below"
    found: Reasons = {}
    for readings in srs_readings(study, viewer, by.of_srs).values():
        for session, reading in readings:
            limits = {srs.TOTAL: by.of_srs.total}
            low = [
                f"{name} {sign} {limits.get(name, by.of_srs.item):g}" for name in reading.concerns
            ]
            told = ", ".join(low) or reading.undecided
            found[session.id] = Verdict(reading.concern, told)
    return found


def _of_scores(study: Study, by: Selection, viewer: Viewer) -> Reasons:
    followed = series_of(study, by.instrument, by.what, viewer)
    found: Reasons = {}
    for each in trajectories(followed, by.trajectory, by.repair, by.mode):
        what: dict[int, str] = {}
        for signal in each.signals:
            if signal.what != What.RISE:
                before = what.get(signal.index)
                named = what_as_given(signal.what, turned=each.series.turned)
                what[signal.index] = "; ".join(filter(None, (before, named)))
        for score in each.series.scores:
            unjudged = each.unjudged.get(score.index) or each.reason
            told = what.get(score.index)
            verdict = _PASSED if told is None else Verdict(selected=True, reason=told)
            found[SessionId(score.session)] = (
                verdict if unjudged is None else Verdict(None, unjudged)
            )
    return found
