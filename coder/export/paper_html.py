"""A document as one self-contained web page: no script, nothing fetched, every word escaped.

It reads in light and in dark, by the reader's own choice, and prints on white paper.
"""

from html import escape

from coder.export.paper import (
    Bar,
    Drawing,
    Grid,
    Heading,
    Lane,
    Paper,
    Part,
    Text,
    crowded,
    longest_first,
    share,
    ticks,
)
from coder.export.word import printable

_STYLE = """
:root { color-scheme: light dark; --page: #ffffff; --text: #1b2126; --muted: #56606a;
  --line: #c9ced4; --raised: #f5f6f7; --notice: #fae5de; --notice-text: #8c2f14;
  --withdrawal: #4480bd; --confrontation: #c1603d; --precipitant: #96711a; --repair: #4a9163;
  --unsure: #8a919b; --phase: #eceef1; }
@media (prefers-color-scheme: dark) { :root { --page: #15191c; --text: #e4e8eb; --muted: #9aa5ae;
  --line: #3c444c; --raised: #22282d; --notice: #44281f; --notice-text: #f5ab92;
  --withdrawal: #5d97d6; --confrontation: #d6785a; --precipitant: #c49b3f; --repair: #5fae7b;
  --unsure: #8d959e; --phase: #2b3036; } }
@media print { :root { color-scheme: light; --page: #ffffff; --text: #000000; --muted: #444444;
  --line: #999999; --raised: #f0f0f0; --notice: #ffffff; --notice-text: #000000;
  --withdrawal: #4480bd; --confrontation: #c1603d; --precipitant: #96711a; --repair: #4a9163;
  --unsure: #8a919b; --phase: #eceef1; } }
@page { margin: 18mm 15mm; }
body { background: var(--page); color: var(--text); max-width: 62rem; margin: 2rem auto;
  padding: 0 1.2rem; font: 1rem/1.45 "Segoe UI", Calibri, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: break-word; }
h1 { font-size: 1.6rem; margin: 0 0 .6rem; } h2 { font-size: 1.25rem; margin: 2rem 0 .5rem;
  border-bottom: 1px solid var(--line); padding-bottom: .2rem; }
h3 { font-size: 1.05rem; margin: 1.3rem 0 .3rem; } p { margin: .35rem 0; }
p.small { color: var(--muted); font-size: .875rem; }
p.notice { background: var(--notice); color: var(--notice-text); border: 1px solid currentColor;
  border-radius: 4px; padding: .5rem .7rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; font-size: .9375rem; }
caption { text-align: left; color: var(--muted); padding-bottom: .25rem; }
th, td { border: 1px solid var(--line); padding: .28rem .5rem; text-align: left;
  vertical-align: top; }
thead th, th.group { background: var(--raised); } .n { text-align: center; }
svg { width: 100%; height: auto; display: block; } svg text { fill: var(--text);
  font-family: inherit; font-size: 13px; }
svg rect[rx] { stroke: var(--page); stroke-width: 1.5px; }
svg .line { stroke: var(--line); } svg .phase { fill: var(--phase); }
svg .withdrawal { fill: var(--withdrawal); } svg .confrontation { fill: var(--confrontation); }
svg .precipitant { fill: var(--precipitant); } svg .repair { fill: var(--repair); }
svg .unsure { fill: var(--unsure); }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 10pt; }
  .page { break-before: page; } h2, h3, caption { break-after: avoid; }
  tr, svg, p.notice { break-inside: avoid; } thead { display: table-header-group; } }
"""
_LEFT, _WIDE, _LANE, _TOP, _AXIS = 120, 900, 34, 26, 30
_POINT, _BAR = 8, 18


def write(paper: Paper) -> bytes:
    """Write a document as HTML."""
    parts = "\n".join(_part(part, n) for n, part in enumerate(paper.parts))
    page = f"""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{_safe(paper.title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{_safe(paper.title)}</h1>
{parts}
</body>
</html>
"""
    return page.encode()


def _safe(text: str) -> str:
    return escape(printable(text))


def _lines(text: str) -> str:
    return _safe(text).replace("\n", "<br>")


def _part(part: Part, n: int) -> str:
    if isinstance(part, Heading):
        page = ' class="page"' if part.new_page else ""
        return f"<h{part.level}{page}>{_safe(part.text)}</h{part.level}>"
    if isinstance(part, Text):
        return _paragraph(part)
    return _grid(part) if isinstance(part, Grid) else _drawing(part, n)


