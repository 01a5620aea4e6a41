"""The shape of the code, as facts a machine can check (design.md 5)."""

import ast
import itertools
import re
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "coder").rglob("*.py"))
CORE = [path for path in SOURCES if "ui" not in path.relative_to(ROOT).parts]


def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree(path)) if isinstance(node, kinds)]


def length(node):
    return node.end_lineno - node.lineno + 1


def imported(path):
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_files_are_short():
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES]
    assert max(lengths) <= 500
    assert statistics.median(lengths) <= 200


def test_functions_are_short():
    lengths = sorted(length(node) for path in SOURCES for node in functions(path))
    too_long = [
        f"{path.name}:{node.name}"
        for path in SOURCES
        for node in functions(path)
        if length(node) > 60
    ]
    assert too_long == []
    assert lengths[int(len(lengths) * 0.95)] <= 30


def test_classes_are_short():
    too_long = [
        f"{path.name}:{node.name}"
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and length(node) > 350
    ]
    assert too_long == []


def test_qt_is_imported_in_ui_alone():
    guilty = [
        str(path.relative_to(ROOT))
        for path in CORE
        if any(name.split(".")[0] in {"PySide6", "PyQt6", "shiboken6"} for name in imported(path))
    ]
    assert guilty == []


def test_sqlalchemy_is_imported_in_store_alone():
    guilty = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if "store" not in path.parts
        and any(n.split(".")[0] in {"sqlalchemy", "alembic"} for n in imported(path))
    ]
    assert guilty == []


def test_the_core_imports_where_qt_cannot_be_imported():
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in CORE
        if "migrations" not in path.parts
    ]
    script = (
        "import sys, importlib\n"
        "sys.modules['PySide6'] = None\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        "slow = {'pandas', 'openpyxl', 'docx', 'scipy', 'jsonschema', 'alembic', 'av'} & set(sys.modules)\n"
        "assert not slow, slow\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, cwd=ROOT)


def test_broad_handlers_stand_in_two_named_places():
    broad = {
        path.name
        for path in SOURCES
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or getattr(node.type, "id", "") == "Exception")
    }
    assert broad <= {"tasks.py", "app.py"}


def test_every_lint_refusal_has_a_reason():
    bare = [
        f"{path.name}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(r"# (noqa|type: ignore)", line)
        and not re.search(r"# (noqa: [A-Z0-9, ]+|type: ignore\[.+\]) [-#] ?\S", line)
    ]
    assert bare == []


def test_no_module_has_a_name_that_says_nothing():
    banned = {"utils", "helpers", "managers", "services", "common", "base", "misc"}
    assert not banned & {part for path in SOURCES for part in (*path.parts, path.stem)}


def test_every_action_has_one_key_of_its_own():
    actions = pytest.importorskip("coder.ui.actions")
    keys = [key for act in actions.ACTS for key in act.keys]
    assert len(keys) == len(set(keys))


def test_nothing_is_named_after_a_person_coding_but_rater():
    classes = [
        n.name for path in SOURCES for n in ast.walk(tree(path)) if isinstance(n, ast.ClassDef)
    ]
    assert [name for name in classes if name.endswith("Coder")] == []


def test_the_readme_names_every_command():
    from coder.arguments import COMMANDS

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in sorted(COMMANDS) if f"`{name}" not in text] == []


def test_versions_agree():
    from coder import __version__

    for name, pattern in (
        ("pyproject.toml", r'^version = "(.+)"'),
        ("CITATION.cff", r"^version: (.+)"),
    ):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert re.search(pattern, text, re.MULTILINE)[1] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def shingles(words, size=7):
    return {tuple(words[i : i + size]) for i in range(len(words) - size + 1)}


@pytest.mark.shared
def test_no_words_of_the_real_patient_are_in_the_project():
    source = ROOT.parent / "shared" / "data" / "p3s2" / "transcript-as-extracted.txt"
    words = re.findall(r"[a-z’']+", source.read_text(encoding="utf-8").lower().replace("’", "'"))
    theirs = {s for s in shingles(words) if len(set(s)) > 4}
    files = subprocess.run(["git", "ls-files", "-z"], check=True, capture_output=True, cwd=ROOT)
    for name in filter(None, files.stdout.decode().split("\0")):
        try:
            text = (ROOT / name).read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue
        ours = re.findall(r"[a-z’']+", text.lower().replace("’", "'"))
        assert not theirs & shingles(ours), name


def test_the_wheel_carries_schemes_and_sample():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert '"schemas" = "coder/schemas"' in text
    for folder, endings in (
        ("schemas", {".yaml", ".json"}),
        ("coder/sample", {".csv", ".ogg", ".vtt", ".docx"}),
    ):
        assert endings <= {path.suffix for path in (ROOT / folder).iterdir()}


def test_reference_counts_survive_qt(qapp):
    # PySide6 6.12.0 drops a reference to None on every void call on Python 3.11, and aborts later.
    from PySide6.QtWidgets import QLabel

    label, before = QLabel(), sys.getrefcount(None)
    for _ in itertools.repeat(None, 2000):
        label.setText("x")
    assert sys.getrefcount(None) > before - 1000
