"""Whatever is raised or noticed anywhere has a sentence, and every gap in the sentence is filled."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import coder
from coder.errors import CoderError, Notice, PassphraseNeeded, StudyLocked
from coder.words import SENTENCES, say, shown, visible

ROOT = Path(coder.__file__).parent
TOLD = {each.__name__ for each in (CoderError, Notice, PassphraseNeeded, StudyLocked)}


def gaps(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def texts(node: ast.AST) -> Iterator[str]:
    """Every text constant below a node."""
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value


def given(call: ast.Call) -> set[str] | None:
    """The names of the arguments that a call gives a sentence; None where that cannot be read."""
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    names = {keyword.arg for keyword in call.keywords if keyword.arg is not None}
    if len(call.args) < 2:
        return names
    if not isinstance(call.args[1], ast.Dict):
        return None
    return {key.value for key in call.args[1].keys if isinstance(key, ast.Constant)}


def calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted(ROOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in TOLD:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


LITERAL = [
    pytest.param(key, given(call), id=f"{where}-{key}")
    for where, call in calls()
    for key in texts(call.args[0])
]


def test_the_walk_finds_the_places_where_something_is_told():
    assert len(LITERAL) > 80


@pytest.mark.parametrize(("key", "names"), LITERAL)
def test_what_is_told_has_a_sentence_and_all_that_it_asks_for(key, names):
    assert key in SENTENCES
    if names is not None:
        assert gaps(SENTENCES[key]) <= names


# Where the key is no literal: what each module's other keys are given.
INDIRECT = {
    "agreement/behind.py": set(),
    "agreement/by_span.py": set(),
    "agreement/moments.py": set(),
    "agreement/report.py": set(),
    "agreement/result.py": set(),
    "checks.py": set(),  # keys of store/file.py, and of errors that were raised
    "commands/__init__.py": {"path"},
    "commands/alliance.py": set(),  # why a rule or a coefficient has nothing to say
    "commands/measures.py": {"path"},
    "commands/reliability.py": {"text"},
    "measures/listing.py": set(),
    "pool.py": {"sessions"},
    "commands/trajectories.py": set(),
    "store/backup.py": {"path", "why"},
    "store/engine.py": {"path", "why"},
    "tables/cells.py": {"given", "known"},
    "transcripts/clocks.py": {"count", "where"},
    "transcripts/plain.py": set(),  # of errors and notices that were told in the child
    "ui/agree_behind.py": set(),
    "ui/measures_congruence.py": set(),
    "ui/measures_trajectory.py": set(),
}


def modules_with_unnamed_keys() -> set[str]:
    return {where.partition(":")[0] for where, call in calls() if not [*texts(call.args[0])]}


def test_it_is_known_where_a_key_is_no_literal():
    assert modules_with_unnamed_keys() == set(INDIRECT)


@pytest.mark.parametrize("module", INDIRECT)
def test_a_key_that_goes_through_a_variable_is_given_all_its_sentence_asks_for(module):
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    direct = {
        text
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TOLD and node.args
        for text in texts(node.args[0])
    }
    for key in {text for text in texts(tree) if text in SENTENCES} - direct:
        assert gaps(SENTENCES[key]) <= INDIRECT[module], key


def test_why_a_number_cannot_be_given_is_told_without_arguments():
    direct = {
        text
        for where, call in calls()
        if where.startswith("agreement")
        for text in texts(call.args[0])
    }
    reasons = {
        text
        for path in (ROOT / "agreement").glob("*.py")
        for text in texts(ast.parse(path.read_text(encoding="utf-8")))
        if text in SENTENCES and text not in direct
    }
    assert len(reasons) >= 5
    assert not any(gaps(SENTENCES[key]) for key in reasons)


def test_the_stores_own_findings_give_what_their_sentences_ask_for():
    tree = ast.parse((ROOT / "store/file.py").read_text(encoding="utf-8"))
    found = {
        node.elts[0].value: {*texts(node.elts[1])}
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple)
        and len(node.elts) == 2
        and isinstance(node.elts[0], ast.Constant)
        and isinstance(node.elts[1], ast.Dict)
    }
    assert set(found) == {"file_fault", "reference_fault", "log_fault"}
    assert all(gaps(SENTENCES[key]) <= names for key, names in found.items())


def test_every_sentence_is_used_somewhere():
    used = {
        text
        for path in ROOT.rglob("*.py")
        if not path.name.startswith("words")
        for text in texts(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert set(SENTENCES) - used == set()


@pytest.mark.parametrize("key", SENTENCES)
def test_a_sentence_is_whole_and_its_gaps_have_names(key):
    sentence = SENTENCES[key]
    assert all(gaps(sentence)), "a gap without a name"
    begun = sentence.lstrip("“{")
    assert begun[:1].isupper() or sentence[:1] in "“{"
    assert "\n{reasons}" in sentence or sentence.endswith((".", "?", ":"))
    assert "  " not in sentence


def test_an_error_is_told_in_its_sentence():
    fault = CoderError("study_missing", path=Path("a b/ü.rupture"))
    assert (
        say(fault)
        == f"There is no study {Path('a b/ü.rupture')}: check the name, or make one with “new”."
    )
    assert str(fault) == f"study_missing {{'path': '{Path('a b/ü.rupture')}'}}"
    assert str(CoderError("coding_submitted")) == "coding_submitted"


def test_a_notice_is_told_in_its_sentence():
    assert say(Notice("no_speakers")) == "The file names no speakers."
    assert say(Notice("log_fault", {"seq": 3})).startswith("Entry 3 of the log")


def test_braces_and_newlines_in_a_name_do_no_harm():
    told = say(CoderError("study_missing", path="{odd}\n\ud800.rupture"))
    assert told.startswith("There is no study {odd}\\n\\ud800.rupture:")


def test_the_reasons_of_a_table_stand_on_lines_of_their_own():
    told = say(CoderError("table_refused", path="t.csv", count=2, reasons="row 1: a\nrow 2: b"))
    assert told.splitlines()[1:] == ["row 1: a", "row 2: b"]


def test_a_long_text_is_cut_in_the_middle():
    assert shown("a" * 500) == "a" * 500
    cut = shown("a" * 400 + "b" * 1000 + "c" * 100)
    assert cut == "a" * 400 + " … " + "c" * 100


def test_a_sign_that_would_act_on_a_terminal_is_written_out_and_lines_and_tabs_stay():
    assert visible("a\x1b[2Jb\x00\x9b\té\n„ü“") == "a\\x1b[2Jb\\x00\\x9b\té\n„ü“"
