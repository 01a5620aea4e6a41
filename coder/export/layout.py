"""The coding form as values: what stands in which cell, whatever the format.

The form is that of Laraway (2015), Appendix H: a page for each rupture, then the repair pages.
Misprints of the thesis are corrected.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from coder.coding import (
    REPAIR_KINDS,
    RUPTURE_KINDS,
    Anchor,
    CodedSession,
    Episode,
    Found,
    Kind,
    Mark,
    MarkId,
    Outcome,
    in_time,
)
from coder.errors import CoderError
from coder.export.blocks import (
    NOTHING,
    Block,
    Entry,
    Head,
    Line,
    by_scale,
    component_blocks,
    lines,
    marker_blocks,
    rating_block,
)
from coder.markers import Marker, Scheme, roll_up, session_level
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
REPAIR = "Rupture Repair During Feedback:"
REPAIR_HEAD: Head = ("Statement of Understanding", "Time Point", "Affective Shift", "Time Point")
ELSEWHERE = "Not on this form"
AROUND = "Around the session"

_EITHER = "either"

OUTCOMES = {
    Outcome.REPAIRED: "repaired",
    Outcome.PARTLY: "partly repaired",
    Outcome.NOT: "not repaired",
    Outcome.CANNOT_TELL: "cannot tell",
}


@dataclass(frozen=True, slots=True)
class FormPage:
    """One rupture form. ``elsewhere`` are the entries without a row, ``missing`` their marks.

    ``around`` names what was marked about the session as a whole.
    """

    participant: str
    session: str
    number: str
    precipitants: tuple[Entry, ...]
    background: str
    blocks: tuple[Block, ...]
    elsewhere: tuple[Entry, ...]
    missing: int
    notes: tuple[str, ...]
    outcome: str
    footer: str
    around: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RepairPage:
    """The repair of the ruptures of one or several forms, ``answers``.

    ``blocks`` are the components of the form, where it has any.
    """

    participant: str
    session: str
    answers: tuple[int, ...]
    lines: tuple[Line, ...]
    elsewhere: tuple[Entry, ...]
    missing: int
    notes: tuple[str, ...]
    footer: str
    blocks: tuple[Block, ...] = ()
    title: str = REPAIR


Page = FormPage | RepairPage


def pages(coded: CodedSession, form: Scheme) -> tuple[Page, ...]:
    """Lay out every form of a coding on the rows of ``form``, then its repair pages.

    Raises CoderError (``no_roll_up``) when the coding's scheme does not lead to the form's.
    """
    if coded.scheme.id == form.id:
        form = coded.scheme  # the study's own copy
    elif coded.scheme.markers:
        roll_up(coded.scheme, coded.scheme.markers[0].id, form.id)
    of_repair = form.of_repair and all(mark.kind in REPAIR_KINDS for mark in coded.marks)
    forms = [] if of_repair else [_form_page(coded, form, each) for each in _forms(coded)]
    return (*forms, *_repair_pages(coded, form))


def blank(form: Scheme) -> tuple[Page, ...]:
    """The empty pages of the form, ready to print: of a rupture, and of its repair."""
    empty = tuple(Line(NOTHING, NOTHING) for _ in range(12))
    rated = rating_block(form, None, "episode", "session")
    components = component_blocks(form, {})
    if form.of_repair:
        blocks = (*components, *rated)
        return (RepairPage("", "", (), (), (), 0, (), "", blocks, form.title),)
    page = FormPage("", "", "", (), "", (*marker_blocks(form, {}), *rated), (), 0, (), "", "")
    return page, RepairPage("", "", (), empty, (), 0, (), "", components)


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
    rows = {m.id: _row(coded, form, m) for m in mine if m.kind != Kind.PRECIPITANT}
    unplaced = [mark for mark in mine if rows.get(mark.id, "") is None]
    left = [mark for mark in unplaced if mark.kind != Kind.SESSION]
    around = [_said_of(coded, mark) for mark in unplaced if mark.kind == Kind.SESSION]
    places = [mark for mark in mine if mark.kind == Kind.PRECIPITANT]
    return FormPage(
        participant=coded.session.participant,
        session=coded.session.number,
        number=str(number),
        precipitants=_precipitants(coded, "" if episode is None else episode.precipitant, places),
        background="" if episode is None else episode.background,
        blocks=(
            *marker_blocks(form, _times(coded, form, mine, rows)),
            *_rated(coded, form, episode),
        ),
        elsewhere=_entries(coded, [(_unplaced(coded, mark), mark) for mark in left]),
        missing=len(left),
        notes=_notes(coded, mine),
        outcome="" if episode is None else _outcome(episode),
        footer=_footer(coded),
        around=tuple(dict.fromkeys(around)),
    )


def _row(coded: CodedSession, form: Scheme, mark: Mark) -> str | None:
    """The row of the form a mark is printed in; None for what the form has no row for."""
    if mark.marker is None or marker_of(coded, mark) is None:
        return None
    whole = _about_session(coded, mark)
    row = mark.marker if whole else roll_up(coded.scheme, mark.marker, form.id)
    for marker in form.markers:
        of_repair = marker.kind == "component"
        if marker.id == row and of_repair == (mark.kind in REPAIR_KINDS):
            return row if marker.person in {mark.person, _EITHER} else None
    return None


def _times(
    coded: CodedSession, form: Scheme, marks: Sequence[Mark], rows: Mapping[MarkId, str | None]
) -> dict[str, str]:
    """The time points by row, and whose they are where a row may be anybody's."""
    placed: dict[str, list[str]] = {}
    for mark in marks:
        row = rows.get(mark.id)
        if row is not None:
            whose = f" ({mark.person})" if form.marker(row).person == _EITHER else ""
            placed.setdefault(row, []).append(f"{time_point(mark.anchor, coded.turns)}{whose}")
    return {row: "/".join(times) for row, times in placed.items()}


