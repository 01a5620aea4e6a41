"""A process that is killed at any moment loses nothing that it acknowledged.

Run as a program this file is the process that makes and kills the others: it imports everything
once, on one thread, and forks. ``RUPTURE_KILLS=2000`` asks for more kills than the suite's 200
(with ``--timeout=0`` where they are many).
"""

import dataclasses
import json
import os
import random
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

KILLS = int(os.environ.get("RUPTURE_KILLS", "200"))
BATCHES = 10
FIRST_ACT_S = 60  # for the slowest machine
RESTART_S = 5
EARLIEST_S, LATEST_S = 0.020, 0.150

needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="no process can be forked here")


def run(what: str, folder: Path, batch: int, kills: int) -> dict[str, int]:
    """Have a process of its own make, kill and check ``kills`` others; return what it counted."""
    done = subprocess.run(
        [sys.executable, __file__, what, str(folder), str(batch), str(kills)],
        capture_output=True,
        text=True,
        timeout=60 + kills * 20,
        check=False,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), str(Path(__file__).parent)]),
            "QT_QPA_PLATFORM": "offscreen",
            "OPENBLAS_NUM_THREADS": "1",  # one thread is safe to fork
        },
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    return json.loads(done.stdout)


def of_batch(kills: int, batch: int) -> int:
    return kills // BATCHES + (batch < kills % BATCHES)