def _paragraph(part: Text) -> str:
    kind = ' class="notice" role="note"' if part.notice else ' class="small"' if part.small else ""
    lead = f"<strong>{_safe(part.lead)}</strong> " if part.lead else ""
    return f"<p{kind}>{lead}{_lines(part.text)}</p>"


def _grid(part: Grid) -> str:
    whole = sum(part.widths)
    sized = "".join(f'<col style="width:{100 * width / whole:.1f}%">' for width in part.widths)
    head = "".join(
        f'<th scope="col"{_centre(part, n)}>{_safe(t)}</th>' for n, t in _cells(part.head)
    )
    caption = f"<caption>{_safe(part.caption)}</caption>" if part.caption else ""
    rows = "\n".join(_row(part, row) for row in part.rows)
    return (
        f'<div class="wide"><table>{caption}<colgroup>{sized}</colgroup>'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _cells(row: tuple[str, ...]) -> enumerate[str]:
    return enumerate(row)


def _row(part: Grid, row: tuple[str, ...]) -> str:
    if len(row) == 1:
        text = _safe(row[0])
        return f'<tr><th class="group" scope="rowgroup" colspan="{len(part.head)}">{text}</th></tr>'
    cells = (f"<td{_centre(part, n)}>{_lines(text)}</td>" for n, text in _cells(row))
    return f"<tr>{''.join(cells)}</tr>"


def _centre(part: Grid, n: int) -> str:
    return ' class="n"' if n in part.centred else ""


def _drawing(part: Drawing, n: int) -> str:
    """Draw lanes as SVG: its title and description say the same in words."""
    height = _TOP + len(part.lanes) * _LANE + _AXIS
    bottom = height - _AXIS
    inside = [*_phases(part, bottom), *_axis(part, bottom)]
    for row, lane in enumerate(part.lanes):
        inside += _lane(lane, _TOP + row * _LANE, part.span)
    drawn = "\n".join(inside)
    return (
        f'<svg viewBox="0 0 {_LEFT + _WIDE + 30} {height}" role="img" '
        f'aria-labelledby="drawn-{n} said-{n}">\n'
        f'<title id="drawn-{n}">{_safe(part.title)}</title>\n'
        f'<desc id="said-{n}">{_safe(part.said)}</desc>\n{drawn}\n</svg>'
    )


def _x(at_ms: int, span: tuple[int, int]) -> float:
    return _LEFT + _WIDE * share(at_ms, span)


def _phases(part: Drawing, bottom: int) -> list[str]:
    made = []
    for phase, to_left in zip(part.phases, crowded(part.phases, part.span), strict=True):
        at = ("end", -4) if to_left else ("start", 4)
        left, right = _x(phase.start_ms, part.span), _x(phase.end_ms, part.span)
        made.append(
            f'<rect class="phase" x="{left:.1f}" y="{_TOP}" width="{right - left:.1f}" '
            f'height="{bottom - _TOP}"/><line class="line" x1="{left:.1f}" y1="{_TOP - 20}" '
            f'x2="{left:.1f}" y2="{bottom}"/>'
            f'<text x="{left + at[1]:.1f}" y="{_TOP - 8}" text-anchor="{at[0]}">'
            f"{_safe(phase.name)}</text>"
        )
    return made


def _axis(part: Drawing, bottom: int) -> list[str]:
    made = [
        f'<line class="line" x1="{_LEFT}" y1="{bottom}" x2="{_LEFT + _WIDE}" y2="{bottom}"/>',
    ]
    for at, written in ticks(part.span):
        x = _x(at, part.span)
        made.append(
            f'<line class="line" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{bottom + 5}"/>'
            f'<text x="{x:.1f}" y="{bottom + 20}" text-anchor="middle">{_safe(written)}</text>'
        )
    return made


def _lane(lane: Lane, top: int, span: tuple[int, int]) -> list[str]:
    middle = top + _LANE / 2
    name = f'<text x="0" y="{middle + 4.5:.1f}">{_safe(lane.name)}</text>'
    return [name, *(_bar(bar, lane.ink, middle, span) for bar in longest_first(lane.bars))]


def _bar(bar: Bar, ink: str, middle: float, span: tuple[int, int]) -> str:
    """A span as a bar; what is too short to be seen, as wide as a point."""
    left, right = _x(bar.start_ms, span), _x(bar.end_ms, span)
    wide = max(right - left, _POINT)
    left = left if right - left >= _POINT else left - _POINT / 2
    return (
        f'<rect class="{ink}" x="{left:.1f}" y="{middle - _BAR / 2:.1f}" width="{wide:.1f}" '
        f'height="{_BAR}" rx="2"><title>{_safe(bar.name)}</title></rect>'
    )