def _about_session(coded: CodedSession, mark: Mark) -> bool:
    """Whether a mark's marker is one of those that every scheme has, and not the scheme's own."""
    own = {marker.id for marker in coded.scheme.markers}
    return mark.kind == Kind.SESSION and mark.marker not in own


def _rated(coded: CodedSession, form: Scheme, episode: Episode | None) -> tuple[Block, ...]:
    """What was rated of an episode; form 1 also tells what was rated of the session."""
    if coded.scheme.id != form.id:
        return ()
    mine = None if episode is None else episode.id
    given = [each for each in coded.ratings if each.segment_ms is None]
    first = _number(episode) == 1
    wanted = {mine, None} if first else {mine}
    over = ("episode", "session") if first else ("episode",)
    return rating_block(form, by_scale(r for r in given if r.episode_id in wanted), *over)


def marker_of(coded: CodedSession, mark: Mark) -> Marker | None:
    """The marker of a mark; None where it has none, or its scheme has it no longer."""
    try:
        scheme = session_level() if _about_session(coded, mark) else coded.scheme
        return None if mark.marker is None else scheme.marker(mark.marker)
    except CoderError:
        # A mark outlives a change of its scheme, and is then still to be counted.
        return None


def _precipitants(coded: CodedSession, whole: str, places: Sequence[Mark]) -> tuple[Entry, ...]:
    """The precipitant and its places; the episode's own text first, entries of one text as one."""
    found = _entries(coded, [(mark.text or whole, mark) for mark in places])
    told = {entry.text for entry in found}
    if whole and whole not in told and not set(whole.split("\n")) <= told:
        found = (Entry(whole, ""), *found)
    return found


def _unplaced(coded: CodedSession, mark: Mark) -> str:
    """Name a mark that the form has no row for, and say why it has none."""
    marker = marker_of(coded, mark)
    unnamed = "Flag, not classified" if mark.kind in RUPTURE_KINDS else mark.kind.capitalize()
    name = (mark.marker or unnamed) if marker is None else marker.label
    who = "" if mark.person == Role.PATIENT else f"{mark.person.capitalize()}: "
    family = f" ({mark.family})" if mark.family is not None and mark.marker is None else ""
    return f"{who}{name}{family}"


def _said_of(coded: CodedSession, mark: Mark) -> str:
    """Name a mark of the session as a whole, in the coder's own words where it has no marker."""
    marker = marker_of(coded, mark)
    return mark.marker or mark.text or "Session" if marker is None else marker.label


