"""Charts as SVG: horizontal bars with their numbers, with a title and a description."""

from xml.sax.saxutils import escape

from cot_flows.papers.model import Bar, Chart

WIDTH, LABELS, ENDS, HEIGHT = 640, 130, 150, 24
"""Of the drawing, of the room for labels and for the words at the ends, and of one bar's row."""

INK, BAR, LINE = "#1b1f24", "#0b4f9c", "#c8ced6"
FONT = "Libertinus Serif, Georgia, serif"


def svg(chart: Chart, name: str) -> str:
    """Return a chart as SVG; `name` makes the ids of its title and description its own."""
    high = HEIGHT * len(chart.bars) + 8
    drawn = "".join(
        _bar(bar, 4 + HEIGHT * index, chart.longest) for index, bar in enumerate(chart.bars)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {high}" width="{WIDTH}" '
        f'height="{high}" role="img" aria-labelledby="{name}-title {name}-desc">'
        f'<title id="{name}-title">{escape(chart.title)}</title>'
        f'<desc id="{name}-desc">{escape(chart.description)}</desc>{drawn}'
        f'<line x1="{LABELS}" y1="0" x2="{LABELS}" y2="{high}" stroke="{LINE}"/></svg>'
    )


def _bar(bar: Bar, top: int, longest: float) -> str:
    """Return one row of a chart; numbers are rounded, so that every machine draws the same."""
    share = min(1.0, bar.length / longest) if longest else 0.0
    end = LABELS + (WIDTH - LABELS - ENDS) * share
    text = f'y="{top + 16}" font-family="{FONT}" font-size="14" fill="{INK}"'
    return (
        f'<text x="{LABELS - 8}" text-anchor="end" {text}>{escape(bar.label)}</text>'
        f'<rect x="{LABELS}" y="{top + 4}" width="{end - LABELS:.2f}" height="{HEIGHT - 8}" '
        f'fill="{BAR}"/><text x="{end + 8:.2f}" {text}>{escape(bar.says)}</text>'
    )
