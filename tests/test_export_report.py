"""The session report and the codebook: what they say, in Word and as a web page."""

import dataclasses
import html.parser
import io
import struct
import zlib

import docx
import pytest
from made_codings import W, coded, mark, of_events, of_segments, rating, tick, turn

from coder import export, markers
from coder.coding import Anchor, Family, Kind, State
from coder.export import codebook, indices, paper, paper_docx, paper_html, picture, session_lanes
from coder.export.choices import Choices
from coder.export.paper import Bar, Drawing, Grid, Heading, Lane, Paper, Phase, Text
from coder.session import TurnId

VOID = {"meta", "br", "col", "link", "rect", "line"}


class Page(html.parser.HTMLParser):
    """What a page says, and whether its elements close as they should."""

    def __init__(self, text):
        super().__init__()
        self.open, self.said, self.tags, self.style = [], [], [], ""
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if tag not in VOID or (self.open and self.open[-1] == tag):
            assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] == "style":
            self.style += data
        elif data.strip():
            self.said.append(data.strip())

    @property
    def text(self):
        return "\n".join(self.said)


def written(tmp_path, name, codings, suffix, choices=None):
    (path,) = export.write(name, codings, tmp_path / f"out{suffix}", choices)
    (again,) = export.write(name, codings, tmp_path / f"again{suffix}", choices)
    assert path.read_bytes() == again.read_bytes()
    return path


def page(tmp_path, name, codings, choices=None):
    return Page(written(tmp_path, name, codings, ".html", choices).read_text(encoding="utf-8"))


def tables(path):
    return [
        [[cell.text for cell in row.cells] for row in grid.rows]
        for grid in docx.Document(str(path)).tables
    ]


# indices


def test_what_is_covered_is_the_recording_as_far_as_the_coding_goes():
    made = of_events()
    assert indices.covered_span(made) == (0, 1_800_000)
    assert indices.covered_minutes(made) == 30
    without = dataclasses.replace(made, span_ms=None)
    assert indices.covered_span(without) == (0, 1_790_000)
    part = dataclasses.replace(made.coding, covers_from_ms=600_000, covers_to_ms=1_200_000)
    assert indices.covered_minutes(dataclasses.replace(made, coding=part)) == 10
    late = dataclasses.replace(made.coding, covers_from_ms=2_000_000)
    assert indices.covered_span(dataclasses.replace(made, coding=late)) is None
    assert indices.covered_minutes(coded("laraway-2015")) is None


def test_a_rate_is_of_ten_covered_minutes():
    assert indices.rate(4, 30) == pytest.approx(4 / 3)
    assert indices.rate(4, None) is None


def test_repair_follows_the_first_rupture_by_as_long_as_the_clock_says():
    assert indices.repair_latency(of_events()).ms == 758_000 - 120_000  # 10 min 38 s


# the timeline


def test_each_meaning_has_a_lane_and_both_families_stand_in_two():
    drawn = session_lanes.drawing(of_events())
    assert drawn.span == (0, 1_800_000)
    assert [(lane.name, [bar.start_ms for bar in lane.bars]) for lane in drawn.lanes] == [
        ("Precipitant", [110_000]),
        ("Withdrawal", [120_000, 360_000]),
        ("Confrontation", [600_000]),
        ("Unsure", [240_000]),
        ("Repair", [758_000, 780_000]),
    ]
    assert drawn.phases == (
        Phase("Measure", 1_200_000, 1_500_000),
        Phase("Feedback", 1_500_000, 1_800_000),
    )
    assert drawn.said.startswith(
        "Precipitant: 1 mark, at 1:50. Withdrawal: 2 marks, at 2:00, 6:00."
    )
    both = session_lanes.lanes_of(mark(1, family=Family.BOTH))
    assert both == ("withdrawal", "confrontation")
    assert session_lanes.lanes_of(mark(1)) == ("unsure",)
    assert session_lanes.lanes_of(mark(1, Kind.SESSION)) == ()


