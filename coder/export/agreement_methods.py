"""The methods paragraph: what a paper must say of how its agreement was computed.

Each sentence is made of a setting that was printed with the numbers; without it there is none.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from coder.agreement import DEFINITIONS, ROW_SCHEME, Agreement, Result
from coder.agreement.panel import PAIR
from coder.export.agreement_numbers import BANDS, band_rule
from coder.export.agreement_report import COUNTED, KINDS, WHOLES, Report, departed
from coder.export.agreement_tables import tables

AUTHORS = "The Rupture Coder developers"
TITLE = "Rupture Coder: coding alliance ruptures in recorded psychotherapy sessions"

_LEVELS = {
    "marker": "the marker",
    "row": f"the row of the form ({ROW_SCHEME})",
    "family": "the family (withdrawal, confrontation)",
    "any": "any rupture",
}
_METHODS = {"bca": "bias-corrected and accelerated", "percentile": "percentile"}
_SOURCE = re.compile(r"^(.*) \((\d{4})\)")


def methods(report: Report) -> str:
    """Write the paragraph."""
    return " ".join(sentences(report))


def sentences(report: Report) -> list[str]:
    """The sentences of the methods paragraph, in order."""
    found = report.found
    used = dict.fromkeys(name for table in tables(report) for name in table.statistics)
    return [
        *_coders(found),
        *_scheme(found),
        *_unit(found),
        *_beside(report.events),
        *_matching(found, report.events),
        *_left_out(found, report.events),
        _statistics(used),
        *_intervals(report, used),
        *_codings(report),
        *_fixed(report),
        f"Of codes that no coder used at least {found.settings['rare']} times only the counts "
        "are given.",
        *(
            []
            if report.bands is None
            else [f"Words for coefficients are of {_bands(report.bands)}"]
        ),
        f"Agreement was computed with Rupture Coder, version {report.version} ({AUTHORS}. {TITLE} "
        f"[Computer software, version {report.version}]).",
    ]


def _coders(found: Agreement) -> Iterator[str]:
    """How many coded what, how many sessions by two or more, and whether blind."""
    settings, n = found.settings, len(found.raters)
    double, coded = _number(settings["double_coded"]), _number(settings["coded"])
    who = "two coders" if n == PAIR else f"all {n} coders"
    if settings["design"] != "crossed":
        who = f"two or more of {n} coders"
    how = ""
    if "blind" in settings:
        how = " independently, blind to" if settings["blind"] else ", not blind to"
        how += " one another’s codes"
    if double < coded:
        share = round(100 * double / coded)
        yield f"{double} of {coded} sessions ({share} %) were coded by {who}{how}."
    elif double == 1:
        yield f"One session was coded by {who}{how}."
    else:
        yield f"All {double} sessions were coded by {who}{how}."
    put_by = _listed(settings.get("put_by"))
    if put_by:
        yield f"Sessions for training or calibration were not compared (n = {len(put_by)})."


def _scheme(found: Agreement) -> Iterator[str]:
    named = [each.rpartition(" ") for each in _listed(found.settings["schemes"])]
    told = _and([f"{scheme}, version {version}" for scheme, _, version in named])
    levels = _and([_LEVELS[each] for each in _listed(found.settings["levels"])])
    yield f"The coding scheme was {told}; codings were compared at the level of {levels}."


def _unit(found: Agreement) -> Iterator[str]:
    kind, what = _in_words(found)
    listed = found.settings.get("backchannels")
    words = f" (a list of {listed} words)" if listed and "backchannels" in what else ""
    yield (
        f"The unit of comparison was the {kind}: {what}{words}; "
        f"n = {found.n_units} {COUNTED[found.unit]}."
    )


def _beside(events: Agreement | None) -> Iterator[str]:
    if events is not None:
        _, what = _in_words(events)
        yield f"The same codings were also compared by event: {what}; n = {events.n_units} marks."


def _in_words(found: Agreement) -> tuple[str, str]:
    """The unit and what it is, from the sentence that stands with every number."""
    kind, _, rest = str(found.settings["unit"]).partition(": ")
    return kind, rest.partition("; ")[0]


def _matching(found: Agreement, events: Agreement | None) -> Iterator[str]:
    by_event = found if found.unit == "event" else events
    if by_event is not None:
        settings = by_event.settings
        near = f"{_number(settings['tolerance_ms']) / 1000:g}"
        share = f"{_real(settings['overlap']):.0%}".replace("%", " %")
        how = (
            "aligned in their order (Quera, Bakeman & Gnisci, 2007)"
            if settings["ordered"]
            else "matched so that as many as can be have a match, then those of the same marker, "
            "row and family, then the closest"
        )
        yield (
            "Marks about the same person could match if they were no more than "
            f"{near} s apart, spans if they shared at least {share} of the longer; "
            f"they were {how}."
        )
    if found.unit == "second":
        near = f"{_number(found.settings['tolerance_ms']) / 1000:g}"
        yield f"The tolerance of the time-unit kappa was {near} s."


def _left_out(found: Agreement, events: Agreement | None) -> Iterator[str]:
    for each, where in ((found, ""), (events, " of the comparison by event")):
        gone = {} if each is None else each.settings["left_out"]
        if isinstance(gone, Mapping) and gone:
            told = (f"{name.replace('_', ' ')} (n = {count})" for name, count in gone.items())
            yield f"Left out{where} were {_and(list(told))}."


def _statistics(used: Iterable[str]) -> str:
    told = [f"{DEFINITIONS[name].label}{_cited(DEFINITIONS[name].source)}" for name in used]
    if not told:
        return "No coder marked anything that could be compared."
    return f"Agreement is given as {'; '.join(told)}."


def _cited(sources: str) -> str:
    """Cite as in running text; the full references stand with the definitions."""
    found = [_SOURCE.match(each) for each in sources.split("; ")]
    cites = [f"{each[1]}, {each[2]}" for each in found if each]
    return f" ({'; '.join(cites)})" if cites else ""


def _intervals(report: Report, used: Iterable[str]) -> Iterator[str]:
    """Which intervals were resampled over what, which are from theory, and whether to rely."""
    settings = report.found.settings
    told = [
        each
        for source in (report.found, report.events)
        for each in (() if source is None else source.results)
        if each.statistic in set(used) and each.low is not None
    ]
    drawn = [each.groups for each in told if each.groups is not None]
    theory = dict.fromkeys(_of_theory(each) for each in told if each.groups is None)
    if drawn:
        yield (
            f"The 95 % intervals are from a bootstrap ({_METHODS[str(settings['method'])]}, "
            f"{settings['resamples']} resamples of {max(drawn)} {settings['resampled']}, "
            f"seed {settings['seed']})."
        )
    if theory:
        which = _and(list(theory))
        some = "Some 95 % intervals" if drawn else "The 95 % intervals"
        yield f"{some} (of {which}) are from theory, which takes the units as independent."
    if told and not settings["reliable_interval"]:
        yield _not_reliable(settings)


def _of_theory(result: Result) -> str:
    rating = result.level is None and result.code not in {*KINDS, *WHOLES}
    return DEFINITIONS[result.statistic].label + (" of ratings" if rating else "")


def _not_reliable(settings: Mapping[str, object]) -> str:
    if settings["resampled"] in {"segments", "minutes"}:
        return (
            "As one session alone was compared, whose parts are not independent, the intervals "
            "are not to be relied on."
        )
    return f"With only {settings['double_coded']} sessions the intervals are not to be relied on."


def _codings(report: Report) -> Iterator[str]:
    settings = report.found.settings
    state = settings.get("codings")
    if state == "submitted":
        yield "Codings were compared as they were first submitted."
    elif str(state).startswith("as they stand"):
        yield f"Codings were compared {state}."
    elif state is not None:
        yield f"The codings were {state}: the numbers are provisional."
    reopened = _listed(settings.get("reopened"))
    if reopened:
        n, named = len(reopened), "; ".join(reopened)
        beside = "" if report.latest is None else ", with agreement as they stand now beside it"
        yield f"Reopened after their submission were (n = {n}{beside}): {named}."


def _fixed(report: Report) -> Iterator[str]:
    settings = report.found.settings
    on = str(settings.get("fixed_at") or "")[:10]
    changed = int(str(settings.get("fixed_times") or 1)) - 1
    on += f" (and had been changed {changed} times before that)" if changed > 0 else ""
    status = settings.get("status")
    what = "Unit, levels and what they rest on"
    if status == "fixed":
        yield f"{what} were fixed on {on}, before unblinding."
    elif status == "exploratory":
        away = _and(departed(report.found))
        yield (
            f"The analysis is exploratory: in {away} it departs from what was fixed on {on}, "
            "before unblinding."
        )
    elif status == "open":
        yield f"{what} were not fixed in advance."
    events = report.events
    if status == "fixed" and events is not None and events.settings.get("status") == "exploratory":
        yield "The comparison by event was not among what was fixed, and is exploratory."


def _bands(name: str) -> str:
    return band_rule(BANDS[name])


def _and(told: Sequence[str]) -> str:
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _listed(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, tuple) else ()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _real(value: object) -> float:
    return value if isinstance(value, int | float) else 0.0
