"""The log is only added to, its chain shows what was altered, and undo is read from it."""

import contextlib
import dataclasses
import hashlib
import json
import random
import shutil
from pathlib import Path

import pytest
from data import make_studies
from data.make_studies import ADA, BEN, PASSPHRASE, coding, mark
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.coding import Change, Mark, RaterId, place
from coder.errors import CoderError
from coder.store import engine, log
from coder.store.file import StudyFile


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


@contextlib.contextmanager
def opened(path):
    with contextlib.closing(StudyFile.open(path, PASSPHRASE)) as file:
        yield file


@contextlib.contextmanager
def forger(path):
    """A connection of someone who takes the guards away first."""
    raw = engine.connect(path, PASSPHRASE, encrypted=engine.is_encrypted(path))
    with contextlib.closing(raw):
        for act in ("update", "delete"):
            raw.execute(f"DROP TRIGGER log_keeps_{act}")
        raw.execute("PRAGMA foreign_keys=OFF")
        yield raw


def broken(path):
    with opened(path) as file:
        return [where["seq"] for key, where in file.problems() if key == "log_fault"]


def other_problems(path):
    with opened(path) as file:
        return [key for key, _ in file.problems() if key != "log_fault"]


# The chain


def test_an_honest_log_verifies(path):
    assert broken(path) == other_problems(path) == []


@pytest.mark.parametrize("act", ["UPDATE log SET what = 'x'", "DELETE FROM log", "DELETE FROM log WHERE seq = 9"])  # fmt: skip
def test_the_engine_itself_refuses_to_alter_the_log(path, act):
    with opened(path) as file:
        before = file.entries()
        with pytest.raises(Exception, match="the log is only added to"):
            file._raw.execute(act)
        assert file.entries() == before


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", "2020-01-01T00:00:00.000+00:00"),
        ("by", "ben"),
        ("by", None),
        ("kind", "seen"),
        ("what", "something else"),
        ("ref", 3),
        ("digest", "0" * 64),
        ("chain", "0" * 64),
    ],
)
def test_whatever_is_altered_in_an_entry_shows_at_that_entry(path, column, value):
    with forger(path) as raw:
        raw.execute(f"UPDATE log SET {column} = ? WHERE seq = 5", (value,))
    assert broken(path)[:1] == [5]


def test_an_entry_that_was_deleted_shows_at_the_next(path):
    with forger(path) as raw:
        raw.execute("DELETE FROM log WHERE seq = 5")
        raw.execute("DELETE FROM log_content WHERE seq = 5")
    assert broken(path)[:1] == [6]


def test_entries_that_changed_places_show(path):
    with forger(path) as raw:
        for one, other in ((5, -1), (6, 5), (-1, 6)):
            raw.execute("UPDATE log SET seq = ? WHERE seq = ?", (other, one))
            raw.execute("UPDATE log_content SET seq = ? WHERE seq = ?", (other, one))
    assert broken(path)[:1] == [5]


def test_an_entry_put_in_between_shows(path):
    with forger(path) as raw:
        (last,) = raw.execute("SELECT max(seq) FROM log").fetchone()
        for table in ("log", "log_content"):
            for seq in range(last, 5, -1):
                raw.execute(f"UPDATE {table} SET seq = {seq + 1} WHERE seq = {seq}")
        raw.execute("INSERT INTO log SELECT 6, at, by, kind, 'forged', ref, digest, chain FROM log WHERE seq = 5")  # fmt: skip
    assert broken(path)[:1] == [6]


def test_content_that_was_altered_shows(path):
    with forger(path) as raw:
        raw.execute(
            "UPDATE log_content SET content = replace(content, 'whole', 'half') WHERE seq = 7"
        )
    assert broken(path) == [7]


def test_a_salt_that_was_altered_shows(path):
    with forger(path) as raw:
        raw.execute("UPDATE log_content SET salt = x'00' WHERE seq = 7")
    assert broken(path) == [7]


