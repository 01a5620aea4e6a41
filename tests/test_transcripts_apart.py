"""A file is read in a process of its own: what it may do there, and what comes back of it."""

import dataclasses
import io
import json
import mimetypes
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder import __main__
from coder.errors import CoderError, Notice, Stopped
from coder.session import Note, Replaced, Reported, Role, Stamp
from coder.transcripts import Options, apart, child, inspect, plain
from coder.transcripts.reading import Reading, read

TEXT = "Session 3\n0:00\nT: How was the week? (sigh)\nC: Fine, I suppose.\n\n0:20\nT: Mmm\n181\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.500\n<v Therapist>How was it?\n\n00:03.000 --> 00:04.000\n<v Client>Fine.\n"
SECRET = "quartz vixens jumbled"
posix = pytest.mark.skipif(os.name != "posix", reason="Windows has no such limits")


def document():
    made, out = docx.Document(), io.BytesIO()
    for words in ("T: How was the week?", "C: Fine."):
        made.add_paragraph(words)
    made.save(out)
    return out.getvalue()


@pytest.fixture
def transcript(tmp_path):
    path = tmp_path / "session.txt"
    path.write_text(TEXT)
    return path


@pytest.fixture
def reader(monkeypatch):
    """Have the child run other code: the body of the function that reads, or a whole script."""
    usual = apart.command()

    def use(body="", script=None):
        code = script or (
            "from coder.transcripts import child, reading\n"
            "def odd(path, data, options):\n"
            "    import os, sys\n"
            f"    {body}\n"
            "reading.read = odd\n"
            "child.main()\n"
        )
        start = "import sys; sys.path[:] = sys.argv[1:]\n" + code
        at = usual.index("-c") + 1
        command = [*usual[:at], start, *usual[at + 1 :]]
        monkeypatch.setattr(apart, "command", lambda: command)

    return use


def same(reading, other):
    """Compare all but the identifiers of turns, which are new each time."""
    told = [dataclasses.asdict(each) for each in (reading, other)]
    for each in told:
        for turn in each["turns"]:
            del turn["id"]
    return told[0] == told[1]


def refused(path, options=None, **asked):
    with pytest.raises(CoderError) as caught:
        inspect(path, options or Options(), **asked)
    return caught.value


def faulted(path):
    fault = refused(path)
    assert fault.key == "transcript_reader_failed"
    assert fault.where["path"] == str(path)
    return fault.where["why"]


# --- What comes back


@pytest.mark.parametrize(
    ("name", "content"), [("a.txt", TEXT.encode()), ("a.vtt", VTT.encode()), ("a.docx", document())]
)
@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(
            roles={"T": Role.THERAPIST},
            skip=((1, 1),),
            offsets=((3, 60_000),),
            names=(("week", "[time]"),),
            lift_notes=True,
        ),
    ],
)
def test_a_file_read_apart_reads_as_it_does_here(tmp_path, name, content, options):
    path = tmp_path / name
    path.write_bytes(content)
    assert same(inspect(path, options), read(path, content, options))


@pytest.mark.parametrize(
    ("content", "options", "key"),
    [
        ("", Options(), "transcript_empty"),
        ("%PDF-1.7", Options(), "transcript_binary"),
        (TEXT, Options(format="sing"), "unknown_format"),
        (TEXT, Options(encoding="klingon"), "unknown_encoding"),
    ],
)
def test_an_error_comes_back_as_the_error_it_is(tmp_path, content, options, key):
    path = tmp_path / "a.txt"
    path.write_text(content)
    with pytest.raises(CoderError) as here:
        read(path, content.encode(), options)
    there = refused(path, options)
    assert there.key == here.value.key == key
    assert there.where | {"path": ""} == here.value.where | {"path": ""}


def test_a_file_that_is_missing_is_told_of_without_a_process(tmp_path, monkeypatch):
    monkeypatch.setattr(subprocess, "Popen", None)
    assert refused(tmp_path / "none.txt").key == "transcript_not_opened"


def test_an_odd_name_of_a_file_comes_through(tmp_path):
    path = tmp_path / "é ‘x’ \n.txt"
    path.write_text(TEXT)
    assert inspect(path).path == path


# --- What a reader cannot do to us


