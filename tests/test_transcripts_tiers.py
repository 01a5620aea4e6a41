"""ELAN, Praat and EXMARaLDA: which tiers are taken, in what order, and that no annotation is lost."""

import json
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coder.errors import CoderError
from coder.session import TimeSource
from coder.transcripts.decoding import decode
from coder.transcripts.reading import read, to_json
from coder.transcripts.source import Options
from coder.transcripts.tiers import filled, ms_of, unique

SAMPLES = Path(__file__).parents[1] / ".." / "shared" / "data" / "transcripts"


def reading(name, text, **options):
    data = text if isinstance(text, bytes) else text.encode()
    return read(Path(name), data, Options(**options))


def turns(found):
    return [(t.label, t.start_ms, t.end_ms, t.text) for t in found.turns]


def keys(found):
    return [notice.key for notice in found.warnings]


def whys(found):
    return [(each.line, each.text, each.why) for each in found.reported]


# ELAN


def slots(*values):
    rows = "".join(
        f'<TIME_SLOT TIME_SLOT_ID="t{n}"' + (f' TIME_VALUE="{value}"/>' if value != "" else "/>")
        for n, value in enumerate(values)
    )
    return f"<TIME_ORDER>{rows}</TIME_ORDER>\n"


def said(id_, words, first, last):
    return (
        f'<ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="{id_}" TIME_SLOT_REF1="t{first}"'
        f' TIME_SLOT_REF2="t{last}"><ANNOTATION_VALUE>{escape(words)}</ANNOTATION_VALUE>'
        "</ALIGNABLE_ANNOTATION></ANNOTATION>\n"
    )


def about(id_, words, of):
    return (
        f'<ANNOTATION><REF_ANNOTATION ANNOTATION_ID="{id_}" ANNOTATION_REF="{of}">'
        f"<ANNOTATION_VALUE>{escape(words)}</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>\n"
    )


def tier(name, *rows, **given):
    more = "".join(f" {key.upper()}={quoteattr(value)}" for key, value in given.items())
    return f"<TIER TIER_ID={quoteattr(name)}{more}>\n{''.join(rows)}</TIER>\n"


def eaf(*parts, head=""):
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<ANNOTATION_DOCUMENT FORMAT="3.0">\n'
        f"{head}{''.join(parts)}</ANNOTATION_DOCUMENT>\n"
    )


TWO = (
    slots(0, 1000, 500, 2000, 2000, 3000),
    tier("talk@A", said("a1", "I came late", 0, 1), said("a3", "sorry", 4, 5), participant="Ann"),
    tier("talk@B", said("a2", "never mind", 2, 3), participant="Ben"),
    tier("rooms", said("a4", "door opens", 0, 1)),
    tier("gloss", about("a5", "late = spät", "a1"), parent_ref="talk@A", participant="Ann"),
)


def test_elan_takes_the_tiers_of_participants_merged_by_start():
    found = reading("a.eaf", eaf(*TWO))
    assert found.format == "elan-eaf"
    assert turns(found) == [
        ("Ann", 0, 1000, "I came late"),
        ("Ben", 500, 2000, "never mind"),
        ("Ann", 2000, 3000, "sorry"),
    ]
    assert found.cues is None
    assert dict(found.tiers) == {"talk@A": 2, "talk@B": 1, "rooms": 1, "gloss": 1}
    assert keys(found) == ["times_overlap"]


def test_elan_tells_of_each_tier_that_is_not_taken_with_its_count_and_words():
    assert [(text, why) for _, text, why in whys(reading("a.eaf", eaf(*TWO)))] == [
        (
            "rooms",
            "tier “rooms” is not taken (1): it names no participant, as others do",
        ),
        ("door opens", "in the tier “rooms”"),
        (
            "late = spät",
            "tier “gloss” is not taken (1): it belongs to “talk@A”, which it repeats or comments on",
        ),
    ]


