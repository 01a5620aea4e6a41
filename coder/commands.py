"""The commands: each takes its parsed arguments and returns an Answer; none knows Qt."""

import argparse
import dataclasses
import getpass
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coder import __version__, agreement, checks, export, imports, markers, tables, transcripts
from coder.coding import Change, CodedSession, Coding, Episode, Mark, State, submit
from coder.errors import CoderError, PassphraseNeeded
from coder.session import Role, Session, Turn, format_clock, parse_clock
from coder.settings import load as load_settings
from coder.store import backup as backups
from coder import sample as sample_study
from coder.study import Study, Viewer
from coder.words import say


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command found: ``data`` for --json, ``lines`` for people, and its exit status."""

    data: Mapping[str, Any]
    lines: Sequence[str] = field(default=())
    status: int = 0


Args = argparse.Namespace


def passphrase(args: Args, *, confirm: bool = False) -> str:
    """Read the passphrase from --passphrase-file or a prompt. Raises CoderError."""
    if args.passphrase_file:
        try:
            return args.passphrase_file.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as fault:
            raise CoderError("passphrase_file", path=args.passphrase_file) from fault
    if not sys.stdin.isatty():
        raise PassphraseNeeded("passphrase_needed", path=getattr(args, "study", ""))
    given = getpass.getpass("Passphrase: ")
    if confirm and given != getpass.getpass("The same again: "):
        raise CoderError("passphrase_differs")
    return given


def opened(args: Args, *, write: bool) -> Study:
    """Open the study a command is about, asking for the passphrase only if it needs one."""
    try:
        given = passphrase(args) if args.passphrase_file else None
        return Study.open(args.study, given, write=write)
    except PassphraseNeeded:
        return Study.open(args.study, passphrase(args), write=write)


def viewer(study: Study, args: Args) -> Viewer:
    """Who acts: --as NAME, by default the lead."""
    named: str | None = args.as_name
    return None if named is None or named.casefold() == "lead" else study.rater(named).id


def new(args: Args) -> Answer:
    """Make a study."""
    path: Path = args.study
    if path.suffix != ".rupture":
        raise CoderError("study_suffix", path=path)
    given = passphrase(args, confirm=True) if args.encrypt else None
    schemes = args.scheme or ["samstag-2003", "laraway-2015"]
    Study.create(path, schemes, given).close()
    lines = [f"Made {path} with {', '.join(schemes)}."]
    if args.encrypt:
        lines.append("The study file is encrypted. Recordings are not covered: protect the disk.")
    else:
        lines.append("The study file is not encrypted.")
    return Answer({"study": str(path), "schemes": schemes, "encrypted": args.encrypt}, lines)


# Schemes


def scheme_list(_args: Args) -> Answer:
    """List the schemes that ship."""
    schemes = [markers.load(each) for each in markers.available()]
    data = [
        {"id": s.id, "version": s.version, "title": s.title, "markers": len(s.markers)}
        for s in schemes
    ]
    lines = [f"{s.id:<24} {s.version:<6} {len(s.markers):>3} markers  {s.title}" for s in schemes]
    return Answer({"schemes": data}, lines)


def scheme_show(args: Args) -> Answer:
    """Show a scheme's markers."""
    scheme = markers.load(args.id)
    keys = ("id", "label", "column", "family", "certainty", "rolls_up_to", "key")
    rows = [{key: getattr(marker, key) for key in keys} for marker in scheme.markers]
    lines = [f"{scheme.title} ({scheme.id} {scheme.version}). {scheme.source}"]
    for marker in scheme.markers:
        lines.append(
            f"  {marker.key:<3} {marker.column:<8} {marker.label}"
            f"  [{marker.family or 'no default family'}, {marker.certainty}]"
        )
    return Answer({"id": scheme.id, "version": scheme.version, "markers": rows}, lines)


def scheme_check(args: Args) -> Answer:
    """Check a scheme file."""
    try:
        text = args.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise CoderError("file_unreadable", path=args.file) from fault
    scheme = markers.read(text, str(args.file))
    told = f"{args.file} is a valid scheme: {scheme.id}, {len(scheme.markers)} markers."
    return Answer({"id": scheme.id, "version": scheme.version, "ok": True}, [told])


# Transcripts


def _options(args: Args) -> transcripts.Options:
    gap = None if args.merge_gap is None else parse_clock(args.merge_gap)
    return transcripts.Options(
        format=args.format, encoding=args.encoding, merge_gap_ms=gap, roles=_roles(args.role)
    )


def _roles(given: Sequence[str]) -> dict[str, Role]:
    roles = {}
    for each in given:
        label, sign, role = each.rpartition("=")
        if not sign or role not in {known.value for known in Role}:
            raise CoderError("bad_role", role=each)
        roles[label] = Role(role)
    return roles


