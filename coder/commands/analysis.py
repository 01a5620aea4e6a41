"""Task analysis: take presence in, settle it, show it, compare it, write it out."""

from collections.abc import Iterator, Sequence
from typing import Any

from coder import people, task_analysis
from coder.commands import Answer, Args, coder_acting, opened, sessions_named
from coder.errors import CoderError
from coder.export import analysis as written
from coder.export.prevalence import SIGNS
from coder.leaving import leave
from coder.session import parse_clock
from coder.study import Study, Viewer
from coder.tables import presences
from coder.task_analysis import GROUPS, Analysis, Entered
from coder.task_analysis.gathering import gathered, scheme_of_repair


def import_(args: Args) -> Answer:
    """Take in a table of presence: components by sessions or experts."""
    with opened(args, write=True) as (study, who):
        coder_acting(study, who, args.rater)
        scheme = study.scheme(args.scheme)
        told = presences.read(args.table, scheme)
        rater = study.rater_or_new(args.rater)
        names = [each.session for each in told]
        sessions = task_analysis.sessions_named(study, names, make=args.make)
        known = {each.id for each in study.sessions()}
        made = [each.address for each in sessions if each.id not in known]
        entered = [Entered(s, each.found) for s, each in zip(sessions, told, strict=True)]
        new, altered = task_analysis.take_in(study, rater, scheme, entered)
    data = {
        "rater": rater.name,
        "scheme": scheme.id,
        "sessions": [each.address for each in sessions],
        "made": made,
        "entered": new,
        "altered": altered,
    }
    lines = [
        f"Entered {new} presences for {rater.name} in {len(sessions)} sessions; {altered} altered."
    ]
    lines += [f"  made session {each}" for each in made]
    return Answer(data, lines)


def settle(args: Args) -> Answer:
    """Enter whether a component is in a session or an episode, or take it back."""
    with opened(args, write=True) as (study, who):
        coder_acting(study, who, args.rater)
        session, rater = study.session(args.session), study.rater(args.rater)
        scheme = study.scheme(args.scheme)
        marker = scheme.marker(args.component)
        found = None if args.clear else presences.found_of(args.found or "")
        if found is None and not args.clear:
            raise CoderError("analysis_found_or_clear")
        done = task_analysis.settle(
            study,
            session,
            rater,
            scheme,
            component=marker.id,
            found=found,
            number=args.episode_number,
        )
    data = {
        "session": session.address,
        "episode": args.episode_number,
        "rater": rater.name,
        "component": marker.id,
        "found": None if found is None else found.value,
        "changed": done,
    }
    said = "taken back" if found is None else found.value
    where = "" if args.episode_number is None else f" #{args.episode_number}"
    return Answer(data, [f"{marker.label} in {session.address}{where}: {said}."])


def show(args: Args) -> Answer:
    """Show components by episode, session or participant."""
    with opened(args, write=False) as (study, who):
        found, ended = _analysis(study, who, args)
    data = {**task_analysis.about(found), "left_out": list(ended)}
    data["components"] = task_analysis.listed(found)["components"]
    return Answer(data, [*_head(found, ended), *_grid(found)])


def compare(args: Args) -> Answer:
    """Set repaired and unrepaired side by side, with order and latency."""
    with opened(args, write=False) as (study, who):
        found, ended = _analysis(study, who, args)
    lines = [*_head(found, ended), *_side_by_side(found), "", *_to_repair(found), ""]
    lines += [f"{name}: {text}" for name, text in found.definitions.items()]
    return Answer({**task_analysis.to_json(found), "left_out": list(ended)}, lines)


def report(args: Args) -> Answer:
    """Write the form “task-analysis”."""
    with opened(args, write=False) as (study, who):
        found, ended = _analysis(study, who, args)
        what = f"export {written.FORM}"
        paths = leave(study, who, what, lambda: written.write(found, args.out))
    names = [str(path) for path in paths]
    rest = [_REST] if args.out.suffix.casefold() == ".csv" else []
    lines = [*(f"Wrote {name}" for name in names), *rest, *_left_out(ended)]
    return Answer({"written": names, "not_in_csv": rest}, lines)


_REST = (
    "A csv holds the components alone, with when each first comes. Latencies, what is followed "
    "within the window, the comparison and the definitions are in the xlsx, docx and json."
)


def _analysis(study: Study, who: Viewer, args: Args) -> tuple[Analysis, tuple[str, ...]]:
    """Analyse what may be used, and name the sessions left out as consent has ended."""
    scheme = scheme_of_repair(study, args.scheme)
    rater = None if args.rater is None else study.rater(args.rater)
    sessions = sessions_named(study, args.session)
    coded = gathered(study, who, scheme, rater=rater, sessions=sessions)
    coded, ended = people.usable(study, coded, named=bool(args.session))
    window = task_analysis.WINDOW_S if args.window is None else parse_clock(args.window) / 1000
    # Where nobody opened an episode it is sessions that can be looked at.
    episodes = args.episode or any(each.episodes for each in coded)
    found = task_analysis.analyse(
        coded,
        scheme,
        by=args.by or ("episode" if episodes else "session"),
        parts=args.parts,
        window_s=window,
        only=args.episode,
    )
    return found, ended


def _left_out(ended: Sequence[str]) -> list[str]:
    return [f"Left out, as consent has ended: {', '.join(ended)}."] if ended else []


def _head(found: Analysis, ended: Sequence[str]) -> Iterator[str]:
    yield f"{found.scheme.title} ({found.scheme.id} {found.scheme.version})"
    yield f"Coded by {', '.join(found.raters)}; by {found.by}: {written.groups_told(found)}."
    yield from _left_out(ended)
    if found.loose:
        yield f"Marks of no episode, left out: {found.loose}."
    if not found.columns:
        yield "There are no episodes: look at sessions with --by session."


def _grid(found: Analysis) -> Iterator[str]:
    if not found.columns:
        return
    yield ""
    head = ["", *(column.label for column in found.columns)]
    outcomes = ["Outcome", *(GROUPS[column.outcome].lower() for column in found.columns)]
    rows = [
        [row.label, *(written.sign(column.cells[at]) for column in found.columns)]
        for at, row in enumerate(found.rows)
    ]
    yield from _aligned([head, outcomes, *rows])
    yield ""
    signs = ", ".join(f"{sign} {name.value.replace('-', ' ')}" for name, sign in SIGNS.items())
    yield f"{signs}; in brackets the marks, where nothing was entered."


def _side_by_side(found: Analysis) -> Iterator[str]:
    yield ""
    head = ["", *(f"{GROUPS[name]} (n = {n})" for name, n in found.groups.items()), ""]
    labels = {marker.id: marker.label for marker in found.rows}
    rows = [
        [labels[each.component], *map(written.counts_told, each.groups.values()), each.remark]
        for each in found.compared
    ]
    yield from _aligned([head, *rows])
    yield "Present / not present / not analysed / not observable."


def _to_repair(found: Analysis) -> Iterator[str]:
    head = ["", "first to any", "to a statement", "last to any", f"within {found.window_s:g} s"]
    rows = []
    for column, timed in zip(found.columns, found.timed, strict=False):
        spans = timed.to_repair
        followed = timed.followed
        told = [spans["first", "any"], spans["first", "statement"], spans["last", "any"]]
        share = f"{followed.n} of {followed.timed}{written.untimed_told(followed)}"
        rows.append([column.label, *map(written.span_told, told), share])
    if rows:
        yield "From the rupture marks to repair:"
        yield from _aligned([head, *rows])


def _aligned(rows: Sequence[Sequence[Any]]) -> Iterator[str]:
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()
