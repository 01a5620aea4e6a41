"""An open study file and its verbs. What it hands out are values; what it takes are changes."""

import contextlib
import os
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TypeVar

from filelock import FileLock
from sqlalchemy import (
    ColumnClause,
    Connection,
    delete,
    func,
    insert,
    literal_column,
    select,
    update,
)

from coder.coding import Change, Coding, Item, RaterId, State, carries, coding_of, now
from coder.errors import CoderError
from coder.session import Recording, Session, SessionId, Timing, Transcript
from coder.store import backup, engine, log, migrate, tables
from coder.store.rows import TABLES, change_of, content_of, item_of, row_of, same_row

Value = TypeVar("Value")

_LONGEST_NAME = 240  # bytes; the journal and the lock beside a study have longer names


class StudyFile:
    """One study on disk. Every method may be called from any thread; calls take turns."""

    def __init__(self, path: Path, opened: engine.Opened, held: FileLock | None) -> None:
        self.path = path
        self.encrypted = opened.encrypted
        self._opened: engine.Opened | None = opened
        self._raw = opened.raw
        self._engine = engine.engine_on(opened.raw)
        self._held = held
        self._turn_taking = threading.RLock()
        self._identity = opened.identity
        self._key: str | None = None
        with self._reading() as connection:
            self._key = _meta(connection, "chain_key")
            self.id = _meta(connection, "study")

    # Opening and closing

    @classmethod
    def open(cls, path: Path, passphrase: str | None = None, *, write: bool = True) -> "StudyFile":
        """Open a study. With ``write`` its lock file is held until it is closed.

        A newer or foreign file is refused with not a byte of it changed; an older one is backed
        up and brought up to date. Raises CoderError.
        """
        held = _held(path) if write and path.is_file() else None
        with contextlib.ExitStack() as undo:
            if held is not None:
                undo.callback(held.release)
            opened = engine.open_existing(path, passphrase, migrate.refuse)
            undo.callback(engine.close, opened)
            keep = partial(backup.write, opened.raw, path, passphrase, encrypted=opened.encrypted)
            migrate.bring_up_to_date(opened.raw, path, keep, locked=held is not None)
            made = cls(path, opened, held)
            undo.pop_all()
        return made

    @classmethod
    def create(
        cls, path: Path, passphrase: str | None = None, first: Change | None = None
    ) -> "StudyFile":
        """Make a study beside its place, ``first`` in it, move it there whole, and open it."""
        if path.exists():
            raise CoderError("study_exists", path=path)
        if not path.parent.is_dir():
            raise CoderError("folder_missing", path=path.parent)
        if len(os.fsencode(path.name)) > _LONGEST_NAME:
            raise CoderError("study_name_too_long", path=path)
        if passphrase is not None:
            engine.checked_passphrase(passphrase)
        beside = path.with_name(path.name + ".new")
        try:
            engine.clear(beside)
            raw = engine.connect(beside, passphrase, encrypted=passphrase is not None)
            try:
                with engine.translated(path):
                    migrate.make_new(raw, keyed=passphrase is not None)
            finally:
                raw.close()
            if (passphrase is not None) != engine.is_encrypted(beside):
                raise CoderError("no_cipher", path=path)
            if first is not None:
                with contextlib.closing(cls.open(beside, passphrase, write=False)) as file:
                    file.apply(first, kind="final")
            engine.put(beside, path)
        except OSError as fault:
            raise CoderError("study_unreadable", path=path, why=fault.strerror) from fault
        finally:
            engine.drop(beside)
        return cls.open(path, passphrase)

    def close(self) -> None:
        """Close the file and free its lock; a second time does nothing."""
        with self._turn_taking:
            opened, self._opened = self._opened, None
            if opened is None:
                return
            self._engine.dispose()
            engine.close(opened)
            if self._held is not None:
                self._held.release()

    # Changing

    def apply(self, change: Change, *, kind: str = "change", ref: int | None = None) -> log.Entry:
        """Carry a change out: rows and one log entry in one transaction, committed on return.

        Raises CoderError, with nothing changed, when what it removes is not as it was, when it
        touches a submitted coding, or when the disk refuses.
        """
        with self._writing() as connection:
            _refuse_locked(connection, change)
            kept = {item.id: item for item in change.added}
            gone = {item.id for item in change.removed}
            for item in change.removed:
                _expect(connection, item, self.path)
                if item.id not in kept:
                    _delete(connection, item)
            for item in change.added:
                _put(connection, item, known=item.id in gone)
            return log.append(
                connection,
                self._key,
                at=change.at or now(),
                by=change.by,
                kind=kind,
                what=change.what,
                ref=ref,
                content=content_of(change),
            )

    def note(
        self, what: str, by: RaterId | None, *, kind: str = "seen", ref: int | None = None
    ) -> log.Entry:
        """Log an act that changes nothing, such as an export."""
        with self._writing() as connection:
            return log.append(connection, self._key, at=now(), by=by, kind=kind, what=what, ref=ref)

    def keep_place(self, rater: str, session: SessionId, at_ms: int, turn: str | None) -> None:
        """Remember where a rater left off in a session."""
        row = {"rater": rater, "session": session, "at_ms": at_ms, "turn": turn}
        where = (tables.place.c.rater == rater) & (tables.place.c.session == session)
        furthest = select(tables.place.c.furthest_ms).where(where)
        with self._writing() as connection:
            far = max(at_ms, connection.execute(furthest).scalar() or 0)
            connection.execute(delete(tables.place).where(where))
            connection.execute(insert(tables.place).values({**row, "furthest_ms": far}))

    # Reading

    def read(self, kind: type[Value], **where: object) -> list[Value]:
        """Return the values of a kind whose columns are as told, in the order they were made."""
        table = TABLES[kind]
        order = [table.c[name] for name in ("n", "number") if name in table.c]
        query = select(table).order_by(*order, _ROWID)
        for name, value in where.items():
            query = query.where(table.c[name] == value)
        with self._reading() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            names: dict[str, str] = {}
            if kind is Session:
                pairs = connection.execute(
                    select(tables.participant.c.id, tables.participant.c.pseudonym)
                )
                names = {row.id: row.pseudonym for row in pairs}
        with self._sound(table.name):
            if kind is Session:
                return [
                    item_of(kind, row, participant=names[row["participant_id"]]) for row in rows
                ]
            return [item_of(kind, row) for row in rows]

    def place(self, rater: str, session: SessionId) -> tuple[int, str | None] | None:
        """Where a rater left off: the moment (ms) and the turn."""
        where = (tables.place.c.rater == rater) & (tables.place.c.session == session)
        with self._reading() as connection:
            row = connection.execute(select(tables.place).where(where)).first()
        return None if row is None else (row.at_ms, row.turn)

    def furthest(self, rater: str, session: SessionId) -> int:
        """How far into a session a rater has come (ms on its clock), 0 for nowhere."""
        where = (tables.place.c.rater == rater) & (tables.place.c.session == session)
        query = select(tables.place.c.furthest_ms).where(where)
        with self._reading() as connection:
            return connection.execute(query).scalar() or 0

    def last_place(self, rater: str) -> SessionId | None:
        """The session a rater left off in."""
        query = select(tables.place.c.session).where(tables.place.c.rater == rater)
        with self._reading() as connection:
            found = connection.execute(query.order_by(_ROWID.desc()).limit(1)).scalar()
        return None if found is None else SessionId(found)

    def entries(self) -> list[log.Entry]:
        """The log, in order."""
        with self._reading() as connection, self._sound("log"):
            return list(log.entries(connection))

    def acts(self, by: RaterId | None) -> log.Acts:
        """What a rater can undo and redo."""
        mine = tables.log.c.by.is_(None) if by is None else tables.log.c.by == by
        with self._reading() as connection, self._sound("log"):
            return log.acts(log.entries(connection, mine))

    def change(self, entry: log.Entry) -> Change:
        """The change behind an entry. Raises CoderError when its content was erased."""
        where = tables.log_content.c.seq == entry.seq
        with self._reading() as connection:
            content = connection.execute(select(tables.log_content.c.content).where(where)).scalar()
        if content is None:
            raise CoderError("content_erased", path=self.path, what=entry.what)
        with self._sound("log_content"):
            return change_of(content, what=entry.what, by=entry.by, at=entry.at)

    def holds(self, text: str) -> bool:
        """Tell whether the content of any entry of the log holds a text."""
        content = tables.log_content.c.content
        with self._reading() as connection:
            query = select(content).where(func.instr(content, text) > 0).limit(1)
            return connection.execute(query).first() is not None

    def problems(self) -> list[tuple[str, dict[str, object]]]:
        """Check the file and its log: keys of coder.words with arguments, none when sound."""
        found: list[tuple[str, dict[str, object]]] = []
        try:
            with self._reading() as connection, self._sound("log"):
                found += [
                    ("file_fault", {"why": row[0]})
                    for row in connection.exec_driver_sql("PRAGMA integrity_check")
                    if row[0] != "ok"
                ]
                found += [
                    ("reference_fault", {"table": row[0]})
                    for row in connection.exec_driver_sql("PRAGMA foreign_key_check")
                ]
                found += [("log_fault", {"seq": seq}) for seq in log.broken(connection, self._key)]
        except CoderError as fault:
            if fault.key not in {"study_damaged", "disk_fault"}:
                raise
            found.append(("file_fault", {"why": fault.where["why"]}))
        return found

    def back_up(self, to: Path, passphrase: str | None) -> Path:
        """Write a verified backup; ``passphrase`` is the study's own. Raises CoderError."""
        with self._turn_taking:
            self._still_ours()
            return backup.write(self._raw, self.path, passphrase, to, encrypted=self.encrypted)

    @contextlib.contextmanager
    def _sound(self, table: str) -> Iterator[None]:
        """Turn what a damaged row makes fail into a CoderError."""
        try:
            yield
        except (ValueError, TypeError, LookupError, AttributeError) as fault:
            why = f"a row of {table} cannot be read"
            raise CoderError("study_damaged", path=self.path, why=why) from fault

    # Transactions

    @contextlib.contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn_taking, engine.translated(self.path):
            self._still_ours()
            writing = self._engine.connect().execution_options(**engine.WRITES)
            with writing as connection, connection.begin():
                yield connection
            # A sync client may have put another file in our place while we wrote.
            self._still_ours()

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Connection]:
        with (
            self._turn_taking,
            engine.translated(self.path),
            self._engine.connect() as connection,
            connection.begin(),
        ):
            yield connection

    def _still_ours(self) -> None:
        if engine.identity(self.path) != self._identity:
            raise CoderError("study_replaced", path=self.path, why="another file lies there")


