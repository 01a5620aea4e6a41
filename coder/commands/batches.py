"""Import a folder of transcripts, or a file with several sessions."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coder import batch, people
from coder.commands import Answer, Args, asked_at_a_terminal, opened
from coder.commands.reading import reading_options
from coder.errors import CoderError, Notice
from coder.study import Study
from coder.words import say

USER_FAULT = 2  # the exit status where something could not be done that was asked


def import_folder(args: Args) -> Answer:
    """Import what a plan says, or only make the plan: with --dry-run, or as a table."""
    options = reading_options(args)
    if args.write_plan is not None and args.write_plan.exists():
        raise CoderError("file_exists", path=args.write_plan)
    if args.write_plan is not None and args.write_plan.suffix.lower() != ".csv":
        raise CoderError("plan_csv", path=args.write_plan)
    with opened(args, write=not (args.dry_run or args.write_plan)) as (study, who):
        if args.plan is not None:
            rows = batch.read_plan(args.plan, args.place)
        else:
            rows = batch.plan(args.place, options, progress=_progress)
        if args.dry_run or args.write_plan:
            return _planned(study, rows, args)
        left_out = [row for row in rows if _is_none(row)]
        report = batch.run(
            study,
            [row for row in rows if not _is_none(row)],
            options,
            who,
            from_recording=args.times == "recording",
            progress=_progress,
        )
    results = [
        _row(each.row, args.place, each.session or each.row.address, each.turns, _said(each))
        for each in report.results
    ]
    results += [_row(row, args.place, "", None, row.problem) for row in left_out]
    return _answer(results, report.imported, report.refused)


def _is_none(row: batch.Row) -> bool:
    """Tell what lies in a folder besides sessions: it is named, and is no fault."""
    return bool(row.problem) and not row.participant and not row.session


def _said(result: batch.Result) -> str:
    return "" if result.problem is None else say(result.problem)


def _progress(done: int, total: int, path: Path) -> None:
    """Tell whoever waits at a terminal; the answer itself goes to standard output."""
    if asked_at_a_terminal():
        sys.stderr.write(f"{done + 1} of {total}: {path.name}\n")


def _planned(study: Study, rows: Sequence[batch.Row], args: Args) -> Answer:
    """Show what an import would do, and write it down where asked; nothing is imported."""
    there = {session.address.casefold() for session in study.sessions()}
    told = []
    for row in rows:
        problem = row.problem
        if not problem and not row.file.is_file():
            problem = say(CoderError("batch_missing", path=row.file))
        if not problem and row.address.casefold() in there:
            problem = say(Notice("session_exists", {"session": row.address}))
        ended = people.newcomer(study, row.participant, row.session, row.purpose)
        if not problem and ended is not None:
            problem = say(ended)
        address = "" if _is_none(row) else row.address
        told.append(_row(row, args.place, address, row.turns, problem))
    refused = sum(bool(each["problem"]) for each in told if each["session"])
    answer = _answer(told, 0, refused, would=sum(not each["problem"] for each in told))
    if args.write_plan is None:
        return answer
    batch.write_plan(rows, args.place, args.write_plan)
    data = {**answer.data, "written": str(args.write_plan)}
    return Answer(data, [*answer.lines, f"Written: {args.write_plan}."], answer.status)


def _row(
    row: batch.Row, place: Path, session: str, turns: int | None, problem: str
) -> dict[str, Any]:
    return {
        "file": batch.named_from(row.file, place),
        "part": row.part,
        "session": session,
        "turns": turns,
        "problem": problem or None,
    }


def _answer(
    rows: Sequence[dict[str, Any]], imported: int, refused: int, would: int | None = None
) -> Answer:
    lines = []
    for row in rows:
        part = "" if row["part"] is None else f" [{row['part']}]"
        turns = "" if row["turns"] is None else f", {row['turns']} turns"
        said = row["problem"] or f"{row['session']}{turns}"
        lines.append(f"{row['file']}{part}: {said}")
    if would is None:
        lines.append(f"Imported: {imported}; refused: {refused}.")
    else:
        lines.append(f"Nothing is imported. It would be: {would}; refused: {refused}.")
    data: dict[str, Any] = {"rows": rows, "imported": imported, "refused": refused}
    if would is not None:
        data["would_import"] = would
    return Answer(data, lines, USER_FAULT if refused else 0)
