"""Charts: where their points are, what they say, and the pictures that are kept of them."""

import dataclasses

import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter

from coder.errors import CoderError
from coder.ui import dialogs, theme
from coder.ui.chart_view import ChartView, picture
from coder.ui.charts import Curves, Heat, Points, Stroke

CURVES = Curves(
    "Event F1 against tolerance: Ada and Ben",
    "Unit: marks, matched one to one (n = 7)",
    (1.0, 2.0, 3.0),
    (
        Stroke("withdrawal", (0.0, 0.5, 1.0), "withdrawal", ("family", "withdrawal")),
        Stroke("confrontation", (None, 0.25, 0.25), "confrontation"),
    ),
    2.0,
    "2 s, fixed",
)
HEAT = Heat(
    "Who took what for what",
    "Unit: marks (n = 5)",
    ("denial", "no match"),
    ((3.0, 2.0), (0.0, 0.0)),
    (("3", "2"), ("", "")),
    (("Ada denial, Ben denial: 3", "Ada denial, Ben no match: 2"), ("none", "none")),
    (("denial", "denial"), (None, None)),
)
POINTS = Points(
    "Any rupture", "Unit: session (n = 3)", ("Ada", "Ben"),
    ("P1/1", "P1/2", "P1/3"), (2.0, 2.0, 6.0), (4.0, 4.0, 5.0), (1.0, -2.4, 4.4),
)  # fmt: skip


def drawn(chart, look=theme.LIGHT):
    size = QSize(600, 300)
    image = QImage(size, QImage.Format.Format_RGB32)
    image.fill(QColor(look.surface))
    painter = QPainter(image)
    spots = chart.draw(painter, QRectF(0, 0, size.width(), size.height()), look)
    painter.end()
    return image, spots


def shown(qtbot, chart, look=theme.LIGHT):
    view = ChartView(look)
    view.leave = lambda _what, write: write()
    qtbot.addWidget(view)
    view.resize(640, 360)
    view.show_chart(chart)
    view.show()
    view.grab()
    return view


def test_every_known_point_of_a_curve_can_be_read(qapp):
    _, spots = drawn(CURVES)
    assert [spot.told for spot in spots] == [
        "withdrawal: F1 .00 within 1 s",
        "withdrawal: F1 .50 within 2 s",
        "withdrawal: F1 1.00 within 3 s",
        "confrontation: F1 .25 within 2 s",
        "confrontation: F1 .25 within 3 s",
    ]
    # A higher F1 stands higher, a longer tolerance further right; equal steps are equally far.
    low, middle, high = (spot.where.center() for spot in spots[:3])
    assert low.y() > middle.y() > high.y()
    assert middle.x() - low.x() == pytest.approx(high.x() - middle.x())
    assert low.y() - middle.y() == pytest.approx(middle.y() - high.y())


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_a_curve_has_the_colour_of_its_meaning(qapp, look):
    image, spots = drawn(CURVES, look)
    at = (spots[3].where.center() + spots[4].where.center()) / 2
    found = {image.pixelColor(int(at.x()), int(at.y()) + dy).name() for dy in (-1, 0, 1)}
    assert look.confrontation.words in found


def test_a_cell_is_darker_the_more_it_holds(qapp):
    image, spots = drawn(HEAT)
    corners = [spot.where.topLeft() + QPointF(3, 3) for spot in spots[:3]]
    shades = [image.pixelColor(c.toPoint()).lightness() for c in corners]
    assert shades[0] < shades[1] < shades[2]
    assert len(spots) == 4


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
@pytest.mark.parametrize("share", [n / 10 for n in range(11)])
def test_a_number_can_be_read_on_every_shade(qapp, look, share):
    from coder.ui.charts import _blend, _readable_on

    from .test_views import contrast

    ground = _blend(look, share)
    assert contrast(_readable_on(ground), ground) >= 4.5


