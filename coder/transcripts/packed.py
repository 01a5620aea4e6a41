"""Packed documents (docx, odt, xlsx): looked through before anything in them is read."""

import io
import itertools
import lzma
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from coder.errors import CoderError

MOST_MEMBERS = 2000
MOST_UNPACKED = 500_000_000
MOST_RATIO = 200
MOST_XML = 40_000_000  # bytes of one part that becomes a tree
MOST_TAGS = 1_000_000  # a tree of lxml costs some 150 bytes for each

_FAULTS = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError,
    OverflowError, RuntimeError, IndexError, KeyError,
)  # fmt: skip
_DOCTYPE = re.compile(rb"<\0?!\0?D\0?O\0?C\0?T\0?Y\0?P\0?E", re.IGNORECASE)
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([^\"'>]{0,40})", re.IGNORECASE)
# Where each character of markup is what it is in ASCII; in others a document type could hide.
_PLAIN = re.compile(
    rb"utf-?8|utf-?16(?:le|be)?|us-ascii|ascii|iso-8859-\d+|windows-125\d", re.IGNORECASE
)
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
_KINDS = {
    "word/": "a Word document (.docx)",
    "xl/": "a workbook (.xlsx)",
    "content.xml": "an OpenDocument text (.odt)",
}
_LOCAL = 30  # bytes of a member's own header, without its name
_ENCRYPTED = 0x1


def names(data: bytes) -> tuple[str, ...]:
    """The members of a packed file, in order; none when it is not packed."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            return tuple(packed.namelist())
    except _FAULTS:
        return ()


def checked(path: Path, data: bytes) -> Mapping[str, bytes]:
    """Unpack the XML parts of a document, by name.

    Raises CoderError when it is damaged, locked, grows beyond measure, holds a document type, or
    names its members as only a hostile file does.
    """
    parts = {}
    members: Sequence[zipfile.ZipInfo] = ()
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            _bounded(path, members, len(data))
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    parts[member.filename] = _honest(path, packed.read(member))
    except _FAULTS as fault:
        raise damaged(path, [member.filename for member in members]) from fault
    return parts


def damaged(path: Path, members: Sequence[str]) -> CoderError:
    """Say that a document cannot be read as what it seems to be."""
    kinds = (kind for start, kind in _KINDS.items() if any(n.startswith(start) for n in members))
    kind = next(kinds, "a packed document")
    if kind == _KINDS["word/"]:
        return CoderError("transcript_not_docx", path=path)
    return CoderError("transcript_not_packed", path=path, kind=kind)


def part(path: Path, parts: Mapping[str, bytes], name: str, most_tags: int = MOST_TAGS) -> bytes:
    """A part that is to become a tree. Raises CoderError when it is missing or too big for one."""
    if name not in parts:
        raise damaged(path, [*parts])
    content = parts[name]
    if len(content) > MOST_XML or content.count(b"<") > most_tags:
        raise CoderError("transcript_bomb", path=path)
    return content


def _bounded(path: Path, members: Sequence[zipfile.ZipInfo], size: int) -> None:
    """Hold the members against the caps, before any of them is unpacked."""
    unpacked = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or unpacked > min(MOST_UNPACKED, MOST_RATIO * size):
        raise CoderError("transcript_bomb", path=path)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise CoderError("transcript_locked", path=path)
    why = next(filter(None, map(_odd, members)), "") or _odd_together(members)
    if why:
        raise CoderError("transcript_unsafe", path=path, why=why)


def _odd(member: zipfile.ZipInfo) -> str:
    """Say what is wrong with a member, in a few words; empty when it is as it should be."""
    name = member.orig_filename.replace("\\", "/")
    steps = name.removesuffix("/").split("/")
    if name.startswith("/") or ".." in steps:
        return "a part that lies outside the document"
    if ":" in name or any(_RESERVED.fullmatch(step) for step in steps) or "\0" in name:
        return "a part with a name that is no file's"
    if stat.S_ISLNK(member.external_attr >> 16):
        return "a link"
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "a part packed in an unusual way"
    return ""


def _odd_together(members: Sequence[zipfile.ZipInfo]) -> str:
    if len({member.filename.casefold() for member in members}) < len(members):
        return "two parts of one name"
    places = sorted((m.header_offset, m.compress_size + len(m.orig_filename)) for m in members)
    for (at, length), (following, _) in itertools.pairwise(places):
        if at + _LOCAL + length > following:
            return "parts that overlap"
    return ""


def _honest(path: Path, content: bytes) -> bytes:
    """Refuse a document type, and encodings in which one could hide."""
    encoding = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
    unusual = encoding is not None and not _PLAIN.fullmatch(encoding[1])
    # Zero bytes in threes are UTF-32; anything else starts with a sign of markup, or a mark.
    begun = content.lstrip()[:4]
    known = begun.startswith((b"<", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\0<"))
    if unusual or b"\0\0" in begun or (begun and not known):
        raise CoderError("transcript_unsafe", path=path, why="a part in an unusual encoding")
    if _DOCTYPE.search(content):
        raise CoderError("transcript_doctype", path=path)
    return content
