"""Forms and tables as files: what the thesis prints, and what comes back."""

import csv
import dataclasses
import json
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coder import export, markers, tables
from coder.coding import (
    Anchor,
    CodedSession,
    Coding,
    CodingId,
    Episode,
    EpisodeId,
    Family,
    Kind,
    Mark,
    MarkId,
    Outcome,
    Rater,
    RaterId,
    State,
    anchor_on,
)
from coder.errors import CoderError
from coder.export import document, layout, workbook
from coder.session import ParticipantId, Role, Session, SessionId, TimeSource, Turn, TurnId
from coder.words import say

GOLDEN = Path(__file__).parent / "golden" / "form"
SHARED = Path(__file__).parents[1] / ".." / "shared"
P, T = Role.PATIENT, Role.THERAPIST
C = CodingId("c")
E1, E2 = EpisodeId("e1"), EpisodeId("e2")
GIVEN = TimeSource.GIVEN
TURNS = (
    Turn(TurnId("a"), 1, 1, "T", "Shall we look at the diary?", 3_395_000, 3_400_000, GIVEN, T),
    Turn(TurnId("b"), 2, 2, "C", "=I forgot it, as you know.", 3_401_000, 3_412_000, GIVEN, P),
    Turn(TurnId("c"), 3, 3, "T", "Mmm", 3_412_000, 3_413_000, GIVEN, T),
    Turn(TurnId("d"), 4, 4, "C", "I see what you meant.", 4_050_000, 4_060_000, GIVEN, P),
    Turn(TurnId("e"), 5, 5, "C", "No time was noted here."),
)


def mark(n, kind=Kind.MARKER, marker=None, at=None, **more):
    anchor = more.pop("anchor", None if at is None else Anchor(start_ms=at))
    return Mark(MarkId(str(n)), C, kind, marker, anchor=anchor, **more)


def coded(marks=(), episodes=(), scheme="laraway-2015", **more):
    session = Session(SessionId("s"), ParticipantId("p"), "3", "2")
    coding = Coding(C, session.id, RaterId("r"), scheme, "1.0", **more)
    return CodedSession(
        session,
        Rater(RaterId("r"), "Ana"),
        coding,
        markers.load(scheme),
        TURNS,
        tuple(episodes),
        tuple(marks),
    )


def label(form, marker_id):
    return markers.load(form).marker(marker_id).label


def by_label(scheme, text):
    return markers.load(scheme).marker(text).id


INTERRUPTS = by_label("laraway-2015", "Interrupts and talks over therapist")
DENIAL = by_label("laraway-2015", "Denial")
HISSES = by_label("samstag-2003", "Hisses through teeth")


def full() -> CodedSession:
    """A made-up coding that has something in every part of the form."""
    marks = (
        mark(1, marker=INTERRUPTS, at=3_666_000, episodes=(E1,), family=Family.CONFRONTATION),
        mark(
            2,
            marker=INTERRUPTS,
            at=3_412_000,
            episodes=(E1,),
            family=Family.CONFRONTATION,
            note="Loud & quick",
        ),
        mark(
            3,
            marker=DENIAL,
            anchor=Anchor((TURNS[1].id,), 3_402_000, 3_410_000, quote=TURNS[1].text),
            clarity=2,
        ),
        mark(4, marker=DENIAL, anchor=Anchor((TURNS[4].id,), quote=TURNS[4].text), episodes=(E1,)),
        mark(5, Kind.FLAG, at=3_500_000, family=Family.UNSURE, episodes=(E1,)),
        mark(6, marker=DENIAL, at=3_510_000, person="therapist", episodes=(E2,)),
        mark(7, marker="gone", at=3_520_000, episodes=(E2,)),
        mark(8, Kind.PRECIPITANT, at=3_396_000, episodes=(E1,)),
        mark(9, Kind.STATEMENT, anchor=anchor_on([TURNS[3]], begin=0, stop=5), episodes=(E1, E2)),
        mark(
            10,
            Kind.SHIFT,
            at=4_210_000,
            text="Softer <voice>",
            episodes=(E1, E2),
            note="See the sighs",
        ),
        mark(11, Kind.SHIFT, at=4_200_000, text="Softer <voice>", episodes=(E1, E2)),
        mark(12, Kind.COMPONENT, "gone", at=4_300_000),
    )
    episodes = (
        Episode(E2, C, 2),
        Episode(
            E1,
            C,
            1,
            "Asked for the diary",
            "Agreeing on the task",
            3,
            True,
            Outcome.NOT,
            Outcome.PARTLY,
        ),
    )
    return coded(marks, episodes, with_sound=False, state=State.SUBMITTED)


