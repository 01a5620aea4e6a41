"""What disks, other programs and thieves do to a study file: no act is lost, no word is shown."""

import contextlib
import dataclasses
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from data import make_studies
from data.make_studies import ADA, CANARY, PASSPHRASE, coding, held, mark

from coder.coding import Change, Mark, Rater, alter, place
from coder.errors import CoderError
from coder.store import engine, log
from coder.store.file import StudyFile
from coder.study import Study
from coder.words import say

STRACE = shutil.which("strace")


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


def new_mark(name="new", **more):
    return place(coding(ADA), mark(coding(ADA), name, 2, **more), "Denial")


def refusal(act, *args, **more):
    with pytest.raises(CoderError) as fault:
        act(*args, **more)
    assert say(fault.value)
    return fault.value.key


# Damage


def all_of(path):
    """Open and read everything that can be read."""
    with opened(path) as study:
        held(study)
        for entry in study.entries():
            study._file.change(entry) if entry.kind in {"change", "final"} else None
        return study.file_problems()


def found_in(path):
    """What is told of a study that may be damaged; anything but a CoderError is a bug."""
    try:
        return [key for key, _ in all_of(path)]
    except CoderError as fault:
        return [fault.key] if say(fault) else []


def flipped(source, path, at):
    content = bytearray(source.read_bytes())
    content[at] ^= 0xFF
    path.write_bytes(content)


def test_every_flipped_byte_of_an_encrypted_study_is_found(made, tmp_path):
    """T19: each page carries a code that the key makes."""
    source, path = made / "secret.rupture", tmp_path / "s.rupture"
    size = source.stat().st_size
    chance = random.Random(19)
    pages = range(0, size, 4096)
    for page in {*pages[:3], *chance.sample(pages, 25), pages[-1]}:
        flipped(source, path, page + chance.randrange(4096))
        found = found_in(path)
        assert found, f"page {page // 4096}"
        assert found[0] in {"file_fault", "study_damaged", "study_damaged_or_passphrase"}


def test_a_flipped_byte_of_a_plain_study_is_never_taken_for_a_bug(made, tmp_path):
    source, path = made / "plain.rupture", tmp_path / "s.rupture"
    content = source.read_bytes()
    told = set()
    # Where something is written; most of a page is empty.
    places = [at for at in range(len(content)) if content[at]]
    for at in random.Random(7).sample(places, 260):
        flipped(source, path, at)
        told.update(found_in(path))
    assert {"study_damaged", "file_fault", "log_fault"} <= told


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.999])
def test_a_study_that_was_cut_short_is_told(path, share):
    os.truncate(path, int(path.stat().st_size * share))
    # A log that lost its last page reads like one whose content was erased; “check” tells the rest.
    assert found_in(path)[0] in {"file_fault", "study_damaged", "disk_fault", "content_erased"}


def test_words_that_no_program_wrote_are_damage(plain):
    with opened(plain) as study:
        study._file._raw.execute("UPDATE rater SET name = CAST(x'fffe' AS TEXT) WHERE id = 'ada'")
        with pytest.raises(CoderError, match="study_damaged") as fault:
            study.raters()
        assert fault.value.where["why"] == "Could not decode to UTF-8 column 'name'"


def test_the_engines_own_words_about_damage_may_be_no_text_either(plain):
    raw = engine.connect(plain, None, encrypted=False)
    raw.execute("PRAGMA writable_schema=ON")
    raw.execute("UPDATE sqlite_master SET name = CAST(x'fffe' AS TEXT), sql = 'CREATE' WHERE name = 'rating'")  # fmt: skip
    raw.close()
    assert refusal(Study.open, plain) == "study_damaged"


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE mark SET kind = 'nonsense'",
        "UPDATE mark SET turns = '['",
        "UPDATE mark SET clarity = 'three'",
        "UPDATE mark SET note = x'00'",
    ],
)
def test_a_row_that_no_study_holds_is_damage(plain, damage):
    with opened(plain) as study:
        study._file._raw.execute(damage)
        assert refusal(study.marks, coding(ADA).id) == "study_damaged"


def test_content_of_the_log_that_cannot_be_read_is_damage(plain):
    with opened(plain) as study:
        study._file._raw.execute("UPDATE log_content SET content = '{}'")
        assert refusal(study.undo, ADA.id) == "study_damaged"
        assert {key for key, _ in study.file_problems()} == {"log_fault"}


