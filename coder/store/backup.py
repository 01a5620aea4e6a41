"""Backups: written through the engine's own backup, verified, then named; kept in generations."""

import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from coder.errors import CoderError
from coder.store import engine


def write(raw: Any, path: Path, passphrase: str | None, to: Path, *, encrypted: bool) -> Path:
    """Copy an open study to ``to``, verify the copy, and only then give it its name.

    An existing file is never overwritten: the damage of today must not replace the good copy of
    yesterday. Raises CoderError.
    """
    if to.exists():
        raise CoderError("backup_exists", path=to)
    beside = to.with_name(to.name + ".new")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        beside.unlink(missing_ok=True)
        with engine.translated(path):
            copy = engine.connect(beside, passphrase, encrypted=encrypted)
            try:
                raw.backup(copy)
                _verify(copy, raw, beside)
            finally:
                copy.close()
        if engine.is_encrypted(beside) != encrypted:
            raise CoderError("no_cipher", path=to)
        _to_disk(beside)
        beside.rename(to)
    except OSError as fault:
        raise CoderError("backup_unwritable", path=to, why=fault.strerror) from fault
    finally:
        beside.unlink(missing_ok=True)
    return to


def restore(backup: Path, study: Path, passphrase: str | None) -> Path | None:
    """Put a verified copy of a backup in a study's place; return where the study's file went.

    The backup itself stays as it is. Raises CoderError.
    """
    held = engine.lock(study) if study.parent.is_dir() else None
    if held is None:
        raise CoderError("folder_missing", path=study.parent)
    aside = None
    try:
        encrypted = engine.is_encrypted(backup)
        raw = engine.connect(backup, passphrase, encrypted=encrypted)
        fresh = study.with_name(study.name + ".restored")
        fresh.unlink(missing_ok=True)
        try:
            (application,) = raw.execute("PRAGMA application_id").fetchone()
            if application != engine.APPLICATION_ID:
                raise CoderError("not_a_study", path=backup)
            write(raw, backup, passphrase, fresh, encrypted=encrypted)
        finally:
            raw.close()
        if study.exists():
            aside = _free(study.with_name(f"{study.stem}-replaced{study.suffix}"))
            study.rename(aside)
        fresh.rename(study)
    except OSError as fault:
        raise CoderError("backup_unwritable", path=study, why=fault.strerror) from fault
    finally:
        held.release()
    return aside


def stale(names: Iterable[Path], at: datetime) -> list[Path]:
    """Which automatic backups to drop: all of a day are kept, then one a day, a week, a month.

    24 hours whole, 14 days, 8 weeks, 24 months; a name that holds no time is never dropped.
    """
    slots: dict[object, Path] = {}
    drop = []
    for path in sorted(names, reverse=True):
        made = _made(path)
        if made is None:
            continue
        slot = _slot(made, at)
        if slot is not None and slot not in slots:
            slots[slot] = path
        else:
            drop.append(path)
    return drop


def name_at(folder: Path, study: Path, at: datetime) -> Path:
    """The name of an automatic backup."""
    return folder / f"{study.stem}-{at:%Y%m%d-%H%M%S}{study.suffix}"


def _slot(made: datetime, at: datetime) -> object:
    age = at - made
    if age < timedelta(days=1):
        return made
    if age < timedelta(days=14):
        return made.date()
    if age < timedelta(weeks=8):
        return made.isocalendar()[:2]
    return (made.year, made.month) if age < timedelta(days=730) else None


def _made(path: Path) -> datetime | None:
    try:
        return datetime.strptime(path.stem[-15:], "%Y%m%d-%H%M%S").astimezone()
    except ValueError:
        return None


def _verify(copy: Any, raw: Any, path: Path) -> None:
    heads = [each.execute("SELECT count(*), max(seq) FROM log").fetchone() for each in (copy, raw)]
    (sound,) = copy.execute("PRAGMA integrity_check").fetchone()
    if sound != "ok" or heads[0] != heads[1]:
        raise CoderError("backup_damaged", path=path)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _free(path: Path) -> Path:
    number, free = 2, path
    while free.exists():
        free = path.with_name(f"{path.stem}-{number}{path.suffix}")
        number += 1
    return free