def test_a_bug_is_told_by_its_kind_and_place_and_holds_nothing_of_the_file(reader, transcript):
    reader(f"raise KeyError('{SECRET}')")
    why = faulted(transcript)
    assert why.startswith("KeyError, ")
    assert "child.py:" in why
    assert "quartz" not in why


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("os._exit(0)", "the reader ended without an answer"),
        ("os.abort()", "the reader ended without an answer"),
        ("os.write(1, b'{}'); os._exit(0)", "its answer was not whole"),
        ("os.write(1, b'[1]'); os._exit(0)", "its answer was not whole"),
        ("os.write(1, b'[' * 100_000); os._exit(0)", "its answer was not whole"),
        ("os.write(1, b'\"' + bytes([255])); os._exit(0)", "its answer was not whole"),
        ('os.write(1, b\'{"bug": ["a b"]}\'); os._exit(0)', "its answer was not whole"),
        ("os.write(1, b'{\"bug\": 3}'); os._exit(0)", "its answer was not whole"),
        ('os.write(1, b\'{"error": ["none", {}]}\'); os._exit(0)', "its answer was not whole"),
        ("os.write(1, b'{\"reading\": {}}'); os._exit(0)", "its answer was not whole"),
    ],
)
def test_what_is_no_answer_is_a_plain_error(reader, transcript, body, why):
    reader(body)
    assert faulted(transcript) == why


def test_a_child_that_does_not_listen_is_a_plain_error(reader, tmp_path):
    path = tmp_path / "long.txt"
    path.write_text("T: yes\nC: no\n" * 300_000)
    reader(script="raise SystemExit")
    assert faulted(path) == "the reader ended without an answer"


def test_a_program_that_cannot_start_is_a_plain_error(transcript, monkeypatch):
    monkeypatch.setattr(apart, "command", lambda: [str(transcript / "none")])
    assert faulted(transcript)


def test_what_a_library_prints_is_no_part_of_the_answer(reader, transcript):
    reader("print('x'); sys.stderr.write('y'); raise KeyError")
    assert faulted(transcript).startswith("KeyError")


@posix
def test_a_reader_that_fills_the_memory_is_stopped(reader, transcript):
    reader("x = bytearray(1_100_000_000)")
    assert refused(transcript).key == "transcript_too_big"


@posix
def test_memory_that_grew_piece_by_piece_is_let_go_of_before_the_answer(reader, transcript):
    reader("x = []\n    while True: x.append(bytes(1000))")
    assert refused(transcript).key == "transcript_too_big"


def test_a_reader_that_takes_for_ever_is_ended(reader, transcript, monkeypatch):
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.5)
    reader("while True: pass")
    began = time.monotonic()
    assert refused(transcript).key == "transcript_too_slow"
    assert time.monotonic() - began < 2


def test_an_answer_without_end_is_cut_off(reader, transcript, monkeypatch):
    monkeypatch.setattr(apart, "MOST_ANSWER", 100_000)
    reader("while True: os.write(1, b' ' * 10_000)")
    assert refused(transcript).key == "transcript_too_big"


def test_a_reading_that_nobody_waits_for_is_stopped(reader, transcript):
    reader("while True: pass")
    asked = []
    began = time.monotonic()
    with pytest.raises(Stopped):
        inspect(transcript, stopped=lambda: asked.append(1) or len(asked) == 3)
    assert time.monotonic() - began < 1
    assert len(asked) == 3


def test_a_reading_somebody_waits_for_is_not_stopped(transcript):
    assert len(inspect(transcript, stopped=lambda: False).turns) == 3


ACTS = [
    "import socket; socket.socket()",
    "import subprocess; subprocess.run(['true'])",
    "os.system('true')",
    "open('/tmp/coder-apart', 'w')",
    "open('/tmp/coder-apart', 'ab')",
    "os.open('/tmp/coder-apart', os.O_CREAT | os.O_RDWR)",
    "open(path, 'rb')",
    "open(os.fsencode(path), 'rb')",
    "open('/etc/passwd')",
    "open(os.path.dirname(os.__file__) + '/../../../../../../etc/passwd')",
    "open(0)",
    "os.remove(path)",
    "os.rename(path, str(path) + '.x')",
    "os.mkdir(str(path) + '.x')",
    "os.listdir('/')",
    "list(os.scandir('/tmp'))",
    "import tempfile; tempfile.mkstemp()",
    "import shutil; shutil.rmtree('/tmp/coder-apart')",
    "import urllib.request; urllib.request.urlopen('http://127.0.0.1')",
]


@pytest.mark.parametrize("act", ACTS)
def test_the_network_processes_and_files_are_out_of_reach(reader, transcript, act):
    reader(act)
    assert faulted(transcript).startswith("RuntimeError")
    assert transcript.read_text() == TEXT
    assert not Path("/tmp/coder-apart").exists()


