"""UIMA CAS in JSON (0.4) and XMI, as INCEpTION has it: layers below `webanno.custom`, links with
roles for the arguments of events, the IRI of a thing as `identifier`.

What UIMA has no type for goes into features of text: the pieces of a span, the trigger of an event,
references, notes. The file of XMI is a ZIP with its type system, as INCEpTION exports it.
"""

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from eakg.names import ID
from eakg.problems import extra_package
from eakg.rdf import whole_number
from eakg.text.annotation import (
    Attribute,
    Equivalence,
    Event,
    Normalization,
    Note,
    Relation,
    TextBound,
)
from eakg.text.exchange.annotated_text import (
    AnnotatedText,
    AnnotationBuilder,
    hull,
    iri_reference,
)
from eakg.text.exchange.losses import Conversion, ExchangeError, check_text, check_xml

if TYPE_CHECKING:
    from cassis import Cas

_LAYER = "webanno.custom."
_MENTION, _EVENT, _RELATION, _GROUP = (
    f"{_LAYER}{name}" for name in ("Mention", "Event", "Relation", "Group")
)
_LINK = f"{_LAYER}EventArgumentsLink"
_STRING, _STRINGS, _OBJECTS = "uima.cas.String", "uima.cas.StringArray", "uima.cas.FSArray"
_ANNOTATION = "uima.tcas.Annotation"
_DOCUMENT = "uima.tcas.DocumentAnnotation"
_FEATURES = {"identifier", "name", "pieces", "trigger", "references", "notes", "label", "value"}
_RESERVED = _FEATURES | {
    "begin",
    "end",
    "sofa",
    "self",
    "type",
    "arguments",
    "Governor",
    "Dependent",
}
_OF_TOOLS = tuple(
    f"de.tudarmstadt.ukp.dkpro.core.api.{name}."
    for name in ("segmentation", "metadata", "lexmorph", "syntax", "transform")
)
"""What is made by tools, and not by annotators."""
_DATABASE = "EAKG"
_TYPES, _CONTENT = "TypeSystem.xml", "document.xmi"
_EXTRA = partial(extra_package, "UIMA CAS", "eakg[annotate]")


def write_uima_json(source: AnnotatedText) -> Conversion[bytes]:
    """A CAS in JSON, and what is not in it. Raises: ProblemsError without dkpro-cassis."""
    writer = _Writer(source)
    content = writer.cas.to_json()
    return Conversion(f"{content}\n".encode(), tuple(writer.losses))


def write_uima_xmi(source: AnnotatedText) -> Conversion[bytes]:
    """A ZIP of a CAS in XMI and its type system, and what is not in it.

    Raises: ProblemsError without dkpro-cassis; ExchangeError for a text that XML cannot hold.
    """
    check_xml(source.text)
    writer = _Writer(source)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        parts = {_TYPES: writer.cas.typesystem.to_xml(), _CONTENT: writer.cas.to_xmi()}
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part or "")
    return Conversion(file.getvalue(), tuple(writer.losses))


