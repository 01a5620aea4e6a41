"""Fuzz a reader: ``python tests/fuzz.py READER --minutes 60``, or ``all``, or ``odd`` for the corpus.

Mutates small sound files (bytes, lines, words of markup, members packed anew) and checks that each
is read, within 2 s of work, as the promises say, or refused in a sentence. Prints what it finds,
made small, with the bytes that show it.
"""

import argparse
import functools
import json
import random
import re
import signal
import sys
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from data import make_odd
from promises import broken
from seeds import SEEDS

from coder.errors import CoderError
from coder.transcripts import Options
from coder.transcripts.reading import read
from coder.words import say

MOST_SECONDS = 2.0
PACKED = {"docx", "odt", "xlsx"}
TOKENS = (
    *make_odd.NUMBERS, *make_odd.NAUGHTY, "\0", "\x15", "\x0c", "\r", "\n\n", "\t", "\u2028", "\ufeff", "\\ud800",
    "[", "]", "{", "}", "<", ">", "</", "/>", "(", ")", '"', "'", ":", ",", ";", "|", "\\", "&#0;", "&#xD800;", "&",
    "0:01", "00:00:01.000", "9" * 30_000 + "x", "&#" + "9" * 5000, "99:59:59", "T:", "C: ", "null", "true", "[]", "{}", '""', "0", "-", " ", "=1", "#",
)  # fmt: skip


VALUES = (
    None, True, False, 0, -1, 1.5, 10**30, 1e308, float("nan"), "", "x", " ", "T: x", "\ud800", "\0", "0:01", "1s",
    "-5", [], {}, [[]], [None], {"a": 1}, ["a", "b"], "(sigh)", "a" * 9000,
)  # fmt: skip