def test_a_lane_of_the_unsure_is_there_only_when_needed_and_ticks_are_spans():
    drawn = session_lanes.drawing(coded("3rs-2015", [tick(1, "denial", 1, 2, family=W)]))
    assert [lane.name for lane in drawn.lanes] == [
        "Precipitant", "Withdrawal", "Confrontation", "Repair",
    ]  # fmt: skip
    assert drawn.lanes[1].bars == (Bar(300_000, 600_000, "5:00 Denial"),)
    assert drawn.span == (300_000, 600_000)


def test_without_times_nothing_is_drawn_and_the_report_says_so(tmp_path):
    made = coded("laraway-2015", [mark(1, marker="denial", anchor=Anchor((TurnId("x"),)))])
    assert session_lanes.drawing(made) is None
    told = page(tmp_path, "session-report", [made])
    assert "so there is no timeline to draw" in told.text
    assert "rates are left out" in told.text
    assert "No rupture mark has a time." in told.text


def test_a_mark_without_a_time_is_left_out_of_the_drawing_alone():
    made = coded("laraway-2015", [mark(1, marker="denial", at=5000, family=W), mark(2, family=W)])
    drawn = session_lanes.drawing(made)
    assert [len(lane.bars) for lane in drawn.lanes] == [0, 1, 0, 0]
    assert drawn.span == (5000, 5001)


def test_phases_keep_within_what_is_drawn():
    made = of_events()
    for measure, feedback, expected in (
        (None, None, ()),
        (1_200_000, None, (Phase("Measure", 1_200_000, 1_800_000),)),
        (None, 2_000_000, ()),
        (1_700_000, 2_000_000, (Phase("Measure", 1_700_000, 1_800_000),)),
    ):
        session = dataclasses.replace(made.session, measure_ms=measure, feedback_ms=feedback)
        assert session_lanes.drawing(dataclasses.replace(made, session=session)).phases == expected


