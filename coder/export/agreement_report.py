"""The agreement report as values: what it is made of, and the words and columns of its tables."""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from coder import __version__, agreement, reliability
from coder.agreement import DEFINITIONS, ROW_SCHEME, Agreement, Level, Plan, Result, Tick
from coder.agreement.behind import Diagnosis, Line, diagnosis, kinds, labels, lines
from coder.agreement.panel import PAIR
from coder.export.agreement_numbers import capital
from coder.markers import What
from coder.reliability import Compared
from coder.study import Study, Viewer

Cell = str | int | None
Key = tuple[Level | None, str | None]
Fill = Callable[[Key], Cell]

INTERVAL = "[95 % interval]"
KINDS = {
    "precipitant": "Precipitant",
    "statement": "Statement of understanding",
    "shift": "Affective shift",
    "component": "Component of repair",
    "process": "Process",
}
WHOLES = {"episode": "Episodes", "outcome": "Outcome of episodes that both found"}
SECTIONS: Mapping[Level | None, str] = {
    "family": "Families",
    "row": "Rows",
    "category": "Categories",
    "marker": "Markers",
    "any": "All ruptures",
    None: "Precipitants and repair",
}
_OF_KINDS: Mapping[What, str] = {
    "marker": "Rupture markers",
    "component": "Components of repair",
    "process": "Processes",
    "session": "Around the session",
}
COUNTED = {
    "turn": "turns",
    "segment": "segments",
    "second": "seconds",
    "event": "marks",
    "session": "sessions",
}
_DEPARTURES = {
    "person": "person whose marks are compared",
    "all_turns": "choice of turns",
    "segment_ms": "length of the segments",
    "tolerance_ms": "tolerance",
    "overlap": "overlap of spans",
    "ordered": "order of matches",
}
# What is said of the codings and the settings holds for the events beside them too.
_STATUS = (
    "codings",
    "blind",
    "reopened",
    "put_by",
    "not_submitted",
    "ended",
    "self_review",
    "relations",
    "status",
    "fixed_at",
    "fixed_times",
    "departures",
)
_NO_OCCURRENCE = {"neither", "units"}
_FEWEST = 3  # groups without which nothing is resampled


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the files are made of.

    ``events`` are the same codings with the unit event, None where that is the plan's;
    ``diagnosis`` is by level; ``labels`` name the codes (“row X” for rows); ``latest`` are
    reopened codings as they stand now, None where none was; ``bands`` is one of
    ``agreement_numbers.BANDS``, or off; ``version`` is the software's. ``kinds`` say what
    codes are that are not of ruptures.
    """

    found: Agreement
    events: Agreement | None
    diagnosis: Mapping[Level, Diagnosis]
    labels: Mapping[str, str]
    latest: Agreement | None
    bands: str | None
    version: str
    kinds: Mapping[Key, What] = field(default_factory=dict)


def agreement_report_of(
    study: Study,
    viewer: Viewer,
    compared: Compared,
    plan: Plan,
    *,
    bands: str | None = None,
    tick: Tick | None = None,
) -> Report:
    """Compute all that the report of a study's agreement holds. Raises CoderError.

    ``tick`` is told the share (0-1) that is done, and may raise to stop.
    """
    tick = tick or (lambda _share: None)
    found = reliability.compute(study, viewer, compared, plan, lambda done: tick(done / 2))
    events = None
    if plan.unit != "event":
        by_event = dataclasses.replace(plan, unit="event")
        events = agreement.agreement(compared.coded, by_event, lambda done: tick(0.5 + done / 4))
        status = {name: found.settings[name] for name in _STATUS}
        events = dataclasses.replace(events, settings={**events.settings, **status})
    latest = None
    if compared.reopened and compared.version == "submitted":
        now = reliability.compared(
            study,
            viewer,
            sessions={each.session.id: each.session for each in compared.coded}.values(),
            raters={each.rater.id: each.rater for each in compared.coded}.values(),
            version="latest",
        )
        latest = reliability.compute(study, viewer, now, plan)
    tick(0.9)
    return Report(
        found=found,
        events=events,
        diagnosis={
            level: diagnosis(compared.coded, plan, level)
            for level in plan.levels
            if any(each.level == level and each.estimate is not None for each in found.results)
        },
        labels=labels(compared.coded, plan.rows),
        latest=latest,
        bands=bands,
        version=__version__,
        kinds=dict(kinds(compared.coded, plan.rows).items()),
    )


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its heading and footnotes. A row of one cell heads those below it.

    ``statistics`` are those it holds.
    """

    name: str
    title: str
    about: tuple[str, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...]
    statistics: tuple[str, ...]


