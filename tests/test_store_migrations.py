"""Older studies are brought up to date with a copy kept aside; newer ones are left alone."""

import contextlib
import hashlib
import json
import shutil
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from data import make_studies
from data.make_studies import ADA, PASSPHRASE, coding, first, held, mark, session
from sqlalchemy import MetaData, inspect

from coder.coding import Change, place
from coder.errors import CoderError
from coder.store import engine, migrate, tables
from coder.store.file import StudyFile
from coder.study import Study
from coder.words import say

KEPT = sorted(make_studies.FOLDER.glob("*.rupture"))


def passphrase_of(path):
    return PASSPHRASE if "encrypted" in path.name else None


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files(folder):
    names = sorted(each.name for each in folder.iterdir())
    return [name for name in names if not name.endswith(".lock")]


def connect(path):
    return contextlib.closing(
        engine.connect(path, passphrase_of(path), encrypted=passphrase_of(path) is not None)
    )


@pytest.fixture(params=["plain.rupture", "encrypted.rupture"])
def old(request, tmp_path):
    """A study of schema 0: nothing but the mark that it is one."""
    path = tmp_path / request.param
    with connect(path) as raw:
        raw.execute(f"PRAGMA application_id={engine.APPLICATION_ID}")
    return path


@pytest.fixture(params=["plain.rupture", "encrypted.rupture"])
def newer(request, tmp_path):
    path = tmp_path / request.param
    make_studies.make(path, passphrase_of(path)).close()
    with connect(path) as raw:
        raw.execute(f"PRAGMA user_version={migrate.SCHEMA + 1}")
    path.with_name(f"{path.name}.lock").unlink()
    return path


# Newer


@pytest.mark.parametrize("write", [True, False])
def test_a_newer_study_is_refused_with_not_a_byte_changed(newer, write):
    before = digest(newer)
    with pytest.raises(CoderError, match="study_newer") as fault:
        StudyFile.open(newer, passphrase_of(newer), write=write)
    told = say(fault.value)
    assert str(newer) in told
    assert f"schema {migrate.SCHEMA + 1}" in told
    assert digest(newer) == before
    assert files(newer.parent) == [newer.name]


def test_a_newer_study_in_another_journal_mode_is_refused_with_not_a_byte_changed(newer):
    with connect(newer) as raw:
        raw.execute("PRAGMA journal_mode=WAL")
    before = digest(newer)
    with pytest.raises(CoderError, match="study_newer"):
        StudyFile.open(newer, passphrase_of(newer))
    assert digest(newer) == before
    assert files(newer.parent) == [newer.name]


# Older


@pytest.mark.parametrize("write", [True, False])
def test_an_older_study_is_brought_up_to_date_and_a_copy_is_kept(old, write):
    before = digest(old)
    with contextlib.closing(StudyFile.open(old, passphrase_of(old), write=write)) as file:
        assert engine.numbers(file._raw, old) == (engine.APPLICATION_ID, migrate.SCHEMA)
        assert file.problems() == []
        file.apply(first())
        assert file.apply(Change("import", added=session())).seq == 2
    aside = old.with_name(f"{old.stem}-schema-0.rupture")
    assert files(old.parent) == sorted([aside.name, old.name])
    with connect(aside) as raw:
        assert engine.numbers(raw, aside) == (engine.APPLICATION_ID, 0)
        assert raw.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)
    assert engine.is_encrypted(aside) == engine.is_encrypted(old)
    assert digest(old) != before


def test_an_older_study_that_another_has_open_is_not_brought_up_to_date_by_a_reader(old):
    held_by_other = engine.lock(old)
    before = digest(old)
    with pytest.raises(CoderError, match="study_locked"):
        StudyFile.open(old, passphrase_of(old), write=False)
    held_by_other.release()
    assert digest(old) == before
    StudyFile.open(old, passphrase_of(old), write=False).close()
    StudyFile.open(old, passphrase_of(old)).close()


def test_a_migration_that_fails_leaves_the_study_and_may_be_tried_again(old, monkeypatch):
    def fails(_raw):
        raise RuntimeError("a bug")

    before = digest(old)
    with monkeypatch.context() as patch:
        patch.setattr(migrate, "upgrade", fails)
        for _ in range(2):
            with pytest.raises(RuntimeError):
                StudyFile.open(old, passphrase_of(old))
    assert digest(old) == before
    with contextlib.closing(StudyFile.open(old, passphrase_of(old))) as file:
        assert file.problems() == []
    stem = old.stem
    assert files(old.parent) == sorted(
        [old.name, f"{stem}-schema-0.rupture", f"{stem}-schema-0-2.rupture", f"{stem}-schema-0-3.rupture"]
    )  # fmt: skip