class _Writer:
    """Makes a CAS of a text."""

    def __init__(self, source: AnnotatedText) -> None:
        with _EXTRA():
            from cassis import Cas, TypeSystem

        self.losses: list[str] = []
        self._types = TypeSystem()
        self.cas = Cas(typesystem=self._types, sofa_string=source.text, sofa_mime="text/plain")
        self._nodes: dict[str, Any] = {}
        self._lists: dict[tuple[str, str], list[str]] = {}
        self._define(source)
        self._add(source)

    def _define(self, source: AnnotatedText) -> None:
        counts = Counter(
            (item.type, item.target) for item in source.annotations if isinstance(item, Attribute)
        )
        strings = {"label": _STRING, "name": _STRING, "notes": _STRINGS}
        for (name, _), count in sorted(counts.items()):
            if name.isascii() and name.isidentifier() and name not in _RESERVED:
                is_list = count > 1 or strings.get(name) == _STRINGS
                strings[name] = _STRINGS if is_list else _STRING
        things = {"identifier": _STRING, "references": _STRINGS}
        self._type(_MENTION, _ANNOTATION, strings | things | {"pieces": _STRING})
        self._type(_LINK, "uima.cas.TOP", {"role": _STRING, "target": _ANNOTATION})
        self._type(_EVENT, _ANNOTATION, strings | things | {"trigger": _STRING})
        self._types.create_feature(self._types.get_type(_EVENT), "arguments", _OBJECTS, _LINK)
        ends = {"Governor": _ANNOTATION, "Dependent": _ANNOTATION}
        self._type(_RELATION, _ANNOTATION, strings | ends)
        self._type(_GROUP, "uima.cas.TOP", {"label": _STRING, "members": _OBJECTS})

    def _type(self, name: str, above: str, features: Mapping[str, str]) -> None:
        type_ = self._types.create_type(name, above)
        for feature, range_ in features.items():
            self._types.create_feature(type_, feature, range_)

    def _add(self, source: AnnotatedText) -> None:
        spans = {}
        for item in source.annotations:
            if isinstance(item, TextBound):
                spans[item.id] = hull(item.fragments)
                pieces = ";".join(f"{start} {end}" for start, end in item.fragments)
                whole = len(item.fragments) == 1
                values = {"pieces": None if whole else pieces}
                self._node(_MENTION, item, spans[item.id], **values)
        for item in source.annotations:
            if isinstance(item, Event):
                spans[item.id] = spans[item.trigger]
                self._node(_EVENT, item, spans[item.id], trigger=item.trigger)
        for item in source.annotations:
            match item:
                case Event():
                    links = [
                        self._make(_LINK, role=part.role, target=self._nodes[part.target])
                        for part in item.arguments
                    ]
                    if links:
                        self._nodes[item.id].arguments = self._list(_OBJECTS, links)
                case Relation():
                    ends = [self._nodes[end.target] for end in item.arguments]
                    span = spans[item.arguments[1].target]
                    self._node(_RELATION, item, span, Governor=ends[0], Dependent=ends[1])
                    if [end.role for end in item.arguments] != ["Arg1", "Arg2"]:
                        self.losses.append(f"{item.id} {item.type}: the names of its ends")
                case Equivalence():
                    members = self._list(_OBJECTS, [self._nodes[one] for one in item.targets])
                    self.cas.add(self._make(_GROUP, label=item.type, members=members))
        for item in source.annotations:
            if isinstance(item, Attribute | Normalization | Note):
                self._detail(item)
        for (name, feature), texts in self._lists.items():
            self._nodes[name][feature] = self._list(_STRINGS, texts)
        for node in self._nodes.values():
            self.cas.add(node)

    def _make(self, type_: str, **values: Any) -> Any:
        return self._types.get_type(type_)(**values)

    def _list(self, type_: str, elements: list[Any]) -> Any:
        return self._make(type_, elements=elements)

    def _node(
        self, type_: str, item: TextBound | Event | Relation, span: tuple[int, int], **values: Any
    ) -> None:
        begin, end = span
        node = self._make(type_, begin=begin, end=end, label=item.type, name=item.id, **values)
        self._nodes[item.id] = node

    def _detail(self, item: Attribute | Normalization | Note) -> None:
        node = self._nodes.get(item.target)
        if node is None:
            self.losses.append(f"{item.id} {item.type}: {item.target} has no place there")
            return
        match item:
            case Attribute():
                feature = None if item.type in _RESERVED else node.type.get_feature(item.type)
                value = "true" if item.value is None else item.value
                if feature is None:
                    self.losses.append(f"{item.id} {item.type}: it is no name of a feature")
                elif feature.rangeType.name == _STRINGS:
                    self._lists.setdefault((item.target, item.type), []).append(value)
                else:
                    node[item.type] = value
            case Normalization():
                words = f"{item.database}:{item.identifier} {item.text}".rstrip()
                self._lists.setdefault((item.target, "references"), []).append(words)
                if item.database == _DATABASE and node.identifier is None:
                    node.identifier = str(ID[item.identifier])
            case Note():
                words = f"{item.type} {item.text}"
                self._lists.setdefault((item.target, "notes"), []).append(words)


