"""Take codings in, list them, lock them, compare them, write them out."""

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from coder import agreement, export, markers, tables
from coder.agreement import LEVELS, Agreement, Level
from coder.coding import (
    RUPTURE_KINDS,
    Change,
    CodedSession,
    Coding,
    Episode,
    Item,
    Mark,
    Rater,
    State,
    in_time,
    merge,
    submit,
)
from coder.commands import Answer, Args, opened
from coder.errors import CoderError
from coder.session import Session, Turn, format_clock, parse_clock
from coder.settings import load as load_settings
from coder.study import Study, Viewer


def code(args: Args) -> Answer:
    """Take in a coding made elsewhere."""
    with opened(args, write=True) as (study, _):
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
            span_ms=_span(study, session),
        )
        turns = study.turns(session.id)
        cautions = _cautions(table.marks, study.marks(coding.id), turns)
        # Only now that the whole table is good, so that a refused one leaves nothing behind.
        _begin(study, rater, coding)
        study.apply(_taken_in(study, coding, table))
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


def _begin(study: Study, rater: Rater, coding: Coding) -> None:
    """Add the rater and the coding, where they are new."""
    added: list[Item] = [] if rater in study.raters() else [rater]
    if coding not in study.codings(rater.id, coding.session_id):
        added.append(coding)
    if added:
        study.apply(Change("begin a coding", added=tuple(added), by=rater.id), "final")


def _taken_in(study: Study, coding: Coding, table: tables.Table) -> Change:
    """Add a table's marks to a coding; episodes it already has are replaced by the table's."""
    old = {episode.id: episode for episode in study.episodes(coding.id)}
    altered = [episode for episode in table.episodes if episode != old.get(episode.id)]
    removed: list[Coding | Episode] = [old[e.id] for e in altered if e.id in old]
    added: list[Coding | Episode | Mark] = [*altered, *table.marks]
    if table.with_sound != coding.with_sound:
        removed.append(coding)
        added.append(dataclasses.replace(coding, with_sound=table.with_sound))
    return Change("take in a coding", tuple(removed), tuple(added), coding.rater_id)


def _span(study: Study, session: Session) -> tuple[int, int] | None:
    """What the recordings cover on the session clock; None without one."""
    kept = study.recordings(session.id)
    if not kept:
        return None
    ends = [each.offset_ms + each.duration_ms for each in kept]
    return min(each.offset_ms for each in kept), max(ends)


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
    return Answer({"marks": rows, "episodes": episodes}, lines or ["No marks."])


def _coded(study: Study, who: Viewer, args: Args) -> list[CodedSession]:
    named = [args.session] if isinstance(args.session, str) else args.session or []
    rater = getattr(args, "rater", None)
    scheme = getattr(args, "scheme", None)
    if scheme is not None:
        study.scheme(scheme)
    return study.coded(
        who,
        sessions=_sessions(study, named),
        raters=None if rater is None else [study.rater(rater)],
        scheme=scheme,
    )


def _sessions(study: Study, named: Sequence[str]) -> list[Session] | None:
    """The sessions named, each once; None where none is: all of them."""
    found = {session.id: session for session in map(study.session, named)}
    return list(found.values()) or None


