"""Backups are verified, never replace a file, and come back as they were."""

import contextlib
import hashlib
import json
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from data import make_studies
from data.make_studies import ADA, PASSPHRASE, coding, held, mark, session

from coder.coding import Change, place
from coder.errors import CoderError
from coder.store import backup, engine, migrate
from coder.study import Study
from coder.words import say


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    make_studies.make(folder / "plain.rupture").close()
    make_studies.make(folder / "secret.rupture", PASSPHRASE).close()
    return folder


@pytest.fixture(params=["plain", "secret"])
def path(request, made, tmp_path):
    return Path(shutil.copy(made / f"{request.param}.rupture", tmp_path))


@pytest.fixture
def plain(made, tmp_path):
    return Path(shutil.copy(made / "plain.rupture", tmp_path))


def opened(path, **more):
    return Study.open(path, PASSPHRASE, **more)


def backed_up(path, name="copies/b.rupture"):
    with opened(path) as study:
        return study.back_up(path.parent / name, PASSPHRASE)


def refusal(act, *args, **more):
    with pytest.raises(CoderError) as fault:
        act(*args, **more)
    assert say(fault.value)
    return fault.value.key


def digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def files(folder):
    names = sorted(each.name for each in folder.iterdir())
    return [name for name in names if not name.endswith(".lock")]


# Writing


def test_a_backup_holds_all_that_the_study_holds_and_is_as_secret(path):
    to = backed_up(path)
    assert engine.is_encrypted(to) == engine.is_encrypted(path)
    with opened(path) as study, opened(to) as copy:
        assert held(copy) == held(study)
        assert copy.file_problems() == []
    assert files(to.parent) == ["b.rupture"]


def test_a_backup_is_made_while_the_study_is_open_elsewhere(path):
    with opened(path) as study, opened(path, write=False) as reader:
        study.note("before", None)
        to = reader.back_up(path.with_name("b.rupture"), PASSPHRASE)
        study.note("after", None)
    with opened(to) as copy:
        assert copy.entries()[-1].what == "before"


def test_a_backup_never_replaces_a_file(plain):
    to = plain.with_name("b.rupture")
    to.write_text("mine")
    with opened(plain) as study:
        assert refusal(study.back_up, to) == "backup_exists"
        assert refusal(study.back_up, plain) == "backup_exists"
    assert to.read_text() == "mine"


def test_a_place_that_cannot_be_written_to_is_told(plain):
    (plain.parent / "file").write_text("x")
    with opened(plain) as study:
        assert refusal(study.back_up, plain.parent / "file" / "b.rupture") == "backup_unwritable"
        study.note("still open", None)
    assert files(plain.parent) == ["file", "plain.rupture"]


def test_an_encrypted_study_is_not_backed_up_in_clear(made, tmp_path, monkeypatch):
    path = Path(shutil.copy(made / "secret.rupture", tmp_path))
    with opened(path) as study:
        monkeypatch.setattr(engine, "is_encrypted", lambda path: False)
        assert refusal(study.back_up, tmp_path / "b.rupture", PASSPHRASE) == "no_cipher"
        monkeypatch.undo()
        # SQLCipher itself refuses to copy an encrypted page into a plain file.
        monkeypatch.setattr(engine, "_unlock", lambda raw, passphrase, path: None)
        with pytest.raises(Exception, match="SQL logic error"):
            study.back_up(tmp_path / "b.rupture", PASSPHRASE)
    assert files(tmp_path) == ["secret.rupture"]


def test_a_copy_that_differs_is_thrown_away(plain, monkeypatch):
    whole = backup._checked
    with opened(plain) as study:
        for copied in ((3, "0" * 64), (99, "0" * 64), backup._NO_LOG):

            def checked(raw, path, key, copied=copied):
                return copied if key == "backup_damaged" else whole(raw, path, key)

            monkeypatch.setattr(backup, "_checked", checked)
            assert refusal(study.back_up, plain.with_name("b.rupture")) == "backup_damaged"
    assert files(plain.parent) == ["plain.rupture"]


def test_what_another_program_logs_meanwhile_is_no_fault_of_the_copy(plain, monkeypatch):
    whole = backup._checked
    with opened(plain) as study, opened(plain, write=False) as other:

        def checked(raw, path, key):
            found = whole(raw, path, key)
            if key == "study_damaged":
                other.note("meanwhile", None)
            return found

        monkeypatch.setattr(backup, "_checked", checked)
        to = study.back_up(plain.with_name("b.rupture"))
    with opened(to) as copy:
        assert copy.entries()[-1].what == "meanwhile"


def damaged(path):
    """Overwrite a page in the middle: in a plain file integrity_check sees it, else the HMAC."""
    with path.open("rb+") as file:
        file.seek(4096 * 12)
        file.write(b"\x5a" * 4096)


