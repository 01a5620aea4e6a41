"""Bring sessions in, look at them, put them right."""

import dataclasses
import sys
from collections.abc import Mapping
from typing import Any

from coder import imports, transcripts
from coder.clock import set_clock_start
from coder.commands import Answer, Args, asked_at_a_terminal, opened
from coder.commands.reading import reading_options, roles_of
from coder.errors import CoderError
from coder.session import Purpose, TimeSource, Turn, format_clock, parse_clock
from coder.study import search as search_in

_LISTED, _SHOWN = 10, 60  # places not taken over, and characters of each
_PREVIEW = 20  # turns that an inspection shows


def inspect(args: Args) -> Answer:
    """Show what an import would make of a transcript; write nothing."""
    if args.formats:
        return _formats()
    if args.transcript is None:
        raise CoderError("no_transcript_named")
    reading = transcripts.inspect(args.transcript, reading_options(args))
    data = transcripts.to_json(reading)
    lines = _reading_lines(data)
    lines += [_preview_line(turn) for turn in reading.turns[:_PREVIEW]]
    if args.candidates:
        found = transcripts.candidates(reading)
        data["candidates"] = [dataclasses.asdict(each) for each in found]
        lines += [f"  {each.kind}: {each.text} ({each.count})" for each in found]
    return Answer(data, lines)


def _preview_line(turn: Turn) -> str:
    when = "" if turn.start_ms is None else format_clock(turn.start_ms)
    return f"  line {turn.line:<5} {when:>8} {turn.label}: {turn.text[:_SHOWN]}"


def _formats() -> Answer:
    """List the formats that can be read."""
    data = {"formats": [{"name": each.name, "title": each.title} for each in transcripts.FORMATS]}
    return Answer(data, [f"{each.name:<26} {each.title}" for each in transcripts.FORMATS])


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
    for name, unit in (("parts", "session"), ("tiers", "tier")):
        lines += [f"  {unit} {each}: {count} turns" for each, count in data.get(name, {}).items()]
    lines += [f"  {what} from column {title}" for what, title in data.get("columns", {}).items()]
    lines += [
        f"  put “{each['put']}” {each['count']} times in the place of names"
        for each in data.get("replaced", ())
    ]
    lines += [f"  note: {warning}" for warning in data["warnings"]]
    for each in data["reported"][:_LISTED]:
        text = each["text"].replace("\n", " ")[:_SHOWN]
        lines.append(f"  not taken over, line {each['line']} ({each['why']}): {text}".rstrip(": "))
    return lines


def import_(args: Args) -> Answer:
    """Import a transcript, and its recording, as a session."""
    request = imports.Request(
        participant=args.participant,
        number=args.session,
        media=args.media,
        clock_start_ms=parse_clock(args.clock_start),
        from_recording=None if args.times is None else args.times == "recording",
        options=reading_options(args),
        new_version=args.new_version,
        times_from=args.times_from,
        purpose=Purpose(args.purpose),
        keep_names=args.keep_names,
    )
    with opened(args, write=True) as (study, who):
        session, reading = imports.import_session(study, args.transcript, request, who)
    data = transcripts.to_json(reading) | {"session": session.address}
    return Answer(data, [f"Imported {session.address}.", *_reading_lines(data)])


def transcript(args: Args) -> Answer:
    """Print a session's turns."""
    with opened(args, write=False) as (study, _):
        turns = study.turns(study.session(args.session).id)
    return Answer({"turns": [_turn(turn) for turn in turns]}, [_turn_line(turn) for turn in turns])


def _turn(turn: Turn) -> dict[str, Any]:
    keys = ("id", "n", "line", "label", "role", "start_ms", "end_ms", "times", "text")
    plain = {key: getattr(turn, key) for key in keys}
    return plain | {"role": turn.role.value, "times": turn.times.value}


def _turn_line(turn: Turn) -> str:
    guessed = "~" if turn.times in {TimeSource.INTERPOLATED, TimeSource.ESTIMATED} else ""
    when = "" if turn.start_ms is None else guessed + format_clock(turn.start_ms)
    return f"{turn.n:>5} {when:>9} {turn.label}: {turn.text}"


def search(args: Args) -> Answer:
    """Search turns and marks over the whole study."""
    if not args.text.strip():
        raise CoderError("nothing_to_search")
    with opened(args, write=False) as (study, who):
        hits = list(search_in(study, args.text, who))
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
    roles = roles_of(args.role)
    start_ms = None if args.clock_start is None else parse_clock(args.clock_start)
    asked = {
        "recording": args.media,
        "clock start": args.clock_start,
        "roles": args.role or None,
        "purpose": args.purpose,
    }
    done = [name for name, given in asked.items() if given is not None]
    if not done:
        raise CoderError("nothing_to_correct")
    with opened(args, write=True) as (study, who):
        session = study.session(args.session)
        recordings = study.recordings(session.id)
        # What can be refused comes first: all of it is put right, or nothing.
        imports.speakers_named(study, session, roles)
        if args.purpose is not None:
            imports.demand_purpose(study, session, Purpose(args.purpose))
        if args.clock_start is not None and args.media is None and not recordings:
            raise CoderError("no_recording", session=session.address)
        if args.media is not None and not recordings:
            imports.add_recording(study, session, args.media, start_ms or 0, who)
            start_ms = None
        for kept in recordings if args.media is not None else ():
            imports.relink(study, kept, args.media, who)
        if start_ms is not None:
            set_clock_start(study, session, start_ms, who)
        imports.set_roles(study, session, roles, who)
        if args.purpose is not None:
            imports.set_purpose(study, study.session(args.session), Purpose(args.purpose), who)
    return Answer({"corrected": done}, [f"Put right in {session.address}: {', '.join(done)}."])


def delete(args: Args) -> Answer:
    """Delete a session, after a question."""
    with opened(args, write=True) as (study, who):
        if who is not None:
            raise CoderError("only_the_lead")
        session = study.session(args.session)
        if not args.yes:
            count = len(study.codings(None, session.id))
            question = f"Delete {session.address} with {count} codings? Type its name to do so: "
            if not asked_at_a_terminal() or _answer(question) != session.address:
                raise CoderError("not_deleted", session=session.address)
        imports.delete_session(study, session, who)
    lines = [f"Deleted {session.address}. Undo brings it back."]
    return Answer({"deleted": session.address}, lines)


def _answer(question: str) -> str:
    """Ask beside standard output, which is for the answer of the command alone."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip()
