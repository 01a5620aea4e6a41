"""The quote collection: category, sub-category and selected quotes, each with its source.

Laid out as Laraway (2015) prints it in Appendices N and P. A quote is the mark's text where it has
one, else the words that it is anchored on. These are patients' words.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder.coding import CodedSession, Mark, in_time
from coder.errors import CoderError
from coder.export import delimited, paper_docx, workbook
from coder.export.choices import Choices
from coder.export.paper import Grid, Heading, Paper, Part, Text
from coder.markers import Marker, Scheme
from coder.session import Turn

HEAD = ("Category", "Sub-category", "Selected quotes")
COLUMNS = (
    "scheme", "category", "sub_category", "quote", "participant", "session", "line", "start_ms",
    "rater",
)  # fmt: skip
TITLE = "Coding scheme and supporting quotes"

_WIDTHS = (3.4, 3.6, 10.6)


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote and where it comes from; ``line`` is that of the transcript's source."""

    text: str
    participant: str
    session: str
    line: int | None
    start_ms: int | None
    rater: str

    def source(self, *, several: bool) -> str:
        """Where it comes from, as the thesis writes it, with its coder where there are several."""
        line = "" if self.line is None else f", line {self.line}"
        by = f", coded by {self.rater}" if several else ""
        return f"[Participant {self.participant}, session {self.session}{line}{by}]"


@dataclass(frozen=True, slots=True)
class Collected:
    """The quotes of a category, or of one of its sub-categories (“” for the category itself)."""

    category: str
    part: str
    quotes: tuple[Quote, ...]


def write_docx(codings: Sequence[CodedSession], _path: Path, choices: Choices) -> bytes:
    """Write the quotes in a table of three columns for Word."""
    parts: list[Part] = []
    for scheme, of_scheme in by_scheme(codings, choices):
        several = len({coded.rater.id for coded in of_scheme}) > 1
        rows = tuple(_rows(collect(of_scheme, scheme), several=several))
        parts += [
            Heading(f"{scheme.title} ({scheme.id} {scheme.version})"),
            Text(scheme.source, small=True),
            Grid(HEAD, rows, _WIDTHS, run_on=frozenset({0, 1})),
            Text(f"{who(of_scheme)} {_counted(of_scheme, scheme)}", small=True),
        ]
    return paper_docx.write(Paper(TITLE, tuple(parts)))


def write_xlsx(codings: Sequence[CodedSession], path: Path, choices: Choices) -> bytes:
    """Write a row for each quote as a workbook."""
    return workbook.tables({"quotes": (COLUMNS, _flat(codings, choices))}, path)


def write_csv(codings: Sequence[CodedSession], _path: Path, choices: Choices) -> bytes:
    """Write a row for each quote as comma-separated UTF-8."""
    return delimited.csv_of(COLUMNS, _flat(codings, choices))


def by_scheme(
    codings: Sequence[CodedSession], choices: Choices
) -> list[tuple[Scheme, list[CodedSession]]]:
    """The schemes that a table of components is made of, each with the codings under it.

    It is the one that was chosen; else those that have components; else all there are. Of several
    versions it is the last one’s. Raises CoderError where nothing is coded under the chosen one.
    """
    schemes = {coded.scheme.id: coded.scheme for coded in codings}
    if choices.scheme is not None:
        if choices.scheme.id not in schemes:
            raise CoderError("analysis_nothing", scheme=choices.scheme.id)
        chosen = [choices.scheme.id]
    else:
        repair = [each.id for each in schemes.values() if _has_components(each)]
        chosen = repair or [*schemes]
    return [(schemes[n], [c for c in codings if c.scheme.id == n]) for n in chosen]


def collect(codings: Sequence[CodedSession], scheme: Scheme) -> tuple[Collected, ...]:
    """Gather the quotes by category and sub-category, in the order of the scheme.

    Within one they stand as the codings do, then by time. What has no quotes stands there all the
    same, unless it is retired.
    """
    found = []
    for category in (each for each in scheme.markers if each.part_of is None):
        own = _of(codings, category)
        parts = [(part, _of(codings, part)) for part in scheme.parts(category.id)]
        parts = [(part, quotes) for part, quotes in parts if quotes or not part.retired]
        if own or (not parts and not category.retired):
            found.append(Collected(category.label, "", own))
        found += [Collected(category.label, part.label, quotes) for part, quotes in parts]
    return tuple(found)


def who(codings: Sequence[CodedSession]) -> str:
    """Say who coded how many sessions, and where that stands."""
    names = dict.fromkeys(coded.rater.name for coded in codings)
    told = []
    for name in names:
        states = [coded.coding.state.value for coded in codings if coded.rater.name == name]
        counts = ", ".join(f"{states.count(each)} {each}" for each in dict.fromkeys(states))
        told.append(f"{name} ({counts})")
    return f"Coded by {'; '.join(told)}."


def _has_components(scheme: Scheme) -> bool:
    return any(marker.kind == "component" for marker in scheme.markers)


def _of(codings: Sequence[CodedSession], marker: Marker) -> tuple[Quote, ...]:
    return tuple(
        quote
        for coded in codings
        for mark in in_time(coded.marks, coded.turns)
        if mark.marker == marker.id
        for quote in _quote(coded, mark)
    )


def _quote(coded: CodedSession, mark: Mark) -> Iterator[Quote]:
    """The quote of a mark, if there is one."""
    anchor = mark.anchor
    text = mark.text.strip() or ("" if anchor is None else anchor.quote.strip())
    if not text:
        return
    turn = None if anchor is None else _turn(coded, anchor.turns)
    start = None if anchor is None else anchor.start_ms
    if start is None and turn is not None:
        start = turn.start_ms
    line = None if turn is None else turn.line
    session = coded.session
    yield Quote(text, session.participant, session.number, line, start, coded.rater.name)


def _turn(coded: CodedSession, held: Sequence[str]) -> Turn | None:
    return next((turn for turn in coded.turns if turn.id in held[:1]), None)


def _rows(collected: Sequence[Collected], *, several: bool) -> Iterator[tuple[str, ...]]:
    """A row for each quote; the names stand beside the first of theirs."""
    category = ""
    for each in collected:
        name = "" if each.category == category else each.category
        category = each.category
        said = [f"“{q.text}” {q.source(several=several)}" for q in each.quotes] or [""]
        yield name, each.part, said[0]
        yield from (("", "", one) for one in said[1:])


def _counted(codings: Sequence[CodedSession], scheme: Scheme) -> str:
    names = {marker.id for marker in scheme.markers}
    marks = [mark for coded in codings for mark in coded.marks if mark.marker in names]
    quotes = sum(len(each.quotes) for each in collect(codings, scheme))
    without = len(marks) - quotes
    return f"Quotes: {quotes}." + (f" Marks without words, left out: {without}." if without else "")


def _flat(codings: Sequence[CodedSession], choices: Choices) -> list[delimited.Row]:
    return [
        {
            "scheme": scheme.id,
            "category": each.category,
            "sub_category": each.part,
            "quote": quote.text,
            "participant": quote.participant,
            "session": quote.session,
            "line": quote.line,
            "start_ms": quote.start_ms,
            "rater": quote.rater,
        }
        for scheme, of_scheme in by_scheme(codings, choices)
        for each in collect(of_scheme, scheme)
        for quote in each.quotes
    ]
