"""The analysis file of sessions: a row for each session and coder, ready for R and SPSS.

Every column is told in a codebook beside it. A count of a marker that the coding's scheme does
not have is empty, not 0: it was not looked for.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from coder import markers
from coder.coding import CodedSession, Family, Kind, Mark, Outcome
from coder.errors import CoderError
from coder.export import indices
from coder.export.choices import Choices
from coder.export.columns import Column, apart, names, variable
from coder.export.workbook import Cell
from coder.markers import Scale, Scheme, asked
from coder.markers.levels import Code, Level, code_of, codes, levels_of

Row = dict[str, Cell]

COVERED = (
    "minutes covered by the coding: of the recording or, without one, from the first turn to the "
    "last (what was in fact played is not on record; while state is in progress or reopened the "
    "coding is not finished, and counts and rates may still change)"
)
_UNTIMED = "nothing has a time"
_NO_MOMENT = "there is none with a time, or it may be the tick of a segment, which has no moment"
_KINDS = {
    Kind.MARKER: ("markers", "rupture markers"),
    Kind.FLAG: ("flags", "flags: ruptures seen, not named"),
    Kind.PRECIPITANT: ("precipitants", "places of precipitants"),
    Kind.STATEMENT: ("statements", "statements of understanding"),
    Kind.SHIFT: ("shifts", "affective shifts"),
    Kind.COMPONENT: ("components", "components of repair"),
    Kind.PROCESS: ("processes", "processes, neither rupture nor repair"),
    Kind.SESSION: ("session_marks", "what was said of the session as a whole"),
}
_OUTCOMES = {
    Outcome.REPAIRED: "repaired",
    Outcome.PARTLY: "partly repaired",
    Outcome.NOT: "not repaired",
    Outcome.CANNOT_TELL: "of which the coder cannot tell",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A column, and how its cell is made of a coding."""

    column: Column
    cell: Callable[[CodedSession], Cell]


def columns(codings: Sequence[CodedSession], choices: Choices) -> list[Column]:
    """The columns for these codings: those that the schemes have in common, then wide ones."""
    return apart(each.column for each in _wanted(codings, choices))


def made(codings: Sequence[CodedSession], choices: Choices) -> tuple[list[Column], list[Row]]:
    """The columns and the rows, in the order of the codings."""
    wanted = _wanted(codings, choices)
    told = apart(each.column for each in wanted)
    named = list(zip(names(told), wanted, strict=True))
    return told, [{name: each.cell(coded) for name, each in named} for coded in codings]


def _wanted(codings: Sequence[CodedSession], choices: Choices) -> list[Made]:
    return [
        *_identity(choices),
        *_extent(),
        *_counts(),
        *_families(choices),
        *_times(),
        *_outcomes(),
        *_codes(codings, choices),
        *_ratings(codings),
    ]


def _identity(choices: Choices) -> Iterator[Made]:
    def therapist(coded: CodedSession) -> Cell:
        known = coded.session.therapist_id
        return None if known is None else choices.therapists.get(known)

    yield Made(Column("session", "the session: participant/number"), lambda c: c.session.address)
    told = Column("participant", "the participant's pseudonym")
    yield Made(told, lambda c: c.session.participant)
    yield Made(Column("number", "the session's number"), lambda c: c.session.number)
    told = Column("therapist", "the therapist's pseudonym", empty="not recorded")
    yield Made(told, therapist)
    yield Made(Column("rater", "who coded"), lambda c: c.rater.name)
    yield Made(Column("scheme", "the scheme coded with"), lambda c: c.coding.scheme)
    yield Made(Column("version", "its version"), lambda c: c.coding.scheme_version)
    told = Column("purpose", "what the session is coded for", "", "study, training, calibration")
    yield Made(told, lambda c: c.session.purpose.value)
    told = Column("state", "where the coding stands", "", "in progress, submitted, reopened")
    yield Made(told, lambda c: c.coding.state.value)
    told = Column("with_sound", "whether the coder heard the recording", "", "yes, no")
    yield Made(told, lambda c: "yes" if c.coding.with_sound else "no")