def written(tmp_path, form, codings, suffix):
    path, *_ = export.write(form, codings, tmp_path / f"out{suffix}")
    return path


def rows_of(path, n=0):
    return [[cell.text for cell in row.cells] for row in docx.Document(str(path)).tables[n].rows]


# the form as values


def test_every_part_of_the_form_says_what_was_coded():
    one, two, both, rest = layout.pages(full(), markers.load("laraway-2015"))
    assert (one.participant, one.session, one.number, two.number) == ("3", "2", "1", "2")
    assert one.precipitants == (layout.Entry("Asked for the diary", "56:36"),)
    cells = {line.left.text: line.left.times for line in one.blocks[0].lines} | {
        line.right.text: line.right.times for line in one.blocks[0].lines
    }
    assert cells["Interrupts and talks over therapist"] == "56:52/1:01:06"
    # A span, and a turn without a time after what has one; the mark of no episode is on form 1.
    assert cells["Denial"] == "56:42\u201356:50/turn 5"
    assert one.elsewhere == (layout.Entry("Flag, not classified (unsure)", "58:20"),)
    assert two.elsewhere == (
        layout.Entry("Therapist: Denial", "58:30"),
        layout.Entry("gone", "58:40"),
    )
    assert (one.missing, two.missing) == (1, 2)
    assert one.notes == ("Interrupts and talks over therapist, 56:52: Loud & quick",)
    assert one.outcome == (
        "Before the feedback: not repaired \u00b7 After the feedback: partly repaired \u00b7 "
        "Intensity: 3 of 5 \u00b7 Noticed by the therapist: yes"
    )
    assert one.footer == "Coder: Ana \u00b7 laraway-2015 1.0 \u00b7 submitted \u00b7 without sound"
    assert (two.precipitants, two.outcome) == ((), "")
    # Repair pages: what answers form 1 (a repair of no episode), then what answers both.
    assert (both.answers, rest.answers) == ((1,), (1, 2))
    assert both.elsewhere == (layout.Entry("gone", "1:11:40"),)
    assert rest.lines[0].cells() == ("I see", "1:07:30", "Softer <voice>", "1:10:00/1:10:10")
    assert rest.notes == ("Affective shift, 1:10:10: See the sighs",)


def test_the_grid_of_the_form_is_that_of_appendix_h():
    page = layout.blank(markers.load("laraway-2015"))[0]
    assert len(page.blocks[0].lines) == 18
    # Counted by hand in the thesis: 15 cells of manner, 18 of content.
    assert sum(bool(line.left.text) for line in page.blocks[0].lines) == 15
    assert sum(bool(line.right.text) for line in page.blocks[0].lines) == 18
    assert page.blocks[0].lines[0].cells() == (
        "Long silence/minimal response/refusal to respond",
        "",
        "Intellectualisation",
        "",
    )
    assert page.blocks[0].lines[17].cells() == ("", "", "Complains about lack of progress", "")
    assert len(layout.blank(markers.load("samstag-2003"))[0].blocks[0].lines) == 19


