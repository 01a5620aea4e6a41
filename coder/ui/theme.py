"""Colours by name, light and dark, and the look of the window built from them.

One accent and six meanings; each meaning is also told by a letter or its place.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication


@dataclass(frozen=True, slots=True)
class Ink:
    """A meaning's three strengths: words on ``soft``, ``soft`` behind them, ``solid`` in a lane."""

    words: str
    soft: str
    solid: str


@dataclass(frozen=True, slots=True)
class Theme:
    """Every colour the program uses."""

    dark: bool
    window: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    accent_soft: str
    on_accent: str
    wave: str
    danger: str
    good: str
    precipitant: Ink
    withdrawal: Ink
    confrontation: Ink
    repair: Ink
    unsure: Ink
    process: Ink
    colours: Mapping[str, Ink]  # those a scheme may give a marker, by name


LIGHT = Theme(
    dark=False,
    window="#ffffff",
    surface="#ffffff",
    raised="#f5f6f7",
    line="#dcdfe3",
    text="#1b2126",
    muted="#5c6670",
    accent="#23678c",
    accent_soft="#e6f0f6",
    on_accent="#ffffff",
    wave="#b5c5cf",
    danger="#a8321f",
    good="#25733f",
    precipitant=Ink("#6d5204", "#fbf0d0", "#96711a"),
    withdrawal=Ink("#1d528f", "#e1edfa", "#4480bd"),
    confrontation=Ink("#a03a1c", "#fae5de", "#c1603d"),
    repair=Ink("#206338", "#dff1e4", "#4a9163"),
    unsure=Ink("#4b4f58", "#eceef1", "#8a919b"),
    process=Ink("#5d3f8f", "#eee8f8", "#8a6cc0"),
    colours={
        "blue": Ink("#1d528f", "#e1edfa", "#4480bd"),
        "orange": Ink("#8c4a06", "#fcebd5", "#cf7a1c"),
        "green": Ink("#206338", "#dff1e4", "#4a9163"),
        "purple": Ink("#6a3690", "#f0e5f8", "#955cbd"),
        "teal": Ink("#0c5f62", "#d8f1f0", "#2e9093"),
        "pink": Ink("#97296a", "#fbe3ef", "#c85a97"),
        "brown": Ink("#6b4429", "#f2e8e0", "#93694a"),
        "grey": Ink("#4b4f58", "#eceef1", "#8a919b"),
    },
)
DARK = Theme(
    dark=True,
    window="#15191c",
    surface="#1b2024",
    raised="#22282d",
    line="#343b42",
    text="#e4e8eb",
    muted="#9aa5ae",
    accent="#6fb4d6",
    accent_soft="#22323c",
    on_accent="#0e1418",
    wave="#4a5a65",
    danger="#f0917b",
    good="#7fd09a",
    precipitant=Ink("#f0d180", "#3a3217", "#c49b3f"),
    withdrawal=Ink("#9cc6f5", "#1f324a", "#5d97d6"),
    confrontation=Ink("#f5ab92", "#44281f", "#d6785a"),
    repair=Ink("#97d9ad", "#1d3827", "#5fae7b"),
    unsure=Ink("#c6ccd3", "#2b3036", "#8d959e"),
    process=Ink("#cbb6f2", "#33294a", "#9a7fd1"),
    colours={
        "blue": Ink("#9cc6f5", "#1f324a", "#5d97d6"),
        "orange": Ink("#f5bd7e", "#43301a", "#d18a3c"),
        "green": Ink("#97d9ad", "#1d3827", "#5fae7b"),
        "purple": Ink("#d8b2f0", "#3a2748", "#a973cc"),
        "teal": Ink("#8adcda", "#17393a", "#45a5a6"),
        "pink": Ink("#f3a9d0", "#46233a", "#d06ea6"),
        "brown": Ink("#dcb99e", "#3a2d23", "#a57f62"),
        "grey": Ink("#c6ccd3", "#2b3036", "#8d959e"),
    },
)


def pick(name: str) -> Theme:
    """Return the theme a setting names; “system” follows the desktop."""
    if name == "system":
        scheme = QGuiApplication.styleHints().colorScheme()
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT
    return DARK if name == "dark" else LIGHT


def color(name: str) -> QColor:
    """A named colour as Qt wants it."""
    return QColor(name)


def wear(app: QApplication, theme: Theme, text_size: int = 100) -> None:
    """Dress the whole program. ``text_size`` is in percent."""
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    for kind in ("QCheckBox", "QAbstractItemView"):
        app.setPalette(_ticked(theme), kind)  # type: ignore[arg-type] # says bytes, takes str
    font = QFont(app.font())
    font.setPointSizeF(10.0 * text_size / 100)
    app.setFont(font)
    app.setStyleSheet(_SHEET.format(t=theme))


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for which, name in (
        (role.Window, theme.window),
        (role.WindowText, theme.text),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.raised),
        (role.Text, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Button, theme.raised),
        (role.ButtonText, theme.text),
        (role.BrightText, theme.danger),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.Link, theme.accent),
        (role.Mid, theme.line),
        (role.Dark, theme.line),
        (role.Light, theme.surface),
    ):
        palette.setColor(which, QColor(name))
    for which in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(theme.muted))
    return palette


