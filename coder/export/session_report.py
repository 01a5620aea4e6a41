"""The report of a session: who coded it, what the timeline shows, marks, episodes and counts.

The patient's words are left out unless they are asked for: the text of a statement of
understanding and what marks stand on.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from coder.coding import CodedSession, Episode, Family, Kind, Mark, Outcome, State, in_time
from coder.export import indices, layout, paper_docx, paper_html, scores, session_lanes
from coder.export.paper import Grid, Heading, Paper, Part, Text, counted, listed
from coder.session import Session, format_clock

TITLE = "Session report"
_DASH = "\u2013"
_NUMBERS = frozenset({1, 2})
_WHOLE = "about the session"
_EVENTS = frozenset(Kind) - {Kind.PRECIPITANT, Kind.SESSION}


def write_docx(codings: Sequence[CodedSession], _path: Path, *, quotes: bool = False) -> bytes:
    """Write the report for Word."""
    return paper_docx.write(report(codings, quotes=quotes))


def write_html(codings: Sequence[CodedSession], _path: Path, *, quotes: bool = False) -> bytes:
    """Write the report as a web page."""
    return paper_html.write(report(codings, quotes=quotes))


def report(codings: Sequence[CodedSession], *, quotes: bool) -> Paper:
    """Lay the report out: the sessions in their order, and in each a section for each coding."""
    parts: list[Part] = []
    sessions = groupby(codings, key=lambda coded: coded.session)
    for n, (session, made) in enumerate(sessions):
        mine = list(made)
        parts.append(Heading(f"Session {session.address}", new_page=n > 0))
        parts += _session(session, mine)
        for coded in mine:
            parts.append(Heading(_whose(coded), level=3))
            parts += _coding(coded, quotes=quotes)
    return Paper(TITLE, tuple(parts))


def _whose(coded: CodedSession) -> str:
    return f"{coded.rater.name}: {coded.scheme.title}"


def _session(session: Session, codings: Sequence[CodedSession]) -> Iterator[Part]:
    yield Text(f"{session.participant}; session {session.number}.", "Participant:")
    raters = tuple(dict.fromkeys(coded.rater.name for coded in codings))
    yield Text(f"{listed(raters)}.", "Coded by:")
    phases = (("measure", session.measure_ms), ("feedback", session.feedback_ms))
    told = [f"{name} from {format_clock(at)}" for name, at in phases if at is not None]
    if told:
        yield Text(f"{', '.join(told)}.", "Phases:")


def _coding(coded: CodedSession, *, quotes: bool) -> Iterator[Part]:
    sound = "with sound" if coded.coding.with_sound else "without sound"
    told = (
        f"{coded.coding.scheme} {coded.coding.scheme_version}; {coded.coding.state.value}; {sound}."
    )
    yield Text(told, "Scheme:")
    yield Text(_covered(coded), "Covered:")
    drawn = session_lanes.drawing(coded)
    yield drawn or Text("Nothing has a time, so there is no timeline to draw.")
    if drawn:
        yield Text(drawn.said, small=True)
    yield _counts(coded)
    yield Text(_soon(coded))
    if coded.episodes:
        yield _episodes(coded)
    yield _marks(coded, quotes=quotes)
    rated = [
        (" ".join(filter(None, (scale.label, of and f"({of})"))), str(value))
        for scale, of, value in scores.rated(coded)
        if value is not None
    ]
    if rated:
        yield Grid(("Rating", "Given"), tuple(rated), (10, 3), frozenset({1}), "Ratings")


def _covered(coded: CodedSession) -> str:
    span, minutes = indices.covered_span(coded), indices.covered_minutes(coded)
    if span is None or minutes is None:
        return "not known, as nothing has a time; rates are left out."
    whence = "of the recording" if coded.span_ms else "from the first turn to the last"
    told = f"{format_clock(span[0])} to {format_clock(span[1])}, {minutes:.1f} minutes {whence}."
    if coded.coding.state == State.SUBMITTED:
        return told
    return f"{told} The coding is not finished: counts and rates may still change."


def _counts(coded: CodedSession) -> Grid:
    """Counts by family and by marker, and how often in ten minutes covered.

    What is about the session as a whole is no event, and has no rate.
    """
    minutes = indices.covered_minutes(coded)
    ruptures = indices.ruptures(coded)

    def line(label: str, count: int) -> tuple[str, ...]:
        rate = indices.rate(count, minutes)
        return label, str(count), _DASH if rate is None else f"{rate:.2f}"

    families = [
        line(f"{family.value.capitalize()}, or both", indices.of_family(ruptures, family))
        for family in (Family.WITHDRAWAL, Family.CONFRONTATION)
    ]
    unsure = sum(mark.family in {None, Family.UNSURE} for mark in ruptures)
    if unsure:
        families.append(line("Unsure, or none given", unsure))
    names, whole = _named(coded, _EVENTS), _named(coded, {Kind.SESSION})
    rows = [
        ("By family",),
        line("Any rupture", len(ruptures)),
        *families,
        line("Evidence of repair", len(indices.repairs(coded))),
        ("By marker",),
        *(line(name, count) for name, count in names.items()),
        *([(_WHOLE.capitalize(),)] if whole else []),
        *((name, str(count), _DASH) for name, count in whole.items()),
    ]
    head = ("What", "Marks", "Per 10 minutes covered")
    return Grid(head, tuple(rows), (9, 2, 4), _NUMBERS, "Counts and rates")


def _named(coded: CodedSession, kinds: Collection[Kind]) -> dict[str, int]:
    """How many marks of some kinds have each name."""
    return dict(Counter(session_lanes.name_of(coded, m) for m in coded.marks if m.kind in kinds))


def _soon(coded: CodedSession) -> str:
    first = indices.first_place(coded, indices.ruptures(coded))
    if first is None:
        return "No rupture mark has a time."
    latency = indices.repair_latency(coded)
    told = f"The first rupture mark {_place(first)}."
    if latency.ms is None:
        return f"{told} The latency to repair cannot be told: {latency.reason}."
    return f"{told} The first evidence of repair follows {_length(latency.ms)} later."


def _place(at: indices.Place) -> str:
    if isinstance(at, int):
        return f"begins at {format_clock(at)}"
    return f"is in the segment {format_clock(at[0])}{_DASH}{format_clock(at[1])}"


def _length(ms: int) -> str:
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"


def _episodes(coded: CodedSession) -> Grid:
    rows = tuple(
        (
            str(each.number),
            _precipitant(coded, each),
            str(each.intensity or _DASH),
            _outcome(each.outcome_before),
            _outcome(each.outcome_after),
        )
        for each in sorted(coded.episodes, key=lambda each: each.number)
    )
    head = ("Form", "Precipitant", "Intensity", "Before feedback", "After feedback")
    return Grid(head, rows, (1.5, 6.7, 2.2, 3, 3), frozenset({0, 2}), "Episodes")


def _precipitant(coded: CodedSession, episode: Episode) -> str:
    """The precipitant and where it is; a place may have a text of its own."""
    places = [
        mark
        for mark in in_time(coded.marks, coded.turns)
        if mark.kind == Kind.PRECIPITANT and episode.id in mark.episodes
    ]
    times = ", ".join(layout.time_point(mark.anchor, coded.turns) for mark in places)
    texts = dict.fromkeys(filter(None, (episode.precipitant, *(mark.text for mark in places))))
    told = "; ".join(texts) or _DASH
    return f"{told} ({times})" if times else told


def _outcome(outcome: Outcome | None) -> str:
    return _DASH if outcome is None else layout.OUTCOMES[outcome]


def _marks(coded: CodedSession, *, quotes: bool) -> Grid:
    numbers = {episode.id: str(episode.number) for episode in coded.episodes}
    rows = []
    for mark in in_time(coded.marks, coded.turns):
        forms = ", ".join(numbers[each] for each in mark.episodes if each in numbers)
        words = (_words(mark),) if quotes else ()
        rows.append(
            (
                layout.time_point(mark.anchor, coded.turns),
                _name(coded, mark),
                _family(mark),
                "" if mark.clarity is None else str(mark.clarity),
                forms,
                *words,
                mark.note.strip(),
            )
        )
    head = ("Time", "What", "Family", "Clarity", "Form", *(("Words",) if quotes else ()), "Note")
    widths = (2.4, 4.6, 3.2, 2.0, 1.6, *((4.4,) if quotes else ()), 3.6)
    told = f"{counted(len(rows), 'mark')} in time order; clarity: 1 weak, 2 clear, 3 strong"
    return Grid(head, tuple(rows), widths, frozenset({3, 4}), told)


def _family(mark: Mark) -> str:
    if mark.kind == Kind.SESSION:
        return _WHOLE
    return "" if mark.family is None else mark.family.value


def _name(coded: CodedSession, mark: Mark) -> str:
    """Its name, the coder's own text beside it, and whose act it is unless the patient's."""
    name = session_lanes.name_of(coded, mark)
    own = mark.text if mark.kind != Kind.STATEMENT and mark.text != name else ""
    who = f" [{mark.person}]" if mark.person != "patient" else ""
    return f"{name}: {own}{who}" if own else f"{name}{who}"


def _words(mark: Mark) -> str:
    quote = "" if mark.anchor is None else mark.anchor.quote
    return quote or (mark.text if mark.kind == Kind.STATEMENT else "")