def rows_named(found: Agreement) -> str:
    """Name the rows that the level “row” is of."""
    rows = str(found.settings["rows"])
    return f"of the form ({rows})" if rows == ROW_SCHEME else f"of {rows}"


def kinds_at(report: Report, level: Level | None) -> list[What]:
    """The kinds that the codes of a level are of; the first is that of all codes together."""
    there = {kind for key, kind in report.kinds.items() if key[0] == level}
    return [kind for kind in _OF_KINDS if kind in there - {"session"}] or ["marker"]


def section(report: Report, level: Level | None, kind: What) -> str:
    """The heading of the codes of a level that are of one kind."""
    if level == "marker" and kind != "marker":
        return _OF_KINDS[kind]
    name = f"Rows {rows_named(report.found)}" if level == "row" else SECTIONS[level]
    return name if kind == "marker" else f"{name}: {_OF_KINDS[kind].lower()}"


def label(report: Report, level: Level | None, code: str | None) -> str:
    """Name a code for people."""
    if level == "any":
        return "Any rupture" if code is None else "Any rupture, those of unsure family left out"
    if level is None or code is None:
        return KINDS.get(str(code), str(code))
    if level == "family":
        return code.capitalize()
    return report.labels.get(f"row {code}" if level == "row" else code, code)


def name_of(statistic: str) -> str:
    """Name a statistic at the beginning of a line."""
    return capital(DEFINITIONS[statistic].label)


def standing(report: Report) -> str:
    """Say what a reader must know first: exploratory, not fixed, or still in progress."""
    found, events = report.found, report.events
    status, codings = found.settings.get("status"), found.settings.get("codings", "submitted")
    told = []
    if status == "exploratory":
        told.append(f"exploratory: {', '.join(departed(found))} not as fixed before unblinding")
    elif status == "open":
        told.append("settings not fixed in advance")
    if events is not None and status == "fixed" and events.settings.get("status") == "exploratory":
        told.append(f"numbers by event exploratory: {', '.join(departed(events))} not as fixed")
    if codings != "submitted":
        told.append(f"codings {codings}")
    return "; ".join(told)


def departed(found: Agreement) -> list[str]:
    """Name what a plan does otherwise than was fixed."""
    names = found.settings.get("departures")
    told = [str(name) for name in names] if isinstance(names, tuple) else []
    return [_DEPARTURES.get(name, name) for name in told]


def coefficients(found: Agreement) -> tuple[str, ...]:
    """The coefficients that stand in the table of a unit, by design and number of coders."""
    if len(found.raters) == PAIR:
        chosen = ["cohen_kappa", "alpha_nominal"]
    else:
        crossed = found.settings["design"] == "crossed"
        chosen = ["alpha_nominal", "conger_kappa" if crossed else "fleiss_kappa"]
    if found.unit in {"session", "segment"}:
        of_codes = [each for each in found.results if each.level is not None]
        chosen.append(icc_of([each for each in of_codes if each.statistic == "icc_1_1"]))
    return tuple(chosen)


def icc_of(results: Sequence[Result]) -> str:
    """The intraclass correlation that suits who rated what; never a mean of k raters'.

    Coders who all rated every target are crossed, whatever the design of the whole study is.
    """
    every = [each.counts for each in results if each.raters is None] or [
        each.counts for each in results
    ]
    crossed = all(counts.get("rated_by_all") == counts.get("targets") for counts in every)
    return "icc_2_1" if crossed else "icc_1_1"