def test_the_38_markers_are_counted_in_the_33_rows_and_one_has_none():
    scheme = markers.load("samstag-2003")
    marks = [mark(n, marker=each.id, at=n * 60_000) for n, each in enumerate(scheme.markers, 1)]
    page = layout.pages(coded(marks, scheme="samstag-2003"), markers.load("laraway-2015"))[0]
    times = [
        time
        for line in page.blocks[0].lines
        for cell in (line.left.times, line.right.times)
        for time in cell.split("/")
        if time
    ]
    assert len(times) == 37
    assert [entry.text for entry in page.elsewhere] == [label("samstag-2003", HISSES)]
    assert page.missing == 1


def test_a_coding_without_marks_is_still_a_form():
    form, repair = layout.pages(coded(), markers.load("laraway-2015"))
    assert (form.number, form.precipitants, repair.answers) == ("1", (), ())
    assert repair.lines == (layout.Line(layout.Entry("", ""), layout.Entry("", "")),)


def test_marks_of_no_episode_make_a_form_1_before_the_others():
    numbers = [
        page.number
        for page in layout.pages(
            coded([mark(1, marker=DENIAL)], [Episode(E2, C, 2)]), markers.load("laraway-2015")
        )[:-1]
    ]
    assert numbers == ["1", "2"]


def test_a_mark_of_the_whole_session_and_one_of_several_turns_say_so():
    assert layout.time_point(None, TURNS) == "session"
    assert layout.time_point(Anchor((TURNS[1].id, TURNS[3].id)), TURNS) == "turns 2, 4"
    assert layout.time_point(Anchor(("elsewhere",)), TURNS) == "session"
    marks = [
        mark(1, marker=DENIAL, anchor=Anchor(("elsewhere",))),
        mark(2, marker=DENIAL),
        mark(3, marker=DENIAL, at=5),
    ]
    page = layout.pages(coded(marks), markers.load("laraway-2015"))[0]
    assert "0:00/session/session" in {line.right.times for line in page.blocks[0].lines}


def test_precipitants_that_differ_are_printed_each_with_its_places():
    places = [
        mark(n, Kind.PRECIPITANT, at=n * 1000, text=text, episodes=(E1,))
        for n, text in enumerate(["A", "B", "A"])
    ]
    episode = Episode(E1, C, 1, "A\nB", noticed=False)
    page = layout.pages(coded(places, [episode]), markers.load("laraway-2015"))[0]
    assert page.precipitants == (layout.Entry("A", "0:00/0:02"), layout.Entry("B", "0:01"))
    assert page.outcome == "Noticed by the therapist: no"
    page = layout.pages(
        coded(places, [dataclasses.replace(episode, precipitant="C")]), markers.load("laraway-2015")
    )[0]
    assert page.precipitants[0] == layout.Entry("C", "")


def test_a_flag_with_a_marker_stands_in_its_row():
    page = layout.pages(coded([mark(1, Kind.FLAG, DENIAL, at=5)]), markers.load("laraway-2015"))[0]
    assert page.missing == 0


def test_a_component_of_the_scheme_and_a_shift_without_words_are_printed():
    marks = [
        mark(1, Kind.COMPONENT, DENIAL, at=5),
        mark(2, Kind.SHIFT, at=6),
        mark(3, Kind.STATEMENT),
    ]
    page = layout.pages(coded(marks), markers.load("laraway-2015"))[1]
    assert page.elsewhere == (layout.Entry("Denial", "0:00"),)
    assert page.lines[0].cells() == ("", "session", "", "0:00")


def test_a_scheme_that_does_not_lead_to_the_form_is_refused(tmp_path):
    with pytest.raises(CoderError, match="no_roll_up"):
        written(tmp_path, "samstag-2003", [coded()], ".docx")
    bare = dataclasses.replace(
        coded(),
        scheme=markers.from_content(
            {"id": "x", "version": "1", "title": "", "source": "", "markers": []}
        ),
    )
    assert written(tmp_path, "samstag-2003", [bare], ".docx").exists()


# docx


