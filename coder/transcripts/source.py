"""What a reader is given, and what a format is: its name, how it is known, and its reader."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coder.session import Role
from coder.transcripts.events import Line, Read


@dataclass(frozen=True, slots=True)
class Options:
    """What a person may say about a file before it is read; None leaves it to be found out.

    ``roles`` also vouch for their labels as speakers. ``tiers`` are those to take, by name.
    ``columns`` say which column of a table (its title, letter or number) holds the session,
    speaker, start, end or text. ``part`` is the session to take of a file with several.
    ``frame_rate`` is per second, for times in frames. ``lift_notes`` takes notes out of the words
    of turns. ``skip`` are ranges of lines, both ends inclusive. ``offsets`` are (line, ms): times
    from that line on count from so much later. ``time_pattern`` spells stamps of another form with
    hh, mm, ss and ff. ``as_written`` keeps the signs of CHAT in the words. ``names`` are pairs of
    what to find and what to put in its place.
    """

    format: str | None = None
    encoding: str | None = None
    merge_gap_ms: int | None = None
    roles: Mapping[str, Role] = field(default_factory=dict)
    tiers: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    part: str | None = None
    frame_rate: float | None = None
    lift_notes: bool = False
    skip: tuple[tuple[int, int], ...] = ()
    offsets: tuple[tuple[int, int], ...] = ()
    time_pattern: str | None = None
    as_written: bool = False
    names: tuple[tuple[str, str], ...] = ()


def settings_of(options: Options) -> tuple[str, ...]:
    """Name what a person chose, for the record; roles and names are recorded elsewhere."""
    chosen = []
    for each in dataclasses.fields(Options):
        value = getattr(options, each.name)
        if value != each.default and value and each.name not in {"roles", "names"}:
            chosen.append(f"{each.name}: {dict(value) if isinstance(value, Mapping) else value}")
    return tuple(chosen)


@dataclass(frozen=True, slots=True)
class Source:
    """A file as readers get it.

    ``text`` and ``lines`` are empty where the bytes are no text (a packed document).
    """

    path: Path
    data: bytes
    text: str
    lines: tuple[Line, ...]
    encoding: str
    options: Options

    @property
    def suffix(self) -> str:
        """The end of the file's name, in small letters, with its dot."""
        return self.path.suffix.lower()


@dataclass(frozen=True, slots=True)
class Format:
    """A format by the name a command takes; ``title`` is what a person calls it.

    ``knows`` tells a file of the format from all others by what it holds; ``packed`` ones are no
    text, and are known by their bytes.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    knows: Callable[[Source], bool]
    read: Callable[[Source], Read]
    packed: bool = False