def test_elan_without_participants_takes_the_tiers_that_have_others_below_else_all():
    first = tier("one", said("a1", "hello", 0, 1))
    second = tier("two", said("a2", "marker", 0, 1))
    below = tier("three", about("a3", "gloss", "a1"), parent_ref="one")
    times = slots(0, 10)
    found = reading("a.eaf", eaf(times, first, second, below))
    assert turns(found) == [("one", 0, 10, "hello")]
    assert "no tier belongs to it" in found.reported[0].why
    found = reading("a.eaf", eaf(times, first, second))
    assert found.speakers == {"one": 1, "two": 1}


def test_elan_takes_tiers_with_times_and_words_only():
    types = '<LINGUISTIC_TYPE LINGUISTIC_TYPE_ID="sym" TIME_ALIGNABLE="false"/>'
    found = reading(
        "a.eaf",
        eaf(
            slots(0, 10),
            tier("silent", said("a1", " ", 0, 1), participant="Z"),
            tier("own", said("a2", "hello", 0, 1), said("a4", "", 0, 1)),
            tier("symbols", linguistic_type_ref="sym", participant="Y"),
            tier("loose", about("a3", "x", "a2"), participant="X"),
            types,
        ),
    )
    assert turns(found) == [("own", 0, 10, "hello")]
    assert [why for *_, why in whys(found)] == [
        "tier “silent” is not taken (0): it holds no words",
        "nothing stands here in “own”",
        "tier “symbols” is not taken (0): it has no times of its own",
        "tier “loose” is not taken (1): it has no times of its own",
        "in the tier “loose”",
    ]


def test_elan_tiers_can_be_chosen_and_a_wrong_name_says_which_there_are():
    found = reading("a.eaf", eaf(*TWO), tiers=("rooms", "gloss"))
    assert turns(found) == [("rooms", 0, 1000, "door opens"), ("Ann", 0, 1000, "late = spät")]
    assert "tier “talk@B” is not taken (1): not asked for" in [why for *_, why in whys(found)]
    with pytest.raises(CoderError) as fault:
        reading("a.eaf", eaf(*TWO), tiers=("talk@C",))
    assert fault.value.key == "tier_unknown"
    assert fault.value.where["known"] == "“talk@A” (2), “talk@B” (1), “rooms” (1), “gloss” (1)"


def test_a_slot_without_a_time_gives_none_but_places_the_turn():
    found = reading(
        "a.eaf",
        eaf(
            slots(0, "", "", "", 4000, 1700),
            tier("A", said("a1", "one", 0, 1), said("a2", "two", 1, 2), said("a3", "three", 3, 4)),
            tier("B", said("b1", "between", 5, 4)),
        ),
    )
    assert turns(found) == [
        ("A", 0, None, "one"),
        ("A", None, None, "two"),
        ("B", 1700, 4000, "between"),
        ("A", None, 4000, "three"),
    ]
    assert found.untimed == 2
    assert [t.times for t in found.turns].count(TimeSource.GIVEN) == 2


def test_annotations_below_share_the_time_of_what_they_belong_to():
    found = reading(
        "a.eaf",
        eaf(
            slots(100, 900),
            tier("A", said("a1", "one two three", 0, 1)),
            tier(
                "words",
                about("w1", "one", "a1"),
                about("w2", "two", "a1"),
                about("w3", "three", "a1"),
                parent_ref="A",
            ),
            tier("pos", about("p1", "number", "w1"), about("p2", "lost", "w9"), parent_ref="words"),
            tier("ring", about("r1", "x", "r2"), about("r2", "y", "r1"), parent_ref="A"),
        ),
        tiers=("words", "pos", "ring"),
    )
    spans = {t.text: (t.start_ms, t.end_ms) for t in found.turns}
    assert spans == {
        "one": (100, None),
        "two": (None, None),
        "three": (None, 900),
        "number": (100, None),
        "lost": (None, None),
        "x": (None, None),
        "y": (None, None),
    }


