"""Tables in a document: read where it is plain who speaks, told of where it is not."""

import dataclasses
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from coder.transcripts import labels
from coder.transcripts.clocks import STAMP, alone, clocks
from coder.transcripts.events import Line, Prefix, plain

Cells = Sequence[str | None]  # None where the cell before spreads over one more column
Rows = Sequence[Cells]

_WHO = frozenset((
    "speaker", "speakers", "name", "who", "label", "person", "role", "participant", "speaker name",
    "sprecher", "sprecherin", "sprecher:in", "wer", "rolle", "locuteur", "locutrice", "qui",
    "intervenant", "konuşmacı", "konusmaci", "kim", "hablante", "quién", "orador",  # noqa: RUF001 - Turkish
))  # fmt: skip
_WORDS = frozenset((
    "text", "content", "contents", "words", "transcript", "transcription", "utterance", "speech",
    "dialogue", "dialog", "turn", "talk", "verbatim", "spoken", "what was said", "wortlaut",
    "transkript", "transkription", "äußerung", "äusserung", "aussage", "gesprochenes", "gespräch",
    "texte", "paroles", "propos", "énoncé", "metin", "konuşma", "transkripsiyon", "texto",
    "transcripción", "contenido", "diálogo",
))  # fmt: skip
_START = frozenset((
    "time", "times", "timespan", "time span", "timestamp", "timestamps", "time stamp", "timecode",
    "time code", "start", "start time", "begin", "in", "from", "zeit", "zeitmarke", "beginn",
    "anfang", "von", "temps", "heure", "début", "zaman", "başlangıç", "tiempo", "hora", "inicio",  # noqa: RUF001 - Turkish
))  # fmt: skip
_END = frozenset(("end", "end time", "stop", "out", "to", "ende", "bis", "fin", "bitiş"))
_NUMBER = frozenset((
    "line", "lines", "no", "no.", "#", "nr", "nr.", "number", "line no", "line no.", "line number",
    "row", "turn no", "turn no.", "turn number", "id", "zeile", "zeilennr.", "zeilennummer",
    "lfd. nr.", "ligne", "n°", "satır", "sıra", "línea",  # noqa: RUF001 - Turkish
))  # fmt: skip
_OTHER = frozenset((
    "comment", "comments", "note", "notes", "code", "codes", "coding", "reflection", "reflections",
    "duration", "remarks", "observations", "analysis", "commentary", "process",
))  # fmt: skip
# Words in the title of a column that holds what somebody thought of the session later.
_COMMENT = re.compile(
    r"\b(?:comment|kommentar|anmerkung|bemerkung|note?[sn]?\b|notiz|remark|remarque|reflect|reflex|feeling"
    r"|thought|gedanke|gefühl|supervis|intervention|skill|marker|rupture|cod(?:e|ing)|rating|analys"
    r"|process|rationale|yorum|observa|beobacht|comentario|reaction|hypothes|duration)",
    re.IGNORECASE,
)
_TITLES = _WHO | _WORDS | _START | _END | _NUMBER | _OTHER
_SPELLED = re.compile(r"[^\W\d_]+")
_MANY = 0.6
_NEARLY = 0.9  # of the rows that the fullest column fills
_SENTENCE = 3  # words of a cell, on the whole, that make a column one of words
_TITLE = 4  # words of a title
_LONGEST, _MOST = 40, 8  # characters of a label, speakers of a table
_WIDEST = 64  # columns of a table that may be a transcript
_DEEP = 3  # rows among which that of the titles is looked for
_STAMPED = re.compile(
    rf"(?:(?P<first>{STAMP})[\s,;:–-]+)?(?P<label>\S.*?)(?:[\s,;:–-]+(?P<last>{STAMP}))?",
    re.IGNORECASE,
)
_SPAN = re.compile(STAMP, re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a table holds what; ``head`` counts the rows down to that of the titles.

    ``known`` are the labels that words begin with, where no column says who speaks.
    """

    head: int
    words: int
    who: int | None
    start: int | None
    end: int | None
    number: int | None
    known: frozenset[str]
    wide: int


def columns_of(tables: Sequence[Rows]) -> list[Columns | None]:
    """Find the columns of each table of a document; None for those that are no transcript.

    One that is too short to tell by itself is read like others as wide with the same speakers,
    or is looked at together with them: a transcript may begin a new table on each page.
    """
    found = [_columns(table) for table in tables]
    for wide in {width for width in map(_width, tables) if 1 < width <= _WIDEST}:
        alike = [at for at, table in enumerate(tables) if _width(table) == wide]
        unknown = [at for at in alike if found[at] is None]
        model = next((found[at] for at in alike if found[at] is not None), None)
        if model is None and len(unknown) > 1:
            model = _columns(list(itertools.chain.from_iterable(tables[at] for at in unknown)))
            if model is not None:
                model = dataclasses.replace(model, head=0)
        if model is not None:
            good = _speakers([tables[at] for at in alike if at not in unknown] or tables, model)
            for at in unknown:
                found[at] = _like(tables[at], model, good)
    return found


def rows_as_lines(rows: Rows, number: int, columns: Columns | None) -> Iterator[Line]:
    """Turn rows into lines from ``number`` on.

    The paragraphs of a table with one column are those of the page around it. The rows of a table
    that is no transcript are told of.
    """
    if _width(rows) == 1:
        texts = [text for row in rows for cell in row for text in (cell or "").split("\n")]
        for n, text in enumerate(texts, number):
            yield Line(n, text)
        return
    label = ""
    for n, row in enumerate(_filled(rows, _width(rows)), number):
        if columns is None or n - number < columns.head:
            yield _told(row, n)
            continue
        if columns.who is not None and row[columns.words] is not None:
            label = _who(row[columns.who] or "")[0] or label
        yield from _line(row, columns, label, n)


def _line(row: Cells, columns: Columns, label: str, number: int) -> Iterator[Line]:
    """Read a row of a transcript; one cell across its columns is a line without a speaker."""
    held = [at for at, cell in enumerate(row) if plain(cell or "")]
    across = row[columns.words] is None
    only_time = (
        bool(held) and set(held) <= {columns.start, columns.number} and columns.start in held
    )
    if across and len(held) == 1:
        for text in (row[held[0]] or "").split("\n"):
            yield Line(number, text)
    elif only_time and columns.start is not None:
        yield Line(number, plain(row[columns.start] or ""))
        yield from _rest(row, {columns.start}, columns, number)
    elif columns.words not in held:
        yield _told(row, number)
    else:
        yield from _spoken(row, columns, label, number)


def _spoken(row: Cells, columns: Columns, label: str, number: int) -> Iterator[Line]:
    """Read the words of a row; cells that are no words, label or time are told of."""
    words = row[columns.words] or ""
    start, end, timed = _times(row, columns)
    used = {columns.words, columns.who}
    if columns.who is not None:
        _, first, last = _who(row[columns.who] or "")
        start, end = (first, last) if start is None else (start, end)
        words = plain(words)
        yield Line(number, words, prefix=Prefix(label, words, start, end) if label else None)
        used |= timed if label else set()
    else:
        for n, text in enumerate(words.split("\n")):
            prefix = labels.split(text) if n == 0 and start is not None else None
            if prefix is not None and prefix.label in columns.known:
                prefix = dataclasses.replace(prefix, start_ms=start, end_ms=end)
                used |= timed
                yield Line(number, text, prefix=prefix)
            else:
                yield Line(number, text)
    yield from _rest(row, used, columns, number)


def _rest(row: Cells, used: set[int | None], columns: Columns, number: int) -> Iterator[Line]:
    if columns.number is not None and plain(row[columns.number] or ""):
        yield Line(number, plain(row[columns.number] or ""), why="row number")
    used = {*used, columns.number}
    rest = [plain(cell) for at, cell in enumerate(row) if at not in used and cell]
    if any(rest):
        yield Line(number, " | ".join(filter(None, rest)), why="table")


def _told(row: Cells, number: int) -> Line:
    text = " | ".join(filter(None, (plain(cell or "") for cell in row)))
    return Line(number, text, why="table" if text else "")


def _times(row: Cells, columns: Columns) -> tuple[int | None, int | None, set[int | None]]:
    """The start and end (ms) of a row, and the columns they were read from."""
    start, end = _time(row, columns.start)
    used = {columns.start} if start is not None else set()
    if start is not None and end is None:
        end, _ = _time(row, columns.end)
        used |= {columns.end} if end is not None else set()
    return start, end, used


def _time(row: Cells, at: int | None) -> tuple[int | None, int | None]:
    text = "" if at is None else plain(row[at] or "")
    ms = alone(text)
    return (ms, None) if ms is not None or not _SPAN.fullmatch(text) else clocks(text)


def _who(cell: str) -> tuple[str, int | None, int | None]:
    """A speaker's cell: the label, and the times (ms) that may stand before or after it."""
    text = plain(cell)
    if len(text) > _LONGEST + _LONGEST:
        return text, None, None
    found = None if _SPAN.fullmatch(text) else _STAMPED.fullmatch(text)
    if found is None:
        return "", *_time([text], 0)
    return found["label"].rstrip(":： \t"), *clocks(found["first"] or found["last"] or "")


def _columns(rows: Rows) -> Columns | None:
    """Find the columns of a transcript, None when the table is none."""
    wide = _width(rows)
    if not 1 < wide <= _WIDEST:
        return None
    filled = [[plain(cell or "") for cell in row] for row in _filled(rows, wide)]
    head = next((n for n, row in enumerate(filled[:_DEEP], 1) if _are_titles(row)), 0)
    titles = [cell.lower().rstrip(":") for cell in filled[head - 1]] if head else [""] * wide
    across = {n for n, row in enumerate(_filled(rows, wide)) if None in row}
    cells = [
        [row[at] for n, row in enumerate(filled) if n >= head and n not in across]
        for at in range(wide)
    ]
    timed = [at for at in range(wide) if _are_times(cells[at])]
    start = next((at for at in timed if titles[at] in _START), None)
    start = next((at for at in timed if titles[at] not in _END), None) if start is None else start
    end = next((at for at in timed if at != start and titles[at] not in _START | _OTHER), None)
    numbers = (
        at
        for at in range(wide)
        if at not in timed and (titles[at] in _NUMBER or _are_numbers(cells[at]))
    )
    number = next(numbers, None)
    free = [at for at in range(wide) if at not in {*timed, number}]
    if not free:
        return None
    titled = [at for at in free if titles[at] in _WORDS and any(cells[at])]
    spoken = [at for at in free if not _is_comment(titles[at])] or free
    words = _longest(titled, cells) if titled else _words_column(spoken, cells)
    who = _who_column([at for at in free if at != words], titles, cells, sure=bool(titled))
    known = _labels_within(rows[head:], words) if who is None else frozenset()
    if who is None and not known:
        return None
    return Columns(head, words, who, start, end, number, known, wide)


def _longest(columns: Sequence[int], cells: Sequence[Sequence[str]]) -> int:
    return max(columns, key=lambda at: sum(len(_who(cell)[0]) for cell in cells[at]))


def _words_column(columns: Sequence[int], cells: Sequence[Sequence[str]]) -> int:
    """Choose where the words stand: comments are longer, but in fewer rows, or to the right."""
    filled = {at: sum(map(bool, cells[at])) for at in columns}
    full = [at for at in columns if filled[at] >= _NEARLY * max(filled.values())]
    spoken = [
        at
        for at in full
        if not _are_labels(cells[at])
        and sum(len(_SPELLED.findall(_who(cell)[0])) for cell in cells[at])
        >= _SENTENCE * max(filled[at], 1)
    ]
    return spoken[0] if spoken else _longest(full if any(filled.values()) else columns, cells)


def _is_comment(title: str) -> bool:
    """Tell the title of a column that holds comments."""
    return title in _OTHER or (len(title.split()) <= _TITLE and bool(_COMMENT.search(title)))


def _who_column(
    others: Sequence[int], titles: Sequence[str], cells: Sequence[Sequence[str]], *, sure: bool
) -> int | None:
    for at in others:
        if titles[at] in _WHO and sure and all(len(cell) <= 2 * _LONGEST for cell in cells[at]):
            return at
    return next(
        (at for at in others if not _is_comment(titles[at]) and _are_labels(cells[at])), None
    )


def _like(rows: Rows, model: Columns, good: frozenset[str]) -> Columns | None:
    """Read a short table like a longer one when nobody else speaks in it."""
    found = _speakers([rows], model)
    if not found or not found <= good:
        return None
    first = [plain(cell or "") for cell in rows[0]]
    return dataclasses.replace(model, head=int(_are_titles(first)))


def _speakers(tables: Sequence[Rows], columns: Columns) -> frozenset[str]:
    """Who speaks in tables with these columns."""
    found = set()
    for rows in tables:
        for row in _filled(rows, _width(rows)):
            if columns.who is not None:
                found.add(_who(row[columns.who] or "")[0])
            else:
                prefix = labels.split(row[columns.words] or "")
                found |= {prefix.label} & columns.known if prefix else set()
    return frozenset(found - {""})


def _width(rows: Rows) -> int:
    return max((len(row) for row in rows), default=0)


def _filled(rows: Rows, wide: int) -> Iterator[Cells]:
    for row in rows:
        yield [*row, *([""] * (wide - len(row)))]


def _are_titles(row: Sequence[str]) -> bool:
    titles = [_is_title(cell.lower().rstrip(":")) for cell in row if cell]
    return bool(titles) and sum(titles) * 2 >= len(titles) and (sum(titles) > 1 or len(row) == 1)


def _is_title(text: str) -> bool:
    return text in _TITLES or _is_comment(text)


def _are_times(cells: Sequence[str]) -> bool:
    given = [cell for cell in cells if cell]
    timed = sum(alone(cell) is not None or bool(_SPAN.fullmatch(cell)) for cell in given)
    return bool(given) and timed >= _MANY * len(given)


def _are_numbers(cells: Sequence[str]) -> bool:
    """Tell a column that counts the rows: whole numbers that rise."""
    given = [cell.rstrip(".") for cell in cells if cell]
    if not given or not all(cell.isdecimal() and len(cell) <= _DEEP + _DEEP for cell in given):
        return False
    return all(int(after) > int(before) for before, after in itertools.pairwise(given))


def _are_labels(cells: Sequence[str]) -> bool:
    given = [_who(cell)[0] for cell in cells]
    stems = labels.stems([label for label in given if label])
    given = [stems.get(label, label) for label in given if label]
    different = set(given)
    if not given or len(different) > _MOST or any(len(label) > _LONGEST for label in given):
        return False
    if not all(label[0].isalpha() for label in different):
        return False
    return len(different) > 1 and (
        len(given) >= 2 * len(different) or all(map(labels.known, different))
    )


def _labels_within(rows: Rows, words: int) -> frozenset[str]:
    texts = [text for row in rows for text in (_at(row, words) or "").split("\n") if text.strip()]
    prefixes = [labels.split(text) for text in texts]
    return labels.accept((each for each in prefixes if each), len(texts))


def _at(row: Cells, column: int) -> str | None:
    return row[column] if column < len(row) else ""
