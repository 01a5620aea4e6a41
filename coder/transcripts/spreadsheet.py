"""Tables of turns: csv, tsv, lists with semicolons or bars, and Excel workbooks.

A row is a turn. An utterance that stands in several rows (once for each annotator) is one; columns
that are not read are told of, those of words cell by cell.
"""

import itertools
import re
from collections import Counter
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder.errors import CoderError, Notice
from coder.transcripts import cell_times, columns, labels, packed, sheets
from coder.transcripts.columns import Layout
from coder.transcripts.events import Event, Kind, Read, plain
from coder.transcripts.sheets import Row, Sheet
from coder.transcripts.source import Format, Options, Source

_HEAD_ROWS = 500  # rows by which the columns are known
_ALIKE = 0.8  # share of the rows that have one length
_SENTENCE = 3  # words that nobody says again in the same moment
_LISTED = 10  # sessions named in an error
_TABLES = frozenset({".csv", ".tsv", ".tab"})
_IN_TURNS = ("text", "speaker", "start", "end")
_TIMED = re.compile(r"\s*\[?\d[\d:.,]* *--> *\d")  # what the console of Whisper shows
_WHISPER = re.compile(r"start\tend\ttext\r?\n\d+\t\d+\t")
_ADDRESS = re.compile(r"(?:https?|ftp)://\S+|www\.\S+", re.IGNORECASE)


def _laid_out(sheet: Sheet, options: Options, path: Path) -> Layout | None:
    rows = [row for _, row in sheet.rows[:_HEAD_ROWS]]
    return columns.layout(rows, options.columns, path)


def knows(source: Source) -> bool:
    """Tell whether a text is a table of turns, or by its name and shape at least a table.

    Text with labels, a whisper tsv and chats are none; in a text file (.txt) titles must stand
    above the columns, or times for starts and ends be in them.
    """
    if _WHISPER.match(source.text) or _TIMED.match(source.text):
        return False
    hinted = bool(sheets.HINT.match(source.text))
    separator, wide, share = sheets.separator(source.text)
    if not hinted and wide < 2:  # noqa: PLR2004 - columns of a table
        return False
    sheet = sheets.from_text(source.path, source.text, cut=True)
    layout = _laid_out(sheet, source.options, source.path)
    titled = layout is not None and layout.head is not None
    if share < _ALIKE and not hinted and not titled:
        return False
    if source.suffix in _TABLES or hinted or source.options.columns:
        return _is_table(layout, separator) or not columns.begin_with_labels(
            [line.text.strip() for line in source.lines]
        )
    return layout is not None and _is_table_in_text(sheet, layout, separator, wide)


def _knows_tabs(source: Source) -> bool:
    return sheets.separator(source.text)[0] == "\t" and knows(source)


def knows_workbook(source: Source) -> bool:
    """Tell whether the bytes are a packed Excel workbook."""
    return "xl/workbook.xml" in packed.names(source.data)


def _is_table(layout: Layout | None, separator: str) -> bool:
    """Tell a table from lines with a label and a comma each."""
    if layout is None:
        return False
    return layout.head is not None or separator == "\t" or "start" in layout.roles


def _is_table_in_text(sheet: Sheet, layout: Layout, separator: str, wide: int) -> bool:
    if layout.head is not None:
        return "start" in layout.roles
    if separator != "\t" or "start" not in layout.roles:
        return False
    if "end" in layout.roles:
        return True
    words = [row[layout.roles["text"]] for _, row in sheet.rows if len(row) == wide]
    if "speaker" in layout.roles:
        who = [row[layout.roles["speaker"]] for _, row in sheet.rows if len(row) == wide]
        return not any(cell.rstrip().endswith((":", "：")) for cell in who)
    return wide == 2 and not columns.begin_with_labels(words)  # noqa: PLR2004 - a time and words


def read_text(source: Source) -> Read:
    """Read a table in a text. Raises CoderError when its columns cannot be told apart."""
    return _read(source, (sheets.from_text(source.path, source.text),), in_workbook=False)


