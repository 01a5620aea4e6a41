"""One transaction per act, on the engine settings that were measured, for one writer at a time."""

import contextlib
import dataclasses
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from data import make_studies
from data.make_studies import ADA, BEN, coding, first, mark, session
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.coding import (
    Anchor,
    Change,
    Coding,
    Episode,
    Mark,
    Presence,
    Rater,
    RaterId,
    Rating,
    Relation,
    StudyScheme,
    StudySetting,
    alter,
    place,
)
from coder.errors import CoderError, PassphraseNeeded, StudyLocked
from coder.session import (
    Consent,
    Instrument,
    Measure,
    Participant,
    Recording,
    Session,
    SessionId,
    Speaker,
    Therapist,
    Timing,
    Transcript,
    Turn,
)
from coder.store import engine, rows
from coder.store.file import StudyFile
from coder.store.rows import TABLES, change_of, content_of, item_of, row_of, same_row

SECRET = "geheim"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Two studies in which work was done, plain and encrypted, closed."""
    folder = tmp_path_factory.mktemp("made")
    for name, passphrase in (("plain", None), ("secret", SECRET)):
        make_studies.make(folder / f"{name}.rupture", passphrase).close()
    return folder


@pytest.fixture(params=["plain", "secret"])
def path(request, made, tmp_path):
    """A copy of each."""
    return Path(shutil.copy(made / f"{request.param}.rupture", tmp_path))


@pytest.fixture
def plain(made, tmp_path):
    return Path(shutil.copy(made / "plain.rupture", tmp_path))


@pytest.fixture
def secret(made, tmp_path):
    return Path(shutil.copy(made / "secret.rupture", tmp_path))


def given_for(path):
    return SECRET if path.stem == "secret" else None


@contextlib.contextmanager
def opened(path, passphrase=None, **more):
    with contextlib.closing(StudyFile.open(path, passphrase or given_for(path), **more)) as file:
        yield file


def refusal(act, *args, **more):
    with pytest.raises(CoderError) as fault:
        act(*args, **more)
    return fault.value.key


def count(file, table):
    return file._raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


# Values and rows


plain_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
st.register_type_strategy(str, plain_text)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
ITEMS = (
    Participant, Therapist, Session, Recording, Speaker, Timing, Transcript, Consent, Instrument, Measure,
    Rater, Relation, StudyScheme, StudySetting, Coding, Episode, Mark, Rating, Presence,
)  # fmt: skip
# What another table holds of a value comes back as its default.
ELSEWHERE = {Session: {"participant": ""}, Transcript: {"turns": ()}}
items = st.one_of([st.from_type(kind) for kind in ITEMS])


def test_the_store_knows_every_kind_of_item():
    assert set(TABLES) == {*ITEMS, Turn}


@settings(deadline=None)
@given(st.lists(items, max_size=4), st.lists(items, max_size=4))
def test_a_change_comes_back_from_the_logs_content(removed, added):
    change = Change("what", tuple(removed), tuple(added), RaterId("r"), "then")
    again = change_of(content_of(change), what="what", by=RaterId("r"), at="then")
    assert again == change
    assert content_of(again) == content_of(change)


@settings(deadline=None)
@given(items)
def test_an_item_comes_back_from_its_row(item):
    kind = type(item)
    elsewhere = {name: getattr(item, name) for name in ELSEWHERE.get(kind, ())}
    row = row_of(item)
    assert set(row) == set(TABLES[kind].columns.keys())
    assert item_of(kind, row, **elsewhere) == item
    assert same_row(item, dataclasses.replace(item, **ELSEWHERE.get(kind, {})))


@settings(deadline=None)
@given(st.from_type(Turn), st.from_type(Turn))
def test_two_turns_are_alike_when_their_rows_are(one, other):
    assert same_row(one, other) == (row_of(one) == row_of(other))
    assert not same_row(one, Rater(RaterId("r"), "Ada"))


def test_a_mark_on_nothing_is_told_from_a_mark_on_an_empty_anchor():
    ada = coding(ADA)
    for anchor in (None, Anchor(), Anchor(start_ms=0)):
        kept = mark(ada, "1", anchor=anchor)
        assert item_of(Mark, row_of(kept)) == kept


# Opening


def test_the_engine_is_set_as_measured(path):
    """reference/reliability.md: DELETE and EXTRA lost nothing in 10,000 power cuts."""
    with opened(path) as file:
        found = {
            name: file._raw.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "locking_mode", "foreign_keys", "temp_store", "cipher_version")
        }  # fmt: skip
    assert found.pop("cipher_version").startswith("4.")
    assert found == {
        "journal_mode": "delete", "synchronous": 3, "locking_mode": "normal", "foreign_keys": 1, "temp_store": 2,
    }  # fmt: skip


def test_a_new_study_is_set_the_same(tmp_path):
    with contextlib.closing(StudyFile.create(tmp_path / "n.rupture", first=first())) as file:
        found = [file._raw.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]  # fmt: skip
        assert found == ["delete", 3]
        assert count(file, "log") == count(file, "setting") == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["n.rupture", "n.rupture.lock"]


def test_only_an_encrypted_study_hides_that_it_is_a_database(plain, secret):
    assert plain.read_bytes()[:16] == b"SQLite format 3\x00"
    assert secret.read_bytes()[:16] != b"SQLite format 3\x00"
    assert (engine.is_encrypted(plain), engine.is_encrypted(secret)) == (False, True)
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(secret).execute("SELECT * FROM log")


def test_a_passphrase_for_a_plain_study_does_no_harm(plain):
    with opened(plain, "needless") as file:
        assert not file.encrypted


@pytest.mark.parametrize("given", [None, ""])
def test_an_encrypted_study_asks_for_its_passphrase(secret, given):
    with pytest.raises(PassphraseNeeded, match="passphrase_needed"):
        StudyFile.open(secret, given)


@pytest.mark.parametrize("wrong", ["Geheim", "geheim ", "x", "a'b", "nul\x00", "\ud800"])
def test_a_wrong_passphrase_is_told_as_that_or_damage(secret, wrong):
    before = secret.read_bytes()
    assert refusal(StudyFile.open, secret, wrong) == "study_damaged_or_passphrase"
    assert secret.read_bytes() == before
    with opened(secret) as file:
        assert file.problems() == []


@pytest.mark.parametrize(
    "given", ["o'clock; --", 'a"b', "ü e\u0301", "x'" + "ab" * 32 + "'", " a "]
)
def test_any_text_may_be_a_passphrase_however_its_accents_are_composed(tmp_path, given):
    import unicodedata

    path = tmp_path / "s.rupture"
    StudyFile.create(path, given).close()
    for form in ("NFC", "NFD"):
        with opened(path, unicodedata.normalize(form, given)) as file:
            assert file.encrypted
    assert refusal(StudyFile.open, path, given + "x") == "study_damaged_or_passphrase"


@pytest.mark.parametrize("given", ["", "  ", "a\x00b", "\ud800"])
def test_what_cannot_be_a_passphrase_makes_no_study(tmp_path, given):
    assert refusal(StudyFile.create, tmp_path / "s.rupture", given) == "passphrase_empty"
    assert list(tmp_path.iterdir()) == []


def test_a_study_without_sqlcipher_is_refused_not_written_in_clear(tmp_path, monkeypatch):
    """Stock SQLite takes a key in silence, and writes in clear."""
    monkeypatch.setattr(engine, "sqlcipher", sqlite3)
    assert refusal(StudyFile.create, tmp_path / "s.rupture", SECRET) == "no_cipher"
    assert list(tmp_path.iterdir()) == []


def test_a_key_that_was_not_used_makes_no_study(tmp_path, monkeypatch):
    monkeypatch.setattr(engine, "_unlock", lambda raw, passphrase, path: None)
    assert refusal(StudyFile.create, tmp_path / "s.rupture", SECRET) == "no_cipher"
    assert list(tmp_path.iterdir()) == []


def test_a_missing_file_a_folder_and_an_empty_file_are_told_apart(tmp_path):
    (tmp_path / "empty.rupture").touch()
    (tmp_path / "file").write_text("x")
    os.mkfifo(tmp_path / "pipe.rupture")
    told = {
        "none.rupture": "study_missing",
        "none/none.rupture": "study_missing",
        ".": "study_is_folder",
        "empty.rupture": "study_empty",
        "file/none.rupture": "study_unreadable",
        "pipe.rupture": "study_unreadable",
    }
    for write in (True, False):
        for name, key in told.items():
            assert refusal(StudyFile.open, tmp_path / name, write=write) == key, name
    assert not (tmp_path / "none.rupture").exists()


def test_a_text_file_cannot_be_told_from_an_encrypted_study(tmp_path):
    path = tmp_path / "t.rupture"
    path.write_text("Dear diary, " * 100)
    assert refusal(StudyFile.open, path) == "passphrase_needed"
    assert refusal(StudyFile.open, path, SECRET) == "study_damaged_or_passphrase"
    assert path.read_text() == "Dear diary, " * 100


@pytest.mark.parametrize("journal", ["wal", "delete"])
def test_another_programs_database_is_refused_with_not_a_byte_changed(tmp_path, journal):
    path = tmp_path / "foreign.rupture"
    with contextlib.closing(sqlite3.connect(path)) as raw:
        raw.execute(f"PRAGMA journal_mode={journal}")
        raw.execute("CREATE TABLE notes (text)")
        raw.commit()
    before = path.read_bytes()
    for write in (True, False):
        assert refusal(StudyFile.open, path, write=write) == "not_a_study"
    assert path.read_bytes() == before
    assert {each.name for each in tmp_path.iterdir()} <= {path.name, f"{path.name}.lock"}


def test_another_programs_encrypted_database_is_refused_with_not_a_byte_changed(tmp_path):
    path = tmp_path / "foreign.rupture"
    with contextlib.closing(engine.connect(path, SECRET, encrypted=True)) as raw:
        raw.execute("CREATE TABLE notes (text)")
    before = path.read_bytes()
    assert refusal(StudyFile.open, path, SECRET) == "not_a_study"
    assert path.read_bytes() == before


def test_a_study_that_another_tool_put_into_wal_mode_is_put_back(path):
    with contextlib.closing(
        engine.connect(path, SECRET, encrypted=given_for(path) is not None)
    ) as raw:
        assert raw.execute("PRAGMA journal_mode=WAL").fetchone() == ("wal",)
    with opened(path) as file:
        assert file._raw.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert file.problems() == []


# Making


def test_a_study_is_not_made_over_another_file(tmp_path):
    path = tmp_path / "s.rupture"
    path.write_text("mine")
    assert refusal(StudyFile.create, path) == "study_exists"
    assert path.read_text() == "mine"


def test_a_study_is_not_made_in_no_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    assert refusal(StudyFile.create, tmp_path / "none" / "s.rupture") == "folder_missing"
    assert refusal(StudyFile.create, tmp_path / "file" / "s.rupture") == "folder_missing"


@pytest.mark.parametrize("left", [b"", b"half-made", b"SQLite format 3\x00" + b"x" * 5000])
def test_what_an_interrupted_making_left_is_no_obstacle(tmp_path, left):
    path = tmp_path / "s.rupture"
    path.with_name("s.rupture.new").write_bytes(left)
    path.with_name("s.rupture.new-journal").write_bytes(hot_journal())
    with contextlib.closing(StudyFile.create(path, first=first())) as file:
        assert file.problems() == []
    assert sorted(each.name for each in tmp_path.iterdir()) == [path.name, f"{path.name}.lock"]


def hot_journal() -> bytes:
    """The journal of a killed process, which SQLite would play back into the file beside it."""
    head = bytes.fromhex("d9d505f920a163d7") + (1).to_bytes(4, "big") + bytes(4)
    head += (1).to_bytes(4, "big") + (512).to_bytes(4, "big") + (4096).to_bytes(4, "big")
    page = b"\xee" * 4096
    check = sum(page[at] for at in range(4096 - 200, 0, -200)) & 0xFFFFFFFF
    return head.ljust(512, b"\x00") + (1).to_bytes(4, "big") + page + check.to_bytes(4, "big")


def test_the_hot_journal_of_these_tests_would_do_harm(plain):
    """Proof that the two tests with one have teeth."""
    plain.with_name(f"{plain.name}-journal").write_bytes(hot_journal())
    assert refusal(StudyFile.open, plain) == "study_damaged_or_passphrase"


def test_the_journal_of_a_study_that_was_deleted_is_not_played_into_a_new_one(tmp_path):
    path = tmp_path / "s.rupture"
    path.with_name("s.rupture-journal").write_bytes(hot_journal())
    with contextlib.closing(StudyFile.create(path, first=first())) as file:
        assert file.problems() == []
    assert (tmp_path / "s.rupture-journal.old").read_bytes() == hot_journal()


def test_a_study_is_made_with_its_first_act_or_not_at_all(tmp_path):
    bad = Change("bad", added=(coding(ADA),))
    assert refusal(StudyFile.create, tmp_path / "s.rupture", first=bad) == "left_loose"
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_refuses_the_name_leaves_nothing(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(engine, "put", full)
    assert refusal(StudyFile.create, tmp_path / "s.rupture") == "study_unreadable"
    assert list(tmp_path.iterdir()) == []


# Closing, and being open twice


def test_a_study_may_be_closed_twice(plain):
    reader = StudyFile.open(plain, write=False)
    file = StudyFile.open(plain)
    file.close()
    file.close()
    assert engine._OPEN[engine.identity(plain)] == (1, False)
    reader.close()
    assert engine.identity(plain) not in engine._OPEN


def test_a_second_window_is_refused_and_a_reader_is_not(path):
    with opened(path) as file, opened(path, write=False) as reader:
        with pytest.raises(StudyLocked, match="study_locked"):
            StudyFile.open(path, given_for(path))
        file.note("seen", None)
        assert [entry.what for entry in reader.entries()][-1] == "seen"
    with opened(path):
        pass


def test_two_readers_hold_no_lock(path):
    with opened(path, write=False), opened(path, write=False), opened(path):
        pass


def test_one_study_under_two_names_has_one_lock(plain):
    link = plain.with_name("link.rupture")
    link.symlink_to(plain)
    with opened(plain):
        assert refusal(StudyFile.open, link) == "study_locked"
        assert refusal(StudyFile.open, plain.parent / ".." / plain.parent.name / plain.name) == "study_locked"  # fmt: skip


def test_an_open_study_is_never_read_by_path(path, monkeypatch):
    """On POSIX that would drop SQLite's locks (reference/reliability.md, M5)."""
    link = path.with_name("link.rupture")
    link.symlink_to(path)
    with opened(path):
        monkeypatch.setattr(Path, "open", lambda *_: pytest.fail("the file was read by path"))
        assert engine.is_encrypted(path) == engine.is_encrypted(link) == (path.stem == "secret")
        with opened(path, write=False), opened(link, given_for(path), write=False):
            pass


