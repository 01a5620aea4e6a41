"""What is wrong with the content of a scheme: each fault with its place, and in plain words."""

import itertools
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from coder.markers.naming import letters
from coder.markers.shipped import folder

Path = tuple[str | int, ...]

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_TURNED = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they would turn round what follows them
_LISTS = ("markers", "scales")
_OF = {"markers": "marker", "scales": "scale"}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that must be put right: ``path`` leads to it through the content."""

    path: Path
    why: str

    @property
    def place(self) -> str:
        """The place as a JSON path."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path)
        return "$" + "".join(steps)


def told(fault: Fault, content: Any, titles: Mapping[Path, str] | None = None) -> str:
    """Say a fault as people would: the marker by its name, the field, and what is wrong.

    ``titles`` gives fields the title that they have in the file, by list and field.
    """
    path, at = list(fault.path), ""
    own = (titles or {}).get(tuple(step for step in path if isinstance(step, str))[:2])
    if len(path) > 1 and path[0] in _LISTS and isinstance(path[1], int):
        kind, n = str(path[0]), path[1]
        entry = content[kind][n]
        name = entry.get("label") or entry.get("id") if isinstance(entry, Mapping) else None
        name = "".join(sign for sign in str(name or "") if unicodedata.category(sign) != "Cf")
        at = f"{_OF[kind]} {n + 1}" + (f" “{name}”" if name else "")
        path = path[2:]
    if fault.why.startswith(_NO_FIELD):
        path = path[:-1]  # it names the field itself
    steps = [f"{step + 1}" if isinstance(step, int) else step.replace("_", " ") for step in path]
    if own and steps:
        steps[0] = f"“{own}”"
    return ": ".join(filter(None, (at, " ".join(steps), fault.why)))


def faults(content: Any) -> tuple[Fault, ...]:
    """Find what is wrong with the content of a scheme: its shape first, then what links in it."""
    shape = tuple(_shape(content))
    if shape:
        return shape
    texts = tuple(_texts(content, ()))
    return texts or (
        *_twins(content), *_keys(content), *_names(content), *_links(content), *_scales(content)
    )  # fmt: skip


@cache
def _validator() -> Any:
    import jsonschema

    rules = json.loads((folder() / "scheme.schema.json").read_text(encoding="utf-8"))
    return jsonschema.Draft202012Validator(rules)


def _shape(content: Any) -> Iterator[Fault]:
    found = _validator().iter_errors(content)
    for each in sorted(found, key=lambda one: [str(step).zfill(6) for step in one.absolute_path]):
        path: Path = tuple(each.absolute_path)
        why = _plain(each)
        yield Fault((*path, _extra(each)) if why.startswith(_NO_FIELD) else path, why)


_NO_FIELD = "there is no field"


def _extra(fault: Any) -> str:
    return next(str(name) for name in fault.instance if name not in fault.schema["properties"])


_KINDS = {
    "string": "text",
    "object": "a set of named fields",
    "array": "a list",
    "integer": "a whole number",
    "boolean": "true or false",
}


def _plain(fault: Any) -> str:
    """Say what a rule of the schema finds wrong."""
    found, rule, given = fault.validator, fault.validator_value, shown(fault.instance)
    if found == "required":
        missing = fault.message.split("'")[1]  # there is an error for each
        return f"“{missing}” is missing"
    if found == "additionalProperties":
        return f"{_NO_FIELD} “{_extra(fault)}” here"
    if found == "type":
        quoted = rule == "string" and fault.instance is not None
        hint = ": put it in quotation marks" if quoted else ""
        return f"{given} should be {_KINDS[rule]}{hint}"
    if found == "enum":
        known = ", ".join("none" if each is None else str(each) for each in rule)
        return f"{given} is none of {known}"
    if found in {"minimum", "maximum"}:
        return f"{given} is beyond {rule}"
    if found == "minItems":
        return "the scheme has no marker"
    if found == "uniqueItems":
        return "one stands twice"
    return f"{given} {_form(fault)}"


def _form(fault: Any) -> str:
    """Say which form a text should have, by the rule that asks for it."""
    rules = fault.schema.get("oneOf", [fault.schema])
    pattern = str(rules[0].get("pattern", rules[0].get("$ref", rules[0].get("type", ""))))
    if "integer" in pattern:
        return "should be a whole number from 1 to 36000, or none"
    if "{2,3}" in pattern:
        return "should be two or three small letters"
    if "0-9]{1,3}" in pattern:
        return "should be a whole number"
    if ";" in pattern:
        return "should be a name, without a semicolon"
    if pattern == r"^\S+$":
        return "should be without spaces"
    if pattern == r"\S":
        return "should not be empty"
    return "should be small letters and digits, with hyphens between"


