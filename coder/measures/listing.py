"""Measures as tables to be written out: a row a session, with what each number is a number of."""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass

from coder.alliance import Mode, Partition, Seen, Trajectory, parameters, psq, srs
from coder.alliance.rules import Repair, Rule
from coder.errors import Notice
from coder.measures.defining import (
    PSQ_PATIENT,
    PSQ_THERAPIST,
    SCORE,
    TOTAL,
    instruments,
    score,
    scored,
    written,
)
from coder.measures.entering import usable
from coder.measures.following import (
    Congruent,
    Followed,
    placed,
    psq_readings,
    series_of,
    srs_readings,
    trajectories,
)
from coder.measures.selecting import Selection
from coder.measures.thresholds import Thresholds, plain
from coder.session import Instrument, Measure, Session, SessionId
from coder.study import Study, Viewer
from coder.words import say

Cell = str | int | float | None
Row = dict[str, Cell]


@dataclass(frozen=True, slots=True)
class Listing:
    """A table: what its columns mean, its rows, what was computed with, what is to be known.

    The unit is the session unless a note says otherwise.
    """

    name: str
    title: str
    columns: Mapping[str, str]
    rows: Sequence[Row]
    settings: Mapping[str, Cell]
    notes: Sequence[str] = ()


def settings_of(of: Thresholds) -> dict[str, Cell]:
    """The thresholds as settings of a table."""
    parts = plain(of).items()
    return {f"{name}_{key}": _plain(told) for name, part in parts for key, told in part.items()}


# Scores

_SRS = {
    "srs_band": "poor, fair or good",
    "srs_concern": "yes, no; empty where an answer left out could have been one",
    "srs_concerns": "what is low",
    "srs_change": "the total less that of the session before with one",
    "srs_dropped": "what dropped by the threshold or more",
    "srs_stands_out": "the line far below the others",
    "srs_below_norm": "lines below their norm",
    "srs_ceiling": "yes: in a run of full totals",
}
_PSQ = {
    "selected": "yes, no; empty where an answer left out could have selected it",
    "why": "b1a tension, b2a holding back",
    "intensity": "how upset, the higher of b1b and b2b; 0 where no problem was reported",
    "resolution": "unresolved, partial, resolved (b5)",
    "unaddressed": "yes where a problem was not addressed (b4)",
}


def scores(
    study: Study,
    viewer: Viewer,
    at: Thresholds,
    *,
    sessions: Container[SessionId] | None = None,
) -> Listing:
    """Every number answered, and what the SRS and the PSQ say of each session, or of some."""
    given, out = usable(study, viewer)
    kept = {(each.session_id, each.instrument): each for each in given}
    shown = [each for each in instruments(study) if any(each.id == key[1] for key in kept)]
    of_srs = {
        session.id: reading
        for listed in srs_readings(study, viewer, at.of_srs).values()
        for session, reading in listed
    }
    of_psq = {
        whose: {s.id: r for s, r in psq_readings(study, viewer, at.of_psq, whose).items()}
        for whose in (PSQ_PATIENT, PSQ_THERAPIST)
    }
    columns = {"session": "participant/number"}
    for each in shown:
        columns |= {f"{each.id}_{item}": _range(each, item) for item in _items(each)}
    columns |= _SRS
    columns |= {f"{whose}_{name}": told for whose in of_psq for name, told in _PSQ.items()}
    held = {each.session_id for each in given}
    rows = []
    for session in study.sessions():
        if session.id in held and (sessions is None or session.id in sessions):
            row = _numbers(session, shown, kept)
            if session.id in of_srs:
                row |= _srs_row(of_srs[session.id])
            for whose, readings in of_psq.items():
                if session.id in readings:
                    row |= _psq_row(whose, readings[session.id])
            rows.append({name: row.get(name) for name in columns})
    notes = ["Answers in words are not in this table.", *_left(out)]
    return Listing("scores", "Scores of each session", columns, rows, settings_of(at), notes)


def _items(of: Instrument) -> list[str]:
    numbers = [item for item in of.items if item not in written(of)]
    return [*numbers, *({scored(of).what} & {TOTAL, SCORE})]