def test_rows_that_lost_what_they_belong_to_are_found(plain):
    with opened(plain) as study:
        study._file._raw.execute("PRAGMA foreign_keys=OFF")
        study._file._raw.execute("DELETE FROM rater WHERE id = 'ada'")
        assert study.file_problems() == [("reference_fault", {"table": "coding"})]


def test_a_check_that_cannot_be_made_now_is_no_damage(plain, monkeypatch):
    monkeypatch.setattr(engine, "_PRAGMAS", (*engine._PRAGMAS[:-1], "busy_timeout=50"))
    other = engine.connect(plain, None, encrypted=False)
    with opened(plain) as study, contextlib.closing(other):
        other.execute("BEGIN EXCLUSIVE")
        assert refusal(study.file_problems) == "study_busy"
        other.execute("ROLLBACK")
        assert study.file_problems() == []


# Replaced, moved, deleted


def test_a_study_that_was_replaced_while_open_takes_no_act(path, made):
    """T5: what a sync client does. Nothing is acknowledged into a file that has no name."""
    with opened(path) as study:
        study.apply(new_mark("kept"))
        shutil.copy(made / path.name, path.with_name("synced"))
        path.with_name("synced").replace(path)
        before = path.read_bytes()
        for act in (lambda: study.apply(new_mark()), lambda: study.undo(ADA.id), lambda: study.note("x", None)):  # fmt: skip
            assert refusal(act) == "study_replaced"
        assert refusal(study.keep_place, ADA.id, "P1-1", 1, None) == "study_replaced"
    assert path.read_bytes() == before
    assert all_of(path) == []


def test_a_study_that_was_deleted_or_moved_while_open_takes_no_act(path):
    with opened(path) as study:
        path.rename(path.with_name("moved.rupture"))
        assert refusal(study.apply, new_mark()) == "study_replaced"
    assert not path.exists()
    moved = path.with_name("secret.moved" if path.stem == "secret" else "moved.x")
    path.with_name("moved.rupture").rename(moved)
    assert all_of(moved) == []


def test_an_act_during_which_the_study_was_replaced_is_not_acknowledged(path, made, monkeypatch):
    append = log.append
    with opened(path) as study:

        def replace_then_append(*args, **more):
            shutil.copy(made / path.name, path.with_name("synced"))
            path.with_name("synced").replace(path)
            return append(*args, **more)

        monkeypatch.setattr(log, "append", replace_then_append)
        assert refusal(study.apply, new_mark()) == "study_replaced"
    assert path.read_bytes() == (made / path.name).read_bytes()
    assert all_of(path) == []


def test_a_study_that_was_overwritten_in_place_is_read_anew(path, made):
    with opened(path) as study:
        study.apply(new_mark("lost with the file"))
        with path.open("rb+") as file:
            file.write((made / path.name).read_bytes())
            file.truncate()
        study.apply(new_mark("after"))
    with opened(path) as study:
        names = [each.id for each in study.marks(coding(ADA).id)]
        assert "P1-1-ada-after" in names
        assert "P1-1-ada-lost with the file" not in names
        assert study.file_problems() == []


# Disks


CHILD = """
import os, resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from data.make_studies import ADA, PASSPHRASE, coding, mark
from coder.coding import place
from coder.errors import CoderError
from coder.study import Study
path, way = Path(sys.argv[2]), sys.argv[3]

def act(study, n):
    kept = mark(coding(ADA), f"new {n}", 2, note="x" * 2000)
    study.apply(place(coding(ADA), kept, "Denial"))
    print(n, flush=True)

if way == "nobody":
    Study.open(path, PASSPHRASE, write=False).close()  # all is imported
    os.setuid(65534)
    try:
        Study.open(path, PASSPHRASE)
    except CoderError as fault:
        print(fault.key)
    study = Study.open(path, PASSPHRASE, write=False)
    print(len(study.entries()), len(study.file_problems()))
    for refused in (lambda: act(study, 0), lambda: study.keep_place(None, "P1-1", 0, None)):
        try:
            refused()
        except CoderError as fault:
            print(fault.key)
    sys.exit()

study = Study.open(path, PASSPHRASE)
if way == "limit":
    limit = os.stat(path).st_size + 20_000
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
try:
    for n in range(60 if way == "trace" else 1000):
        act(study, n)
except CoderError as fault:
    print(fault.key, file=sys.stderr)
if way == "limit":
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)
    act(study, n)
    act(study, n + 1)
"""


