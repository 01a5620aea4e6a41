"""Which column of a table holds what: by its title, by the form of its cells, or as told."""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from coder.errors import CoderError
from coder.transcripts import cell_times, labels
from coder.transcripts.cell_times import Form

ROLES = ("text", "speaker", "start", "end", "session")

# In the order of preference; as ``_plain`` spells them.
_TITLES: dict[str, tuple[str, ...]] = {
    "text": (
        "utterance text", "text", "utterance", "transcript", "transcript text", "transcription",
        "content", "words", "sentence", "sentences", "speech", "dialogue", "dialog", "message",
        "caption", "subtitle", "verbatim", "line", "annotation", "statement", "said", "turn text",
        "inhalt", "ausserung", "aeusserung", "aussage", "transkript", "wortlaut", "gesagtes",
        "texte", "contenu", "enonce", "paroles", "propos", "replique",
        "texto", "contenido", "enunciado", "transcripcion", "palabras", "frase", "intervencion",
        "dialogo",
    ),
    "speaker": (
        "speaker", "speakers", "speaker name", "speaker label", "speaker id", "interlocutor",
        "name", "who", "talker", "participant", "person", "role", "character", "user", "tier",
        "sprecher", "sprecherin", "sprecher in", "sprechende", "sprechende person", "redner", "wer",
        "rolle", "locuteur", "locutrice", "intervenant", "orateur", "nom", "qui", "hablante",
        "orador", "locutor", "quien", "nombre", "participante",
    ),
    "start": (
        "start", "start time", "starttime", "begin", "begin time", "begins", "beginning", "onset",
        "timestamp", "time stamp", "timestamps", "timespan", "time span", "timecode", "time code",
        "time", "times", "from", "in", "anfang", "beginn", "startzeit", "zeitstempel",
        "zeitmarke", "zeit", "von", "debut", "horodatage", "temps", "heure", "de", "inicio",
        "comienzo", "marca de tiempo", "tiempo", "hora", "desde",
    ),
    "end": (
        "end", "end time", "endtime", "ends", "stop", "stop time", "finish", "offset", "until",
        "to", "out", "ende", "endzeit", "bis", "fin", "a", "termino", "final", "hasta",
    ),
    "session": (
        "session", "session id", "session number", "transcript id", "conversation id",
        "dialogue id", "interview", "interview id", "recording", "recording id", "file",
        "file name", "filename", "source file", "audio file", "sitzung", "aufnahme", "datei",
        "seance", "enregistrement", "fichier", "sesion", "grabacion", "archivo",
    ),
    "duration": ("duration", "length", "dauer", "lange", "laenge", "duree", "duracion"),
    "utterance": (
        "utterance id", "utterance number", "utt id", "utterance no", "turn id", "segment id",
    ),
}  # fmt: skip
# Columns of few repeated words that are no speakers.
_OTHERS = frozenset((
    "label", "labels", "topic", "quality", "emotion", "sentiment", "code", "codes", "category",
    "language", "lang", "confidence", "score", "type", "annotator", "annotator id", "coder",
    "rater", "notes", "note", "comment", "id", "no", "nr", "n",
))  # fmt: skip
_UNITS = frozenset((
    "ms", "msec", "msecs", "millis", "milliseconds", "millisekunden", "s", "sec", "secs",
    "seconds", "second", "sekunden", "secondes", "segundos", "hh", "mm", "ss", "ff", "h", "m",
))  # fmt: skip
_MILLI = frozenset({"ms", "msec", "msecs", "millis", "milliseconds", "millisekunden"})
_NO_COLUMN = frozenset({"", "-", "none"})
MOST_COLUMNS = 1000
_FIRST_ROWS = 20  # among which the titles stand
_MANY, _MOST = 0.6, 0.9  # shares of the cells of a column
_LONGEST, _MOST_SPEAKERS = 40, 12  # characters of a label; how many there may be


@dataclass(frozen=True, slots=True)
class Layout:
    """Where a table holds what: column numbers from 0 by role, and the row of titles, if any.

    ``titles`` are letters where the table names none.
    """

    titles: tuple[str, ...]
    head: int | None
    roles: Mapping[str, int]

    @property
    def begin(self) -> int:
        """The first row under the titles, from 0."""
        return 0 if self.head is None else self.head + 1


def letters(n: int) -> str:
    """The name that spreadsheets give the column ``n``, counted from 0: A … Z, then AA."""
    name = ""
    n += 1
    while n:
        n, at = divmod(n - 1, 26)
        name = chr(ord("A") + at) + name
    return name


