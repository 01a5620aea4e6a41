"""Roll-ups between schemes: which row of a coarser scheme a marker is counted in. They are data."""

from collections import Counter

from coder.errors import CoderError
from coder.markers.reading import load
from coder.markers.scheme import Scheme


def roll_up(scheme: Scheme, marker_id: str, target: str) -> str | None:
    """Return the marker of ``target`` that a marker is counted in, None where it has no row.

    Raises CoderError when no path of roll-ups leads from the scheme to the target.
    """
    here: str | None = marker_id
    while scheme.id != target:
        # The next scheme is asked first: big comparisons ask this very often.
        if scheme.rolls_up_to != target and target in crosswalks(scheme):
            return None if here is None else scheme.marker(here).counts_as.get(target)
        if scheme.rolls_up_to is None:
            raise CoderError("no_roll_up", scheme=scheme.id, target=target)
        here = None if here is None else scheme.marker(here).rolls_up_to
        if scheme.rolls_up_to == target:
            return here
        scheme = load(scheme.rolls_up_to)
    return here


def crosswalks(scheme: Scheme) -> tuple[str, ...]:
    """The schemes whose rows some of the markers say they count as, beside ``rolls_up_to``.

    Those that hold rupture markers come first, then those that most of the markers count in.
    """
    ruptures: Counter[str] = Counter()
    every: Counter[str] = Counter()
    for marker in scheme.markers:
        every.update(marker.counts_as.keys())
        ruptures.update(marker.counts_as.keys() if marker.kind == "marker" else ())
    return tuple(sorted(every, key=lambda target: (-ruptures[target], -every[target], target)))


def targets(scheme: Scheme) -> tuple[str, ...]:
    """Every scheme that a scheme can be rolled up to, the nearest first."""
    found: list[str] = []
    while scheme.rolls_up_to is not None and scheme.rolls_up_to not in found:
        found += [scheme.rolls_up_to, *crosswalks(scheme)]
        scheme = load(scheme.rolls_up_to)
    return tuple(dict.fromkeys((*found, *crosswalks(scheme))))
