"""The append-only, chained log of acts, and what a rater can undo from it.

The chain covers a salted digest of each act's content; the content is a row of its own, which can
be erased while the chain still verifies. It is keyed in an encrypted study. A chain alone does not
show that its end was cut off: keep the head that ``check`` prints outside the study.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, insert, select

from coder.coding import RaterId
from coder.store import tables
from coder.store.rows import item_of

START = "0" * 64


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the log; ``kind`` is change, final, undo, redo, skip or seen.

    ``ref`` is the entry that is undone, redone or passed over.
    A final act (submitting, unblinding) is not undone by the undo key. ``by`` is None for the
    study's lead.
    """

    seq: int
    at: str
    by: RaterId | None
    kind: str
    what: str
    ref: int | None
    digest: str
    chain: str


@dataclass(frozen=True, slots=True)
class Acts:
    """What one rater can undo and redo, the next one last."""

    done: tuple[Entry, ...]
    undone: tuple[Entry, ...]


def append(  # noqa: PLR0913 - an entry's own fields
    connection: Connection,
    key: str | None,
    *,
    at: str,
    by: RaterId | None,
    kind: str,
    what: str,
    ref: int | None = None,
    content: str = "",
) -> Entry:
    """Add an entry behind the chain's head, which is read in this very transaction."""
    head = connection.execute(
        select(tables.log.c.seq, tables.log.c.chain).order_by(tables.log.c.seq.desc()).limit(1)
    ).first()
    seq, before = (1, START) if head is None else (head.seq + 1, head.chain)
    salt = secrets.token_bytes(16)
    digest = digest_of(salt, content)
    chain = link(before, (seq, at, by, kind, what, ref, digest), key)
    entry = Entry(seq, at, by, kind, what, ref, digest, chain)
    row = {name: getattr(entry, name) for name in Entry.__slots__}
    connection.execute(insert(tables.log).values(row))
    connection.execute(insert(tables.log_content).values(seq=seq, salt=salt, content=content))
    return entry


def entries(connection: Connection, which: ColumnElement[bool] | None = None) -> Iterator[Entry]:
    """Yield the log, or some entries of it, in order."""
    query = select(tables.log).order_by(tables.log.c.seq)
    for row in connection.execute(query if which is None else query.where(which)).mappings():
        yield item_of(Entry, dict(row))


def digest_of(salt: bytes, content: str) -> str:
    """Digest an act's content; the salt keeps a short content from being guessed once erased."""
    return hashlib.sha256(salt + content.encode()).hexdigest()


def link(before: str, fields: tuple[object, ...], key: str | None) -> str:
    """Chain one entry to the one before it."""
    line = json.dumps([before, *fields], ensure_ascii=False, separators=(",", ":")).encode()
    if key is None:
        return hashlib.sha256(line).hexdigest()
    return hmac.new(bytes.fromhex(key), line, hashlib.sha256).hexdigest()


def broken(connection: Connection, key: str | None) -> Iterator[int]:
    """Yield the entries whose chain or content does not verify; erased content is in order."""
    contents = {row.seq: row for row in connection.execute(select(tables.log_content))}
    before = START
    for number, entry in enumerate(entries(connection), start=1):
        fields = (entry.seq, entry.at, entry.by, entry.kind, entry.what, entry.ref, entry.digest)
        kept = contents.get(entry.seq)
        whole = kept is None or digest_of(kept.salt, kept.content) == entry.digest
        if entry.seq != number or link(before, fields, key) != entry.chain or not whole:
            yield entry.seq
        before = entry.chain


def acts(of_rater: Iterable[Entry], before: Acts | None = None) -> Acts:
    """Replay one rater's entries into what can be undone and redone, on from ``before``."""
    done: list[Entry] = [] if before is None else list(before.done)
    undone: list[Entry] = [] if before is None else list(before.undone)
    for entry in of_rater:
        if entry.kind == "change":
            done.append(entry)
            undone.clear()
        elif entry.kind == "skip":
            done.pop()
        elif entry.kind == "undo":
            undone.append(done.pop())
        elif entry.kind == "redo":
            done.append(undone.pop())
    return Acts(tuple(done), tuple(undone))