def unit(title: str) -> str:
    """The unit a title gives for its times: ms, s, or "" for none."""
    words = _words(title)
    if "ss" in words:
        return "s"
    if _MILLI & {*words}:
        return "ms"
    return "s" if _UNITS & {*words[1:]} - {"hh", "mm", "ff", "h", "m"} else ""


def layout(rows: Sequence[Sequence[str]], chosen: Mapping[str, str], path: Path) -> Layout | None:
    """Find the columns of a transcript; None when the table is none.

    Raises CoderError when a person chose a column that is not there.
    """
    for role in chosen:
        if role not in ROLES:
            raise CoderError("unknown_column_role", role=role, known=", ".join(ROLES))
    head = _head(rows, chosen)
    wide = _wide(rows) if head is None else max(len(rows[head]), 1)
    if wide > MOST_COLUMNS:
        return None
    titles = tuple(letters(n) for n in range(wide))
    if head is not None:
        titles = tuple(cell.strip() or titles[n] for n, cell in enumerate(rows[head]))
    below = rows if head is None else rows[head + 1 :]
    cells = [[row[at].strip() if at < len(row) else "" for row in below] for at in range(wide)]
    roles = {role: _chosen(title, titles, path) for role, title in chosen.items()}
    found = {role: at for role, at in roles.items() if at is not None}
    taken = {*roles}
    if head is not None:
        _by_title(titles, cells, found, taken)
    _by_form(titles if head is not None else (), cells, found, taken)
    length = found.pop("duration", None)
    if length is not None and "end" not in {*found, *taken}:
        _by_length(titles, cells, found, length)
    if "start" not in found:
        found.pop("end", None)
    if "text" not in found:
        return None
    if {"speaker", "start"} & {*found, *chosen} or "text" in chosen:
        return Layout(titles, head, found)
    labelled = begin_with_labels(cells[found["text"]])
    return Layout(titles, head, found) if labelled else None


def _by_length(
    titles: Sequence[str], cells: Sequence[Sequence[str]], found: dict[str, int], length: int
) -> None:
    """Take how long turns are for their ends, where it is written as their starts are."""
    start = found.get("start")
    if start is None:
        return
    form = cell_times.form_of(cells[start])
    alike = form is cell_times.form_of(cells[length]) and unit(titles[start]) == unit(
        titles[length]
    )
    if alike and form in {Form.CLOCK, Form.NUMBER, Form.FRAMES}:
        found["end"] = found["duration"] = length


def _wide(rows: Sequence[Sequence[str]]) -> int:
    lengths = Counter(map(len, rows))
    return max(lengths, key=lambda each: (lengths[each], each), default=0)


def _words(title: str) -> list[str]:
    """Cut a title into plain small words: “StartTime (ms)” is start, time, ms."""
    apart = re.sub(r"(?<=[a-zß-ÿ])(?=[A-Z])", " ", title)
    bare = unicodedata.normalize("NFKD", apart.casefold())
    return re.findall(r"[^\W_]+", "".join(c for c in bare if not unicodedata.combining(c)))


def _plain(title: str) -> str:
    words = _words(title)
    while len(words) > 1 and words[-1] in _UNITS:
        words.pop()
    return " ".join(words)


def _rank(role: str, title: str) -> int | None:
    plain = _plain(title)
    return _TITLES[role].index(plain) if plain in _TITLES[role] else None


def _head(rows: Sequence[Sequence[str]], chosen: Mapping[str, str]) -> int | None:
    """Find the row of titles: two of those we know, or that of a person's choice."""
    named = {title.casefold() for title in chosen.values() if not _is_place(title)}
    for n, row in enumerate(rows[:_FIRST_ROWS]):
        if named & {cell.strip().casefold() for cell in row}:
            return n
        known = {role for role in _TITLES for cell in row if _rank(role, cell) is not None}
        speech = {"text"} & known and {"speaker", "start", "end"} & known
        if (speech or {"speaker", "start"} <= known) and not any(map(_is_time, row)):
            return n
    return _head_by_form(rows)


def _head_by_form(rows: Sequence[Sequence[str]]) -> int | None:
    """Take the first row for titles where it holds a word over a column of times."""
    if len(rows) < 3:  # noqa: PLR2004 - titles, and two rows to tell a column by
        return None
    for at, title in enumerate(rows[0]):
        below = [row[at] for row in rows[1:] if at < len(row)]
        form = cell_times.form_of(below)
        if form and title.strip() and not _is_time(title) and not _loose(title):
            return 0
    return None


