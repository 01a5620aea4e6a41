"""The moments behind a number: the list to hear them from, and the two coders’ lanes."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QCheckBox,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from coder.agreement import Moment
from coder.agreement.units import SURE
from coder.coding import CodedSession, Mark
from coder.session import format_clock
from coder.ui.agree_lanes import Lanes, when
from coder.ui.agree_lines import seconds
from coder.ui.agree_table import tabular
from coder.ui.palette import CLARITY
from coder.ui.quiet import SpacePlays
from coder.ui.theme import Theme, color
from coder.ui.transcript import Index
from coder.ui.workspace import KIND_NAMES

MOMENT = Qt.ItemDataRole.UserRole
_PAD = 8
_KINDS = {
    "agree": "agree",
    "only-first": "only {0}",
    "only-second": "only {1}",
    "other-marker": "other marker",
    "other-family": "other family",
}


@dataclass(frozen=True, slots=True)
class Naming:
    """What a moment is told with: markers’ names, and what “nothing” means for the unit."""

    labels: Mapping[str, str]
    nothing: str = "nothing"

    def mark(self, mark: Mark | None, than_ms: int | None = None) -> str:
        """What a coder has there; its time where it is not that of the moment."""
        if mark is None:
            return self.nothing
        label = self.labels.get(mark.marker or "", KIND_NAMES.get(mark.kind, mark.kind.value))
        parts = [label if mark.marker or mark.family is None else f"{label}, {mark.family.value}"]
        parts += [CLARITY[mark.clarity]] if mark.clarity in CLARITY else []
        start = None if mark.anchor is None else mark.anchor.start_ms
        parts += [] if start in {None, than_ms} else [format_clock(start or 0, tenths=True)]
        return ", ".join(parts)


def badge(moment: Moment) -> str:
    """How the two coders stand to each other there, and how far apart."""
    told = _KINDS[moment.kind].format(*moment.raters)
    return told if not moment.lag_ms else f"{told}, {seconds(moment.lag_ms)}"


def words(moment: Moment) -> str:
    """The words of its turn, quoted."""
    return "" if moment.turn is None else f"“{moment.turn.text}”"


def each_has(moment: Moment, naming: Naming) -> str:
    """What each coder has there."""
    sides = zip(moment.raters, (moment.first, moment.second), strict=True)
    return "  ·  ".join(f"{who} {naming.mark(mark, moment.at_ms)}" for who, mark in sides)


def about_code(
    moments: Iterable[Moment], code: str | None, raters: tuple[str, ...] | None
) -> list[Moment]:
    """The moments of a code (None: of any) for two coders by name or (None) all, each once.

    A mark stands in one moment with each mark of the other coder’s, and otherwise in one. Where
    units are compared, a code has one moment for each unit it was counted in.
    """
    found: dict[tuple[object, ...], Moment] = {}
    for moment in moments:
        if SURE in {code, moment.code} and moment.code != code:
            continue
        if moment.unit is not None and code is not None:
            if moment.code == code and raters in {None, moment.raters}:
                found[moment.raters, moment.session.id, moment.unit] = moment
            continue
        sides = (moment.first_codes, moment.second_codes)
        has = [code is None or code in codes for codes in sides]
        if not any(has) or (raters is not None and moment.raters != raters):
            continue
        marks = [
            mark.id if mark is not None and (mine or moment.kind == "agree") else None
            for mark, mine in zip((moment.first, moment.second), has, strict=True)
        ]
        alone = moment.first is None or moment.second is None
        found.setdefault((moment.raters, *marks, alone), moment)
    return list(found.values())


def tally(moments: Sequence[Moment]) -> str:
    """How many moments there are of each kind."""
    counts = Counter(
        _KINDS[each.kind].format(*each.raters)
        if len({moment.raters for moment in moments}) == 1
        else _KINDS[each.kind].format("one coder", "one coder")
        for each in moments
    )
    order = list(dict.fromkeys(kind.split("{", 1)[0] for kind in _KINDS.values()))
    ranked = sorted(counts.items(), key=lambda item: _rank(item[0], order))
    return " · ".join(f"{n} {told}" for told, n in ranked) or "No moment."


def _rank(told: str, order: Sequence[str]) -> int:
    return next(n for n, kind in enumerate(order) if told.startswith(kind))


class MomentModel(QAbstractListModel):
    """The moments on show, in order of time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.moments: list[Moment] = []
        self.naming = Naming({})

    def show(self, moments: Sequence[Moment], naming: Naming) -> None:
        """Show these."""
        self.beginResetModel()
        self.moments, self.naming = list(moments), naming
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own signature
        """One row a moment."""
        return 0 if parent.isValid() else len(self.moments)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """Time, session, kind, the words and what each coder has; the moment itself."""
        if not index.isValid():
            return None
        moment = self.moments[index.row()]
        if role == MOMENT:
            return moment
        if role in {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole}:
            head = f"{when(moment)}  {moment.session.address}  {badge(moment)}"
            return f"{head}\n{words(moment)}\n{each_has(moment, self.naming)}"
        return None