def read_uima_json(content: bytes, number: int = 1) -> Conversion[AnnotatedText]:
    """The text of a CAS in JSON with its annotations, and what of it is not taken.

    Raises: ProblemsError without dkpro-cassis; ExchangeError for what is no such file.
    """
    with _EXTRA():
        from cassis import load_cas_from_json

    _check_number(number)
    try:
        cas = load_cas_from_json(content.decode())
    except Exception as error:  # whatever the library stumbles over
        raise ExchangeError(f"is no UIMA CAS in JSON: {error}") from error
    return _Reader(cas).result()


def read_uima_xmi(content: bytes, number: int = 1) -> Conversion[AnnotatedText]:
    """The text of a ZIP of a CAS in XMI and its type system with its annotations, and what of it is
    not taken.

    Raises: ProblemsError without dkpro-cassis; ExchangeError for what is no such file.
    """
    with _EXTRA():
        from cassis import load_cas_from_xmi, load_typesystem

    _check_number(number)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.rpartition("/")[2]: name for name in archive.namelist()}
            types = archive.read(names[_TYPES])
            part = next(name for name in names.values() if name.endswith(".xmi"))
            # A stream, as the text says itself what it is encoded in.
            cas = load_cas_from_xmi(
                io.BytesIO(archive.read(part)), typesystem=load_typesystem(io.BytesIO(types))
            )
    except (zipfile.BadZipFile, KeyError, StopIteration):
        raise ExchangeError(f"is no ZIP with {_TYPES} and a file .xmi") from None
    except Exception as error:  # whatever the library stumbles over
        raise ExchangeError(f"is no UIMA CAS in XMI: {error}") from error
    return _Reader(cas).result()


def _check_number(number: int) -> None:
    if number != 1:
        raise ExchangeError(f"has one text and no number {number}")