_ROWID: ColumnClause[int] = literal_column("rowid")  # the order in which things were made


def _held(path: Path) -> FileLock:
    """Lock a study that is opened for writing, if it can be written at all."""
    if not os.access(path, os.W_OK):
        raise CoderError("study_unreadable", path=path, why="it may only be read")
    return engine.lock(path)


def _meta(connection: Connection, name: str) -> str | None:
    where = tables.meta.c.name == name
    value: str | None = connection.execute(select(tables.meta.c.value).where(where)).scalar()
    return value


def _refuse_locked(connection: Connection, change: Change) -> None:
    """Refuse to alter a part of a coding that is submitted.

    Marks may follow a new version of their transcript, or its times: where they stand changes, not
    what they say.
    """
    touched = {coding_of(item) for item in (*change.removed, *change.added)} - {None}
    if _may_carry(change):
        touched = set()
    # A coding that is removed with all its parts goes with its session.
    touched -= {item.id for item in change.removed if isinstance(item, Coding)}
    if not touched:
        return
    where = tables.coding.c.id.in_(touched) & (tables.coding.c.state == State.SUBMITTED.value)
    if connection.execute(select(tables.coding.c.id).where(where)).first():
        raise CoderError("coding_submitted")


def _may_carry(change: Change) -> bool:
    """Tell whether locked marks may follow: a version, or its times, but not another clock."""
    came, went = (
        any(isinstance(item, Transcript) for item in items)
        for items in (change.added, change.removed)
    )
    clock = any(isinstance(item, Recording) for item in change.removed)
    timed = any(isinstance(item, Timing) for item in (*change.added, *change.removed))
    return carries(change) and not clock and (came != went or (timed and not came))


def _expect(connection: Connection, item: Item, path: Path) -> None:
    """Refuse a change that was made from a state that is no longer so."""
    table = TABLES[type(item)]
    row = connection.execute(select(table).where(table.c.id == item.id)).mappings().first()
    if row is None or not same_row(item_of(type(item), dict(row), **_filled(item)), item):
        raise CoderError("changed_meanwhile", path=path)


def _filled(item: Item) -> dict[str, object]:
    return {"participant": item.participant} if isinstance(item, Session) else {}


def _delete(connection: Connection, item: Item) -> None:
    table = TABLES[type(item)]
    if isinstance(item, Transcript):
        connection.execute(delete(tables.turn).where(tables.turn.c.transcript_id == item.id))
    connection.execute(delete(table).where(table.c.id == item.id))


def _put(connection: Connection, item: Item, *, known: bool) -> None:
    table = TABLES[type(item)]
    if known:
        connection.execute(update(table).where(table.c.id == item.id).values(row_of(item)))
        return
    connection.execute(insert(table).values(row_of(item)))
    if isinstance(item, Transcript) and item.turns:
        rows = [row_of(turn) | {"transcript_id": item.id} for turn in item.turns]
        connection.execute(insert(tables.turn), rows)
