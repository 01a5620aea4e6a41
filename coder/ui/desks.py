"""The desks beside Code, each made when it is first gone to: who codes does not wait for them."""

import functools
from typing import TYPE_CHECKING

from coder.ui.theme import Theme

if TYPE_CHECKING:
    from coder.agreement import Moment
    from coder.ui.agree_desk import AgreeDesk
    from coder.ui.measures_desk import MeasuresDesk
    from coder.ui.window import Window


class Desks:
    """Makes the desks, goes to them, and carries what they ask for to the window."""

    def __init__(self, window: "Window") -> None:
        self._window = window

    @functools.cached_property
    def agreeing(self) -> "AgreeDesk":
        """The Agree desk."""
        from coder.ui.agree_desk import AgreeDesk

        window = self._window
        desk = AgreeDesk(window.workspace, window.theme, window)
        window.stack.addWidget(desk)
        desk.heard.connect(self._on_heard)
        desk.sought.connect(self._on_sought)
        desk.report_wanted.connect(window.forms.export_agreement)
        return desk

    @functools.cached_property
    def measuring(self) -> "MeasuresDesk":
        """The Measures desk."""
        from coder.ui.measures_desk import MeasuresDesk

        window = self._window
        desk = MeasuresDesk(window.workspace, window.theme, window)
        window.stack.addWidget(desk)
        desk.copy_wanted.connect(lambda: window.act("copy_without_measures"))
        desk.session_wanted.connect(window.go_to_session)
        return desk

    def agree_desk(self) -> None:
        """Go to the Agree desk."""
        self._window.go("agree_desk", self.agreeing)
        self.agreeing.show_study()

    def measures_desk(self) -> None:
        """Go to the Measures desk."""
        self._window.go("measures_desk", self.measuring)
        self.measuring.show_study()

    def wear(self, theme: Theme) -> None:
        """Change colours of the desks there are."""
        made = vars(self)
        if "agreeing" in made:
            self.agreeing.wear(theme)
        if "measuring" in made:
            self.measuring.wear(theme)

    def _on_heard(self, moment: "Moment") -> None:
        self._go_to(moment)
        if moment.at_ms is not None:
            self._window.coding.transport.play_moment(moment.at_ms)

    def _on_sought(self, moment: "Moment") -> None:
        self._go_to(moment)
        self._window.code_desk()
        self._window.coding.turns.setFocus()

    def _go_to(self, moment: "Moment") -> None:
        window = self._window
        if window.workspace.session is None or window.workspace.session.id != moment.session.id:
            window.workspace.open_session(moment.session)
        if moment.turn is not None:
            window.coding.turns.go_to(moment.turn.id)
