"""The moments behind a number: the list to hear them from, and the two coders’ lanes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

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
from coder.agreement.codes import SURE
from coder.coding import CodedSession
from coder.session import format_clock
from coder.ui.agree_behind import More
from coder.ui.agree_lanes import Lanes, legend, when
from coder.ui.agree_lines import seconds, tip
from coder.ui.agree_table import tabular
from coder.ui.palette import CLARITY
from coder.ui.quiet import SpacePlays
from coder.ui.theme import Theme, color
from coder.ui.transcript import Index
from coder.ui.workspace import KIND_NAMES

MOMENT = Qt.ItemDataRole.UserRole
_PAD = 8
_LINES = 4  # place, words and two coders
_BADGE = 18
_BOLD = 1.15  # how much wider bold figures may be
_KINDS = {
    "agree": "agree",
    "only-first": "only {0}",
    "only-second": "only {1}",
    "other-marker": "other marker",
    "other-family": "other family",
}


@dataclass(frozen=True, slots=True)
class Naming:
    """What a moment is told with: markers’ names, and what “nothing” means for the unit.

    ``families`` are told of every mark, ``lags`` where both marks are of one place; ``more`` is
    how many marks of the unit a moment does not show.
    """

    labels: Mapping[str, str]
    nothing: str = "nothing"
    families: bool = False
    lags: bool = True
    more: More = field(default_factory=dict)

    def mark(self, moment: Moment, side: int) -> str:
        """What a coder has there; its time where it is not that of the moment."""
        mark = (moment.first, moment.second)[side]
        if mark is None:
            return self.nothing
        parts = [self.labels.get(mark.marker or "", KIND_NAMES.get(mark.kind, mark.kind.value))]
        telling = self.families or moment.kind == "other-family" or mark.marker is None
        parts += [mark.family.value] if telling and mark.family is not None else []
        parts += [CLARITY[mark.clarity]] if mark.clarity in CLARITY else []
        start = None if mark.anchor is None else mark.anchor.start_ms
        parts += [] if start in {None, moment.at_ms} else [format_clock(start or 0, tenths=True)]
        return ", ".join(parts)

    def besides(self, moment: Moment, side: int) -> str:
        """How many marks more a coder has in the unit."""
        key = moment.raters, moment.session.address, moment.unit, moment.code
        more = self.more.get(key, (0, 0))[side]
        return f" (and {more} more)" if more else ""

    def badge(self, moment: Moment) -> str:
        """How the two coders stand to each other there, and how far apart."""
        told = _KINDS[moment.kind].format(*moment.raters)
        lag = moment.lag_ms if self.lags else None
        return f"{told}, {seconds(lag)}" if lag else told

    def sides(self, moment: Moment) -> list[tuple[str, str, str]]:
        """Each coder, with what they have there and how many more."""
        both = enumerate(moment.raters)
        return [(who, self.mark(moment, n), self.besides(moment, n)) for n, who in both]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel shows: the moments of a code, among ``every`` one that may be joined.

    ``why`` says why there are none.
    """

    title: str = ""
    moments: tuple[Moment, ...] = ()
    every: Sequence[Moment] = ()
    codings: Sequence[CodedSession] = ()
    naming: Naming = Naming({})
    why: str = ""


def words(moment: Moment) -> str:
    """The words of its turn, quoted."""
    return "" if moment.turn is None else f"“{moment.turn.text}”"


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
    """How many moments there are of each kind, in one order whoever has more."""
    pairs = {each.raters for each in moments}
    who = next(iter(pairs)) if len(pairs) == 1 else ("one coder", "one coder")
    counts = dict.fromkeys((told.format(*who) for told in _KINDS.values()), 0)
    for each in moments:
        counts[_KINDS[each.kind].format(*who)] += 1
    return " · ".join(f"{n} {told}" for told, n in counts.items() if n) or "No moment."


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
            return self._told(moment)
        return tip(self._told(moment)) if role == Qt.ItemDataRole.ToolTipRole else None

    def _told(self, moment: Moment) -> str:
        head = f"{when(moment)}  {moment.session.address}  {self.naming.badge(moment)}"
        sides = (f"{who} {has}{more}" for who, has, more in self.naming.sides(moment))
        return "\n".join((head, words(moment), *sides))

    def longest(self) -> tuple[str, str]:
        """The longest time and session there are, and the longest badge."""
        heads = (f"▶ {when(each)}  {each.session.address}" for each in self.moments)
        badges = (self.naming.badge(each) for each in self.moments)
        return max(heads, key=len, default=""), max(badges, key=len, default="")


