"""Take codings in, list them, lock them, compare them, write them out."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from coder import export, people, tables
from coder.coding import (
    RUPTURE_KINDS,
    Change,
    CodedSession,
    Coding,
    Episode,
    Item,
    Mark,
    Presence,
    Rater,
    Rating,
    State,
    in_time,
    marker_of,
    merge,
    reopen,
    submit,
)
from coder.commands import Answer, Args, coder_acting, opened, sessions_named
from coder.errors import CoderError
from coder.export.fitting import fitting
from coder.export.settled import presence_rows, rating_rows
from coder.leaving import leave
from coder.session import Turn, covered, format_clock
from coder.study import Study, Viewer
from coder.tables import same_spot


def code(args: Args) -> Answer:
    """Take in a coding made elsewhere."""
    with opened(args, write=True) as (study, who):
        coder_acting(study, who, args.rater)
        session = study.session(args.session)
        scheme = study.scheme(args.scheme)
        rater = study.rater_or_new(args.rater)
        coding = study.coding_or_new(session, rater, scheme)
        if coding.state == State.SUBMITTED:
            raise CoderError("coding_locked", rater=rater.name, session=session.address)
        table = tables.read(
            args.file,
            coding=coding,
            scheme=scheme,
            turns=study.turns(session.id),
            episodes=study.episodes(coding.id),
            span_ms=covered(study.recordings(session.id)),
        )
        turns = study.turns(session.id)
        cautions = _cautions(table.marks, study.marks(coding.id), turns)
        # One change: a coding that was begun and left empty would say that nothing was found.
        taken = _taken_in(study, coding, table)
        study.apply(merge(taken.what, [_begun(study, rater, coding), taken]))
        marks = len(study.marks(coding.id))
    added = len(table.marks)
    data = {"session": session.address, "rater": rater.name, "added": added, "marks": marks}
    return Answer(data, [f"Added {added} marks for {rater.name}; now {marks}.", *cautions])


def _cautions(added: Sequence[Mark], there: Sequence[Mark], turns: Sequence[Turn]) -> list[str]:
    """What is as it was written, and may yet not be meant."""
    known = {(m.kind, m.marker, m.anchor, m.text) for m in there}
    roles = {turn.id: turn.role.value for turn in turns}
    anchors = [(mark, mark.anchor) for mark in added if mark.anchor is not None]
    twice = sum((m.kind, m.marker, m.anchor, m.text) in known for m in added)
    placeless = sum(not anchor.turns for _, anchor in anchors)
    crossed = sum(
        mark.kind in RUPTURE_KINDS and any(roles.get(t) not in {None, mark.person} for t in a.turns)
        for mark, a in anchors
    )
    told = (
        (twice, "of them stood there already, and stand there twice now"),
        (placeless, "of them stand on a moment in which nobody’s turn had begun"),
        (crossed, "of them stand on a turn of another person than the one they mark"),
    )
    return [f"  {count} {what}" for count, what in told if count]


def _begun(study: Study, rater: Rater, coding: Coding) -> Change:
    """Add the rater and the coding, where they are new."""
    added: list[Item] = [] if rater in study.raters() else [rater]
    if coding not in study.codings(rater.id, coding.session_id):
        added.append(coding)
    return Change("begin a coding", added=tuple(added), by=rater.id)


def _taken_in(study: Study, coding: Coding, table: tables.Table) -> Change:
    """Add a table's marks to a coding; what else it already has is replaced by the table's."""
    old = {episode.id: episode for episode in study.episodes(coding.id)}
    altered = [episode for episode in table.episodes if episode != old.get(episode.id)]
    said: list[Rating | Presence] = [*study.ratings(coding.id), *study.presences(coding.id)]
    before = [each for each in said if any(same_spot(each, new) for new in table.settled)]
    removed: list[Item] = [*(old[e.id] for e in altered if e.id in old), *before]
    added: list[Item] = [*altered, *table.marks, *table.settled]
    if table.with_sound != coding.with_sound:
        removed.append(coding)
        added.append(dataclasses.replace(coding, with_sound=table.with_sound))
    return Change("take in a coding", tuple(removed), tuple(added), coding.rater_id)


def marks(args: Args) -> Answer:
    """List marks and episodes."""
    with opened(args, write=False) as (study, who):
        coded = _coded(study, who, args)
    rows = [_mark(each, mark) for each in coded for mark in in_time(each.marks, each.turns)]
    episodes = [_episode(each, episode) for each in coded for episode in each.episodes]
    lines = []
    for row in rows:
        when = "" if row["start_ms"] is None else format_clock(row["start_ms"])
        form = "" if row["episode"] is None else f" form {row['episode']}"
        parts = (row["marker"], row["family"], row["text"], row["note"])
        what = " · ".join(part for part in parts if part)
        lines.append(f"{row['session']} {row['rater']} {when:>8}{form} {row['kind']}: {what}")
    for each in episodes:
        outcome = f"before {each['outcome_before'] or '?'}, after {each['outcome_after'] or '?'}"
        where = f"{each['session']} {each['rater']} form {each['number']}"
        lines.append(f"{where}: {each['precipitant']} (outcome: {outcome})")
    ratings, presences = rating_rows(coded), presence_rows(coded)
    lines += [_said(each, "scale", "value") for each in ratings]
    lines += [_said(each, "component", "found") for each in presences]
    data = {"marks": rows, "episodes": episodes, "ratings": ratings, "presences": presences}
    return Answer(data, lines or ["No marks."])


def _said(row: Mapping[str, Any], of: str, what: str) -> str:
    """What was rated or settled, and of what."""
    form = f" form {row['episode']}" if row["episode"] else ""
    ms = row.get("segment_ms")
    when = "" if ms is None else f" {format_clock(ms)}"
    return f"{row['session']} {row['rater']}{when}{form}: {row['label'] or row[of]}: {row[what]}"


def _coded(study: Study, who: Viewer, args: Args) -> list[CodedSession]:
    named = [args.session] if isinstance(args.session, str) else args.session or []
    rater = getattr(args, "rater", None)
    scheme = getattr(args, "scheme", None)
    if scheme is not None:
        study.scheme(scheme)
    form = export.FORMS.get(getattr(args, "form", ""))
    if form is not None and form.joins:
        scheme = None
    return study.coded(
        who,
        sessions=sessions_named(study, named),
        raters=None if rater is None else [study.rater(rater)],
        scheme=scheme,
    )


def _mark(coded: CodedSession, mark: Mark) -> dict[str, Any]:
    order = {turn.id: turn.n for turn in coded.turns}
    numbers = {episode.id: episode.number for episode in coded.episodes}
    anchor = mark.anchor
    episodes = [numbers[each] for each in mark.episodes if each in numbers]
    marker = marker_of(mark, coded.scheme)
    return {
        "id": mark.id,
        "session": coded.session.address,
        "rater": coded.rater.name,
        "kind": mark.kind.value,
        "marker": mark.marker,
        "column": None if marker is None else marker.column,
        "family": None if mark.family is None else mark.family.value,
        "clarity": mark.clarity,
        "person": mark.person,
        "start_ms": None if anchor is None else anchor.start_ms,
        "end_ms": None if anchor is None else anchor.end_ms,
        "turns": [] if anchor is None else [order[t] for t in anchor.turns if t in order],
        "quote": "" if anchor is None else anchor.quote,
        "text": mark.text,
        "note": mark.note,
        "episode": episodes[0] if episodes else None,
        "episodes": episodes,
    }


def _episode(coded: CodedSession, episode: Episode) -> dict[str, Any]:
    starts = [
        mark.anchor.start_ms
        for mark in coded.marks
        if episode.id in mark.episodes and mark.anchor and mark.anchor.start_ms is not None
    ]
    outcomes = (episode.outcome_before, episode.outcome_after)
    before, after = (None if each is None else each.value for each in outcomes)
    return {
        "session": coded.session.address,
        "rater": coded.rater.name,
        "number": episode.number,
        "precipitant": episode.precipitant,
        "start_ms": min(starts, default=None),
        "outcome_before": before,
        "outcome_after": after,
    }


def submit_(args: Args) -> Answer:
    """Lock a rater's coding."""
    with opened(args, write=True) as (study, who):
        coder_acting(study, who, args.rater)
        session, rater = study.session(args.session), study.rater(args.rater)
        mine = [c for c in study.codings(rater.id, session.id) if c.rater_id == rater.id]
        if args.scheme is not None:
            scheme = study.scheme(args.scheme)
            mine = [coding for coding in mine if coding.scheme == scheme.id]
        if not mine:
            raise CoderError("no_coding", session=session.address, rater=rater.name)
        under_way = [coding for coding in mine if coding.state != State.SUBMITTED]
        changes = [submit(coding) for coding in under_way or mine]
        study.apply(merge(changes[0].what, changes), "final")
    return Answer(
        {"session": session.address, "rater": rater.name, "state": "submitted"},
        [f"Submitted {rater.name}’s coding of {session.address}; it is locked."],
    )