def test_the_document_is_the_golden_one_part_by_part(tmp_path):
    """Made from ``full()``, and looked at beside the thesis; dates and pictures are passed over."""
    path = written(tmp_path, "laraway-2015", [full()], ".docx")
    with zipfile.ZipFile(path) as made:
        names = [
            str(each.relative_to(GOLDEN)) for each in sorted(GOLDEN.rglob("*")) if each.is_file()
        ]
        assert names == ["docProps/core.xml", "word/document.xml", "word/styles.xml"]
        for name in names:
            assert made.read(name) == (GOLDEN / name).read_bytes(), name


def test_the_same_coding_makes_the_same_bytes(tmp_path):
    for suffix in (".docx", ".xlsx"):
        first = written(tmp_path, "laraway-2015", [full()], suffix).read_bytes()
        assert written(tmp_path, "laraway-2015", [full()], suffix).read_bytes() == first


def test_each_page_holds_one_flat_table_of_four_columns(tmp_path):
    made = docx.Document(str(written(tmp_path, "laraway-2015", [full()], ".docx")))
    assert [(len(table.rows), len(table.columns)) for table in made.tables] == [
        (19, 4),
        (19, 4),
        (2, 4),
        (2, 4),
    ]
    assert not any(cell.tables for table in made.tables for row in table.rows for cell in row.cells)
    assert all("w:tblHeader" in table.rows[0]._tr.xml for table in made.tables)
    assert (
        sum(paragraph.paragraph_format.page_break_before is True for paragraph in made.paragraphs)
        == 3
    )
    section = made.sections[0]
    assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
    assert (made.core_properties.author, made.core_properties.last_modified_by) == ("", "")


def test_the_document_reads_as_the_thesis_prints_it(tmp_path):
    path = written(tmp_path, "laraway-2015", [full()], ".docx")
    said = [paragraph.text for paragraph in docx.Document(str(path)).paragraphs]
    assert said[:5] == [
        "Rupture Marker Coding Form",
        "Coding Form",
        "Participant Number: 3\tSession Number: 2\tCoding Form Number: 1",
        "Precipitant (way in which therapist did something the patient did not need, or failed to provide what was needed)",
        "Asked for the diary (56:36)",
    ]
    assert "Not on this form (2): Therapist: Denial 58:30; gone 58:40" in said
    assert "Rupture Repair During Feedback:" in said
    assert rows_of(path)[0] == [
        "Narrative Manner or Tone",
        "Time Point",
        "Narrative Content",
        "Time Point",
    ]
    assert [
        "Interrupts and talks over therapist",
        "56:52/1:01:06",
        "Talking about other people",
        "",
    ] in rows_of(path)


def test_the_blank_form_needs_no_coding(tmp_path):
    path = written(tmp_path, "blank", [], ".docx")
    assert len(rows_of(path)) == 19
    assert len(rows_of(path, 1)) == 13


def test_several_notes_stand_on_lines_of_their_own(tmp_path):
    marks = [mark(n, marker=DENIAL, at=n, note=f"note {n}\x07") for n in range(2)]
    said = [
        p.text
        for p in docx.Document(
            str(written(tmp_path, "laraway-2015", [coded(marks)], ".docx"))
        ).paragraphs
    ]
    assert "Notes: Denial, 0:00: note 0\ufffd" in said
    assert "Denial, 0:00: note 1\ufffd" in said


def test_a_long_row_of_times_breaks_after_a_slash():
    assert document.wrapped("56:52/57:06/58:45/1:01:06") == "56:52/57:06/58:45/1:01:06"
    assert (
        document.wrapped("1:01:06/1:02:06/1:03:06/1:04:06") == "1:01:06/1:02:06/1:03:06/\n1:04:06"
    )
    assert document.wrapped("") == ""


# xlsx


