"""Whether the rows that a scheme's markers are counted in are there."""

from collections.abc import Iterator, Mapping
from typing import Any

from coder.errors import CoderError
from coder.markers.faults import Fault, Path, faults, told
from coder.markers.reading import Where, from_content, load
from coder.markers.scheme import Scheme
from coder.markers.settled import tidied
from coder.markers.shipped import available


def sound(
    content: Any, name: str, where: Where, titles: Mapping[Path, str] | None = None
) -> Scheme:
    """Build the scheme of a file, which must lead nowhere that is not there.

    ``where`` names the line or row of a path, ``titles`` the columns as the file has them. Raises
    CoderError for the first fault.
    """
    content = tidied(content)
    for fault in all_faults(content):
        why = ": ".join(filter(None, (where(fault.path), told(fault, content, titles))))
        raise CoderError("scheme_invalid", path=name, why=why)
    return from_content(content)


def all_faults(content: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Find what is wrong with a scheme, and where it leads to nothing."""
    return faults(content) or tuple(astray(content))


def astray(content: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield, for sound content, the roll-ups to schemes, or rows, that are not there."""
    coarser = content.get("rolls_up_to")
    if coarser is not None:
        why = _no_scheme(coarser, content["id"])
        if why:
            yield Fault(("rolls_up_to",), why)
            return
    for n, marker in enumerate(content["markers"]):
        row = marker.get("rolls_up_to")
        if row is not None and not _has(coarser, row):
            yield Fault(("markers", n, "rolls_up_to"), f"“{row}” is no marker of {coarser}")
        for scheme, other in marker.get("counts_as", {}).items():
            why = _no_scheme(scheme, content["id"])
            if not why and not _has(scheme, other):
                why = f"“{other}” is no marker of {scheme}"
            if why:
                yield Fault(("markers", n, "counts_as", scheme), why)


def _no_scheme(scheme: str, own: str) -> str:
    if scheme == own:
        return "a scheme cannot roll up to itself"
    return "" if scheme in available() else f"there is no scheme “{scheme}” that ships"


def _has(scheme: Any, marker: str) -> bool:
    return any(marker == each.id for each in load(scheme).markers)