def _outcome(episode: Episode) -> str:
    said = []
    if episode.outcome_before is not None:
        said.append(f"Before the feedback: {OUTCOMES[episode.outcome_before]}")
    if episode.outcome_after is not None:
        said.append(f"After the feedback: {OUTCOMES[episode.outcome_after]}")
    if episode.intensity is not None:
        said.append(f"Intensity: {episode.intensity} of 5")
    if episode.noticed is not None:
        said.append(f"Noticed by the therapist: {'yes' if episode.noticed else 'no'}")
    return " \u00b7 ".join(said)


# repair


def _repair_pages(coded: CodedSession, form: Scheme) -> list[RepairPage]:
    """A page for each set of forms that is answered; an empty one where nothing is."""
    answered: dict[tuple[int, ...], list[Mark]] = {}
    for mark in in_time(coded.marks, coded.turns):
        if mark.kind in REPAIR_KINDS:
            answered.setdefault(_numbers(coded, mark) or (1,), []).append(mark)
    settled = {each.episode_id for each in coded.presences} if form.id == coded.scheme.id else set()
    for episode in coded.episodes:
        if episode.id in settled:
            answered.setdefault((episode.number,), [])
    if not answered:
        return [_repair_page(coded, form, (), [])]
    return [_repair_page(coded, form, numbers, answered[numbers]) for numbers in sorted(answered)]


def _repair_page(
    coded: CodedSession, form: Scheme, numbers: tuple[int, ...], marks: Sequence[Mark]
) -> RepairPage:
    kinds: dict[Kind, list[tuple[str, Mark]]] = {kind: [] for kind in REPAIR_KINDS}
    rows = {m.id: _row(coded, form, m) for m in marks if m.kind == Kind.COMPONENT}
    for mark in marks:
        if rows.get(mark.id) is None:
            kinds[mark.kind].append((_said(coded, mark), mark))
    statements, shifts, components = (
        _entries(coded, kinds[kind]) for kind in (Kind.STATEMENT, Kind.SHIFT, Kind.COMPONENT)
    )
    told = lines(statements, shifts)
    times = _settled(coded, form, numbers, _times(coded, form, marks, rows))
    return RepairPage(
        participant=coded.session.participant,
        session=coded.session.number,
        answers=numbers,
        lines=told if told or form.of_repair else (Line(NOTHING, NOTHING),),
        elsewhere=components,
        missing=len(kinds[Kind.COMPONENT]),
        notes=_notes(coded, marks),
        footer=_footer(coded),
        blocks=component_blocks(form, times),
        title=form.title if form.of_repair else REPAIR,
    )


def _settled(
    coded: CodedSession, form: Scheme, numbers: tuple[int, ...], times: dict[str, str]
) -> dict[str, str]:
    """Add what was settled about components; present goes without saying where there are times."""
    if coded.scheme.id != form.id:
        return times
    mine = {each.id for each in coded.episodes if (each.number,) == numbers}
    told = dict(times)
    for presence in coded.presences:
        if presence.episode_id is None or presence.episode_id in mine:
            at = times.get(presence.component, "")
            word = presence.found.replace("-", " ")
            plain = at and presence.found == Found.PRESENT
            told[presence.component] = at if plain else "; ".join(filter(None, (word, at)))
    return told


def _said(coded: CodedSession, mark: Mark) -> str:
    """What the form prints for a repair entry: its text, else what was said there."""
    quote = "" if mark.anchor is None else mark.anchor.quote
    marker = marker_of(coded, mark)
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
    marker = marker_of(coded, mark)
    names = {Kind.STATEMENT: "Statement of understanding", Kind.SHIFT: "Affective shift"}
    return marker.label if marker else names.get(mark.kind, mark.kind.value.capitalize())


def _footer(coded: CodedSession) -> str:
    scheme = f"{coded.coding.scheme} {coded.coding.scheme_version}"
    sound = "" if coded.coding.with_sound else " \u00b7 without sound"
    return f"Coder: {coded.rater.name} \u00b7 {scheme} \u00b7 {coded.coding.state.value}{sound}"
