"""Every public function that changes a study: what it enters in the log, and whether it is undone.

The functions are found in the source, so that nobody need remember them: here are those that
test_study.py does not try one by one.
"""

import ast
import inspect
import pkgutil
from importlib import import_module

import pytest
from data import make_studies
from data.make_studies import ADA, held
from test_study import ACTS

import coder
from coder import imports, leaving, markers, reliability, schemes, segments, syncing, task_analysis
from coder.agreement import Plan
from coder.coding import Found
from coder.measures import thresholds
from coder.study import LEAD
from coder.task_analysis.settling import Entered

# Who asks and who shows change a study only through what is below them; migrations and the
# store are what a change is carried out by, and the sample is a study of its own.
_ABOVE = ("coder.ui", "coder.commands", "coder.arguments", "coder.store", "coder.sample")
_LOGS = {"apply", "note"}

# What of the program test_study.py tries.
IN_TEST_STUDY = (
    "study", "imports", "clock", "people",
    "measures.entering", "measures.importing", "measures.defining",
)  # fmt: skip

FINAL, UNDONE, SEEN = ["final"], ["change"], ["seen"]


def newer():
    """The study's scheme as a second version, with another name for a marker."""
    content = make_studies.SCHEME | {"version": "2"}
    return markers.from_content(content)


def taken(study):
    return study.scheme("small"), study.session("P1/1")


def settle(study, _):
    scheme, of = taken(study)
    task_analysis.settle(study, of, ADA, scheme, component="denial", found=Found.PRESENT)


def take_in(study, _):
    scheme, of = taken(study)
    entered = [Entered(of, {"denial": Found.PRESENT, "attack": Found.NOT_PRESENT})]
    task_analysis.take_in(study, ADA, scheme, entered)


def untap(study, _):
    syncing.untap(study, study.session("P2/1"), second(study))


def tap(study, _=None):
    syncing.tap(study, study.session("P2/1"), second(study), 10_900)


def second(study):
    """The second turn of a session whose file gives no times."""
    return study.turns(study.session("P2/1").id)[1].id


def compute(study, _):
    found = reliability.compared(study, LEAD)
    plan = Plan(all_turns=True, resamples=0)
    reliability.compute(study, LEAD, found, plan)


# What is done first, then the act, and the kinds of the entries that it is to make.
MORE = {
    "segments.set_length": (None, lambda study, _: segments.set_length(study, "small", 60, LEAD), FINAL),
    "schemes.take_in": (None, lambda study, _: schemes.take_in(study, newer(), LEAD), FINAL),
    "schemes.take_out": (lambda study: schemes.take_in(study, markers.load("harper-1989"), LEAD), lambda study, _: schemes.take_out(study, "harper-1989", LEAD), FINAL),
    "schemes.move": (lambda study: schemes.take_in(study, newer(), LEAD), lambda study, _: schemes.move(study, "small", LEAD), FINAL),
    "reliability.fix": (None, lambda study, _: reliability.fix(study, Plan(), LEAD), FINAL),
    # The rules are settled on their own, just before.
    "reliability.unblind": (None, lambda study, _: reliability.unblind(study, LEAD, "all is coded"), ["final", "final"]),
    "reliability.compute": (lambda study: reliability.unblind(study, LEAD, "all is coded"), compute, SEEN),
    "task_analysis.settling.settle": (None, settle, UNDONE),
    "task_analysis.settling.take_in": (None, take_in, UNDONE),
    "leaving.leave": (None, lambda study, _: leaving.leave(study, LEAD, "export", list), SEEN),
    "syncing.tap": (None, tap, UNDONE),
    "syncing.tap_all": (None, lambda study, _: syncing.tap_all(study, study.session("P2/1"), {second(study): 10_900}), UNDONE),
    "syncing.untap": (tap, untap, UNDONE),
    "syncing.take_estimates": (None, lambda study, _: syncing.take_estimates(study, study.session("P2/1"), [(second(study), 10_900)]), UNDONE),
    "measures.thresholds.keep": (None, lambda study, _: thresholds.keep(study, thresholds.adjusted(thresholds.kept(study), {"srs_total": 30})), FINAL),
}  # fmt: skip


def modules():
    """The modules of the program in which a study can be changed."""
    for each in pkgutil.walk_packages(coder.__path__, "coder."):
        if not each.name.startswith(_ABOVE) and each.name != "coder.__main__":
            yield each.name


def changing(name):
    """The public functions of a module that log something, themselves or by others of it."""
    functions = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(import_module(name))))
        if isinstance(node, ast.FunctionDef)
    ]
    called = {each.name: _called(each) for each in functions}
    logging = {each for each, names in called.items() if names & _LOGS}
    while more := {each for each, names in called.items() if names & logging} - logging:
        logging |= more
    return {each for each in logging if not each.startswith("_")}


def _called(function):
    calls = [each.func for each in ast.walk(function) if isinstance(each, ast.Call)]
    methods = {each.attr for each in calls if isinstance(each, ast.Attribute)} & _LOGS
    return methods | {each.id for each in calls if isinstance(each, ast.Name)}


def test_every_function_that_changes_a_study_is_tried():
    found = {
        f"{name.removeprefix('coder.')}.{each}" for name in modules() for each in changing(name)
    }
    elsewhere = {f"{part}.{act}" for part in IN_TEST_STUDY for act in ACTS}
    left = found - elsewhere - set(MORE)
    assert left == set()
    assert set(MORE) <= found


@pytest.fixture
def study(tmp_path):
    with make_studies.make(tmp_path / "s.rupture") as made:
        (tmp_path / "a.txt").write_text("T: How are you?\nC: Fine, I suppose.\n" * 3)
        imports.import_session(made, tmp_path / "a.txt", imports.Request("P2", "1"))
        yield made


@pytest.mark.parametrize("name", MORE)
def test_an_act_makes_its_entries_and_is_undone_where_it_says_so(study, name, tmp_path):
    first, act, kinds = MORE[name]
    if first is not None:
        first(study)
    before, entries = held(study), study.entries()
    act(study, tmp_path)
    new = study.entries()[len(entries) :]
    assert [entry.kind for entry in new] == kinds
    assert study.file_problems() == []
    if kinds == UNDONE:
        by = new[0].by
        assert study.undo(by).what == new[0].what
        assert unlogged(held(study)) == unlogged(before)


def unlogged(told):
    """What a study holds beside its log."""
    return {name: each for name, each in told.items() if name not in {"log", "acts"}}