def inspect(args: Args) -> Answer:
    """Show what an import would make of a transcript; write nothing."""
    reading = transcripts.inspect(args.transcript, _options(args))
    data = transcripts.to_json(reading)
    return Answer(data, _reading_lines(data))


def _reading_lines(data: Mapping[str, Any]) -> list[str]:
    first, last = data["first_ms"], data["last_ms"]
    span = "no times" if first is None else f"{format_clock(first)} to {format_clock(last)}"
    lines = [
        f"{data['format']}, {data['encoding']}: {data['turns']} turns, {span}, "
        f"{data['untimed']} without a time of their own",
        *(f"  {label or '(no label)'}: {count} turns, taken for {data['roles'].get(label, 'other')}"
          for label, count in data["speakers"].items()),
        f"  {len(data['notes'])} notes, {len(data['anchors'])} time anchors, "
        f"{len(data['reported'])} places not taken over",
    ]  # fmt: skip
    return lines + [f"  note: {warning}" for warning in data["warnings"]]


def import_(args: Args) -> Answer:
    """Import a transcript, and its recording, as a session."""
    request = imports.Request(
        participant=args.participant,
        number=args.session,
        media=args.media,
        clock_start_ms=parse_clock(args.clock_start),
        from_recording=args.times == "recording",
        options=_options(args),
        new_version=args.new_version,
    )
    with opened(args, write=True) as study:
        session, reading = imports.import_session(study, args.transcript, request)
    data = transcripts.to_json(reading) | {"session": session.address}
    return Answer(data, [f"Imported {session.address}.", *_reading_lines(data)])


def sessions(args: Args) -> Answer:
    """List the sessions and how far each coding is."""
    with opened(args, write=False) as study:
        who = viewer(study, args)
        people = {rater.id: rater.name for rater in study.raters()}
        rows = []
        for session in study.sessions():
            recordings = study.recordings(session.id)
            rows.append(
                {
                    "session": session.address,
                    "participant": session.participant,
                    "number": session.number,
                    "turns": len(study.turns(session.id)),
                    "duration_ms": recordings[0].duration_ms if recordings else None,
                    "codings": [
                        {
                            "rater": people[coding.rater_id],
                            "scheme": coding.scheme,
                            "state": coding.state.value,
                            "marks": len(study.marks(coding.id)),
                        }
                        for coding in study.codings(who, session.id)
                    ],
                }
            )
    lines = []
    for row in rows:
        long = "" if row["duration_ms"] is None else f", {format_clock(row['duration_ms'])}"
        lines.append(f"{row['session']}: {row['turns']} turns{long}")
        for each in row["codings"]:
            told = f"{each['rater']}, {each['scheme']}: {each['marks']} marks, {each['state']}"
            lines.append(f"  {told}")
    return Answer({"sessions": rows}, lines or ["No sessions yet."])


def transcript(args: Args) -> Answer:
    """Print a session's turns."""
    with opened(args, write=False) as study:
        turns = study.turns(study.session(args.session).id)
    return Answer({"turns": [_turn(turn) for turn in turns]}, [_turn_line(turn) for turn in turns])


def _turn(turn: Turn) -> dict[str, Any]:
    keys = ("id", "n", "line", "label", "role", "start_ms", "end_ms", "times", "text")
    plain = {key: getattr(turn, key) for key in keys}
    return plain | {"role": turn.role.value, "times": turn.times.value}


def _turn_line(turn: Turn) -> str:
    when = "" if turn.start_ms is None else format_clock(turn.start_ms)
    return f"{turn.n:>5} {when:>8} {turn.label}: {turn.text}"


def search(args: Args) -> Answer:
    """Search turns and marks over the whole study."""
    with opened(args, write=False) as study:
        hits = list(study.search(args.text, viewer(study, args)))
    rows = [
        {
            "session": hit.session.address,
            "turn": None if hit.turn is None else hit.turn.n,
            "rater": None if hit.rater is None else hit.rater.name,
            "start_ms": hit.start_ms,
            "text": hit.text,
        }
        for hit in hits
    ]
    lines = []
    for row in rows:
        where = f"turn {row['turn']}" if row["turn"] else f"mark by {row['rater']}"
        lines.append(f"{row['session']}, {where}: {row['text']}")
    return Answer({"hits": rows}, lines or ["Nothing found."])


def correct(args: Args) -> Answer:
    """Put right what was wrong at import."""
    done = []
    with opened(args, write=True) as study:
        session = study.session(args.session)
        if args.role:
            imports.set_roles(study, session, _roles(args.role))
            done.append("roles")
        if args.clock_start is not None:
            imports.set_clock_start(study, session, parse_clock(args.clock_start))
            done.append("clock start")
        if args.media is not None:
            for kept in study.recordings(session.id):
                imports.relink(study, kept, args.media)
            done.append("recording")
    if not done:
        raise CoderError("nothing_to_correct")
    return Answer({"corrected": done}, [f"Put right in {args.session}: {', '.join(done)}."])