def _ticked(theme: Theme) -> QPalette:
    """For tick boxes: the style draws their border as a darker shade of the window."""
    palette = _palette(theme)
    palette.setColor(QPalette.ColorRole.Window, QColor(theme.muted).lighter(_SHADE))
    return palette


_SHADE = 127  # percent by which the style darkens the window for a border
_SHEET = """
QMainWindow, QDialog {{ background: {t.window}; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
QLineEdit, QPlainTextEdit {{
  background: {t.surface}; color: {t.text}; border: 1px solid {t.line}; border-radius: 6px;
  padding: 4px 8px; selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
QLineEdit:focus, QPlainTextEdit:focus, QListView:focus, QTableView:focus,
QTreeView:focus {{ border: 1px solid {t.accent}; }}
QComboBox QAbstractItemView {{ background: {t.surface}; border: 1px solid {t.line};
  selection-background-color: {t.accent_soft}; selection-color: {t.text}; }}
QPushButton, QToolButton {{ background: {t.surface}; border: 1px solid {t.line};
  border-radius: 6px; padding: 4px 10px; }}
QPushButton:hover, QToolButton:hover {{ background: {t.raised}; }}
QPushButton:focus, QToolButton:focus {{ border-color: {t.accent}; }}
QPushButton:checked, QToolButton:checked {{ background: {t.accent_soft}; color: {t.accent};
  border-color: {t.accent}; }}
QPushButton:default, QPushButton#primary {{ background: {t.accent}; color: {t.on_accent};
  border-color: {t.accent}; }}
QPushButton#primary:focus {{ border: 2px solid {t.text}; padding: 3px 9px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {t.muted}; }}
QPushButton:default:disabled, QPushButton#primary:disabled {{ background: {t.raised};
  color: {t.muted}; border-color: {t.line}; }}
QListView, QTableView, QTreeView {{ border: 1px solid {t.line};
  border-radius: 6px; outline: 0; }}
QTableView {{ gridline-color: {t.line}; }}
QAbstractScrollArea::corner {{ background: {t.window}; border: 0; }}
QTabBar QToolButton {{ padding: 0; border-radius: 0; }}
QListView#turns, QListView#sessions {{ border: 0; }}
QLabel#state {{ padding: 2px 8px; color: {t.muted}; }}
QLabel#state[saved="yes"] {{ color: {t.good}; }}
QLabel#state[saved="no"] {{ color: {t.danger}; }}
QTreeView::item {{ padding: 2px 0; }}
QListView::item:selected, QTableView::item:selected,
QTreeView::item:selected {{ background: {t.accent_soft};
  color: {t.text}; }}
QHeaderView, QTableCornerButton::section {{ background: {t.window}; border: 0; }}
QHeaderView::section {{ background: {t.window}; color: {t.muted}; border: 0;
  border-bottom: 1px solid {t.line}; padding: 5px 8px; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: {t.window}; }}
QSplitter::handle {{ background: {t.line}; }}
QStatusBar {{ border-top: 1px solid {t.line}; color: {t.muted}; }}
QStatusBar::item {{ border: 0; }}
QMenuBar {{ background: {t.window}; border-bottom: 1px solid {t.line}; }}
QMenuBar::item:selected, QMenu::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QMenu {{ background: {t.surface}; border: 1px solid {t.line}; }}
QMenu::item {{ padding: 5px 28px 5px 20px; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 0; }}
QScrollBar:vertical {{ background: transparent; width: 11px; margin: 0; }}
QScrollBar:horizontal {{ background: transparent; height: 11px; margin: 0; }}
QScrollBar::handle {{ background: {t.line}; border-radius: 5px; min-height: 28px;
  min-width: 28px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QLabel#heading {{ color: {t.muted}; font-weight: 600; }}
QLabel#title {{ font-weight: 600; }}
QLabel#muted {{ color: {t.muted}; }}
QLabel#banner {{ background: {t.accent_soft};
  border-left: 3px solid {t.accent}; padding: 6px 10px; }}
QLabel#pill {{ border: 1px solid {t.line}; border-radius: 10px; padding: 2px 10px;
  color: {t.muted}; }}
QLabel#who {{ border: 1px solid {t.accent}; border-radius: 10px; padding: 2px 10px;
  color: {t.accent}; }}
QLabel#warning {{ color: {t.danger}; font-weight: 600; }}
QPlainTextEdit#rule {{ background: {t.raised}; border: 0; border-radius: 8px; }}
QFrame#bar {{ border-bottom: 1px solid {t.line}; }}
QToolButton#rail {{ border: 0; border-radius: 8px; padding: 6px 2px; color: {t.muted}; }}
QToolButton#rail:checked {{ background: {t.accent_soft}; color: {t.accent}; }}
QToolButton#rail:focus {{ border: 1px solid {t.accent}; }}
"""