def test_recordings_are_named_without_the_folders_of_another_machine():
    head = (
        '<HEADER TIME_UNITS="milliseconds"><MEDIA_DESCRIPTOR'
        ' MEDIA_URL="file:///C:/Users/someone/My%20talks/one.wav" RELATIVE_MEDIA_URL=""/>'
        r'<MEDIA_DESCRIPTOR RELATIVE_MEDIA_URL=".\two.mp4" TIME_ORIGIN="2500"/>'
        '<MEDIA_DESCRIPTOR MEDIA_URL="" TIME_ORIGIN="0"/></HEADER>'
    )
    found = reading("a.eaf", eaf(*TWO, head=head))
    told = {notice.key: notice.where for notice in found.warnings}
    assert told["media_linked"] == {"names": "“one.wav”, “two.mp4”"}
    assert told["time_origin"] == {"ms": 2500}
    assert "someone" not in json.dumps(to_json(found))


def test_damaged_or_hostile_xml_is_refused():
    for text in (
        eaf(*TWO)[:-30],
        '<!DOCTYPE a [<!ENTITY x "y">]>' + eaf(*TWO).partition("?>")[2],
        eaf("<A>" * 300 + "</A>" * 300),
    ):
        with pytest.raises(CoderError, match="transcript_d"):
            reading("a.eaf", text)
    with pytest.raises(CoderError) as fault:
        reading("a.eaf", eaf())
    assert (fault.value.key, fault.value.where["known"]) == ("tiers_empty", "none")


def test_a_long_list_of_tiers_is_cut_short():
    with pytest.raises(CoderError) as fault:
        reading("a.eaf", eaf(*(tier("x") for _ in range(30))))
    assert fault.value.where["known"].endswith("“x (20)” (0), …")


# TextGrid


def long_grid(*parts, sep="\n"):
    rows = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "xmin = 0", "xmax = 9"]
    rows += ["tiers? <exists>", f"size = {len(parts)}", "item []:"]
    for n, (kind, name, entries) in enumerate(parts, 1):
        rows += [f"    item [{n}]:", f'        class = "{kind}"', f'        name = "{name}"']
        rows += ["        xmin = 0", "        xmax = 9"]
        if kind == "IntervalTier":
            rows += [f"        intervals: size = {len(entries)}"]
        else:
            rows += [f"        points: size = {len(entries)}"]
        for m, (*times, words) in enumerate(entries, 1):
            names = ("xmin", "xmax", "text") if len(times) == 2 else ("number", "mark")
            rows += [f"        intervals [{m}]:"]
            rows += [f"            {key} = {ms}" for key, ms in zip(names, times, strict=False)]
            rows += [f'            {names[-1]} = "{words}"']
    return sep.join(rows) + sep


def short_grid(*parts):
    rows = ['File type = "ooTextFile"', 'Object class = "TextGrid"', "", "0", "9", "<exists>"]
    rows += [str(len(parts))]
    for kind, name, entries in parts:
        rows += [f'"{kind}"', f'"{name}"', "0", "9", str(len(entries))]
        for *times, words in entries:
            rows += [*map(str, times), f'"{words}"']
    return "\n".join(rows) + "\n"


GRID = (
    ("IntervalTier", "Ann", [("0", "1.5", "I came late"), ("1.5", "3", ""), ("3", "4", " ")]),
    ("IntervalTier", "Ben", [("0", "1", ""), ("1", "2.25", 'you said ""late""')]),
    ("TextTier", "bell", [("2", "ding"), ("2.5", "")]),
)


@pytest.mark.parametrize("make", [long_grid, short_grid])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_both_forms_of_a_textgrid_in_any_unicode_give_the_same(make, encoding):
    found = reading("a.TextGrid", make(*GRID).encode(encoding))
    assert found.format == "praat-textgrid"
    assert turns(found) == [
        ("Ann", 0, 1500, "I came late"),
        ("Ben", 1000, 2250, 'you said "late"'),
    ]
    assert dict(found.tiers) == {"Ann": 1, "Ben": 1, "bell": 1}
    assert [(text, why) for _, text, why in whys(found)] == [
        ("bell", "tier “bell” is not taken (1): its marks are points in time, not turns"),
        ("ding", "in the tier “bell”"),
    ]


