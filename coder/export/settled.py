"""Ratings and presences as rows, which read back beside the marks of a coding (coder.tables)."""

from collections.abc import Sequence

from coder.coding import CodedSession
from coder.export.workbook import Cell
from coder.markers import scales_ever

RATING_COLUMNS = (
    "session", "rater", "scale", "label", "value", "episode", "segment_start", "segment_ms",
)  # fmt: skip
PRESENCE_COLUMNS = ("session", "rater", "component", "label", "found", "episode")

Row = dict[str, Cell]


def clock(ms: int | None) -> str | None:
    """Write h:mm:ss.mmm."""
    if ms is None:
        return None
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def rating_rows(codings: Sequence[CodedSession]) -> list[Row]:
    """A row for each rating, with the scale's name where the scheme has it."""
    made: list[Row] = []
    for coded in codings:
        numbers = {episode.id: episode.number for episode in coded.episodes}
        scales = scales_ever(coded.scheme)
        for each in coded.ratings:
            known = scales.get(each.scale)
            number = None if each.episode_id is None else numbers.get(each.episode_id)
            made.append(
                {
                    "session": coded.session.address,
                    "rater": coded.rater.name,
                    "scale": each.scale,
                    "label": None if known is None else known.label,
                    "value": each.value,
                    "episode": number,
                    "segment_start": clock(each.segment_ms),
                    "segment_ms": each.segment_ms,
                }
            )
    return made


def presence_rows(codings: Sequence[CodedSession]) -> list[Row]:
    """A row for each component whose presence was settled."""
    made: list[Row] = []
    for coded in codings:
        numbers = {episode.id: episode.number for episode in coded.episodes}
        labels = {marker.id: marker.label for marker in coded.scheme.markers}
        made += [
            {
                "session": coded.session.address,
                "rater": coded.rater.name,
                "component": each.component,
                "label": labels.get(each.component),
                "found": each.found.value,
                "episode": None if each.episode_id is None else numbers.get(each.episode_id),
            }
            for each in coded.presences
        ]
    return made