class _Reader:
    """Reads the annotations of a CAS, of these layers or of others with the like features: a layer
    with Governor and Dependent has relations, one with links has events, any other mentions."""

    def __init__(self, cas: "Cas") -> None:
        text = cas.sofa_string
        if not isinstance(text, str):
            raise ExchangeError("has no text")
        check_text(text)
        self._builder = AnnotationBuilder(text)
        self._losses: dict[str, int] = {}
        self._ids: dict[int, str] = {}
        self._names: dict[str, str] = {}
        nodes = [node for node in cas.select_all_fs() if node.type.name != _DOCUMENT]
        self._mentions, self._events, self._relations, self._groups, remainder = (
            [node for node in nodes if self._kind(node) == kind]
            for kind in (_MENTION, _EVENT, _RELATION, _GROUP, "")
        )
        counts = Counter(node.type.name for node in remainder)
        self._remainder = [f"{n} annotations of {name}" for name, n in counts.items()]

    def _kind(self, node: Any) -> str:
        name, features = node.type.name, {one.name for one in node.type.all_features}
        if name == _GROUP:
            return _GROUP
        if not {"begin", "end"} <= features or name.startswith(_OF_TOOLS):
            return ""
        if {"Governor", "Dependent"} <= features:
            return _RELATION
        return _EVENT if name == _EVENT or any(True for _ in _links(node)) else _MENTION

    def result(self) -> Conversion[AnnotatedText]:
        """What was read."""
        for node in self._mentions:
            self._mention(node)
        triggers = {id(node): self._trigger(node) for node in self._events}
        for node in self._events:
            if triggers[id(node)] is not None:
                self._ids[id(node)] = self._builder.next_id("E")
        for node in self._events:
            self._event(node, triggers[id(node)])
        for node in self._relations:
            self._relation(node)
        for node in self._groups:
            members = [self._ids.get(id(one)) for one in node.members.elements]
            if None in members or len(members) < 2:
                self._lose(node, "it has no members")
            else:
                ends = tuple(one for one in members if one)
                self._builder.group(_text(node, "label") or "Equiv", ends)
        for node in (*self._mentions, *self._events, *self._relations):
            if id(node) in self._ids:
                self._details(node, self._ids[id(node)])
        lines = (f"{words} ({n} times)" if n > 1 else words for words, n in self._losses.items())
        return Conversion(self._builder.result(), (*self._remainder, *lines))

    def _lose(self, node: Any, words: str) -> None:
        line = f"{node.type.name}: {words}"
        self._losses[line] = self._losses.get(line, 0) + 1

    def _mention(self, node: Any) -> None:
        mention = self._span(node)
        if mention is None:
            self._lose(node, "its span is not in the text")
            return
        self._ids[id(node)] = mention
        self._names[str(_text(node, "name"))] = mention

    def _span(self, node: Any) -> str | None:
        pieces = (_text(node, "pieces") or f"{node.begin} {node.end}").replace(";", " ").split()
        length = len(self._builder.text)
        ends = [end for piece in pieces if (end := whole_number(piece, length)) is not None]
        is_in_order = all(first < last for first, last in pairwise(ends))
        if len(ends) < len(pieces) or len(ends) % 2 or not is_in_order:
            return None
        return self._builder.mention(_label(node), *ends)

    def _trigger(self, node: Any) -> str | None:
        return self._names.get(_text(node, "trigger") or "") or self._span(node)

    def _event(self, node: Any, trigger: str | None) -> None:
        if trigger is None:
            self._lose(node, "its span is not in the text")
            return
        parts = []
        for link in _links(node):
            target = self._ids.get(id(link.target))
            if target is None or not link.role:
                self._lose(node, "a link without a role or a target")
            else:
                parts.append((str(link.role), target))
        self._builder.event(self._ids[id(node)], _label(node), trigger, parts)

    def _relation(self, node: Any) -> None:
        ends = self._ids.get(id(node.Governor)), self._ids.get(id(node.Dependent))
        if ends[0] is None or ends[1] is None:
            self._lose(node, "one of its ends is no span")
            return
        self._ids[id(node)] = self._builder.relation(_label(node), ends[0], ends[1])

    def _details(self, node: Any, target: str) -> None:
        references = list(_texts(node, "references"))
        identifier = _text(node, "identifier")
        if identifier and not references:
            references = [iri_reference(identifier)]
        for words in references:
            reference, _, name = words.partition(" ")
            if not self._builder.normalization(target, reference, name):
                self._lose(node, f"the reference {words!r}")
        for words in _texts(node, "notes"):
            kind, _, text = words.partition(" ")
            self._builder.note(kind, target, text)
        for feature in node.type.all_features:
            if feature.name in _RESERVED:
                continue
            value = node[feature.name]
            values = _texts(node, feature.name) if hasattr(value, "elements") else [value]
            for part in values:
                if isinstance(part, str | bool | int | float):
                    words = str(part)
                    is_set = words.casefold() == "true"
                    self._builder.attribute(feature.name, target, None if is_set else words)


def _label(node: Any) -> str:
    name = str(node.type.name).rpartition(".")[2]
    return _text(node, "label") or _text(node, "value") or name


def _text(node: Any, feature: str) -> str | None:
    value = getattr(node, feature, None)
    return value if isinstance(value, str) and value else None


def _texts(node: Any, feature: str) -> Iterator[str]:
    elements = getattr(getattr(node, feature, None), "elements", None) or ()
    yield from (one for one in elements if isinstance(one, str))


def _links(node: Any) -> Iterator[Any]:
    """The links of an annotation, whatever the features that hold them are called."""
    for feature in node.type.all_features:
        elements = getattr(getattr(node, feature.name, None), "elements", None) or ()
        for element in elements:
            if hasattr(element, "role") and hasattr(element, "target"):
                yield element
