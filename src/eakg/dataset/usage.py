"""How annotations are used in the records that there are."""

from collections import Counter, defaultdict
from collections.abc import Mapping

from eakg.dataset.layout import Layout, shipped_layout
from eakg.text import Attribute, Event, parse_standoff

_SHARE = 0.75  # of the events of a type, from which on a value is usual


def usual_attributes(layout: Layout) -> Mapping[str, Mapping[str, str]]:
    """The values of attributes that three quarters or more of the events of a type have, by type
    and attribute: of the records of a layout, and of those shipped where it is annotated as they
    are. What cannot be read is left out."""
    shipped = shipped_layout()
    layouts = [layout]
    if layout.mapping.resolve() == shipped.mapping.resolve():
        layouts.append(shipped)
    folders = {path.resolve() for one in layouts for path in one.records()}
    events: Counter[str] = Counter()
    values: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for folder in sorted(folders):
        standoff, _ = parse_standoff(sorted(folder.glob("*.ann")))
        types = {event.id: event.type for event in standoff.of(Event)}
        events.update(types.values())
        for attribute in standoff.of(Attribute):
            if attribute.target in types and attribute.value is not None:
                values[types[attribute.target]][attribute.type, attribute.value] += 1
    return {
        type_: {
            attribute: value
            for (attribute, value), count in values[type_].items()
            if count >= _SHARE * total
        }
        for type_, total in events.items()
    }
