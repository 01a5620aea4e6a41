"""Forms and tables as files: a registry, one module a format.

``layout`` holds the coding form as values, which the window's print view uses too.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from coder.coding import CodedSession
from coder.errors import CoderError
from coder.export import document, table, workbook

Writer = Callable[[Sequence[CodedSession], Path], bytes]

_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(<)")
_MADE = b"2015-01-01T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Form:
    """What can be written: its name, its title for people, and a writer for each suffix."""

    name: str
    title: str
    writers: Mapping[str, Writer]
    empty: bool = False

    @property
    def suffixes(self) -> tuple[str, ...]:
        """The endings a file of this form may have."""
        return tuple(self.writers)


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form(
            "laraway-2015",
            "Rupture Marker Coding Form (33 rows)",
            {
                ".docx": partial(document.write, form="laraway-2015"),
                ".xlsx": partial(workbook.write, form="laraway-2015"),
            },
        ),
        Form(
            "samstag-2003",
            "Rupture Marker Coding Form with all 38 markers",
            {
                ".docx": partial(document.write, form="samstag-2003"),
                ".xlsx": partial(workbook.write, form="samstag-2003"),
            },
        ),
        Form(
            "marks",
            "A row for each mark",
            {".csv": table.marks_csv, ".xlsx": table.marks_xlsx, ".json": table.marks_json},
        ),
        Form(
            "sessions",
            "A row for each session and coder",
            {".csv": table.sessions_csv, ".xlsx": table.sessions_xlsx},
        ),
        Form(
            "blank",
            "The empty coding form, to print",
            {".docx": partial(document.write_blank, form="laraway-2015")},
            empty=True,
        ),
    )
}


def write(form: str, codings: Sequence[CodedSession], path: Path) -> list[Path]:
    """Write codings on a form into one file, in the format of its suffix, over what was there.

    The same codings make the same bytes. Raises CoderError (``export_…``, ``no_roll_up``) and then
    leaves no file behind.
    """
    if form not in FORMS:
        raise CoderError("export_unknown_form", form=form, known=", ".join(FORMS))
    chosen = FORMS[form]
    writer = chosen.writers.get(path.suffix.casefold())
    if writer is None:
        raise CoderError(
            "export_unknown_suffix", form=form, path=path, known=" or ".join(chosen.suffixes)
        )
    if not codings and not chosen.empty:
        raise CoderError("export_nothing", path=path)
    put(lambda: writer(codings, path), path)
    return [path]


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