def delete(args: Args) -> Answer:
    """Delete a session, after a question."""
    with opened(args, write=True) as study:
        session = study.session(args.session)
        if not args.yes:
            count = len(study.codings(None, session.id))
            question = f"Delete {session.address} with {count} codings? Type its name to do so: "
            if not sys.stdin.isatty() or input(question).strip() != session.address:
                raise CoderError("not_deleted", session=session.address)
        imports.delete_session(study, session)
    return Answer({"deleted": args.session}, [f"Deleted {args.session}. Undo brings it back."])


# Codings


def code(args: Args) -> Answer:
    """Take in a coding made elsewhere."""
    with opened(args, write=True) as study:
        session = study.session(args.session)
        scheme = study.scheme(args.scheme)
        rater = study.add_rater(args.rater)
        coding = study.begin_coding(session, rater, scheme)
        if coding.state == State.SUBMITTED:
            raise CoderError("coding_submitted")
        table = tables.read(
            args.file,
            coding=coding,
            scheme=scheme,
            turns=study.turns(session.id),
            episodes=study.episodes(coding.id),
            span_ms=_span(study, session),
        )
        study.apply(_taken_in(study, coding, table))
        marks = len(study.marks(coding.id))
    data = {"session": args.session, "rater": rater.name, "added": len(table.marks), "marks": marks}
    return Answer(data, [f"Added {len(table.marks)} marks for {rater.name}; now {marks}."])


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
    with opened(args, write=False) as study:
        coded = _coded(study, args)
    rows = [_mark(each, mark) for each in coded for mark in _in_time(each)]
    episodes = [_episode(each, episode) for each in coded for episode in each.episodes]
    lines = []
    for row in rows:
        when = "" if row["start_ms"] is None else format_clock(row["start_ms"])
        what = row["marker"] or row["family"] or ""
        lines.append(f"{row['session']} {row['rater']} {when:>8} {row['kind']}: {what}")
    return Answer({"marks": rows, "episodes": episodes}, lines or ["No marks."])


def _coded(study: Study, args: Args) -> list[CodedSession]:
    named = [args.session] if isinstance(args.session, str) else args.session or []
    rater = getattr(args, "rater", None)
    return study.coded(
        viewer(study, args),
        sessions=[study.session(each) for each in named] or None,
        raters=None if rater is None else [study.rater(rater)],
        scheme=getattr(args, "scheme", None),
    )


def _in_time(coded: CodedSession) -> list[Mark]:
    """The marks of a coding by moment, those without one last."""
    order = {turn.id: turn.n for turn in coded.turns}

    def when(mark: Mark) -> tuple[bool, int, int]:
        anchor = mark.anchor
        if anchor is None:
            return True, 0, 0
        n = order.get(anchor.turns[0], 0) if anchor.turns else 0
        return anchor.start_ms is None, anchor.start_ms or 0, n

    return sorted(coded.marks, key=when)


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
        "turns": [] if anchor is None else [order[each] for each in anchor.turns],
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
    with opened(args, write=True) as study:
        session, rater = study.session(args.session), study.rater(args.rater)
        mine = [c for c in study.codings(rater.id, session.id) if c.rater_id == rater.id]
        if args.scheme is not None:
            mine = [coding for coding in mine if coding.scheme == args.scheme]
        if not mine:
            raise CoderError("no_coding", session=session.address, rater=rater.name)
        for coding in mine:
            study.apply(submit(coding), "final")
    return Answer(
        {"session": session.address, "rater": rater.name, "state": "submitted"},
        [f"Submitted {rater.name}’s coding of {session.address}; it is locked."],
    )


def agree(args: Args) -> Answer:
    """Compute agreement between raters."""
    with opened(args, write=False) as study:
        names = args.raters
        coded = study.coded(
            viewer(study, args),
            sessions=[study.session(each) for each in args.session] or None,
            raters=None if names is None else [study.rater(name) for name in names],
            scheme=args.scheme,
        )
        study_blind = study.blind and viewer(study, args) is not None
    if study_blind:
        raise CoderError("still_blind")
    coded, submitted = as_submitted(coded)
    levels = ("marker", "row", "family", "any") if args.level is None else (args.level,)
    found = agreement.agreement(
        coded,
        unit=args.unit,
        levels=levels,
        tolerance_ms=round(args.tolerance * 1000),
        backchannels=load_settings().backchannels,
    )
    data = agreement.to_json(found)
    data["settings"]["codings"] = "submitted" if submitted else "in progress, not yet submitted"
    return Answer(data, agreement_lines(data))