def test_a_study_that_is_deleted_while_open_is_missing_for_the_next(plain):
    with opened(plain, write=False):
        plain.unlink()
        assert refusal(StudyFile.open, plain) == "study_missing"
    assert not plain.exists()


def test_a_study_that_cannot_be_opened_leaves_no_trace_of_being_open(secret):
    before = dict(engine._OPEN)
    refusal(StudyFile.open, secret, "wrong")
    assert before == engine._OPEN
    with FileLock(f"{secret}.lock", timeout=0):
        pass


def test_a_file_system_without_locks_is_refused(plain, monkeypatch):
    def without(_self):
        raise NotImplementedError("flock is not implemented")

    monkeypatch.setattr(FileLock, "acquire", without)
    assert refusal(StudyFile.open, plain) == "study_folder_unwritable"


def test_a_study_that_may_only_be_read_is_opened_for_reading_alone(plain, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert refusal(StudyFile.open, plain) == "study_unreadable"
    with opened(plain, write=False) as file:
        assert file.entries()
    assert not plain.with_name(f"{plain.name}.lock").exists()


# In another process


OTHER = """
import sys, time
from pathlib import Path
from coder.errors import CoderError
from coder.store.file import StudyFile
path, write, act = Path(sys.argv[1]), sys.argv[2] == "write", sys.argv[3]
try:
    file = StudyFile.open(path, write=write)
except CoderError as fault:
    sys.exit(fault.key)
print("open", flush=True)
if act == "wait":
    time.sleep(60)
for n in range(100 if act == "notes" else 0):
    file.note(f"{sys.argv[4]} {n}", None)
"""


def other(*args):
    run = [sys.executable, "-c", OTHER, *map(str, args)]
    return subprocess.Popen(run, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_another_process_is_refused_while_it_is_open_and_not_after_it_was_killed(plain):
    holder = other(plain, "write", "wait")
    assert holder.stdout.readline() == "open\n"
    assert refusal(StudyFile.open, plain) == "study_locked"
    with opened(plain, write=False) as reader:
        assert reader.entries()
    holder.send_signal(signal.SIGKILL)
    holder.communicate()
    with opened(plain):
        late = other(plain, "write", "wait")
        assert late.communicate(timeout=30)[1].strip() == "study_locked"
        reading = other(plain, "read", "go")
        assert reading.communicate(timeout=30)[0] == "open\n"


def test_what_several_processes_log_at_once_is_all_kept_in_one_chain(plain):
    with opened(plain, write=False) as file:
        before = len(file.entries())
        others = [other(plain, "read", "notes", name) for name in ("one", "two")]
        for n in range(100):
            file.note(f"three {n}", None)
        assert [each.communicate(timeout=60)[1] for each in others] == ["", ""]
        told = [entry.what for entry in file.entries()][before:]
        assert sorted(told) == sorted(f"{who} {n}" for who in ("one", "two", "three") for n in range(100))  # fmt: skip
        for who in ("one", "two", "three"):
            assert [each for each in told if each.startswith(who)] == [f"{who} {n}" for n in range(100)]  # fmt: skip
        assert file.problems() == []


# Acts


def test_an_act_is_one_entry_and_all_of_its_rows(path):
    with opened(path) as file:
        before, marks = len(file.entries()), count(file, "mark")
        ada = coding(ADA)
        added = (mark(ada, "a", 2), mark(ada, "b", 4), mark(ada, "c"))
        entry = file.apply(Change("three at once", added=added, by=ADA.id))
        assert (entry.seq, entry.by, entry.kind, entry.what) == (before + 1, ADA.id, "change", "three at once")  # fmt: skip
        assert (len(file.entries()), count(file, "mark")) == (before + 1, marks + 3)
        assert file.entries()[-1] == entry
        assert file.change(entry).added == added
    with opened(path) as file:
        assert file.read(Mark, coding_id=ada.id)[-3:] == list(added)


def test_an_item_that_is_altered_keeps_its_place_in_the_order(plain):
    with opened(plain) as file:
        before = file.read(Mark)
        new = dataclasses.replace(before[0], note="otherwise")
        file.apply(alter(coding(ADA), before[0], new, "note"))
        assert file.read(Mark) == [new, *before[1:]]


def test_a_change_of_a_state_that_is_no_longer_so_is_refused_whole(plain):
    with opened(plain) as file:
        ada, entries = coding(ADA), len(file.entries())
        known = file.read(Mark, coding_id=ada.id)[0]
        stale = dataclasses.replace(known, note="never so")
        for removed in (stale, mark(ada, "never there", 1)):
            change = Change("x", (known, removed), (mark(ada, "new", 2),), ADA.id)
            assert refusal(file.apply, change) == "changed_meanwhile"
        assert file.read(Mark, coding_id=ada.id)[0] == known
        assert len(file.entries()) == entries


def test_a_submitted_coding_takes_nothing_and_gives_nothing(plain):
    with opened(plain) as file:
        ben = coding(BEN)
        entries, (kept, *_) = len(file.entries()), file.read(Mark, coding_id=ben.id)
        assert refusal(file.apply, place(ben, mark(ben, "late", 2), "late")) == "coding_submitted"
        assert refusal(file.apply, Change("x", (kept,), by=BEN.id)) == "coding_submitted"
        assert refusal(file.apply, alter(ben, kept, dataclasses.replace(kept, note="n"), "x")) == "coding_submitted"  # fmt: skip
        assert file.read(Mark, coding_id=ben.id) == [kept]
        assert len(file.entries()) == entries


def test_a_name_that_is_taken_is_refused_by_that_name_of_the_fault(plain):
    with opened(plain) as file:
        twin = Rater(RaterId("another"), "Ada")
        assert refusal(file.apply, Change("add", added=(twin,))) == "taken_already"
        assert refusal(file.apply, Change("add", added=(ADA,))) == "taken_already"
        assert refusal(file.apply, Change("again", added=session("1")[1:2])) == "taken_already"
        assert file.read(Rater) == [ADA, BEN]


def test_nothing_is_left_without_what_it_belongs_to(plain):
    """The check comes at the commit; what comes after a commit that failed still works."""
    with opened(plain) as file:
        entries = len(file.entries())
        orphan = dataclasses.replace(coding(ADA, "9"))
        assert refusal(file.apply, Change("add", added=(orphan,))) == "left_loose"
        assert refusal(file.apply, Change("delete", (ADA,))) == "left_loose"
        assert len(file.entries()) == entries
        file.note("still here", None)
        assert file.problems() == []


def test_parts_may_come_before_what_they_belong_to(plain):
    with opened(plain) as file:
        (participant, *rest) = session("1", "P2")
        file.apply(Change("in any order", added=(*reversed(rest), participant)))
        assert file.read(Session)[-1] == rest[0]
        assert file.problems() == []


def test_a_transcript_goes_with_its_turns_and_comes_back_with_them(plain):
    with opened(plain) as file:
        items = session("1", "P2")
        file.apply(Change("add", added=items))
        turns = file.read(Turn, transcript_id=items[-1].id)
        assert turns == list(items[-1].turns)
        file.apply(Change("delete", removed=items))
        assert file.read(Turn, transcript_id=items[-1].id) == []
        empty = dataclasses.replace(items[-1], turns=())
        file.apply(Change("without turns", added=(*items[:-1], empty)))
        assert file.read(Transcript)[-1] == empty
        assert file.problems() == []


def test_a_fault_before_the_commit_leaves_neither_rows_nor_an_entry(path, monkeypatch):
    with opened(path) as file:
        before, marks = file.entries(), file.read(Mark)
        change = place(coding(ADA), mark(coding(ADA), "new", 2), "Denial")
        with monkeypatch.context() as patch:
            patch.setattr(rows, "content_of", None)
            patch.setattr("coder.store.file.content_of", lambda _: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                file.apply(change)
        assert (file.entries(), file.read(Mark)) == (before, marks)
        file.apply(change)
        assert len(file.read(Mark)) == len(marks) + 1


def test_what_is_no_fault_of_the_file_is_a_bug(plain):
    with opened(plain) as file:
        nameless = dataclasses.replace(ADA, id=RaterId("n"), name=None)
        with pytest.raises(Exception, match="NOT NULL"):
            file.apply(Change("add", added=(nameless,)))


def test_a_place_is_overwritten_and_not_logged(path):
    with opened(path) as file:
        entries, here = len(file.entries()), SessionId("P1-1")
        assert file.place("ada", here) == (12_345, "P1-1-3")
        assert file.place("ben", here) is None
        file.keep_place("ada", here, 1, None)
        file.keep_place("ben", here, 2, "P1-1-1")
        assert (file.place("ada", here), file.place("ben", here)) == ((1, None), (2, "P1-1-1"))
        assert len(file.entries()) == entries


def test_acts_of_several_threads_take_turns(plain):
    with opened(plain) as file:
        before = len(file.entries())

        def work(name):
            for n in range(20):
                made = mark(coding(ADA), f"{name}{n}", 2)
                file.apply(place(coding(ADA), made, name))
                assert made in file.read(Mark)

        threads = [threading.Thread(target=work, args=(name,)) for name in "abcd"]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(file.entries()) == before + 80
        assert file.problems() == []


def test_a_study_that_another_program_writes_to_for_long_is_busy(plain, monkeypatch):
    monkeypatch.setattr(engine, "_PRAGMAS", (*engine._PRAGMAS[:-1], "busy_timeout=50"))
    with (
        opened(plain) as file,
        contextlib.closing(engine.connect(plain, None, encrypted=False)) as raw,
    ):
        raw.execute("BEGIN IMMEDIATE")
        assert refusal(file.note, "x", None) == "study_busy"
        raw.execute("ROLLBACK")
        file.note("x", None)


def test_a_text_where_a_number_should_stand_is_damage():
    row = {"id": "i", "title": "t", "low": "zero", "high": 1.0, "higher_is_better": 1, "by": "patient", "items": "[]"}  # fmt: skip
    with pytest.raises(TypeError, match="a str stands where a number should"):
        item_of(Instrument, row)
