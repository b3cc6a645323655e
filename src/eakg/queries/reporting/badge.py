"""A badge: how many queries of a run are well, as a small picture."""

from html import escape

from eakg.queries.reporting.history import RunRecord

_LABEL = "queries"
_COLOURS = {"error": "#b3261e", "warning": "#8a5a00", "well": "#1a6b2f"}
"""Each with a contrast of at least 4.5 to white (WCAG 2.2, section 1.4.3)."""
_CHARACTER, _MARGIN = 7, 6  # pixels


def badge_of(run: RunRecord) -> bytes:
    """The badge of a run as SVG 1.1, with nothing that would be fetched."""
    words = f"{run.successes} of {len(run.queries)} passed" if run.queries else "none asked"
    is_well = 0 < run.successes == len(run.queries)
    state = "error" if run.errors else "well" if is_well else "warning"
    left, right = (len(text) * _CHARACTER + 2 * _MARGIN for text in (_LABEL, words))
    title = escape(f"{_LABEL}: {words}")
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" \
aria-label="{title}">
<title>{title}</title>
<rect width="{left + right}" height="20" rx="3" fill="#444"/>
<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1 -3 3h-{right - 3}z" \
fill="{_COLOURS[state]}"/>
<g fill="#fff" font-family="Verdana, DejaVu Sans, sans-serif" font-size="11" \
text-anchor="middle">
<text x="{left / 2:g}" y="14" textLength="{left - 2 * _MARGIN}">{_LABEL}</text>
<text x="{left + right / 2:g}" y="14" textLength="{right - 2 * _MARGIN}">{escape(words)}</text>
</g>
</svg>
""".encode()
