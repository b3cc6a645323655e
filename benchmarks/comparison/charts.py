"""Charts of a run, as the house lays out bars."""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree

from comparison.course import LOAD, LOOK_UPS, MIX, PREPARATION, START
from comparison.ratios import Turns, geometric_mean
from comparison.results import Run
from comparison.systems import MEMORY
from eakg.serve.drawings import Bar, bars

_OURS, _OTHERS = "#1f6f8b", "#b0b7bd"
_FACE = "system-ui, sans-serif"


def charts(run: Run) -> dict[str, str]:
    """Charts as SVG, by name; none of what was not measured."""
    drawings = {
        "starts": ("Seconds from the command to the first answer", _starts(run)),
        "memory": ("Bytes of memory for a triple, after queries", _memory(run)),
        "look-ups": ("Look-ups a second", _look_ups(run)),
        "load": ("Queries of LUBM answered a second, by clients", _load(run)),
        "mix": (f"The mix: time of {MEMORY}, where {run.reference} takes 1", _mix(run)),
    }
    found = {name: (title, tuple(entries)) for name, (title, entries) in drawings.items()}
    return {name: chart(title, entries) for name, (title, entries) in found.items() if entries}


def chart(title: str, entries: Iterable[Bar]) -> str:
    """A bar chart as SVG. Bars whose note is "ours" have another colour."""
    drawing = bars(entries)
    width, height = drawing.width, drawing.height + 28
    root = ElementTree.Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg",
            "viewBox": f"0 0 {width:g} {height:g}",
            "width": f"{width:g}",
            "height": f"{height:g}",
            "font-family": _FACE,
            "font-size": "13",
            "role": "img",
        },
    )
    ElementTree.SubElement(root, "title").text = title
    _add(root, "rect", width=width, height=height, fill="#fff")
    _add(root, "text", title, x=8, y=20, **{"font-weight": "bold"})
    body = _add(root, "g", transform="translate(0 28)")
    for row in drawing.rows:
        fill = _OURS if row.bar.note == "ours" else _OTHERS
        _add(body, "text", row.label, x=8, y=row.y + 14)
        _add(
            body,
            "rect",
            x=row.x,
            y=row.y + 20,
            width=row.width,
            height=drawing.thick,
            fill=fill,
        )
        _add(body, "text", row.bar.value_text, x=row.value_x, y=row.y + 32)
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, "unicode") + "\n"


def bar(label: str, value: float, text: str, *, is_ours: bool) -> Bar:
    """A bar of ours or of another's."""
    return Bar(label, None, value, text, "ours" if is_ours else "")


def _add(
    parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: float | str
) -> ElementTree.Element:
    words = {
        name: value if isinstance(value, str) else f"{round(value, 1):g}"
        for name, value in attributes.items()
    }
    element = ElementTree.SubElement(parent, tag, words)
    element.text = text
    return element


def _starts(run: Run) -> Iterator[Bar]:
    for graph in run.graphs:
        turns, fills = Turns(run, graph, START), Turns(run, graph, PREPARATION)
        for system in turns.systems:
            seconds = turns.median(system, "", "seconds")
            before = fills.median(system, "", "seconds")
            if seconds is not None:
                text = f"{seconds:.2f} s" + (f", after {before:.1f} s once" if before else "")
                yield bar(f"{graph}, {system}", seconds, text, is_ours=_is_ours(system))


def _memory(run: Run) -> Iterator[Bar]:
    for graph, facts in run.graphs.items():
        turns = Turns(run, graph, START)
        for system in turns.systems:
            memory = turns.median(system, "", "memory")
            if memory is not None:
                each = memory / facts["triples"]
                text = f"{each:,.0f} ({memory / 1e6:,.0f} MB)"
                yield bar(f"{graph}, {system}", each, text, is_ours=_is_ours(system))


def _look_ups(run: Run) -> Iterator[Bar]:
    yield from _rates(run, LOOK_UPS, "{graph}, {case}: {system}")


def _load(run: Run) -> Iterator[Bar]:
    yield from _rates(run, LOAD, "{graph}, {case} clients: {system}")


def _rates(run: Run, part: str, label: str) -> Iterator[Bar]:
    for graph in run.graphs:
        turns = Turns(run, graph, part)
        for case in turns.cases:
            for system in turns.systems:
                rate = turns.median(system, case, "rate")
                if rate is not None:
                    words = label.format(graph=graph, case=case, system=system)
                    ratio = turns.ratio(system, case, "rate")
                    text = f"{rate:,.0f}" + (f" ({ratio:.2f})" if ratio is not None else "")
                    yield bar(words, rate, text, is_ours=_is_ours(system))


def _mix(run: Run) -> Iterator[Bar]:
    for graph in run.graphs:
        turns = Turns(run, graph, MIX)
        kinds = {name: kind for name, kind, _ in run.queries.get(graph, ())}
        for kind in dict.fromkeys(kinds.values()):
            names = [name for name, other in kinds.items() if other == kind]
            ratios = [turns.ratio(MEMORY, name, "seconds") for name in names]
            mean = geometric_mean(ratio for ratio in ratios if ratio is not None)
            if mean is not None:
                yield bar(f"{graph}, {kind}", mean, f"{mean:.2f}", is_ours=True)


def _is_ours(system: str) -> bool:
    return system.startswith("eakg")
