"""How people head the columns of a codebook, and what they write in its cells."""

import re
import unicodedata

from coder.markers.scheme import COLUMNS

# The first name of each is the one we write.
MARKER = {
    "id": ("Id", "identifier"),
    "label": ("Label", "name", "marker", "marker name", "code name", "title", "behaviour",
              "behavior", "item", "theme"),
    "also_called": ("Also called", "also known as", "aka", "other name", "other names", "synonym",
                    "synonyms", "alias", "aliases", "alternative name", "alternative names"),
    "column": ("Column", "category", "group", "section", "heading", "domain"),
    "kind": ("Kind", "type"),
    "person": ("Person", "who", "speaker", "party"),
    "family": ("Family", "rupture type", "type of rupture", "movement", "default family"),
    "certainty": ("Certainty", "certainty of family"),
    "key": ("Key", "shortcut", "short code", "abbreviation", "abbr", "hotkey"),
    "colour": ("Colour", "color"),
    "part_of": ("Part of", "parent", "parent code", "sub category of"),
    "definition": ("Definition", "description", "meaning", "what it is", "brief definition",
                   "short definition", "full definition", "operational definition",
                   "code definition", "code description"),
    "use_when": ("Use when", "include", "inclusion", "inclusion criteria", "when to use",
                 "when to code"),
    "avoid_when": ("Not when", "avoid when", "exclude", "exclusion", "exclusion criteria",
                   "when not to use", "when not to code", "do not use when"),
    "example": ("Example", "examples", "typical example", "typical exemplar", "quote", "quotes",
                "sample quote", "illustration"),
    "confused_with": ("Confused with", "easily confused with", "similar to", "see also"),
    "rolls_up_to": ("Rolls up to", "row", "row of the form"),
    "counts_as": ("Counts as",),
    "risk": ("Risk", "risk notice"),
    "retired": ("Retired",),
    "observable": ("Observable",),
}  # fmt: skip
SCALE = {
    "id": ("Id", "identifier"),
    "label": ("Label", "name", "scale", "rating", "title"),
    "low": ("From", "low", "lowest", "minimum", "min"),
    "high": ("To", "high", "highest", "maximum", "max"),
    "over": ("Of each", "over", "unit"),
    "each": ("For each", "each"),
    "at_end": ("At the end", "at end"),
    "about": ("About", "description", "definition", "question"),
}
SCHEME = {
    "id": ("Id", "identifier"),
    "version": ("Version",),
    "title": ("Title", "name"),
    "source": ("Source", "reference", "citation"),
    "note": ("Note", "notes"),
    "rolls_up_to": ("Rolls up to",),
    "segment_s": ("Segment (s)", "segment length", "segment_s"),
    "prevalence": ("Prevalence rows", "prevalence"),
}
HEADING = "Heading of "
WORDED = frozenset({"also_called", "definition", "use_when", "avoid_when", "example", "risk"})
CODE = ("code", "codes")  # a name, a short code or an id: it depends on the other columns

_SAME: dict[str, dict[str, str | None]] = {
    "family": {
        "w": "withdrawal", "wd": "withdrawal", "withdrawal rupture": "withdrawal",
        "c": "confrontation", "cf": "confrontation", "control": "confrontation",
        "confrontation rupture": "confrontation", "control rupture": "confrontation",
        "b": "both", "either": "both", "none": None, "neither": None, "-": None, "–": None,
        "n/a": None,
    },
    "person": {
        "client": "patient", "p": "patient", "c": "patient", "t": "therapist", "both": "either",
    },
    "kind": {
        "rupture": "marker", "rupture marker": "marker", "repair": "component",
        "component of repair": "component", "resolution": "component",
    },
    "colour": {"gray": "grey"},
    "over": {"segments": "segment", "episodes": "episode", "sessions": "session"},
    "each": {"markers": "marker", "families": "family", "none": None, "-": None},
}  # fmt: skip
_ANSWERS = {
    "yes": True, "y": True, "x": True, "true": True, "1": True, "✓": True,
    "no": False, "n": False, "false": False, "0": False, "-": False,
}  # fmt: skip
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_APART = re.compile(r"[^a-z0-9]+")
_ASIDE = re.compile(r"\([^()]*\)")
_RUPTURES = re.compile(r" (?:ruptures?|markers?|rupture markers?|behaviou?rs?)$")
_SHORT = 2  # letters of an abbreviation, which a heading is not
_NUMBER = re.compile(r"(?:means )?(-?\d{1,3})")


def plain(title: str) -> str:
    """A title as it is compared: small, without brackets, hyphens and signs at its end."""
    bare = _ASIDE.sub(" ", title.casefold()).replace("_", " ").replace("-", " ")
    return " ".join(bare.split()).rstrip(" :*?.")


def field_of(title: str, known: dict[str, tuple[str, ...]]) -> str | None:
    """The field that a column holds by its title, None for a title that says nothing to us."""
    wanted = plain(title).rstrip(" 0123456789")  # “Example 2”
    for name, titles in known.items():
        if wanted in {plain(each) for each in (*titles, name)}:
            return name
    return None


def number_of(title: str) -> str | None:
    """The number whose meaning a column holds, as in “means 3” or a bare 3."""
    found = _NUMBER.fullmatch(" ".join(title.casefold().split()))
    return None if found is None else str(int(found[1]))


def value_of(field: str, cell: str) -> str | bool | None:
    """What a cell of a field with few values says; as it stands where it says none of them."""
    said = cell.casefold()
    if field in {"retired", "observable", "at_end"}:
        return _ANSWERS.get(said, cell)
    same = _SAME.get(field)
    return cell if same is None else same.get(said, said)


def family_of(heading: str) -> str | None:
    """The family that a heading names: withdrawal or confrontation; None for any other heading."""
    said = _RUPTURES.sub("", plain(heading))
    found = {**_SAME["family"], "withdrawal": "withdrawal", "confrontation": "confrontation"}
    family = found.get(said) if len(said) > _SHORT else None
    return family if family in {"withdrawal", "confrontation"} else None


def id_of(label: str) -> str:
    """Make an id from a label: small letters and digits, with hyphens; it may be empty."""
    if _ID.fullmatch(label):
        return label
    bare = unicodedata.normalize("NFKD", label.casefold().replace("’", "").replace("'", ""))
    letters = "".join(each for each in bare if not unicodedata.combining(each))
    return _APART.sub("-", letters.replace("ß", "ss")).strip("-")


def column_of(cell: str) -> tuple[str, str | None]:
    """The column that a cell names, and its heading where the usual one is another."""
    by_label = {label.casefold(): name for name, label in COLUMNS.items()}
    name = by_label.get(cell.casefold()) or id_of(cell)
    usual = {name, COLUMNS.get(name, name.replace("-", " ").capitalize())}
    return name, None if cell in usual or cell.casefold() == name else cell
