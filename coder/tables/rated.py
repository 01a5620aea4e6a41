"""Rows of ratings and of presences, which json and xlsx codings have beside their marks."""

from collections.abc import Callable

from coder.coding import Coding, EpisodeId, Found, Presence, PresenceId, Rating, RatingId
from coder.errors import CoderError
from coder.markers import Scale, Scheme, scales_ever
from coder.markers.naming import plain
from coder.session import new_id, parse_clock
from coder.tables.cells import numbers
from coder.tables.files import Cells
from coder.tables.presences import found_of

_Episode = Callable[[Cells], EpisodeId | None]


def rating(cells: Cells, coding: Coding, scheme: Scheme, episode_of: _Episode) -> Rating:
    """Read a row of scale, value, episode and segment_start. Raises CoderError, saying why not."""
    scale = _scale(scheme, cells.get("scale", ""))
    text = cells.get("value", "")
    digits = text.removeprefix("-")
    value = int(text) if digits.isascii() and digits.isdigit() and len(digits) < 9 else None  # noqa: PLR2004 - no scale is so long
    if value is None or not scale.low <= value <= scale.high:
        raise CoderError(
            "row_off_scale", scale=scale.label, given=text, low=scale.low, high=scale.high
        )
    start = _start(cells)
    given = {"episode": bool(cells.get("episode")), "segment": start is not None}
    for over, column in (("episode", "episode"), ("segment", "segment_start")):
        told = {"scale": scale.label, "over": scale.over, "column": column}
        if given[over] and scale.over != over:
            raise CoderError("row_rates_other", **told)
        if scale.over == over and not given[over]:
            raise CoderError("row_rates_nothing", **told)
    return Rating(RatingId(new_id()), coding.id, scale.id, value, episode_of(cells), start)


def _start(cells: Cells) -> int | None:
    """Where a segment begins (ms), None where none is named. Raises CoderError."""
    if cells.get("segment_start"):
        return parse_clock(cells["segment_start"])
    given = numbers(cells, "segment_ms")
    return given[0] if given else None


def _scale(scheme: Scheme, name: str) -> Scale:
    """Find a scale by id or label. Raises CoderError for none, and for several of one label."""
    scales = scales_ever(scheme)
    if name in scales:
        return scales[name]
    found = [each for each in scales.values() if plain(each.label) == plain(name)]
    if len(found) == 1:
        return found[0]
    known = ", ".join(each.id for each in found) or ", ".join(scales) or "none"
    raise CoderError("row_unknown_scale", given=name, scheme=scheme.id, known=known)


def presence(cells: Cells, coding: Coding, scheme: Scheme, episode_of: _Episode) -> Presence:
    """Read a row of component, found and episode. Raises CoderError, saying why not."""
    component = scheme.marker(cells.get("component", ""))
    if component.kind != "component":
        raise CoderError("row_no_component", marker=component.label, kind=component.kind)
    text = cells.get("found", "")
    found = Found(text) if text in {*Found} else found_of(text)
    if found is None:
        raise CoderError("row_nothing_found")
    made = PresenceId(new_id())
    return Presence(made, coding.id, component.id, found, episode_of(cells))


def same_spot(one: Rating | Presence, other: Rating | Presence) -> bool:
    """Tell whether two say something of the same: of one scale or component, at one place."""
    return _spot(one) == _spot(other)


def _spot(item: Rating | Presence) -> tuple[object, ...]:
    if isinstance(item, Rating):
        return "rating", item.scale, item.episode_id, item.segment_ms
    return "presence", item.component, item.episode_id


def says_same(one: Rating | Presence, other: Rating | Presence) -> bool:
    """Tell whether two that are of the same say the same of it."""
    said = [each.value if isinstance(each, Rating) else each.found for each in (one, other)]
    return said[0] == said[1]
