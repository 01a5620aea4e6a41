"""Enter, import and show what was answered about sessions; a copy of the study without it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from coder import measures
from coder.alliance import psq, srs
from coder.commands import (
    Answer,
    Args,
    opened,
    passphrase,
    sessions_named,
    trajectories,
    unlocked,
)
from coder.errors import CoderError, Notice
from coder.export import measures_tables
from coder.leaving import leave
from coder.measures import Thresholds, listing
from coder.measures import thresholds as setting
from coder.measures.listing import Listing
from coder.session import Instrument, Measure, Session
from coder.study import Study, Viewer
from coder.words import say


def define(args: Args) -> Answer:
    """Define an instrument; without an id, list those there are."""
    with opened(args, write=args.instrument is not None) as (study, who):
        if args.instrument is not None:
            if args.low is None or args.high is None:
                raise CoderError("instrument_range", instrument=args.instrument)
            made = Instrument(
                args.instrument,
                args.title or args.instrument,
                args.low,
                args.high,
                not args.low_is_good,
                args.by,
                tuple(args.item),
            )
            before = measures.define(study, made, who)
        known = measures.instruments(study)
    listed = [_instrument(each) for each in known]
    lines = [_spelt(each) for each in known]
    data: dict[str, Any] = {"instruments": listed}
    if args.instrument is not None:
        done = "defined" if before is None else "there already" if before == made else "redefined"
        data |= {"instrument": made.id, "done": done}
        was = "" if before is None or before == made else f"; it was {_spelt(before)}"
        lines.append(f"{made.id}: {done}{was}.")
    return Answer(data, lines)


def enter(args: Args) -> Answer:
    """Enter, alter or delete what was answered about a session."""
    with opened(args, write=True) as (study, who):
        if args.delete:
            session = study.session(args.session)
            measures.delete(study, session, args.instrument, who)
            data = {"session": session.address, "instrument": args.instrument, "deleted": True}
            return Answer(data, [f"Deleted {args.instrument} of {session.address}."])
        given = pairs_of(args.answer)
        made = measures.enter(study, args.session, args.instrument, given, who)
        session = next(each for each in study.sessions() if each.id == made.session_id)
        finer = measures.finer_than_kept(measures.instrument(study, made.instrument), given)
        data = {"session": session.address, **_measure(study, made), "to_a_tenth": finer}
    return Answer(data, [f"Entered {made.instrument} of {session.address}.", *_tenths(finer)])


def import_(args: Args) -> Answer:
    """Take in a table of measures."""
    with opened(args, write=True) as (study, who):
        taken = measures.take_in(
            study,
            args.table,
            columns=pairs_of(args.column),
            missing=args.missing,
            replace=args.replace,
            by=who,
        )
    data = {name: getattr(taken, name) for name in taken.__slots__}
    lines = [
        f"Added {taken.added} measures, altered {taken.altered}; {taken.same} were there already.",
        f"New sessions: {taken.sessions}. Columns taken: {', '.join(taken.columns)}.",
    ]
    if taken.passed_over:
        lines.append(f"Not taken over: {', '.join(taken.passed_over)}.")
    lines += _tenths(taken.to_a_tenth)
    return Answer(data, lines)


def show(args: Args) -> Answer:
    """List measures, and what the SRS and the PSQ say of each session."""
    with opened(args, write=False) as (study, who):
        refuse_hidden(study, who)
        asked = thresholds_of(study, args)
        at, cut = asked.of_srs, asked.of_psq
        sessions = sessions_named(study, args.session) or study.sessions()
        wanted = {session.id: session for session in sessions}
        given, out = measures.usable(study, who)
        left_out = [each.address for each in out if each.id in wanted]
        listed = [
            {"session": wanted[each.session_id].address, **_measure(study, each)}
            for each in given
            if each.session_id in wanted
        ]
        pairs = [
            each
            for readings in measures.srs_readings(study, who, at).values()
            for each in readings
            if each[0].id in wanted
        ]
        answered = {
            whose: {
                session: reading
                for session, reading in measures.psq_readings(study, who, cut, of).items()
                if session.id in wanted
            }
            for whose, of in _PSQS.items()
        }
        written = put_out(
            study, who, args, lambda: listing.scores(study, who, asked, sessions=wanted)
        )
    data = {
        "unit": "session",
        "n": len(sessions),
        "measures": listed,
        "srs": [_srs(*each) for each in pairs],
        "kept_to": {measures.SRS: 0.1},
        **{
            name: [_psq(*each) for each in answered[whose].items()]
            for name, whose in (("psq", "patient"), ("psq_therapist", "therapist"))
        },
        "left_out": left_out,
        "thresholds": setting.plain(asked),
        "written": written,
    }
    of_psq = [line for each in answered.items() for line in _psq_lines(*each, cut)]
    lines = [*_srs_lines(pairs, at), *of_psq] or ["No measures."]
    if listed:
        lines += setting.told(asked)
    if left_out:
        lines.append(say(Notice("measures_left_out", {"sessions": ", ".join(left_out)})))
    return Answer(data, [*lines, *wrote(written)])


def thresholds(args: Args) -> Answer:
    """Show the thresholds with where each is from, and set them for everybody if any is given."""
    named = {each.name: getattr(args, each.name) for each in setting.SETTINGS}
    sets = args.defaults or any(value is not None for value in named.values())
    with opened(args, write=sets) as (study, who):
        if sets:
            before = setting.DEFAULTS if args.defaults else setting.kept(study)
            setting.keep(study, setting.adjusted(before, named), who)
        kept = setting.kept(study)
    rows = [
        {
            "name": each.name,
            "value": setting.value(kept, each),
            "default": setting.value(setting.DEFAULTS, each),
            "source": each.source,
            "what": each.label,
        }
        for each in setting.SETTINGS
    ]
    lines = [
        f"{row['what']}: {row['value']:g} (default {row['default']:g}, {row['source']})"
        for row in rows
    ]
    return Answer({"thresholds": rows}, lines)


def copy(args: Args) -> Answer:
    """Write a copy of the study that holds no answer."""
    study, given = unlocked(args, write=False)
    with study:
        if (args.as_name or "lead").strip().casefold() != "lead":
            raise CoderError("measures_of_lead")
        fresh = None
        if args.new_passphrase_file is not None:
            told = type(args)(**{**vars(args), "passphrase_file": args.new_passphrase_file})
            fresh = passphrase(told)
        count = len(study.measures(None))
        what = f"write a copy without measures as {args.to.name}"
        (to,) = leave(
            study, None, what, lambda: [study.copy_without_measures(args.to, given, fresh)]
        )
    lines = [
        f"Wrote {to} without the {count} measures that the study holds.",
        "Its sessions are all there, also those of which only answers were known, and the log "
        "still says when something was answered; not what.",
    ]
    if study.encrypted and fresh is None:
        lines.append(
            "It opens with the study’s own passphrase: whoever is told it can open the study too."
        )
    return Answer({"written": [str(to)], "left_out": count}, lines)


def refuse_hidden(study: Study, who: Viewer) -> None:
    """Raise CoderError for a coder while the study is blind: they are to know no score."""
    if who is not None and study.blind:
        raise CoderError("measures_hidden")


def thresholds_of(study: Study, args: Args) -> Thresholds:
    """The study's thresholds, with those that were asked for in their place. Raises CoderError."""
    given = {each.name: getattr(args, each.name) for each in setting.SETTINGS}
    return setting.adjusted(setting.kept(study), given)