def read_workbook(source: Source) -> Read:
    """Read a workbook; sheets of turns are sessions where there are several.

    Raises CoderError when it cannot be read, or its columns cannot be told apart.
    """
    return _read(source, sheets.from_workbook(source.path, source.data), in_workbook=True)


def _read(source: Source, pages: Sequence[Sheet], *, in_workbook: bool) -> Read:
    options, path = source.options, source.path
    tables = [each for page in pages if (each := _table(page, options, path, len(pages)))]
    if not tables:
        raise CoderError("table_no_columns", path=path)
    parts = _parts(tables)
    if options.part is not None and options.part not in parts:
        listed = [*itertools.islice(parts, _LISTED), *(["…"] if len(parts) > _LISTED else [])]
        known = ", ".join(listed) or "none"
        raise CoderError("unknown_part", path=path, part=options.part, known=known)
    told: list[Notice] = []
    if parts and options.part is None:
        told.append(Notice("table_several_sessions", {"count": len(parts)}))
    events: list[Event] = []
    chosen = _chosen_tables(tables, options)
    for each in chosen:
        events += _events(each, options, told, in_workbook=in_workbook)
    read = {id(each.sheet) for each in chosen}
    events += [event for page in pages if id(page) not in read for event in _unread(page)]
    layout = chosen[0].layout
    return Read(
        tuple(events),
        warnings=tuple(told),
        parts=tuple(parts.items()),
        titles=layout.titles,
        columns={
            role: layout.titles[layout.roles[role]]
            for role in columns.ROLES
            if role in layout.roles
        },
    )


@dataclass(frozen=True, slots=True)
class _Table:
    """A sheet whose columns are known; its rows are as long as there are titles, or longer."""

    sheet: Sheet
    layout: Layout
    rows: tuple[Row, ...]

    def cells(self, role: str) -> list[str]:
        """The cells of a column by its role, without space around; empty ones where none is."""
        at = self.layout.roles.get(role)
        return ["" if at is None else row[at].strip() for _, row in self.rows]


def _table(sheet: Sheet, options: Options, path: Path, pages: int) -> _Table | None:
    """Find out the columns of a sheet; a person's choice need not fit each of several."""
    try:
        layout = _laid_out(sheet, options, path)
    except CoderError as fault:
        if pages > 1 and fault.key == "unknown_column":
            return None
        raise
    if layout is None:
        return None
    wide, words = len(layout.titles), layout.roles["text"]
    rows = []
    for n, row in sheet.rows[layout.begin :]:
        cells = [*row, *[""] * (wide - len(row))]
        if len(cells) > wide and words == wide - 1 and sheet.separator:
            # Words with the separator in them, which nobody put in quotation marks.
            cells = [*cells[: wide - 1], sheet.separator.join(cells[wide - 1 :])]
        rows.append((n, cells))
    return _Table(sheet, layout, tuple(rows))


def _parts(tables: Sequence[_Table]) -> dict[str, int]:
    """Count the turns of each session: of the sheets, or of the names in a column."""
    if len(tables) > 1:
        return {each.sheet.name: sum(map(bool, each.cells("text"))) for each in tables}
    named = zip(tables[0].cells("session"), tables[0].cells("text"), strict=True)
    repeated = _repeated(tables[0])
    counts = Counter(
        name for n, (name, text) in enumerate(named) if name and text and n not in repeated
    )
    return dict(counts) if len(counts) > 1 else {}


def _chosen_tables(tables: Sequence[_Table], options: Options) -> list[_Table]:
    if options.part is None or len(tables) == 1:
        return list(tables)
    return [each for each in tables if each.sheet.name == options.part]


def _repeated(table: _Table) -> frozenset[int]:
    """Find the rows that say again what has been said under the same number of an utterance."""
    if "utterance" not in table.layout.roles:
        return frozenset()
    seen = set()
    again = []
    roles = ("session", "utterance", "speaker", "start", "text")
    for n, key in enumerate(zip(*map(table.cells, roles), strict=True)):
        if key[1] and key in seen:
            again.append(n)
        seen.add(key)
    return frozenset(again)


