"""One marker of a scheme: every field of it, each with what is wrong in it."""

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from coder import markers
from coder.errors import CoderError
from coder.markers import COLUMNS, editing
from coder.markers.titles import column_of
from coder.ui.scheme_draft import Draft
from coder.ui.scheme_fields import Choice, Field, Line, Names, Rows, Tick, Words, swatch
from coder.ui.theme import Theme

_KINDS = (
    ("Rupture marker", "marker"),
    ("Component of repair", "component"),
    ("Process (neither)", "process"),
    ("About the session as a whole", "session"),
)
_PERSONS = (("The patient", "patient"), ("The therapist", "therapist"), ("Either", "either"))
_FAMILIES = (
    ("None: the coder decides", None),
    ("Withdrawal", "withdrawal"),
    ("Confrontation", "confrontation"),
    ("Both", "both"),
)
_CERTAINTIES = (("low", "low"), ("medium", "medium"), ("high", "high"))
_USUAL = {"kind": "marker", "person": "patient", "certainty": "low", "observable": True}


class MarkerForm(QScrollArea):
    """The fields of the marker that is chosen; what is typed is in the draft at once."""

    def __init__(self, draft: Draft, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._marker: str | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        page = QWidget(self)
        self.id = QLabel(page)
        self.id.setObjectName("muted")
        self.id.setTextFormat(Qt.TextFormat.PlainText)
        self.fields = self._made(page)
        rows = Rows(page)
        for name, field in self.fields.items():
            title = "" if isinstance(field, Tick) else field.inner.accessibleName()
            rows.add(title, field)
            field.edited.connect(lambda name=name: self._on_edited(name))
            if name == "label":
                rows.add("", self.id)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(8, 8, 12, 8)
        layout.addWidget(rows)
        layout.addStretch(1)
        self.setWidget(page)
        colour = self.fields["colour"]
        if isinstance(colour, Choice):
            size = self.fontMetrics().height()
            names = [*theme.colours]
            icons = [swatch(theme.surface, size)]
            icons += [swatch(theme.colours[each].solid, size) for each in names]
            offered = [(each.capitalize(), each) for each in names]
            colour.offer([("That of its family", ""), *offered], icons)
        draft.changed.connect(self._tell)
        draft.reshaped.connect(self._offer)

    @staticmethod
    def _made(page: QWidget) -> dict[str, Field]:
        fields: dict[str, Field] = {
            "label": Line("Label", page),
            "key": Line("Key", page, "Two or three small letters that choose it when typed whole."),
            "also_called": Line("Also called", page, "Other names, with semicolons between."),
            "column": Choice("Column", page, "Write another name for a new column.", written=True),
            "kind": Choice("Kind", page),
            "person": Choice("Person", page),
            "family": Choice("Family", page, "What a new mark starts with."),
            "certainty": Choice("How firm the family is", page),
            "colour": Choice("Colour", page),
            "definition": Words("Definition", page),
            "use_when": Words("Use when", page),
            "avoid_when": Words("Not when", page),
            "example": Words("Example", page),
            "confused_with": Names("Confused with", page),
            "part_of": Choice("Part of", page),
            "rolls_up_to": Choice("Rolls up to", page),
            "counts_as": Line("Counts as", page, "In further schemes, as in “cis: direct; …”."),
            "risk": Words("Risk", page, "What to do before coding, where it may mean danger."),
            "observable": Tick("Can be found in a recording", page),
        }
        for name, choices in (
            ("kind", _KINDS),
            ("person", _PERSONS),
            ("family", _FAMILIES),
            ("certainty", _CERTAINTIES),
        ):
            field = fields[name]
            if isinstance(field, Choice):
                field.offer(choices)
        return fields

    def changeEvent(self, event: QEvent) -> None:
        """Make fields of words higher with the text."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "fields"):
            for field in self.fields.values():
                if isinstance(field, Words | Names):
                    field.measure()

    def show_marker(self, marker: str | None) -> None:
        """Show a marker's fields."""
        self._marker = marker
        self.setEnabled(marker is not None)
        if marker is None:
            return
        self._offer()
        entry = self._draft.marker(marker)
        for name, field in self.fields.items():
            if name != "confused_with":
                field.put(self._shown(name, entry))
        self._tell()

    def _shown(self, name: str, entry: Mapping[str, Any]) -> Any:
        if name == "kind" and entry["column"] == "repair":
            return entry.get("kind", "component")
        if name == "also_called":
            return "; ".join(entry.get("also_called", ()))
        if name == "counts_as":
            pairs = entry.get("counts_as", {}).items()
            return "; ".join(f"{scheme}: {other}" for scheme, other in pairs)
        return entry.get(name, _USUAL.get(name, None if name == "family" else ""))

    def _offer(self) -> None:
        """Offer the columns, markers and rows that there are to choose from."""
        if self._marker is None or self._marker not in {
            each["id"] for each in self._draft.content["markers"]
        }:
            return
        content, entry = self._draft.content, self._draft.marker(self._marker)
        own = content.get("columns", {})
        used = dict.fromkeys(each["column"] for each in content["markers"])
        columns = {name: own.get(name) or COLUMNS.get(name) or name for name in [*used, *COLUMNS]}
        others = [each for each in content["markers"] if each["id"] != self._marker]
        wholes = [each for each in others if not each.get("part_of")]
        self._choices("column", [(heading, name) for name, heading in columns.items()])
        self._choices(
            "part_of", [("Nothing", ""), *((e.get("label", ""), e["id"]) for e in wholes)]
        )
        self._choices("rolls_up_to", self._coarser())
        for name in ("column", "part_of", "rolls_up_to"):
            self.fields[name].put(entry.get(name) or "")
        confused = self.fields["confused_with"]
        if isinstance(confused, Names):
            names = [(each.get("label", ""), each["id"]) for each in others]
            confused.show_names(names, entry.get("confused_with", ()))

    def _coarser(self) -> list[tuple[str, str]]:
        """The rows that a marker may be counted in."""
        scheme = self._draft.content.get("rolls_up_to")
        self.fields["rolls_up_to"].setEnabled(bool(scheme))
        try:
            rows = markers.load(scheme).markers if scheme else ()
        except CoderError:  # it is told beside the scheme that is named
            rows = ()
        return [("No row", ""), *((row.label, row.id) for row in rows)]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        if isinstance(field, Choice):
            field.offer(choices)

    def _on_edited(self, name: str) -> None:
        if self._marker is None:
            return
        value = self.fields[name].value()
        if name == "column":
            self._put_in_column(str(value))
            return
        if name == "also_called":
            value = [each.strip() for each in value.split(";") if each.strip()]
        if name == "counts_as":
            pairs = (each.partition(":") for each in value.split(";") if each.strip())
            value = {scheme.strip(): other.strip() for scheme, _, other in pairs}
        self._draft.edit(editing.altered, self._marker, **{name: value})

    def _put_in_column(self, said: str) -> None:
        """Put the marker in a column; one with a new name is made, and headed so."""
        assert self._marker is not None  # noqa: S101 - asked of a marker that is shown
        name, heading = column_of(said.strip())
        if not name or name == self._draft.marker(self._marker)["column"]:
            return
        kind = self._shown("kind", self._draft.marker(self._marker))
        content = editing.altered(self._draft.content, self._marker, column=name, kind=kind)
        if heading:
            content = editing.headed(content, name, heading)
        self._draft.put(content, shape=True)

    def _tell(self) -> None:
        """Say beside each field what is wrong in it."""
        if self._marker is None:
            return
        at = self._draft.at(self._marker)
        for name, field in self.fields.items():
            field.tell(self._draft.why("markers", at, name))
        fixed = self._marker not in self._draft.unsaved
        told = "Id (fixed)" if fixed else "Id (fixed when the scheme is saved)"
        self.id.setText(f"{told}: {self._draft.id_of(self._marker)}")
