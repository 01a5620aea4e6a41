"""The tables of the agreement report: by code, beside the codes, by pair, and as they stand now."""

import dataclasses
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from coder.agreement import Agreement, Level, Result
from coder.agreement.behind import Line
from coder.agreement.codes import SURE
from coder.agreement.panel import PAIR
from coder.export.agreement_numbers import BANDS, NOTHING, Notes, apa
from coder.export.agreement_report import (
    COUNTED,
    INTERVAL,
    KINDS,
    SECTIONS,
    WHOLES,
    ByCode,
    Cell,
    Fill,
    Key,
    Report,
    Table,
    by_code,
    coefficients,
    icc_of,
    kinds_at,
    label,
    name_of,
    occurs,
    result_of,
    section,
    standing,
    why_bare,
)
from coder.words import say

_Row = tuple[Cell, ...]
_Column = tuple[str, Fill]
_POOLED = ("alpha_masi", "alpha_jaccard", "event_f1", "event_kappa", "event_kappa_max")
_NOT_ALL = (
    "Not every coder saw all of these units, and how many each saw is not among what was counted."
)
_OF_SPANS = ("u_alpha", "cu_alpha", "gamma", "gamma_cat")
_IN_MATRIX: tuple[Key, ...] = (
    ("any", None),
    ("any", SURE),
    ("family", "withdrawal"),
    ("family", "confrontation"),
)


def tables(report: Report) -> list[Table]:
    """Every table of the report that has a row, numbered."""
    made = [_main(report), _beside(report)]
    if len(report.found.raters) > PAIR:
        made.append(_matrix(report))
    if report.latest is not None:
        made.append(_latest(report, report.latest))
    shown = standing(report)
    after = f" – {shown}" if shown else ""
    return [
        dataclasses.replace(each, title=f"Table {n}. {each.title}{after}")
        for n, each in enumerate((each for each in made if each.rows), 1)
    ]


def _notes(report: Report) -> Notes:
    bands = None if report.bands is None else BANDS[report.bands]
    return Notes(bands, partial(why_bare, report))


def _units(report: Report) -> tuple[str, ...]:
    """What the numbers are numbers of: the first lines of every table."""
    found, events = report.found, report.events
    told = (f"Unit – {found.settings['unit']}. n = {found.n_units} {COUNTED[found.unit]}.",)
    if events is None:
        return told
    return *told, f"Beside it – {events.settings['unit']}. n = {events.n_units} marks."


def _main(report: Report) -> Table:
    """What a paper prints of every code."""
    found, notes = report.found, _notes(report)
    held = by_code(found, report.events)
    columns = [] if found.unit == "event" else list(_unit_columns(report, held, notes))
    if held.by_event:
        columns += _event_columns(report, held, notes)
    rows, told = _rows(report, held, columns, held.used)
    head = ("Code", *(name for name, _ in columns))
    told += _about(head)
    title = "Agreement by code"
    return Table("table", title, _units(report), head, rows, notes.lines(told), notes.names)


def _rows(
    report: Report, held: ByCode, columns: Sequence[_Column], used: Fill
) -> tuple[tuple[_Row, ...], list[str]]:
    """Fill the columns for every code that somebody used, the rare last; name the others."""
    rows: list[_Row] = []
    told = []
    last = False
    for level, heading, keys in _sections(report, held):
        wanted = [key for key in keys if used(key)]
        unused = [label(report, *key) for key in keys if key not in wanted]
        if wanted:
            rows.append((heading,))
        wanted.sort(key=partial(_rare, held))
        last = last or any(_rare(held, key) for key in wanted)
        rows += [(label(report, *key), *(fill(key) for _, fill in columns)) for key in wanted]
        if unused:
            told.append(f"{heading}, used by no coder: {'; '.join(unused)}.")
        if not keys and level is not None:
            told += _why_none(held.of((level, None)), heading)
    if last:
        told.append("Codes that are too rare stand last in their section.")
    return tuple(rows), told


