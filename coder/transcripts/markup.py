"""XML read without trust: no document type, no entities of its own, and no depth without end."""

import html
import re
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from coder.errors import CoderError

DEEPEST = 200
_ENDLESS = re.compile(r"&#[xX]?[0-9a-fA-F]{9,}")  # Python refuses to count beyond 4,300 digits


@dataclass(slots=True)
class Node:
    """An element: its name (``{namespace}local``), where it begins, and what it holds, in order."""

    name: str
    attributes: dict[str, str]
    line: int
    children: list["Node | str"] = field(default_factory=list)

    @property
    def nodes(self) -> list["Node"]:
        """The elements right below."""
        return [each for each in self.children if isinstance(each, Node)]

    def all(self, *names: str) -> list["Node"]:
        """The elements of these names anywhere below, in the order of the file."""
        found = []
        for each in self.nodes:
            found += [each] if each.name in names else []
            found += each.all(*names)
        return found

    def first(self, name: str) -> "Node | None":
        """The first element of a name right below."""
        return next((each for each in self.nodes if each.name == name), None)

    @property
    def text(self) -> str:
        """All the text below, joined."""
        return "".join(each if isinstance(each, str) else each.text for each in self.children)


def unescaped(text: str) -> str:
    """Put the characters in the place of HTML's references; one of an endless number stays."""
    return html.unescape(_ENDLESS.sub(lambda found: f"&amp;{found[0][1:]}", text))


def parse(path: Path, text: str) -> Node:
    """Parse XML that is already decoded. Raises CoderError when it is damaged or not to be trusted.

    Names are as written where they have no namespace.
    """
    top = Node("", {}, 0)
    open_ones = [top]
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def _start(name: str, attributes: dict[str, str]) -> None:
        if len(open_ones) > DEEPEST:
            raise CoderError("transcript_damaged", path=path, why="its parts are nested too deep")
        named = {_named(key): value for key, value in attributes.items()}
        node = Node(_named(name), named, parser.CurrentLineNumber)
        open_ones[-1].children.append(node)
        open_ones.append(node)

    def _end(_name: str) -> None:
        open_ones.pop()

    def _said(words: str) -> None:
        open_ones[-1].children.append(words)

    def _type(*_: object) -> None:
        raise CoderError("transcript_doctype", path=path)

    parser.StartElementHandler = _start
    parser.EndElementHandler = _end
    parser.CharacterDataHandler = _said
    parser.StartDoctypeDeclHandler = _type
    try:
        parser.Parse(text, True)  # noqa: FBT003 - expat takes the end of the text by place
    except expat.ExpatError as fault:
        why = f"line {fault.lineno}: {expat.ErrorString(fault.code)}"
        raise CoderError("transcript_damaged", path=path, why=why) from fault
    return top.nodes[0]


def _named(name: str) -> str:
    return f"{{{name}" if "}" in name else name
