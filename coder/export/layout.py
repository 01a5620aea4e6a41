"""The coding form as values: what stands in which cell, whatever the format.

The form is that of Laraway (2015), Appendix H: a page for each rupture, then the repair pages.
Misprints of the thesis are corrected.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from coder.coding import (
    REPAIR_KINDS,
    RUPTURE_KINDS,
    Anchor,
    CodedSession,
    Episode,
    Kind,
    Mark,
    Outcome,
    in_time,
)
from coder.errors import CoderError
from coder.markers import Marker, Scheme, roll_up
from coder.session import Role, Turn, format_clock

TITLE = "Rupture Marker Coding Form"
SUBTITLE = "Coding Form"
PRECIPITANT = "Precipitant"
PRECIPITANT_MEANS = (
    "(way in which therapist did something the patient did not need, or failed to provide what "
    "was needed)"
)
MARKERS = "Rupture Markers:"
MARKERS_MEAN = (
    "Expressions or indications of a patient\u2019s distress resulting from an emotional "
    "disconnection from the therapist"
)
GRID_HEAD = ("Narrative Manner or Tone", "Time Point", "Narrative Content", "Time Point")
REPAIR = "Rupture Repair During Feedback:"
REPAIR_HEAD = ("Statement of Understanding", "Time Point", "Affective Shift", "Time Point")
ELSEWHERE = "Not on this form"

_OUTCOMES = {
    Outcome.REPAIRED: "repaired",
    Outcome.PARTLY: "partly repaired",
    Outcome.NOT: "not repaired",
    Outcome.CANNOT_TELL: "cannot tell",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A text and its time points, “56:52/57:06/1:01:06”."""

    text: str
    times: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a table: four cells, two entries side by side."""

    left: Entry
    right: Entry

    def cells(self) -> tuple[str, str, str, str]:
        """The four cells as texts."""
        return self.left.text, self.left.times, self.right.text, self.right.times


@dataclass(frozen=True, slots=True)
class FormPage:
    """One rupture form. ``elsewhere`` are the entries without a row, ``missing`` their marks."""

    participant: str
    session: str
    number: str
    precipitants: tuple[Entry, ...]
    background: str
    grid: tuple[Line, ...]
    elsewhere: tuple[Entry, ...]
    missing: int
    notes: tuple[str, ...]
    outcome: str
    footer: str


@dataclass(frozen=True, slots=True)
class RepairPage:
    """The repair of the ruptures of one or several forms, ``answers``."""

    participant: str
    session: str
    answers: tuple[int, ...]
    lines: tuple[Line, ...]
    elsewhere: tuple[Entry, ...]
    missing: int
    notes: tuple[str, ...]
    footer: str


Page = FormPage | RepairPage


def pages(coded: CodedSession, form: Scheme) -> tuple[Page, ...]:
    """Lay out every form of a coding on the rows of ``form``, then its repair pages.

    Raises CoderError (``no_roll_up``) when the coding's scheme does not lead to the form's.
    """
    if coded.scheme.id == form.id:
        form = coded.scheme  # the study's own copy
    elif coded.scheme.markers:
        roll_up(coded.scheme, coded.scheme.markers[0].id, form.id)
    forms = [_form_page(coded, form, episode) for episode in _forms(coded)]
    return (*forms, *_repair_pages(coded))


def blank(form: Scheme) -> tuple[Page, ...]:
    """The two empty pages of the form, ready to print."""
    nothing = Entry("", "")
    empty = tuple(Line(nothing, nothing) for _ in range(12))
    page = FormPage("", "", "", (), "", _grid(form, {}), (), 0, (), "", "")
    return page, RepairPage("", "", (), empty, (), 0, (), "")


def time_point(anchor: Anchor | None, turns: Sequence[Turn]) -> str:
    """Write a time point: a moment, a span, “turn n” where there is no time, or “session”."""
    if anchor is not None and anchor.start_ms is not None:
        start = format_clock(anchor.start_ms)
        end = "" if anchor.end_ms is None else format_clock(anchor.end_ms)
        return f"{start}\u2013{end}" if end and end != start else start
    numbers = [str(turn.n) for turn in turns if anchor is not None and turn.id in anchor.turns]
    if not numbers:
        return "session"
    return f"turn{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"


# forms


def _forms(coded: CodedSession) -> list[Episode | None]:
    """The episodes in order of their numbers; form 1 also takes what belongs to none."""
    episodes: list[Episode | None] = [*sorted(coded.episodes, key=lambda each: each.number)]
    ruptures = [mark for mark in coded.marks if mark.kind not in REPAIR_KINDS]
    loose = any(not _numbers(coded, mark) for mark in ruptures)
    if not episodes or (loose and _number(episodes[0]) != 1):
        episodes.insert(0, None)
    return episodes


def _number(episode: Episode | None) -> int:
    return 1 if episode is None else episode.number


def _numbers(coded: CodedSession, mark: Mark) -> tuple[int, ...]:
    numbers = {each.id: each.number for each in coded.episodes}
    return tuple(sorted(numbers[each] for each in mark.episodes if each in numbers))


def _form_page(coded: CodedSession, form: Scheme, episode: Episode | None) -> FormPage:
    number = _number(episode)
    mine = [
        mark
        for mark in in_time(coded.marks, coded.turns)
        if mark.kind not in REPAIR_KINDS and number in (_numbers(coded, mark) or (1,))
    ]
    ruptures = [mark for mark in mine if mark.kind in RUPTURE_KINDS]
    rows = {mark.id: _row(coded, form, mark) for mark in ruptures}
    placed: dict[str, list[str]] = {}
    left = []
    for mark in ruptures:
        row = rows[mark.id]
        if row is None:
            left.append(mark)
        else:
            placed.setdefault(row, []).append(time_point(mark.anchor, coded.turns))
    places = [mark for mark in mine if mark.kind == Kind.PRECIPITANT]
    return FormPage(
        participant=coded.session.participant,
        session=coded.session.number,
        number=str(number),
        precipitants=_precipitants(coded, "" if episode is None else episode.precipitant, places),
        background="" if episode is None else episode.background,
        grid=_grid(form, {row: "/".join(times) for row, times in placed.items()}),
        elsewhere=_entries(coded, [(_unplaced(coded, mark), mark) for mark in left]),
        missing=len(left),
        notes=_notes(coded, mine),
        outcome="" if episode is None else _outcome(episode),
        footer=_footer(coded),
    )


def _row(coded: CodedSession, form: Scheme, mark: Mark) -> str | None:
    """The row of the form a mark is printed in; None for what the form has no row for."""
    if mark.marker is None or mark.person != Role.PATIENT or _marker(coded, mark) is None:
        return None
    row = roll_up(coded.scheme, mark.marker, form.id)
    known = {marker.id for marker in form.markers if marker.column in {"manner", "content"}}
    return row if row in known else None


def _marker(coded: CodedSession, mark: Mark) -> Marker | None:
    try:
        return None if mark.marker is None else coded.scheme.marker(mark.marker)
    except CoderError:
        # A mark outlives a change of its scheme, and is then still to be counted.
        return None


def _grid(form: Scheme, times: dict[str, str]) -> tuple[Line, ...]:
    columns = [
        [
            Entry(marker.label, times.get(marker.id, ""))
            for marker in form.markers
            if marker.column == column
        ]
        for column in ("manner", "content")
    ]
    return _lines(*columns)


def _lines(left: Iterable[Entry], right: Iterable[Entry]) -> tuple[Line, ...]:
    pairs = zip_longest(left, right, fillvalue=Entry("", ""))
    return tuple(Line(one, other) for one, other in pairs)


def _precipitants(coded: CodedSession, whole: str, places: Sequence[Mark]) -> tuple[Entry, ...]:
    """The precipitant and its places; the episode's own text first, entries of one text as one."""
    found = _entries(coded, [(mark.text or whole, mark) for mark in places])
    told = {entry.text for entry in found}
    if whole and whole not in told and not set(whole.split("\n")) <= told:
        found = (Entry(whole, ""), *found)
    return found