def _range(of: Instrument, item: str) -> str:
    told = scored(of, item)
    better = "higher" if told.higher_is_better else "lower"
    return f"{of.title}, {item}: {told.low:g} to {told.high:g}, {better} is better"


def _numbers(
    session: Session,
    shown: Iterable[Instrument],
    kept: Mapping[tuple[SessionId, str], Measure],
) -> Row:
    row: Row = {"session": session.address}
    for each in shown:
        measure = kept.get((session.id, each.id))
        if measure is not None:
            row |= {f"{each.id}_{item}": score(each, measure, item) for item in _items(each)}
    return row


def _srs_row(of: srs.Reading) -> Row:
    below = [item for item, flag in (of.norms or {}).items() if flag.below]
    return {
        "srs_band": None if of.band is None else of.band.value,
        "srs_concern": yes_no(of.concern),
        "srs_concerns": ", ".join(of.concerns),
        "srs_change": None if of.changes is None else of.changes.get(srs.TOTAL),
        "srs_dropped": ", ".join(of.dropped),
        "srs_stands_out": ", ".join(of.stands_out),
        "srs_below_norm": ", ".join(below),
        "srs_ceiling": yes_no(of.ceiling),
    }


def _psq_row(whose: str, of: psq.Reading) -> Row:
    return {
        f"{whose}_selected": yes_no(of.selected),
        f"{whose}_why": ", ".join(of.why),
        f"{whose}_intensity": of.intensity,
        f"{whose}_resolution": None if of.resolution is None else of.resolution.value,
        f"{whose}_unaddressed": yes_no(of.unaddressed),
    }


# Trajectories

_COURSE = {
    "participant": "the participant",
    "session": "the session’s address, empty for a session that is not in the study",
    "index": "its place in the run of scores",
    "score": "the score, turned so that higher is better",
    "signal": "what the rule met there; a rise is told, and is no rupture",
    "limit": "what the score was held against",
    "peak": "the index from which it fell",
    "drop": "how far it fell from there",
    "fate": "repaired, unrepaired, or open: it cannot be told",
    "fate_open": "why it cannot be told",
    "repaired_at": "the index at which enough of the drop was won back",
    "pattern": "how many sessions the way down and up took: V, U, slow or sudden, no recovery",
    "level_before": "mean of the level that ends with this session",
    "level_after": "mean of the level that begins after it",
    "not_judged": "why the rule could not be asked about this session",
}


def trajectory(
    study: Study,
    followed: Followed,
    found: Iterable[Trajectory],
    by: tuple[str, Rule, Repair, Mode],
) -> Listing:
    """Every score that was followed, with what a rule found there; ``by`` names the preset too."""
    preset, rule, repair, mode = by
    settings: dict[str, Cell] = {
        "instrument": followed.instrument,
        "of it": followed.scored.what,
        "rule": preset,
        "mode": mode.value,
        **{name: _plain(value) for name, value in parameters(rule).items()},
    }
    if mode == Mode.BACK and not isinstance(rule, Partition):
        mends = parameters(repair)
        settings |= {f"repair_{name}": _plain(value) for name, value in mends.items()}
    places = {person.name: dict(person.sessions) for person in placed(study)}
    rows = [row for each in found for row in _course(each, places.get(each.series.owner, {}))]
    notes = [say(each) for each in followed.notices]
    notes.append("None of the rules is a published author’s: after them, with our parameters.")
    return Listing("trajectory", "Ruptures in the run of scores", _COURSE, rows, settings, notes)


def trajectory_of(study: Study, viewer: Viewer, preset: str, asked: Selection) -> Listing:
    """The table of the trajectories that a selection follows. Raises CoderError."""
    followed = series_of(study, asked.instrument, asked.what, viewer)
    found = trajectories(followed, asked.trajectory, asked.repair, asked.mode)
    by = (preset, asked.trajectory, asked.repair, asked.mode)
    return trajectory(study, followed, found, by)