def test_content_that_was_erased_is_in_order_but_cannot_be_undone(path):
    with forger(path) as raw:
        raw.execute("DELETE FROM log_content WHERE seq = 7")
    assert broken(path) == other_problems(path) == []
    with opened(path) as file, pytest.raises(CoderError, match="content_erased"):
        file.change(file.entries()[6])


def rehashed(raw, key, since):
    """What a forger does who knows how the chain is made."""
    rows = raw.execute(
        "SELECT seq, at, by, kind, what, ref, digest FROM log ORDER BY seq"
    ).fetchall()
    chain = log.START
    for row in rows:
        if row[0] < since:
            (chain,) = raw.execute("SELECT chain FROM log WHERE seq = ?", row[:1]).fetchone()
            continue
        chain = log.link(chain, tuple(row), key)
        raw.execute("UPDATE log SET chain = ? WHERE seq = ?", (chain, row[0]))


def test_only_a_key_shows_a_log_that_was_altered_and_chained_anew(path):
    """reference/reliability.md 4.7: the plain chain does not, the keyed one does."""
    with forger(path) as raw:
        raw.execute("UPDATE log SET what = 'forged' WHERE seq = 5")
        rehashed(raw, None, since=5)
    assert bool(broken(path)) == (path.stem == "secret")


def test_a_chain_made_with_another_key_does_not_verify(made, tmp_path):
    path = Path(shutil.copy(made / "secret.rupture", tmp_path))
    with forger(path) as raw:
        raw.execute("UPDATE meta SET value = ? WHERE name = 'chain_key'", (engine.fresh_key(),))
    with opened(path) as file:
        assert len(file.problems()) == len(file.entries())


def test_a_key_lies_in_an_encrypted_study_alone(path):
    with opened(path) as file:
        assert (file._key is not None) == (path.stem == "secret")
        if file._key is not None:
            assert file._key.encode() not in path.read_bytes()


def test_the_chain_is_what_the_page_says_it_is(plain):
    """Counted anew from the rows, with hashlib and json alone."""
    with opened(plain) as file:
        rows = file._raw.execute("SELECT * FROM log ORDER BY seq").fetchall()
        salts = dict(file._raw.execute("SELECT seq, salt FROM log_content"))
        texts = dict(file._raw.execute("SELECT seq, content FROM log_content"))
    assert len(texts) == len(rows)
    chain = "0" * 64
    for *fields, digest, kept in rows:
        line = json.dumps([chain, *fields, digest], ensure_ascii=False, separators=(",", ":"))
        chain = hashlib.sha256(line.encode()).hexdigest()
        assert kept == chain
        assert digest == hashlib.sha256(salts[fields[0]] + texts[fields[0]].encode()).hexdigest()
        assert len(salts[fields[0]]) == 16


def test_random_tampering_is_always_seen(made, tmp_path):
    """T21: one change somewhere among the rows of the log, many times over."""
    source, chance = made / "plain.rupture", random.Random(21)
    path = Path(shutil.copy(source, tmp_path / "t.rupture"))
    with forger(path) as raw:
        whole = raw.execute("SELECT * FROM log ORDER BY seq").fetchall()
        names = [row[1] for row in raw.execute("PRAGMA table_info(log)")]
        file = StudyFile(
            path, engine.Opened(raw, encrypted=False, identity=engine.identity(path)), None
        )
        for _ in range(200):
            row, column = chance.choice(whole), chance.randrange(1, len(names))
            forged = {"by": chance.choice([None, "x"]), "ref": chance.choice([None, 7])}.get(names[column], "x")  # fmt: skip
            if forged == row[column]:
                continue
            raw.execute(f"UPDATE log SET {names[column]} = ? WHERE seq = ?", (forged, row[0]))
            assert ("log_fault", {"seq": row[0]}) in file.problems()
            raw.execute(f"UPDATE log SET {names[column]} = x'ff' WHERE seq = ?", row[:1])
            assert [key for key, _ in file.problems()] == ["file_fault"]
            raw.execute(f"UPDATE log SET {names[column]} = ? WHERE seq = ?", (row[column], row[0]))
            assert file.problems() == []
        file._engine.dispose()