def test_the_workbook_has_a_sheet_for_each_page_and_no_formula(tmp_path):
    marks = [
        mark(1, Kind.SHIFT, at=1, text="=1+1"),
        mark(2, Kind.STATEMENT, at=1, text="-x"),
        mark(3, Kind.SHIFT, at=2, text="#N/A"),
    ]
    path = written(
        tmp_path, "laraway-2015", [coded(marks, [Episode(E1, C, 1, "@precipitant")])], ".xlsx"
    )
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Form 1", "Repair 1"]
    sheet = book["Repair 1"]
    assert [cell.value for cell in sheet[4]] == ["-x", "0:00", "=1+1", "0:00"]
    assert [sheet["A4"].quotePrefix, sheet["C4"].quotePrefix] == [True, True]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value} == {"s"}
    with zipfile.ZipFile(path) as made:
        assert not any(b"<f>" in made.read(name) for name in made.namelist())
    assert int(sheet.page_setup.paperSize) == 9
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.print_title_rows == "$3:$3"


def test_the_workbook_says_what_the_document_says(tmp_path):
    book = openpyxl.load_workbook(written(tmp_path, "laraway-2015", [full()], ".xlsx"))
    assert book.sheetnames == ["Form 1", "Form 2", "Repair 1", "Repair 2"]
    said = [[cell.value for cell in row] for row in book["Form 1"].iter_rows()]
    assert [
        "Interrupts and talks over therapist",
        "56:52/1:01:06",
        "Talking about other people",
        None,
    ] in said
    assert ["Not on this form (1): Flag, not classified (unsure) 58:20", None, None, None] in said
    assert ["Background: Agreeing on the task", None, None, None] in said


def test_sheets_of_several_codings_have_names_that_excel_takes(tmp_path):
    odd = dataclasses.replace(
        full(), session=dataclasses.replace(full().session, participant="P[1]:" + "x" * 40)
    )
    book = openpyxl.load_workbook(
        written(tmp_path, "laraway-2015", [full(), full(), odd, odd], ".xlsx")
    )
    names = book.sheetnames
    assert names[:2] == ["3-2 Ana Form 1", "3-2 Ana Form 2"]
    assert "3-2 Ana Form 1 (2)" in names
    assert len({name.casefold() for name in names}) == 16
    assert all(len(name) <= 31 and not set("[]:*?/\\") & set(name) for name in names)


def test_a_text_too_long_for_a_cell_is_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(CoderError) as fault:
        written(tmp_path, "marks", [coded([mark(1, marker=DENIAL, note="x" * 32_768)])], ".xlsx")
    assert fault.value.key == "export_text_too_long"
    assert "32768 characters" in say(fault.value)
    assert list(tmp_path.iterdir()) == []


# tables


def test_a_row_for_each_mark_holds_place_and_label(tmp_path):
    with written(tmp_path, "marks", [full()], ".csv").open(encoding="utf-8", newline="") as held:
        rows = list(csv.DictReader(held))
    assert len(rows) == 12
    third = rows[2]
    assert (third["session"], third["rater"], third["scheme"]) == ("3/2", "Ana", "laraway-2015")
    assert (third["label"], third["column"], third["start"], third["end_ms"]) == (
        "Denial",
        "content",
        "0:56:42.000",
        "3410000",
    )
    assert third["quote"] == "'=I forgot it, as you know."
    assert (rows[6]["marker"], rows[6]["label"]) == ("gone", "")
    assert (rows[7]["kind"], rows[7]["text"]) == ("precipitant", "Asked for the diary")
    assert rows[8]["episode"] == "1 2"


def test_a_row_for_each_session_and_coder_counts_what_was_coded(tmp_path):
    with written(tmp_path, "sessions", [full(), coded()], ".csv").open(
        encoding="utf-8", newline=""
    ) as held:
        one, none = csv.DictReader(held)
    assert (one["participant"], one["number"], one["state"], one["with_sound"]) == (
        "3",
        "2",
        "submitted",
        "no",
    )
    assert (one["marks"], one["markers"], one["flags"], one["confrontation"], one["unsure"]) == (
        "12",
        "6",
        "1",
        "2",
        "1",
    )
    assert (one["first_ms"], one["last_ms"], one["partly_after"], one["episodes"]) == (
        "3395000",
        "4060000",
        "1",
        "2",
    )
    assert (none["marks"], none["with_sound"]) == ("0", "yes")
    book = openpyxl.load_workbook(written(tmp_path, "sessions", [full()], ".xlsx"))
    head, row = book["sessions"].iter_rows(values_only=True)
    assert dict(zip(head, row, strict=True))["marks"] == 12