def child(path, way, *before):
    run = [*before, sys.executable, "-c", CHILD, str(Path(__file__).parent), str(path), way]
    done = subprocess.run(run, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout.split(), done.stderr


def whole_with(path, acknowledged):
    """All that was acknowledged is there, at most one act more, and the study is sound."""
    with opened(path) as study:
        found = {each.id for each in study.marks(coding(ADA).id) if "new" in each.id}
        assert {f"P1-1-ada-new {n}" for n in acknowledged} <= found
        assert study.file_problems() == []
        study.apply(new_mark("again"))
        return found


def test_a_disk_that_takes_no_more_keeps_what_was_acknowledged(path):
    acknowledged, told = child(path, "limit")
    assert told.strip() == "disk_fault"
    assert len(acknowledged) > 3
    assert len(set(acknowledged)) == len(acknowledged), "the refused act is done again"
    assert len(whole_with(path, acknowledged)) == len(acknowledged)


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 2 MB, where one may be mounted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(disk)]
    if os.name != "posix" or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_keeps_what_was_acknowledged(path, small_disk):
    path = Path(shutil.copy(path, small_disk))
    acknowledged, told = child(path, "full")
    assert told.strip() == "disk_full"
    assert len(acknowledged) > 50
    with opened(path, write=False) as study:
        assert study.file_problems() == []
        assert refusal(study.back_up, small_disk / "b.rupture", PASSPHRASE) == "disk_full"
        assert not (small_disk / "b.rupture.new").exists()
    assert refusal(Study.create, small_disk / "new.rupture", ["samstag-2003"], "x") == "disk_full"
    assert sorted(each.name for each in small_disk.iterdir() if each.suffix != ".lock") == [
        path.name
    ]
    kept = Path(shutil.copy(path, path.parents[1] / f"kept-{path.name}"))
    assert len(whole_with(kept, acknowledged)) == len(acknowledged)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can be someone else")
@pytest.mark.parametrize("locked", ["folder", "file", "both"])
def test_a_study_that_may_only_be_read_is_read(made, locked):
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name)
        path = Path(shutil.copy(made / "secret.rupture", folder))
        before = path.read_bytes()
        path.chmod(0o444 if locked in {"file", "both"} else 0o666)
        folder.chmod(0o555 if locked in {"folder", "both"} else 0o777)
        told, fault = child(path, "nobody")
        folder.chmod(0o755)
        entries = told[1:3]
        assert fault == ""
        assert told[0] == ("study_folder_unwritable" if locked == "folder" else "study_unreadable")
        assert entries == ["17", "0"]
        assert set(told[3:]) <= {"study_replaced", "study_unreadable"}
        assert len(told[3:]) == 2
        assert path.read_bytes() == before


def traced():
    """Whether a process may be traced here."""
    if STRACE is None:
        return False
    run = [STRACE, "-f", "-o", os.devnull, "-e", "inject=fdatasync:error=EIO:when=60000", "true"]
    return subprocess.run(run, capture_output=True, check=False).returncode == 0


needs_trace = pytest.mark.skipif(not traced(), reason="no process can be traced here")
FAULTS = ("pwrite64:error=ENOSPC", "pwrite64:error=EIO", "fsync:error=EIO", "unlink:error=EIO")


@needs_trace
@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_disk_refuses_from_some_moment_on_is_told_and_nothing_is_lost(
    made, tmp_path, fault
):
    """T3: every failure is seen, and what was acknowledged before it is there."""
    chance = random.Random(fault)
    for name in ("plain", "secret"):
        path = Path(shutil.copy(made / f"{name}.rupture", tmp_path))
        call = fault.partition(":")[0]
        inject = f"inject={fault}:when={chance.randrange(20, 60)}+"
        acknowledged, told = child(path, "trace", STRACE, "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}", "-e", inject)  # fmt: skip
        assert told.strip() in {"disk_full", "disk_fault", "study_unreadable", ""}, told
        found = whole_with(path, acknowledged)
        assert len(found) - len(acknowledged) <= 1
        assert told.strip() or len(acknowledged) == 60


# Words in clear


def test_no_word_of_an_encrypted_study_stands_in_its_file(path):
    found = CANARY.encode() in path.read_bytes() or CANARY.encode("utf-16-le") in path.read_bytes()
    assert found == (path.stem == "plain")


