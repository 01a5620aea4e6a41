"""Forms and tables as files: a registry, one module a format.

What can be written is known without what writes it: the window starts without the writers.
``layout`` holds the coding form as values, which the window's print view uses too.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

from coder import markers
from coder.coding import CodedSession
from coder.errors import CoderError
from coder.export.choices import Choices, choices_of, scheme_named
from coder.markers import Scheme
from coder.study import Study

__all__ = [
    "FORMS", "Choices", "Form", "choices_of", "form_named", "put", "scheme_for", "write",
]  # fmt: skip

Writer = Callable[..., bytes]  # of codings and a path, and of the choices its form takes

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(<)")
_MADE = b"2015-01-01T00:00:00Z"


def _by(writer: str, **given: object) -> Writer:
    """A writer by its module and name, imported when it is first asked to write."""
    module, _, name = writer.partition(".")

    def write(codings: Sequence[CodedSession], path: Path, **taken: object) -> bytes:
        writes: Writer = getattr(import_module(f"{__name__}.{module}"), name)
        return writes(codings, path, **given, **taken)

    return write


@dataclass(frozen=True, slots=True)
class Form:
    """What can be written: its name, its title for people, and a writer for each suffix.

    ``takes`` names what its writers take of the choices: fields of it, or ``choices`` for all.
    An ``empty`` form needs no coding; ``of_scheme`` is the scheme it is of unless one is chosen,
    None for the study's first. ``beside`` writes, by suffix, the codebook of the columns. One that
    ``joins`` codings looks for outcomes in those under other schemes.
    """

    name: str
    title: str
    writers: Mapping[str, Writer]
    empty: bool = False
    takes: tuple[str, ...] = ()
    beside: Mapping[str, Writer] = field(default_factory=lambda: MappingProxyType({}))
    of_scheme: str | None = None
    joins: bool = False

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings a file of this form may have."""
        return tuple(self.writers)


_CODING_FORMS = {
    "laraway-2015": "Rupture Marker Coding Form (33 rows)",
    "samstag-2003": "Rupture Marker Coding Form with all 38 markers",
}
FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        *(
            Form(
                name,
                title,
                {
                    ".docx": _by("document.write", form=name),
                    ".xlsx": _by("workbook.write", form=name),
                },
            )
            for name, title in _CODING_FORMS.items()
        ),
        Form(
            "form",
            "Coding form on the rows of the coding’s own scheme",
            {".docx": _by("document.write"), ".xlsx": _by("workbook.write")},
        ),
        Form(
            "score-sheet",
            "Score sheet: segments by markers, and the global ratings",
            {".docx": _by("score_sheet.write_docx"), ".xlsx": _by("score_sheet.write_xlsx")},
            takes=("choices",),
        ),
        Form(
            "session-report",
            "Report of a session, with its timeline drawn",
            {".docx": _by("session_report.write_docx"), ".html": _by("session_report.write_html")},
            takes=("quotes",),
        ),
        Form(
            "marks",
            "A row for each mark",
            {
                ".csv": _by("table.marks_csv"),
                ".xlsx": _by("table.marks_xlsx"),
                ".json": _by("table.marks_json"),
            },
            takes=("rows",),
            beside={".csv": _by("table.marks_columns")},
        ),
        Form(
            "sessions",
            "A row for each session and coder",
            {".csv": _by("table.sessions_csv"), ".xlsx": _by("table.sessions_xlsx")},
            takes=("choices",),
            beside={".csv": _by("table.sessions_columns")},
        ),
        Form(
            "prevalence",
            "Prevalence of components by session or expert",
            {
                ".docx": _by("prevalence.write_docx"),
                ".xlsx": _by("prevalence.write_xlsx"),
                ".csv": _by("prevalence.write_csv"),
            },
            takes=("choices",),
            joins=True,
        ),
        Form(
            "quotes",
            "Quotes by category and sub-category",
            {
                ".docx": _by("quotes.write_docx"),
                ".xlsx": _by("quotes.write_xlsx"),
                ".csv": _by("quotes.write_csv"),
            },
            takes=("choices",),
        ),
        Form(
            "codebook",
            "Codebook of a scheme, to hand to coders",
            {".docx": _by("codebook.write_docx"), ".html": _by("codebook.write_html")},
            empty=True,
            takes=("choices",),
        ),
        Form(
            "blank",
            "The empty coding form, to print",
            {".docx": _by("score_sheet.write_blank")},
            empty=True,
            takes=("choices",),
            of_scheme="laraway-2015",
        ),
    )
}


def form_named(name: str) -> Form:
    """Find a form by its name. Raises CoderError when there is none."""
    if name not in FORMS:
        raise CoderError("export_unknown_form", form=name, known=", ".join(FORMS))
    return FORMS[name]


def scheme_for(form: Form, study: Study, name: str | None) -> Scheme | None:
    """The scheme that an empty form is of, or that was asked for by name. Raises CoderError."""
    if name is None and not form.empty:
        return None
    return scheme_named(study, name, form.of_scheme)


def write(
    form: str, codings: Sequence[CodedSession], path: Path, choices: Choices | None = None
) -> list[Path]:
    """Write codings on a form into one file, in the format of its suffix, over what was there.

    A csv of an analysis file has the codebook of its columns beside it. The same codings make the
    same bytes. Raises CoderError (``export_…``, ``no_roll_up``) and then leaves no file behind.
    """
    chosen = form_named(form)
    suffix = path.suffix.casefold()
    writer = chosen.writers.get(suffix)
    if writer is None:
        raise CoderError(
            "export_unknown_suffix", form=form, path=path, known=" or ".join(chosen.suffixes)
        )
    if not codings and not chosen.empty:
        raise CoderError("export_nothing", path=path)
    told = _taken(chosen, choices or Choices())
    put(lambda: writer(codings, path, **told), path)
    if suffix not in chosen.beside:
        return [path]
    second = path.with_name(f"{path.stem}-columns{path.suffix}")
    try:
        put(lambda: chosen.beside[suffix](codings, second, **told), second)
    except CoderError:
        path.unlink(missing_ok=True)
        raise
    return [path, second]


def _taken(form: Form, choices: Choices) -> dict[str, object]:
    if form.empty and choices.scheme is None:
        choices = replace(choices, scheme=markers.load(form.of_scheme or "laraway-2015"))
    return {name: choices if name == "choices" else getattr(choices, name) for name in form.takes}


def put(make: Callable[[], bytes], path: Path) -> None:
    """Write beside, then rename: what was there stays until the new file is whole."""
    if not path.parent.is_dir():
        raise CoderError("export_no_folder", path=path)
    data = _settled(make())
    beside = path.with_name(f".{path.name[:40]}.new")  # a name may be as long as the disk allows
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise CoderError("export_unwritable", path=path, why=fault.strerror) from fault


def _settled(data: bytes) -> bytes:
    """Take the moment of writing out of a zipped document, so that files can be compared."""
    if not data.startswith(b"PK"):
        return data
    held = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as made,
        zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as kept,
    ):
        for name in made.namelist():
            part = made.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + _MADE + rb"\g<2>", part)
            kept.writestr(zipfile.ZipInfo(name), part, zipfile.ZIP_DEFLATED)
    return held.getvalue()