class MomentDelegate(QStyledItemDelegate):
    """Paints a moment as a card; the words are drawn as they are, on one line."""

    def __init__(self, model: MomentModel, theme: Theme, parent: QListView) -> None:
        super().__init__(parent)
        self._model = model
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Three lines, of any moment."""
        return QSize(200, 3 * (option.fontMetrics.height() + 4) + 2 * _PAD + 6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint time, session and badge; the words; what each coder has."""
        moment: Moment = index.data(MOMENT)
        theme, chosen = self.theme, bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        card = QRectF(option.rect).adjusted(1, 1, -2, -5)
        painter.setPen(color(theme.accent if chosen else theme.line))
        painter.setBrush(color(theme.accent_soft if chosen else theme.surface))
        painter.drawRoundedRect(card, 6, 6)
        inner = card.adjusted(_PAD + 2, _PAD, -_PAD - 2, -_PAD)
        line = option.fontMetrics.height() + 4
        tops = [QRectF(inner.left(), inner.top() + n * line, inner.width(), line) for n in range(3)]
        left = self._badge(painter, option, moment, tops[0])
        self._head(painter, option, moment, tops[0].adjusted(0, 0, left - tops[0].right(), 0))
        painter.setFont(option.font)
        metrics, flags = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
        elide, wide = Qt.TextElideMode.ElideRight, int(inner.width())
        painter.setPen(color(theme.text))
        painter.drawText(tops[1], flags, metrics.elidedText(words(moment), elide, wide))
        painter.setPen(color(theme.muted))
        told = each_has(moment, self._model.naming)
        painter.drawText(tops[2], flags, metrics.elidedText(told, elide, wide))
        painter.restore()

    def _head(
        self, painter: QPainter, option: QStyleOptionViewItem, moment: Moment, box: QRectF
    ) -> None:
        font = tabular(option.font)
        painter.setPen(color(self.theme.accent))
        painter.setFont(font)
        metrics, flags = painter.fontMetrics(), Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, flags, "▶")
        box = box.adjusted(metrics.horizontalAdvance("▶ "), 0, 0, 0)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(color(self.theme.text))
        painter.drawText(box, flags, when(moment))
        box = box.adjusted(painter.fontMetrics().horizontalAdvance(f"{when(moment)}  "), 0, 0, 0)
        painter.setFont(option.font)
        painter.setPen(color(self.theme.muted))
        where = metrics.elidedText(
            f"session {moment.session.address}", Qt.TextElideMode.ElideRight, int(box.width())
        )
        painter.drawText(box, flags, where)

    def _badge(
        self, painter: QPainter, option: QStyleOptionViewItem, moment: Moment, box: QRectF
    ) -> float:
        """Paint the badge at the right; return where it begins."""
        ink = self.theme.repair if moment.kind == "agree" else self.theme.withdrawal
        ink = self.theme.confrontation if moment.kind.startswith("other") else ink
        told = badge(moment)
        wide = option.fontMetrics.horizontalAdvance(told) + 18
        pill = QRectF(box.right() - wide, box.top(), wide, box.height())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink.soft))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(QColor(ink.words))
        painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, told)
        return pill.left() - 6


