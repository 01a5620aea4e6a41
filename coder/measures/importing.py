"""Measures from a table: a row for each session, or a row for each answer.

Wide: participant, session (or session as P/N), and a column for each answer, found by its title
(``srs_relationship``, ``psq-patient_b1a``; an instrument's own name is its total or score) or as
it is told. Long: participant, session, instrument, item, value. All of it is taken, or nothing;
``look`` says beforehand what would be.
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coder.coding import Change, Item
from coder.errors import CoderError
from coder.measures.defining import (
    SCORE,
    TOTAL,
    AnswersRefused,
    checked,
    finer_than_kept,
    instruments,
    lead_only,
    scored,
)
from coder.measures.entering import Sessions
from coder.session import Instrument, Measure, MeasureId, Session, SessionId, new_id
from coder.study import Study, Viewer
from coder.tables.files import Cells, Row, anything, title
from coder.words import say

_WHO, _WHEN = "participant", "session"
_LONG = ("instrument", "item", "value")
_MOST_REASONS = 20
_SHOWN = 3  # cells of a column
_Column = tuple[Instrument, str]


@dataclass(frozen=True, slots=True)
class Taken:
    """What an import did, in measures; ``columns`` were taken, ``passed_over`` were not.

    ``to_a_tenth`` counts the answers that were given finer than they are kept.
    """

    added: int
    altered: int
    same: int
    sessions: int
    columns: tuple[str, ...]
    passed_over: tuple[str, ...]
    to_a_tenth: int = 0


@dataclass(frozen=True, slots=True)
class Looked:
    """What an import would do: ``columns`` names ours for those of the table that are taken.

    ``titles`` are all of its columns, each with the first cells under it. ``refused`` says why
    nothing can be taken; ``taken`` is None where the columns themselves are refused.
    """

    titles: Mapping[str, str]
    columns: Mapping[str, str]
    rows: int
    taken: Taken | None
    refused: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    """What the table gives of a session's answers to one instrument, and where it began to."""

    where: str
    session: Session
    instrument: Instrument
    given: dict[str, str | None] = field(default_factory=dict)


def take_in(
    study: Study,
    path: Path,
    *,
    columns: Mapping[str, str] | None = None,
    missing: Sequence[str] = (),
    replace: bool = False,
    by: Viewer = None,
) -> Taken:
    """Import a table of measures as one act.

    ``columns`` names the table's column for ours, as in ``{"srs_total": "Summe"}``, and nothing for
    one that is not to be taken; ``missing`` are cells that stand for no answer, beside empty ones.
    What is there already with other answers is only altered with ``replace``; answers that the
    table has no column for stay as they are. Raises CoderError, with every row that is refused.
    """
    lead_only(by)
    rows = anything(path)
    layout = _laid_out(study, path, rows, columns or {})
    change, taken, refused = _read_in(study, rows, layout, missing, replace=replace)
    if refused:
        reasons = "\n".join(refused[:_MOST_REASONS])
        count = len({line.partition(": ")[0] for line in refused})
        raise CoderError("table_refused", path=path, count=count, reasons=reasons)
    if change.added:
        study.apply(change, "final")
    return taken


def look(
    study: Study,
    path: Path,
    rows: Sequence[Row],
    *,
    columns: Mapping[str, str] | None = None,
    missing: Sequence[str] = (),
    replace: bool = False,
) -> Looked:
    """Tell what importing the rows of a table would do; nothing is written."""
    names = list(dict.fromkeys(name for _, cells in rows for name in cells))
    titles = {name: _first(rows, name) for name in names}
    try:
        layout = _laid_out(study, path, rows, columns or {})
    except CoderError as fault:
        return Looked(titles, _by_name(study, names), len(rows), None, (say(fault),))
    _, taken, refused = _read_in(study, rows, layout, missing, replace=replace)
    ours = {name: f"{of.id}_{item}" for name, (of, item) in layout.columns.items()}
    whose = (_WHO, _WHEN, *(_LONG if layout.long else ()))
    ours |= {at: name for name in whose if (at := layout.told.get(name, name)) in names}
    return Looked(titles, ours, len(rows), taken, tuple(refused))


def _by_name(study: Study, names: Sequence[str]) -> dict[str, str]:
    """What columns are by their titles, where a table as a whole cannot be read."""
    found = {name: name for name in names if name in {_WHO, _WHEN, *_LONG}}
    columns = _columns(instruments(study), names, {})
    return found | {name: f"{of.id}_{item}" for name, (of, item) in columns.items()}


