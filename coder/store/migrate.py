"""Schema versions: what a new study is made of, and how an older one is brought up to date."""

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from coder.coding import now
from coder.errors import CoderError
from coder.store import engine

SCHEMA = 4  # the number of the newest file in migrations/versions


def refuse(path: Path, application: int, version: int) -> None:
    """Raise CoderError for a newer study, or a file that is none."""
    if application != engine.APPLICATION_ID:
        raise CoderError("not_a_study", path=path)
    if version > SCHEMA:
        raise CoderError("study_newer", path=path, version=version, known=SCHEMA)


def bring_up_to_date(
    raw: Any, path: Path, keep_aside: Callable[[Path], object], *, locked: bool
) -> None:
    """Migrate an older study, once ``keep_aside`` has put a copy of it by.

    It is not ``locked`` when it was opened for reading: then it is for the while of it. Raises
    CoderError.
    """
    _, version = engine.numbers(raw, path)
    if version < SCHEMA:
        held = None if locked else engine.lock(path)
        try:
            keep_aside(engine.free(path.with_name(f"{path.stem}-schema-{version}{path.suffix}")))
            with engine.translated(path):
                upgrade(raw)
        finally:
            if held is not None:
                held.release()


def make_new(raw: Any, *, keyed: bool) -> None:
    """Lay out an empty study in an empty file."""
    raw.execute(f"PRAGMA application_id={engine.APPLICATION_ID}")
    upgrade(raw)
    facts = {"study": uuid.uuid4().hex, "made": now()}
    if keyed:
        facts["chain_key"] = engine.fresh_key()
    raw.executemany("INSERT INTO meta (name, value) VALUES (?, ?)", list(facts.items()))


def upgrade(raw: Any) -> None:
    """Run the migrations that are missing, all or none of them.

    Foreign keys are off meanwhile: a rebuilt table would otherwise delete what refers to it.
    """
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        writing = engine.engine_on(raw).connect().execution_options(**engine.WRITES)
        with writing as connection, connection.begin():
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA}")
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise CoderError("migration_broke_references")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