class MomentList(QListView):
    """The list: Space plays, Enter opens the transcript, the arrows go on."""

    heard = Signal(object)
    sought = Signal(object)

    def __init__(self, model: MomentModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("moments")
        self.setAccessibleName("Moments")
        self.setModel(model)
        self.cards = MomentDelegate(model, theme, self)
        self.setItemDelegate(self.cards)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(lambda index: self.heard.emit(index.data(MOMENT)))
        self.installEventFilter(SpacePlays(self.hear, self))

    def hear(self) -> None:
        """Play the chosen moment, or the first."""
        if not self.currentIndex().isValid() and self.model().rowCount():
            self.setCurrentIndex(self.model().index(0, 0))
        if self.currentIndex().isValid():
            self.heard.emit(self.currentIndex().data(MOMENT))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the transcript there."""
        enter = event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}
        if enter and self.currentIndex().isValid():
            self.sought.emit(self.currentIndex().data(MOMENT))
        else:
            super().keyPressEvent(event)


class Moments(QWidget):
    """The panel at the right: what a code comes to in moments, and each of them to be heard."""

    def __init__(self, theme: Theme, lead_in_ms: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = MomentModel(self)
        self.list = MomentList(self.model, theme, self)
        self.lanes = Lanes(theme, self)
        self.title, self.count = QLabel(self), QLabel(self)
        self.only = QCheckBox("Show disagreements only", self)
        self._moments: list[Moment] = []
        self._every: Sequence[Moment] = ()
        self._codings: Sequence[CodedSession] = ()
        self._naming = Naming({})
        hint = QLabel(self)
        hint.setText(
            f"Space plays with {lead_in_ms / 1000:g} s lead-in · ↑ ↓ next · "
            "Enter opens in transcript"
        )
        self.title.setObjectName("title")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 16, 12)
        layout.setSpacing(8)
        for label in (self.title, self.count, hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for label in (self.count, hint):
            label.setObjectName("muted")
        for widget in (self.title, self.count, self.only):
            layout.addWidget(widget)
        layout.addWidget(self.list, 1)
        layout.addWidget(hint)
        layout.addWidget(self.lanes)
        self.only.toggled.connect(lambda _on: self._fill())
        self.lanes.chosen.connect(self._go_to)
        self.list.selectionModel().currentChanged.connect(lambda now, _old: self._on_current(now))

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.list.cards.theme = theme
        self.list.viewport().update()
        self.lanes.wear(theme)

    def show_moments(
        self,
        title: str,
        moments: Sequence[Moment],
        every: Sequence[Moment],
        codings: Sequence[CodedSession],
        naming: Naming,
    ) -> None:
        """Show the moments of a code; ``every`` is those of its level."""
        self.title.setText(title)
        self._moments, self._every = list(moments), every
        self._codings, self._naming = codings, naming
        self.count.setText(tally(self._moments) if title else "")
        self._fill()

    def clear(self) -> None:
        """Show nothing, and hold nothing."""
        self.show_moments("", (), (), (), Naming({}))

    def _fill(self) -> None:
        """Show what is wanted of them, with the same one chosen as before."""
        now = self.list.currentIndex().data(MOMENT) if self.list.currentIndex().isValid() else None
        only = self.only.isChecked()
        shown = [each for each in self._moments if not only or each.kind != "agree"]
        self.model.show(shown, self._naming)
        self.lanes.show_moment(None, (), ())
        if shown:
            row = shown.index(now) if now in shown else 0
            self.list.setCurrentIndex(self.model.index(row))

    def _on_current(self, index: Index) -> None:
        moment = index.data(MOMENT) if index.isValid() else None
        self.lanes.show_moment(moment, self._every, self._codings)

    def _go_to(self, moment: Moment | None) -> None:
        """Choose a moment in the list; one that is not in it is played."""
        if moment is None:
            return
        if moment in self.model.moments:
            self.list.setCurrentIndex(self.model.index(self.model.moments.index(moment)))
        self.list.heard.emit(moment)