@pytest.mark.parametrize("sep", ["\n", "\r\n", "\r"])
def test_a_textgrid_keeps_the_numbers_of_its_lines(sep):
    text = long_grid(*GRID, sep=sep)
    found = reading("a.TextGrid", text)
    lines = text.split(sep)
    assert [lines[t.line - 1].strip() for t in found.turns] == [
        'text = "I came late"',
        'text = "you said ""late"""',
    ]


def test_labels_of_a_textgrid_may_look_like_its_own_words():
    entries = [
        ("0", "1", "see item [4] there"),
        ("1", "2", "the intervals [2] of it\nxmin = 7"),
        ("2", "3", "IntervalTier"),
        ("3", "4", "! no comment"),
    ]
    parts = (("IntervalTier", "Ann", entries), ("IntervalTier", "Ben", [("4", "5", "yes")]))
    for make in (long_grid, short_grid):
        found = reading("a.TextGrid", make(*parts))
        assert [t.text for t in found.turns] == [
            "see item [4] there",
            "the intervals [2] of it xmin = 7",
            "IntervalTier",
            "! no comment",
            "yes",
        ]


def test_tiers_of_a_textgrid_without_a_name_or_with_the_same_can_be_told_apart():
    parts = [
        ("IntervalTier", name, [("0", str(n), f"word {n}")])
        for n, name in enumerate(("", "a", "a"), 1)
    ]
    found = reading("a.TextGrid", long_grid(*parts))
    assert found.speakers == {"": 1, "a": 2}
    assert dict(found.tiers) == {"tier 1": 1, "a": 1, "a (2)": 1}
    assert turns(reading("a.TextGrid", long_grid(*parts), tiers=("a (2)",))) == [
        ("a", 0, 3000, "word 3")
    ]


def test_odd_times_of_a_textgrid():
    entries = [
        ("-0", "1", "a"),
        ("1e0", "+2", "b"),
        ("--undefined--", "3", "c"),
        ("1e99", "4", "d"),
        ("-5", "5", "e"),
        ("12.5", "e"),
    ]
    found = reading("a.TextGrid", short_grid(("IntervalTier", "A", entries)))
    assert [(t.start_ms, t.end_ms) for t in found.turns] == [
        (0, 1000),
        (1000, 2000),
        (None, 3000),
        (None, 4000),
        (None, 5000),
        (12500, None),
    ]


def test_a_textgrid_with_comments_quotes_not_doubled_and_a_cut_end_loses_no_words():
    text = (
        'File type = "ooTextFile"\nObject class = "TextGrid"\n"stray" 0 9 <exists> 2 ! two tiers\n'
        '"IntervalTier" "A" 0 9 ! three numbers: "none"\n 3\n0 1 "he said "no" and left"\n'
        '1 2 "and then\n nothing'
    )
    found = reading("a.TextGrid", text)
    assert [t.text for t in found.turns] == ['he said "no" and left', "and then nothing"]
    short = next(notice for notice in found.warnings if notice.key == "tier_short")
    assert short.where == {"tier": "A", "said": 3, "count": 2}
    head = short_grid(("IntervalTier", "A", []), ("TextTier", "B", [("1", "x")]))
    with pytest.raises(CoderError, match="tiers_empty"):
        reading("a.TextGrid", head)


def test_a_textgrid_is_known_by_its_name_when_its_head_is_lost():
    text = short_grid(*GRID).partition("<exists>")[2]
    assert reading("a.TextGrid", text).format == "praat-textgrid"
    text = '"IntervalTier" "x" "stray" ' + short_grid(*GRID).partition("<exists>\n3")[2]
    assert len(reading("a.TextGrid", text).turns) == 2


