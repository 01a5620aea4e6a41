"""Odd and hostile files: each is read or refused in a sentence, soon, and nothing else happens."""

import functools
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from data import make_odd
from data.make_odd import READ, REFUSED
from promises import broken, held

from coder.errors import CoderError
from coder.transcripts import Options, child, inspect
from coder.transcripts.events import Event, Kind, assemble
from coder.transcripts.reading import read
from coder.words import say

# A count of what is covered makes all of it slower, here many times.
MOST_SECONDS = 2 if sys.gettrace() is None else 12
SHARE = 0.05  # of 1 MB; ``python tests/fuzz.py odd`` takes them whole


@functools.cache
def corpus():
    return {each.name: each for each in make_odd.files(SHARE)}


class Watch:
    """Notes what this thread opens, lists, starts or connects to, but for code, while it is on."""

    def __init__(self):
        self.seen = []
        self.on = None
        self.refuse = child.watch((*child.code_folders(), str(Path(__file__).parents[1])))
        sys.addaudithook(self._look)

    def _look(self, event, args):
        if self.on != threading.get_ident():
            return
        try:
            self.refuse(event, args)
        except RuntimeError:
            self.seen.append((event, args))

    def read(self, odd):
        self.seen.clear()
        self.on = threading.get_ident()
        try:
            return read(Path(odd.name), odd.data, Options())
        except CoderError as fault:
            return fault
        finally:
            self.on = None


@pytest.fixture(scope="module")
def watch():
    __import__("mimetypes").inited = True  # as in the child
    return Watch()


def test_the_watch_sees(watch, tmp_path):
    watch.on = threading.get_ident()
    (tmp_path / "a").write_text("x")
    watch.on = None
    assert [event for event, _ in watch.seen] == ["open"]


def test_names_in_the_corpus_differ():
    assert len(corpus()) == len([*make_odd.files(SHARE)]) > 800


KINDS = sorted({each.name.rpartition(".")[2] for each in make_odd.files(0.001)})


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_read_or_refused_soon_and_holds_what_it_said(watch, kind):
    failures = []
    for odd in corpus().values():
        if not odd.name.endswith("." + kind):
            continue
        began = time.process_time()
        got = watch.read(odd)
        seconds = time.process_time() - began
        refused = isinstance(got, CoderError)
        if refused:
            assert say(got)
        found = list(watch.seen)
        found += [f"took {seconds:.1f} s"] if seconds > MOST_SECONDS else []
        found += ["read"] if odd.outcome == REFUSED and not refused else []
        found += [got.key] if odd.outcome == READ and refused else []
        if not refused:
            found += [*broken(got), *(word for word in odd.words if word not in held(got))]
        if found:
            failures.append((odd.name, found[:3]))
    assert failures == []


def test_very_many_lines_with_hardly_a_word_are_refused_but_in_data():
    lines = b"T: a\n" * 50_000
    with pytest.raises(CoderError) as caught:
        read(Path("a.txt"), lines)
    assert (caught.value.key, caught.value.where["count"]) == ("transcript_too_many", 50_000)
    assert "50000 lines" in say(caught.value)
    segment = b'{\n"start":\n1,\n"end":\n2,\n"text":\n"a"\n}'
    data = b'{"segments":[' + b",\n".join([segment] * 6_000) + b"]}"
    assert len(read(Path("a.json"), data).turns) == 6_000
    words = b"T: some words that were said\n" * 50_000
    assert len(read(Path("a.txt"), words.replace(b"T:", b"C:", 9)).turns) == 50_000


# Each once took minutes: what is said in one turn was gone through anew for each of its parts.
ONE_TURN = {
    "times.txt": b"T: a\nC: b\nT: c\nC: " + b"[00:00:01] a " * 20_000,
    "notes.txt": b"T: a\nC: b\nT: c\nC: " + b"(sigh) a " * 20_000,
    "voices.vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"<v T>a" * 20_000,
    "cues.vtt": b"WEBVTT\n\n" + b"00:01.000 --> 00:02.000\nT: a\n\n" * 6_000,
}


