"""The scheme that is being written: its content as it is now, and what is wrong in it."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from PySide6.QtCore import QObject, Signal

from coder.markers import Scheme, editing
from coder.markers.faults import Fault, Path
from coder.markers.leading import all_faults
from coder.markers.settled import settled, tidied


class Draft(QObject):
    """Content that may be wrong for a while; every change is told, and checked at once.

    ``taken`` are the versions (id, version) that the study has; ``used`` are the markers that
    earlier versions have, which can be retired but not removed. ``fresh`` says that the scheme is
    a new one, whose id may still be chosen. ``unsaved`` are markers that no version has, whose
    ids come from their labels when the scheme is saved.
    """

    changed = Signal()
    reshaped = Signal()

    def __init__(
        self,
        content: Mapping[str, Any],
        *,
        taken: Collection[tuple[str, str]] = (),
        used: Collection[str] = (),
        fresh: bool = False,
        unsaved: Collection[str] = (),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.content: Mapping[str, Any] = content
        self.taken = frozenset(taken)
        self.used = frozenset(used)
        self.fresh = fresh
        self.unsaved = set(unsaved)
        self.faults: tuple[Fault, ...] = ()
        self._first = settled(content)
        self._check()

    def put(self, content: Mapping[str, Any], *, shape: bool = False) -> None:
        """Take other content; with another ``shape`` the lists are drawn anew."""
        self.content = content
        self._check()
        if shape:
            self.reshaped.emit()
        self.changed.emit()

    def edit(self, act: Callable[..., dict[str, Any]], *given: Any, **fields: Any) -> None:
        """Carry out an act of coder.markers.editing that changes no list."""
        self.put(act(self.content, *given, **fields))

    def _check(self) -> None:
        content = settled(tidied(self.content))
        own = []
        version = (str(content.get("id", "")), str(content.get("version", "")))
        if self.fresh and version[0] in {name for name, _ in self.taken}:
            own.append(Fault(("id",), "the study has a scheme of this id already"))
        elif version in self.taken:
            own.append(Fault(("version",), "the study has this version already"))
        self.faults = (*own, *all_faults(content))

    def why(self, *path: str | int) -> str:
        """What is wrong at a place of the content; nothing when it is right."""
        here: Path = path
        found = [fault.why for fault in self.faults if fault.path[: len(here)] == here]
        name = path[-1]
        found += [
            fault.why
            for fault in self.faults
            if fault.path == here[:-1] and f"“{name}” is missing" in fault.why
        ]
        return found[0] if found else ""

    @property
    def altered(self) -> bool:
        """Whether anything is other than it was at first."""
        return settled(tidied(self.content)) != self._first

    def marker(self, marker: str) -> Mapping[str, Any]:
        """A marker as it is written now."""
        found: Mapping[str, Any] = self.content["markers"][self.at(marker)]
        return found

    def at(self, marker: str) -> int:
        """The place of a marker among all."""
        return [each["id"] for each in self.content["markers"]].index(marker)

    def id_of(self, marker: str) -> str:
        """The id that a marker will be saved with."""
        return editing.named(self.content, self.unsaved, self.used).get(marker, marker)

    def scheme(self) -> Scheme:
        """The scheme that this is. Raises CoderError while something is wrong."""
        ids = editing.named(self.content, self.unsaved, self.used)
        return editing.made(tidied(editing.with_ids(self.content, ids)))