def cut(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + data[at + dice.choice((1, 1, 2, 4, 9, 40)) :]


def put(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    token = dice.choice(TOKENS).encode() * dice.choice((1, 1, 1, 2, 30))
    return data[:at] + token + data[at:]


def flip(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data)) if data else 0
    return data[:at] + bytes([dice.randrange(256)]) + data[at + 1 :]


def again(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    end = at + dice.choice((1, 5, 20, 80, 300))
    return data[:end] + data[at:end] * dice.choice((1, 1, 2, 50)) + data[end:]


def swapped(data: bytes, dice: random.Random) -> bytes:
    """Change the order of lines, or of what stands between tags, commas and braces."""
    sign = dice.choice((rb"(\n)", rb"(\n\n)", rb"(<)", rb"(,)", rb"(\})", rb"( )"))
    parts = re.split(sign, data)
    one, other = dice.randrange(len(parts)), dice.randrange(len(parts))
    kind = dice.randrange(3)
    if kind == 0:
        parts[one], parts[other] = parts[other], parts[one]
    elif kind == 1:
        parts.insert(one, parts[other])
    else:
        del parts[one]
    return b"".join(parts)


def number(data: bytes, dice: random.Random) -> bytes:
    """Put another number, or no number, in the place of one."""
    found = [*re.finditer(rb"-?\d[\d.]*", data)]
    if not found:
        return data
    one = dice.choice(found)
    return data[: one.start()] + dice.choice(make_odd.NUMBERS).encode() + data[one.end() :]


def value(data: bytes, dice: random.Random) -> bytes:
    """Put another value in the place of one of JSON, or of an attribute."""
    found = [*re.finditer(rb"\"[^\"]*\"|\[[^\[\]]*\]|\{[^{}]*\}|\d[\d.]*|null", data)]
    if not found:
        return data
    one = dice.choice(found)
    new = dice.choice(
        (
            b"null",
            b"[]",
            b"{}",
            b'""',
            b"1",
            b"-1",
            b"true",
            b'"x"',
            b"[null]",
            b'{"a":1}',
            b"1e999",
        )
    )
    return data[: one.start()] + new + data[one.end() :]


def places(data: object, at: tuple[object, ...] = ()) -> Iterator[tuple[object, ...]]:
    """Every place in data of JSON."""
    yield at
    keys = data if isinstance(data, dict) else range(len(data)) if isinstance(data, list) else ()
    for key in keys:
        yield from places(data[key], (*at, key))


def retold(data: bytes, dice: random.Random) -> bytes:
    """Put another value into a place of JSON, take it away, double it, or move it elsewhere."""
    try:
        root = json.loads(data)
    except (ValueError, RecursionError):
        return data
    everywhere = [at for at in places(root) if at]
    if not everywhere:
        return data
    at, from_where = dice.choice(everywhere), dice.choice(everywhere)
    inner = functools.reduce(lambda found, key: found[key], at[:-1], root)
    other = functools.reduce(lambda found, key: found[key], from_where, root)
    kind = dice.randrange(4)
    if kind == 0:
        del inner[at[-1]]
    elif kind == 1 and isinstance(inner, list):
        inner.insert(at[-1], json.loads(json.dumps(other)))
    else:
        inner[at[-1]] = json.loads(json.dumps(other)) if kind == 2 else dice.choice(VALUES)
    return json.dumps(root).encode()


def recoded(data: bytes, dice: random.Random) -> bytes:
    text = data.decode("utf-8", "replace")
    return text.encode(
        dice.choice(("utf-16", "utf-16-be", "cp1252", "utf-8-sig", "mac_roman", "cp932")), "replace"
    )


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut, put, put, flip, again, swapped, swapped, number, value, recoded,
)  # fmt: skip


def changed(data: bytes, dice: random.Random) -> bytes:
    """Change a file a few times; recoding, which hides all else, comes rarely."""
    told = data[:1] == b"{" and dice.random() < 0.7
    for _ in range(dice.choice((1, 1, 2, 3, 5, 9))):
        change = retold if told else dice.choice(CHANGES)
        if change is not recoded or dice.random() < 0.2:
            data = change(data, dice)
    return data[:200_000]


def repacked(data: bytes, dice: random.Random) -> bytes:
    """Change a member of a packed file, and pack it anew; now and then the packed bytes."""
    if dice.random() < 0.1:
        return changed(data, dice)
    with zipfile.ZipFile(BytesIO(data)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for _ in range(dice.choice((1, 1, 1, 2))):
        name = dice.choice(sorted(parts))
        parts[name] = changed(parts[name], dice)
    if dice.random() < 0.1:
        parts.pop(dice.choice(sorted(parts)))
    if dice.random() < 0.05:
        parts[
            dice.choice(
                (*make_odd.ODD_NAMES.values(), "word/footnotes.xml", "xl/sharedStrings.xml")
            )
        ] = b"<x/>"
    return make_odd.packed([make_odd.Member(name, content) for name, content in parts.items()])


def mutated(name: str, dice: random.Random) -> bytes:
    """Make one changed file of a format."""
    _, data = SEEDS[name]
    return repacked(data, dice) if name in PACKED else changed(data, dice)


def end_it(*_: object) -> None:
    raise TimeoutError


def fault(path: Path, data: bytes, options: Options) -> tuple[str | None, bool]:
    """Say what is wrong with how a file is read, None when nothing is; and whether it was."""
    was_read = False
    began = time.process_time()
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGVTALRM, end_it)
        signal.setitimer(signal.ITIMER_VIRTUAL, 10 * MOST_SECONDS)
    try:
        found = broken(read(path, data, options))
        was_read = True
        wrong = ", ".join(found) or None
    except CoderError as told:
        wrong = None if say(told) else "no sentence"
    except Exception as bug:  # noqa: BLE001 - any is what is looked for
        place = traceback.extract_tb(bug.__traceback__)[-1]
        wrong = f"{type(bug).__name__} at {Path(place.filename).name}:{place.lineno}"
    finally:
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    seconds = time.process_time() - began
    slow = f"takes more than {MOST_SECONDS:.0f} s" if seconds > MOST_SECONDS else None
    return wrong or slow, was_read


def smaller(path: Path, data: bytes, options: Options, wrong: str) -> bytes:
    """Leave out of a file whatever need not be there for the same to be wrong."""
    size, tries = len(data) // 2, 0
    while size and tries < 3000 and not wrong.startswith("takes"):
        at = 0
        while at < len(data) and tries < 3000:
            tries += 1
            less = data[:at] + data[at + size :]
            if less and fault(path, less, options)[0] == wrong:
                data = less
            else:
                at += size
        size //= 2
    return data


def chosen(name: str, dice: random.Random) -> Options:
    """Now and then ask for what a person may ask for."""
    if dice.random() < 0.7:
        return Options()
    return Options(
        format=name if dice.random() < 0.5 else None,
        merge_gap_ms=dice.choice((None, 0, 5000)),
        lift_notes=dice.random() < 0.5,
        as_written=dice.random() < 0.3,
        frame_rate=dice.choice((None, 25.0)),
        skip=dice.choice(((), ((2, 4),))),
        names=dice.choice(((), (("quokka", "[A]"),))),
    )


def fuzz(name: str, minutes: float, seed: int) -> int:
    """Fuzz one reader; return how many kinds of fault were found."""
    found: set[str] = set()
    end, count, reads = time.monotonic() + 60 * minutes, 0, 0
    while time.monotonic() < end:
        dice = random.Random(f"{name} {seed} {count}")
        path, data, options = Path(SEEDS[name][0]), mutated(name, dice), chosen(name, dice)
        count += 1
        wrong, was_read = fault(path, data, options)
        reads += was_read
        if wrong is not None and wrong not in found:
            found.add(wrong)
            least = smaller(path, data, options, wrong) if name not in PACKED else data
            print(f"{name}: {wrong}\n  {options}\n  {least[:2000]!r}", flush=True)
    rate, share = count / 60 / minutes, reads / max(count, 1)
    print(f"{name}: {count} files, {rate:.0f}/s, {share:.0%} read, {len(found)} finds", flush=True)
    return len(found)


def odd() -> Iterator[str]:
    """Take the corpus at its full length."""
    for each in make_odd.files():
        wrong, _ = fault(Path(each.name), each.data, Options())
        if wrong is not None:
            yield f"{each.name}: {wrong}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("reader", choices=[*SEEDS, "all", "odd"])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--seed", type=int, default=0, help="another seed makes other files")
    args = parser.parse_args()
    if args.reader == "odd":
        found = [*odd()]
        print("\n".join(found) or "no finds")
        return len(found) > 0
    names = [*SEEDS] if args.reader == "all" else [args.reader]
    return sum([fuzz(name, args.minutes, args.seed) for name in names]) > 0


if __name__ == "__main__":
    sys.exit(main())
