"""Components, processes, categories, rows of other schemes and ratings in the agreement report."""

import dataclasses

from test_agreement_levels import RATED, ada, ben, mixed, rated
from test_export_agreement import row, table

from coder.agreement import Plan, agreement, behind
from coder.export import reports


def test_kinds_of_codes_stand_under_headings_of_their_own():
    made = report_of_kinds(*mixed())
    heads = [r[0] for r in table(made, "table").rows if len(r) == 1]
    assert heads == ["Families", "Markers", "Components of repair", "Processes", "All ruptures",
                     "Precipitants and repair"]  # fmt: skip
    assert row(made, "table", "Thanks")["Both"] == 1
    told = reports.methods(made)
    assert "codings were compared at the level of the marker, the family" in told
    assert "precipitants, components and processes are looked for" in told.replace("P", "p")


def test_a_report_of_repair_alone_tells_of_components_and_their_categories():
    both = ada(), ben()
    made = report_of_kinds(*both, levels=("marker", "category", "any"))
    heads = [r[0] for r in table(made, "table").rows if len(r) == 1]
    assert heads == ["Categories: components of repair", "Components of repair",
                     "Precipitants and repair"]  # fmt: skip
    whats = {r[0] for r in table(made, "beside").rows}
    assert "Categories: components of repair together, by turn" in whats
    told = reports.methods(made)
    assert "those of the same marker, category, row and family" in told


def test_rows_are_named_by_their_scheme_and_versions_and_scales_are_told():
    newer = dataclasses.replace(RATED, version="2")
    made = report_of_kinds(
        rated("Ada", 1, 2, 5), rated("Ben", 1, 5, 5, scheme=newer),
        levels=("row", "any"), rows="harper",
    )  # fmt: skip
    told = reports.methods(made)
    assert "at the level of the row of harper and any rupture" in told
    assert "Of the versions of mixed the codes were compared that all of them have." in told
    assert "Ratings were compared on these scales: Impact, 1 to 5, of segments." in told
    assert ("Rating: Impact", "Raw agreement") in {r[:2] for r in table(made, "beside").rows}


def report_of_kinds(*codings, **plan):
    levels = plan.get("levels", ("marker", "family", "any"))
    plan = Plan(**{"rare": 1, "resamples": 0, "shifts": 0, **plan, "levels": levels})
    found = agreement(codings, plan)
    events = agreement(codings, dataclasses.replace(plan, unit="event"))
    rows = plan.rows
    return reports.Report(
        found,
        events,
        {},
        behind.labels(codings, rows),
        None,
        None,
        "1",
        behind.kinds(codings, rows),
    )