def selected_by(asked: Selection) -> dict[str, Cell]:
    """What a rule that selects sessions computes with, as settings of a table."""
    if asked.rule != "trajectory":
        part = asked.of_srs if asked.rule == "srs" else asked.of_psq
        told: Mapping[str, bool | float] = asdict(part)
        return {"rule": asked.rule, **{name: _plain(value) for name, value in told.items()}}
    rule, mends = parameters(asked.trajectory), parameters(asked.repair)
    return {
        "rule": asked.rule,
        "instrument": asked.instrument,
        "of it": asked.what,
        "mode": asked.mode.value,
        **{name: _plain(value) for name, value in rule.items()},
        **{f"repair_{name}": _plain(value) for name, value in mends.items()},
    }


def _course(of: Trajectory, places: Mapping[int, Session]) -> Iterable[Row]:
    episodes = {each.trough: each for each in of.episodes}
    splits = {each.after: each for each in of.splits}
    for each in of.series.scores:
        row: Row = dict.fromkeys(_COURSE)
        session = places.get(each.index)
        signals = [one for one in of.signals if one.index == each.index]
        row |= {
            "participant": of.series.owner,
            "session": None if session is None else session.address,
            "index": each.index,
            "score": each.value,
            "signal": "; ".join(one.what.value for one in signals) or None,
            "limit": signals[0].limit if signals else None,
        }
        if each.index in episodes:
            one = episodes[each.index]
            row |= {
                "peak": one.peak,
                "drop": one.drop,
                "fate": one.fate.value,
                "fate_open": None if one.reason is None else say(Notice(one.reason)),
                "repaired_at": one.repaired_at,
                "pattern": None if one.pattern is None else one.pattern.value,
            }
        if each.index in splits:
            split = splits[each.index]
            row |= {"level_before": split.before_mean, "level_after": split.after_mean}
        why = of.reason or of.unjudged.get(each.index)
        row["not_judged"] = None if why is None else say(Notice(why))
        yield row


# Who saw a rupture

_CROSSED = {
    "reported_by": "who reported a rupture in the session; all: every session both answered",
    "n": "sessions",
    "share": "of all that both answered",
    "mean_change": "mean change of the score to the very next session, up being better",
    "changes": "how many the mean is of",
    "sessions": "which",
    "agreed": "share in which both said the same",
    "kappa": "Cohen’s kappa",
    "low": "of its 95 % interval",
    "high": "of its 95 % interval",
}


def congruence(of: Congruent, at: Thresholds) -> Listing:
    """The four cells, and all of them together."""
    rows: list[Row] = []
    for seen in Seen:
        cell = of.found.cells[seen]
        row: Row = dict.fromkeys(_CROSSED)
        rows.append(row | {
            "reported_by": seen.value, "n": cell.n, "share": cell.share,
            "mean_change": cell.mean_change, "changes": cell.changes,
            "sessions": ", ".join(cell.sessions),
        })  # fmt: skip
    rows.append(dict.fromkeys(_CROSSED) | {
        "reported_by": "all", "n": of.found.n, "agreed": of.found.agreed,
        "kappa": of.kappa.value, "low": of.kappa.low, "high": of.kappa.high,
    })  # fmt: skip
    settings = {**settings_of(at), "change_of": of.change_of}
    left = ", ".join(of.found.left_out)
    notes = [f"Left out, one of them did not answer: {left}."] if left else []
    notes += [] if of.kappa.reason is None else [f"Kappa: {say(Notice(of.kappa.reason))}"]
    how = (
        "from theory, as if sessions were independent"
        if of.groups is None
        else f"{of.groups} patients resampled"
    )
    notes += [] if of.kappa.low is None else [f"The interval of kappa: {how}."]
    title = "Who reported a rupture: patient and therapist"
    return Listing("congruence", title, _CROSSED, rows, settings, notes)


def yes_no(value: bool | None) -> str | None:  # noqa: FBT001 - a cell, whatever it is
    """A fact as a cell; None for what is not known."""
    return None if value is None else "yes" if value else "no"


def _plain(value: bool | float | str | None) -> Cell:  # noqa: FBT001 - a cell
    return yes_no(value) if isinstance(value, bool) else value


def _left(out: Iterable[Session]) -> list[str]:
    told = ", ".join(each.address for each in out)
    return [say(Notice("measures_left_out", {"sessions": told}))] if told else []
