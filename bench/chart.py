# SPDX-License-Identifier: Apache-2.0
"""Charts as SVG, for light and for dark pages. The same input gives the same bytes."""
import math
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 80, 165, 48, 52
LINE_OF_TEXT = 16
BAR, BARS_RIGHT, GROUP_GAP = 18, 165, 12
LETTER = 7.2  # about as wide as one is
STYLE = """
  .paper { fill: #ffffff; stroke: #d0d7de }
  text { fill: #24292f; font: 13px system-ui, sans-serif }
  .title { font-size: 15px; font-weight: 600 }
  .grid { stroke: #d8dee4; stroke-width: 1 }
  .limit { stroke: #24292f; stroke-width: 2; stroke-dasharray: 4 3 }
  .line { fill: none; stroke-width: 2 }
  .s0 { fill: #0969da; stroke: #0969da } .s1 { fill: #bc4c00; stroke: #bc4c00 }
  .s2 { fill: #1a7f37; stroke: #1a7f37 } .s3 { fill: #8250df; stroke: #8250df }
  text.s0, text.s1, text.s2, text.s3 { stroke: none }
  polyline.s0, polyline.s1, polyline.s2, polyline.s3 { fill: none }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #0d1117; stroke: #30363d }
    text { fill: #e6edf3 }
    .grid { stroke: #30363d }
    .limit { stroke: #e6edf3 }
    .s0 { fill: #58a6ff; stroke: #58a6ff } .s1 { fill: #f0883e; stroke: #f0883e }
    .s2 { fill: #3fb950; stroke: #3fb950 } .s3 { fill: #bc8cff; stroke: #bc8cff }
  }
"""
COLOURS = 4


@dataclass
class Axis:
    label: str
    log: bool = False


def number(v):
    return f"{v:,.0f}" if abs(v) >= 100 else f"{v:.3g}"


def text(x, y, words, anchor="start", more=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'


def sheet(title, height, parts):
    """The whole document."""
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img">',
        f"<title>{escape(title)}</title>", f"<style>{STYLE}</style>",
        f'<rect class="paper" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="6"/>',
        text(16, 27, title, more=' class="title"'), *parts, "</svg>"]) + "\n"


# ---- scales ----

def linear_ticks(top):
    step = 10 ** math.floor(math.log10(top / 4))
    step *= next(m for m in (1, 2, 2.5, 5, 10) if top / (step * m) <= 5)
    return [i * step for i in range(math.ceil(top / step) + 1)]


def log_ticks(low, high):
    """1, 2 and 5 of each decade, or only its 1 where there are many; the first below, the last above."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = [m * 10.0 ** d for d in decades for m in ((1, 2, 5) if len(decades) <= 3 else (1,))]
    below = max([t for t in every if t <= low * 1.001])
    above = min([t for t in every if t >= high * 0.999] or every[-1:])
    return [t for t in every if below <= t <= above]


class Scale:
    """From values, the lowest and the highest of them among `ticks`, to places between `begin` and `end`."""

    def __init__(self, axis, ticks, begin, end):
        self.forward = math.log10 if axis.log else float
        self.ticks = ticks
        self.low, self.high = self.forward(min(ticks)), self.forward(max(ticks))
        self.begin, self.end = begin, end

    def __call__(self, v):
        share = (self.forward(v) - self.low) / ((self.high - self.low) or 1)
        return self.begin + share * (self.end - self.begin)


# ---- lines ----

def apart(places):
    """The places, moved down where two labels would meet."""
    moved = {}
    last = -math.inf
    for i in sorted(range(len(places)), key=lambda i: places[i]):
        last = moved[i] = max(places[i], last + LINE_OF_TEXT)
    return [moved[i] for i in range(len(places))]


def lines(title, x_axis, y_axis, series):
    """Series are pairs of a label and of points (x, y)."""
    right, bottom = WIDTH - RIGHT, HEIGHT - BOTTOM
    points = [p for _, of_one in series for p in of_one]
    values = [p[1] for p in points]
    x = Scale(x_axis, sorted({p[0] for p in points} | (set() if x_axis.log else {0})), LEFT, right)
    y = Scale(y_axis, log_ticks(min(values), max(values)) if y_axis.log else linear_ticks(max(values)), bottom, TOP)
    parts = []
    for tick in y.ticks:
        parts.append(f'<line class="grid" x1="{LEFT}" x2="{right}" y1="{y(tick):.1f}" y2="{y(tick):.1f}"/>')
        parts.append(text(LEFT - 8, y(tick) + 4, number(tick), "end"))
    for tick in x.ticks:
        parts.append(f'<line class="grid" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{TOP}" y2="{bottom}"/>')
        parts.append(text(x(tick), bottom + 18, number(tick), "middle"))
    parts.append(text((LEFT + right) / 2, HEIGHT - 12, x_axis.label, "middle"))
    middle = (TOP + bottom) / 2
    parts.append(text(18, middle, y_axis.label, "middle", f' transform="rotate(-90 18 {middle:.1f})"'))
    labels = apart([y(of_one[-1][1]) + 4 for _, of_one in series])
    for i, ((label, of_one), label_y) in enumerate(zip(series, labels)):
        colour = f"s{i % COLOURS}"
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in of_one)
        parts.append(f'<polyline class="line {colour}" points="{path}"/>')
        parts += [f'<circle class="{colour}" cx="{x(a):.1f}" cy="{y(b):.1f}" r="3.5"/>' for a, b in of_one]
        parts.append(text(x(of_one[-1][0]) + 10, label_y, label, more=f' class="{colour}"'))
    return sheet(title, HEIGHT, parts)


# ---- bars ----

def bars(title, unit, groups):
    """Groups are pairs of a name and of bars (label, value, limit or None), the labels the same in each; limits are
    dashes across the bars."""
    colours = {label: f"s{i % COLOURS}" for i, label in enumerate(dict.fromkeys(b[0] for _, g in groups for b in g))}
    left = 32 + LETTER * max(len(name) for name, _ in groups)
    room = WIDTH - left - BARS_RIGHT
    most = max(v for _, group in groups for _, value, limit in group for v in (value, limit or 0)) or 1
    parts, top = [], TOP
    for name, group in groups:
        parts.append(text(16, top + 14, name))
        for label, value, limit in group:
            length = max(value / most * room, 1)
            parts.append(f'<rect class="{colours[label]}" x="{left:.1f}" y="{top + 2:.1f}" width="{length:.1f}" height="{BAR - 4}"/>')
            end = left + length
            if limit is not None:
                at = left + limit / most * room
                parts.append(f'<line class="limit" x1="{at:.1f}" x2="{at:.1f}" y1="{top - 2}" y2="{top + BAR + 2}"/>')
                end = max(end, at) if at - end < 40 else end
            words = " ".join(filter(None, [number(value), label]))
            parts.append(text(end + 6, top + 14, words, more=f' class="{colours[label]}"'))
            top += BAR
        top += GROUP_GAP
    parts.append(text(left, top + 10, unit))
    return sheet(title, top + 26, parts)