@pytest.mark.parametrize("name", ONE_TURN)
@pytest.mark.parametrize("options", [Options(), Options(merge_gap_ms=1500, lift_notes=True)])
def test_much_in_one_turn_takes_two_seconds_at_most(name, options):
    began = time.process_time()
    read(Path(name), ONE_TURN[name], options)
    assert time.process_time() - began < MOST_SECONDS


APART = ["bomb.docx", "bomb-that-lies.xlsx", "doctype-laughs.eaf", "doctype-external.exb", "deep-open.json", "sound.odt", "sound.xlsx", "sound.docx"]  # fmt: skip


def outcome(reader, *asked):
    try:
        return held(reader(*asked))
    except CoderError as fault:
        return fault.key


@pytest.mark.parametrize("name", APART)
def test_apart_they_fare_as_they_do_here(tmp_path, name):
    odd = corpus()[name]
    path = tmp_path / name
    path.write_bytes(odd.data)
    assert outcome(inspect, path) == outcome(read, path, odd.data)
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_all_of_them_together_need_less_than_three_hundred_megabytes():
    script = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from pathlib import Path\n"
        "from data import make_odd\n"
        "from coder.errors import CoderError\n"
        "from coder.transcripts.reading import read\n"
        f"for odd in make_odd.files({SHARE}):\n"
        "    try: read(Path(odd.name), odd.data)\n"
        "    except CoderError: pass\n"
        # Not getrusage: it counts what this process held before the other was started.
        "status = Path('/proc/self/status').read_text()\n"
        "print(status.split('VmHWM:')[1].split()[0])\n"
    )
    here = Path(__file__).parent
    done = subprocess.run(
        [sys.executable, "-c", script, str(here), str(here.parent)], capture_output=True, check=True
    )
    assert int(done.stdout) < 300_000


def test_the_script_writes_them(tmp_path):
    make_odd.main(tmp_path / "odd", SHARE)
    assert len([*(tmp_path / "odd").iterdir()]) == len(corpus())


def test_a_stamp_before_any_turn_stamps_nothing_and_empty_words_add_no_space():
    made = assemble(
        [
            Event(Kind.STAMP, 1, "0:01", start_ms=1000),
            Event(Kind.TURN, 2, "", "T"),
            Event(Kind.STAMP, 2, "0:02", start_ms=2000),
            Event(Kind.MORE, 3, "a (b)"),
            Event(Kind.MORE, 4, " "),
            Event(Kind.STAMP, 4, "0:03", start_ms=3000),
            Event(Kind.MORE, 5, "c"),
            Event(Kind.TURN, 6, "(d)", "C"),
        ],
        lift_notes=True,
    )
    assert [turn.text for turn in made.turns] == ["a c", "(d)"]
    assert [(each.turn, each.begin, each.ms) for each in made.stamps] == [
        (1, 0, 2000),
        (1, 2, 3000),
    ]
    assert [(each.turn, each.begin) for each in made.notes] == [(1, 1), (2, 0)]
    assert made.unused_anchors == 1


@pytest.mark.parametrize(
    ("before", "after", "at"),
    [
        ("a (b)", "c", 2),
        ("(b) a", "c", 2),
        ("a", "(b) c", 2),
        ("a", "(b)", 1),
        ("(b)", "a", 0),
        ("a (b) c d", "e (f)", 6),
    ],
)
def test_a_time_stays_where_it_stood_when_notes_are_lifted_out(before, after, at):
    events = [
        Event(Kind.TURN, 1, before, "T"),
        Event(Kind.STAMP, 1, "0:02", start_ms=2000),
        Event(Kind.MORE, 2, after),
    ]
    assert [each.begin for each in assemble(events, lift_notes=True).stamps] == [at]
