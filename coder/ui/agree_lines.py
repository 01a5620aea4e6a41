"""What the table of codes says: its lines in their groups, its columns, and every cell in words."""

import html
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from coder.agreement import DEFINITIONS, Definition, Level, Result
from coder.agreement.behind import Line, lines
from coder.coding import Family
from coder.markers import Code
from coder.ui.agree_work import Found, declared, names_at
from coder.words import say

UNIT_WORDS = {
    "turn": "turns",
    "segment": "segments",
    "second": "seconds",
    "event": "marks",
    "session": "sessions",
}
_OTHERS = {
    "precipitant": "Precipitant",
    "statement": "Statement of understanding",
    "shift": "Affective shift",
    "component": "Component of repair",
    "process": "Process",
    "episode": "Episode",
    "outcome": "Outcome of an episode",
    "intensity": "Intensity of an episode",
}
_KINDS = {
    "component": "Components of repair",
    "process": "Processes",
    "session": "Around the session",
}
WHOLES = {"episode", "outcome", "intensity"}  # what an episode has, and no moment
_FAMILIES = (Family.WITHDRAWAL.value, Family.CONFRONTATION.value)
_FALL_BACK = ("cohen_kappa", "alpha_jaccard", "icc_2_1", "icc_1_1", "percent")
_LAG = "timing_median_ms"
# Beside, not a coefficient of its own: shown in a column of its own, or with the one it belongs to.
_ELSEWHERE = {"positive", "event_f1", _LAG, "timing_mad_ms", "alpha_jaccard", "alpha_masi"}

