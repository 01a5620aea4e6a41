"""The text of a scheme: YAML or JSON, with the line of each thing in it, and written anew."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from coder.errors import CoderError
from coder.markers.faults import Path
from coder.markers.scheme import Scheme
from coder.markers.settled import settled

_MOST_NODES = 200_000
_DEEPEST = 30
_WIDTH = 110
_DEEP = "it is nested too deeply"


def parsed(text: str, name: str) -> tuple[Any, Callable[[Path], str]]:
    """Parse YAML, or JSON by the ending of ``name``; with it goes what names the line of a path.

    Raises CoderError for what is neither, says a thing twice, or refers to itself without end.
    """
    if name.casefold().endswith(".json"):
        return _json(text, name)
    return _yaml(text, name)


def _json(text: str, name: str) -> tuple[Any, Callable[[Path], str]]:
    try:
        content = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as fault:
        why = f"line {fault.lineno}: {fault.msg[:1].lower()}{fault.msg[1:]}"
        raise CoderError("scheme_unreadable", path=name, why=why) from fault
    except RecursionError as fault:
        raise CoderError("scheme_unreadable", path=name, why=_DEEP) from fault
    except ValueError as fault:
        _yaml(text, name)  # most JSON is YAML, which knows the line
        raise CoderError("scheme_unreadable", path=name, why=str(fault)) from fault

    def where(path: Path) -> str:
        try:
            return _yaml(text, name)[1](path)
        except CoderError:  # most JSON is YAML, but not all
            return ""

    return content, where


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        names = [key for key, _ in pairs]
        twice = next(key for key in names if names.count(key) > 1)
        raise ValueError(f"“{twice}” stands twice in one entry")
    return made


def _yaml(text: str, name: str) -> tuple[Any, Callable[[Path], str]]:
    import yaml

    kind = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        _look_for_depth(yaml.parse(text, Loader=kind), yaml)
        loader = kind(text)
        root = loader.get_single_node()
        for line, why in _odd(root, yaml):
            raise CoderError("scheme_unreadable", path=name, why=f"line {line}: {why}")
        _as_written(root, yaml)
        content = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as fault:
        raise CoderError("scheme_unreadable", path=name, why=_plainly(fault)) from fault
    except yaml.reader.ReaderError as fault:
        odd = yaml.reader.Reader.NON_PRINTABLE.search(text)
        line = text.count("\n", 0, odd.start()) + 1 if odd else 1
        why = f"line {line}: it holds an unacceptable character"
        raise CoderError("scheme_unreadable", path=name, why=why) from fault
    except (yaml.YAMLError, ValueError) as fault:
        why = " ".join(str(fault).split())
        raise CoderError("scheme_unreadable", path=name, why=why) from fault
    return content, lambda path: f"line {_line(root, path)}"


def _plainly(fault: Any) -> str:
    """Say what YAML finds wrong, and at which line what is wrong begins."""
    mark, problem = fault.problem_mark or fault.context_mark, str(fault.problem)
    if "end of stream" in problem and fault.context_mark is not None:
        mark, problem = fault.context_mark, "what begins here has no end"
    elif "constructor for the tag" in problem:
        problem = "it holds a tag (with “!”), which has no place in a scheme"
    elif "another document" in problem:
        problem = "a second document begins here (---): a file holds one scheme"
    return problem if mark is None else f"line {mark.line + 1}: {problem}"


def _look_for_depth(events: Iterable[Any], yaml: Any) -> None:
    """Refuse what is nested without measure: the loader in C would end the program."""
    depth = 0
    for event in events:
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValueError(f"line {event.start_mark.line + 1}: {_DEEP}")


def _odd(root: Any, yaml: Any) -> Iterator[tuple[int, str]]:
    """Yield fields that stand twice, and what refers to itself; aliases are unfolded."""
    waiting, left = [root] if root is not None else [], _MOST_NODES
    while waiting:
        node = waiting.pop()
        left -= 1
        if left < 0:
            yield node.start_mark.line + 1, "it refers to itself over and over"
        if isinstance(node, yaml.MappingNode):
            names: set[str] = set()
            for key, value in node.value:
                if isinstance(key, yaml.ScalarNode) and key.value in names:
                    yield key.start_mark.line + 1, f"“{key.value}” stands twice"
                names.add(str(key.value) if isinstance(key, yaml.ScalarNode) else "")
                waiting.append(value)
        elif isinstance(node, yaml.SequenceNode):
            waiting.extend(node.value)


_READ = ("low", "high", "segment_s", "at_end", "retired", "observable")
_TAKEN = ("bool", "int", "float", "timestamp", "value")


def _as_written(root: Any, yaml: Any) -> None:
    """Have words and numbers without quotation marks stay the text they are written as.

    YAML takes the short code “no” for false, “on” above a column for true and 1.10 for 1.1. Only
    fields that hold a number, or a yes or no, are left to it.
    """
    waiting, seen = [] if root is None else [(root, False)], set()
    while waiting:
        node, read = waiting.pop()
        if isinstance(node, yaml.ScalarNode):
            if not read and node.tag.rpartition(":")[2] in _TAKEN:
                node.tag = "tag:yaml.org,2002:str"
        elif id(node) not in seen:
            seen.add(id(node))
            for each in node.value:
                key, value = each if isinstance(each, tuple) else (each, None)
                waiting.append((key, False))
                if value is not None:
                    waiting.append((value, key.value in _READ))


def _line(node: Any, path: Path) -> int:
    """The line, from 1, where the last step of a path that is there begins."""
    line: int = 1 if node is None else node.start_mark.line + 1
    for step in path:
        found = None
        if isinstance(step, int):
            found = node.value[step]
            line = found.start_mark.line + 1
        else:
            for key, value in node.value:
                if key.value == step:
                    found, line = value, key.start_mark.line + 1
        if found is None:
            return line
        node = found
    return line


def to_yaml(scheme: Scheme) -> str:
    """Write a scheme as YAML that people can read and change; the same content, the same text."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Writes lists of markers below each other, and lists of names in a line."""

        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002 - PyYAML's own signature
            return super().increase_indent(flow, indentless=False)

    def listed(dumper: Any, items: list[Any]) -> Any:
        names = all(isinstance(each, str) for each in items)
        return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=names)

    Dumper.add_representer(list, listed)
    content = settled(scheme.content)
    return str(yaml.dump(content, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH))


def to_json_text(scheme: Scheme) -> str:
    """Write a scheme as JSON that people can read; the same content, the same text."""
    content: Mapping[str, Any] = settled(scheme.content)
    return json.dumps(content, ensure_ascii=False, indent=1) + "\n"