def _mark(coded: CodedSession, mark: Mark) -> dict[str, Any]:
    order = {turn.id: turn.n for turn in coded.turns}
    numbers = {episode.id: episode.number for episode in coded.episodes}
    anchor = mark.anchor
    episodes = [numbers[each] for each in mark.episodes if each in numbers]
    column = coded.scheme.marker(mark.marker).column if mark.marker else None
    return {
        "id": mark.id,
        "session": coded.session.address,
        "rater": coded.rater.name,
        "kind": mark.kind.value,
        "marker": mark.marker,
        "column": column,
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
    with opened(args, write=True) as (study, _):
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


def agree(args: Args) -> Answer:
    """Compute agreement between raters."""
    tolerance_ms = _tolerance(args.tolerance)
    with opened(args, write=False) as (study, who):
        if who is not None and study.blind:
            raise CoderError("still_blind")
        if args.scheme is not None:
            study.scheme(args.scheme)
        names = args.raters
        coded = study.coded(
            who,
            sessions=_sessions(study, args.session),
            raters=None if names is None else [study.rater(name) for name in names],
            scheme=args.scheme,
        )
    coded, submitted = as_submitted(coded)
    levels: Sequence[Level] = LEVELS if args.level is None else (args.level,)
    found = agreement.agreement(
        coded,
        unit=args.unit,
        levels=levels,
        tolerance_ms=tolerance_ms,
        backchannels=load_settings().backchannels,
    )
    data = with_state(found, submitted=submitted)
    return Answer(data, agreement_lines(data, labels_of(coded)))


def _tolerance(text: str) -> int:
    """Read --tolerance as ms. Raises CoderError."""
    try:
        return parse_clock(text)
    except CoderError as fault:
        raise CoderError("not_a_tolerance", text=text) from fault


def with_state(found: Agreement, *, submitted: bool) -> dict[str, Any]:
    """Agreement for --json, saying whether the codings behind it are locked."""
    data: dict[str, Any] = dict(agreement.to_json(found))
    data["settings"]["codings"] = "submitted" if submitted else "in progress, not yet submitted"
    return data


def as_submitted(coded: Sequence[CodedSession]) -> tuple[list[CodedSession], bool]:
    """Keep the submitted codings; where no two of a session are, all of them, and say so."""
    done = [each for each in coded if each.coding.state == State.SUBMITTED]
    sessions_done = [each.session.id for each in done]
    if any(sessions_done.count(session) > 1 for session in sessions_done):
        return done, True
    return list(coded), False


def agreement_lines(data: Mapping[str, Any], labels: Mapping[str, str]) -> list[str]:
    """Lay agreement out for reading: a line a code, each number with its counts.

    ``labels`` names the codes. What no coder used is listed once.
    """
    settings = data["settings"]
    left = [f"{n} {why.replace('_', ' ')}" for why, n in settings["left_out"].items()]
    lines = [
        f"Unit: {settings['unit']} (n = {data['n_units']}).",
        f"Coders: {', '.join(data['raters'])}; codings {settings['codings']}.",
        f"Left out: {', '.join(left) or 'none'}.",
        "Numbers are proportions from 0 to 1, in brackets the 95 % interval.",
    ]
    pairs = list(dict.fromkeys(tuple(row["raters"] or data["raters"]) for row in data["results"]))
    for pair in pairs:
        rows = [r for r in data["results"] if tuple(r["raters"] or data["raters"]) == pair]
        lines += ["", f"{pair[0]} and {pair[1]}"]
        for level in ("any", "family", "row", "marker"):
            lines += _level_lines([row for row in rows if row["level"] == level], pair, labels)
    return lines


def _level_lines(
    rows: Sequence[Mapping[str, Any]], pair: Sequence[str], labels: Mapping[str, str]
) -> list[str]:
    codes: dict[str | None, list[Mapping[str, Any]]] = {}
    for row in rows:
        codes.setdefault(row["code"], []).append(row)
    lines, unused = ([f" {rows[0]['level']}"] if rows else []), []
    for code, numbers in codes.items():
        name = "all together"
        if code is not None:
            name = labels.get(f"{rows[0]['level']} {code}", labels.get(code, code))
        counts = numbers[0]["counts"]
        if code is not None and not any(n for key, n in counts.items() if key != "neither"):
            unused.append(name)
            continue
        told = ", ".join(_number(row) for row in numbers)
        words = {"only_first": f"only {pair[0]}", "only_second": f"only {pair[1]}"}
        seen = ", ".join(f"{words.get(key, key)} {n}" for key, n in counts.items())
        lines.append(f"  {name}: {told} ({seen})")
    if unused:
        lines.append(f"  used by neither: {', '.join(unused)}")
    return lines


def _number(row: Mapping[str, Any]) -> str:
    name = row["statistic"].replace("_", " ")
    way = f" {row['direction']}" if row["direction"] else ""
    if row["estimate"] is None:
        return f"{name}{way} not estimable ({row['reason'].rstrip('.')})"
    low = "" if row["low"] is None else f" [{row['low']:.2f}, {row['high']:.2f}]"
    return f"{name}{way} {row['estimate']:.3f}{low}"


def labels_of(coded: Sequence[CodedSession]) -> dict[str, str]:
    """The label of every code, also of the rows the schemes roll up to."""
    labels = {m.id: m.label for each in coded for m in each.scheme.markers}
    rows = markers.load(agreement.ROW_SCHEME).markers
    return labels | {f"row {m.id}": m.label for m in rows}


def export_(args: Args) -> Answer:
    """Write a form or a table."""
    with opened(args, write=False) as (study, who):
        coded = _coded(study, who, args)
        if not coded and args.form in export.FORMS and args.form != "blank":
            raise CoderError("nothing_to_export", form=args.form)
        written = export.write(args.form, coded, args.out)
        try:
            study.note(f"export {args.form}", who)
        except CoderError:
            # Nothing leaves a study without standing in its log.
            for path in written:
                path.unlink(missing_ok=True)
            raise
    names = [str(path) for path in written]
    return Answer({"written": names}, [f"Wrote {name}" for name in names])