# Undo and redo


def entry(seq, kind, ref=None):
    return log.Entry(seq, "", RaterId("r"), kind, f"act {seq}", ref, "", "")


def test_what_was_undone_can_be_redone_until_something_new_is_done():
    acts = [entry(1, "change"), entry(2, "change"), entry(3, "undo", 2), entry(4, "undo", 1)]
    assert [e.seq for e in log.acts(acts).undone] == [2, 1]
    redone = log.acts([*acts, entry(5, "redo", 1)])
    assert ([e.seq for e in redone.done], [e.seq for e in redone.undone]) == ([1], [2])
    anew = log.acts([*acts, entry(5, "redo", 1), entry(6, "change")])
    assert ([e.seq for e in anew.done], anew.undone) == ([1, 6], ())


def test_final_acts_and_what_was_only_seen_are_passed_over():
    acts = [entry(1, "change"), entry(2, "final"), entry(3, "seen"), entry(4, "undo", 1), entry(5, "final"), entry(6, "seen")]  # fmt: skip
    found = log.acts(acts)
    assert (found.done, [e.seq for e in found.undone]) == ((), [1])


def names(file, by):
    acts = file.acts(by)
    return [e.what for e in acts.done], [e.what for e in acts.undone]


def test_each_rater_has_acts_of_their_own(path):
    with opened(path) as file:
        assert names(file, None)[0] == ["import session P1/1"]
        assert names(file, ADA.id) == (
            ["open episode 1", "mark marker at 0:10", "flag flag at 0:20", "mark marker", "mark statement at 0:20", "mark shift at 0:00"],
            ["mark precipitant at 0:25"],
        )  # fmt: skip
        assert names(file, BEN.id) == (["mark Attacks at 0:11", "rate"], [])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["add", "add", "alter", "delete", "undo", "redo", "other"]), max_size=25))  # fmt: skip
def test_undo_and_redo_walk_back_and_forth_through_the_states(session_file, steps):
    """Against a plain list of states, with another rater working in between."""
    file, ada, ben = session_file
    for kept in file.read(Mark, coding_id=ada.id):
        file.apply(Change("clear", (kept,), by=ADA.id), kind="final")
    states, at = [()], 0

    def marks():
        return tuple(file.read(Mark, coding_id=ada.id))

    def act(change):
        nonlocal at
        file.apply(change)
        del states[at + 1 :]
        states.append(marks())
        at += 1

    floor = len(file.acts(ADA.id).done)
    for number, step in enumerate(steps):
        acts = file.acts(ADA.id)
        if step == "other":
            file.apply(place(ben, mark(ben, f"{number}-{len(file.entries())}", 2), "x"))
        elif step == "add":
            act(place(ada, mark(ada, f"{number}-{len(file.entries())}", 2), "x"))
        elif step == "alter" and marks():
            old = marks()[0]
            act(Change("alter", (old,), (dataclasses.replace(old, note=str(number)),), ADA.id))
        elif step == "delete" and marks():
            act(Change("delete", marks()[-1:], by=ADA.id))
        elif step == "undo" and len(acts.done) > floor:
            last = acts.done[-1]
            file.apply(file.change(last).inverse(), kind="undo", ref=last.seq)
            at -= 1
        elif step == "redo" and at < len(states) - 1:
            file.apply(file.change(acts.undone[-1]), kind="redo", ref=acts.undone[-1].seq)
            at += 1
        assert sorted(marks(), key=lambda m: m.id) == sorted(states[at], key=lambda m: m.id)
    assert file.problems() == []


@pytest.fixture(scope="module")
def session_file(tmp_path_factory):
    path = tmp_path_factory.mktemp("undo") / "s.rupture"
    make_studies.make(path).close()
    with opened(path) as file:
        ada, ben = coding(ADA), dataclasses.replace(coding(BEN), scheme="another", id="another")
        file.apply(Change("begin", added=(ben,)), kind="final")
        yield file, ada, ben