def test_no_word_of_an_encrypted_study_stands_in_its_journal(path, monkeypatch):
    append, seen = log.append, []
    with opened(path) as study:

        def look_then_append(*args, **more):
            done = append(*args, **more)
            seen.append(path.with_name(f"{path.name}-journal").read_bytes())
            return done

        monkeypatch.setattr(log, "append", look_then_append)
        kept = study.marks(coding(ADA).id)[0]
        study.apply(alter(coding(ADA), kept, dataclasses.replace(kept, note=CANARY * 9), "note"))
    assert len(seen[0]) > 4096
    assert (CANARY.encode() in seen[0]) == (path.stem == "plain")
    assert not path.with_name(f"{path.name}-journal").exists()


JOURNEY = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from data.make_studies import ADA, CANARY, PASSPHRASE, coding, held, make, mark, session
from coder.coding import Change, place
from coder.store import backup, engine
from coder.study import Study, search
folder, encrypted, temp = Path(sys.argv[2]), sys.argv[3] == "yes", sys.argv[4]
engine._PRAGMAS = (*engine._PRAGMAS, f"temp_store={temp}", "cache_size=20")
passphrase = PASSPHRASE if encrypted else None
path = folder / "s.rupture"
with make(path, passphrase) as study:
    ada = coding(ADA)
    many = tuple(mark(ada, f"m{n}", 2, note=f"{n} {CANARY} " * 20) for n in range(800))
    study.apply(Change("many", added=many, by=ADA.id))
    study.undo(ADA.id)
    study.redo(ADA.id)
    assert list(search(study, CANARY, None))
    raw = study._file._raw
    sorting = "SELECT a.note || b.id FROM mark a, (SELECT id FROM mark LIMIT 12) b ORDER BY 1 DESC"
    assert len(raw.execute(sorting).fetchall()) > 9600
    assert study.file_problems() == []
    held(study)
    study.back_up(folder / "b.rupture", passphrase)
backup.restore(folder / "b.rupture", path, passphrase)
"""


def written(folder, *, encrypted, temp):
    """How often the canary stood in what was written to any file, also to one without a name."""
    trace = folder / "trace"
    calls = "trace=write,pwrite64,writev,pwritev,sendto"
    run = [
        STRACE, "-f", "-qq", "-e", calls, "-e", "signal=none", "-s", "70000", "-xx", "-o", str(trace),
        sys.executable, "-c", JOURNEY, str(Path(__file__).parent), str(folder), "yes" if encrypted else "no", temp,
    ]  # fmt: skip
    environment = {**os.environ, "SQLITE_TMPDIR": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run(run, check=True, timeout=120, env=environment)
    wanted = "".join(f"\\x{byte:02x}" for byte in CANARY.encode())
    return sum(line.count(wanted) for line in trace.read_text(encoding="ascii").splitlines())


@needs_trace
def test_no_word_of_an_encrypted_study_is_ever_written_in_clear(tmp_path):
    """T16: the whole journey, searched in every buffer that any call writes."""
    assert written(tmp_path, encrypted=True, temp="MEMORY") == 0


@needs_trace
def test_the_search_for_words_in_clear_has_teeth(tmp_path):
    """A plain study shows them, and so does an encrypted one told to sort on disk."""
    (tmp_path / "plain").mkdir()
    (tmp_path / "disk").mkdir()
    assert written(tmp_path / "plain", encrypted=False, temp="MEMORY") > 800
    assert written(tmp_path / "disk", encrypted=True, temp="FILE") > 0


def test_a_report_of_a_bug_names_no_words(plain):
    """What cannot be stored as text is a bug, and its report quotes a place, not the words."""
    with opened(plain) as study:
        bad = Change("x", added=(Rater(ADA.id + "2", f"{CANARY}\ud83d"),))
        with pytest.raises(UnicodeEncodeError) as fault:
            study.apply(bad)
        assert CANARY not in str(fault.value)
        kept = len(study._file.read(Mark))
        study.apply(new_mark())
        assert len(study._file.read(Mark)) == kept + 1


def test_a_name_longer_than_its_neighbours_can_be_is_refused(tmp_path):
    assert refusal(StudyFile.create, tmp_path / f"{'ü' * 120}.rupture") == "study_name_too_long"
    StudyFile.create(tmp_path / f"{'ü' * 116}.rupture").close()
