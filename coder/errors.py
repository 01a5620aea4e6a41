"""What can go wrong that is not our fault: a key and its arguments, never a sentence.

The command line and the window turn the key into words (coder.words), so that a second language
needs no change below. Anything else that is raised is a bug, and is reported as one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class CoderError(Exception):
    """Something the user can act on.

    ``key`` names a sentence in coder.words; ``where`` holds its arguments (``path``, ``line``, …).
    """

    def __init__(self, key: str, **where: object) -> None:
        super().__init__(key)
        self.key = key
        self.where = {
            name: str(value) if isinstance(value, Path) else value for name, value in where.items()
        }

    def __str__(self) -> str:
        return f"{self.key} {self.where}" if self.where else self.key


class PassphraseNeeded(CoderError):  # noqa: N818 - named for what is needed
    """The study is encrypted and no passphrase was given."""


class StudyLocked(CoderError):  # noqa: N818 - named for what it is
    """Another window or command is writing to the study."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the user should know that stops nothing: a key of coder.words, and arguments."""

    key: str
    where: Mapping[str, object] = field(default_factory=dict)


class Stopped(Exception):  # noqa: N818 - it is a wish of the user's, not an error
    """Work was no longer wanted before it was done."""
