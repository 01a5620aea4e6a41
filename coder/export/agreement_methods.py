"""The methods section: what a paper must say of how its agreement was computed.

Each sentence is made of a setting that was printed with the numbers; without it there is none.
What the program cannot know stands in square brackets at the end, to be completed.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from coder.agreement import DEFINITIONS, Agreement, Result
from coder.agreement.panel import PAIR
from coder.export.agreement_numbers import BANDS, band_rule, capital
from coder.export.agreement_report import (
    COUNTED,
    KINDS,
    WHOLES,
    Report,
    departed,
    rows_named,
)
from coder.export.agreement_tables import tables

AUTHORS = "The Rupture Coder developers"
TITLE = "Rupture Coder: coding alliance ruptures in recorded psychotherapy sessions"

_LEVELS = {
    "marker": "the marker",
    "category": "the category",
    "family": "the family (withdrawal, confrontation)",
    "any": "any rupture",
}
_AT_LEVEL = {
    "marker": "at the level of markers",
    "category": "at the level of categories",
    "row": "at the level of rows of the form",
    "family": "at the level of families",
    "any": "where any rupture counts but those of unsure family,",
}
_LEFT_OUT = {
    "marks_of_other_persons": "marks about other persons",
    "marks_on_no_unit": "marks that lie in none of the units",
    "marks_not_covered_by_both": "marks in what fewer than two coders covered",
    "marks_without_marker": "marks without a marker",
    "marks_without_place": "marks without a place",
    "marks_without_time": "marks without a time",
    "marks_about_the_session": "marks about a session as a whole, which has no place among these",
    "marks_undeclared": "marks with a marker that the scheme does not have",
    "marks_without_row": "marks without a row on the form",
    "turns_of_backchannel": "turns that are only a backchannel",
    "turns_without_time": "turns without a time",
    "turns_not_in_both_transcripts": "turns that fewer than two coders had in their transcript",
    "turns_not_covered_by_both": "turns that fewer than two coders covered",
}
_RESAMPLED = {
    "patients": "patients",
    "sessions": "sessions",
    "segments": "segments of the one session",
    "minutes": "one-minute parts of the one session",
}
_METHODS = {"bca": "bias-corrected and accelerated", "percentile": "percentile"}
_SOURCE = re.compile(r"^(.*) \((\d{4})\)")
_LEVELED = re.compile(r"^(.*)_at_(\w+)_level$")
_WORDS = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}
_TIMES = {1: "once", 2: "twice"}
_TO_COMPLETE = (
    "[Say who the coders were, how they were trained, and what agreement they reached before they "
    "began.]",
    "[Say how disagreements were settled, and which codes further analyses rest on.]",
    "[Say whether and how drift of the coders was checked.]",
)


def methods(report: Report) -> str:
    """Write the methods section, a paragraph each with its heading before it."""
    return "\n\n".join(f"{part}. {' '.join(told)}" for part, told in paragraphs(report))


def paragraphs(report: Report) -> list[tuple[str, list[str]]]:
    """The paragraphs of the methods section: their headings and sentences, in order."""
    found, events = report.found, report.events
    used = dict.fromkeys(name for table in tables(report) for name in table.statistics)
    parts: dict[str, Iterable[str]] = {
        "Coders and material": (*_coders(found), *_scheme(found)),
        "Units and what was left out": (
            *_unit(found),
            *_beside(events),
            *_matching(found, events),
            *_left_out(found, events),
        ),
        "Statistics": _statistics(report, used),
        "Intervals": _intervals(report, used),
        "Codings and settings": (*_codings(report), *_fixed(report)),
        "Software": (
            f"Agreement was computed with Rupture Coder, version {report.version} ({AUTHORS}. "
            f"{TITLE} [Computer software, version {report.version}]).",
        ),
        "To be completed": _TO_COMPLETE,
    }
    made = [(part, list(told)) for part, told in parts.items()]
    return [(part, told) for part, told in made if told]


def _coders(found: Agreement) -> Iterator[str]:
    """How many coded what, how many sessions by two or more, and whether blind."""
    settings = found.settings
    double, coded = _number(settings["double_coded"]), _number(settings["coded"])
    per_session = settings.get("coders_per_session")
    each = per_session if isinstance(per_session, Mapping) else {}
    per = {int(n): sessions for n, sessions in each.items()}
    who = _who(found, per)
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
    if len(per) > 1:
        told = [f"{sessions} by {_WORDS.get(n, n)}" for n, sessions in per.items()]
        yield f"Of these, {_and(told)} coders."
    put_by = _listed(settings.get("put_by"))
    if put_by:
        yield f"Sessions for training or calibration were not compared (n = {len(put_by)})."
    yield from _relations(settings)


def _relations(settings: Mapping[str, object]) -> Iterator[str]:
    """Who stood in which relation to a therapist, and what was left out for it, or for consent."""
    told = settings.get("relations")
    if isinstance(told, tuple) and told:
        yield f"Of the coders, {_and(_listed(told))}."
    elif isinstance(told, tuple):
        yield "No coder declared a relation to a therapist of the sessions."
    own = _listed(settings.get("self_review"))
    if own:
        yield (
            "Codings of sessions that the coder had held as therapist are self-review and were "
            f"not compared (n = {len(own)}): {'; '.join(own)}."
        )
    ended = _listed(settings.get("ended"))
    if ended:
        yield f"Sessions to whose use consent had ended were not compared (n = {len(ended)})."


def _who(found: Agreement, per: Mapping[int, int]) -> str:
    """Who coded the sessions that two or more did; ``per`` counts them by number of coders."""
    n = len(found.raters)
    if found.settings["design"] == "crossed":
        return "two coders" if n == PAIR else f"all {n} coders"
    if len(per) == 1:
        (each,) = per
        return f"{_WORDS.get(each, each)} of {n} coders"
    return f"two or more of {n} coders"


def _scheme(found: Agreement) -> Iterator[str]:
    named = [each.rpartition(" ") for each in _listed(found.settings["schemes"])]
    told = _and([f"{scheme}, version {version}" for scheme, _, version in named])
    words = {**_LEVELS, "row": f"the row {rows_named(found)}"}
    levels = _and([words[each] for each in _listed(found.settings["levels"])])
    yield f"The coding scheme was {told}; codings were compared at the level of {levels}."
    ids = [scheme for scheme, _, _ in named]
    for scheme in dict.fromkeys(each for each in ids if ids.count(each) > 1):
        yield f"Of the versions of {scheme} the codes were compared that all of them have."
    rated = found.settings.get("ratings")
    if isinstance(rated, Mapping):
        yield f"Ratings were compared on these scales: {'; '.join(rated.values())}."


def _unit(found: Agreement) -> Iterator[str]:
    kind, what, more = _in_words(found)
    listed = found.settings.get("backchannels")
    words = f" (a list of {listed} words)" if listed and "backchannels" in what else ""
    yield (
        f"The unit of comparison was the {kind}: {what}{words}; "
        f"n = {found.n_units} {COUNTED[found.unit]}."
    )
    yield from more


def _beside(events: Agreement | None) -> Iterator[str]:
    if events is not None:
        _, what, _ = _in_words(events)
        yield f"The same codings were also compared by event: {what}; n = {events.n_units} marks."


def _in_words(found: Agreement) -> tuple[str, str, list[str]]:
    """The unit, what it is, and what else the sentence says that stands with every number."""
    kind, _, rest = str(found.settings["unit"]).partition(": ")
    what, *more = rest.split("; ")
    told = [f"{capital(each)}." for each in more if not each.startswith("n counts")]
    return kind, what, told


def _matching(found: Agreement, events: Agreement | None) -> Iterator[str]:
    by_event = found if found.unit == "event" else events
    if by_event is not None:
        settings = by_event.settings
        category = "category, " if "category" in _listed(settings["levels"]) else ""
        near = f"{_number(settings['tolerance_ms']) / 1000:g}"
        share = f"{_real(settings['overlap']):.0%}".replace("%", " %")
        how = (
            "aligned in their order (Quera, Bakeman & Gnisci, 2007)"
            if settings["ordered"]
            else "matched so that as many as can be have a match, then those of the same marker, "
            f"{category}row and family, then the closest"
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
    """What was left out, and at which level."""
    by_level = False
    for each, where in ((found, ""), (events, " of the comparison by event")):
        gone = {} if each is None else each.settings["left_out"]
        if isinstance(gone, Mapping) and gone:
            told = [_gone(name, count) for name, count in gone.items() if not _at(name)]
            groups = [_and(told)] if told else []
            for level, words in _AT_LEVEL.items():
                told = [_gone(name, n) for name, n in gone.items() if _at(name) == level]
                groups += [f"{words} {_and(told)}"] if told else []
                by_level = by_level or bool(told)
            yield f"Left out{where} were: {'; '.join(groups)}."
    if by_level:
        yield "A mark left out at one level is counted at the others at which it has a code."


def _at(name: str) -> str:
    """The level at which something was left out; none where it is left out of all."""
    found = _LEVELED.match(name)
    return found[2] if found and found[2] in _AT_LEVEL else ""


def _gone(name: str, n: int) -> str:
    """Say what was left out in words, with its number."""
    what = _LEVELED.sub(r"\1", name)
    return f"{_LEFT_OUT.get(what, what.replace('_', ' '))} (n = {n})"


def _statistics(report: Report, used: Iterable[str]) -> Iterator[str]:
    """What stands in the tables, what is too rare for it, and whose words are used."""
    told = [f"{DEFINITIONS[name].label}{_cited(DEFINITIONS[name].source)}" for name in used]
    if told:
        yield f"Agreement is given as {'; '.join(told)}."
    else:
        yield "No coder marked anything that could be compared."
    yield (
        f"Of codes that no coder used {report.found.settings['rare']} times or more only the "
        "counts are given."
    )
    if report.bands is not None:
        yield f"Words for coefficients are of {band_rule(BANDS[report.bands])}"


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
            f"{settings['resamples']} resamples of {max(drawn)} {_drawn(report)}, "
            f"seed {settings['seed']})."
        )
    if theory:
        which = _and(list(theory))
        some = "Some 95 % intervals" if drawn else "The 95 % intervals"
        yield f"{some} (of {which}) are from theory, which takes the units as independent."
    if told and not settings["reliable_interval"]:
        yield _not_reliable(settings)


def _drawn(report: Report) -> str:
    """What was resampled; a session without times has no minutes."""
    what = str(report.found.settings["resampled"])
    units = (unit for listed in report.diagnosis.values() for unit in listed.units)
    if what == "minutes" and report.found.unit == "turn" and any(u.start_ms is None for u in units):
        return "parts of the one session"
    return _RESAMPLED[what]


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
    left = _listed(settings.get("not_submitted"))
    if left:
        yield (
            "Codings in progress were not compared where others were submitted "
            f"(n = {len(left)}): {'; '.join(left)}."
        )
    reopened = _listed(settings.get("reopened"))
    if reopened:
        n, named = len(reopened), "; ".join(reopened)
        beside = "" if report.latest is None else ", with agreement as they stand now beside it"
        yield f"Reopened after their submission were (n = {n}{beside}): {named}."


def _fixed(report: Report) -> Iterator[str]:
    settings = report.found.settings
    on = str(settings.get("fixed_at") or "")[:10]
    changed = _number(settings.get("fixed_times")) - 1
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
    if status in {"fixed", "exploratory"} and changed > 0:
        times = _TIMES.get(changed, f"{changed} times")
        yield f"The settings had been fixed before, and were changed {times} while still blind."
    events = report.events
    if status == "fixed" and events is not None and events.settings.get("status") == "exploratory":
        yield "The comparison by event was not among what was fixed, and is exploratory."


def _and(told: Sequence[str]) -> str:
    return " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)


def _listed(value: object) -> tuple[str, ...]:
    return tuple(str(each) for each in value) if isinstance(value, tuple) else ()


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _real(value: object) -> float:
    return value if isinstance(value, int | float) else 0.0
