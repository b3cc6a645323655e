"""Triples and property paths (SPARQL 1.1 Query section 19.8, rules 75 to 108; SPARQL 1.2 for
reifiers and annotations)."""

from collections.abc import Callable

from eakg.sparql.lexer import TokenKind
from eakg.sparql.syntax.stream import TokenStream
from eakg.sparql.syntax.terms import begins_term, term, verb
from eakg.sparql.syntax.tree import (
    AlternativePath,
    AnnotationBlock,
    Compound,
    End,
    InversePath,
    NegatedPath,
    Path,
    PredicatePath,
    Property,
    RepeatedPath,
    SequencePath,
    TermNode,
    Triples,
)


def triples(stream: TokenStream) -> Triples:
    """A subject and what is said of it. Raises: QuerySyntaxError."""
    start = stream.start
    subject = _end(stream)
    is_whole = isinstance(subject, Compound)
    properties: tuple[Property, ...] = ()
    if not is_whole or _begins_property(stream):
        properties = _properties(stream)
    return Triples(start, stream.stop, subject, properties)


def begins_triples(stream: TokenStream) -> bool:
    """Whether a subject comes."""
    return begins_term(stream) or stream.peek().text in {"[", "(", "<<"}


def _begins_property(stream: TokenStream) -> bool:
    token = stream.peek()
    if token.kind is TokenKind.KEYWORD:
        return token.text == "a"
    names = {TokenKind.VARIABLE, TokenKind.IRIREF, TokenKind.PREFIXED_NAME}
    return token.kind in names or token.text in {"^", "(", "!"}


def _properties(stream: TokenStream) -> tuple[Property, ...]:
    properties = [*_objects(stream)]
    while stream.accept(";"):
        if _begins_property(stream):
            properties += _objects(stream)
    return tuple(properties)


def _objects(stream: TokenStream) -> list[Property]:
    start, path = stream.start, _path(stream)
    properties = []
    while True:
        end = _end(stream)
        annotations = tuple(_annotations(stream))
        properties.append(Property(start, stream.stop, path, end, annotations))
        if not stream.accept(","):
            return properties
        start = stream.start


def _annotations(stream: TokenStream) -> list[AnnotationBlock]:
    annotations = []
    while stream.peek().text == "~" or stream.at("{", "|"):
        start, reifier = stream.start, None
        if stream.accept("~") and begins_term(stream):
            reifier = term(stream)
        properties: tuple[Property, ...] = ()
        if stream.accept("{", "|"):
            properties = _properties(stream)
            stream.expect("|", "}")
        annotations.append(AnnotationBlock(start, stream.stop, reifier, properties))
    return annotations


def _end(stream: TokenStream) -> End:
    if begins_term(stream):
        return term(stream)
    start = stream.start
    if stream.accept("["):
        properties = () if stream.at("]") else _properties(stream)
        stream.expect("]")
        return Compound(start, stream.stop, "[", properties)
    if stream.accept("("):
        members = []
        while not stream.accept(")"):
            members.append(_end(stream))
        return Compound(start, stream.stop, "(", members=tuple(members))
    if stream.accept("<<"):
        parts = (_end(stream), verb(stream), _end(stream))
        reifier = term(stream) if stream.accept("~") and begins_term(stream) else None
        stream.expect(">>")
        return Compound(start, stream.stop, "<<", triple=parts, reifier=reifier)
    raise stream.error()


# Paths: rules 88 to 96


def _path(stream: TokenStream) -> Path:
    if stream.peek().kind is TokenKind.VARIABLE:
        return _link(stream)
    return _path_of(stream, "|", _sequence, AlternativePath)


def _sequence(stream: TokenStream) -> Path:
    return _path_of(stream, "/", _step, SequencePath)


def _path_of(
    stream: TokenStream,
    sign: str,
    part: Callable[[TokenStream], Path],
    kind: type[AlternativePath] | type[SequencePath],
) -> Path:
    start = stream.start
    paths = [part(stream)]
    while stream.accept(sign):
        paths.append(part(stream))
    return paths[0] if len(paths) == 1 else kind(start, stream.stop, tuple(paths))


def _step(stream: TokenStream) -> Path:
    start = stream.start
    if stream.accept("^"):
        path = _repetition(stream)
        return InversePath(start, stream.stop, path)
    return _repetition(stream)


def _repetition(stream: TokenStream) -> Path:
    start = stream.start
    path = _primary(stream)
    sign = stream.peek().text
    if sign in {"*", "+", "?"}:
        stream.take()
        return RepeatedPath(start, stream.stop, path, sign)
    return path


def _primary(stream: TokenStream) -> Path:
    start = stream.start
    if stream.accept("("):
        path = _path(stream)
        stream.expect(")")
        return path
    if stream.accept("!"):
        forward: list[TermNode] = []
        backward: list[TermNode] = []
        is_set = stream.accept("(")
        while not (is_set and stream.accept(")")):
            directed = backward if stream.accept("^") else forward
            directed.append(verb(stream))
            if not is_set:
                break
            stream.accept("|")
        return NegatedPath(start, stream.stop, tuple(forward), tuple(backward))
    return _link(stream)


def _link(stream: TokenStream) -> PredicatePath:
    name: TermNode = verb(stream)
    return PredicatePath(name.start, name.stop, name)