def _unplaced(coded: CodedSession, mark: Mark) -> str:
    """Name a mark that the form has no row for, and say why it has none."""
    marker = _marker(coded, mark)
    name = (mark.marker or "Flag, not classified") if marker is None else marker.label
    who = "" if mark.person == Role.PATIENT else f"{mark.person.capitalize()}: "
    family = f" ({mark.family})" if mark.family is not None and mark.marker is None else ""
    return f"{who}{name}{family}"


def _outcome(episode: Episode) -> str:
    said = []
    if episode.outcome_before is not None:
        said.append(f"Before the feedback: {_OUTCOMES[episode.outcome_before]}")
    if episode.outcome_after is not None:
        said.append(f"After the feedback: {_OUTCOMES[episode.outcome_after]}")
    if episode.intensity is not None:
        said.append(f"Intensity: {episode.intensity} of 5")
    if episode.noticed is not None:
        said.append(f"Noticed by the therapist: {'yes' if episode.noticed else 'no'}")
    return " \u00b7 ".join(said)


# repair


def _repair_pages(coded: CodedSession) -> list[RepairPage]:
    """A page for each set of forms that is answered; an empty one where nothing is."""
    answered: dict[tuple[int, ...], list[Mark]] = {}
    for mark in in_time(coded.marks, coded.turns):
        if mark.kind in REPAIR_KINDS:
            answered.setdefault(_numbers(coded, mark) or (1,), []).append(mark)
    if not answered:
        return [_repair_page(coded, (), [])]
    return [_repair_page(coded, numbers, answered[numbers]) for numbers in sorted(answered)]


