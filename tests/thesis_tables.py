"""Tables 2 and 3 of Laraway (2015), typed by hand: names, and X, – or NA."""

EXPERTS = ("Scott Miller", "Mike Lambert", "Jeremy Safran", "David Green", "Rolf Holmqvist")
TABLE_2 = """\
Creating a Culture of Feedback       X - X X -
Triangulation                        X X X X X
Therapist Internal Work              X X X X X
Sensitivity to Feedback              X X X X X
Deciding to Pursue or Not            X X X X X
Enabling/Empowering Negative Feedback X X X X X
Clarification/Elaboration            X X X X X
Non-Defensive Stance                 X X X X -
Bond                                 - X X - X
Task/Goals                           - X - X -
Re-engagement                        X - X X X
Successfully Failing                 X - - X -
"""
SESSIONS = ("P1/1", "P3/1", "P5/1", "P3/2", "P3/8", "P1/5", "P2/1", "P5/3")
OUTCOMES = {
    "P3/2": "repaired",
    "P3/8": "repaired",
    "P1/5": "repaired",
    "P2/1": "not",
    "P5/3": "not",
}
TABLE_3 = """\
Creating a culture of feedback       X X X X X X X -
Attentiveness to feedback            NA NA NA X X X X -
Emphasising importance of feedback   NA NA NA X X X X -
Clarification/elaboration            NA NA NA X X X X -
Therapist contribution               NA NA NA X X X - X
Client Role                          NA NA NA X X X - -
Acknowledging therapist role         NA NA NA X X - X -
Making links                         NA NA NA X X X - X
Renegotiation                        NA NA NA X X X - -
Client Contribution to Renegotiation NA NA NA X X X - -
"""


def cells(table):
    """The rows of a table: the component, then its cells, with – for a hyphen."""
    columns = {len(line.split()) for line in table.splitlines()}
    assert columns
    n = 5 if "Bond" in table else 8
    for line in table.splitlines():
        (*name,) = line.split()
        yield " ".join(name[:-n]), tuple(cell.replace("-", "–") for cell in name[-n:])


def as_csv(table, heads, *, blank=False):
    """The table as a file; Table 2 prints a blank for what is not present."""
    lines = [",".join(("Category", *heads))]
    for name, row in cells(table):
        lines.append(",".join((name, *("" if blank and c == "–" else c for c in row))))
    return "\n".join(lines) + "\n"