def test_a_textgrid_by_time_gives_each_entry_to_its_tier():
    text = (
        '"Praat chronological TextGrid text file"\n0 9   ! Time domain.\n2   ! Number of tiers.\n'
        '"IntervalTier" "Ann" 0 9\n"TextTier" "bell" 0 9\n\n! Ann:\n1 0 1.5\n"I came late"\n'
        '2 2.0\n"ding"\n! Ann:\n1 1.5 3\n""\n1 3 4\n"IntervalTier"\n7 5\n"dong"\n"astray"\n'
    )
    found = reading("a.TextGrid", text)
    assert turns(found) == [
        ("Ann", 0, 1500, "I came late"),
        ("Ann", 3000, 4000, "IntervalTier"),
        ("Ann", None, None, "astray"),
    ]
    assert [each.text for each in found.reported] == ["bell", "ding", "dong"]
    with pytest.raises(CoderError, match="tiers_empty"):
        reading("a.TextGrid", '"Praat chronological TextGrid text file" 0 1 0 1 "x"')


def test_tiers_over_the_same_stretches_are_warned_of():
    words = ("IntervalTier", "words", [("0", "2", "good"), ("2", "3", "bye")])
    sounds = ("IntervalTier", "sounds", [("0", "1", "g"), ("1", "2", "d"), ("2", "3", "b")])
    other = ("IntervalTier", "Ben", [("0.5", "2.5", "so"), ("4", "5", "long")])
    twice = ("IntervalTier", "copy", [("4.1", "5.2", "So, long")])
    none = ("IntervalTier", "none", [("--undefined--", "1", "um")])
    found = reading("a.TextGrid", short_grid(words, sounds, other, none))
    told = [notice.where for notice in found.warnings if notice.key == "tiers_repeat"]
    assert told == [{"tiers": "“words”, “sounds”"}]
    assert "tiers_repeat" not in keys(reading("a.TextGrid", short_grid(words, other)))
    told = reading("a.TextGrid", short_grid(words, other, twice)).warnings[0]
    assert told.where == {"tiers": "“Ben”, “copy”"}


# EXMARaLDA and FOLKER


def exb(points, *rows, head=""):
    times = "".join(f'<tli id="T{n}" {given}/>' for n, given in enumerate(points))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<!-- (c) nobody -->\n<basic-transcription>\n<head>'
        '<meta-information><referenced-file url="../far/away/talk.wav"/></meta-information>'
        '<speakertable><speaker id="S0"><abbreviation>ANN</abbreviation></speaker>'
        '<speaker id="S1"><abbreviation/></speaker></speakertable></head>\n'
        f"<basic-body><common-timeline>{times}</common-timeline>\n{''.join(rows)}</basic-body>\n"
        f"{head}</basic-transcription>\n"
    )


def strip(name, kind, *events, speaker="S0"):
    rows = "".join(
        f'<event start="T{first}" end="T{last}">{escape(words)}</event>\n'
        for first, last, words in events
    )
    return (
        f'<tier id="id-{name}" speaker="{speaker}" category="v" type="{kind}"'
        f' display-name="{name}">\n{rows}</tier>\n'
    )


POINTS = ['time="0.0"', 'time="1.25"', "", 'time="3.0"', 'time="4" type="intp"', 'time="5.5"']
TALK = (
    strip("ANN [v]", "t", (0, 1, "I came "), (1, 2, "la"), (2, 3, "te. "), (4, 5, "Sorry. ")),
    strip("BEN [v]", "t", (1, 3, "Never mind. "), speaker="S1"),
    strip("ANN [en]", "a", (0, 3, "in other words")),
    strip("[noise]", "d", (3, 4, "a door"), speaker=""),
)