def _repair_page(
    coded: CodedSession, numbers: tuple[int, ...], marks: Sequence[Mark]
) -> RepairPage:
    kinds: dict[Kind, list[tuple[str, Mark]]] = {kind: [] for kind in REPAIR_KINDS}
    for mark in marks:
        kinds[mark.kind].append((_said(coded, mark), mark))
    statements, shifts, components = (
        _entries(coded, kinds[kind]) for kind in (Kind.STATEMENT, Kind.SHIFT, Kind.COMPONENT)
    )
    return RepairPage(
        participant=coded.session.participant,
        session=coded.session.number,
        answers=numbers,
        lines=_lines(statements, shifts) or (Line(Entry("", ""), Entry("", "")),),
        elsewhere=components,
        missing=len(kinds[Kind.COMPONENT]),
        notes=_notes(coded, marks),
        footer=_footer(coded),
    )


def _said(coded: CodedSession, mark: Mark) -> str:
    """What the form prints for a repair entry: its text, else what was said there."""
    quote = "" if mark.anchor is None else mark.anchor.quote
    marker = _marker(coded, mark)
    if mark.kind == Kind.COMPONENT:
        return marker.label if marker else mark.marker or mark.text
    return mark.text or (quote if mark.kind == Kind.STATEMENT else "")


# entries


def _entries(coded: CodedSession, said: Sequence[tuple[str, Mark]]) -> tuple[Entry, ...]:
    """Make marks of one text one entry with several times, in order of the first."""
    times: dict[str, list[str]] = {}
    for text, mark in said:
        times.setdefault(text, []).append(time_point(mark.anchor, coded.turns))
    return tuple(Entry(text, "/".join(each)) for text, each in times.items())


def _notes(coded: CodedSession, marks: Sequence[Mark]) -> tuple[str, ...]:
    return tuple(
        f"{_name(coded, mark)}, {time_point(mark.anchor, coded.turns)}: {mark.note.strip()}"
        for mark in marks
        if mark.note.strip()
    )


def _name(coded: CodedSession, mark: Mark) -> str:
    marker = _marker(coded, mark)
    names = {Kind.STATEMENT: "Statement of understanding", Kind.SHIFT: "Affective shift"}
    return marker.label if marker else names.get(mark.kind, mark.kind.value.capitalize())


def _footer(coded: CodedSession) -> str:
    scheme = f"{coded.coding.scheme} {coded.coding.scheme_version}"
    sound = "" if coded.coding.with_sound else " \u00b7 without sound"
    return f"Coder: {coded.rater.name} \u00b7 {scheme} \u00b7 {coded.coding.state.value}{sound}"
