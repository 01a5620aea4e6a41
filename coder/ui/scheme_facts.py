"""What a scheme says of itself: title, version, source, segments, columns, its prevalence table."""

from typing import Any

from PySide6.QtWidgets import QLabel, QScrollArea, QVBoxLayout, QWidget

from coder import markers
from coder.markers import COLUMNS, editing
from coder.ui.scheme_draft import Draft
from coder.ui.scheme_fields import Choice, Field, Line, Names, Rows, Words

_SEGMENTS = (
    ("None: marks have their own moments", None),
    ("1 minute", 60),
    ("5 minutes", 300),
    ("10 minutes", 600),
)


class FactsTab(QScrollArea):
    """The fields of the scheme as a whole."""

    def __init__(self, draft: Draft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        page = self._page = QWidget(self)
        segment = Choice("Segments", page, "Or write a length in seconds.", written=True)
        segment.offer(_SEGMENTS)
        coarser = Choice("Rolls up to", page, "The coarser scheme that markers are counted in.")
        shipped = [each for each in markers.available() if each != markers.SESSION_LEVEL]
        coarser.offer([("No scheme", None), *((each, each) for each in shipped)])
        self.fields: dict[str, Field] = {
            "id": Line("Id", page, "Small letters and digits, with hyphens between."),
            "version": Line("Version", page),
            "title": Line("Title", page),
            "source": Words("Source", page),
            "note": Words("Note", page, "What the sources leave open."),
            "rolls_up_to": coarser,
            "segment_s": segment,
            "prevalence": Names("Rows of the prevalence table", page),
        }
        self.fields["id"].setEnabled(draft.fresh)
        rows, self._heading_rows = Rows(page), Rows(page)
        for name, field in self.fields.items():
            rows.add(field.inner.accessibleName(), field)
            field.edited.connect(lambda name=name: self._on_edited(name))
        self.headings: dict[str, Line] = {}
        above = QLabel("Headings of the columns", page)
        above.setObjectName("heading")
        layout = QVBoxLayout(page)
        layout.addWidget(rows)
        layout.addWidget(above)
        layout.addWidget(self._heading_rows)
        layout.addStretch(1)
        self.setWidget(page)
        draft.changed.connect(self._tell)
        draft.reshaped.connect(self.fill)
        self.fill()

    def fill(self) -> None:
        """Show what the draft says."""
        content = self._draft.content
        names = [(each.get("label", ""), each["id"]) for each in content["markers"]]
        rows = self.fields["prevalence"]
        if isinstance(rows, Names):
            rows.show_names(names, content.get("prevalence", ()))
        for name, field in self.fields.items():
            if name != "prevalence":
                field.put(content.get(name))
        columns = dict.fromkeys(each["column"] for each in content["markers"])
        if [*columns] != [*self.headings]:
            self._head(columns)
        self._tell()

    def _head(self, columns: dict[str, Any]) -> None:
        self._heading_rows.clear()
        self.headings = {}
        for column in columns:
            usual = COLUMNS.get(column, column.replace("-", " ").capitalize())
            line = Line(f"Heading of {column}", self._page)
            line.line.setPlaceholderText(usual)
            line.put(self._draft.content.get("columns", {}).get(column, ""))
            line.edited.connect(lambda column=column: self._on_heading(column))
            self.headings[column] = line
            self._heading_rows.add(column, line)

    def _on_heading(self, column: str) -> None:
        heading = self.headings[column].value().strip()
        self._draft.put(editing.headed(self._draft.content, column, heading), shape=True)

    def _on_edited(self, name: str) -> None:
        value = self.fields[name].value()
        if name == "segment_s" and isinstance(value, str):
            text = value.strip()
            value = int(text) if text.isdecimal() else text or None
        if self._draft.content.get(name) == value:
            return
        # What the markers may roll up to is offered anew.
        content = editing.described(self._draft.content, **{name: value})
        self._draft.put(content, shape=name == "rolls_up_to")

    def _tell(self) -> None:
        for name, field in self.fields.items():
            field.tell(self._draft.why(name))
        for column, line in self.headings.items():
            line.tell(self._draft.why("columns", column))