def test_exmaralda_makes_a_turn_of_events_that_touch():
    found = reading("a.exb", exb(POINTS, *TALK))
    assert found.format == "exmaralda"
    assert turns(found) == [
        ("ANN", 0, 3000, "I came late."),
        ("BEN [v]", 1250, 3000, "Never mind."),
        ("ANN", None, 5500, "Sorry."),
    ]
    assert dict(found.tiers) == {"ANN [v]": 2, "BEN [v]": 1, "ANN [en]": 1, "[noise]": 1}
    assert [why for *_, why in whys(found)] == [
        "tier “ANN [en]” is not taken (1): it holds notes or a translation, not what is said",
        "in the tier “ANN [en]”",
        "tier “[noise]” is not taken (1): it describes, and holds nothing that is said",
        "in the tier “[noise]”",
    ]
    assert found.warnings[0].where == {"names": "“talk.wav”"}


def test_exmaralda_puts_an_untimed_turn_between_its_neighbours():
    points = ['time="0"', "", 'time="2"', 'time="0.5"', 'time="1.5"']
    rows = (
        strip("A", "t", (0, 1, "one "), (9, 9, "nowhere")),
        strip("B", "t", (1, 2, "two"), speaker=""),
        strip("C", "t", (3, 4, "three"), speaker=""),
    )
    found = reading("a.exb", exb(points, *rows))
    assert [(t.label, t.start_ms, t.text) for t in found.turns] == [
        ("ANN", 0, "one"),
        ("ANN", None, "nowhere"),
        ("C", 500, "three"),
        ("B", None, "two"),
    ]


def test_exmaralda_without_types_takes_every_tier_and_else_only_speech():
    plain = strip("A", "", (0, 1, "one"))
    other = strip("B", "link", (3, 5, "two"))
    assert len(reading("a.exb", exb(POINTS, plain, other)).turns) == 2
    found = reading("a.exb", exb(POINTS, plain, strip("C", "t", (3, 5, "three"))))
    assert [t.text for t in found.turns] == ["three"]
    assert found.reported[0].why.endswith("it is not marked as speech")
    assert [t.text for t in reading("a.exb", exb(POINTS, *TALK), tiers=("[noise]",)).turns] == [
        "a door"
    ]


def test_a_segmented_transcription_gives_the_same_turns_as_the_basic_one():
    body = (
        '<segmented-tier id="a" speaker="S0" category="v" type="t" display-name="ANN [v]">'
        '<segmentation name="SpeakerContribution_Event"><ts n="sc" s="T0" e="T3">'
        '<ts n="e" s="T0" e="T2">I came la</ts><ts n="e" s="T2" e="T3">te. </ts></ts>'
        '<ts n="sc" s="T4" e="T5"><ts n="e" s="T4" e="T5">Sorry. </ts></ts></segmentation>'
        '<segmentation name="SpeakerContribution_Word"><ts n="w">late</ts></segmentation>'
        "</segmented-tier>"
        '<segmented-tier id="b" speaker="S0" type="a" display-name="ANN [en]">'
        '<annotation name="en"><ta s="T0" e="T3">in other words</ta></annotation></segmented-tier>'
    )
    text = exb(POINTS, body).replace("basic-", "segmented-")
    found = reading("a.exs", text)
    assert found.format == "exmaralda-exs"
    assert turns(found) == [("ANN", 0, 3000, "I came late."), ("ANN", None, 5500, "Sorry.")]
    assert "in other words" in [each.text for each in found.reported]