@posix
@pytest.mark.parametrize("act", ["os.fork()", "os.execv('/bin/true', ['true'])"])
def test_no_other_process_is_begun(reader, transcript, act):
    reader(act)
    assert faulted(transcript).startswith("RuntimeError")


@posix
def test_the_systems_own_limits_are_set(reader, transcript):
    names = list(child._LIMITS)
    reader(
        "import resource; "
        f"raise type('x'.join(str(resource.getrlimit(getattr(resource, n))[0]) for n in {names}), (Exception,), {{}})"
    )
    assert faulted(transcript).split(", ")[0] == "1000000000x60x0x0x0"


@pytest.mark.parametrize("library", ["docx", "openpyxl", "charset_normalizer", "lxml.etree"])
def test_the_libraries_of_readers_can_be_loaded(reader, transcript, library):
    reader(f"import {library}; raise LookupError")
    assert faulted(transcript).startswith("LookupError")


def test_the_child_loads_nothing_big(reader, transcript):
    big = ["numpy", "pandas", "PySide6", "sqlalchemy", "scipy", "docx", "openpyxl", "av", "yaml"]
    reader(
        "import openpyxl; loaded = {n.split('.')[0] for n, m in sys.modules.items() if m}\n    "
        f"raise type('x' + 'x'.join(n for n in {big} if n in loaded), (Exception,), {{}})"
    )
    assert faulted(transcript).split(", ")[0] == "xopenpyxl"


def test_code_that_lies_in_the_folder_one_works_in_is_not_run(tmp_path, monkeypatch):
    for name in ("docx", "json", "sitecustomize", "coder"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit")
    path = tmp_path / "a.docx"
    path.write_bytes(document())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", str(tmp_path), *sys.path])
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONSTARTUP", str(tmp_path / "json.py"))
    assert len(inspect(path).turns) == 2


# --- What is left behind


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="there is no list of open files")
@pytest.mark.parametrize("end", ["whole", "bug", "slow", "stopped"])
def test_no_process_thread_or_open_file_is_left(reader, transcript, monkeypatch, end):
    begun = []
    usual = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda *a, **b: begun.append(usual(*a, **b)) or begun[-1]
    )
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.5 if end == "slow" else 60)
    if end != "whole":
        reader("raise KeyError" if end == "bug" else "while True: pass")
    before = set(Path("/proc/self/fd").iterdir()), threading.active_count()
    try:
        inspect(transcript, stopped=lambda: end == "stopped")
    except (CoderError, Stopped):
        assert end != "whole"
    assert (set(Path("/proc/self/fd").iterdir()), threading.active_count()) == before
    assert [each.returncode is not None for each in begun] == [True]


def test_neither_the_words_nor_the_path_stand_in_the_command_or_the_environment(
    transcript, monkeypatch
):
    seen = []
    usual = subprocess.Popen
    monkeypatch.setattr(subprocess, "Popen", lambda *a, **b: seen.append((a, b)) or usual(*a, **b))
    monkeypatch.setenv("SECRET", SECRET)
    inspect(transcript, Options(names=(("Fine", "Quartz"),)))
    told = repr(seen)
    assert not [
        each
        for each in (str(transcript), transcript.name, "Fine", "Quartz", SECRET)
        if each in told
    ]


def test_nothing_is_written_beside_the_file(transcript):
    inspect(transcript)
    assert [each.name for each in transcript.parent.iterdir()] == [transcript.name]


def work(path):
    """Inspect, and return the seconds of work it took, here and apart: waiting for others is no work."""
    before = os.times()
    reading = inspect(path)
    used = os.times()
    return reading, sum(used[:4]) - sum(before[:4])


@posix
def test_a_short_file_takes_a_quarter_of_a_second_at_most(transcript):
    assert min(work(transcript)[1] for _ in range(5)) < 0.25


@posix
def test_three_thousand_turns_take_a_second_at_most(tmp_path):
    path = tmp_path / "long.txt"
    path.write_text(
        "".join(
            f"{n // 60}:{n % 60:02}\nT: And what came then, the {n}th time it happened?\nC: The same.\n"
            for n in range(1500)
        )
    )
    reading, seconds = work(path)
    assert len(reading.turns) == 3000
    assert seconds < 1


# --- Plain data