def test_json_holds_marks_and_episodes_whole(tmp_path):
    content = json.loads(written(tmp_path, "marks", [full()], ".json").read_text(encoding="utf-8"))
    assert (len(content["marks"]), content["with_sound"]) == (12, False)
    assert content["marks"][2]["start_ms"] == 3_402_000
    assert content["episodes"][1]["outcome_after"] == "partly"
    assert content["episodes"][1]["noticed"] == "yes"


_texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8).map(
    str.strip
) | st.sampled_from(["=1+1", "-x", "'=y", "@z", "+", "a\nb"])
_turns = st.sampled_from(TURNS)


@st.composite
def _marks(draw):
    turn = draw(_turns)
    begin = draw(st.integers(0, len(turn.text) - 1))
    stop = draw(st.integers(begin + 1, len(turn.text)))
    at = draw(st.integers(0, 10_000_000))
    placed = dataclasses.replace(
        anchor_on([turn], at, begin=begin, stop=stop), end_ms=draw(st.none() | st.just(at + 5))
    )
    anchor = draw(
        st.sampled_from(
            [placed, anchor_on([TURNS[1], TURNS[3]], at, begin=begin % 9, stop=7), None]
        )
    )
    kind = draw(st.sampled_from([Kind.MARKER, Kind.FLAG, Kind.SHIFT, Kind.PRECIPITANT]))
    names = {Kind.MARKER: DENIAL}
    ruptures = {Kind.MARKER: st.sampled_from(Family), Kind.FLAG: st.sampled_from(Family)}
    text = "" if kind == Kind.PRECIPITANT else draw(_texts)
    return Mark(
        MarkId("x"), C, kind, names.get(kind), draw(ruptures.get(kind, st.none())), draw(st.none() | st.integers(1, 3)),
        draw(st.sampled_from(Role)).value, anchor, text, draw(_texts),
        (E1,) if kind == Kind.PRECIPITANT else draw(st.sampled_from([(), (E1,), (E2,)])),
    )  # fmt: skip


@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(_marks(), min_size=1, max_size=4), st.sampled_from([".csv", ".json", ".xlsx"]))
def test_marks_written_are_read_back_as_they_were(tmp_path, marks, suffix):
    episodes = (
        Episode(E1, C, 1, "=Pressed on", "Task", 2, False, None, Outcome.NOT),
        Episode(E2, C, 2),
    )
    made = coded(marks, episodes)
    path = written(tmp_path, "marks", [made], suffix)
    back = tables.read(path, coding=made.coding, scheme=made.scheme, turns=TURNS, episodes=episodes)
    assert [dataclasses.replace(each, id=MarkId("x")) for each in back.marks] == marks
    assert back.episodes == ()


def test_episodes_come_back_with_a_workbook(tmp_path):
    made = dataclasses.replace(full(), marks=())
    path = written(tmp_path, "marks", [made], ".xlsx")
    back = tables.read(path, coding=made.coding, scheme=made.scheme, turns=TURNS)
    plain = [dataclasses.replace(each, id=EpisodeId("")) for each in back.episodes]
    assert plain == [
        dataclasses.replace(each, id=EpisodeId(""))
        for each in sorted(made.episodes, key=lambda e: e.number)
    ]


# writing