def test_folker_gives_a_turn_for_each_contribution():
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<folker-transcription>\n'
        '<speakers><speaker speaker-id="AN"><name>Ann</name></speaker></speakers>\n'
        '<recording path="C:\\far\\talk.wav"/><timeline>'
        '<timepoint timepoint-id="L0" absolute-time="0.0"/>'
        '<timepoint timepoint-id="L1" absolute-time="1.5"/>'
        '<timepoint timepoint-id="L2" absolute-time="2.0"/></timeline>\n'
        '<contribution speaker-reference="AN" start-reference="L0" end-reference="L1">'
        '<segment start-reference="L0">i came la</segment><segment>te</segment></contribution>\n'
        '<contribution start-reference="L1" end-reference="L2"><unparsed>(0.5)</unparsed>'
        "</contribution>\n"
        '<contribution speaker-reference="BE" start-reference="L1" end-reference="L2">'
        '<w>never</w><pause duration="micro"/><w>mi<time timepoint-reference="L1"/>nd</w>'
        '<non-phonological description="coughs"/></contribution>\n'
        '<contribution speaker-reference="AN" start-reference="L9" end-reference="L2">so'
        "</contribution>\n</folker-transcription>\n"
    )
    found = reading("a.flk", text)
    assert found.format == "folker"
    assert turns(found) == [
        ("AN", 0, 1500, "i came late"),
        ("AN", None, 2000, "so"),
        ("BE", 1500, 2000, "never (micro) mind ((coughs))"),
    ]
    assert [text for _, text, _ in whys(found)] == ["nobody", "(0.5)"]


# What they share


def test_numbers_that_are_no_times_are_none():
    for text in (None, "", "x", "nan", "inf", "1e999", "-3", "9" * 400, "1_000", "0x10"):
        assert ms_of(text, 1000) is None
    assert (ms_of("1.25", 1000), ms_of(" 610 ", 1), ms_of("-0.0", 1000)) == (1250, 610, 0)


def test_what_is_missing_lies_evenly_between_what_is_known():
    assert filled([None, 10, None, None, 40, None]) == [10, 10, 20, 30, 40, 40]
    assert filled([None, None]) == [0, 0]


def test_names_are_made_unique():
    assert list(unique(["a", "a (2)", "a", "", "a"])) == ["a", "a (2)", "a (3)", "tier 4", "a (4)"]


def test_an_xml_declaration_is_believed_when_the_bytes_bear_it_out():
    data = '<?xml version="1.0" encoding="ISO-8859-1"?><a>schön, Müller</a>'.encode("latin-1")
    assert decode(Path("a"), data, None)[0].endswith("<a>schön, Müller</a>")
    assert decode(Path("a"), data, None)[1:] == ("iso-8859-1", False)
    for name in (b"cp99999", b"us-ascii"):  # unknown, and not so
        assert "schön" in decode(Path("a"), data.replace(b"ISO-8859-1", name), None)[0]


# Nothing is lost

words = st.text("abc é?!“()[]<>&\"'=\n", max_size=12)
known = st.integers(0, 99_999) | st.none()


def letters(text):
    return sorted(char for char in text if char.isalnum())


def kept(found):
    pieces = [t.text for t in found.turns] + [each.text for each in found.reported]
    return letters("".join(pieces))


def attempt(name, data):
    """Read bytes; a refusal is returned."""
    try:
        return read(Path(name), data, Options())
    except CoderError as fault:
        return fault


def whole(name, text, everything):
    """A reading holds all the words, or there are none to take."""
    found = attempt(name, text.encode())
    if isinstance(found, CoderError):
        assert found.key == "tiers_empty"
        return
    for mark in ("tier-0", "tier-1", "tier-2"):
        everything += "" if not any(each.text == mark for each in found.reported) else mark
    assert kept(found) == letters(everything)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(st.tuples(known, known, words), max_size=5), st.booleans()),
        max_size=3,
    )
)
def test_no_annotation_of_elan_is_lost(parts):
    values, rows, everything = [], [], ""
    for n, (entries, named) in enumerate(parts):
        cells = []
        for start, end, text in entries:
            values += ["" if ms is None else ms for ms in (start, end)]
            cells.append(said(f"a{len(values)}", text, len(values) - 2, len(values) - 1))
            everything += text
        rows.append(tier(f"tier-{n}", *cells, **({"participant": "P"} if named else {})))
    whole("a.eaf", eaf(slots(*values), *rows), everything)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), words), max_size=5), max_size=3
    ),
    st.sampled_from([long_grid, short_grid]),
    st.sampled_from(["IntervalTier", "TextTier"]),
)
def test_no_interval_of_a_textgrid_is_lost(parts, make, last):
    rows = []
    for n, entries in enumerate(parts):
        kind = last if n == 2 else "IntervalTier"
        quoted = [(a, b, text.replace('"', '""')) for a, b, text in entries]
        rows.append(
            (kind, f"tier-{n}", quoted if kind == "IntervalTier" else [e[1:] for e in quoted])
        )
    whole("a.TextGrid", make(*rows), "".join(text for part in parts for *_, text in part))


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("tad"),
            st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6), words), max_size=5),
        ),
        max_size=3,
    )
)
def test_no_event_of_exmaralda_is_lost(parts):
    rows = [strip(f"tier-{n}", kind, *events) for n, (kind, events) in enumerate(parts)]
    whole("a.exb", exb(POINTS, *rows), "".join(e[2] for _, events in parts for e in events))