def whole():
    """A reading with something in every field, as plain data."""
    reading = read(Path("a.txt"), TEXT.encode(), Options())
    full = dataclasses.replace(
        reading,
        cues=3,
        notes=(*reading.notes, Note(9, "(coughs)")),
        anchors=((2, 0),),
        reported=(Reported(1, "Session 3", "heading"),),
        warnings=(Notice("times_reset", {"count": 1, "where": " (line 2)"}),),
        stamps=(Stamp(1, 3, 5000),),
        parts=(("one", 3),),
        tiers=(("T", 2),),
        taken=("T",),
        titles=("Speaker", "Text"),
        columns={"text": "Text"},
        replaced=(Replaced("[time]", 1, (1,)),),
    )
    return full, json.loads(json.dumps(plain.from_reading(full)))


def test_every_field_of_a_reading_comes_through():
    full, data = whole()
    assert set(data) | {"path", "sha256"} == {each.name for each in dataclasses.fields(Reading)}
    assert all(value not in (None, [], {}) for value in data.values())
    assert same(plain.to_reading(full.path, full.sha256, data), full)


options_of = st.builds(
    Options,
    format=st.none() | st.text(),
    merge_gap_ms=st.none() | st.integers(),
    roles=st.dictionaries(st.text(), st.sampled_from(Role)),
    tiers=st.lists(st.text()).map(tuple),
    columns=st.dictionaries(st.text(), st.text()),
    frame_rate=st.none() | st.floats(1, 100),
    lift_notes=st.booleans(),
    skip=st.lists(st.tuples(st.integers(), st.integers())).map(tuple),
    names=st.lists(st.tuples(st.text(), st.text())).map(tuple),
)


@settings(max_examples=50, deadline=None)
@given(options_of)
def test_options_come_through(options):
    assert plain.to_options(json.loads(json.dumps(plain.from_options(options)))) == options


def places_in(data, at=()):
    """Every place in plain data."""
    yield at
    keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        yield from places_in(data[key], (*at, key))


def with_odd(data, at, odd):
    if not at:
        return odd
    copy = dict(data) if isinstance(data, dict) else list(data)
    copy[at[0]] = with_odd(data[at[0]], at[1:], odd)
    return copy


PLACES = list(places_in(whole()[1]))
ODD = [None, True, -1, 0, 10**400, 1.5, "", "odd", "\ud800", [], [[]], {}, {"a": []}, [1, 2, 3]]


def test_whatever_stands_anywhere_in_an_answer_it_is_a_sound_reading_or_refused():
    full, data = whole()
    taken = 0
    for at in PLACES:
        for odd in ODD:
            try:
                got = plain.to_reading(full.path, full.sha256, with_odd(data, at, odd))
            except (ValueError, TypeError):
                continue
            taken += 1
            sound(got)
    assert 0 < taken < len(PLACES) * len(ODD) / 2


def sound(reading):
    json.dumps(plain.from_reading(reading), ensure_ascii=False).encode()
    assert reading.turns
    for turn in reading.turns:
        assert isinstance(turn.text, str)
        assert turn.text
        assert isinstance(turn.line, int)
    for each in (*reading.stamps, *(note for note in reading.notes if note.turn is not None)):
        assert 0 <= each.begin <= len(reading.turns[each.turn - 1].text)


@pytest.mark.parametrize(
    "told",
    [
        ["times_reset", {}],
        ["no such key", {}],
        [["times_reset"], {"count": 1}],
        ["times_reset", {"count": [1]}],
        ["times_reset", {"count": 10**400}],
        ["times_reset", {"count": "x" * 20_000}],
        ["times_reset"],
        "times_reset",
    ],
)
def test_what_is_told_must_be_one_of_our_sentences_with_its_arguments(told):
    with pytest.raises((ValueError, TypeError)):
        plain.to_error(Path("a"), told)


def test_the_path_in_an_error_is_that_of_who_asked():
    fault = plain.to_error(Path("mine"), ["transcript_empty", {"path": "another"}])
    assert fault.where == {"path": "mine"}


def test_a_long_argument_loses_its_midst():
    told = Notice("times_reset", {"count": "a" * 9_000 + "b" * 9_000})
    assert plain.from_told(told) == ["times_reset", {"count": "a" * 5_000 + "b" * 5_000}]


def test_an_argument_that_is_not_simple_is_told_as_text():
    told = CoderError("transcript_empty", path=Path("a"), odd=(1, 2), none=None, share=0.5)
    assert plain.from_told(told) == [
        "transcript_empty",
        {"path": "a", "odd": "(1, 2)", "none": None, "share": 0.5},
    ]


