"""What a scheme holds, in words: “38 markers”, “13 categories and 39 sub-categories”."""

from collections.abc import Iterator, Sequence

from coder.markers.scheme import Marker, Scheme, What

NOUNS: dict[What, tuple[str, str]] = {
    "marker": ("marker", "markers"),
    "component": ("component of repair", "components of repair"),
    "process": ("process", "processes"),
    "session": ("mark of the session as a whole", "marks of the session as a whole"),
}


def holding(scheme: Scheme) -> str:
    """Say what a scheme has on offer, kind by kind, and how much of it is retired."""
    offered = scheme.offered()
    kinds = {each.kind for each in offered}
    told = [each for kind in NOUNS for each in _counted(offered, kind, alone=kinds == {kind})]
    retired = len(scheme.markers) - len(offered)
    told += [f"{retired} retired"] if retired else []
    return ("; " if any(" and " in each for each in told) else ", ").join(told)


def _counted(offered: Sequence[Marker], kind: What, *, alone: bool) -> Iterator[str]:
    mine = [each for each in offered if each.kind == kind]
    parts = sum(each.part_of is not None for each in mine)
    if parts:
        wholes = _several(len(mine) - parts, "category", "categories")
        told = f"{wholes} and {_several(parts, 'sub-category', 'sub-categories')}"
        # Those of a model of repair need no name.
        yield told if alone and kind == "component" else f"{told} of {NOUNS[kind][1]}"
    elif mine:
        yield _several(len(mine), *NOUNS[kind])


def _several(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"