def known_columns(study: Study) -> tuple[str, ...]:
    """What a column of a table may be taken for; an instrument's own name is its total or score."""
    return (_WHO, _WHEN, *_titles(instruments(study)), *_LONG)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a table is read: which of its columns is told to be ours, and which holds what."""

    names: tuple[str, ...]
    told: Mapping[str, str]
    columns: Mapping[str, _Column]
    long: bool


def _laid_out(study: Study, path: Path, rows: Sequence[Row], columns: Mapping[str, str]) -> _Layout:
    names = tuple(dict.fromkeys(name for _, cells in rows for name in cells))
    told = {title(ours): title(theirs) for ours, theirs in columns.items()}
    absent = [theirs for theirs in told.values() if theirs and theirs not in names]
    if absent:
        known = ", ".join(names)
        raise CoderError("unknown_column", path=path, column=absent[0], known=known)
    where = [told.get(name, name) for name in (_WHO, _WHEN)]
    if where[1] not in names or (where[0] not in names and not _addressed(rows, where[1])):
        raise CoderError("measures_no_session", path=path)
    long = all(told.get(name, name) in names for name in _LONG)
    found = {} if long else _columns(instruments(study), names, told)
    if not long and not found:
        known = ", ".join(_titles(instruments(study)))
        raise CoderError("measures_no_columns", path=path, known=known)
    return _Layout(names, told, found, long)


def _addressed(rows: Sequence[Row], column: str) -> bool:
    """Tell whether the sessions of any row are named P/N."""
    return any("/" in cells.get(column, "") for _, cells in rows)


def _read_in(
    study: Study, rows: Sequence[Row], by: _Layout, missing: Sequence[str], *, replace: bool
) -> tuple[Change, Taken, list[str]]:
    """The import as one act, what it does, and why rows of it are refused."""
    reader = _Reader(study, missing)
    for row in rows:
        reader.take(row, by.told, by.columns)
    used = {*by.columns, *_used(by.told, by.names, long=by.long)}
    return reader.settle(replace=replace, used=used)


def _first(rows: Sequence[Row], name: str) -> str:
    """The first cells of a column that hold anything."""
    held = (cells[name] for _, cells in rows if cells.get(name))
    return ", ".join(itertools.islice(held, _SHOWN))


class _Reader:
    """Gathers rows into measures, and what is wrong with them."""

    def __init__(self, study: Study, missing: Sequence[str]) -> None:
        self._kept = {(each.session_id, each.instrument): each for each in study.measures(None)}
        self._missing = {each.strip().casefold() for each in missing}
        self._sessions = Sessions(study)
        self._known = {each.id: each for each in instruments(study)}
        self._held: dict[tuple[SessionId, str], _Row] = {}
        self._refused: list[str] = []
        self._names: dict[str, None] = {}

    def take(self, row: Row, told: Mapping[str, str], columns: Mapping[str, _Column]) -> None:
        """Take the answers of a row, or note why not."""
        where, cells = row
        self._names |= dict.fromkeys(cells)
        try:
            session = self._session(cells, told)
            for of, item, text in self._answers(cells, told, columns):
                self._put_by(where, session, of, item, text)
        except CoderError as fault:
            self._refused.append(f"{where}: {say(fault)}")

    def _session(self, cells: Cells, told: Mapping[str, str]) -> Session:
        who = cells.get(told.get(_WHO, _WHO), "")
        when = cells.get(told.get(_WHEN, _WHEN), "")
        if not who and "/" in when:
            who, _, when = when.partition("/")
        return self._sessions.at(who, when)

    def _answers(
        self, cells: Cells, told: Mapping[str, str], columns: Mapping[str, _Column]
    ) -> Iterator[tuple[Instrument, str, str | None]]:
        if columns:
            for name, (of, item) in columns.items():
                yield of, item, self._given(cells.get(name, ""))
            return
        wanted, item, value = (cells.get(told.get(name, name), "") for name in _LONG)
        named = self._known.get(wanted.casefold().replace("_", "-"))
        if named is None:
            known = ", ".join(self._known)
            raise CoderError("unknown_instrument", instrument=wanted, known=known)
        yield named, _item(named, item), self._given(value)

    def _given(self, text: str) -> str | None:
        text = text.strip()
        return None if not text or text.casefold() in self._missing else text

    def _put_by(
        self, where: str, session: Session, of: Instrument, item: str, text: str | None
    ) -> None:
        key = (session.id, of.id)
        held = self._held.setdefault(key, _Row(where, session, of))
        told = {"item": item, "instrument": of.id, "session": session.address}
        if held.given.get(item, text) != text:
            raise CoderError("measure_twice", **told)
        if item in held.given and text is not None:
            raise CoderError("measure_again", **told)
        held.given[item] = text

    def settle(self, *, replace: bool, used: set[str]) -> tuple[Change, Taken, list[str]]:
        """The import as one act, what it does, and why rows are refused."""
        gone: list[Item] = []
        come: list[Item] = []
        same = 0
        for row in self._held.values():
            try:
                old, made = self._measure(row, replace=replace)
            except AnswersRefused as fault:
                self._refused += [f"{row.where}: {say(each)}" for each in fault.faults]
                continue
            except CoderError as fault:
                self._refused.append(f"{row.where}: {say(fault)}")
                continue
            same += made is not None and made == old
            if made is not None and made != old:
                come.append(made)
                gone += [] if old is None else [old]
        held = {each.session_id for each in come if isinstance(each, Measure)}
        made_new = self._made(held)
        what = f"import measures of {len(held)} sessions"
        change = Change(what, tuple(gone), (*made_new, *come))
        new = sum(isinstance(each, Session) for each in made_new)
        left = tuple(name for name in self._names if name not in used)
        took = tuple(name for name in self._names if name in used)
        finer = sum(finer_than_kept(row.instrument, row.given) for row in self._held.values())
        done = Taken(len(come) - len(gone), len(gone), same, new, took, left, finer)
        return change, done, self._refused

    def _measure(self, row: _Row, *, replace: bool) -> tuple[Measure | None, Measure | None]:
        """What a session has of an instrument, and what it is to have; None for nothing."""
        of = row.instrument
        if not any(row.given.values()):
            return None, None
        old = self._kept.get((row.session.id, of.id))
        before = {} if old is None else {each.item: each.text or each.value for each in old.answers}
        if old is not None and any(row.given.get(item) for item in of.items):
            before.pop(TOTAL, None)
        answers = checked(of, before | row.given)
        made_id = MeasureId(new_id()) if old is None else old.id
        made = Measure(made_id, row.session.id, of.id, answers)
        if old is not None and made != old and not replace:
            raise CoderError("measure_differs", instrument=of.id, session=row.session.address)
        return old, made

    def _made(self, held: set[SessionId]) -> list[Item]:
        """The sessions, and participants, that are new and hold a measure."""
        made = self._sessions.made
        sessions = [s for s in made if isinstance(s, Session) and s.id in held]
        wanted: set[str] = {s.id for s in sessions} | {s.participant_id for s in sessions}
        return [each for each in made if each.id in wanted]


def _columns(
    known: Sequence[Instrument], names: Sequence[str], told: Mapping[str, str]
) -> dict[str, _Column]:
    """Which column of the table holds which answer."""
    ours = _titles(known)
    wrong = [name for name in told if name not in {*map(title, ours), _WHO, _WHEN, *_LONG}]
    if wrong:
        raise CoderError("unknown_measure_column", column=wrong[0], known=", ".join(ours))
    found = {}
    for name, column in ours.items():
        at = told.get(title(name), "")
        spelt = [each for each in names if each.replace("-", "_") == name.replace("-", "_")]
        for each in ([at] if at else []) if title(name) in told else spelt:
            found[each] = column
    return found


def _titles(known: Sequence[Instrument]) -> dict[str, _Column]:
    """What a column of each answer is called."""
    titles: dict[str, _Column] = {}
    for of in known:
        titles |= {f"{of.id}_{item}": (of, item) for item in of.items}
        whole = scored(of).what
        if whole in {TOTAL, SCORE}:
            titles |= {f"{of.id}_{whole}": (of, whole), of.id: (of, whole)}
    return titles


def _item(of: Instrument, given: str) -> str:
    """An item of a long table; none stands for the total or the score."""
    item = title(given)
    whole = {scored(of).what} & {TOTAL, SCORE}
    if not item and whole:
        return whole.pop()
    if item not in {*of.items, *whole}:
        raise CoderError("unknown_item", instrument=of.id, item=given, known=", ".join(of.items))
    return item


def _used(told: Mapping[str, str], names: Sequence[str], *, long: bool) -> set[str]:
    ours = {told.get(name, name) for name in (_WHO, _WHEN, *(_LONG if long else ()))}
    return ours & {*names}