def _is_time(cell: str) -> bool:
    return cell_times.form_of([cell]) is not None


def _loose(cell: str) -> bool:
    return not any(c.isalpha() for c in cell)


def _is_place(title: str) -> bool:
    return title.strip().isdigit() or bool(re.fullmatch(r"[A-Za-z]{0,2}", title.strip()))


def _chosen(title: str, titles: Sequence[str], path: Path) -> int | None:
    """The column that a person names by its title, letter or number; None for none at all."""
    plain = title.strip().casefold()
    if plain in _NO_COLUMN:
        return None
    for n, each in enumerate(titles):
        if each.casefold() == plain:
            return n
    for n in range(len(titles)):
        if plain in {str(n + 1), letters(n).casefold()}:
            return n
    raise CoderError("unknown_column", path=path, column=title, known=", ".join(titles))


def _by_title(
    titles: Sequence[str], cells: Sequence[Sequence[str]], found: dict[str, int], taken: set[str]
) -> None:
    for role in _TITLES:
        if role in taken:
            continue
        ranked = [(_rank(role, title), at) for at, title in enumerate(titles)]
        for _, at in sorted((rank, at) for rank, at in ranked if rank is not None):
            if at not in found.values() and _fits(role, cells[at]):
                found[role] = at
                break


def _fits(role: str, cells: Sequence[str]) -> bool:
    """Tell whether the cells can be what the title says: “from” is not always a time."""
    if role in {"start", "end", "duration"}:
        return cell_times.form_of(cells) is not None or not any(cells)
    return role != "text" or any(cells)


def _by_form(
    titles: Sequence[str], cells: Sequence[Sequence[str]], found: dict[str, int], taken: set[str]
) -> None:
    """Find what no title told; without titles, the ends and times in plain numbers too."""
    free = [at for at in range(len(cells)) if at not in found.values()]
    free = [at for at in free if not titles or _plain(titles[at]) not in _OTHERS]
    if "start" not in {*found, *taken}:
        at = next((at for at in free if _are_times(cells[at], plain=not titles)), None)
        if at is not None:
            found["start"] = at
            free.remove(at)
    if "start" in found and "end" not in {*found, *taken} and not titles:
        start = found["start"]
        later = [at for at in free if at > start and _are_ends(cells[start], cells[at])]
        if later:
            found["end"] = later[0]
            free.remove(later[0])
    if "text" not in {*found, *taken} and free:
        best = max(free, key=lambda at: sum(map(len, cells[at])))
        if sum(any(c.isalpha() for c in cell) for cell in cells[best]) >= _MANY * len(cells[best]):
            found["text"] = best
            free.remove(best)
    if "speaker" not in {*found, *taken}:
        at = next((at for at in free if _are_labels(cells[at])), None)
        if at is not None:
            found["speaker"] = at


def _are_times(cells: Sequence[str], *, plain: bool) -> bool:
    """Tell a column of times; plain numbers must rise, and do more than count the rows."""
    form = cell_times.form_of(cells)
    if form is not Form.NUMBER:
        return form is not None
    found = cell_times.numbers(cells)
    if not plain or len(found) < _MOST * len(cells):
        return False
    steps = [after - before for before, after in itertools.pairwise(found)]
    rising = sum(step >= 0 for step in steps) >= _MOST * len(steps)
    return rising and any(step not in {0, 1} for step in steps)


def _are_ends(starts: Sequence[str], ends: Sequence[str]) -> bool:
    if cell_times.form_of(starts) is not cell_times.form_of(ends):
        return False
    manner = cell_times.Manner(unit="s")
    spans = [span for span in cell_times.read(starts, ends, manner).spans if span[0] is not None]
    after = sum(end is not None and start is not None and end >= start for start, end in spans)
    return bool(spans) and after >= _MOST * len(spans)


def _are_labels(cells: Sequence[str]) -> bool:
    given = [cell.rstrip(":") for cell in cells if cell]
    different = {*given}
    if len(different) < 2 or len(different) > _MOST_SPEAKERS:  # noqa: PLR2004 - who speak with each other
        return False
    if any(len(cell) > _LONGEST or not cell[:1].isalpha() for cell in different):
        return False
    return len(given) >= 2 * len(different) or all(map(labels.known, different))


def begin_with_labels(cells: Sequence[str]) -> frozenset[str]:
    """The labels that words begin with, where no column says who speaks."""
    given = [cell for cell in cells if cell]
    prefixes = [labels.split(cell) for cell in given]
    return labels.accept((each for each in prefixes if each), len(given))
