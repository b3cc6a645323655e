"""WebAnno TSV 3, read: a line for each token, and a column for each feature of a layer
(https://webanno.github.io/webanno/releases/3.6.11/docs/user-guide.html, appendix B).

Offsets are UTF-16 units. A layer with roles has events, its other features are attributes, an
`identifier` is what a mention stands for. What stands between sentences is not in the file: it is
taken for line ends.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, zip_longest

from eakg.text.exchange.annotated_text import (
    UTF_16,
    AnnotatedText,
    AnnotationBuilder,
    code_points,
    iri_reference,
)
from eakg.text.exchange.losses import Conversion, ExchangeError, check_text
from eakg.text.offsets import offset_scale

_HEAD = re.compile(r"#FORMAT=WebAnno TSV 3\.\d+\s*")
_LAYER = re.compile(r"#T_(SP|RL|CH)=([^|]+)(?:\|(.*))?")
_TEXT, _ROLE, _END = "#Text=", "ROLE_", "BT_"
_TOKEN = re.compile(r"(\d+-\d+(?:\.\d+)?)\t([0-9]{1,18})-([0-9]{1,18})\t([^\t]+)(?:\t(.*))?")
_HEAD_WIDTH = 40  # characters of a line that is no token
_NUMBERS = re.compile(r"(?<!\\)\[(\d+)(?:_(\d+))?\]$")
_TARGET = re.compile(r"(\d+-\d+(?:\.\d+)?)(?:\[(\d+)(?:_(\d+))?\])?")
_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f"}
_NONE, _EMPTY = "_", "*"
_NAMES = ("label", "value")

_Key = tuple[int, str]
"""An annotation: the place of its layer among the columns, and its number in the document, or else
its unit."""


@dataclass(frozen=True)
class _Layer:
    kind: str
    name: str
    features: tuple[str, ...]
    first: int

    @property
    def roles(self) -> int | None:
        """Where its roles stand among its features, and what fills them behind that."""
        places = (n for n, one in enumerate(self.features) if one.startswith(_ROLE))
        return next(places, None)


@dataclass
class _Cell:
    """An annotation as its columns tell of it: its units, and the values of its features."""

    values: list[str]
    units: list[str] = field(default_factory=list)


def read_webanno_tsv(content: str, number: int = 1) -> Conversion[AnnotatedText]:
    """The text of a file with its annotations, and what of it is not taken.

    Raises: ExchangeError for what is no WebAnno TSV 3.
    """
    lines = content.removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    if not _HEAD.fullmatch(lines[0]):
        raise ExchangeError("does not begin with #FORMAT=WebAnno TSV 3; export it as that")
    if number != 1:
        raise ExchangeError(f"has one text and no number {number}")
    return _Reader(lines).result()


class _Reader:
    """Reads the lines of a file."""

    def __init__(self, lines: Sequence[str]) -> None:
        self._layers: list[_Layer] = []
        self._units: dict[str, tuple[int, int]] = {}
        self._cells: dict[_Key, _Cell] = {}
        self._losses: list[str] = []
        self._builder = AnnotationBuilder(self._read(lines))
        self._points = code_points(self._builder.text, UTF_16)
        self._ids: dict[_Key, str] = {}

    def _read(self, lines: Sequence[str]) -> str:
        """Reads layers, units and cells; gives the text."""
        width, text, end = 0, "", 0
        pending: str | None = None
        longest = sum(len(line) + 1 for line in lines)
        for is_text, group in groupby(lines, key=lambda line: line.startswith(_TEXT)):
            if is_text:
                pending = "\n".join(_unescaped(line[len(_TEXT) :]) for line in group)
                continue
            for line in group:
                if layer := _LAYER.fullmatch(line):
                    features = tuple((layer[3] or "").split("|"))
                    self._layers.append(_Layer(layer[1], layer[2], features, width))
                    width += len(features)
                    if self._layers[-1].roles == len(features) - 1:
                        raise ExchangeError(f"has roles in {layer[2]} and nothing that fills them")
                elif token := _TOKEN.fullmatch(line):
                    begin = int(token[2])
                    if pending is not None:
                        start = begin - _length(pending.partition(_unescaped(token[4]))[0])
                        if start < end:
                            raise ExchangeError(
                                f"has a sentence at {start} that begins before {end}"
                            )
                        if start > longest:
                            raise ExchangeError(f"has a sentence at {start}, beyond its own length")
                        text += "\n" * (start - end) + pending
                        end, pending = start + _length(pending), None
                    self._unit(token[1], (begin, int(token[3])), token[5] or "", width)
                elif line.strip() and not line.startswith("#"):
                    self._losses.append(f"the line {line[:_HEAD_WIDTH]!r}: it is no token")
        check_text(text)
        return text

    def _unit(self, name: str, span: tuple[int, int], rest: str, width: int) -> None:
        self._units[name] = span
        columns = rest.split("\t")[:width]
        if len(columns) < width:
            raise ExchangeError(f"has {len(columns)} columns at {name}, where {width} are declared")
        for layer in self._layers:
            cells = columns[layer.first : layer.first + len(layer.features)]
            if all(value == _NONE for value in cells):
                continue
            for values in zip_longest(*map(_stacked, cells), fillvalue=_EMPTY):
                # What fills a role has the number of its own.
                own_values = values if layer.roles is None else values[: layer.roles + 1]
                numbers = [match[1] for one in own_values if (match := _NUMBERS.search(one))]
                place = numbers[0] if numbers and layer.kind == "SP" else ""
                key = layer.first, place or f"{name}/{len(self._cells)}"
                cell = self._cells.setdefault(key, _Cell(list(values)))
                cell.units.append(name)

    def result(self) -> Conversion[AnnotatedText]:
        """What was read."""
        layers = {layer.first: layer for layer in self._layers}
        spans = {key: cell for key, cell in self._cells.items() if layers[key[0]].kind == "SP"}
        mentions = {key: self._mention(layers[key[0]], cell) for key, cell in spans.items()}
        self._ids = {key: mention for key, mention in mentions.items() if mention}
        events = [key for key in self._ids if layers[key[0]].roles is not None]
        for key in events:
            self._ids[key] = self._builder.next_id("E")
        for key in events:
            mention = mentions[key]
            if mention:
                self._event(key, layers[key[0]], self._cells[key], mention)
        for key in self._ids:
            self._details(layers[key[0]], self._cells[key], self._ids[key])
        for key, cell in self._cells.items():
            if layers[key[0]].kind == "RL":
                self._relation(layers[key[0]], cell)
        chains = sum(layers[key[0]].kind == "CH" for key in self._cells)
        if chains:
            self._losses.append(f"{chains} links of chains")
        return Conversion(self._builder.result(), tuple(self._losses))

    def _mention(self, layer: _Layer, cell: _Cell) -> str | None:
        spans = [self._units[unit] for unit in cell.units]
        start = self._points.get(min(first for first, _ in spans))
        end = self._points.get(max(last for _, last in spans))
        if start is not None and end is not None and start < end:
            mention = self._builder.mention(_label(layer, cell), start, end)
            if mention is not None:
                return mention
        self._losses.append(f"{layer.name} at {cell.units[0]}: its span is not in the text")
        return None

    def _event(self, key: _Key, layer: _Layer, cell: _Cell, trigger: str) -> None:
        place = layer.roles or 0
        parts: list[tuple[str, str]] = []
        roles = _split(_NUMBERS.sub("", cell.values[place]), ";")
        for role, words in zip(roles, _split(cell.values[place + 1], ";"), strict=False):
            if words in (_NONE, _EMPTY):
                continue
            match = _TARGET.fullmatch(words)
            target = self._target(match[1], match[2]) if match else None
            if target is None:
                self._losses.append(f"{layer.name} at {cell.units[0]}: {words} is no span there")
            else:
                name = layer.features[place].rpartition(":")[2].partition("_")[0]
                parts.append((name if role == _EMPTY else _unescaped(role), target))
        self._builder.event(self._ids[key], _label(layer, cell), trigger, parts)

    def _target(self, unit: str, number: str | None, layer: str = "") -> str | None:
        """What is annotated at a unit, by its number where it has one."""
        names = {one.first: one.name for one in self._layers}
        for key, name in self._ids.items():
            cell = self._cells[key]
            is_it = key[1] == number if number and number != "0" else unit in cell.units
            if is_it and (not layer or names[key[0]] == layer):
                return name
        return None

    def _relation(self, layer: _Layer, cell: _Cell) -> None:
        match = _TARGET.fullmatch(cell.values[-1])
        above = layer.features[-1].removeprefix(_END)
        ends: list[str | None] = [None, None]
        if match:
            ends = [
                self._target(match[1], match[2], above),
                self._target(cell.units[0], match[3], above),
            ]
        if ends[0] is None or ends[1] is None:
            self._losses.append(f"{layer.name} at {cell.units[0]}: one of its ends is no span")
            return
        relation = self._builder.relation(_label(layer, cell), ends[0], ends[1])
        self._details(layer, cell, relation)

    def _details(self, layer: _Layer, cell: _Cell, target: str) -> None:
        for feature, value in _features(layer, cell):
            if feature == "identifier":
                if not self._builder.normalization(target, iri_reference(value), ""):
                    self._losses.append(f"{layer.name} at {cell.units[0]}: identifier {value!r}")
            elif feature != _label_feature(layer, cell):
                self._builder.attribute(feature, target, None if value == "true" else value)


def _features(layer: _Layer, cell: _Cell) -> Iterator[tuple[str, str]]:
    """The features that have a value, but for roles and ends."""
    names: Mapping[int, str] = defaultdict(str, enumerate(layer.features))
    for place, value in enumerate(cell.values):
        words = _NUMBERS.sub("", value)
        is_own = not names[place].startswith((_ROLE, _END)) and not names[place - 1].startswith(
            _ROLE
        )
        if is_own and names[place] and words not in (_NONE, _EMPTY):
            yield names[place].rpartition(".")[2], _unescaped(words)


def _label_feature(layer: _Layer, cell: _Cell) -> str:
    """The feature that names what an annotation is: `label` or `value`, or else nothing."""
    present = [name for name, _ in _features(layer, cell)]
    return next((name for name in _NAMES if name in present), "")


def _label(layer: _Layer, cell: _Cell) -> str:
    name = _label_feature(layer, cell)
    return dict(_features(layer, cell)).get(name, layer.name.rpartition(".")[2])


def _stacked(column: str) -> list[str]:
    return _split(column, "|")


def _split(words: str, sign: str) -> list[str]:
    """The parts between the signs before which no backslash stands."""
    return [part[0] for part in re.finditer(rf"(?:\\.|[^\\{re.escape(sign)}])+", words)]


def _unescaped(words: str) -> str:
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), words)


def _length(text: str) -> int:
    return offset_scale(text, UTF_16)[-1]