def pairs_of(found: Agreement) -> list[tuple[str, ...] | None]:
    """The pairs of coders that have results of their own; None is the only pair."""
    if len(found.raters) == PAIR:
        return [None]
    named = dict.fromkeys(each.raters for each in found.results)
    return [each for each in named if each is not None]


def result_of(line: Line | None, statistic: str) -> Result | None:
    """A line's result, in whichever direction comes first."""
    every = () if line is None else line.cells.values()
    return next((each for each in every if each.statistic == statistic), None)


def why_bare(report: Report, result: Result) -> str:
    """Say why an estimate has no interval."""
    every = (each for each in (report.found, report.events, report.latest) if each is not None)
    found = next(each for each in every if any(r is result for r in each.results))
    if found.plan.resamples == 0:
        return "No interval: nothing was resampled, and theory gives none."
    if result.statistic in {"gamma", "gamma_cat"} or _rated(result, found):
        return "No interval: this is not resampled, and theory gives none."
    groups, what = _resampled(result, found)
    alike = "the resamples do not differ, or too many leave the coefficient undefined"
    few = f"there are fewer than three {what} to resample"
    if groups is None:
        return f"No interval: {few}, or {alike}."
    return f"No interval: {f'{few}, and theory gives none' if groups < _FEWEST else alike}."


def _rated(result: Result, found: Agreement) -> bool:
    """Tell whether a result is of numbers whose targets are taken as independent."""
    by_unit = result.level is not None or result.code in KINDS
    return "targets" in result.counts and not (by_unit and found.unit == "segment")


def _resampled(result: Result, found: Agreement) -> tuple[int | None, str]:
    """How many groups were there to resample for a result, None where that is not known."""
    sessions, what = found.settings["double_coded"], str(found.settings["resampled"])
    parts = what not in {"patients", "sessions"}
    if result.code in WHOLES and parts:
        return 1, "sessions"
    for each in found.results:
        same = (each.raters, each.level) == (result.raters, result.level)
        same = same and (result.level is not None or each.code == result.code)
        if same and each.low is not None and not _rated(each, found):
            # One from theory stands where there was nothing to resample.
            return each.groups or 1, what
    if parts or not isinstance(sessions, int):
        return None, what
    # Two of the coders may share fewer, and events need not lie in all of them.
    exact = result.raters is None and found.unit != "event"
    return (sessions if exact or sessions < _FEWEST else None), what


def occurs(counts: Mapping[str, int]) -> bool:
    """Tell whether anybody marked anything behind these counts."""
    return any(n for name, n in counts.items() if name not in _NO_OCCURRENCE)


@dataclass(frozen=True, slots=True)
class ByCode:
    """The results by code: over units, and over events pair by pair."""

    by_unit: Mapping[Key, Line]
    by_event: Mapping[Key, list[Line]]

    def of(self, key: Key) -> list[Line]:
        """Every line about a code."""
        unit = [self.by_unit[key]] if key in self.by_unit else []
        return unit + self.by_event.get(key, [])

    def keys(self, level: Level | None) -> list[Key]:
        """The codes of a level, in the order of the scheme."""
        every = dict.fromkeys((*self.by_unit, *self.by_event))
        if level is None:
            return [key for key in every if key[0] is None and key[1] in KINDS]
        return [key for key in every if key[0] == level and (key[1] or level == "any")]

    def used(self, key: Key) -> bool:
        """Tell whether any coder used a code."""
        return any(occurs(line.counts) for line in self.of(key))


def by_code(found: Agreement, events: Agreement | None = None) -> ByCode:
    """Gather results by code; ``events`` are those of a plan by another unit."""
    of_events = found if found.unit == "event" else events
    by_unit = {} if found is of_events else {(e.level, e.code): e for e in lines(found)}
    by_event: dict[Key, list[Line]] = {}
    if of_events is not None:
        for pair in pairs_of(of_events):
            for each in lines(of_events, pair):
                by_event.setdefault((each.level, each.code), []).append(each)
    return ByCode(by_unit, by_event)