@pytest.mark.parametrize("look", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_all_numbers_of_a_heat_map_are_of_one_ink(qapp, look):
    from coder.ui.charts import _blend, _readable_on

    assert len({_readable_on(_blend(look, n / 100)).name() for n in range(101)}) == 1


def test_the_names_of_the_limits_stand_beside_the_points(qapp):
    size = QSize(600, 300)
    image = QImage(size, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    words = QFontMetricsF(painter.font()).horizontalAdvance("−1.96 SD −2.40")  # noqa: RUF001 - a minus sign
    painter.end()
    _, spots = drawn(POINTS)
    assert max(spot.where.right() for spot in spots) <= size.width() - words


def test_a_saved_table_names_its_rows_in_full_and_its_columns_below(qapp):
    name = "Long silence, minimal response, refusal to respond"
    heat = dataclasses.replace(HEAT, names=(name, "no match"))
    text = picture(heat, ".svg").decode()
    assert f"1  {name}" in text
    assert f"Columns: 1 {name} · 2 no match" in text


def test_points_on_the_same_place_are_named_together(qapp):
    _, spots = drawn(POINTS)
    assert [spot.told for spot in spots] == [
        "P1/1: Ada 2, Ben 4; P1/2: Ada 2, Ben 4",
        "P1/3: Ada 6, Ben 5",
        # Mean and difference: (2 + 4) / 2 and 4 - 2; (6 + 5) / 2 and 5 - 6.
        "P1/1: mean 3, difference +2.00; P1/2: mean 3, difference +2.00",
        "P1/3: mean 5.5, difference −1.00",  # noqa: RUF001 - a minus sign
    ]


def test_counts_of_nothing_can_be_drawn(qapp):
    nothing = Points("x", "y", ("Ada", "Ben"), ("P1/1",), (0.0,), (0.0,), (0.0, None, None))
    assert len(drawn(nothing)[1]) == 2


def test_arrows_read_the_points_and_enter_picks_one(qtbot):
    view = shown(qtbot, CURVES)
    picked = []
    view.picked.connect(picked.append)
    assert view.accessibleName() == CURVES.title
    assert view.accessibleDescription() == CURVES.about
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.accessibleDescription() == "withdrawal: F1 .00 within 1 s"
    qtbot.keyClick(view, Qt.Key.Key_Left)
    assert view.accessibleDescription() == "confrontation: F1 .25 within 3 s"
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert picked == []  # this line stands for no code
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert picked == [("family", "withdrawal")]


def test_pointing_reads_a_point_and_a_click_picks_it(qtbot):
    view = shown(qtbot, HEAT, theme.DARK)
    picked = []
    view.picked.connect(picked.append)
    centre = view.spots[1].where.center().toPoint()
    qtbot.mouseMove(view, centre)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=centre)
    assert picked == ["denial"]
    assert view.accessibleDescription() == "Ada denial, Ben no match: 2"
    view.point(None)
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(1, 1))
    assert picked == ["denial"]
    assert view.accessibleDescription() == HEAT.about


def test_without_a_chart_the_view_says_why(qtbot):
    view = shown(qtbot, None)
    view.show_chart(None, "Choose two coders.")
    view.grab()
    assert view.accessibleDescription() == "Choose two coders."
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert view.now is None
    view.ask_and_save()  # and asks for no file


@pytest.mark.parametrize("chart", [CURVES, HEAT, POINTS], ids=["curves", "heat", "points"])
def test_a_chart_asks_for_more_room_when_text_is_large(qtbot, chart):
    view = shown(qtbot, chart)
    small = view.minimumSize()
    font = view.font()
    font.setPointSizeF(2 * font.pointSizeF())
    view.setFont(font)
    view.show_chart(chart)
    assert view.minimumHeight() > 1.7 * small.height()
    assert chart.least(QFontMetricsF(font)).width() > 0


@pytest.mark.parametrize("chart", [CURVES, HEAT, POINTS], ids=["curves", "heat", "points"])
def test_a_png_is_kept_in_light_colours_whatever_the_window_wears(qtbot, chart):
    shown(qtbot, chart, theme.DARK)
    image = QImage.fromData(picture(chart, ".png"))
    assert image.pixelColor(2, 2) == QColor(theme.LIGHT.surface)
    # Twice the pixels: what is printed is sharp.
    assert image.width() >= 2000


def test_an_svg_carries_title_unit_and_n(qtbot, tmp_path, monkeypatch):
    view = shown(qtbot, CURVES)
    path = tmp_path / "Kurve é.svg"
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: path)
    view.ask_and_save()
    text = path.read_text(encoding="utf-8")
    assert text.count(CURVES.title) == 2  # as its title, and in the picture
    assert text.count(CURVES.about) == 2
    assert list(tmp_path.iterdir()) == [path]


def test_a_picture_that_cannot_be_written_is_refused(qtbot, tmp_path, monkeypatch):
    view = shown(qtbot, CURVES)
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: tmp_path / "nowhere" / "x.png")
    with pytest.raises(CoderError, match="export_unwritable"):
        view.ask_and_save()
    monkeypatch.setattr(dialogs, "ask_save", lambda *_args: None)
    view.ask_and_save()
    assert list(tmp_path.iterdir()) == []


def test_the_menu_offers_to_save(qtbot):
    from PySide6.QtGui import QContextMenuEvent
    from PySide6.QtWidgets import QMenu

    view = shown(qtbot, CURVES)
    here = QPoint(20, 20)
    view.contextMenuEvent(QContextMenuEvent(QContextMenuEvent.Reason.Mouse, here, here))
    (menu,) = view.findChildren(QMenu)
    assert [action.text() for action in menu.actions()] == ["Save picture…"]
    menu.close()
