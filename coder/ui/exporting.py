"""What the Export… dialog asks: which form, of which codings, and what that form leaves open."""

from dataclasses import dataclass

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from coder import export, markers
from coder.export.choices import Choices
from coder.export.fitting import fits
from coder.markers import Scheme
from coder.markers.levels import row_schemes
from coder.study import Study
from coder.ui import dialogs

AGREEMENT = "agreement-report"
OWN_ROWS = "form"

_HINT = "A file that leaves the study is no longer protected by it."
_ROWS = frozenset({"marks", "sessions"})
_QUOTES = frozenset({"session-report"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for: a form by its name, of this coding or of all, and its choices."""

    form: str
    this: bool
    scheme: str | None
    rows: str | None
    quotes: bool

    def choices(self, study: Study) -> Choices:
        """What the form needs of the study. Raises CoderError."""
        form = export.form_named(self.form)
        scheme = export.scheme_for(form, study, self.scheme)
        return export.choices_of(study, scheme, rows=self.rows, quotes=self.quotes)


def offered(scheme: Scheme | None) -> list[export.Form]:
    """The forms in the order they are offered: first one that can hold a coding under a scheme."""
    forms = list(export.FORMS.values())
    if scheme is None or fits(scheme, forms[0].name):
        return forms
    return sorted(forms, key=lambda form: form.name != OWN_ROWS)


def ask(parent: QWidget, study: Study, scheme: Scheme | None = None) -> Asked | None:
    """Show the dialog, for a coding under a scheme; None when nothing is to be exported."""
    forms, which = QComboBox(parent), QComboBox(parent)
    for form in offered(scheme):
        forms.addItem(form.title, form.name)
    forms.addItem("The report of agreement between coders", AGREEMENT)
    which.addItem("this coding", "this")
    which.addItem("every coding I may see", "all")
    schemes, rows = _schemes(parent, study), _rows(parent, study)
    quotes = QCheckBox("Print the patient’s words", parent)

    def offer() -> None:
        """Ask only what the form takes."""
        name = forms.currentData()
        known = export.FORMS.get(name)
        empty = known is not None and known.empty
        which.setEnabled(not empty and name != AGREEMENT)
        schemes.setEnabled(empty)
        rows.setEnabled(name in _ROWS)
        quotes.setEnabled(name in _QUOTES)

    forms.currentIndexChanged.connect(offer)
    offer()
    fields: list[tuple[str, QWidget]] = [
        ("What", forms),
        ("Of", which),
        ("Scheme", schemes),
        ("Rows of", rows),
        ("", quotes),
    ]
    if not dialogs.ask_form(parent, "Export", fields, _HINT):
        return None
    name = forms.currentData()
    return Asked(
        name,
        which.currentData() == "this",
        schemes.currentData() if schemes.isEnabled() else None,
        rows.currentData() if rows.isEnabled() else None,
        quotes.isChecked() and quotes.isEnabled(),
    )


def _schemes(parent: QWidget, study: Study) -> QComboBox:
    """The schemes that an empty form or a codebook can be of: the study’s, then those that ship."""
    box = QComboBox(parent)
    box.addItem("the usual one", None)
    ours = {scheme.id: scheme.title for scheme in study.schemes()}
    rest = [name for name in markers.available() if name not in {*ours, markers.SESSION_LEVEL}]
    for name in (*ours, *rest):
        box.addItem(f"{name}: {ours.get(name) or markers.load(name).title}", name)
    return box


def _rows(parent: QWidget, study: Study) -> QComboBox:
    """The schemes whose rows the study’s markers can be counted in."""
    box = QComboBox(parent)
    box.addItem("the usual form (laraway-2015)", None)
    led = dict.fromkeys(name for scheme in study.schemes() for name in row_schemes([scheme]))
    for name in led:
        box.addItem(name, name)
    return box
