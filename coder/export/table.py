"""Codings as tables: a row for each mark, or a row for each session and rater.

``marks`` holds the columns of “Tables of codings” (design.md 8), so that it reads back
(coder.tables), and beside them session, rater, scheme, label, column, and what says more exactly
where a mark stands: its times in ms and the range of its words. In a csv an apostrophe stands
before a cell that a spreadsheet would take for a formula.
"""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path

from coder.coding import RUPTURE_KINDS, Anchor, CodedSession, Episode, Family, Kind, Mark, Outcome
from coder.errors import CoderError
from coder.export import workbook
from coder.export.workbook import Cell
from coder.tables import guard

Row = dict[str, Cell]

MARK_COLUMNS = (
    "session", "rater", "scheme", "kind", "marker", "label", "column", "start", "end", "start_ms",
    "end_ms", "turn", "begin", "stop", "person", "family", "clarity", "quote", "text", "note",
    "episode",
)  # fmt: skip
EPISODE_COLUMNS = (
    "session", "rater", "number", "precipitant", "background", "intensity", "noticed",
    "outcome_before", "outcome_after",
)  # fmt: skip
SESSION_COLUMNS = (
    "session", "participant", "number", "rater", "scheme", "version", "state", "with_sound",
    "turns", "first_ms", "last_ms", "episodes", "marks",
    *(f"{kind}s" for kind in Kind),
    *Family,
    *(f"{outcome}_after" for outcome in Outcome),
)  # fmt: skip


def marks_csv(codings: Sequence[CodedSession], _path: Path) -> bytes:
    """Write the marks as comma-separated UTF-8."""
    return _csv(MARK_COLUMNS, _mark_rows(codings))


def marks_xlsx(codings: Sequence[CodedSession], path: Path) -> bytes:
    """Write the marks as a workbook, the episodes on a second sheet."""
    episodes = [_episode_row(coded, each) for coded in codings for each in coded.episodes]
    sheets = {
        "marks": (MARK_COLUMNS, _mark_rows(codings)),
        "episodes": (EPISODE_COLUMNS, episodes),
    }
    return workbook.tables(sheets, path)


def marks_json(codings: Sequence[CodedSession], _path: Path) -> bytes:
    """Write the marks and the episodes as JSON."""
    content = {
        "marks": _mark_rows(codings),
        "episodes": [_episode_row(coded, each) for coded in codings for each in coded.episodes],
        "with_sound": all(coded.coding.with_sound for coded in codings),
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def sessions_csv(codings: Sequence[CodedSession], _path: Path) -> bytes:
    """Write a row for each coding as comma-separated UTF-8."""
    return _csv(SESSION_COLUMNS, [_session_row(coded) for coded in codings])


def sessions_xlsx(codings: Sequence[CodedSession], path: Path) -> bytes:
    """Write a row for each coding as a workbook."""
    rows = [_session_row(coded) for coded in codings]
    return workbook.tables({"sessions": (SESSION_COLUMNS, rows)}, path)


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(columns)
    for row in rows:
        cells = (row[column] for column in columns)
        writer.writerow(["" if cell is None else guard(str(cell)) for cell in cells])
    return held.getvalue().encode(errors="replace")


def _mark_rows(codings: Sequence[CodedSession]) -> list[Row]:
    return [row for coded in codings for row in _coding_rows(coded)]


def _coding_rows(coded: CodedSession) -> list[Row]:
    turns = {turn.id: turn.n for turn in coded.turns}
    episodes = {episode.id: episode for episode in coded.episodes}
    rows = []
    for mark in coded.marks:
        mine = [episodes[each] for each in mark.episodes if each in episodes]
        held = () if mark.anchor is None else mark.anchor.turns
        numbers = [turns[each] for each in held if each in turns]
        row: Row = {
            "session": coded.session.address,
            "rater": coded.rater.name,
            "scheme": coded.scheme.id,
            "kind": mark.kind.value,
            "marker": mark.marker,
            **_marker(coded, mark),
            **_place(mark),
            "turn": "session" if mark.anchor is None else " ".join(map(str, numbers)),
            "person": mark.person,
            "family": None if mark.family is None else mark.family.value,
            "clarity": mark.clarity,
            "text": _text(mark, mine),
            "note": mark.note,
            "episode": " ".join(str(each.number) for each in mine),
        }
        rows.append(row)
    return rows


def _marker(coded: CodedSession, mark: Mark) -> Row:
    """The marker's label and column; a mark may outlive a change of its scheme."""
    try:
        marker = None if mark.marker is None else coded.scheme.marker(mark.marker)
    except CoderError:
        marker = None
    if marker is None:
        return {"label": None, "column": None}
    return {"label": marker.label, "column": marker.column}


def _place(mark: Mark) -> Row:
    anchor = mark.anchor or Anchor()
    return {
        "start": _clock(anchor.start_ms),
        "end": _clock(anchor.end_ms),
        "start_ms": anchor.start_ms,
        "end_ms": anchor.end_ms,
        "begin": anchor.begin,
        "stop": anchor.stop,
        "quote": anchor.quote,
    }


def _clock(ms: int | None) -> str | None:
    """Write h:mm:ss.mmm."""
    if ms is None:
        return None
    seconds, rest = divmod(ms, 1000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02}:{seconds % 60:02}.{rest:03}"


def _text(mark: Mark, episodes: Sequence[Episode]) -> str:
    """A precipitant's text is its episode's, where the mark has none of its own."""
    if mark.kind == Kind.PRECIPITANT and not mark.text and episodes:
        return episodes[0].precipitant
    return mark.text


def _episode_row(coded: CodedSession, episode: Episode) -> Row:
    before, after = episode.outcome_before, episode.outcome_after
    return {
        "session": coded.session.address,
        "rater": coded.rater.name,
        "number": episode.number,
        "precipitant": episode.precipitant,
        "background": episode.background,
        "intensity": episode.intensity,
        "noticed": None if episode.noticed is None else ("yes" if episode.noticed else "no"),
        "outcome_before": before and before.value,
        "outcome_after": after and after.value,
    }


def _session_row(coded: CodedSession) -> Row:
    times = [ms for turn in coded.turns for ms in (turn.start_ms, turn.end_ms) if ms is not None]
    kinds = [mark.kind for mark in coded.marks]
    families = [mark.family for mark in coded.marks if mark.kind in RUPTURE_KINDS]
    outcomes = [episode.outcome_after for episode in coded.episodes]
    return {
        "session": coded.session.address,
        "participant": coded.session.participant,
        "number": coded.session.number,
        "rater": coded.rater.name,
        "scheme": coded.coding.scheme,
        "version": coded.coding.scheme_version,
        "state": coded.coding.state.value,
        "with_sound": "yes" if coded.coding.with_sound else "no",
        "turns": len(coded.turns),
        "first_ms": min(times, default=None),
        "last_ms": max(times, default=None),
        "episodes": len(coded.episodes),
        "marks": len(coded.marks),
        **{f"{kind}s": kinds.count(kind) for kind in Kind},
        **{family.value: families.count(family) for family in Family},
        **{f"{outcome}_after": outcomes.count(outcome) for outcome in Outcome},
    }
