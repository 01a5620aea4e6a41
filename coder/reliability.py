"""What a study's agreement is computed on, and by which rules: fixed before unblinding.

Study sessions only, never training or calibration ones; codings as they were first submitted.
"""

import dataclasses
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from coder import agreement, markers, people
from coder.agreement import Agreement, Plan
from coder.coding import (
    REOPEN,
    SUBMIT,
    Change,
    CodedSession,
    Coding,
    CodingId,
    Episode,
    Item,
    Mark,
    Presence,
    Rater,
    Rating,
    State,
    StudySetting,
    carries,
    coding_of,
    now,
)
from coder.errors import CoderError
from coder.following import carried
from coder.session import Purpose, Session
from coder.settings import BACKCHANNELS
from coder.study import UNBLIND, Study, Viewer

FIXED = "agreement"
Version = Literal["submitted", "latest"]
_Part = Mark | Episode | Rating | Presence


@dataclass(frozen=True, slots=True)
class Fixed:
    """The rules that were settled, when (UTC, ISO 8601), and the how manieth they are."""

    plan: dict[str, object]
    at: str
    times: int


@dataclass(frozen=True, slots=True)
class Compared:
    """The codings that are compared, and what must be said about them.

    ``state`` is submitted, or “in progress” where no two codings of a session are submitted, or
    says that reopened codings are taken as they stand now;
    ``reopened`` names codings that were reopened after their first submission (session, rater and
    reason), ``put_by`` sessions that are for training or calibration, ``not_submitted`` codings
    in progress that are left out because others were submitted, ``ended`` sessions to whose use
    consent has ended, and ``self_review`` codings by raters of sessions that they held themselves.
    ``relations`` says what raters are to the therapists, None where none is named.
    """

    coded: tuple[CodedSession, ...]
    state: str
    reopened: tuple[str, ...] = ()
    put_by: tuple[str, ...] = ()
    not_submitted: tuple[str, ...] = ()
    version: Version = "submitted"
    ended: tuple[str, ...] = ()
    self_review: tuple[str, ...] = ()
    relations: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether a plan is what was fixed: “fixed”, “exploratory” with its departures, or “open”."""

    status: Literal["fixed", "exploratory", "open"]
    at: str | None = None
    departures: tuple[str, ...] = field(default=())
    times: int = 0


def fixed(study: Study) -> Fixed | None:
    """The rules settled for this study, None before any were."""
    kept = study.setting(FIXED)
    if kept is None:
        return None
    content = json.loads(kept.value)
    return Fixed(content["plan"], content["at"], content.get("times", 1))


def usual_plan(
    study: Study, backchannels: tuple[str, ...] = BACKCHANNELS, scheme: str | None = None
) -> Plan:
    """The plan that was fixed for this study, or the usual one for it, or for one of its schemes.

    Raises CoderError when the study has no such scheme.
    """
    kept = fixed(study)
    schemes = study.schemes() if scheme is None else [study.scheme(scheme)]
    levels, rows = markers.levels_of(schemes), markers.rows_usual(schemes)
    usual = Plan(levels=levels, rows=rows, backchannels=backchannels)
    return usual if kept is None else usual.as_fixed(kept.plan)


def fix(study: Study, plan: Plan, by: Viewer) -> None:
    """Settle unit, levels, tolerance and what they rest on. Raises CoderError once unblinded."""
    if by is not None:
        raise CoderError("only_the_lead")
    if not study.blind:
        raise CoderError("agreement_fixed_already")
    study.apply(_settle(study, plan), "final")


def unblind(study: Study, by: Viewer, reason: str) -> None:
    """End blindness; where no rules of agreement were settled, the usual ones are, just before."""
    if reason.strip() and by is None and study.blind and fixed(study) is None:
        study.apply(_settle(study, usual_plan(study)), "final")
    study.unblind(by, reason)


def _settle(study: Study, plan: Plan) -> Change:
    old, before = study.setting(FIXED), fixed(study)
    times = 1 if before is None else before.times + 1
    content = json.dumps({"plan": plan.fixed(), "at": now(), "times": times}, sort_keys=True)
    told = f"fix the rules of agreement: {plan.unit}, {', '.join(plan.levels)}"
    removed = () if old is None else (old,)
    return Change(told, removed, (StudySetting(FIXED, content),))


def standing(study: Study, plan: Plan) -> Standing:
    """Tell whether a plan is the one that was fixed before unblinding."""
    settled = fixed(study)
    if settled is None:
        return Standing("open")
    away = agreement.departures(plan, settled.plan)
    return Standing("exploratory" if away else "fixed", settled.at, away, settled.times)


def compared(
    study: Study,
    viewer: Viewer,
    *,
    sessions: Iterable[Session] | None = None,
    raters: Iterable[Rater] | None = None,
    scheme: str | None = None,
    version: Version = "submitted",
) -> Compared:
    """Gather what may be compared. Raises CoderError for a rater while the study is blind.

    ``version`` “latest” takes reopened codings as they stand now.
    """
    if viewer is not None and study.blind:
        raise CoderError("still_blind")
    wanted = None if sessions is None else {session.id for session in sessions}
    # In the study's order, whoever asked: the numbers are the same.
    ordered = [each for each in study.sessions() if wanted is None or each.id in wanted]
    coded_by = study.coded(viewer, sessions=ordered, raters=raters, scheme=scheme)
    every, ended = people.consented(study, coded_by)
    studied = [each for each in every if each.session.purpose == Purpose.STUDY]
    own = people.self_review(study, studied)
    held = {each.coding.id for each in own}
    mine = [each for each in studied if each.coding.id not in held]
    aside = [each.session for each in every if each.session.purpose != Purpose.STUDY]
    first_reopened = _reopenings(study)
    reopened = [each for each in mine if each.coding.id in first_reopened]
    told = [
        f"{each.session.address} {each.rater.name}: {first_reopened[each.coding.id][1]}"
        for each in reopened
    ]
    if version == "submitted" and reopened:
        mine = [_as_submitted(study, each, first_reopened) for each in mine]
    coded, state = _locked(mine)
    if version == "latest" and reopened:
        state = "as they stand now, after some were reopened"
    put_by = dict.fromkeys(f"{each.address} ({each.purpose})" for each in aside)
    kept = {each.coding.id for each in coded}
    open_ = [each for each in mine if each.coding.id not in kept]
    return Compared(
        tuple(coded),
        state,
        tuple(told),
        tuple(put_by),
        _named(open_),
        version,
        tuple(dict.fromkeys(each.session.address for each in ended)),
        _named(own),
        people.relations_told(study, coded),
    )


def _named(coded: Iterable[CodedSession]) -> tuple[str, ...]:
    """Name codings by session and rater."""
    return tuple(f"{each.session.address} {each.rater.name}" for each in coded)


def _locked(coded: Sequence[CodedSession]) -> tuple[list[CodedSession], str]:
    """Keep the submitted codings; where no two of a session are, all of them, and say so."""
    done = [each for each in coded if each.coding.state != State.IN_PROGRESS]
    addresses = [each.session.id for each in done]
    if any(addresses.count(each) > 1 for each in addresses):
        return done, "submitted"
    return list(coded), "in progress, not yet submitted"


def _reopenings(study: Study) -> dict[CodingId, tuple[int, str]]:
    """For every coding that was ever reopened, the first entry that did it, and why."""
    found: dict[CodingId, tuple[int, str]] = {}
    for entry in study.entries():
        if entry.what.startswith(REOPEN):
            why = entry.what.removeprefix(f"{REOPEN}: ")
            removed = study.change(entry).removed
            codings = (item.id for item in removed if isinstance(item, Coding))
            found = dict.fromkeys(codings, (entry.seq, why)) | found
    return found


def _as_submitted(
    study: Study, coded: CodedSession, reopened: dict[CodingId, tuple[int, str]]
) -> CodedSession:
    """Take back what was changed in a coding since it was first reopened, newest first."""
    coding = coded.coding.id
    if coding not in reopened:
        return coded
    begun, _ = reopened[coding]
    every: tuple[_Part, ...] = (*coded.marks, *coded.episodes, *coded.ratings, *coded.presences)
    parts: dict[str, _Part] = {str(each.id): each for each in every}
    later = [entry for entry in study.entries() if entry.seq > begun and entry.digest]
    for entry in reversed(later):
        if entry.kind in {"seen", "skip"}:
            continue
        change = study.change(entry)
        if not carries(change):  # what only follows the transcript or its times is no change of it
            _take_back(parts, change, coding)
    then = parts.values()
    return dataclasses.replace(
        coded,
        coding=dataclasses.replace(coded.coding, state=State.SUBMITTED),
        marks=tuple(m for m in carried(study, then) if isinstance(m, Mark)),
        episodes=tuple(each for each in then if isinstance(each, Episode)),
        ratings=tuple(each for each in then if isinstance(each, Rating)),
        presences=tuple(each for each in then if isinstance(each, Presence)),
    )


def _take_back(parts: dict[str, _Part], change: Change, coding: CodingId) -> None:
    """Undo a change in the parts of a coding; marks keep where they now stand, if they still do."""
    after = {item.id: item for item in change.added if coding_of(item) == coding}
    present = {item_id: parts.pop(item_id, None) for item_id in after}
    for item in change.removed:
        if isinstance(item, _Part) and item.coding_id == coding:
            parts[item.id] = _in_place(item, after.get(item.id), present.get(item.id))


def _in_place(then: _Part, after: Item | None, present: _Part | None) -> _Part:
    """A mark as it was, where it has been carried to unless the change itself moved it."""
    if not (isinstance(then, Mark) and isinstance(after, Mark) and isinstance(present, Mark)):
        return then
    return dataclasses.replace(then, anchor=present.anchor) if then.anchor == after.anchor else then


def _was_blind(study: Study, codings: Compared) -> bool:
    """Tell whether all that is compared was submitted before anyone could see another's."""
    if study.blind:
        return True
    unblinded = next(e.seq for e in study.entries() if e.what.startswith(UNBLIND))
    wanted = {each.coding.id for each in codings.coded}
    for entry in study.entries():
        if entry.seq < unblinded and entry.kind == "final" and entry.what.startswith(SUBMIT):
            wanted -= {item.id for item in study.change(entry).added if isinstance(item, Coding)}
    return not wanted


def compute(
    study: Study, viewer: Viewer, codings: Compared, plan: Plan, tick: agreement.Tick | None = None
) -> Agreement:
    """Compute agreement, say whether it is what was fixed, and log it where it is not.

    Raises CoderError as ``agreement`` does.
    """
    found = agreement.agreement(codings.coded, plan, tick)
    where = standing(study, plan)
    if where.status == "exploratory" and not study.blind:
        study.note(f"exploratory agreement: {', '.join(where.departures)} not as fixed", viewer)
    told: dict[str, object] = {
        "codings": codings.state,
        "blind": _was_blind(study, codings),
        "reopened": codings.reopened,
        "put_by": codings.put_by,
        "not_submitted": codings.not_submitted,
        "ended": codings.ended,
        "self_review": codings.self_review,
        "relations": codings.relations,
        "status": where.status,
        "fixed_at": where.at,
        "fixed_times": where.times,
        "departures": where.departures,
    }
    return dataclasses.replace(found, settings={**found.settings, **told})