def _extent() -> Iterator[Made]:
    def ends(coded: CodedSession) -> list[int]:
        times = ((turn.start_ms, turn.end_ms) for turn in coded.turns)
        return [ms for pair in times for ms in pair if ms is not None]

    yield Made(Column("turns", "turns of the transcript", "count"), lambda c: len(c.turns))
    told = Column("first_ms", "when the first turn begins", "ms", empty=_UNTIMED)
    yield Made(told, lambda c: min(ends(c), default=None))
    told = Column("last_ms", "when the last turn ends", "ms", empty=_UNTIMED)
    yield Made(told, lambda c: max(ends(c), default=None))
    told = Column("covered_minutes", COVERED, "minutes", empty=_UNTIMED)
    yield Made(told, lambda c: _rounded(indices.covered_minutes(c)))


def _counts() -> Iterator[Made]:
    yield Made(Column("episodes", "episodes: coding forms", "count"), lambda c: len(c.episodes))
    yield Made(Column("marks", "marks of every kind", "count"), lambda c: len(c.marks))
    for kind, (name, meaning) in _KINDS.items():
        yield Made(
            Column(name, meaning, "count"),
            lambda c, kind=kind: sum(m.kind == kind for m in c.marks),  # type: ignore[misc] # mypy infers no default
        )


def _families(choices: Choices) -> Iterator[Made]:
    def ruptures(coded: CodedSession) -> int:
        return len(indices.ruptures(coded))

    yield _counted("ruptures", "rupture markers and flags", ruptures)
    yield _rated("ruptures", "rupture markers and flags", ruptures)
    yield _rated("repair", "evidence of repair", lambda c: len(indices.repairs(c)))
    for person in ("patient", "therapist"):
        meaning = f"rupture markers and flags of the {person}"
        yield _counted(f"ruptures_{person}", meaning, _of_person(person))
    if choices.levels and "family" not in choices.levels:
        return
    for family in Family:
        meaning = f"rupture markers and flags of family {family}, and no other"
        yield _counted(family.value, meaning, _of_one(family))
    for family in (Family.WITHDRAWAL, Family.CONFRONTATION):
        meaning = f"rupture markers and flags of family {family} or both"
        yield _counted(f"any_{family}", meaning, _of_any(family))
        yield _rated(f"any_{family}", meaning, _of_any(family))


def _counted(name: str, meaning: str, count: Callable[[CodedSession], int]) -> Made:
    return Made(Column(name, meaning, "count"), count)


def _rated(name: str, meaning: str, count: Callable[[CodedSession], int]) -> Made:
    told = f"{meaning}, in ten minutes covered"
    column = Column(variable("rate", name), told, "per 10 minutes covered", empty=_UNTIMED)
    return Made(column, lambda c: _rounded(indices.rate(count(c), indices.covered_minutes(c))))


def _of_person(person: str) -> Callable[[CodedSession], int]:
    return lambda c: sum(mark.person == person for mark in indices.ruptures(c))


def _of_one(family: Family) -> Callable[[CodedSession], int]:
    return lambda c: sum(mark.family == family for mark in indices.ruptures(c))


def _of_any(family: Family) -> Callable[[CodedSession], int]:
    return lambda c: indices.of_family(indices.ruptures(c), family)


def _times() -> Iterator[Made]:
    def at(
        which: Callable[[CodedSession], list[Mark]],
        place: Callable[[CodedSession, list[Mark]], indices.Place | None],
    ) -> Callable[..., Cell]:
        return lambda coded: indices.moment(place(coded, which(coded)))

    told = (
        (
            "first_marker_ms",
            "when the first rupture mark begins",
            at(indices.ruptures, indices.first_place),
        ),
        (
            "last_marker_ms",
            "when the last rupture mark begins",
            at(indices.ruptures, indices.last_place),
        ),
        (
            "first_repair_ms",
            "when the first evidence of repair begins",
            at(indices.repairs, indices.first_place),
        ),
    )
    for name, meaning, cell in told:
        yield Made(Column(name, meaning, "ms", empty=_NO_MOMENT), cell)
    meaning = "from the first rupture mark to the first evidence of repair not before it"
    empty = "there is none, or some of the marks have no time or are ticks of a segment"
    column = Column("repair_latency_ms", meaning, "ms", empty=empty)
    yield Made(column, lambda c: indices.repair_latency(c).ms)


def _outcomes() -> Iterator[Made]:
    for when in ("before", "after"):
        for outcome, meaning in _OUTCOMES.items():
            column = Column(
                variable(outcome.value, when),
                f"episodes {meaning} {when} the feedback",
                "count",
            )
            yield Made(column, _ended(outcome, when))


