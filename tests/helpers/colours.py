"""The colours of the pages, and how far each stands out from what is behind it."""

import re

from helpers.house import ROOT

STYLES = ROOT / "src/eakg/serve/static/eakg.css"
SCHEMES = ("light", "dark")
TEXT, SHAPE = 4.5, 3.0
"""The least contrast of text and of shapes (WCAG 2.2, success criteria 1.4.3 and 1.4.11)."""
PAIRS = (
    *((text, back, TEXT) for back in ("back", "panel") for text in ("text", "quiet", "link")),
    *(("text", "code-back", TEXT), ("accent", "back", TEXT), ("accent", "accent-back", TEXT)),
    *(("mark-text", "mark-back", TEXT), ("warn-text", "warn-back", TEXT)),
    *((f"c{number}", "back", SHAPE) for number in range(1, 7)),
)
_BLOCK = re.compile(r":root\s*\{(.*?)\}", re.DOTALL)
_COLOUR = re.compile(r"--([\w-]+):\s*#([0-9a-f]{6});")


def colours() -> dict[str, dict[str, str]]:
    """The colours of each scheme by their names, as six hexadecimal digits."""
    light, dark = (dict(_COLOUR.findall(block)) for block in _BLOCK.findall(STYLES.read_text()))
    return {"light": light, "dark": {**light, **dark}}


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2.2, "contrast ratio")."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """WCAG 2.2, "relative luminance"."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def table() -> str:
    """The pairs that pages use, with their colours and contrast in light and dark."""
    lines = [
        "| in front | behind | at least | light | dark |",
        "| --- | --- | --- | --- | --- |",
    ]
    for front, back, least in PAIRS:
        cells = [
            f"`#{scheme[front]}` on `#{scheme[back]}`: {contrast(scheme[front], scheme[back]):.1f}"
            for scheme in colours().values()
        ]
        lines.append(f"| `--{front}` | `--{back}` | {least} | {' | '.join(cells)} |")
    return "\n".join(lines)
