"""From bytes to lines: limits, what is no text at all, encodings, line ends."""

import codecs
import contextlib
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from coder.errors import CoderError
from coder.transcripts.events import Line

MOST_BYTES = 200_000_000
_SAMPLE = 200_000

_SIGNS = (
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"BM\x00", "a picture (BMP)"),
    (b"%PDF", "a PDF file"),
    (b"RIFF", "a recording or a picture (RIFF)"),
    (b"ID3", "a recording (MP3)"),
    (b"OggS", "a recording (Ogg)"),
    (b"fLaC", "a recording (FLAC)"),
    (b"PK\x03\x04", "a packed archive"),
    (b"PK\x05\x06", "a packed archive"),
    (b"SQLite format 3", "a database"),
    (b"\x1f\x8b", "a packed file (gzip)"),
)
_OLD_WORD = b"\xd0\xcf\x11\xe0"
# What cp1252 adds for quotation marks, dashes, dots and spaces: enough to know it by.
_SMART = frozenset(b"\x80\x82\x84\x85\x91\x92\x93\x94\x95\x96\x97\x99\xa0\xa3\xb4\xb7")
# U+0015 stands around the times of CHAT.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x14\x16-\x1a\x7f\ufffe\uffff]")
# What an XML file may say of itself; codecs that are no encodings of files are left out.
_DECLARED = re.compile(
    rb"\s*<\?xml[^>]{1,100}?encoding\s?=\s?[\"']"
    rb"((?:iso-8859-|iso8859-|windows-|cp)\d{1,5}|us-ascii|macintosh|koi8-[ru]|shift_jis|euc-jp|euc-kr"
    rb"|gb\d{4,5}|big5)[\"']",
    re.IGNORECASE,
)
# The letters, beyond those of English, of languages that share an encoding of one byte.
_WESTERN = (
    "äöüßÄÖÜ", "éèêëàâçùûîïôœæÿÉÈÊÀÂÇÔŒ", "ñáéíóúü¿¡ÑÁÉÍÓÚ", "ãõáâàéêíóôúçÁÉÍÓÚÇ", "åäöéÅÄÖ",
    "æøåéÆØÅ", "àèéìòùÀÈÉÌÒÙ", "áðéíóúýþæöÁÐÉÍÓÚÝÞÆÖ", "ëïéèöüçË",
)  # fmt: skip
_CENTRAL = (
    "ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "áčďéěíňóřšťúůýžÁČĎÉĚÍŇÓŘŠŤÚŮÝŽ", "áäčďéíĺľňóôŕšťúýžÁČĎÉÍĽŇÓŠŤÚÝŽ",
    "áéíóöőúüűÁÉÍÓÖŐÚÜŰ", "ăâîşţĂÂÎŞŢ", "čćđšžČĆĐŠŽ",
)  # fmt: skip
_TURKISH = ("çğıöşüâîÇĞİÖŞÜ",)
_ONE_BYTE = (
    ("cp1252", _WESTERN),
    ("mac_roman", _WESTERN),
    ("cp1254", _TURKISH),
    ("cp1250", _CENTRAL),
    ("cp850", _WESTERN),
)
_MARKS = "“”‘’„‚«»‹›–—…·•°€£\xa0´"  # noqa: RUF001 - what speech is punctuated with
_INSIDE = re.compile(r"(?<=[a-zß-öø-ÿ])[^\W\d_a-z]")
_ALMOST_ALL, _LATIN = 0.97, 0.4  # shares of the characters beyond ASCII, and of the letters
_FEW = 0.002  # share of control characters that a text may hold


def load(path: Path) -> bytes:
    """Read the whole file. Raises CoderError when it is missing or larger than 200 MB."""
    try:
        if path.exists() and not path.is_file():
            raise CoderError("transcript_not_opened", path=path, why="it is no file")
        if path.stat().st_size > MOST_BYTES:
            raise CoderError("transcript_too_big", path=path, most="200 MB")
        return path.read_bytes()
    except OSError as fault:
        raise CoderError(
            "transcript_not_opened", path=path, why=fault.strerror or str(fault)
        ) from fault


def refuse_other_kinds(path: Path, data: bytes) -> None:
    """Raise CoderError for what is plainly no text, saying what it looks like."""
    if data.startswith(_OLD_WORD):
        raise CoderError("transcript_old_word", path=path)
    if data.lstrip().startswith(b"{\\rtf"):
        raise CoderError("transcript_rtf", path=path)
    for sign, looks in _SIGNS:
        if data.startswith(sign):
            raise CoderError("transcript_binary", path=path, looks=looks)
    if data[4:8] == b"ftyp":
        raise CoderError("transcript_binary", path=path, looks="a recording (MP4)")


