"""Agreement of ratings from a table made elsewhere: “agreement --table FILE”."""

import csv
import itertools
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from coder.agreement import DEFINITIONS, Agreement, Plan, check, to_json
from coder.agreement.ratings import NUMERIC, Ratings, compare
from coder.commands import Answer, Args
from coder.errors import CoderError
from coder.tables.ratings import Given, clean, read

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
_NO_RATING = frozenset({"na", "n/a", "#n/a", "nan", "null"})  # as R, Excel and pandas write it
_LARGEST = 1e100  # its square can still be summed
_MOST_NAMED = 20
_MOST_STEPS = 20  # of a scale; what goes further counts something

_Data = Mapping[str, Any]


def agree(args: Args) -> Answer:
    """Compute the agreement of the ratings in a table."""
    given = read(
        args.table, wide=args.wide, unit=args.unit_col, rater=args.rater_col, value=args.value_col
    )
    ratings = _ratings(args, given)
    asked = {"resamples": args.resamples, "seed": args.seed}
    plan = Plan(**{name: value for name, value in asked.items() if value is not None})
    check(plan)
    compared = (ratings.codes >= 0).sum(axis=1) > 1
    found = Agreement(
        plan=plan,
        unit=given.unit or "row",
        n_units=int(compared.sum()),
        raters=ratings.raters,
        settings=_settings(args, given, ratings, plan),
        results=compare(ratings, args.kind, plan),
    )
    told: dict[str, Any] = to_json(found)
    data = told | {"results": [row | {"level": None} for row in told["results"]]}
    return Answer(data, list(_lines(data)))


# categories


def _ratings(args: Args, given: Given) -> Ratings:
    """Put the texts of a table in categories: those declared, or else all there are, sorted."""
    missing = {text for text in given.texts if text.casefold() in _NO_RATING}
    named = {
        text: place
        for text, place in zip(given.texts, given.places, strict=True)
        if text not in missing
    }
    if args.categories is not None:
        named = dict.fromkeys(_declared(args.categories), "--categories")
        missing -= named.keys()
    if not named:
        raise CoderError("ratings_none", path=args.table)
    numbers = {text: number for text in named if (number := _number(text)) is not None}
    if args.kind in NUMERIC and len(numbers) < len(named):
        text = next(text for text in named if text not in numbers)
        told = {"path": args.table, "value": text, "place": named[text], "kind": args.kind}
        raise CoderError("ratings_no_number", **told)
    order = list(named)
    if args.categories is None:
        numeric = len(numbers) == len(named)
        order.sort(key=lambda text: (numbers[text] if numeric else 0, text))
    # Of numbers 2.5 and 2.50 are one; of names they may be two.
    key = _number if len(numbers) == len(named) else str
    for text, number in numbers.items():
        if abs(number) > _LARGEST and args.kind != "nominal":
            told = {"value": text, "place": named[text]}
            raise CoderError("ratings_number_too_large", **told)
    categories = {key(text): text for text in reversed(order)}
    if args.categories is not None and len(categories) < len(order):
        raise CoderError("ratings_declared_twice", category=_twice(map(key, order), order))
    names = [text for text in order if categories[key(text)] == text]
    position = {key(text): n for n, text in enumerate(names)}
    for text, place in zip(given.texts, given.places, strict=True):
        if text not in missing and key(text) not in position:
            told = {"path": args.table, "value": text, "place": place, "known": ", ".join(names)}
            raise CoderError("ratings_undeclared", **told)
    known = [-1 if text in missing else position[key(text)] for text in given.texts]
    places = np.array([*known, -1], np.int64)
    values = np.array([numbers[name] for name in names]) if len(numbers) == len(named) else None
    return Ratings(given.units, given.raters, tuple(names), places[given.cells], values)


def _declared(text: str) -> list[str]:
    """The categories of --categories; one that holds a comma stands in quotation marks."""
    try:
        names = [clean(name) for name in next(csv.reader([text], skipinitialspace=True), [])]
    except csv.Error as fault:
        raise CoderError("ratings_category_unnamed", text=text) from fault
    if not names or not all(names):
        raise CoderError("ratings_category_unnamed", text=text)
    if len(set(names)) < len(names):
        raise CoderError("ratings_declared_twice", category=_twice(names, names))
    return names


def _twice(keys: Iterable[object], names: Sequence[str]) -> str:
    seen: set[object] = set()
    for key, name in zip(keys, names, strict=True):
        if key in seen:
            return name
        seen.add(key)
    raise AssertionError(names)


def _number(text: str) -> float | None:
    number = float(text) if _NUMBER.fullmatch(text) else math.inf
    return number if math.isfinite(number) else None


# what it is computed on