def test_a_picture_of_a_lane_is_a_valid_png_with_its_bars_where_they_belong():
    lane = Lane("Repair", "repair", (Bar(0, 50_000, "a"), Bar(25_000, 25_000, "b")))
    data = picture.lane(lane, (0, 100_000), (Phase("Measure", 75_000, 100_000),))
    assert data == picture.lane(lane, (0, 100_000), (Phase("Measure", 75_000, 100_000),))
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, at = {}, 8
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        (told,) = struct.unpack(">I", data[at + 8 + length : at + 12 + length])
        assert told == zlib.crc32(kind + body)
        chunks[kind] = body
        at += 12 + length
    wide, high = struct.unpack(">II", chunks[b"IHDR"][:8])
    raw = zlib.decompress(chunks[b"IDAT"])
    assert len(raw) == high * (1 + 3 * wide)
    row = raw[(high // 2) * (1 + 3 * wide) + 1 :][: 3 * wide]
    colour = [tuple(row[3 * x : 3 * x + 3]) for x in range(wide)]
    assert colour[wide // 4] == colour[10] == picture.INKS["repair"]
    assert colour[wide // 4 - 7] == (255, 255, 255)  # the edge that parts a point from a span
    assert colour[wide * 5 // 8] == (255, 255, 255)
    assert colour[wide * 7 // 8] == (0xEC, 0xEE, 0xF1)


def test_times_below_a_timeline_are_whole_minutes_and_ten_at_most():
    assert paper.ticks((0, 180_000)) == [
        (0, "0:00"),
        (60_000, "1:00"),
        (120_000, "2:00"),
        (180_000, "3:00"),
    ]
    assert [told for _, told in paper.ticks((3_300_000, 4_800_000))] == [
        "55:00", "1:00:00", "1:05:00", "1:10:00", "1:15:00", "1:20:00",
    ]  # fmt: skip
    assert len(paper.ticks((0, 9 * 3_600_000))) <= 11
    assert len(paper.ticks((0, 90 * 3_600_000))) > 11  # beyond any session: every two hours
    assert paper.share(50, (0, 100)) == 0.5
    assert (paper.share(-1, (0, 0)), paper.share(9, (0, 0))) == (0, 1)


def test_the_name_of_a_phase_gives_way_to_the_left_where_the_next_is_near():
    span = (0, 100_000)
    near = (Phase("Measure", 70_000, 75_000), Phase("Feedback", 75_000, 100_000))
    far = (Phase("Measure", 50_000, 75_000), Phase("Feedback", 75_000, 100_000))
    assert paper.crowded(near, span) == [True, False]
    assert paper.crowded(far, span) == [False, False]
    assert paper.crowded((Phase("Measure", 1000, 2000), near[1]), span) == [False, False]
    assert paper.crowded((), span) == []
    drawn = Drawing("D", "said", span, (), near)
    told = Page(paper_html.write(Paper("T", (drawn,))).decode())
    names = [attrs["text-anchor"] for tag, attrs in told.tags if tag == "text"][:2]
    assert names == ["end", "start"]
    document = docx.Document(io.BytesIO(paper_docx.write(Paper("T", (drawn,)))))
    above = document.tables[0].cell(0, 1).paragraphs[0]
    assert above.text == "\tMeasure\tFeedback"
    assert [stop.alignment.name for stop in above.paragraph_format.tab_stops] == ["RIGHT", "LEFT"]


def test_names_are_set_in_a_row():
    assert [paper.listed(each) for each in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "", "a", "a and b", "a, b and c",
    ]  # fmt: skip


# the report


def test_the_report_tells_counts_and_rates_and_how_soon_repair_came(tmp_path):
    told = page(tmp_path, "session-report", [of_events()]).text
    for said in (
        "Session 3/2", "laraway-2015 1.1; in progress; with sound.",
        "0:00 to 30:00, 30.0 minutes of the recording. The coding is not finished: counts and rates may "
        "still change.",
        "measure from 20:00, feedback from 25:00.",
        "The first rupture mark begins at 2:00. The first evidence of repair follows 10 min 38 s later.",
    ):  # fmt: skip
        assert said in told
    grids = tables(written(tmp_path, "session-report", [of_events()], ".docx"))
    counts = grids[1]
    assert ["Any rupture", "4", "1.33"] in counts
    assert ["Withdrawal, or both", "2", "0.67"] in counts
    assert ["Unsure, or none given", "1", "0.33"] in counts
    assert ["Evidence of repair", "2", "0.67"] in counts
    assert ["Denial", "2", "0.67"] in counts
    assert grids[2][1:] == [
        ["1", "Looked at the clock (1:50)", "3", "not repaired", "repaired"],
        ["2", "\u2013", "\u2013", "\u2013", "\u2013"],
    ]
    assert grids[3][2] == ["2:00", "Denial", "withdrawal", "2", "1", ""]
    assert [row[0] for row in grids[3][1:]] == [
        "1:50", "2:00", "4:00", "6:00", "10:00", "12:38", "13:00",
    ]  # fmt: skip


def test_the_report_of_ticks_tells_ratings_notes_and_what_is_of_the_whole_session(tmp_path):
    grids = tables(written(tmp_path, "session-report", [of_segments()], ".docx"))
    assert grids[-1][1:] == [
        ["Impact: Denial", "4"], ["Impact of the family: Withdrawal", "3"], ["Resolution", "2"],
    ]  # fmt: skip
    marks = grids[2]
    assert marks[-1] == ["session", "Late", "about the session", "", "", ""]
    counts = grids[1]
    assert counts[0] == ["What", "Marks", "Per 10 minutes covered"]
    # What is about the session as a whole is no rupture and has no rate.
    assert counts[-2:] == [["About the session"] * 3, ["Late", "1", "\u2013"]]
    assert ["Any rupture", "6", "3.00"] in counts
    told = page(tmp_path, "session-report", [of_segments()]).text
    assert "The first rupture mark is in the segment 0:00\u20135:00." in told
    assert "The latency to repair cannot be told: placed by segment." in told
    assert ["16:00", "Denial", "both", "", "", "Quiet <b>& slow</b>"] in marks
    assert ["11:00", "Validates patient's defensive posture [therapist]", "", "", "", ""] in marks
    assert ["1:40", "Flag, not classified", "unsure", "", "", ""] in marks


def test_a_submitted_coding_is_finished_and_a_family_given_to_a_late_session_counts_nowhere(
    tmp_path,
):
    late = mark(1, Kind.SESSION, "late", family=W)
    done = coded("laraway-2015", [late], turns=[turn(1, 0, 600_000)], state=State.SUBMITTED)
    told = page(tmp_path, "session-report", [done])
    assert "0:00 to 10:00, 10.0 minutes from the first turn to the last." in told.text
    assert "not finished" not in told.text
    grids = tables(written(tmp_path, "session-report", [done], ".docx"))
    assert ["Withdrawal, or both", "0", "0.00"] in grids[1]
    assert grids[2][1][:3] == ["session", "Late", "about the session"]


def test_pictures_of_a_report_have_numbers_that_no_other_has(tmp_path):
    made = docx.Document(str(written(tmp_path, "session-report", [of_events()] * 2, ".docx")))
    drawn = [int(each.get("id")) for each in made.element.body.iter("{*}docPr")]
    assert drawn == list(range(1, 11))


HOSTILE = '"><script src="https://x.example/a.js"></script><img src=x>\u2028&amp;\x00'


def test_a_page_stands_alone_and_every_text_in_it_is_escaped():
    lane = Lane(HOSTILE, "repair", (Bar(0, 5, HOSTILE),))
    parts = (
        Heading(HOSTILE),
        paper.Text(HOSTILE, HOSTILE, notice=True),
        Grid((HOSTILE, "b"), ((HOSTILE, HOSTILE), (HOSTILE,)), (1, 1), caption=HOSTILE),
        Drawing(HOSTILE, HOSTILE, (0, 10), (lane,), (Phase(HOSTILE, 0, 10),)),
    )
    text = paper_html.write(Paper(HOSTILE, parts)).decode()
    made = Page(text)
    names = {name for name, _ in made.tags}
    assert not names & {"script", "img", "iframe", "object", "base", "form", "a"}
    assert names - VOID <= {
        "html", "head", "title", "style", "body", "h1", "h2", "p", "strong", "div", "table",
        "caption", "colgroup", "thead", "tbody", "tr", "th", "td", "svg", "desc", "text",
    }  # fmt: skip
    given = [(name, value) for _, attrs in made.tags for name, value in attrs.items()]
    assert not any(name in {"src", "href", "srcset"} or name.startswith("on") for name, _ in given)
    assert not any("//" in (value or "") or "script" in (value or "") for _, value in given)
    assert "url(" not in made.style
    assert "@import" not in made.style
    shown = HOSTILE.replace("\x00", "\ufffd")
    assert sum(shown.strip() in said for said in made.said) >= 9
    assert "\x00" not in text
    assert ("html", {"lang": "en-GB"}) in made.tags
    assert ("meta", {"charset": "utf-8"}) in made.tags
    assert "prefers-color-scheme: dark" in made.style
    assert "@media print" in made.style


def test_a_repair_that_does_not_follow_is_said_with_its_reason(tmp_path):
    none = coded("laraway-2015", [mark(1, marker="denial", at=5000)], turns=[turn(1, 0, 60_000)])
    told = page(tmp_path, "session-report", [none]).text
    assert "The latency to repair cannot be told: no repair after it." in told
    soon = mark(2, Kind.SHIFT, at=9000)
    told = page(tmp_path, "session-report", [dataclasses.replace(none, marks=(*none.marks, soon))])
    assert "The first evidence of repair follows 4 s later." in told.text


def test_the_patients_words_are_printed_only_when_asked_for(tmp_path):
    without = page(tmp_path, "session-report", [of_events()])
    assert "SECRET" not in without.text
    assert "Words" not in without.said
    assert not any("SECRET" in str(attrs) for _, attrs in without.tags)
    words = page(tmp_path, "session-report", [of_events()], Choices(quotes=True))
    assert "SECRET-QUOTE" in words.text
    assert "SECRET-TURN" not in words.text
    unanchored = mark(9, Kind.STATEMENT, at=5000, text="SECRET-TEXT")
    said = page(tmp_path, "session-report", [coded("laraway-2015", [unanchored])])
    assert "SECRET" not in said.text


def test_each_coder_has_a_section_and_each_session_a_page(tmp_path):
    one = of_events()
    two = dataclasses.replace(one, rater=dataclasses.replace(one.rater, name="Bea"))
    other = dataclasses.replace(of_segments(), session=dataclasses.replace(one.session, number="3"))
    told = page(tmp_path, "session-report", [one, two, other])
    heads = [text for text in told.said if text.startswith(("Session 3", "Ana:", "Bea:"))]
    assert heads == [
        "Session 3/2",
        "Ana: Rupture Marker Coding Form",
        "Bea: Rupture Marker Coding Form",
        "Session 3/3",
        f"Ana: {other.scheme.title}",
    ]
    assert "Ana and Bea." in told.said
    assert [attrs.get("class") for tag, attrs in told.tags if tag == "h2"] == [None, "page"]


def test_a_mark_that_outlived_its_scheme_is_called_by_its_id():
    made = coded("laraway-2015")
    assert session_lanes.name_of(made, mark(1, marker="gone-by")) == "Gone-by"
    assert session_lanes.name_of(made, mark(1, Kind.PRECIPITANT)) == "Precipitant"


# the page itself


def test_a_page_is_whole_in_itself_escaped_and_told_in_words(tmp_path):
    told = page(tmp_path, "session-report", [of_segments()])
    assert "Quiet <b>& slow</b>" in told.said
    assert not any(tag in {"script", "link", "img", "b"} for tag, _ in told.tags)
    assert not any(name in attrs for _, attrs in told.tags for name in ("src", "href"))
    (drawn,) = [attrs for tag, attrs in told.tags if tag == "svg"]
    assert drawn["role"] == "img"
    ids = {attrs["id"] for _, attrs in told.tags if "id" in attrs}
    assert set(drawn["aria-labelledby"].split()) <= ids
    assert ("html", {"lang": "en-GB"}) in told.tags
    assert all("scope" in attrs for tag, attrs in told.tags if tag == "th")
    for needed in ("prefers-color-scheme: dark", "@media print", "@page"):
        assert needed in told.style
    assert "url(" not in told.style


def test_bars_are_drawn_to_scale_and_points_are_wide_enough_to_see():
    lane = Lane("Repair", "repair", (Bar(0, 50_000, "whole"), Bar(100_000, 100_000, "point")))
    made = Page(
        paper_html.write(Paper("T", (Drawing("D", "said", (0, 100_000), (lane,)),))).decode()
    )
    bars = [attrs for tag, attrs in made.tags if attrs.get("class") == "repair"]
    assert [(bar["x"], bar["width"]) for bar in bars] == [("120.0", "450.0"), ("1016.0", "8.0")]


def test_a_word_document_takes_what_xml_cannot_hold_and_tells_its_pictures_in_words():
    lane = Lane("Repair", "repair", ())
    drawn = Drawing("Timeline", "said in words", (0, 100_000), (lane,))
    parts = (
        Heading("A\x00B"),
        Text("x", "lead", notice=True),
        drawn,
        Grid(("a",), (("b",),), (1,)),
    )
    data = paper_docx.write(Paper("T", parts, wide=True))
    assert data[:2] == b"PK"
    document = docx.Document(io.BytesIO(data))
    assert document.paragraphs[1].text == "A\ufffdB"
    (told,) = [shape._inline.docPr for shape in document.inline_shapes]
    assert (told.get("descr"), told.get("title")) == ("said in words", "Timeline: Repair")
    assert document.sections[0].page_width > document.sections[0].page_height


# the codebook


def book(content=None, **more):
    content = content or {
        "id": "lab",
        "version": "2",
        "title": "Ours <x>",
        "source": "the lab & friends",
        "markers": [
            {
                "id": "one", "label": "One", "column": "a", "family": "withdrawal", "key": "on",
                "certainty": "high", "definition": "The definition.", "use_when": "The use.",
                "avoid_when": "The avoidance.", "example": "“An example.”",
                "confused_with": ["two"], "risk": "Call the service.",
            },
            {"id": "two", "label": "Two", "column": "manner", "person": "either"},
            {"id": "three", "label": "Three", "column": "repair", "observable": False},
            {"id": "four", "label": "Four", "column": "repair", "part_of": "three"},
            {"id": "five", "label": "Five", "column": "a", "retired": True},
            {"id": "six", "label": "Six", "column": "b", "retired": True},
        ],
        **more,
    }  # fmt: skip
    return markers.checked(content, "lab")


def said(parts):
    return "\n".join(
        " ".join(filter(None, (each.lead, each.text))) if isinstance(each, Text) else each.text
        for each in parts
        if isinstance(each, Text | Heading)
    )


def test_a_codebook_says_everything_a_coder_needs_of_a_marker():
    made = codebook.codebook(book(note="What is open."), Choices())
    told = said(made.parts)
    assert made.title == "Codebook: Ours <x>"
    for line in (
        "Scheme: lab, version 2; 2 rupture markers and 2 components of repair.",
        "Source: the lab & friends", "Note: What is open.", "One (on)", "Risk: Call the service.",
        "Family: withdrawal (high certainty). Act of the patient.", "The definition.",
        "Use when: The use.", "Not when: The avoidance.", "Example: “An example.”",
        "Often confused with: Two", "Needs the sound", "Act of the patient or the therapist",
        "Family: none: settle it at each mark",
        "Component of repair. Act of the patient. Its parts: Four. Cannot be observed in a recording.",
        "Part of: Three", "No longer offered\nFive; Six.",
    ):  # fmt: skip
        assert line in told
    assert "Segments" not in told
    assert "Ratings" not in told
    (glance,) = [each for each in made.parts if isinstance(each, Grid)]
    assert ("One", "on", "withdrawal (high certainty)", "patient") in glance.rows
    assert ("\u2013 Four", "", "component of repair", "patient") in glance.rows
    assert ("B",) not in glance.rows
    risk = next(each for each in made.parts if isinstance(each, Text) and each.notice)
    assert risk.text == "Call the service."


def test_a_codebook_says_ratings_with_their_anchors_and_how_long_segments_are():
    scales = [
        {"id": "s", "label": "Weight", "low": 1, "high": 5, "about": "How heavy.", "anchors": {"1": "none", "5": "all"}},
        {"id": "m", "label": "Each", "low": 1, "high": 5, "each": "marker", "at_end": False},
        {"id": "f", "label": "Fam", "low": 1, "high": 5, "each": "family", "over": "segment"},
    ]  # fmt: skip
    made = codebook.codebook(book(scales=scales, segment_s=60), Choices())
    told = said(made.parts)
    for line in (
        "Segments: Each segment is 1:00 (min:s) long, counted from 0:00.",
        "Weight\nHow heavy.\nFrom 1 to 5. One for the session. Give it once the end of the session was reached.",
        "Each\nFrom 1 to 5. Given for each rupture marker. One for the session. (2 ratings in all.)",
        "Given for withdrawal and for confrontation. One for each segment. (2 ratings in all.)",
    ):  # fmt: skip
        assert line in told
    anchors = [each for each in made.parts if isinstance(each, Grid)][-1]
    assert anchors.rows == (("1", "none"), ("5", "all"))
    longer = codebook.codebook(book(segment_s=60), Choices(segment_s={"lab": 300}))
    assert "Each segment is 5:00" in said(longer.parts)


def test_a_codebook_says_what_its_markers_are_counted_in():
    told = said(codebook.codebook(markers.load("samstag-2003"), Choices()).parts)
    assert (
        "Counted in laraway-2015: 37 of 38 markers have a row there; Hisses through teeth has none."
        in told
    )
    assert "Counts in laraway-2015 as: Denial" in told
    content = dict(book().content)
    content["rolls_up_to"] = "elsewhere"
    content["markers"] = [{**content["markers"][0], "confused_with": [], "rolls_up_to": "far"}]
    told = said(codebook.codebook(markers.checked(content, "lab"), Choices()).parts)
    assert "Counts in elsewhere as: far" in told


def test_every_scheme_that_ships_has_a_codebook(tmp_path):
    for name in markers.available():
        scheme = markers.load(name)
        told = page(tmp_path, "codebook", [], Choices(scheme)).said
        assert {marker.definition for marker in scheme.offered()} - {""} <= set(told)
        path = written(tmp_path, "codebook", [], ".docx", Choices(scheme))
        assert docx.Document(str(path)).paragraphs[0].text == f"Codebook: {scheme.title}"


def test_a_rating_of_nought_is_told(tmp_path):
    scales = [{"id": "s", "label": "Weight", "low": 0, "high": 5}]
    made = coded(book(scales=scales), ratings=[rating(1, "s", 0)])
    assert ["Weight", "0"] in tables(written(tmp_path, "session-report", [made], ".docx"))[-1]