def decode(path: Path, data: bytes, encoding: str | None) -> tuple[str, str, bool]:
    """Return the text, the name of its encoding, and whether that was a guess.

    In order: byte order mark, XML declaration, strict UTF-8, the pattern of zero bytes of UTF-16,
    the letters of one language, charset-normalizer, cp1252. Raises CoderError when the bytes are
    no text.
    """
    if encoding is None:
        text, name, guessed = _found(path, data)
    else:
        text, name, guessed = _as_told(path, data, encoding), encoding, False
    text = text.removeprefix("\ufeff")
    if len(_CONTROL.findall(text[:_SAMPLE])) > _FEW * min(len(text), _SAMPLE):
        raise CoderError("transcript_binary", path=path, looks="a file of another program")
    return text, name, guessed


def _as_told(path: Path, data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
        text.encode()  # some codecs make half characters, which nothing can store
    except LookupError as fault:
        raise CoderError("unknown_encoding", encoding=encoding) from fault
    except UnicodeError as fault:
        raise CoderError("encoding_wrong", path=path, encoding=encoding) from fault
    return text


def _found(path: Path, data: bytes) -> tuple[str, str, bool]:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if data.startswith(mark):
            return _as_told(path, data, name), name, False
    declared = _DECLARED.match(data[:_SAMPLE])
    if declared:
        with contextlib.suppress(UnicodeDecodeError, LookupError):
            name = declared[1].decode("ascii").lower()
            return data.decode(name), name, False
    if b"\0" in data[:_SAMPLE]:
        wide = _zeros(data)
        if wide is None:
            raise CoderError("transcript_binary", path=path, looks="a file of another program")
        return _as_told(path, data, wide), wide, True
    try:
        return data.decode("utf-8"), "utf-8", False
    except UnicodeDecodeError:
        return _guessed(path, data)


def _zeros(data: bytes) -> str | None:
    """Tell UTF-16 without a mark by where its zero bytes fall."""
    sample = data[:_SAMPLE]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = len(sample) / 2
    if odd > 0.4 * half and even < 0.05 * half:
        return "utf-16-le"
    if even > 0.4 * half and odd < 0.05 * half:
        return "utf-16-be"
    return None


def _guessed(path: Path, data: bytes) -> tuple[str, str, bool]:
    high = {byte for byte in data if byte > 0x7F}  # noqa: PLR2004 - the end of ASCII
    names = ["cp1252"]
    spelled = None if high <= _SMART else _spelled(data[:_SAMPLE])
    if spelled:
        names = [spelled, "cp1252"]
    elif not high <= _SMART:
        import charset_normalizer

        best = charset_normalizer.from_bytes(data[:_SAMPLE]).best()
        names = [best.encoding, "cp1252"] if best else names
    for name in names:
        try:
            return data.decode(name), name, True
        except UnicodeDecodeError:
            continue
    raise CoderError("transcript_binary", path=path, looks="a file of another program")


def _spelled(sample: bytes) -> str | None:
    """Tell the encoding in which all letters beyond ASCII are those of one language."""
    best, most = None, _ALMOST_ALL
    for name, languages in _ONE_BYTE:
        text = sample.decode(name, "replace")
        # A capital within a word is a sign of another encoding.
        inside = sum(found.isupper() and not found.isascii() for found in _INSIDE.findall(text))
        counts = Counter(char for char in text if not char.isascii())
        total = sum(counts.values())
        letters = sum(char.isalpha() for char in text)
        if sum(n for char, n in counts.items() if char.isalpha()) > _LATIN * letters:
            return None
        marks = sum(counts[char] for char in _MARKS)
        usual = max(sum(counts[char] for char in each) for each in languages) + marks - inside
        if usual > most * total or (best is None and usual >= most * total):
            best, most = name, usual / total
    return best


_PHYSICAL = re.compile(r"\r\n|\n|\r")
_WITHIN = re.compile("[\v\f\x1c\x1d\x1e\x85\u2028\u2029]")


def lines(text: str) -> list[Line]:
    """Cut a text into lines by the numbers an editor shows; soft breaks share a number."""
    physical = _PHYSICAL.split(text)
    if physical[-1] == "":  # the end of the last line begins no further one
        physical.pop()
    numbered = enumerate(physical, 1)
    if not _WITHIN.search(text):  # as it nearly always is
        return [Line(number, line) for number, line in numbered]
    return [Line(number, part) for number, line in numbered for part in _WITHIN.split(line)]


_MOST_SHORT = 40_000
_SHORT = 12  # characters, by and large; even a caption of one word has more, times included
_MARKED_UP = re.compile(r"\s*(?:[{<]|\[\s*[\[{\"])")


def refuse_too_many(path: Path, text: str, lines: Sequence[Line]) -> None:
    """Raise CoderError for very many lines with hardly a word: nobody's speech, and slow to read.

    JSON and XML may be laid out so.
    """
    full = [len(each.text) for each in lines if each.text and not each.text.isspace()]
    if len(full) > _MOST_SHORT and sum(full) < _SHORT * len(full) and not _MARKED_UP.match(text):
        raise CoderError("transcript_too_many", path=path, count=len(full))
