"""Open a study file: which file it is, its lock, its passphrase and its engine settings.

One SQLite (SQLCipher's) serves plain and encrypted studies alike. Settings as measured in
reference/reliability.md: a rollback journal and synchronous EXTRA lost nothing in 10,000
simulated power cuts, and refuse to write when a sync client replaces the file; exclusive locking
would switch that refusal off.
"""

import contextlib
import os
import re
import secrets
import threading
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, exc

from coder.errors import CoderError, PassphraseNeeded, StudyLocked

MAGIC = b"SQLite format 3\x00"
APPLICATION_ID = 0x52435431
WRITES = {"writes": True}

_HEADER, _SOUND = 100, b"@  "  # the header's length, and three of its bytes that never differ
_PRAGMAS = (
    "synchronous=EXTRA",
    "locking_mode=NORMAL",
    "temp_store=MEMORY",
    "foreign_keys=ON",
    "busy_timeout=5000",
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection to a study's file; ``identity`` is the file it was opened on."""

    raw: Any
    encrypted: bool
    identity: tuple[int, int] | None


# How often each study is open in this process, and whether it is encrypted. On POSIX systems even
# reading a file by path drops SQLite's locks on it in this process, so that the first bytes of an
# open study must not be read again.
_OPEN: dict[tuple[int, int] | None, tuple[int, bool]] = {}
_OPENING = threading.RLock()


def open_existing(
    path: Path, passphrase: str | None, refuse: Callable[[Path, int, int], None]
) -> Opened:
    """Connect to a study; ``refuse`` judges its application id and schema version first.

    What it refuses is not changed by a byte, whatever journal it is kept with. Raises CoderError.
    """
    with _OPENING:
        known = _OPEN.get(identity(path))
        head = b"" if known is not None else _header(path)
        encrypted = not head.startswith(MAGIC) if known is None else known[1]
        if not encrypted and head[21:24] == _SOUND and len(head) == _HEADER:
            # Where SQLite's file format keeps the two numbers (section 1.3).
            refuse(path, *(int.from_bytes(head[at : at + 4], "big") for at in (68, 60)))
        raw = connect(path, passphrase, encrypted=encrypted)
        opened = Opened(raw, encrypted, identity(path))
        count = 0 if known is None else known[0]
        _OPEN[opened.identity] = (count + 1, encrypted)
    with contextlib.ExitStack() as undo:
        undo.callback(close, opened)
        refuse(path, *numbers(raw, path))
        with translated(path):
            raw.execute("PRAGMA journal_mode=DELETE")
        undo.pop_all()
    return opened


def close(opened: Opened) -> None:
    """Close a connection that open_existing made; once."""
    with _OPENING:
        opened.raw.close()
        count, encrypted = _OPEN.pop(opened.identity)
        if count > 1:
            _OPEN[opened.identity] = (count - 1, encrypted)


def identity(path: Path) -> tuple[int, int] | None:
    """Which file lies at a path, whatever it is called; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def numbers(raw: Any, path: Path) -> tuple[int, int]:
    """The application id and the schema version of an open file."""
    with translated(path):
        (application,) = raw.execute("PRAGMA application_id").fetchone()
        (version,) = raw.execute("PRAGMA user_version").fetchone()
    return application, version


def is_encrypted(path: Path) -> bool:
    """Tell a study file by its first bytes. Raises CoderError for what is no file."""
    with _OPENING:
        known = _OPEN.get(identity(path))
        return not _header(path).startswith(MAGIC) if known is None else known[1]


def _header(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise CoderError("study_is_folder", path=path)
        if path.exists() and not path.is_file():
            raise CoderError("study_unreadable", path=path, why="it is no file")
        with path.open("rb") as file:
            head = file.read(_HEADER)
    except FileNotFoundError as fault:
        raise CoderError("study_missing", path=path) from fault
    except OSError as fault:
        raise CoderError("study_unreadable", path=path, why=fault.strerror) from fault
    if not head:
        raise CoderError("study_empty", path=path)
    return head


def lock(path: Path) -> FileLock:
    """Take the lock file beside a study. Raises StudyLocked while another holds it."""
    # One study under two names (a link) has one lock.
    held = FileLock(f"{path.resolve()}.lock", timeout=0, thread_local=False)
    try:
        held.acquire()
    except Timeout as fault:
        raise StudyLocked("study_locked", path=path) from fault
    except (OSError, NotImplementedError) as fault:
        raise CoderError("study_folder_unwritable", path=path, why=str(fault)) from fault
    return held


def connect(path: Path, passphrase: str | None, *, encrypted: bool) -> Any:
    """Open a connection with the settings of the design. Raises CoderError.

    The file is created when it does not exist, with a rollback journal, as SQLite does.
    """
    if encrypted and not passphrase:
        raise PassphraseNeeded("passphrase_needed", path=path)
    with translated(path):
        raw = sqlcipher.connect(str(path), check_same_thread=False, isolation_level=None)
    with contextlib.ExitStack() as undo:
        undo.callback(raw.close)
        with translated(path):
            if encrypted:
                _unlock(raw, passphrase or "", path)
            for pragma in _PRAGMAS:
                raw.execute(f"PRAGMA {pragma}")
            raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
        undo.pop_all()
    return raw


def _unlock(raw: Any, passphrase: str, path: Path) -> None:
    # Without this assertion a stock SQLite would take the key in silence and write in clear.
    if not raw.execute("PRAGMA cipher_version").fetchone():
        raise CoderError("no_cipher", path=path)
    raw.execute("PRAGMA cipher_log_level=NONE")
    if _NO_TEXT.search(passphrase):
        raise CoderError("study_damaged_or_passphrase", path=path)
    raw.execute(f"PRAGMA key='{_spelt(passphrase)}'")


def change_passphrase(raw: Any, passphrase: str) -> None:
    """Encrypt an open encrypted file anew, under another passphrase."""
    raw.execute(f"PRAGMA rekey='{_spelt(passphrase)}'")


def _spelt(passphrase: str) -> str:
    """One passphrase, however a keyboard composes its accents, as SQL quotes it."""
    return unicodedata.normalize("NFC", passphrase).replace("'", "''")


_NO_TEXT = re.compile("[\x00\ud800-\udfff]")


def checked_passphrase(passphrase: str) -> str:
    """Refuse a passphrase that cannot be one. Raises CoderError."""
    if not passphrase.strip() or _NO_TEXT.search(passphrase):
        raise CoderError("passphrase_empty")
    return passphrase


def engine_on(raw: Any) -> Engine:
    """Wrap one connection; transactions that write say so and begin at once."""
    engine = create_engine(
        "sqlite+pysqlite://", module=sqlcipher, creator=lambda: raw, poolclass=StaticPool
    )

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


_TOLD = (
    ("unique constraint", "taken_already"),
    ("foreign key constraint", "left_loose"),
    ("foreign key mismatch", "study_damaged"),  # the layout itself is written otherwise
    ("not a database", "study_damaged_or_passphrase"),
    ("hmac", "study_damaged"),
    ("malformed", "study_damaged"),
    ("could not decode", "study_damaged"),
    ("has no column", "study_damaged"),
    ("no such", "study_damaged"),  # table or column: the version says that it is there
    ("locked", "study_busy"),
    ("full", "disk_full"),
    ("readonly", "study_replaced"),
    ("disk i/o", "disk_fault"),
    ("unable to open", "study_unreadable"),
)


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn what the file or the disk is at fault for into a CoderError; the rest is a bug."""
    try:
        yield
    except (exc.DBAPIError, sqlcipher.Error) as fault:
        # What follows would be the words that could not be decoded.
        told = str(getattr(fault, "orig", None) or fault).partition(" with text ")[0]
        for sign, key in _TOLD:
            if sign in told.lower():
                raise CoderError(key, path=path, why=told) from fault
        raise
    except UnicodeDecodeError as fault:  # of the engine's own message, which quotes the file
        raise CoderError("study_damaged", path=path, why="a text in it is no text") from fault


def put(beside: Path, path: Path) -> None:
    """Give a finished file its name, so that it keeps it through a power cut.

    A journal that was left there would be played back into this file: it is moved out of the way.
    """
    journal = path.with_name(f"{path.name}-journal")
    if journal.exists():
        journal.rename(free(path.with_name(f"{path.name}-journal.old")))
    beside.rename(path)
    # Windows has no such call, and needs none.
    with contextlib.suppress(OSError):
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def clear(beside: Path) -> None:
    """Make room for a file that is to be made: what was not finished goes, and its journal."""
    beside.unlink(missing_ok=True)
    beside.with_name(f"{beside.name}-journal").unlink(missing_ok=True)


def drop(beside: Path) -> None:
    """Take away what was not finished, if anything is there; what is at fault was told already."""
    with contextlib.suppress(OSError):
        clear(beside)


def free(path: Path) -> Path:
    """A name that is not taken: this one, or it with a number."""
    number, found = 2, path
    while found.exists():
        found = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return found


def fresh_key() -> str:
    """A key for the log's chain; it lies inside the encrypted file."""
    return secrets.token_hex(32)