def test_a_migration_that_would_break_references_is_taken_back_whole(old):
    with connect(old) as raw:
        raw.execute("PRAGMA foreign_keys=OFF")
        raw.execute("CREATE TABLE loose (id REFERENCES owner)")
        raw.execute("CREATE TABLE owner (id PRIMARY KEY)")
        raw.execute("INSERT INTO loose VALUES ('gone')")
    before = digest(old)
    with pytest.raises(CoderError, match="migration_broke_references"):
        StudyFile.open(old, passphrase_of(old))
    with connect(old) as raw:
        names = {row[0] for row in raw.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        assert names == {"loose", "owner"}
        assert engine.numbers(raw, old)[1] == 0
    assert len(before) == 64


def test_a_version_that_is_not_set_is_a_study_that_is_no_study(tmp_path):
    path = tmp_path / "plain.rupture"
    with connect(path) as raw:
        raw.execute("CREATE TABLE t (x)")
    with pytest.raises(CoderError, match="not_a_study"):
        StudyFile.open(path)


# The schema


@pytest.fixture
def migrated(tmp_path):
    """A connection to a study made by the migrations alone."""
    file = StudyFile.create(tmp_path / "s.rupture")
    with contextlib.closing(file), file._engine.connect() as connection:
        yield connection


def test_the_migrations_make_the_tables_that_the_store_writes_to(migrated):
    context = MigrationContext.configure(migrated, opts={"compare_type": True})
    assert compare_metadata(context, tables.metadata) == []


def test_every_column_key_and_constraint_is_as_told(migrated):
    found = MetaData()
    found.reflect(migrated)
    inspector = inspect(migrated)
    assert set(found.tables) - {"alembic_version"} == set(tables.metadata.tables)
    for name, table in tables.metadata.tables.items():
        made = found.tables[name]
        assert list(made.columns.keys()) == list(table.columns.keys())
        for column in table.columns:
            twin = made.columns[column.name]
            assert str(twin.type) == column.type.compile(migrated.dialect), column
            assert (twin.nullable, twin.primary_key) == (column.nullable, column.primary_key), (
                column
            )
        assert {column.name for column in made.primary_key} == {c.name for c in table.primary_key}
        uniques = {tuple(each["column_names"]) for each in inspector.get_unique_constraints(name)}
        told = {tuple(c.name for c in each.columns) for each in table.constraints if type(each).__name__ == "UniqueConstraint"}  # fmt: skip
        assert uniques == told, name
        indexes = {tuple(each["column_names"]) for each in inspector.get_indexes(name)}
        assert indexes == {tuple(c.name for c in each.columns) for each in table.indexes}, name
        keys = {
            (each["constrained_columns"][0], each["referred_table"], each["options"].get("deferrable"), each["options"].get("initially"))
            for each in inspector.get_foreign_keys(name)
        }  # fmt: skip
        assert keys == {
            (key.parent.name, key.column.table.name, key.deferrable, key.initially) for key in table.foreign_keys
        }, name  # fmt: skip


def test_the_schemas_number_is_that_of_the_newest_migration():
    scripts = ScriptDirectory(str(Path(migrate.__file__).parent / "migrations"))
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert revisions[0] == f"{migrate.SCHEMA:04}"
    assert len(revisions) == migrate.SCHEMA


# Kept files


def test_a_study_of_every_schema_is_kept_plain_and_encrypted():
    assert [path.name for path in KEPT] == [
        f"schema-{n}-{how}.rupture" for n in range(1, migrate.SCHEMA + 1) for how in ("encrypted", "plain")
    ]  # fmt: skip


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
def test_a_kept_study_opens_and_reads_as_it_was_kept(kept, tmp_path):
    path = Path(shutil.copy(kept, tmp_path))
    assert engine.is_encrypted(path) == ("encrypted" in path.name)
    with Study.open(path, passphrase_of(path)) as study:
        assert study.file_problems() == []
        then = json.loads(kept.with_suffix(".json").read_text(encoding="utf-8"))
        then["acts"][2] = [None, None]  # Ben has submitted: what is locked is no longer offered
        then["sessions"] = [{"purpose": "study"} | each for each in then["sessions"]]  # since 2
        if kept.stem < "schema-3":
            (transcript,) = then["session P1/1"][1]
            none = {"stamps": [], "replaced": [], "settings": []}
            then["session P1/1"][1] = [transcript | none]
            then["session P1/1"].append([])  # no times found after the import
        if kept.stem < "schema-4":
            then["sessions"] = [{"therapist_id": None} | each for each in then["sessions"]]
            for name in then:
                if name.startswith("coding "):
                    then[name].append([])  # nothing settled about components
            then |= {"people": [[], [], []], "measures": [[], []], "furthest": 12_345}
        assert held(study) == then


@pytest.mark.parametrize("kept", KEPT, ids=lambda path: path.stem)
def test_a_kept_study_can_be_worked_on(kept, tmp_path):
    path = Path(shutil.copy(kept, tmp_path))
    with Study.open(path, passphrase_of(path)) as study:
        before = held(study)
        assert study.undo(ADA.id) is not None
        assert study.redo(ADA.id) is not None
        study.apply(place(coding(ADA), mark(coding(ADA), "new", 2), "Denial"))
        assert study.undo(ADA.id) is not None
        after = held(study)
        assert study.file_problems() == []
    for name in set(before) - {"log", "acts", "coding P1-1-ada"}:
        assert after[name] == before[name], name
    # What was undone and done again stands last.
    for one, other in zip(after["coding P1-1-ada"], before["coding P1-1-ada"], strict=True):
        assert sorted(one, key=str) == sorted(other, key=str)


def test_the_script_that_made_them_does_not_make_them_anew(monkeypatch, tmp_path):
    monkeypatch.setattr(make_studies, "FOLDER", tmp_path / "studies")
    make_studies.main()
    names = [path.name for path in sorted((tmp_path / "studies").iterdir())]
    assert names == [
        f"schema-{migrate.SCHEMA}-{how}.{kind}" for how in ("encrypted", "plain") for kind in ("json", "rupture")
    ]  # fmt: skip
    with pytest.raises(SystemExit):
        make_studies.main()
