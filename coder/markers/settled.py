"""The content of a scheme in one settled form, whatever file or hand it comes from."""

from collections.abc import Mapping
from typing import Any

_NOT_SAID: tuple[Any, ...] = (None, "", [], {})
_SCHEME = (
    "id", "version", "title", "source", "note", "rolls_up_to", "segment_s", "columns", "scales",
    "prevalence", "markers",
)  # fmt: skip
_MARKER = (
    "id", "label", "also_called", "column", "kind", "person", "family", "certainty", "key",
    "colour", "part_of", "definition", "use_when", "avoid_when", "example", "confused_with",
    "rolls_up_to", "counts_as", "risk", "retired", "observable",
)  # fmt: skip
_SCALE = ("id", "label", "low", "high", "over", "each", "at_end", "about", "anchors")
_USUAL_MARKER = {
    "person": "patient", "certainty": "low", "retired": False, "observable": True,
}  # fmt: skip
_NUMBERS = frozenset({"low", "high", "segment_s"})
_USUAL_SCALE = {"over": "session", "at_end": True}


def tidied(content: Any) -> Any:
    """Write keys as text, strip texts, and make whole numbers of 5.0: files differ in these.

    YAML takes the 1 of an anchor for a number, where JSON has only texts.
    """
    if isinstance(content, Mapping):
        return {
            str(key): _whole(each) if key in _NUMBERS else tidied(each)
            for key, each in content.items()
        }
    if isinstance(content, list | tuple):
        return [tidied(each) for each in content]
    if isinstance(content, str):
        lines = content.replace("\r\n", "\n").replace("\r", "\n")
        return lines.replace("\x85", "\n").strip()  # YAML takes U+0085 for the end of a line
    return content


def _whole(number: Any) -> Any:
    return int(number) if isinstance(number, float) and number.is_integer() else tidied(number)


def settled(content: Mapping[str, Any]) -> dict[str, Any]:
    """Put the fields of sound content in one order, and leave out what goes without saying."""
    made = _told(content, _SCHEME, {})
    made["markers"] = [_marker(each) for each in content["markers"]]
    if content.get("scales"):
        made["scales"] = [_scale(each) for each in content["scales"]]
    if made.get("columns"):
        made["columns"] = dict(sorted(made["columns"].items()))
    return made


def _marker(entry: Mapping[str, Any]) -> dict[str, Any]:
    kind = "component" if entry["column"] == "repair" else "marker"
    made = _told(entry, _MARKER, {**_USUAL_MARKER, "kind": kind})
    if "counts_as" in made:
        made["counts_as"] = dict(sorted(made["counts_as"].items()))
    return made


def _scale(entry: Mapping[str, Any]) -> dict[str, Any]:
    made = _told(entry, _SCALE, _USUAL_SCALE)
    if "anchors" in made:
        made["anchors"] = dict(sorted(made["anchors"].items(), key=lambda each: int(each[0])))
    return made


def _told(
    entry: Mapping[str, Any], names: tuple[str, ...], usual: Mapping[str, Any]
) -> dict[str, Any]:
    """Keep, in order, the fields that say something; 0 and false may."""
    return {
        name: entry[name]
        for name in names
        if name in entry
        and not any(entry[name] == each for each in _NOT_SAID)
        and not (name in usual and entry[name] == usual[name])
    }