def _ended(outcome: Outcome, when: str) -> Callable[[CodedSession], int]:
    return lambda c: sum(getattr(each, f"outcome_{when}") == outcome for each in c.episodes)


# Wide columns: one for each code of a level, and for each rating

_WIDE: tuple[tuple[Level, str, str], ...] = (
    ("marker", "m", "marks of {}"),
    ("category", "cat", "marks of the category, or of a part of it: {}"),
    ("row", "row", "marks counted in the row {}"),
)


def _codes(codings: Sequence[CodedSession], choices: Choices) -> Iterator[Made]:
    """A column for each code of each level, under all schemes; a category only where one has parts.

    Then one for each thing that can be said of a session as a whole.
    """
    schemes = {(coded.scheme.id, coded.scheme.version): coded.scheme for coded in codings}
    for level, prefix, meaning in _WIDE:
        wanted = not choices.levels or level in choices.levels
        if not wanted or level not in levels_of(list(schemes.values())):
            continue
        count = _counting(level, choices.rows)
        found: dict[str, dict[str, None]] = {}
        for scheme in schemes.values():
            of = choices.rows if level == "row" else scheme.id
            for code in codes_of(scheme, level, choices.rows):
                found.setdefault(code.id, {})[f"{code.label} ({of})"] = None
        for name, labels in found.items():
            column = Column(
                variable(prefix, name),
                meaning.format("; ".join(labels)),
                "count",
                empty="the coding’s scheme has no such code",
            )
            yield Made(column, _of_code(name, count))
    for marker in markers.session_level().markers:
        column = Column(variable("s", marker.id), f"said of the session: {marker.label}", "count")
        yield Made(column, _of_session(marker.id))


def _of_code(name: str, count: Callable[[CodedSession], Mapping[str, int]]) -> Callable[..., Cell]:
    return lambda c: count(c).get(name)


def _counting(level: Level, rows: str) -> Callable[[CodedSession], Mapping[str, int]]:
    """Count by the codes of a level, those of the coding's scheme alone; each coding once."""
    counted: dict[int, dict[str, int]] = {}

    def count(coded: CodedSession) -> Mapping[str, int]:
        found = counted.get(id(coded))
        if found is None:
            found = {code.id: 0 for code in codes_of(coded.scheme, level, rows)}
            for mark in coded.marks:
                code = code_at(coded.scheme, mark.marker, level, rows)
                if code in found:
                    found[code] += 1
            counted[id(coded)] = found
        return found

    return count


def _of_session(name: str) -> Callable[[CodedSession], Cell]:
    return lambda c: sum(mark.marker == name and mark.kind == Kind.SESSION for mark in c.marks)


def codes_of(scheme: Scheme, level: Level, rows: str) -> tuple[Code, ...]:
    """The codes of a level; none of rows that a scheme does not lead to."""
    try:
        return codes(scheme, level, rows)
    except CoderError:
        return ()


def code_at(scheme: Scheme, marker: str | None, level: Level, rows: str) -> str | None:
    """The code that a marker counts in at a level; None where it counts in none."""
    try:
        return None if marker is None else code_of(scheme, marker, level, rows)
    except CoderError:
        return None


def _ratings(codings: Sequence[CodedSession]) -> Iterator[Made]:
    """A column for each rating of a session as a whole."""
    scales: dict[str, Scale] = {}
    for coded in codings:
        scales.update((each.id, each) for each in asked(coded.scheme) if each.over == "session")
    for scale in scales.values():
        told = "; ".join(f"{number} {text}" for number, text in sorted(scale.anchors.items()))
        span = f"{scale.low} to {scale.high}"
        column = Column(
            variable("rating", scale.id),
            f"rating of the session: {scale.label}",
            "",
            f"{span} ({told})" if told else span,
            "not rated, or the coding's scheme does not ask for it",
        )
        yield Made(column, _given(scale.id))


def _given(scale: str) -> Callable[[CodedSession], Cell]:
    def cell(coded: CodedSession) -> Cell:
        mine: Iterable[int] = (
            each.value
            for each in coded.ratings
            if (each.scale, each.episode_id, each.segment_ms) == (scale, None, None)
        )
        return next(iter(mine), None)

    return cell


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 3)