def test_a_damaged_study_is_not_backed_up_over_the_good_ones(path):
    damaged(path)
    with opened(path) as study:
        assert refusal(study.back_up, path.with_name("b.rupture"), PASSPHRASE) == "study_damaged"
    assert files(path.parent) == [path.name]


def test_a_study_with_lost_pages_is_not_backed_up(path):
    with opened(path) as study:
        study._file._raw.execute("PRAGMA writable_schema=ON")
        study._file._raw.execute("DELETE FROM sqlite_master WHERE name = 'log_by'")
    with opened(path) as study:
        assert refusal(study.back_up, path.with_name("b.rupture"), PASSPHRASE) == "study_damaged"
        assert [key for key, _ in study.file_problems()] == ["file_fault"]


def test_the_damage_of_a_copy_is_not_taken_for_the_studys(plain, monkeypatch):
    whole = engine.is_encrypted

    def spoil(path):
        damaged(path)
        return whole(path)

    monkeypatch.setattr(engine, "is_encrypted", spoil)
    with opened(plain) as study:
        assert refusal(study.back_up, plain.with_name("b.rupture")) == "backup_damaged"
        assert study.file_problems() == []
    assert files(plain.parent) == ["plain.rupture"]


def test_a_study_that_was_replaced_is_not_backed_up(plain, made):
    with opened(plain) as study:
        shutil.copy(made / "plain.rupture", plain.with_name("other"))
        plain.with_name("other").replace(plain)
        assert refusal(study.back_up, plain.with_name("b.rupture")) == "study_replaced"


# Restoring


def test_a_restored_study_is_as_it_was_and_the_other_is_kept_aside(path):
    to = backed_up(path)
    before, kept = digest(to), json.dumps
    with opened(path) as study:
        then = held(study)
        study.apply(place(coding(ADA), mark(coding(ADA), "late", 2), "late"))
        late = held(study)
    aside = backup.restore(to, path, PASSPHRASE)
    assert aside == path.with_name(f"{path.stem}-replaced.rupture")
    with opened(path) as study, opened(aside) as other:
        # The place where a rater left off and all else came back with it.
        assert kept(held(study)) != kept(held(other))
        assert held(other) == late
        assert {**held(study), "log": 0} == {**then, "log": 0}
        assert study.file_problems() == other.file_problems() == []
    assert digest(to) == before
    assert engine.is_encrypted(path) == engine.is_encrypted(to)


def test_every_study_that_is_replaced_is_kept(plain):
    to = backed_up(plain)
    asides = [backup.restore(to, plain, None).name for _ in range(3)]
    assert asides == [
        "plain-replaced.rupture",
        "plain-replaced-2.rupture",
        "plain-replaced-3.rupture",
    ]


def test_a_study_that_is_gone_is_restored_to_its_place(path):
    to = backed_up(path)
    path.unlink()
    assert backup.restore(to, path, PASSPHRASE) is None
    with opened(path) as study:
        assert study.file_problems() == []


def test_a_study_that_is_open_is_not_replaced(path):
    to = backed_up(path)
    with opened(path) as study:
        assert refusal(backup.restore, to, path, PASSPHRASE) == "study_locked"
        study.note("still whole", None)
    assert files(path.parent) == ["copies", path.name]


def test_a_study_is_restored_from_one_that_is_open(path):
    """The wrong file was chosen as the backup; nothing about it changes."""
    other = path.with_name("other.rupture")
    with opened(path) as study:
        assert backup.restore(path, other, PASSPHRASE) is None
        study.note("still open", None)
        assert study.file_problems() == []
    with opened(other) as copy:
        assert copy.file_problems() == []


def test_the_journal_of_a_crash_goes_aside_with_its_study(plain):
    """Else it would be played back into the restored file."""
    to = backed_up(plain)
    journal = plain.with_name("plain.rupture-journal")
    journal.write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7 hot")
    backup.restore(to, plain, None)
    assert not journal.exists()
    assert plain.with_name("plain-replaced.rupture-journal").read_bytes().endswith(b"hot")
    with opened(plain) as study:
        assert study.file_problems() == []


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (None, "study_missing"),
        (b"", "study_empty"),
        (b"Dear diary", "study_damaged_or_passphrase"),
        (b"SQLite format 3\x00" + b"junk" * 1000, "study_damaged_or_passphrase"),
    ],
)
def test_what_is_no_backup_replaces_nothing(plain, content, key):
    before, to = digest(plain), plain.with_name("b.rupture")
    if content is not None:
        to.write_bytes(content)
    assert refusal(backup.restore, to, plain, PASSPHRASE) == key
    assert digest(plain) == before
    assert files(plain.parent) == (["plain.rupture"] if content is None else ["b.rupture", "plain.rupture"])  # fmt: skip