def _events(
    table: _Table, options: Options, told: list[Notice], *, in_workbook: bool
) -> Iterator[Event]:
    """Say what each row is, after what stands above the rows."""
    repeated = _repeated(table)
    sessions = table.cells("session")
    asked = options.part if options.part in sessions else None
    here = [n for n, session in enumerate(sessions) if asked is None or session == asked]
    kept = [n for n in here if n not in repeated]
    yield from _above(table)
    first = table.rows[0][0] if table.rows else 1
    yield from _elsewhere(table, asked)
    if len(kept) < len(here):
        count = len(here) - len(kept)
        told.append(Notice("table_rows_repeated", {"count": count}))
        yield Event(Kind.NOISE, first, "", why=f"rows that repeat an utterance: {count}")
    worded = yield from _columns_left(table, here)
    turns = _turns(table, kept, options, told, in_workbook=in_workbook)
    for n in here:
        yield from turns.get(n, ())
        yield from _cells_left(table, n, worded)


def _elsewhere(table: _Table, asked: str | None) -> Iterator[Event]:
    """Count the rows of other sessions; those that name none are in no other, and told of whole."""
    if asked is None:
        return
    sessions = table.cells("session")
    nobodys = [table.rows[n] for n, session in enumerate(sessions) if not session]
    others = sum(session not in {asked, ""} for session in sessions)
    if others:
        why = f"rows of other sessions: {others}"
        yield Event(Kind.NOISE, table.rows[0][0], "", why=why)
    for number, cells in nobodys:
        words = [cell for cell in cells if not _ADDRESS.search(cell)]  # addresses are private
        yield Event(Kind.NOISE, number, _joined(words), why="names no session")


def _above(table: _Table) -> Iterator[Event]:
    """Tell of what stands above the rows: the separator, lines before the titles, the titles."""
    yield from table.sheet.events
    head, roles = table.layout.head, table.layout.roles
    if head is None:
        return
    for number, row in table.sheet.rows[:head]:
        yield Event(Kind.NOISE, number, _joined(row), why="stands above the table")
    number, row = table.sheet.rows[head]
    used = {at for role, at in roles.items() if role in columns.ROLES}
    titles = [cell for at, cell in enumerate(row) if at in used]
    yield Event(Kind.HEADING, number, _joined(titles), why="titles of columns")


def _joined(cells: Sequence[str]) -> str:
    return " | ".join(filter(None, map(plain, cells)))


def _columns_left(table: _Table, here: Sequence[int]) -> Generator[Event, None, list[int]]:
    """Tell of the columns that are not read; return those whose cells are told of one by one."""
    layout = table.layout
    number = table.sheet.rows[layout.head or 0][0]
    used = {layout.roles[role] for role in _IN_TURNS if role in layout.roles}
    worded = []
    for at, title in enumerate(layout.titles):
        cells = [cell for n in here if (cell := table.rows[n][1][at].strip())]
        if at in used or (not cells and layout.head is None):
            continue
        if at == layout.roles.get("session"):
            yield Event(Kind.NOISE, number, "", why=f"cells that name the session: {len(cells)}")
            continue
        words = _are_words(cells)
        worded += [at] if words else []
        why = "each is listed below" if words else "they are not kept"
        text = "" if layout.head is None else title
        why = f"column {columns.letters(at)} is not read: {len(cells)} cells, {why}"
        yield Event(Kind.NOISE, number, text, why=why)
    return worded


def _are_words(cells: Sequence[str]) -> bool:
    """Tell words, which must not be lost, from codes and numbers; addresses are private."""
    if sum(map(bool, map(_ADDRESS.search, cells))) * 2 > len(cells):
        return False
    said = sum(len(cell.split()) > 1 and any(c.isalpha() for c in cell) for cell in cells)
    return said * 2 >= len(cells) > 0 and len({*cells}) * 2 > len(cells)


