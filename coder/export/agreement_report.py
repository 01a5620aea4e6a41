"""The agreement report as values: what it is made of, and the words and columns of its tables."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from coder import __version__, agreement, reliability
from coder.agreement import DEFINITIONS, ROW_SCHEME, Agreement, Level, Plan, Result, Tick
from coder.agreement.behind import Diagnosis, Line, diagnosis, labels, lines
from coder.agreement.panel import PAIR
from coder.export.agreement_numbers import capital
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
}
WHOLES = {"episode": "Episodes", "outcome": "Outcome of episodes that both found"}
SECTIONS: Mapping[Level | None, str] = {
    "family": "Families",
    "row": f"Rows of the form ({ROW_SCHEME})",
    "marker": "Markers",
    "any": "All ruptures",
    None: "Precipitants and repair",
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
    "status",
    "fixed_at",
    "fixed_times",
    "departures",
)
_NO_OCCURRENCE = {"neither", "units"}


@dataclass(frozen=True, slots=True)
class Report:
    """Everything the files are made of.

    ``events`` are the same codings with the unit event, None where that is the plan's;
    ``diagnosis`` is by level; ``labels`` name the codes (“row X” for rows); ``latest`` are
    reopened codings as they stand now, None where none was; ``bands`` is one of
    ``agreement_numbers.BANDS``, or off; ``version`` is the software's.
    """

    found: Agreement
    events: Agreement | None
    diagnosis: Mapping[Level, Diagnosis]
    labels: Mapping[str, str]
    latest: Agreement | None
    bands: str | None
    version: str


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
        labels=labels(compared.coded),
        latest=latest,
        bands=bands,
        version=__version__,
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
        chosen.append(icc_of(found))
    return tuple(chosen)


def icc_of(found: Agreement) -> str:
    """The intraclass correlation that suits who coded what; never a mean of k raters'."""
    return "icc_2_1" if found.settings["design"] == "crossed" else "icc_1_1"


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
