"""What is said of a session as a whole: what was around it, its segments, ratings, scheme."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from coder.coding import Change, Family, Kind, Mark, MarkId, merge, place, remove
from coder.errors import CoderError
from coder.markers import Marker, Scale, around, asked
from coder.rating import Spot, end_of, missing
from coder.segments import length_s, set_length, span_of, within
from coder.session import Session, covered, format_clock, new_id, parse_clock
from coder.ui import dialogs
from coder.ui.workspace import Workspace

_LENGTHS = (("none", None), ("1 minute", 60), ("5 minutes", 300))
_OWN = "own"


class Whole(QObject):
    """The acts about the session as a whole. ``now_ms`` follows the player."""

    sheet_wanted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._window = parent
        self.now_ms = self._far = 0
        self._been: set[str] = set()  # sessions without times that were gone through to the end
        workspace.opened.connect(self._on_opened)

    def show_now(self, at_ms: int) -> None:
        """Take note of where the player is, and how far it has come."""
        self.now_ms = at_ms
        self._far = max(self._far, at_ms)

    def _on_opened(self) -> None:
        self.now_ms = self._far = 0

    # Around the session

    def around_session(self) -> None:
        """Tick what was around the session: late, homework not done, no-show, …."""
        workspace = self._workspace
        if workspace.scheme is None or not workspace.editable:
            return
        made = self.noted()
        boxes: list[tuple[Marker, QCheckBox]] = []
        fields: list[tuple[str, QWidget]] = []
        for marker in around(workspace.scheme):
            box = QCheckBox(marker.label, self._window)
            box.setToolTip("\n".join(filter(None, (marker.definition, marker.risk))))
            box.setChecked(marker.id in made)
            boxes.append((marker, box))
            fields.append(("", box))
        hint = "About the session as a whole. They have no time, and count as no rupture."
        if dialogs.ask_form(self._window, "Around the session", fields, hint):
            self._note({marker.id for marker, box in boxes if box.isChecked()})

    def noted(self) -> dict[str, Mark]:
        """The marks about the session as a whole, by marker."""
        marks = self._workspace.marks.values()
        return {m.marker: m for m in marks if m.kind == Kind.SESSION and m.marker is not None}

    def _note(self, wanted: set[str]) -> None:
        """Have just these noted: one act, whatever was ticked and unticked."""
        workspace, made = self._workspace, self.noted()
        scheme, coding = workspace.scheme, workspace.coding
        assert scheme is not None  # noqa: S101 - just asked about it
        assert coding is not None  # noqa: S101 - and it may be changed
        changes: list[Change] = []
        for marker in around(scheme):
            if marker.id in wanted and marker.id not in made:
                if marker.risk:
                    dialogs.tell(self._window, marker.risk)
                family = None if marker.family is None else Family(marker.family)
                mark = Mark(MarkId(new_id()), coding.id, Kind.SESSION, marker.id, family)
                changes.append(place(coding, mark, marker.label))
            elif marker.id not in wanted and marker.id in made:
                changes.append(remove(coding, made[marker.id], marker.label))
        if len(changes) == 1:
            workspace.apply(changes[0])
        elif changes:
            workspace.apply(merge("note what was around the session", changes))

    # Segments

    def segment_sheet(self) -> None:
        """Show the sheet of segments, or hide it."""
        workspace = self._workspace
        if workspace.scheme is None:
            workspace.said.emit("Open a session first.")
        elif workspace.segment_ms is None:
            workspace.said.emit(
                "This scheme has no segments (the lead: Code, Length of segments…)."
            )
        elif not segments_of(workspace):
            workspace.said.emit("Segments need times, and this session has none.")
        else:
            self.sheet_wanted.emit()

    def segment_length(self) -> None:
        """Say how long the segments of a scheme are in this study: the lead."""
        workspace, study = self._workspace, self._workspace.study
        if study is None:
            return
        if workspace.viewer is not None:
            dialogs.tell(self._window, "Only the lead says how long segments are.")
            return
        schemes, lengths = QComboBox(self._window), QComboBox(self._window)
        own = QLineEdit(self._window)
        for scheme_id in dict.fromkeys(scheme.id for scheme in study.schemes()):
            schemes.addItem(scheme_id)
        for name, seconds in _LENGTHS:
            lengths.addItem(name, seconds)
        lengths.addItem("another, as below", _OWN)
        own.setPlaceholderText("seconds, or m:ss")

        def show() -> None:
            seconds = length_s(study, study.scheme(schemes.currentText()))
            known = lengths.findData(seconds)
            lengths.setCurrentIndex(known if known >= 0 else lengths.findData(_OWN))
            own.setText("" if known >= 0 or seconds is None else format_clock(seconds * 1000))

        schemes.currentIndexChanged.connect(lambda _row: show())
        show()
        fields: list[tuple[str, QWidget]] = [
            ("Scheme", schemes), ("Length", lengths), ("Another", own),
        ]  # fmt: skip
        hint = "For every coder. It stays as it is once segments have been ticked or rated."
        if dialogs.ask_form(self._window, "Length of segments", fields, hint):
            self._settle(schemes.currentText(), lengths.currentData(), own.text())

    def _settle(self, scheme_id: str, chosen: object, own: str) -> None:
        workspace, study = self._workspace, self._workspace.study
        if study is None:
            return
        try:
            seconds = parse_clock(own) // 1000 if chosen == _OWN else chosen
            wanted = seconds if isinstance(seconds, int) else None
        except CoderError as told:
            dialogs.show_error(self._window, told)
            return
        session = workspace.session

        def work() -> Session | None:
            set_length(study, scheme_id, wanted, workspace.viewer)
            return session

        workspace.do("Settling the length of segments…", work)

    # Ratings

    def rate(self) -> None:
        """Give the ratings that the scheme asks for."""
        from coder.ui.rating_dialog import RatingDialog

        workspace = self._workspace
        scheme, coding = workspace.scheme, workspace.coding
        if scheme is None or coding is None or not asked(scheme):
            told = "This scheme asks for no ratings."
            workspace.said.emit("Open a session first." if scheme is None else told)
            return
        step = workspace.segment_ms
        here = None if step is None else self.now_ms // step * step
        waits = self._waits()
        asking = RatingDialog(
            workspace,
            segments_of(workspace),
            here,
            waits,
            self._window,
            may_say=self._untimed(waits),
        )
        asking.reached.connect(lambda: self._been.add(coding.id))
        dialogs.run(asking)

    def _untimed(self, waits: str) -> bool:
        """Tell whether only the coder can say that the end was reached."""
        coding = self._workspace.coding
        turns = self._workspace.turns
        return (
            bool(waits)
            and coding is not None
            and end_of(coding, turns, recorded(self._workspace)) is None
        )

    def _waits(self) -> str:
        """Say why the ratings of the end cannot be given yet; nothing when they can."""
        workspace = self._workspace
        scheme, coding, study = workspace.scheme, workspace.coding, workspace.study
        session = workspace.session
        if scheme is None or coding is None or study is None or session is None:
            return ""
        late = {scale.id for scale in asked(scheme) if scale.at_end}
        begun = any(rating.scale in late for rating in workspace.ratings.values())
        if not late or begun or coding.id in self._been or not workspace.editable:
            return ""
        end = end_of(coding, workspace.turns, recorded(workspace))
        if end is None:
            return "Ratings of the whole are given at the end; without times only you can say when."
        far = max(self._far, study.furthest(workspace.viewer, session.id))
        if far >= end:
            return ""
        return (
            "Ratings of the whole are given once the end is reached, "
            f"at {format_clock(end)}; you have come to {format_clock(far)}."
        )

    # The scheme

    def other_scheme(self) -> None:
        """Ask under which other scheme of the study to code the session."""
        workspace, study, scheme = self._workspace, self._workspace.study, self._workspace.scheme
        if study is None or workspace.rater is None or scheme is None:
            workspace.said.emit("Say who is coding, and open a session first.")
            return
        others = dict.fromkeys(each.id for each in study.schemes() if each.id != scheme.id)
        if not others:
            workspace.said.emit("The study has no other scheme (the lead: Study, Schemes…).")
            return
        box = QComboBox(self._window)
        box.addItems([*others])
        hint = "A coding of its own; the one on screen stays as it is."
        fields: list[tuple[str, QWidget]] = [("Scheme", box)]
        if dialogs.ask_form(self._window, "Code with another scheme", fields, hint):
            self.choose_scheme(box.currentText())

    def choose_scheme(self, scheme_id: str) -> None:
        """Go on in the coding under another of the study's schemes."""
        workspace = self._workspace
        if workspace.session is not None and workspace.rater is not None:
            workspace.scheme_id = scheme_id
            workspace.open_session(workspace.session)


def recorded(workspace: Workspace) -> tuple[int, int] | None:
    """What the recording covers of the session (ms)."""
    recording = workspace.recording
    return covered([] if recording is None else [recording])


def segments_of(workspace: Workspace) -> tuple[int, ...]:
    """The starts of the open session's segments (ms); none without times."""
    span, step = span_of(workspace.turns, recorded(workspace)), workspace.segment_ms
    return () if span is None or step is None else within(step, span)


def left_to_rate(workspace: Workspace) -> tuple[tuple[Scale, Spot], ...]:
    """The ratings that the open coding's scheme asks for and that were not given."""
    if workspace.scheme is None:
        return ()
    ratings = list(workspace.ratings.values())
    return missing(workspace.scheme, ratings, workspace.episodes.values(), segments_of(workspace))