@pytest.mark.parametrize(
    ("form", "name", "key"),
    [
        ("none", "a.docx", "export_unknown_form"),
        ("laraway-2015", "a.csv", "export_unknown_suffix"),
        ("laraway-2015", "missing/a.docx", "export_no_folder"),
        ("marks", "folder.csv", "export_unwritable"),
    ],
)
def test_what_cannot_be_written_is_refused_and_leaves_nothing(tmp_path, form, name, key):
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(CoderError) as fault:
        export.write(form, [full()], tmp_path / name)
    assert fault.value.key == key
    assert say(fault.value)
    assert [each.name for each in tmp_path.iterdir()] == ["folder.csv"]


def test_no_coding_is_nothing_to_write(tmp_path):
    with pytest.raises(CoderError, match="export_nothing"):
        export.write("marks", [], tmp_path / "a.csv")


def test_an_export_takes_the_place_of_the_one_before(tmp_path):
    path = tmp_path / "out.csv"
    path.write_text("old")
    assert written(tmp_path, "marks", [full()], ".csv") == path
    assert path.read_text(encoding="utf-8").startswith("session,")
    names = sorted(each.name for each in tmp_path.iterdir())
    assert names == ["out-columns.csv", "out.csv"]


def test_every_form_names_its_endings():
    assert {name: form.suffixes for name, form in export.FORMS.items()} == {
        "laraway-2015": (".docx", ".xlsx"),
        "samstag-2003": (".docx", ".xlsx"),
        "form": (".docx", ".xlsx"),
        "score-sheet": (".docx", ".xlsx"),
        "session-report": (".docx", ".html"),
        "marks": (".csv", ".xlsx", ".json"),
        "sessions": (".csv", ".xlsx"),
        "prevalence": (".docx", ".xlsx", ".csv"),
        "quotes": (".docx", ".xlsx", ".csv"),
        "codebook": (".docx", ".html"),
        "blank": (".docx",),
    }


def test_a_name_of_a_workbook_sheet_keeps_to_its_characters():
    book = workbook._book()
    book.create_sheet(workbook._sheet_name(book, "a/b"))
    assert workbook._sheet_name(book, "A/B") == "A-B (2)"


# the thesis


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason="../shared is not beside this checkout")
def test_the_filled_forms_of_the_thesis_are_printed_as_they_stand_there(tmp_path):
    forms = json.loads((SHARED / "data" / "p3s2" / "forms.json").read_text(encoding="utf-8"))
    rupture, repair = forms["rupture_form"], forms["repair_form"]
    rows = [{"kind": "precipitant", "text": rupture["precipitant"]}]
    rows += [
        {"marker": each["marker"], "start": time, "episode": 1}
        for each in rupture["markers"]
        for time in each["times"]
    ]
    statements = repair["statements_of_understanding"]
    rows += [
        {"kind": "statement", "quote": each["quote"], "start": each["time"], "episode": 1}
        for each in statements
    ]
    shift = repair["affective_shift"]
    rows += [
        {"kind": "shift", "text": shift["text"], "start": time, "episode": 1}
        for time in shift["times"]
    ]
    table = tmp_path / "forms.json"
    table.write_text(json.dumps(rows), encoding="utf-8")
    made = coded()
    read = tables.read(
        table, coding=made.coding, scheme=made.scheme, turns=TURNS, span_ms=(3_300_000, 4_500_000)
    )
    path = written(
        tmp_path,
        "laraway-2015",
        [dataclasses.replace(made, episodes=read.episodes, marks=read.marks)],
        ".docx",
    )

    grid = rows_of(path)
    assert len(grid) == 19
    filled = {row[at]: row[at + 1] for row in grid[1:] for at in (0, 2) if row[at + 1]}
    assert filled == {each["marker"]: "/".join(each["times"]) for each in rupture["markers"]}
    assert rupture["precipitant"] in [
        paragraph.text for paragraph in docx.Document(str(path)).paragraphs
    ]
    answers = rows_of(path, 1)[1:]
    assert [(row[0], row[1]) for row in answers] == [
        (each["quote"], each["time"]) for each in statements
    ]
    assert answers[0][2:] == [shift["text"], "/".join(shift["times"])]
    assert all(row[2:] == ["", ""] for row in answers[1:])