def shown(value: Any) -> str:
    """Quote a value, cut where it is long."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return f"“{text}”" if len(text) <= _LONG else f"“{text[:_LONG]}…”"


_LONG = 60


def _texts(content: Any, path: Path) -> Iterator[Fault]:
    """Yield texts with what neither a file nor a screen can hold."""
    if isinstance(content, str) and _UNSEEN.search(content):
        yield Fault(path, "it holds a character that cannot be seen or kept")
    elif isinstance(content, str) and _TURNED.search(content):
        yield Fault(path, "it holds an unseen character that turns text round")
    elif isinstance(content, str) and path[-1:] == ("label",) and not _seen(content):
        yield Fault(path, "it holds nothing that can be seen")
    elif isinstance(content, Mapping):
        for name, value in content.items():
            yield from _texts(value, (*path, name))
    elif isinstance(content, list):
        for n, value in enumerate(content):
            yield from _texts(value, (*path, n))


def _seen(text: str) -> bool:
    return any(unicodedata.category(sign) not in {"Cf", "Zs", "Zl", "Zp", "Cc"} for sign in text)


def _twins(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield ids and keys that stand twice."""
    for what, name in itertools.product(_LISTS, ("id", "key")):
        first: dict[str, int] = {}
        for n, entry in enumerate(content.get(what, ())):
            value = entry.get(name)
            if value and first.setdefault(value, n) != n:
                why = f"the {name} “{value}” stands twice, first at {_OF[what]} {first[value] + 1}"
                yield Fault((what, n, name), why)


def _keys(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield keys that begin with another key, which would be taken first."""
    at = {each["key"]: n for n, each in enumerate(content["markers"]) if each.get("key")}
    for one, other in itertools.permutations(sorted(at), 2):
        if other.startswith(one):
            why = f"the key “{other}” begins with the key “{one}”, which takes its place"
            yield Fault(("markers", at[other], "key"), why)


def _names(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield other names of a marker that are names of another: they would tell neither."""
    taken: dict[str, int] = {}
    entries = content["markers"]
    for n, marker in enumerate(entries):
        for name in (marker["id"], marker["label"], marker.get("key") or marker["id"]):
            taken.setdefault(letters(name), n)
    for n, marker in enumerate(entries):
        for at, name in enumerate(marker.get("also_called", ())):
            other = taken.setdefault(letters(name), n)
            if other != n:
                why = f"“{name}” is what marker {other + 1} is called"
                yield Fault(("markers", n, "also_called", at), why)


def _links(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield links to nothing, and categories of categories: there are two levels."""
    parts = {marker["id"]: marker.get("part_of") for marker in content["markers"]}
    for n, marker in enumerate(content["markers"]):
        for at, other in enumerate(marker.get("confused_with", ())):
            if other not in parts:
                yield Fault(("markers", n, "confused_with", at), f"“{other}” is no marker")
            elif other == marker["id"]:
                yield Fault(("markers", n, "confused_with", at), "it is the marker itself")
        whole = marker.get("part_of")
        if whole is not None and whole not in parts:
            yield Fault(("markers", n, "part_of"), f"“{whole}” is no marker")
        elif whole is not None and (whole == marker["id"] or parts[whole] is not None):
            yield Fault(("markers", n, "part_of"), f"“{whole}” is itself a part")
        if marker.get("rolls_up_to") and not content.get("rolls_up_to"):
            why = "it names a row, but the scheme rolls up to none"
            yield Fault(("markers", n, "rolls_up_to"), why)
    for n, name in enumerate(content.get("prevalence", ())):
        if name not in parts:
            yield Fault(("prevalence", n), f"“{name}” is no marker")


def _scales(content: Mapping[str, Any]) -> Iterator[Fault]:
    for n, scale in enumerate(content.get("scales", ())):
        low, high = scale["low"], scale["high"]
        if low >= high:
            yield Fault(("scales", n, "high"), f"the scale goes from {low} to {high}")
        for number in scale.get("anchors", {}):
            if not low <= int(number) <= high:
                why = f"{number} lies outside the scale, which goes from {low} to {high}"
                yield Fault(("scales", n, "anchors", number), why)


def by_entry(found: Sequence[Fault], kind: str) -> dict[int, list[Fault]]:
    """Sort the faults of markers, or of scales, by the entry that each is in."""
    sorted_: defaultdict[int, list[Fault]] = defaultdict(list)
    for fault in found:
        if len(fault.path) > 1 and fault.path[0] == kind and isinstance(fault.path[1], int):
            sorted_[fault.path[1]].append(fault)
    return dict(sorted_)
