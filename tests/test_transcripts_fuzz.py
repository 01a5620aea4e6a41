"""Sound files of every format, changed at random: each is read as promised, or refused."""

import io
import random
import re
import zipfile
from pathlib import Path

import pytest
from data import make_odd
from fuzz import PACKED, fault, mutated, smaller
from hypothesis import given, settings
from hypothesis import strategies as st
from promises import broken, held
from seeds import SEEDS

from coder.transcripts import FORMATS, Options
from coder.transcripts.reading import read

# What was found by hours of it, made small: it never comes back.
FOUND = {
    "endless.TextGrid": b'File type = "ooTextFile"\nObject class = "TextGrid"\n' + b"9" * 150_000 + b"x",
    "endless.html": b"<p>T: a&#" + b"9" * 5000 + b";</p><p>C: b</p><p>T: c</p><p>C: d</p>",
    "endless.otr": b'{"text":"<p>T: a&#' + b"9" * 5000 + b'</p>","media":""}',
    "separator.tsv": b"start\tend\ttext\n0\t2\x1f\tyes\n2\t3\tno\n",
    "long-role.cha": b"@UTF8\n@Begin\n@Participants:\tPAR Par" + b"9" * 30_000 + b"\n*INV:\tquokka ?\n*PAR:\tzephyr .\n@End\n",
}  # fmt: skip


def test_there_is_a_seed_of_each_format():
    assert set(SEEDS) == {each.name for each in FORMATS}


@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_is_read_as_its_format(name):
    file, data = SEEDS[name]
    reading = read(Path(file), data)
    assert reading.format == name
    assert broken(reading) == []
    assert "quokka" in held(reading)


@pytest.mark.parametrize("name", SEEDS)
def test_a_seed_is_known_by_what_it_holds(name):
    _, data = SEEDS[name]
    assert "quokka" in held(read(Path("a"), data))


@pytest.mark.parametrize("name", SEEDS)
@settings(max_examples=40, deadline=None)
@given(st.randoms(use_true_random=False))
def test_a_changed_file_is_read_as_promised_or_refused(name, dice):
    wrong, _ = fault(Path(SEEDS[name][0]), mutated(name, dice), Options())
    assert wrong is None


@pytest.mark.parametrize("name", FOUND)
def test_what_was_found_once_is_read_or_refused(name):
    wrong, _ = fault(Path(name), FOUND[name], Options())
    assert wrong is None


@pytest.mark.parametrize("name", SEEDS)
@pytest.mark.parametrize("digits", ["9" * 5000, "9" * 100_000 + "x", "\u0663", "\u00b2", "-7", ""])
def test_odd_numbers_anywhere_are_read_as_promised_or_refused(name, digits):
    file, data = SEEDS[name]
    parts = {file: data} if name not in PACKED else unpacked(data)
    for part, content in parts.items():
        for found in re.finditer(rb"\d+", content):
            odd = content[: found.start()] + digits.encode() + content[found.end() :]
            whole = odd if name not in PACKED else make_odd.document(parts, **{part: odd})
            assert fault(Path(file), whole, Options())[0] is None, found


def unpacked(data):
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {each: packed.read(each) for each in packed.namelist()}


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(sorted({name for name, _ in SEEDS.values()})))
def test_any_bytes_are_read_as_promised_or_refused(data, name):
    wrong, _ = fault(Path(name), data, Options())
    assert wrong is None


def test_a_find_is_made_small(monkeypatch):
    import fuzz

    monkeypatch.setattr(
        fuzz, "fault", lambda path, data, options: ("odd" if b"z" in data else None, False)
    )
    assert smaller(Path("a"), b"a quick zephyr", Options(), "odd") == b"z"


def test_the_same_seed_makes_the_same_file():
    one, other = (mutated("docx", random.Random("docx 0 7")) for _ in range(2))
    assert one == other
