"""What tests of coding under any scheme share: a window on one, and what is on the disk."""

from invented import give

from coder.study import Study

from .conftest import saved


def code(window, path, qtbot, *contents):
    """Open a study, give it schemes, and code as Ada under the first of them."""
    study = Study.open(path)
    made = [give(study, content) for content in contents]
    window.show_study(study)
    window.studies.code_as("Ada", made[0].id)
    qtbot.waitUntil(lambda: saved(window))
    return window


def choose(window, *rows):
    turns = window.coding.turns
    model, selection = turns.turns, turns.selectionModel()
    turns.setCurrentIndex(model.index(rows[0]))
    for row in rows[1:]:
        selection.select(model.index(row), selection.SelectionFlag.Select)


def kept(window, scheme):
    """Ada's coding under a scheme, as it is on the disk; None without one."""
    with Study.open(window.workspace.study.path, write=False) as study:
        found = study.coded(None, raters=[study.rater("Ada")], scheme=scheme)
        return found[0] if found else None