def _sections(report: Report, held: ByCode) -> Iterator[tuple[Level | None, str, list[Key]]]:
    """The codes of each level, apart by what they are of, with their heading."""
    for level in SECTIONS:
        usual, *others = kinds_at(report, level)
        keys = held.keys(level)
        for kind in (usual, *others, "session"):
            mine = [key for key in keys if report.kinds.get(key, usual) == kind]
            if mine or kind == usual:
                yield level, section(report, level, kind), mine


def _rare(held: ByCode, key: Key) -> bool:
    """Tell whether a code is too rare for every number beside its counts."""
    names = ("percent", "icc_1_1", "event_f1")
    told = [each for line in held.of(key) for each in line.cells.values()]
    return all(each.note is not None for each in told if each.statistic in names)


def _why_none(lines: Iterable[Line], heading: str) -> list[str]:
    """Say why there is nothing at a level."""
    reasons = [each.reason for line in lines for each in line.cells.values()]
    return [f"{heading}: {say(reason)}" for reason in reasons[:1] if reason is not None]


def _about(head: Sequence[str]) -> Iterator[str]:
    """What the columns are that are no statistics."""
    if "Prevalence" in head:
        yield (
            "Prevalence: of all that the coders judged (each unit, by each coder who saw it), the "
            "share that was marked."
        )
    if any("of pairs" in name for name in head):
        yield "Of pairs: over every two coders, the mean, and the lowest and the highest pair."
    yield f"{NOTHING}: does not apply, or is not defined for the reason given by a letter."


def _unit_columns(report: Report, held: ByCode, notes: Notes) -> Iterator[_Column]:
    one, other = report.found.raters[:PAIR]
    if len(report.found.raters) == PAIR:
        yield "Both", _count(held, "both")
        yield f"Only {one}", _count(held, "only_first")
        yield f"Only {other}", _count(held, "only_second")
        yield "Neither", _count(held, "neither")
    else:
        names = report.found.raters
        yield f"n ({' / '.join(names)})", lambda key: _each(held.by_unit.get(key), names)
    yield "Prevalence", _prevalence(report, held, notes)
    for statistic in ("percent", "positive", *coefficients(report.found)):
        of = " of how often" if statistic.startswith("icc") else ""
        yield f"{name_of(statistic)}{of} {INTERVAL}", _by_unit(held, notes, statistic)


def _count(held: ByCode, name: str) -> Fill:
    def fill(key: Key) -> Cell:
        return held.by_unit[key].counts.get(name) if key in held.by_unit else NOTHING

    return fill


def _by_unit(held: ByCode, notes: Notes, statistic: str) -> Fill:
    return lambda key: notes.number(result_of(held.by_unit.get(key), statistic))


def _each(line: Line | None, raters: Sequence[str]) -> str:
    """How often each coder used a code."""
    return NOTHING if line is None else " / ".join(str(line.counts.get(n, 0)) for n in raters)


def _prevalence(report: Report, held: ByCode, notes: Notes) -> Fill:
    """The share of judgements that are marks; where not all saw all, from the diagnosis."""
    shares, names = _shares(report), report.found.raters

    def fill(key: Key) -> Cell:
        counts = held.by_unit[key].counts if key in held.by_unit else {}
        if not any(counts.values()):
            return NOTHING
        if "both" in counts:
            marked = 2 * counts["both"] + counts["only_first"] + counts["only_second"]
            return apa(marked / (2 * sum(counts.values())))
        marked = sum(counts[name] for name in names)
        if not marked or _all_saw_all(report.found, key, counts["units"]):
            return apa(marked / (len(names) * counts["units"]))
        return apa(shares[key]) if key in shares else notes.nothing(_NOT_ALL)

    return fill


def _all_saw_all(found: Agreement, key: Key, units: int) -> bool:
    """Tell whether every two coders share every unit that was compared."""
    shared = [
        sum(each.counts.values())
        for each in found.results
        if each.raters and (each.statistic, each.level, each.code) == ("percent", *key)
    ]
    return len(shared) == math.comb(len(found.raters), PAIR) and set(shared) == {units}


def _shares(report: Report) -> dict[Key, float]:
    """By code, the share of what the coders saw that they marked."""
    made: dict[Key, float] = {}
    for level, listed in report.diagnosis.items():
        given = [each for unit in listed.units for each in unit.given if each is not None]
        times = Counter(code for codes in given for code in codes)
        for code, n in times.items():
            made[level, None if level == "any" and code != SURE else code] = n / len(given)
    return made


