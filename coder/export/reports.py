"""The report of agreement as a file. It is made of numbers, not of codings, and so is no form."""

from collections.abc import Callable, Mapping
from pathlib import Path

from coder.errors import CoderError
from coder.export import agreement_document, agreement_workbook, put
from coder.export.agreement_methods import methods
from coder.export.agreement_numbers import BANDS
from coder.export.agreement_report import Report, agreement_report_of

__all__ = ["AGREEMENT", "BANDS", "Report", "agreement_report_of", "methods", "write_agreement"]

AGREEMENT: Mapping[str, Callable[[Report, Path], bytes]] = {
    ".docx": agreement_document.write_docx,
    ".xlsx": agreement_workbook.write_xlsx,
    ".csv": agreement_workbook.write_csv,
    ".json": agreement_workbook.write_json,
}


def write_agreement(report: Report, path: Path) -> list[Path]:
    """Write the report of agreement in the format of the suffix, over what was there.

    The same report makes the same bytes. Raises CoderError (``export_…``) and then leaves no file
    behind.
    """
    writer = AGREEMENT.get(path.suffix.casefold())
    if writer is None:
        known = " or ".join(AGREEMENT)
        raise CoderError("export_unknown_suffix", form="agreement-report", path=path, known=known)
    put(lambda: writer(report, path), path)
    return [path]