@needs_fork
@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_acknowledged_act_is_lost_at_the_store(tmp_path, batch):
    """Even batches in a plain study, odd ones in an encrypted one."""
    kills = of_batch(KILLS * 3 // 4, batch)
    counted = run("store", tmp_path, batch, kills)
    assert counted["kills"] == kills
    assert counted["acknowledged"] >= kills


@needs_fork
@pytest.mark.parametrize("batch", range(BATCHES))
def test_no_act_that_the_window_calls_saved_is_lost(tmp_path, batch):
    kills = of_batch(KILLS - KILLS * 3 // 4, batch)
    counted = run("window", tmp_path, batch, kills)
    assert counted["kills"] == kills
    assert counted["acknowledged"] > 0


@needs_fork
def test_a_migration_that_is_killed_leaves_the_old_study_or_the_new_one(tmp_path):
    """T14, over all of the time that a migration takes."""
    kills = max(20, KILLS // 10)
    counted = run("migration", tmp_path, 0, kills)
    assert counted["kills"] == kills
    assert counted["old"] + counted["new"] == kills


@needs_fork
def test_a_study_whose_making_is_killed_is_there_whole_or_not_at_all(tmp_path):
    kills = max(20, KILLS // 10)
    counted = run("making", tmp_path, 0, kills)
    assert counted["old"] + counted["new"] == kills


# Making and killing


def killed(work: Callable[[int], None], wait_s: tuple[float, float]) -> list[str]:
    """Fork, have the child work, kill it, and return the lines that it acknowledged.

    It is killed a random time after the first of them.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.close(reading)
            work(writing)
        except BaseException:  # noqa: BLE001 - whatever it is, the parent tells it
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(9)
    os.close(writing)
    if not select.select([reading], [], [], FIRST_ACT_S)[0]:
        os.kill(child, signal.SIGKILL)
        raise AssertionError("the child did nothing")
    time.sleep(random.uniform(*wait_s))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    with os.fdopen(reading, encoding="utf-8") as pipe:
        told = pipe.read()
    assert os.WIFSIGNALED(status), "the child ended by itself"
    # A line that was cut off was not acknowledged.
    return told.split("\n")[:-1]


def tell(writing: int, line: object) -> None:
    os.write(writing, f"{line}\n".encode())


def reopened(path: Path, passphrase: str | None) -> "Study":
    """Open a study after a kill: at once, whole, and with no lock in the way."""
    begun = time.monotonic()
    study = Study.open(path, passphrase)
    assert time.monotonic() - begun < RESTART_S
    assert study.file_problems() == []
    return study


# At the store: acts of several rows, undo and redo, in an order that their number fixes


def act(study: "Study", number: int) -> None:
    """Do the act of a number; of ten, one is of four rows, one undoes and one redoes."""
    ada = make_studies.coding(ADA)
    match number % 10:
        case 0:
            episode = Episode(EpisodeId(f"e{number}"), ada.id, number + 2)
            marks = tuple(marked(number, letter) for letter in "abc")
            study.apply(Change("open", added=(episode, *marks), by=ADA.id))
        case 6:
            old = marked(number - 1)
            study.apply(alter(ada, old, dataclasses.replace(old, note="altered"), "alter"))
        case 7:
            study.undo(ADA.id)
        case 8:
            study.redo(ADA.id)
        case 9:
            study.note("looked", ADA.id)
        case _:
            study.apply(place(ada, marked(number), "Denial"))


def marked(number: int, letter: str = "") -> "Mark":
    return make_studies.mark(make_studies.coding(ADA), f"kill {number}{letter}", 2)


def expected(acts: int) -> Iterator[tuple[str, str]]:
    """The marks that so many acts leave, with their notes."""
    for number in range(acts):
        if number % 10 == 0:
            yield from ((marked(number, letter).id, "") for letter in "abc")
        elif number % 10 <= 5:
            last = acts - number
            altered = number % 10 == 5 and (last == 2 or last >= 4)
            yield marked(number).id, "altered" if altered else ""


def store(folder: Path, batch: int, kills: int) -> dict[str, int]:
    passphrase = make_studies.PASSPHRASE if batch % 2 else None
    path = folder / "s.rupture"
    with make_studies.make(path, passphrase) as study:
        before = len(study.entries())
    acknowledged = 0

    def work(writing: int) -> None:
        study = Study.open(path, passphrase)
        for number in range(len(study.entries()) - before, sys.maxsize):
            act(study, number)
            tell(writing, number)

    for _ in range(kills):
        told = killed(work, (EARLIEST_S, LATEST_S))
        acknowledged += len(told)
        last = int(told[-1])
        with reopened(path, passphrase) as study:
            acts = len(study.entries()) - before
            assert acts - 1 in {last, last + 1}, (acts, last)
            ada = make_studies.coding(ADA).id
            marks = [(m.id, m.note) for m in study.marks(ada) if "kill" in m.id]
            assert sorted(marks) == sorted(expected(acts))
            episodes = [e.id for e in study.episodes(ada) if e.id != "e1"]
            assert episodes == [f"e{number}" for number in range(0, acts, 10)]
            assert all(each.by == ADA.id for each in study.entries()[before:])
    return {"kills": kills, "acknowledged": acknowledged}


# Through the window: what stands on the screen when it says that all is saved


def window(folder: Path, batch: int, kills: int) -> dict[str, int]:
    os.environ["RUPTURE_CODER_SETTINGS"] = str(folder / "settings.json")
    from coder.settings import Settings
    from coder.ui import app, dialogs
    from coder.ui.window import Window

    passphrase = make_studies.PASSPHRASE if batch % 2 else None
    path = folder / "s.rupture"
    with Study.create(path, ["samstag-2003"], passphrase) as study:
        study.apply(Change("import", added=make_studies.session()))
        cy = study.add_rater("Cy")
    acknowledged, found = 0, []

    def work(writing: int) -> None:
        dialogs.run = dialogs._ask = lambda _dialog: 0
        application = app.start()
        shown = Window(Settings())
        shown.show()
        shown.furnish()
        shown.show_study(Study.open(path, passphrase))
        shown.studies.code_as("Cy")
        workspace, turns = shown.workspace, shown.coding.turns
        chance = random.Random()

        def on_screen() -> str:
            return json.dumps(sorted([*workspace.marks, *workspace.episodes]))

        def saved(all_saved: bool) -> None:
            if all_saved and workspace.pending == 0 and "all saved" in shown.saved.text():
                tell(writing, f"saved {on_screen()}")
                QTimer.singleShot(0, go_on)

        def go_on() -> None:
            for _ in range(chance.randrange(1, 4)):
                turns.setCurrentIndex(turns.model().index(chance.randrange(6), 0))
                acts = ["flag_withdrawal", "flag_confrontation", "flag_both", "flag_unsure"]
                shown.act(chance.choice([*acts, "place_precipitant", "add_episode", "delete_mark"]))
            if workspace.pending == 0:  # there was no mark to delete
                QTimer.singleShot(0, go_on)

        workspace.changed.connect(lambda _change: tell(writing, f"drawn {on_screen()}"))
        workspace.saved.connect(saved)
        QTimer.singleShot(0, go_on)
        application.exec()

    for _ in range(kills):
        told = [line.partition(" ") for line in killed(work, (EARLIEST_S, LATEST_S))]
        last = max((at for at, (kind, _, _) in enumerate(told) if kind == "saved"), default=None)
        acknowledged += sum(kind == "saved" for kind, _, _ in told)
        states = [json.loads(state) for _, _, state in told[last or 0 :]]
        if last is None:
            states.append(found)
        with reopened(path, passphrase) as study:
            items = [
                each for coded in study.coded(cy.id) for each in (*coded.marks, *coded.episodes)
            ]
            found = sorted(each.id for each in items)
            assert found in states, (len(found), [len(state) for state in states])
    return {"kills": kills, "acknowledged": acknowledged}


# While a study is made, or brought up to date


def migration(folder: Path, _batch: int, kills: int) -> dict[str, int]:
    passphrase = make_studies.PASSPHRASE
    counted = {"kills": kills, "old": 0, "new": 0}
    for number in range(kills):
        path = folder / f"{number}.rupture"
        raw = engine.connect(path, passphrase, encrypted=True)
        raw.execute(f"PRAGMA application_id={engine.APPLICATION_ID}")
        raw.close()

        def work(writing: int, path: Path = path) -> None:
            tell(writing, "begun")
            StudyFile.open(path, passphrase)
            time.sleep(60)

        killed(work, (0.1, 0.5))
        raw = engine.connect(path, passphrase, encrypted=True)
        (version,) = raw.execute("PRAGMA user_version").fetchone()
        (tables,) = raw.execute("SELECT count(*) FROM sqlite_master WHERE type='table'").fetchone()
        raw.close()
        assert (version, tables > 0) in {(0, False), (migrate.SCHEMA, True)}
        counted["new" if version else "old"] += 1
        with reopened(path, passphrase) as study:
            study.add_rater("Cy")
    return counted


def making(folder: Path, _batch: int, kills: int) -> dict[str, int]:
    counted = {"kills": kills, "old": 0, "new": 0}
    path = folder / "s.rupture"
    for _ in range(kills):

        def work(writing: int) -> None:
            tell(writing, "begun")
            Study.create(path, ["laraway-2015"])
            time.sleep(60)

        killed(work, (0.0, 0.15))
        counted["new" if path.exists() else "old"] += 1
        if not path.exists():
            Study.create(path, ["laraway-2015"]).close()
        with reopened(path, None) as study:
            assert [scheme.id for scheme in study.schemes()] == ["laraway-2015"]
        path.unlink()
    return counted


if __name__ == "__main__":
    from data import make_studies
    from data.make_studies import ADA
    from PySide6.QtCore import QTimer

    from coder.coding import Change, Episode, EpisodeId, Mark, alter, place
    from coder.store import engine, migrate
    from coder.store.file import StudyFile
    from coder.study import Study

    kind, where, which, count = sys.argv[1:]
    make = {"store": store, "window": window, "migration": migration, "making": making}[kind]
    random.seed(f"{kind} {which} {time.time_ns()}")
    json.dump(make(Path(where), int(which), int(count)), sys.stdout)