def reopen_(args: Args) -> Answer:
    """Unlock a submitted coding, with a reason that goes on record."""
    with opened(args, write=True) as (study, who):
        coder_acting(study, who, args.rater)
        session, rater = study.session(args.session), study.rater(args.rater)
        mine = [c for c in study.codings(rater.id, session.id) if c.rater_id == rater.id]
        if args.scheme is not None:
            mine = [c for c in mine if c.scheme == study.scheme(args.scheme).id]
        if not mine:
            raise CoderError("no_coding", session=session.address, rater=rater.name)
        locked = [coding for coding in mine if coding.state == State.SUBMITTED]
        changes = [reopen(coding, args.reason, who) for coding in locked or mine]
        study.apply(merge(changes[0].what, changes), "final")
    return Answer(
        {"session": session.address, "rater": rater.name, "state": "reopened"},
        [f"Reopened {rater.name}’s coding of {session.address}; what was submitted is kept."],
    )


def export_(args: Args) -> Answer:
    """Write a form or a table."""
    with opened(args, write=False) as (study, who):
        form = export.form_named(args.form)
        wanted = [] if form.empty else _coded(study, who, args)
        coded, ended = people.usable(study, wanted, named=bool(args.session))
        if not coded and not form.empty:
            raise CoderError("nothing_to_export", form=form.name)
        coded, unfit = fitting(form.name, coded)
        choices = export.choices_of(
            study,
            export.scheme_for(form, study, args.scheme),
            rows=args.rows,
            levels=args.level or (),
            quotes=args.quotes,
        )
        written = leave(
            study,
            who,
            f"export {args.form}",
            lambda: export.write(args.form, coded, args.out, choices),
        )
    names = [str(path) for path in written]
    lines = [f"Wrote {name}" for name in names]
    if ended:
        lines.append(f"Left out, as consent has ended: {', '.join(ended)}.")
    if unfit:
        told = ", ".join(unfit)
        lines.append(f"Left out, as {form.name} has no rows for them (--form form has): {told}.")
    return Answer({"written": names} | ({"left_out": list(unfit)} if unfit else {}), lines)