def _settings(args: Args, given: Given, ratings: Ratings, plan: Plan) -> dict[str, object]:
    codes = ratings.codes
    rated = (codes >= 0).sum(axis=1)
    alone = np.flatnonzero(rated <= 1).tolist()
    used = np.bincount(codes[codes >= 0], minlength=len(ratings.categories)).tolist()
    unit = f"each “{given.unit}” of the table" if given.unit else "each row of the table"
    order = "as declared" if args.categories is not None else "as text"
    if args.categories is None and ratings.values is not None:
        order = "as numbers"
    positive = ratings.positive
    passed = [
        text
        for text in given.texts
        if text.casefold() in _NO_RATING and text not in ratings.categories
    ]
    return {
        "unit": f"{unit}; n counts those that two coders or more rated",
        "table": Path(args.table).name,
        "layout": "wide" if args.wide else "long",
        "kind": args.kind,
        "categories": ratings.categories,
        "order": order,
        "used": dict(zip(ratings.categories, used, strict=True)),
        "positive": None if positive is None else ratings.categories[positive],
        "units_in_table": len(rated),
        "left_out": {"units_rated_by_fewer_than_two": len(alone)},
        "left_out_units": tuple(ratings.units[n] for n in alone[:_MOST_NAMED]),
        "missing": int((codes < 0).sum()),
        "design": "crossed" if (codes >= 0).all() else "changing raters",
        "interval": f"95 %, from theory, the units taken to be independent; {_of_alpha(plan)}",
        "resampled": "units",
        "resamples": plan.resamples,
        "seed": plan.seed,
        "method": "percentile",
        "cautions": tuple(_cautions(ratings, order, passed)),
    }


def _of_alpha(plan: Plan) -> str:
    if plan.resamples == 0:
        return "alpha has none"
    return f"of alpha by percentiles of {plan.resamples} resamples of units, seed {plan.seed}"


def _cautions(ratings: Ratings, order: str, passed: Iterable[str]) -> Iterator[str]:
    """What was taken as it stands, and may yet not be meant."""
    for name in ratings.categories:
        if name == ".":
            yield f"“{name}” counts as a category: leave the cell empty where there is no rating."
    if passed:
        yield f"{', '.join(sorted(passed))} is read as no rating; declare it if it is a category."
    numbers: list[float] = [] if ratings.values is None else ratings.values.tolist()
    whole = all(number.is_integer() for number in numbers)
    if order == "as numbers" and whole and len(numbers) <= numbers[-1] - numbers[0] <= _MOST_STEPS:
        yield (
            "Not every whole number between the least and the greatest was used; weighted kappa, "
            "AC1, AC2 and Brennan and Prediger’s kappa go by the list: give the whole scale with "
            "--categories."
        )
    if order == "as text" and len(ratings.categories) > 2:  # noqa: PLR2004 - two have no order
        yield (
            "The categories are in the order of the alphabet, by which weighted kappa, AC2 and "
            "ordinal alpha go: give theirs with --categories."
        )


# for people


def _lines(data: _Data) -> Iterator[str]:
    settings, raters = data["settings"], data["raters"]
    left = settings["left_out"]["units_rated_by_fewer_than_two"]
    names = ", ".join(settings["left_out_units"])
    more = ", …" if left > len(settings["left_out_units"]) else ""
    used = ", ".join(f"{name} ({n})" for name, n in settings["used"].items())
    yield f"Table: {settings['table']}, {settings['layout']}."
    yield f"Unit: {settings['unit']} ({data['n_units']} of {settings['units_in_table']})."
    yield f"Left out, rated by fewer than two: {f'{left} ({names}{more})' if left else 'none'}."
    yield f"Coders: {', '.join(raters)}; ratings missing: {settings['missing']}."
    yield f"Ratings: {settings['kind']}; categories {settings['order']}, with how often: {used}."
    if settings["positive"] is not None:
        yield f"Positive is “{settings['positive']}”."
    yield f"In brackets the interval: {settings['interval']}."
    yield from settings["cautions"]
    for names, rows in itertools.groupby(data["results"], lambda row: row["raters"]):
        yield ""
        yield f"{names[0]} and {names[1]}" if names else _everyone(raters)
        yield from _of_some(list(rows), names or raters)
    if len(raters) > 2 and len(settings["categories"]) > 2:  # noqa: PLR2004 - pairs, and what is pooled
        yield ""
        yield "Every two coders by category: with --json."
    yield ""
    for name in dict.fromkeys(row["statistic"] for row in data["results"]):
        told = DEFINITIONS[name]
        yield f"{told.label}: {told.meaning} {told.source}."


def _everyone(raters: Sequence[str]) -> str:
    two = len(raters) == 2  # noqa: PLR2004 - a pair
    return f"{raters[0]} and {raters[1]}" if two else f"All {len(raters)} coders"


def _of_some(rows: Sequence[_Data], names: Sequence[str]) -> Iterator[str]:
    """The results of some coders: pooled, then of each category against the rest."""
    for code, found in itertools.groupby(rows, lambda row: row["code"]):
        some = list(found)
        if code is not None:
            yield f" “{code}” against the rest ({_counts(some[0]['counts'], names)})"
        yield from map(_line, some)
    beside: Mapping[str, float] = next((row["beside"] for row in rows if row["beside"]), {})
    if beside:
        yield " " + ", ".join(f"{name.replace('_', ' ')} {n:.3g}" for name, n in beside.items())


def _counts(counts: Mapping[str, int], names: Sequence[str]) -> str:
    words = {"only_first": f"only {names[0]}", "only_second": f"only {names[1]}"}
    return ", ".join(f"{words.get(name, name)} {n}" for name, n in counts.items())


def _line(row: _Data) -> str:
    label = DEFINITIONS[row["statistic"]].label
    if row["estimate"] is None:
        return f"  {label:<32} not estimable: {row['reason']}"
    between = "" if row["low"] is None else f"[{row['low']:.3f}, {row['high']:.3f}]"
    note = f"  {row['note']}" if row["note"] else ""
    return f"  {label:<32} {row['estimate']:6.3f}  {between:<16}  n = {row['n']}{note}"
