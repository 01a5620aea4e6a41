"""The schemes that ship, a lab's own scheme files, and the schemes of a study."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from coder import export, markers, schemes
from coder.coding import Coding
from coder.commands import Answer, Args, opened, scheme_shown, sessions_named
from coder.errors import CoderError
from coder.markers import Scheme
from coder.markers.codebook import Taken
from coder.markers.differing import told as how_told
from coder.study import Study
from coder.tables import codebooks


def list_(_args: Args) -> Answer:
    """List the schemes that ship."""
    shipped = [markers.load(each) for each in markers.available()]
    data = [
        {"id": s.id, "version": s.version, "title": s.title, "markers": len(s.markers)}
        for s in shipped
    ]
    lines = [f"{s.id:<26} {s.version:<4} {s.title}: {markers.holding(s)}" for s in shipped]
    return Answer({"schemes": data}, lines)


def show(args: Args) -> Answer:
    """Show a scheme: its markers under their headings, its ratings, and its note."""
    return scheme_shown.shown(markers.load(args.id))


def check(args: Args) -> Answer:
    """Check a scheme file."""
    taken = _read(args)
    scheme = taken.scheme
    told = f"{args.file} is a valid scheme: {scheme.id}, {markers.holding(scheme)}."
    data = {"id": scheme.id, "version": scheme.version, "ok": True, "left_out": [*taken.left]}
    data["told"] = [*taken.told]
    return Answer(data, [told, *_left(taken)])


def _read(args: Args, shipped: Collection[str] = ()) -> Taken:
    """Read the scheme of a file, or one of those that ship, by its id."""
    given = {"id": args.id, "title": args.title, "version": args.as_version}
    given = {name: each for name, each in given.items() if each}
    if str(args.file) in shipped:
        scheme = markers.load(str(args.file))
        taken = Taken(markers.checked({**scheme.content, **given}, scheme.id))
    else:
        taken = codebooks.scheme_in(args.file, given, args.sheet)
    schemes.check(taken.scheme)
    return taken


def _left(taken: Taken) -> list[str]:
    left = [f"Left out: {', '.join(taken.left)}."] if taken.left else []
    return [*left, *taken.told]


def import_(args: Args) -> Answer:
    """Add a scheme that ships, a lab's own, or a new version of one, to a study."""
    taken = _read(args, markers.available())
    scheme = taken.scheme
    with opened(args, write=True) as (study, who):
        added = schemes.take_in(study, scheme, who)
        touched = schemes.touched(study, scheme) if added else []
        staying = schemes.under_others(study, scheme) if added else 0
        later = schemes.later(study, scheme) if added else ()
    named = f"{scheme.id} {scheme.version}, {markers.holding(scheme)}"
    lines = [f"Added {named}." if added else f"The study has {named}, just so: nothing was added."]
    lines += [*_left(taken), *_touches(touched)]
    if staying:
        lines.append(f"Codings stay under their version until “scheme move … {scheme.id}”.")
    if later:
        before = ", ".join(later)
        lines.append(
            f"{scheme.version} is now the newest, though the study has {before}: "
            "the version taken in last counts, whatever its number."
        )
    data = {
        "id": scheme.id,
        "version": scheme.version,
        "added": added,
        "left_out": [*taken.left],
        "told": [*taken.told],
        "touched": [_told(each) for each in touched],
    }
    return Answer(data, lines)


def _told(each: schemes.Touched) -> dict[str, Any]:
    return {
        "session": each.session,
        "rater": each.rater,
        "state": each.state.value,
        "what": each.what,
        "how": [*each.how],
        "count": each.count,
    }


def _touches(touched: list[schemes.Touched]) -> list[str]:
    return [
        f"  {each.session}, {each.rater} ({each.state.value}): "
        f"{each.label} ×{each.count}, {', '.join(map(how_told, each.how))}"
        for each in touched
    ]


def export_(args: Args) -> Answer:
    """Write a scheme of a study, or one that ships, as yaml, json, xlsx or csv."""
    if args.study is None:
        scheme = markers.load(args.id)
    else:
        with opened(args, write=False) as (study, _):
            scheme = study.scheme(args.id, args.as_version)
    write(scheme, args)
    written = {"written": [str(args.file)], "id": scheme.id, "version": scheme.version}
    return Answer(written, [f"Wrote {args.file}: {scheme.id} {scheme.version}."])


def write(scheme: Scheme, args: Args) -> None:
    """Write a scheme's file, beside and then in its place."""
    export.put(lambda: codebooks.written(scheme, args.file), args.file)


def versions(args: Args) -> Answer:
    """List the schemes of a study, their versions, and how many codings are under each."""
    with opened(args, write=False) as (study, who):
        held = schemes.held(study, who)
    rows = [
        {
            "id": each.scheme.id,
            "version": each.scheme.version,
            "title": each.scheme.title,
            "markers": len(each.scheme.markers),
            "codings": each.codings,
            "in_progress": each.in_progress,
        }
        for each in held
    ]
    newest = {each.scheme.id: each.scheme.version for each in held}
    several = Counter(each.scheme.id for each in held)
    lines = [
        f"{each.scheme.id:<24} {each.scheme.version:<6} {each.codings:>3} codings, "
        f"{each.in_progress} in progress"
        + (", newest" if several[name] > 1 and newest[name] == each.scheme.version else "")
        for each in held
        for name in (each.scheme.id,)
    ]
    return Answer({"schemes": rows}, lines or ["The study has no scheme yet."])


def remove(args: Args) -> Answer:
    """Take a scheme out of a study, where no coding is under it."""
    with opened(args, write=True) as (study, who):
        count = schemes.take_out(study, args.id, who)
    versions_ = f"{count} version{'' if count == 1 else 's'}"
    return Answer({"id": args.id, "removed": count}, [f"Took out {args.id}: {versions_}."])


def move(args: Args) -> Answer:
    """Move codings that were never submitted to the newest version of their scheme."""
    instead = dict(map(_pair, args.instead))
    with opened(args, write=True) as (study, who):
        chosen = _codings(study, args)
        moved = schemes.move(study, args.id, who, codings=chosen, instead=instead)
    new = moved.scheme
    lines = [f"Moved to {new.id} {new.version}: {moved.codings} codings."]
    if moved.stayed:
        lines.append(f"Submitted, so left under their version: {moved.stayed}.")
    data = {"id": new.id, "version": new.version, "moved": moved.codings, "stayed": moved.stayed}
    return Answer(data, lines)


def _pair(given: str) -> tuple[str, str]:
    old, sign, new = (each.strip() for each in given.partition("="))
    if not (old and sign and new):
        raise CoderError("scheme_instead", given=given)
    return old, new


def _codings(study: Study, args: Args) -> list[Coding]:
    """The codings of the sessions and coders named; of all where none is."""
    sessions = sessions_named(study, args.session)
    raters = {study.rater(name).id for name in args.rater}
    places = None if sessions is None else {session.id for session in sessions}
    return [
        coding
        for coding in study.codings(None)
        if (places is None or coding.session_id in places)
        and (not raters or coding.rater_id in raters)
    ]