def _event_columns(report: Report, held: ByCode, notes: Notes) -> Iterator[_Column]:
    raters, alone = report.found.raters, report.found.unit == "event"
    two = len(raters) == PAIR
    if alone:
        yield from _event_counts(held, raters)
    of = INTERVAL if two else "of pairs: mean (lowest to highest)"
    for statistic in ("event_f1", "event_kappa") if alone else ("event_f1",):
        yield f"{name_of(statistic)} {of}", _by_event(held, notes, statistic)
    lag = f"{raters[1]} after {raters[0]}" if two else "lowest to highest of pairs"
    yield f"Median lag in s, {lag}", _by_event(held, notes, "timing_median_ms")


def _event_counts(held: ByCode, raters: Sequence[str]) -> Iterator[_Column]:
    if len(raters) == PAIR:
        yield "Matched", _summed(held, "matched")
        yield f"Only {raters[0]}", _summed(held, "only_first")
        yield f"Only {raters[1]}", _summed(held, "only_second")
    else:
        yield "Matched, all pairs", _summed(held, "matched")
        yield "Unmatched, all pairs", _summed(held, "only_first", "only_second")


def _summed(held: ByCode, *names: str) -> Fill:
    return lambda key: sum(
        line.counts.get(name, 0) for line in held.by_event.get(key, ()) for name in names
    )


def _by_event(held: ByCode, notes: Notes, statistic: str) -> Fill:
    """Whether a code is too rare stands with its F1."""

    def fill(key: Key) -> Cell:
        every = held.by_event.get(key, [])
        rares = [result_of(line, "event_f1") for line in every]
        return notes.over_pairs([result_of(line, statistic) for line in every], rares)

    return fill


def _beside(report: Report) -> Table:
    """What is not one code's: all codes of a level together, episodes, outcomes and ratings."""
    notes, raters = _notes(report), report.found.raters
    gathered: dict[tuple[str, str], list[Result]] = {}
    for source in (report.found, report.events):
        for each in () if source is None else source.results:
            if source is not None and _wanted(each, whole=source is report.found):
                gathered.setdefault((_what(report, each, source), each.statistic), []).append(each)
    rows: list[_Row] = []
    for (what, statistic), results in gathered.items():
        chosen = [each for each in results if each.raters is None] or results
        counted = [each for each in chosen if occurs(each.counts)]
        if counted:
            of = " of pairs: mean (lowest to highest)" if len(counted) > 1 else ""
            number = notes.over_pairs(counted, [None] * len(counted))
            rows.append((what, name_of(statistic) + of, number, *_behind(counted, raters)))
    head = ("What", "Statistic", f"Estimate {INTERVAL}", "n", "Counts")
    title = "All codes of a level together; episodes, outcomes and ratings"
    told = (
        "n is what the estimate is a number of: units or marks, as the heading says; episodes, "
        "matched by marks of theirs that match; outcomes and ratings given by both coders.",
    )
    about = _units(report)
    return Table("beside", title, about, head, tuple(rows), notes.lines(told), notes.names)


def _wanted(result: Result, *, whole: bool) -> bool:
    """Whether a result stands in the table of what is not one code's.

    Episodes, outcomes and ratings are the same whatever the unit, and are taken once (``whole``).
    """
    statistic, code = result.statistic, result.code
    if result.level is not None:
        pooled = result.level != "any" and statistic in _POOLED
        spans = statistic in _OF_SPANS and result.estimate is not None
        return code is None and (pooled or spans)
    if not whole or code is None or code in KINDS:
        return False
    if code == "episode":
        return statistic == "event_f1"
    if code == "outcome":
        return statistic in {"percent", "cohen_kappa"}
    return statistic in {"percent", "cohen_kappa_quadratic", icc_of([result])}


def _what(report: Report, result: Result, source: Agreement) -> str:
    if result.level is not None:
        name = section(report, result.level, kinds_at(report, result.level)[0])
        return f"{name} together, by {source.unit}"
    rated = report.labels.get(f"rating {result.code}", result.code)
    return WHOLES.get(str(result.code), f"Rating: {rated}")


