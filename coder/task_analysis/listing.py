"""An analysis as rows of plain values, for files and for --json. Times are ms, shares 0 to 1."""

from collections.abc import Mapping
from typing import Any

from coder.task_analysis.analysing import Analysis
from coder.task_analysis.columns import Column
from coder.task_analysis.timing import First, median_place

Row = dict[str, Any]

_NONE = First(None, None, "not looked for")


def listed(analysis: Analysis) -> Mapping[str, list[Row]]:
    """Every table of an analysis by its name."""
    return {
        "components": components(analysis),
        "compared": compared(analysis),
        "order": order(analysis),
        "between": between(analysis),
        "to_repair": to_repair(analysis),
    }


def to_json(analysis: Analysis) -> Row:
    """All of an analysis, with what the numbers are numbers of."""
    return {**about(analysis), **listed(analysis)}


def about(analysis: Analysis) -> Row:
    """What was analysed, by whom coded, and how the numbers are defined."""
    scheme = analysis.scheme
    return {
        "scheme": scheme.id,
        "version": scheme.version,
        "title": scheme.title,
        "unit": analysis.by,
        "window_s": analysis.window_s,
        "raters": list(analysis.raters),
        "n_columns": len(analysis.columns),
        "groups": analysis.groups,
        "marks_of_no_episode": analysis.loose,
        "definitions": analysis.definitions,
    }


def components(analysis: Analysis) -> list[Row]:
    """A row for each component and column: what is found, by what, and when first."""
    timed = [each.firsts for each in analysis.timed]
    rows = []
    for n, column in enumerate(analysis.columns):
        for at, marker in enumerate(analysis.rows):
            cell, first = column.cells[at], timed[n][at] if timed else _NONE
            rows.append(
                {
                    **_column(column),
                    "component": marker.id,
                    "label": marker.label,
                    "part_of": marker.part_of,
                    "found": cell.found.value,
                    "by": cell.basis.value,
                    "marks": cell.marks,
                    "first_ms": first.ms,
                    "place": first.place,
                    "reason": first.reason,
                }
            )
    return rows


def compared(analysis: Analysis) -> list[Row]:
    """A row for each component and group of outcome, with its counts."""
    groups = analysis.groups
    labels = {marker.id: marker.label for marker in analysis.rows}
    return [
        {
            "component": each.component,
            "label": labels[each.component],
            "outcome": name,
            "n": groups[name],
            "present": counts.present,
            "not_present": counts.not_present,
            "not_analysed": counts.not_analysed,
            "not_observable": counts.not_observable,
            "distinguishes": each.distinguishes,
            "remark": each.remark,
        }
        for each in analysis.compared
        for name, counts in each.groups.items()
    ]


def order(analysis: Analysis) -> list[Row]:
    """A row for each component: its median place, and in how many columns it has one."""
    rows = []
    for at, marker in enumerate(analysis.rows):
        place, n = median_place([each.firsts[at] for each in analysis.timed])
        rows.append({"component": marker.id, "label": marker.label, "median_place": place, "n": n})
    return rows


def between(analysis: Analysis) -> list[Row]:
    """A row for each two components: from the first of one to the first of the other."""
    return [
        {
            "from": each.start,
            "to": each.end,
            "n": each.n,
            "median_ms": each.median_ms,
            "low_ms": each.low_ms,
            "high_ms": each.high_ms,
            "reason": each.reason,
        }
        for each in analysis.between
    ]


def to_repair(analysis: Analysis) -> list[Row]:
    """A row for each column: how soon repair came, and the rupture marks it followed in time."""
    rows = []
    for column, timed in zip(analysis.columns, analysis.timed, strict=False):
        row = _column(column)
        for (end, kind), span in timed.to_repair.items():
            row[f"{end}_to_{kind}_ms"] = span.ms
            row[f"{end}_to_{kind}_reason"] = span.reason
        followed = timed.followed
        rows.append(
            {
                **row,
                "rupture_marks": followed.timed,
                "untimed_marks": followed.untimed,
                "untimed_repair_marks": followed.untimed_repairs,
                "followed": followed.n,
                "share_followed": followed.share,
                "window_s": followed.window_s,
            }
        )
    return rows


def _column(column: Column) -> Row:
    return {
        "column": column.label,
        "session": None if column.session is None else column.session.address,
        "participant": column.participant,
        "episode": column.number,
        "outcome": column.outcome,
        "rater": column.rater.name,
        "state": column.state,
        "ruptures_by": column.ruptures_by,
    }
