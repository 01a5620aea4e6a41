"""A small sound file of each format, in words of our own: what fuzzing begins with."""

from data import make_odd
from data.make_odd import SEGMENTS, document, docx_parts, odt_parts, xlsx_parts

_ODT = odt_parts()["content.xml"]
_FODT = (
    _ODT.replace("document-content ", 'document office:mimetype="application/vnd.oasis.opendocument.text" ')
    .replace("document-content>", "document>")
)  # fmt: skip
_TABLE = [
    ("Speaker", "Start", "End", "Text"),
    ("T", "0:01", "0:04", "How was the quokka?"),
    ("C", "0:05", "0:09", "It was, well, zephyr fine."),
    ("T", "0:10", "0:11", "(nods) And then?"),
    ("C", "0:12", "0:15", 'Then he said "no", really.'),
]

SEEDS: dict[str, tuple[str, bytes]] = {
    "docx": ("a.docx", document(docx_parts())),
    "odt": ("a.odt", document(odt_parts())),
    "xlsx": ("a.xlsx", document(xlsx_parts())),
    "fodt": ("a.fodt", f'<?xml version="1.0"?>{_FODT}'.encode()),
    "rtf": (
        "a.rtf",
        b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}\\f0 T: How was the \\'93quokka\\'94?\\par "
        b"C: It was \\u8217?zephyr{\\b fine}.\\par {\\footnote x}\\trowd\\cell T:\\cell Mmm\\row\\par T: Yes.\\par}",
    ),
    "html": (
        "a.html",
        b"<!DOCTYPE html><html><head><title>x</title></head><body><p>T: How was the quokka?</p>"
        b'<p>C: It was <b>zephyr</b> fine &amp; well.</p><p><a name="ts_12140_22800_S01">T: And then?</a></p>'
        b"<table><tr><td>C</td><td>Nothing.</td></tr></table></body></html>",
    ),
    "text": (
        "a.txt",
        "Session 3\n\n[00:00:05]\nT: How was the quokka? (sigh)\nC: It was [pause] zephyr\nfine.\n12\n"
        "0:20 T: And then? C: Nothing.\n**T:** Mmm\n–\nC (quietly): Well… 0:31\n".encode(),
    ),
    "webvtt": (
        "a.vtt",
        b"WEBVTT - x\n\nNOTE y\n\n1\n00:01.000 --> 00:02.500 align:start\n<v T>How was the <i>quokka</i>?</v>\n\n"
        b"00:00:03.000 --> 00:00:04.000\n<v C>It was &lt;zephyr> fine.\n- And?\n\n00:05.000 --> 00:04.000\nMmm\n",
    ),
    "srt": (
        "a.srt",
        b"1\n00:00:01,000 --> 00:00:02,500\nT: How was the {\\an8}quokka?\n\n2\n00:00:03.000 --> 00:00:04,000\n"
        b"[C] It was zephyr\n<i>fine</i>.\n\n00:00:05,000 --> 00:00:06,000\nMmm\n",
    ),
    "sbv": ("a.sbv", b"0:00:01.000,0:00:02.500\nT: How was the quokka?\n\n0:00:03.000,0:00:04.000\nC: zephyr\n"),
    "whisper-tsv": ("a.tsv", b"start\tend\ttext\n0\t2500\tHow was the quokka?\n2500\t4000\tIt was zephyr fine.\n"),
    "whisper-txt": (
        "a.txt",
        b"[00:00.000 --> 00:02.500]  How was the quokka?\n[00:02.500 --> 00:04.000]  It was zephyr fine.\n",
    ),
    "lrc": ("a.lrc", b"[ti:x]\n[00:01.00]How was the quokka?\n[00:03.50]It was zephyr fine.\n"),
    "csv": (
        "a.csv",
        "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in _TABLE).encode(),
    ),
    "tsv": ("a.tsv", "\n".join("\t".join(row) for row in _TABLE).encode()),
    "elan-eaf": ("a.eaf", make_odd._eaf().encode()),
    "exmaralda": ("a.exb", make_odd._exb().encode()),
    "praat-textgrid": ("a.TextGrid", make_odd.TEXTGRID.format(start=0, end=1, words="the quokka", size=1).encode()),
    "chat": ("a.cha", make_odd.CHA.format(start=0, end=900).encode()),
    "exmaralda-exs": (
        "a.exs",
        b"<segmented-transcription><head/><segmented-body><common-timeline><tli id='T0' time='0'/>"
        b"<tli id='T1' time='1'/></common-timeline><segmented-tier id='a' type='t' speaker='T'><segmentation "
        b"name='SpeakerContribution_Event'><ts n='sc' id='s' s='T0' e='T1'><ts n='e' s='T0' e='T1'>quokka</ts></ts>"
        b"</segmentation></segmented-tier></segmented-body></segmented-transcription>",
    ),
    "folker": (
        "a.flk",
        b"<folker-transcription><head/><speakers><speaker speaker-id='T'><name>T</name></speaker></speakers>"
        b"<timeline><timepoint timepoint-id='a' absolute-time='0'/><timepoint timepoint-id='b' absolute-time='1'/>"
        b"</timeline><contribution speaker-reference='T' start-reference='a' end-reference='b'><unparsed>the quokka"
        b"</unparsed></contribution></folker-transcription>",
    ),
    "whisper-timestamped-json": (
        "a.json",
        b'{"text":" the quokka","segments":[{"id":0,"start":0.5,"end":2,"text":" the quokka","confidence":0.5,'
        b'"words":[{"text":"the","start":0.5,"end":1,"confidence":0.5},{"text":"quokka","start":1,"end":2,'
        b'"confidence":0.9}]}],"language":"en"}',
    ),
    "trint-json": (
        "a.json",
        b'{"transcript":{"words":[{"time":500,"duration":5,"value":"quokka","paragraphId":"1"}],'
        b'"paragraphs":{"1":{"speaker":"s"}},"speakers":{"s":{"name":"T"}}}}',
    ),
    "otranscribe": ("a.otr", SEGMENTS["otr"].encode()),
    **{
        f"{name}-json": ("a.json", SEGMENTS[name].replace("0.5", "500").encode())
        for name in ("whisper", "whisperx", "whispercpp", "deepgram", "assemblyai", "aws", "google", "azure", "ibm", "speechmatics", "revai")
    },
}  # fmt: skip
