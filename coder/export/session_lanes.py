"""The timeline of a coding, to be drawn: what was marked against time, a lane a meaning."""

from collections.abc import Iterable

from coder.coding import REPAIR_KINDS, RUPTURE_KINDS, CodedSession, Family, Kind, Mark, in_time
from coder.export import indices, layout
from coder.export.paper import Bar, Drawing, Lane, Phase, counted
from coder.session import Session, format_clock

_LANES = ("precipitant", "withdrawal", "confrontation", "unsure", "repair")
_OF_FAMILY = {
    Family.WITHDRAWAL: ("withdrawal",),
    Family.CONFRONTATION: ("confrontation",),
    Family.BOTH: ("withdrawal", "confrontation"),
}


def drawing(coded: CodedSession) -> Drawing | None:
    """Lay the timeline out; None where nothing has a time.

    A mark of both families stands in both lanes; the unsure have one of their own.
    """
    covered = indices.covered_span(coded)
    placed = [(mark, lanes_of(mark)) for mark in in_time(coded.marks, coded.turns)]
    ends = [ms for mark, lanes in placed if lanes for ms in _reach(coded, mark)]
    ends += covered or ()
    if not ends:
        return None
    span = min(ends), max(*ends, min(ends) + 1)
    found = {name: [mark for mark, lanes in placed if name in lanes] for name in _LANES}
    lanes = tuple(
        Lane(name.capitalize(), name, tuple(_bars(coded, marks)))
        for name, marks in found.items()
        if marks or name != "unsure"
    )
    return Drawing("Timeline", _said(lanes), span, lanes, tuple(_phases(coded.session, span)))


def lanes_of(mark: Mark) -> tuple[str, ...]:
    """The lanes a mark stands in; what is neither rupture nor repair stands in none."""
    if mark.kind == Kind.PRECIPITANT:
        return ("precipitant",)
    if mark.kind in REPAIR_KINDS:
        return ("repair",)
    if mark.kind not in RUPTURE_KINDS:
        return ()
    return _OF_FAMILY.get(mark.family or Family.UNSURE, ("unsure",))


def name_of(coded: CodedSession, mark: Mark) -> str:
    """What a mark is called in the report."""
    marker = layout.marker_of(coded, mark)
    names = {
        Kind.STATEMENT: "Statement of understanding",
        Kind.SHIFT: "Affective shift",
        Kind.FLAG: "Flag, not classified",
    }
    if marker is not None:
        return marker.label
    return names.get(mark.kind) or (mark.marker or mark.kind.value).capitalize()


def _reach(coded: CodedSession, mark: Mark) -> list[int]:
    begin = indices.moments(coded, [mark])
    end = None if mark.anchor is None else mark.anchor.end_ms
    return begin if end is None else [*begin, end]


def _bars(coded: CodedSession, marks: Iterable[Mark]) -> Iterable[Bar]:
    for mark in marks:
        reach = _reach(coded, mark)
        if reach:
            told = f"{format_clock(reach[0])} {name_of(coded, mark)}"
            yield Bar(reach[0], max(reach), told)


def _said(lanes: Iterable[Lane]) -> str:
    """Tell in words what is drawn."""
    told = []
    for lane in lanes:
        times = ", ".join(format_clock(bar.start_ms) for bar in lane.bars)
        count = counted(len(lane.bars), "mark")
        told.append(f"{lane.name}: {count}, at {times}." if times else f"{lane.name}: none.")
    return " ".join(told)


def _phases(session: Session, span: tuple[int, int]) -> Iterable[Phase]:
    """The measure and the feedback after it, as far as they lie in what is drawn."""
    feedback = session.feedback_ms
    begun = (
        ("Measure", session.measure_ms, span[1] if feedback is None else feedback),
        ("Feedback", feedback, span[1]),
    )
    for name, start, end in begun:
        if start is not None and start < min(end, span[1]):
            yield Phase(name, max(start, span[0]), min(end, span[1]))