class MomentDelegate(QStyledItemDelegate):
    """Paints a moment as a card: its place, its words, and each coder, on a line each.

    Where time and session have no room beside the badge, the badge has a line of its own.
    """

    def __init__(self, model: MomentModel, theme: Theme, parent: QListView) -> None:
        super().__init__(parent)
        self._model = model
        self._view = parent
        self.theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, _index: Index) -> QSize:
        """As many lines for any moment."""
        head, badge = self._model.longest()
        metrics = option.fontMetrics
        wide = metrics.horizontalAdvance(head) * _BOLD + metrics.horizontalAdvance(badge)
        room = self._view.viewport().width() - 2 * _PAD - _BADGE - 12
        lines = _LINES + (wide > room)
        return QSize(200, lines * (metrics.height() + 4) + 2 * _PAD + 6)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint the card and its lines."""
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
        many = round(inner.height() / line)
        lines = [
            QRectF(inner.left(), inner.top() + n * line, inner.width(), line) for n in range(many)
        ]
        head = lines[0]
        if many > _LINES:
            self._badge(painter, option, moment, lines[1])
        else:
            head = head.adjusted(0, 0, -self._badge(painter, option, moment, head, right=True), 0)
        self._head(painter, option, moment, head)
        painter.setFont(option.font)
        painter.setPen(color(theme.text))
        _write(painter, lines[-3], words(moment))
        for box, side in zip(lines[-2:], self._model.naming.sides(moment), strict=True):
            self._side(painter, box, *side)
        painter.restore()

    def _side(self, painter: QPainter, box: QRectF, who: str, has: str, more: str) -> None:
        """Write what a coder has; how many more stays in sight."""
        painter.setPen(color(self.theme.muted))
        name = _write(painter, box.adjusted(0, 0, -0.6 * box.width(), 0), who)
        box = box.adjusted(name + 8, 0, 0, 0)
        painter.setPen(color(self.theme.text))
        kept = painter.fontMetrics().horizontalAdvance(more)
        wide = _write(painter, box.adjusted(0, 0, -kept, 0), has)
        _write(painter, box.adjusted(wide, 0, 0, 0), more)

    def _head(
        self, painter: QPainter, option: QStyleOptionViewItem, moment: Moment, box: QRectF
    ) -> None:
        font = tabular(option.font)
        painter.setPen(color(self.theme.accent))
        painter.setFont(font)
        box = box.adjusted(_write(painter, box, "▶ "), 0, 0, 0)
        font.setBold(True)
        painter.setFont(font)
        painter.setPen(color(self.theme.text))
        box = box.adjusted(_write(painter, box, f"{when(moment)}  "), 0, 0, 0)
        painter.setFont(option.font)
        painter.setPen(color(self.theme.muted))
        told = f"session {moment.session.address}"
        fits = option.fontMetrics.horizontalAdvance(told) <= box.width()
        _write(painter, box, told if fits else moment.session.address)

    def _badge(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        moment: Moment,
        box: QRectF,
        *,
        right: bool = False,
    ) -> float:
        """Paint the badge, at the left or the right; return how much room it takes."""
        ink = self.theme.repair if moment.kind == "agree" else self.theme.withdrawal
        ink = self.theme.confrontation if moment.kind.startswith("other") else ink
        told = self._model.naming.badge(moment)
        wide = min(option.fontMetrics.horizontalAdvance(told) + _BADGE, box.width())
        left = box.right() - wide if right else box.left()
        pill = QRectF(left, box.top() + 1, wide, box.height() - 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ink.soft))
        painter.drawRoundedRect(pill, pill.height() / 2, pill.height() / 2)
        painter.setPen(QColor(ink.words))
        painter.setFont(option.font)
        _write(painter, pill.adjusted(_BADGE / 2, 0, -_BADGE / 2 + 1, 0), told)
        return wide + 6


def _write(painter: QPainter, box: QRectF, told: str) -> float:
    """Write on one line, with “…” where it does not fit; return how wide it is."""
    metrics = painter.fontMetrics()
    told = metrics.elidedText(told, Qt.TextElideMode.ElideRight, int(box.width()))
    painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, told)
    return metrics.horizontalAdvance(told)


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
        self.setResizeMode(QListView.ResizeMode.Adjust)
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
        self.title, self.count, self.legend = QLabel(self), QLabel(self), QLabel(self)
        self.only = QCheckBox("Disagreements only", self)
        self._shown = Shown()
        hint = QLabel(self)
        hint.setText(
            f"Space plays with {lead_in_ms / 1000:g} s lead-in · ↑ ↓ next · "
            "Enter opens in transcript"
        )
        self.title.setObjectName("title")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(14, 14, 16, 12)
        layout.setSpacing(8)
        self.legend.setWordWrap(True)
        self.legend.setText(legend(theme))
        for label in (self.title, self.count, hint):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        for label in (self.count, hint, self.legend):
            label.setObjectName("muted")
        for widget in (self.title, self.count, self.only):
            layout.addWidget(widget)
        layout.addWidget(self.list, 1)
        layout.addWidget(hint)
        layout.addWidget(self.lanes)
        layout.addWidget(self.legend)
        self.only.toggled.connect(lambda _on: self._fill())
        self.lanes.chosen.connect(self._go_to)
        self.list.selectionModel().currentChanged.connect(lambda now, _old: self._on_current(now))

    def wear(self, theme: Theme) -> None:
        """Change colours."""
        self.list.cards.theme = theme
        self.list.viewport().update()
        self.lanes.wear(theme)
        self.legend.setText(legend(theme))

    def show_moments(self, shown: Shown) -> None:
        """Show the moments of a code, or of a cell."""
        self._shown = shown
        self.title.setText(shown.title)
        self.count.setText((shown.why or tally(shown.moments)) if shown.title else "")
        self._fill()

    def clear(self) -> None:
        """Show nothing, and hold nothing."""
        self.show_moments(Shown())

    def _fill(self) -> None:
        """Show what is wanted of them, with the same one chosen as before."""
        now = self.list.currentIndex().data(MOMENT) if self.list.currentIndex().isValid() else None
        only = self.only.isChecked()
        shown = [each for each in self._shown.moments if not only or each.kind != "agree"]
        self.model.show(shown, self._shown.naming)
        self.lanes.show_moment(None, (), ())
        if shown:
            row = shown.index(now) if now in shown else 0
            self.list.setCurrentIndex(self.model.index(row))

    def _on_current(self, index: Index) -> None:
        moment = index.data(MOMENT) if index.isValid() else None
        self.lanes.show_moment(moment, self._shown.every, self._shown.codings)

    def _go_to(self, moment: Moment | None) -> None:
        """Choose a moment in the list; one that is not in it is played."""
        if moment is None:
            return
        if moment in self.model.moments:
            self.list.setCurrentIndex(self.model.index(self.model.moments.index(moment)))
        self.list.heard.emit(moment)