def put_out(study: Study, who: Viewer, args: Args, of: Callable[[], Listing]) -> list[str]:
    """Write a table where --out says, and note it in the log; nothing without."""
    if args.out is None:
        return []
    made = of()
    what = f"export {made.name} of measures as {args.out.name}"
    paths = leave(study, who, what, lambda: measures_tables.write(made, args.out))
    return [str(path) for path in paths]


def wrote(written: Iterable[str]) -> list[str]:
    """What was written, in words."""
    return [f"Wrote {path}." for path in written]


def pairs_of(given: Iterable[str]) -> dict[str, str]:
    """Split each NAME=VALUE. Raises CoderError, for a name that comes twice too."""
    found: dict[str, str] = {}
    for name, value in map(pair, given):
        if name in found:
            raise CoderError("answer_twice", name=name)
        found[name] = value
    return found


def pair(text: str) -> tuple[str, str]:
    """Split NAME=VALUE. Raises CoderError."""
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise CoderError("no_pair", given=text)
    return name.strip().casefold(), value


def plain(of: Any) -> dict[str, Any]:
    """A flat dataclass as JSON."""
    return {name: getattr(of, name) for name in of.__slots__}


def _spelt(of: Instrument) -> str:
    """An instrument in words."""
    better = "higher" if of.higher_is_better else "lower"
    items = f"; items {', '.join(of.items)}" if of.items else ""
    span = f"{of.low:g} to {of.high:g} ({better} is better)"
    return f"{of.id}: {of.title}, {span}, by the {of.by}{items}"


