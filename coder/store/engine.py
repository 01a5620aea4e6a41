"""Open a study file: which file it is, its lock, its passphrase and its engine settings.

One SQLite (SQLCipher's) serves plain and encrypted studies alike. Settings as measured in
reference/reliability.md: a rollback journal and synchronous EXTRA lost nothing in 10,000
simulated power cuts, and refuse to write when a sync client replaces the file; exclusive locking
would switch that refusal off.
"""

import contextlib
import secrets
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlcipher3.dbapi2 as sqlcipher
from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, StaticPool, create_engine, event, exc

from coder.errors import CoderError, PassphraseNeeded, StudyLocked

MAGIC = b"SQLite format 3\x00"
APPLICATION_ID = 0x52435431
WRITES = {"writes": True}

_PRAGMAS = (
    "journal_mode=DELETE",
    "synchronous=EXTRA",
    "locking_mode=NORMAL",
    "temp_store=MEMORY",
    "foreign_keys=ON",
    "busy_timeout=5000",
)


def is_encrypted(path: Path) -> bool:
    """Read the first bytes of a study file that no engine has open.

    On POSIX systems even reading a file by path drops SQLite's locks on it in this process, so
    this is never called while the study is open here. Raises CoderError for what is no file.
    """
    try:
        if not path.is_file() and path.exists() and not path.is_dir():
            raise CoderError("study_unreadable", path=path, why="it is no file")
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
    except FileNotFoundError as fault:
        raise CoderError("study_missing", path=path) from fault
    except IsADirectoryError as fault:
        raise CoderError("study_is_folder", path=path) from fault
    except OSError as fault:
        raise CoderError("study_unreadable", path=path, why=fault.strerror) from fault
    if not head:
        raise CoderError("study_empty", path=path)
    return head != MAGIC


def lock(path: Path) -> FileLock:
    """Take the lock file beside a study. Raises StudyLocked while another holds it."""
    held = FileLock(f"{path}.lock", timeout=0, thread_local=False)
    try:
        held.acquire()
    except Timeout as fault:
        raise StudyLocked("study_locked", path=path) from fault
    except (OSError, NotImplementedError) as fault:
        raise CoderError("study_folder_unwritable", path=path, why=str(fault)) from fault
    return held


def connect(path: Path, passphrase: str | None, *, encrypted: bool) -> Any:
    """Open a connection with every setting of the design. Raises CoderError.

    The file is created when it does not exist.
    """
    if encrypted and not passphrase:
        raise PassphraseNeeded("passphrase_needed", path=path)
    with translated(path):
        raw = sqlcipher.connect(str(path), check_same_thread=False, isolation_level=None)
    try:
        with translated(path):
            if encrypted:
                _unlock(raw, passphrase or "", path)
            for pragma in _PRAGMAS:
                raw.execute(f"PRAGMA {pragma}")
            raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        raw.close()
        raise
    return raw


def _unlock(raw: Any, passphrase: str, path: Path) -> None:
    # Without this assertion a stock SQLite would take the key in silence and write in clear.
    if not raw.execute("PRAGMA cipher_version").fetchone():
        raise CoderError("no_cipher", path=path)
    raw.execute("PRAGMA cipher_log_level=NONE")
    # One passphrase, however a keyboard composes its accents.
    key = unicodedata.normalize("NFC", passphrase).replace("'", "''")
    raw.execute(f"PRAGMA key='{key}'")


def checked_passphrase(passphrase: str) -> str:
    """Refuse a passphrase that cannot be one. Raises CoderError."""
    if not passphrase.strip() or "\x00" in passphrase:
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
    ("not a database", "study_damaged_or_passphrase"),
    ("hmac", "study_damaged"),
    ("malformed", "study_damaged"),
    ("could not decode", "study_damaged"),
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
    except exc.IntegrityError as fault:
        raise CoderError("in_use_or_taken", path=path) from fault
    except (exc.DBAPIError, sqlcipher.Error) as fault:
        told = str(getattr(fault, "orig", None) or fault)
        for sign, key in _TOLD:
            if sign in told.lower():
                raise CoderError(key, path=path, why=told) from fault
        raise
    except UnicodeDecodeError as fault:  # of the engine's own message, which quotes the file
        raise CoderError("study_damaged", path=path, why="a text in it is no text") from fault


def fresh_key() -> str:
    """A key for the log's chain; it lies inside the encrypted file."""
    return secrets.token_hex(32)