# --- The child's parts, in this process


class Pipe(io.BytesIO):
    """A pipe keeps what was written when it is closed."""

    def close(self):
        self.kept = self.getvalue()
        super().close()


@pytest.fixture
def pipes(monkeypatch):
    kept = []

    def given(head, data):
        told = Pipe()
        out = io.TextIOWrapper(told)
        kept.append(out)  # as sys.__stdout__ is
        asked = io.BytesIO(json.dumps(head).encode() + b"\n" + data)
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(asked))
        monkeypatch.setattr(sys, "stdout", out)
        monkeypatch.setattr(sys, "excepthook", sys.excepthook)
        monkeypatch.setattr(child, "limit", lambda: None)
        monkeypatch.setattr(child, "confine", lambda: None)
        return told

    return given


def test_the_child_answers_with_the_reading(pipes):
    told = pipes({"path": "a.txt", "options": plain.from_options(Options())}, TEXT.encode())
    child.main()
    made = plain.to_reading(Path("a.txt"), "", json.loads(told.kept)["reading"])
    assert [turn.label for turn in made.turns] == ["T", "C", "T"]


def test_the_child_answers_with_a_bugs_place(pipes):
    told = pipes({"path": "a.txt"}, b"")
    try:
        child.main()
    except KeyError as fault:
        sys.excepthook(KeyError, fault, fault.__traceback__)
    kind, *places = json.loads(told.kept)["bug"]
    assert kind == "KeyError"
    assert places[-1].startswith("child.py:")


def test_the_child_answers_with_an_error_and_with_too_little_memory(monkeypatch):
    path, options = Path("a.txt"), plain.from_options(Options())
    assert json.loads(child.answer(path, b"", options))["error"][0] == "transcript_empty"
    monkeypatch.setattr(child.reading, "read", full_memory)
    key, where = json.loads(child.answer(path, b"", options))["error"]
    assert plain.to_error(path, [key, where]).key == "transcript_too_big"


def full_memory(*_):
    raise MemoryError


def test_limits_are_set_where_the_system_has_them(monkeypatch):
    resource = pytest.importorskip("resource")
    put = {}

    def setrlimit(which, both):
        put[which] = both
        if which == resource.RLIMIT_CPU:
            raise ValueError("this system does not")

    monkeypatch.setattr(resource, "setrlimit", setrlimit)
    child.limit()
    assert len(put) == 5
    assert put[resource.RLIMIT_AS] == (10**9, 10**9)
    monkeypatch.setitem(sys.modules, "resource", None)
    child.limit()
    assert len(put) == 5


def test_the_child_confines_itself(monkeypatch):
    hooks = []
    monkeypatch.setattr(sys, "addaudithook", hooks.append)
    monkeypatch.setattr(child, "_UNWANTED", ("coder_unwanted",))
    monkeypatch.setattr(mimetypes, "inited", mimetypes.inited)
    child.confine()
    with pytest.raises(ImportError):
        __import__("coder_unwanted")
    del sys.modules["coder_unwanted"]
    (hook,) = hooks
    hook("open", (os.__file__, "rb", os.O_RDONLY))
    hook("os.listdir", (sys.path[-1],))
    hook("os.putenv", (b"a", b"b"))
    hook("import", ("docx",))
    for event, args in (
        ("open", (os.__file__, "wb", os.O_WRONLY)),
        ("open", (0, "rb", os.O_RDONLY)),
        ("open", (str(Path.home() / "a.txt"), "rb", os.O_RDONLY)),
        ("os.scandir", ("/",)),
        ("socket.connect", ()),
    ):
        with pytest.raises(RuntimeError):
            hook(event, args)


def test_a_library_folder_that_holds_us_is_code(monkeypatch, tmp_path):
    monkeypatch.setattr(
        child, "__file__", str(tmp_path / "site-packages/coder/transcripts/child.py")
    )
    assert os.path.normcase(tmp_path / "site-packages") in child.code_folders()
    monkeypatch.setattr(child, "__file__", str(tmp_path / "checkout/coder/transcripts/child.py"))
    assert os.path.normcase(tmp_path / "checkout") not in child.code_folders()


def test_a_bundle_starts_itself(monkeypatch):
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert apart.command() == [sys.executable, apart.FROZEN]
    monkeypatch.setattr(sys, "argv", ["rupture-coder", apart.FROZEN])
    ran = []
    monkeypatch.setattr(child, "main", lambda: ran.append(1))
    assert (__main__.main(), ran) == (0, [1])