def as_submitted(coded: Sequence[CodedSession]) -> tuple[list[CodedSession], bool]:
    """Keep the submitted codings; where no two of a session are, all of them, and say so."""
    done = [each for each in coded if each.coding.state == State.SUBMITTED]
    sessions_done = [each.session.id for each in done]
    if any(sessions_done.count(session) > 1 for session in sessions_done):
        return done, True
    return list(coded), False


def agreement_lines(data: Mapping[str, Any]) -> list[str]:
    """Lay agreement out for reading: every number with its unit and counts."""
    lines = [
        f"Unit: {data['unit']} (n = {data['n_units']}); coders {', '.join(data['raters'])}; "
        f"codings {data['settings']['codings']}"
    ]
    for row in data["results"]:
        name = f"{row['level']:<7} {row['code'] or 'all':<36} {row['statistic']:<20}"
        way = f" {row['direction']}" if row["direction"] else ""
        if row["estimate"] is None:
            lines.append(f"{name} —{way} (n = {row['n']}; {row['reason']})")
        else:
            low = "" if row["low"] is None else f" [{row['low']:.2f}, {row['high']:.2f}]"
            lines.append(f"{name} {row['estimate']:.3f}{low}{way} (n = {row['n']})")
    return lines


def export_(args: Args) -> Answer:
    """Write a form or a table."""
    with opened(args, write=False) as study:
        coded = [] if args.form == "blank" else _coded(study, args)
        if not coded and args.form != "blank":
            raise CoderError("nothing_to_export", form=args.form)
        written = export.write(args.form, coded, args.out)
        study.note(f"export {args.form}", viewer(study, args))
    names = [str(path) for path in written]
    return Answer({"written": names}, [f"Wrote {name}" for name in names])


# The file


def check(args: Args) -> Answer:
    """Check a study; exit status 2 when something is wrong."""
    with opened(args, write=False) as study:
        found = [say(each) for each in checks.problems(study)]
        head = study.entries()[-1:]
    seal = f"Log: {head[0].seq} entries, head {head[0].chain[:16]}." if head else "Log: empty."
    data: dict[str, Any] = {"ok": not found, "problems": found}
    if head:
        data |= {"log_entries": head[0].seq, "log_head": head[0].chain}
    return Answer(data, [*(found or ["The study is whole."]), seal], 2 if found else 0)


def backup(args: Args) -> Answer:
    """Write a verified backup."""
    given = passphrase(args) if args.passphrase_file else None
    try:
        study = Study.open(args.study, given, write=False)
    except PassphraseNeeded:
        given = passphrase(args)
        study = Study.open(args.study, given, write=False)
    with study:
        to = args.to or study.backup_name()
        study.back_up(to, given)
    return Answer({"written": [str(to)]}, [f"Wrote and verified {to}"])


def sample(args: Args) -> Answer:
    """Make the sample study, and write its forms and its agreement."""
    folder: Path = args.folder or Path("rupture-coder-sample")
    path = sample_study.make(folder / sample_study.NAME)
    with Study.open(path, write=False) as study:
        coded, submitted = as_submitted(study.coded(None))
    out = folder / "results"
    out.mkdir(exist_ok=True)
    written = [path]
    for name, file in (
        ("laraway-2015", "coding-forms.docx"),
        ("laraway-2015", "coding-forms.xlsx"),
        ("marks", "marks.csv"),
    ):
        written += export.write(name, coded, out / file)
    found = agreement.to_json(
        agreement.agreement(coded, unit="turn", backchannels=load_settings().backchannels)
    )
    found["settings"]["codings"] = "submitted" if submitted else "in progress"
    report = out / "agreement.txt"
    report.write_text("\n".join(agreement_lines(found)) + "\n", encoding="utf-8")
    names = [str(each.resolve()) for each in [*written, report]]
    lines = ["There is no window; the sample study was made and coded, and its forms written:"]
    return Answer({"written": names}, [*lines, *(f"  {name}" for name in names)])


def restore(args: Args) -> Answer:
    """Put a backup in a study's place."""
    given = passphrase(args) if args.passphrase_file else None
    try:
        aside = backups.restore(args.backup, args.study, given)
    except PassphraseNeeded:
        aside = backups.restore(args.backup, args.study, passphrase(args))
    lines = [f"Restored {args.study}."]
    if aside is not None:
        lines.append(f"The study that was there is kept as {aside}.")
    data = {"restored": str(args.study), "kept": None if aside is None else str(aside)}
    return Answer(data, lines)


def version(_args: Args) -> Answer:
    """Say which version this is."""
    return Answer({"version": __version__}, [f"rupture-coder {__version__}"])