def damaged(text):
    """Files of which a piece was cut out, doubled or overwritten."""
    data = text.encode()
    return st.tuples(
        st.integers(0, len(data)), st.integers(0, 60), st.binary(max_size=20), st.integers(0, 3)
    ).map(lambda cut: data[: cut[0]] + cut[2] * cut[3] + data[cut[0] + cut[1] :])


HEADS = (
    b'File type = "ooTextFile"\nObject class = "TextGrid"\n',
    b"<ANNOTATION_DOCUMENT>",
    b"<basic-transcription>",
    b"",
)


@settings(max_examples=300, deadline=None)
@given(
    damaged(eaf(*TWO))
    | damaged(long_grid(*GRID))
    | damaged(short_grid(*GRID))
    | damaged(exb(POINTS, *TALK))
    | st.tuples(st.sampled_from(HEADS), st.binary(max_size=200)).map(b"".join),
    st.sampled_from(["a.eaf", "a.TextGrid", "a.exb", "a.exs", "a.flk"]),
)
def test_any_bytes_give_a_reading_or_a_plain_error(data, name):
    found = attempt(name, data)
    if isinstance(found, CoderError):
        assert found.where["path"] == name
    else:
        assert found.turns
        assert all(t.start_ms is None or t.start_ms >= 0 for t in found.turns)
        to_json(found)


# The real files


def expected(id_):
    entries = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    return next(each["expected"] for each in entries if each["id"] == id_)


@pytest.mark.shared
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/data is missing")
def test_the_fables_of_elan():
    wanted = expected("elan-fables")
    path = SAMPLES / "elan-fables.eaf"
    found = read(path, path.read_bytes(), Options())
    assert len(found.turns) == wanted["turns"] == 16
    assert found.speakers == {wanted["participant"]: 16}
    assert (found.first_ms, found.last_ms) == (wanted["first_ms"], wanted["last_ms"])
    assert dict(found.tiers) == wanted["tiers"]


@pytest.mark.shared
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/data is missing")
@pytest.mark.parametrize(
    "id_",
    ["textgrid-mary-long", "textgrid-mary-short", "textgrid-H-long-utf8", "textgrid-H-long-utf16"],
)
def test_the_textgrids_of_praat(id_):
    wanted = expected(id_)
    path = SAMPLES / f"{id_}.TextGrid"
    found = read(path, path.read_bytes(), Options())
    assert found.encoding == wanted["encoding"]
    assert dict(found.tiers) == {
        name.partition("(")[0]: count for name, (_, count) in wanted["tiers"].items()
    }
    assert found.speakers == {
        name: count for name, (_, count) in wanted["tiers"].items() if "(points)" not in name
    }


@pytest.mark.shared
@pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared/data is missing")
def test_one_sentence_in_both_forms_of_praat_imports_equal():
    both = [
        read(path, path.read_bytes(), Options())
        for path in sorted(SAMPLES.glob("textgrid-mary-*.TextGrid"))
    ]
    assert turns(both[0]) == turns(both[1])
