"""The analysis files as csv, xlsx and json: a row for each mark, or for each session and coder.

``marks`` holds the columns of “Tables of codings” (design.md 8), so that it reads back
(coder.tables), and beside them session, rater, scheme, label, column, what says more exactly
where a mark stands (its times in ms and the range of its words), and what it is counted as. A
codebook of the columns goes with each table. In a csv an apostrophe stands before a cell that a
spreadsheet would take for a formula. It is UTF-8 without a byte order mark, which R would take
for a part of the first name; Excel opens the xlsx.
"""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from coder.coding import Anchor, CodedSession, Episode, Kind, Mark
from coder.export import layout, sessions_table, workbook
from coder.export.choices import Choices
from coder.export.columns import LISTING, Column, listed, names
from coder.export.settled import (
    PRESENCE_COLUMNS,
    RATING_COLUMNS,
    clock,
    presence_rows,
    rating_rows,
)
from coder.export.workbook import Cell
from coder.markers.levels import ROW_SCHEME
from coder.tables import guard

Row = dict[str, Cell]

_CLOCK = "h:mm:ss.mmm"
_ANCHORED = "the mark has no time"
_WHOLE = "the mark is of whole turns, or of none"
MARK_COLUMNS = (
    Column("session", "the session: participant/number"),
    Column("rater", "who coded"),
    Column("scheme", "the scheme coded with"),
    Column(
        "kind",
        "what the mark is about",
        "",
        "marker, flag, precipitant, statement, shift, component, process, session",
    ),
    Column("marker", "the marker's id in the scheme", empty="no marker was named"),
    Column("label", "the marker's name", empty="no marker, or the scheme has it no longer"),
    Column("column", "the column of the form", empty="no marker, or the scheme has it no longer"),
    Column("start", "when it begins on the session's clock", _CLOCK, empty=_ANCHORED),
    Column("end", "when it ends", _CLOCK, empty="a moment, or the mark has no time"),
    Column("start_ms", "when it begins on the session's clock", "ms", empty=_ANCHORED),
    Column("end_ms", "when it ends", "ms", empty="a moment, or the mark has no time"),
    Column(
        "turn",
        "the numbers of its turns",
        "",
        "numbers; session for the session as a whole",
        "it stands on no turn",
    ),
    Column("begin", "where its words begin in the first turn", "characters", empty=_WHOLE),
    Column("stop", "where its words end in the last turn", "characters", empty=_WHOLE),
    Column("person", "whose act it is", "", "patient, therapist, other"),
    Column(
        "family",
        "the family of a rupture",
        "",
        "withdrawal, confrontation, both, unsure",
        "it is no rupture",
    ),
    Column("clarity", "how clear it is", "", "1 weak, 2 clear, 3 strong", "not said"),
    Column("quote", "the words it stands on", empty="it stands on no words"),
    Column("text", "what the form prints for it", empty="nothing of its own"),
    Column("note", "the coder's note", empty="none"),
    Column("episode", "the numbers of its episodes: coding forms", empty="it belongs to none"),
    Column("version", "the version of the scheme"),
    Column("row", "the row of the form it is counted in", empty="it has no row there"),
    Column("category", "the category it is a part of", empty="it is no part of one"),
)
EPISODE_COLUMNS = (
    "session", "rater", "number", "precipitant", "background", "intensity", "noticed",
    "outcome_before", "outcome_after",
)  # fmt: skip
COLUMNS_SHEET = "Columns"


def marks_csv(codings: Sequence[CodedSession], _path: Path, rows: str = ROW_SCHEME) -> bytes:
    """Write the marks as comma-separated UTF-8."""
    return _csv(names(MARK_COLUMNS), _mark_rows(codings, rows))


def marks_columns(_codings: Sequence[CodedSession], _path: Path, rows: str = ROW_SCHEME) -> bytes:
    """Write what the columns of the marks mean, as comma-separated UTF-8."""
    return _csv(LISTING, listed(_told(rows)))


