"""The periods of what a section has in its table, as a drawing: since when and until when."""

from collections.abc import Iterator, Mapping

from eakg.serve.content import SectionPlan
from eakg.serve.drawings import Span, Timeline, timeline
from eakg.serve.pages.thing.page import PageSection, RelationRow, Value

_FEWEST = 2  # periods that are a drawing


def periods_of(
    sections: tuple[PageSection, ...], plans: Mapping[str, SectionPlan]
) -> Mapping[str, Timeline]:
    """The drawings of the sections that have one, by their anchors.

    Its rows lead nowhere: the table below it has the same, with links and what supports them.

    Arguments: the sections of a page; how each is told.
    """
    drawings = {
        section.anchor: timeline(_spans(section.table.rows))
        for section in sections
        if section.table and section.anchor in plans and plans[section.anchor].in_time
    }
    return {name: drawing for name, drawing in drawings.items() if len(drawing.rows) >= _FEWEST}


def _spans(rows: tuple[RelationRow, ...]) -> Iterator[Span]:
    for row in rows:
        words = [_words(cell) for cell in row.cells]
        start, end = row.bounds.days
        if not row.bounds.crossed and (start or end):
            name = words[0] if words else ""
            yield Span(name or row.thing.label, None, start, end, group=", ".join(words[1:]))


def _words(cell: tuple[Value, ...]) -> str:
    return ", ".join(value.term.label for value in cell)