def _instrument(of: Instrument) -> dict[str, Any]:
    return plain(of) | {"items": list(of.items)}


def _measure(study: Study, made: Measure) -> dict[str, Any]:
    of = measures.instrument(study, made.instrument)
    answers = {each.item: each.text or each.value for each in made.answers}
    whole = measures.scored(of).what
    score = measures.score(of, made, whole) if whole not in of.items else None
    return {"instrument": of.id, "answers": answers, "score": score}


def _srs(session: Session, of: srs.Reading) -> dict[str, Any]:
    norms = {
        item: plain(flag) | {"reason_told": trajectories.told(flag.reason)}
        for item, flag in (of.norms or {}).items()
    }
    told = {name: value for name, value in plain(of).items() if name not in {"thresholds", "marks"}}
    return {
        "session": session.address,
        **told,
        "reason_told": trajectories.told(of.reason),
        "undecided_told": trajectories.told(of.undecided),
        "norms": norms,
        "marks": dict(of.marks),
    }


_PSQS = {"patient": measures.PSQ_PATIENT, "therapist": measures.PSQ_THERAPIST}


def _tenths(finer: int) -> list[str]:
    """Say how many answers were rounded, where any was."""
    told = f"Rounded to a tenth, as the SRS is kept (halves up): {finer} of the answers."
    return [told] if finer else []


def _psq(session: Session, of: psq.Reading) -> dict[str, Any]:
    told = {name: value for name, value in plain(of).items() if name != "thresholds"}
    return {
        "session": session.address,
        **told,
        "reasons": dict(of.reasons),
        "told": {name: trajectories.told(key) for name, key in of.reasons.items()},
    }


def _srs_lines(pairs: Sequence[tuple[Session, srs.Reading]], at: srs.Thresholds) -> Iterable[str]:
    if pairs:
        sign = "≤" if at.inclusive else "<"
        concern = f"total {sign} {at.total:g} or a line {sign} {at.item:g}"
        yield f"SRS, kept to a tenth (concern: {concern}):"
    for session, of in pairs:
        whole = "no total" if of.total is None else f"{of.total:g} ({of.band})"
        moved = None if of.changes is None else of.changes.get(srs.TOTAL)
        below = [item for item, flag in (of.norms or {}).items() if flag.below]
        parts = [
            whole,
            *([f"change {moved:+g}"] if moved is not None else []),
            *([f"concern: {', '.join(of.concerns)}"] if of.concerns else []),
            *(["concern: cannot be told, lines were not given"] if of.undecided else []),
            *([f"stands out: {', '.join(of.stands_out)}"] if of.stands_out else []),
            *([f"below the norm: {', '.join(below)}"] if below else []),
            *(["all full marks: perhaps what is wished for"] if of.ceiling else []),
        ]
        yield f"  {session.address}: {'; '.join(parts)}"


def _psq_lines(
    whose: str, answered: dict[Session, psq.Reading], at: psq.Thresholds
) -> Iterable[str]:
    if answered:
        yield f"PSQ of the {whose} (selected: b1a or b2a ≥ {at.selects:g}):"
    for session, of in answered.items():
        if of.selected is None:
            reason = of.reasons["selected"]
            yield f"  {session.address}: {say(Notice(reason))}"
        elif not of.selected:
            yield f"  {session.address}: not selected"
        else:
            parts = [
                f"selected ({', '.join(of.why)})",
                "intensity not known" if of.intensity is None else f"intensity {of.intensity:g}",
                *([str(of.resolution)] if of.resolution else []),
                *(["unaddressed"] if of.unaddressed else []),
            ]
            yield f"  {session.address}: {'; '.join(parts)}"