def _behind(results: Sequence[Result], raters: Sequence[str]) -> tuple[Cell, Cell]:
    """What n is over one comparison or several pairs, and the counts behind it."""
    one, other = raters[:PAIR] if len(raters) == PAIR else ("the first", "the second")
    words = {"only_first": f"only {one}", "only_second": f"only {other}"}
    total: Counter[str] = Counter()
    for each in results:
        total.update({name: n for name, n in each.counts.items() if name != "raters"})
    counts = ", ".join(f"{words.get(n, n.replace('_', ' '))} {total[n]}" for n in total)
    low, high = min(each.n for each in results), max(each.n for each in results)
    n = low if low == high else f"{low} to {high}"
    return n, counts if len(results) == 1 else f"all pairs: {counts}"


def _matrix(report: Report) -> Table:
    """Every two coders: below the diagonal the coefficient, above it what it is of."""
    found, notes = report.found, _notes(report)
    statistic = "event_f1" if found.unit == "event" else "cohen_kappa"
    rows: list[_Row] = []
    for level, code in _IN_MATRIX:
        cells = {
            each.raters: each
            for each in found.results
            if each.raters is not None and (each.statistic, each.level) == (statistic, level)
            if each.code == code or not each.counts  # without counts: these two share no session
        }
        if any(each.code == code and each.counts for each in cells.values()):
            rows.append((label(report, level, code),))
            rows += [(name, *_across(name, found.raters, cells, notes)) for name in found.raters]
    name = name_of(statistic)
    told = (
        f"Below the diagonal {name} {INTERVAL}; above it n, the {COUNTED[found.unit]} compared.",
    )
    title = f"{name} of every two coders"
    head = ("Coder", *found.raters)
    about = _units(report)[:1]
    return Table("matrix", title, about, head, tuple(rows), notes.lines(told), notes.names)


def _across(
    one: str,
    raters: Sequence[str],
    cells: Mapping[tuple[str, ...], Result],
    notes: Notes,
) -> Iterator[Cell]:
    """One coder's row of the matrix; pairs are named in the order of the coders."""
    for other in raters:
        below, above = cells.get((other, one)), cells.get((one, other))
        if above is not None:
            yield above.n
        else:
            yield notes.number(below)


def _latest(report: Report, latest: Agreement) -> Table:
    """Codings as first submitted, and reopened ones as they stand now."""
    found, notes = report.found, _notes(report)
    statistic = "event_f1" if found.unit == "event" else coefficients(found)[0]
    first, now = by_code(found), by_code(latest)
    columns: list[_Column] = []
    for when, held in (("first submitted", first), ("as it stands now", now)):
        fill = (_by_event if found.unit == "event" else _by_unit)(held, notes, statistic)
        columns.append((f"Counts, {when}", _counts(held, found)))
        columns.append((f"{name_of(statistic)} {INTERVAL}, {when}", fill))
    rows, _ = _rows(report, first, columns, lambda key: first.used(key) or now.used(key))
    title = "Codings as first submitted, and with those reopened as they stand now"
    head = ("Code", *(name for name, _ in columns))
    told, about = (_counted(found),), _units(report)[:1]
    return Table("latest", title, about, head, rows, notes.lines(told), notes.names)


def _counts(held: ByCode, found: Agreement) -> Fill:
    def fill(key: Key) -> Cell:
        if found.unit != "event" and len(found.raters) > PAIR:
            return _each(held.by_unit.get(key), found.raters)
        total: Counter[str] = Counter()
        for line in held.of(key):
            total.update(line.counts)
        return " / ".join(str(n) for n in total.values())

    return fill


def _counted(found: Agreement) -> str:
    """Say what the counts of a cell are, in their order."""
    one, other = found.raters[:PAIR]
    if found.unit == "event":
        of = "" if len(found.raters) == PAIR else ", summed over pairs"
        only = f"only {one} / only {other}" if not of else "only the first / only the second"
        return f"Counts: matched / {only}{of}."
    if len(found.raters) == PAIR:
        return f"Counts: both / only {one} / only {other} / neither."
    return f"Counts: {' / '.join(found.raters)}."