def marks_xlsx(codings: Sequence[CodedSession], path: Path, rows: str = ROW_SCHEME) -> bytes:
    """Write the marks as a workbook, with the episodes and what the columns mean."""
    episodes = [_episode_row(coded, each) for coded in codings for each in coded.episodes]
    sheets = {
        "marks": (names(MARK_COLUMNS), _mark_rows(codings, rows)),
        COLUMNS_SHEET: (LISTING, listed(_told(rows))),
        "episodes": (EPISODE_COLUMNS, episodes),
    }
    beside = {
        "ratings": (RATING_COLUMNS, rating_rows(codings)),
        "presences": (PRESENCE_COLUMNS, presence_rows(codings)),
    }
    return workbook.tables(sheets | {n: each for n, each in beside.items() if each[1]}, path)


def marks_json(codings: Sequence[CodedSession], _path: Path, rows: str = ROW_SCHEME) -> bytes:
    """Write the marks and the episodes as JSON."""
    content = {
        "marks": _mark_rows(codings, rows),
        "episodes": [_episode_row(coded, each) for coded in codings for each in coded.episodes],
        "ratings": rating_rows(codings),
        "presences": presence_rows(codings),
        "with_sound": all(coded.coding.with_sound for coded in codings),
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def sessions_csv(codings: Sequence[CodedSession], _path: Path, choices: Choices) -> bytes:
    """Write a row for each coding as comma-separated UTF-8."""
    columns, rows = sessions_table.made(codings, choices)
    return _csv(names(columns), rows)


def sessions_columns(codings: Sequence[CodedSession], _path: Path, choices: Choices) -> bytes:
    """Write what the columns of the sessions mean, as comma-separated UTF-8."""
    return _csv(LISTING, listed(sessions_table.columns(codings, choices)))


def sessions_xlsx(codings: Sequence[CodedSession], path: Path, choices: Choices) -> bytes:
    """Write a row for each coding as a workbook, with what the columns mean."""
    columns, rows = sessions_table.made(codings, choices)
    sheets = {
        "sessions": (names(columns), rows),
        COLUMNS_SHEET: (LISTING, listed(columns)),
    }
    return workbook.tables(sheets, path)


def _told(rows: str) -> list[Column]:
    """The columns of the marks, saying whose rows they are counted in."""
    return [
        replace(each, meaning=f"the row of {rows} it is counted in") if each.name == "row" else each
        for each in MARK_COLUMNS
    ]


def _csv(columns: Sequence[str], rows: Sequence[Row]) -> bytes:
    held = io.StringIO(newline="")
    writer = csv.writer(held)
    writer.writerow(columns)
    for row in rows:
        cells = (row[column] for column in columns)
        writer.writerow(["" if cell is None else guard(str(cell)) for cell in cells])
    return held.getvalue().encode(errors="replace")


def _mark_rows(codings: Sequence[CodedSession], rows: str) -> list[Row]:
    return [row for coded in codings for row in _coding_rows(coded, rows)]


def _coding_rows(coded: CodedSession, form: str) -> list[Row]:
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
            "version": coded.coding.scheme_version,
            **_counted_as(coded, mark, form),
        }
        rows.append(row)
    return rows


def _marker(coded: CodedSession, mark: Mark) -> Row:
    """The marker's label and column; a mark may outlive a change of its scheme."""
    marker = layout.marker_of(coded, mark)
    if marker is None:
        return {"label": None, "column": None}
    return {"label": marker.label, "column": marker.column}


def _counted_as(coded: CodedSession, mark: Mark, form: str) -> Row:
    """The row of the form, and the category, that a mark is counted in."""
    marker = layout.marker_of(coded, mark)
    own = marker is not None and marker in coded.scheme.markers
    return {
        "row": sessions_table.code_at(coded.scheme, mark.marker, "row", form) if own else None,
        "category": None if marker is None else marker.part_of,
    }


def _place(mark: Mark) -> Row:
    anchor = mark.anchor or Anchor()
    return {
        "start": clock(anchor.start_ms),
        "end": clock(anchor.end_ms),
        "start_ms": anchor.start_ms,
        "end_ms": anchor.end_ms,
        "begin": anchor.begin,
        "stop": anchor.stop,
        "quote": anchor.quote,
    }


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