def _cells_left(table: _Table, n: int, worded: Sequence[int]) -> Iterator[Event]:
    number, row = table.rows[n]
    for at in worded:
        if row[at].strip():
            why = f"column {columns.letters(at)} is not read"
            yield Event(Kind.NOISE, number, plain(row[at]), why=why)
    beyond = _joined(row[len(table.layout.titles) :])
    if beyond:
        yield Event(Kind.NOISE, number, beyond, why="stands beyond the last column")


def _turns(
    table: _Table,
    kept: Sequence[int],
    options: Options,
    told: list[Notice],
    *,
    in_workbook: bool,
) -> dict[int, list[Event]]:
    """Make the turns of the rows, with what in them cannot be read as a time."""
    whole = {role: table.cells(role) for role in columns.ROLES}
    cells = {role: [column[n] for n in kept] for role, column in whole.items()}
    title = (
        table.layout.titles[table.layout.roles["start"]] if "start" in table.layout.roles else ""
    )
    manner = cell_times.Manner(
        unit=columns.unit(title) if table.layout.head is not None else "",
        words=sum(len(text.split()) for text in cells["text"]),
        mapped="start" in options.columns,
        packed=in_workbook,
        lengths="duration" in table.layout.roles,
        frame_rate=options.frame_rate,
    )
    times = cell_times.read(cells["start"], cells["end"], manner)
    told += times.told
    if times.unread:
        told.append(Notice("times_unread", {"count": len(times.unread)}))
    who = _speakers(cells["speaker"], cells["session"])
    said = zip(who, cells["start"], cells["text"], strict=True)
    alike = sum(
        before == after and len(after[2].split()) >= _SENTENCE
        for before, after in itertools.pairwise(said)
    )
    if alike:
        told.append(Notice("table_rows_alike", {"count": alike}))
    within = frozenset[str]()
    if "speaker" not in table.layout.roles:
        within = columns.begin_with_labels(cells["text"])
    turns: dict[int, list[Event]] = {}
    for at, n in enumerate(kept):
        number, text = table.rows[n][0], cells["text"][at]
        turns[n] = [_turn(number, text, who[at], times.spans[at], within)]
    for at, text in times.unread:
        number = table.rows[kept[at]][0]
        why = "cannot be read as a time"
        turns[kept[at]].append(Event(Kind.NOISE, number, text, why=why))
    return turns


def _turn(
    number: int,
    text: str,
    label: str,
    span: tuple[int | None, int | None],
    within: Collection[str],
) -> Event:
    start_ms, end_ms = span
    if not text:
        return Event(Kind.NOISE, number, label, why="no words follow")
    prefix = labels.split(text) if within else None
    if prefix and prefix.label in within:
        label, text = prefix.label, prefix.text
        if start_ms is None:
            start_ms, end_ms = prefix.start_ms, prefix.end_ms
    return Event(Kind.TURN, number, plain(text), label, start_ms, end_ms)


def _speakers(cells: Sequence[str], sessions: Sequence[str]) -> list[str]:
    """Read who speaks; an empty cell means as above where labels stand only at their change."""
    who = [plain(cell).rstrip(":：").rstrip() for cell in cells]
    pairs = list(itertools.pairwise(who))
    if not any(who) or not who[0] or any(before == after != "" for before, after in pairs):
        return who
    for n in range(1, len(who)):
        if not who[n] and sessions[n] == sessions[n - 1]:
            who[n] = who[n - 1]
    return who


def _unread(page: Sheet) -> Iterator[Event]:
    """Tell of a sheet that is not read, row by row."""
    yield from page.events
    for number, row in page.rows:
        text = "; ".join(filter(None, (plain(_ADDRESS.sub("", cell)) for cell in row)))
        yield Event(Kind.NOISE, number, text, why="stands on another sheet")


FORMATS = (
    Format("tsv", "table with tabs (tsv)", (".tsv", ".tab"), _knows_tabs, read_text),
    Format("csv", "table (csv)", (".csv",), knows, read_text),
    Format(
        "xlsx", "Excel workbook", (".xlsx", ".xlsm"), knows_workbook, read_workbook, packed=True
    ),
)