def test_a_backup_needs_its_passphrase(made, tmp_path):
    path = Path(shutil.copy(made / "secret.rupture", tmp_path))
    to = backed_up(path)
    before = digest(path)
    assert refusal(backup.restore, to, path, None) == "passphrase_needed"
    assert refusal(backup.restore, to, path, "wrong") == "study_damaged_or_passphrase"
    assert digest(path) == before


def test_a_damaged_backup_replaces_nothing(path):
    to = backed_up(path)
    damaged(to)
    before = digest(path)
    assert refusal(backup.restore, to, path, PASSPHRASE) == "study_damaged"
    assert digest(path) == before
    assert files(path.parent) == ["copies", path.name]


def test_a_backup_of_a_newer_version_replaces_nothing(path):
    to = backed_up(path)
    raw = engine.connect(to, PASSPHRASE, encrypted=engine.is_encrypted(to))
    raw.execute(f"PRAGMA user_version={migrate.SCHEMA + 1}")
    raw.close()
    before = digest(path), digest(to)
    assert refusal(backup.restore, to, path, PASSPHRASE) == "study_newer"
    assert (digest(path), digest(to)) == before


def test_a_folder_that_is_not_there_is_told(plain, tmp_path):
    to = backed_up(plain)
    assert refusal(backup.restore, to, tmp_path / "none" / "s.rupture", None) == "folder_missing"


def test_a_disk_that_refuses_at_the_last_step_leaves_the_study(plain, monkeypatch):
    to = backed_up(plain)
    before = digest(plain)

    def refuse(_study):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(backup, "_set_aside", refuse)
    assert refusal(backup.restore, to, plain, None) == "backup_unwritable"
    assert digest(plain) == before
    assert files(plain.parent) == ["copies", "plain.rupture"]


def test_a_restored_study_goes_on_with_its_log(path):
    to = backed_up(path)
    backup.restore(to, path, PASSPHRASE)
    with opened(path) as study:
        study.apply(Change("import session P1/2", added=session("2")[1:]))
        assert study.undo(None).what == "import session P1/2"
        assert study.file_problems() == []


# Generations


AT = datetime(2026, 11, 20, 12, 0).astimezone()


def named(*ages):
    return {age: backup.name_at(Path("b"), Path("s.rupture"), AT - age) for age in ages}


def test_a_backup_is_named_by_its_study_and_the_time():
    assert backup.name_at(Path("b"), Path("x/my study.rupture"), AT) == Path("b/my study-20261120-120000.rupture")  # fmt: skip


def test_all_of_a_day_are_kept():
    ages = [timedelta(minutes=10 * n) for n in range(144)]
    assert backup.stale(named(*ages).values(), AT) == []


def test_the_older_are_thinned_to_the_newest_of_a_day_a_week_and_a_month():
    """By a calendar: 20 November 2026 is a Friday."""
    keep = [
        "20261119-120001", "20261119-115959", "20261118-230000", "20261107-100000",  # by day
        "20261105-090000", "20261101-235900", "20260927-080000",  # by week: Mon to Sun
        "20260920-080000", "20260831-080000", "20241125-080000",  # by month
    ]  # fmt: skip
    drop = [
        "20261118-225959", "20261118-010000", "20261107-095959", "20261103-090000", "20261026-080000",
        "20260926-080000", "20260901-080000", "20260801-080000", "20241101-080000", "20200101-000000",
    ]  # fmt: skip
    paths = {stamp: Path(f"b/s-{stamp}.rupture") for stamp in (*keep, *drop)}
    stale = backup.stale(paths.values(), AT)
    assert sorted(path.stem[2:] for path in stale) == sorted(drop)


def test_a_week_is_not_taken_for_the_month_of_its_number():
    """The first week of 2026 and January 2026 are two generations."""
    at = datetime(2026, 2, 26, 12, 0).astimezone()
    paths = [Path("b/s-20260104-120000.rupture"), Path("b/s-20260101-110000.rupture")]
    assert backup.stale(paths, at) == []


def test_names_without_a_time_are_never_dropped_and_the_future_is_kept():
    paths = [Path("b/mine.rupture"), Path("b/s-20261399-000000.rupture"), Path("b/s-20270101-000000.rupture")]  # fmt: skip
    assert backup.stale(paths, AT) == []


def test_thinning_again_drops_nothing_more():
    paths = list(named(*(timedelta(hours=7 * n) for n in range(3000))).values())
    dropped = set(backup.stale(paths, AT))
    kept = [path for path in paths if path not in dropped]
    assert backup.stale(kept, AT) == []
    assert 4 + 13 + 6 + 21 <= len(kept) <= 5 + 14 + 9 + 24


def test_the_next_backup_lies_in_a_folder_beside_the_study(plain):
    with opened(plain) as study:
        name = study.backup_name()
        assert (name.parent.name, name.suffix) == ("plain.backups", ".rupture")
        with contextlib.closing(Study.open(study.back_up(name))) as copy:
            assert copy.entries() == study.entries()