Key = tuple[Level | None, str | None, str]
Tell = Literal["name", "count", "share", "value", "span", "lag"]


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A line of the table; a heading has neither numbers nor a code."""

    name: str
    level: Level | None = None
    code: str | None = None
    line: Line | None = None
    events: Line | None = None
    depth: int = 0
    bold: bool = False
    told: str = ""

    @property
    def key(self) -> Key:
        """What the row is about, whatever its numbers."""
        return self.level, self.code, "" if self.line or self.events else self.name


@dataclass(frozen=True, slots=True)
class Column:
    """A column: what it tells, ``of`` whom or what, from matched marks or from units."""

    head: str
    tells: Tell
    of: str = ""
    events: bool = False
    about: str = ""

    @property
    def definition(self) -> Definition | None:
        """What its statistic is."""
        return DEFINITIONS.get(self.of) if self.tells in {"value", "span", "lag"} else None

    @property
    def tip(self) -> str:
        """The definition for a tool tip."""
        known = self.definition
        told = self.about if known is None else f"{known.label}: {known.meaning} {known.source}"
        return tip(told)


def tip(told: str) -> str:
    """Words for a tool tip, as they are: Qt would take some of them for HTML."""
    lines = "<br>".join(html.escape(line) for line in told.splitlines())
    return f"<p>{lines}</p>" if lines else ""


def rows_of(found: Found, raters: tuple[str, ...] | None, level: Level) -> list[Row]:
    """The rows for two coders by name or (None) all: families, their markers, and what is none."""
    unit = {(each.level, each.code): each for each in lines(found.results, raters)}
    event = {(each.level, each.code): each for each in lines(found.events, raters)}

    def row(name: str, key: tuple[Level | None, str | None], *, depth: int = 0) -> Row:
        return Row(name, *key, unit.get(key), event.get(key), depth, bold=depth == 0)

    made = [row("Any rupture", ("any", None))]
    made.append(row("without unsure", ("any", "without-unsure"), depth=1))
    finer = level not in {"family", "any"}
    listed = declared(found, level) if finer else []

    def members(of: Callable[[Code], bool]) -> list[Row]:
        return _members([row(code.label, (level, code.id), depth=1) for code in filter(of, listed)])

    if level != "any":
        for family in _FAMILIES:
            made.append(row(family.capitalize(), ("family", family)))
            made += members(partial(_is_of, family=family))
        made += _headed("No default family", members(_is_unsorted))
    made = made if of_ruptures(found) else []
    if finer:
        made.append(row("All together, as sets", (level, None)))
    for kind, title in _KINDS.items():
        made += _headed(title, members(partial(_is_kind, kind=kind)))
    others = dict.fromkeys(code for at, code in (*unit, *event) if at is None and code)
    named = names_at(found, "marker")
    made.append(Row("Precipitant, repair and episode", bold=True))
    made += [
        row(_OTHERS.get(code, named.get(f"rating {code}", code)), (None, code), depth=1)
        for code in others
    ]
    heading = [each.bold and each.level is None for each in made]
    return [
        each
        for each, alone in zip(made, heading, strict=True)
        if each.line or each.events or each.told or alone
    ]


def _is_of(code: Code, family: str) -> bool:
    return code.kind == "marker" and code.family == family


def _is_unsorted(code: Code) -> bool:
    return code.kind == "marker" and code.family not in _FAMILIES


def _is_kind(code: Code, kind: str) -> bool:
    return code.kind == kind


def _headed(heading: str, rows: list[Row]) -> list[Row]:
    return [Row(heading, bold=True), *rows] if rows else []


def of_ruptures(found: Found) -> bool:
    """Tell whether the codings are of ruptures; those of repair alone have none to count."""
    return any(not coded.scheme.of_repair for coded in found.codings)


def _members(rows: Iterable[Row]) -> list[Row]:
    """The rows of a family; those nobody marked are only named."""
    told = [each for each in rows if each.line or each.events]
    used = [each for each in told if marked(each)]
    never = [each.name for each in told if not marked(each)]
    if never:
        used.append(Row(f"{len(never)} never marked", depth=1, told=", ".join(never)))
    return used


def marked(row: Row) -> bool:
    """Tell whether anybody marked the code of a row."""
    return any(
        n
        for line in (row.line, row.events)
        for name, n in (line.counts.items() if line else ())
        if name not in {"neither", "units", "targets", "raters"}
    )


def statistics_of(found: Found, raters: tuple[str, ...] | None) -> list[str]:
    """The coefficients there are to choose from, the usual one first.

    A directed one is named without its direction.
    """
    held = {
        each.statistic
        for each in found.results.results
        if each.raters == raters and each.level is not None
    }
    usual = usual_of(found, raters)
    held -= _ELSEWHERE | {"event_kappa"} if found.results.unit != "event" else _ELSEWHERE
    return sorted(held, key=lambda each: (each != usual, list(DEFINITIONS).index(each)))


def usual_of(found: Found, raters: tuple[str, ...] | None) -> str:
    """Alpha; where counts are compared the ICC that fits these coders; event kappa for marks."""
    if found.results.unit in {"session", "segment"}:
        mine = (each for each in found.results.results if each.raters == raters)
        fits = (crossed(each) for each in mine if each.statistic == "icc_2_1" and each.level)
        return "icc_2_1" if next(fits, False) else "icc_1_1"
    return "event_kappa" if found.results.unit == "event" else "alpha_nominal"


def crossed(result: Result) -> bool:
    """Tell whether each of these coders rated everything: only then does ICC(2,1) hold for all."""
    return result.counts.get("rated_by_all") == result.counts.get("targets")


def columns_of(found: Found, raters: tuple[str, ...] | None, chosen: str) -> list[Column]:
    """The columns for a pair, or for all of three coders and more."""
    names = raters or found.results.raters
    unit = found.results.unit
    words = UNIT_WORDS[unit]
    pair = len(names) == 2  # noqa: PLR2004 - a pair
    who = ("first", "second") if pair else names
    made = [Column("Code", "name")]
    for name, of in zip(names, who, strict=True):
        made.append(Column(_short(name), "count", of, about=f"How many {words} {name} marked."))
    if pair:
        both = "How many marks were matched." if unit == "event" else f"{words} that both marked."
        made.append(Column("both", "count", "both", about=both[0].upper() + both[1:]))
    if unit == "event":
        made += [Column("event F1", "value", "event_f1"), Column("95 %", "span", "event_f1")]
    else:
        share = f"Share of {words} marked, the mean of the two coders."
        made += [Column("prev.", "share", about=share)] if pair else []
        made.append(Column("positive", "value", "positive"))
    made += [Column(short(chosen), "value", chosen), Column("95 %", "span", chosen)]
    if pair and unit != "event":
        made.append(Column("event F1", "value", "event_f1", events=True))
    if pair:
        made.append(Column("lag", "lag", _LAG, events=True))
    return made


def short(statistic: str) -> str:
    """A statistic’s name for the head of a column."""
    name = DEFINITIONS[statistic].label
    return {"Krippendorff’s alpha": "alpha", "Brennan and Prediger’s kappa": "B–P kappa"}.get(
        name, name.removeprefix("Gwet’s ")
    )


def _short(name: str) -> str:
    return name if len(name) <= 10 else f"{name[:9]}…"  # noqa: PLR2004 - what a head has room for


def result_at(row: Row, column: Column) -> Result | None:
    """The number a cell shows, None where there is none of its kind."""
    line = row.events if column.events else row.line
    line = line or row.line or row.events
    if line is None or column.tells not in {"value", "span", "lag"}:
        return None
    if column.of == "event_f1" and "event_f1" not in line.cells:
        line = row.line or line
    found = directed(line.cells, column.of)
    if found is None and not column.events and column.of not in {"positive", "event_f1"}:
        held = (line.cells[each] for each in _FALL_BACK if each in line.cells)
        return next((e for e in held if e.statistic != "icc_2_1" or crossed(e)), None)
    return found


def directed(
    cells: Mapping[str, Result], statistic: str, raters: Sequence[str] = ()
) -> Result | None:
    """A statistic as such, or with the first of two coders as the reference."""
    if statistic in cells:
        return cells[statistic]
    way = f"{statistic} {'>'.join(raters)}"
    return next((each for name, each in cells.items() if name.startswith(way)), None)


def count_at(row: Row, of: str) -> int | None:
    """How often a coder, or both, marked a code."""
    line = row.line or row.events
    counts = {} if line is None else line.counts
    both = counts.get("both", counts.get("matched", counts.get("judged_by_both")))
    if of == "both":
        return both
    if of in {"first", "second"}:
        only = counts.get(f"only_{of}")
        return None if only is None or both is None else both + only
    return counts.get(of)


def share_at(row: Row) -> float | None:
    """The mean share of units that two coders marked."""
    counts = {} if row.line is None else row.line.counts
    if "neither" not in counts:
        return None
    n = sum(counts[name] for name in ("both", "only_first", "only_second", "neither"))
    return (2 * counts["both"] + counts["only_first"] + counts["only_second"]) / (2 * n) if n else 0


def text_at(row: Row, column: Column) -> str:
    """What a cell says."""
    if column.tells == "name":
        return row.name
    if column.tells == "count":
        count = count_at(row, column.of)
        return "" if count is None else str(count)
    if column.tells == "share":
        share = share_at(row)
        return "" if share is None else f"{100 * share:.1f} %"
    result = result_at(row, column)
    if result is None:
        return ""
    if why_not(row, column):
        return "—"
    if column.tells == "span":
        return span(result)
    if column.tells == "lag":
        return seconds(result.estimate)
    other = result.statistic != column.of
    return (
        f"{_sign(result.statistic)}{number(result.estimate)}" if other else number(result.estimate)
    )


def _sign(statistic: str) -> str:
    """Say briefly that a number is not of its column’s kind."""
    return {"cohen_kappa": "κ ", "alpha_jaccard": "J ", "percent": "raw "}.get(statistic, "ICC ")


def why_not(row: Row, column: Column) -> str:
    """Why a cell holds no number: too rare, or not to be estimated; nothing where it does."""
    result = result_at(row, column)
    if result is None:
        return ""
    if result.note is not None:
        return say(result.note)
    if result.estimate is None:
        return "" if result.reason is None else say(result.reason)
    if column.tells == "lag" and row.events is not None and "event_f1" in row.events.cells:
        note = row.events.cells["event_f1"].note
        return "" if note is None else say(note)
    return ""


def _briefly(row: Row, column: Column) -> str:
    """Why a cell holds no number, as briefly as a table needs; the counts stand beside it."""
    result = result_at(row, column)
    if result is not None and result.note is not None and "rare" in result.note.where:
        return f"too rare: each coder fewer than {result.note.where['rare']}"
    return why_not(row, column)


def blocked(row: Row, columns: Sequence[Column]) -> list[tuple[int, int, str]]:
    """Runs of cells that one sentence fills instead: their first column, how many, the sentence."""
    if row.told:
        return [(1, len(columns) - 1, row.told)]
    runs: list[tuple[int, int, str]] = []
    for n, column in enumerate(columns):
        why = _briefly(row, column)
        if not why:
            continue
        if runs and runs[-1][0] + runs[-1][1] == n:
            first, many, told = runs[-1]
            runs[-1] = (first, many + 1, told)
        else:
            runs.append((n, 1, why))
    return [run for run in runs if run[1] > 1]


def rare(row: Row) -> bool:
    """Tell whether a row is said to be too rare, so that it may be looked at with others."""
    line = row.line or row.events
    return line is not None and any(each.note is not None for each in line.cells.values())


def number(value: float | None) -> str:
    """Two decimals without a leading zero."""
    if value is None:
        return "—"
    told = f"{abs(value):.2f}".removeprefix("0")
    return f"−{told}" if value < 0 and told != ".00" else told  # noqa: RUF001 - a minus sign


def span(result: Result) -> str:
    """An interval."""
    if result.low is None or result.high is None:
        return ""
    return f"{number(result.low)}–{number(result.high)}"


def seconds(ms: float | None) -> str:
    """A signed difference in seconds."""
    if ms is None:
        return "—"
    told = f"{abs(ms) / 1000:.1f} s"
    return f"−{told}" if ms < 0 and told != "0.0 s" else f"+{told}"  # noqa: RUF001 - a minus sign


def explain(row: Row, column: Column, found: Found) -> str:
    """The chosen cell in full: what it is of, its number with n, its definition and source."""
    result = result_at(row, column)
    if result is None:
        told = row.told or column.about
        return f"{row.name}. {told}" if told else row.name
    known = DEFINITIONS[result.statistic]
    why = why_not(row, column)
    n = f"n = {result.n} {_counted(row, column, result, found.results.unit)}".strip()
    way = f" ({result.direction})" if result.direction else ""
    value = f". {why} ({n})." if why else f" {_value(result, found)} ({n})."
    told = f"{row.name}: {known.label}{way}{value}"
    if result.statistic != column.of and not why:
        shown, usual = text_at(row, replace(column, tells="value")), DEFINITIONS[column.of].label
        told += f" “{shown}” stands for {known.label}: there is no {usual} here."
    if column.tells == "span" and result.low is not None:
        told += f" {_plainly(result, found)}"
    return f"{told} {known.meaning} Source: {known.source}."


def _counted(row: Row, column: Column, result: Result, unit: str) -> str:
    """What n counts."""
    if row.code in WHOLES and row.level is None:
        both = ", of both coders together" if result.statistic == "event_f1" else ""
        return f"episodes{both}"
    if row.level is None and row.code not in _OTHERS:
        return "ratings"
    if column.events or unit == "event":
        told = {"event_f1": "marks, of both coders together", _LAG: "matched pairs"}
        return told.get(result.statistic, "")
    return UNIT_WORDS[unit]


def _value(result: Result, found: Found) -> str:
    if result.statistic.endswith("_ms"):
        return seconds(result.estimate)
    told = span(result)
    told = f"95 % {told}" if told else no_interval(found)
    return f"{number(result.estimate)}, {told}"


def no_interval(found: Found) -> str:
    """Why a number stands without its interval."""
    drawn = found.results.settings["resampled"]
    return f"no 95 % interval: fewer than three {drawn} to resample, or the resamples do not differ"


def _plainly(result: Result, found: Found) -> str:
    """What an interval is."""
    if result.groups is None:
        return "95 %: how far chance may move the number, by theory."
    many, drawn = found.results.plan.resamples, found.results.settings["resampled"]
    return (
        f"95 %: {many} times, as many {drawn} were drawn anew from the {result.groups} here; "
        "95 of 100 numbers so found lay in between."
    )


def labels_of(markers: Iterable[Code]) -> dict[str, str]:
    """Markers’ names by id."""
    return {each.id: each.label for each in markers}
