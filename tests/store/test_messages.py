"""Messages between the processes of a store: all of each kind come as they were sent."""

import os
import socket
import threading
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import BNode, Literal, URIRef
from rdflib.namespace import XSD
from rdflib.term import Node

from eakg.evidence.support import Support
from eakg.problems import Problem, ProblemsError
from eakg.reason.contradictions.inconsistency import Inconsistency
from eakg.reason.proofs import ASSERTED, Proof
from eakg.serve.app.settings import Settings
from eakg.sparql import failures
from eakg.sparql.failures import (
    OverloadedError,
    QuerySyntaxError,
    StoreError,
    TimeLimitExceededError,
)
from eakg.store.answers import ConsistencyReport, ProvedInconsistency, SupportedProof
from eakg.store.changes.change import Change
from eakg.store.messages.channel import Channel
from eakg.store.messages.codec import Codec, MessageError
from eakg.store.messages.explanations import (
    consistency_of,
    explanation_of,
    report_of,
    supported_proof_of,
)
from eakg.store.messages.frames import MAX_FRAME, Inbox, frame
from eakg.store.messages.kinds import (
    ADAPTERS,
    CODEC,
    KINDS,
    AppliedChange,
    Decision,
    Explanation,
    Load,
    Message,
    Output,
    RetirementRequest,
    WorkerOutcome,
    decode,
    encode,
    expect,
)
from eakg.store.request import QueryRequest
from helpers.tries import tries

pytestmark = pytest.mark.slow

names = st.from_regex(r"http://example\.org/[a-z]{1,3}", fullmatch=True)
nodes = names.map(pyoxigraph.NamedNode)
literals = st.builds(pyoxigraph.Literal, st.text(st.characters(exclude_categories=["Cs"])))
quads = st.frozensets(
    st.builds(
        pyoxigraph.Quad,
        nodes | st.just(pyoxigraph.BlankNode("b")),
        nodes,
        nodes | literals,
        nodes | st.just(pyoxigraph.DefaultGraph()),
    ),
    max_size=5,
)
changes = st.builds(Change, quads, quads, st.frozensets(names), st.frozensets(names))
details = {
    QuerySyntaxError: (st.none() | st.integers(), st.none() | st.integers()),
    failures.GraphNotFoundError: (st.text(),),
    failures.ContradictionError: (st.lists(st.fixed_dictionaries({"rule": st.text()})),),
    TimeLimitExceededError: (st.floats(allow_nan=False),),
}
errors = st.sampled_from(sorted(failures._BY_CODE.values(), key=lambda kind: kind.code)).flatmap(
    lambda kind: st.builds(kind, st.text(), *details.get(kind, ()))
)
problems = st.builds(Problem, st.text(), st.integers(0), st.text())
rdf_literals = st.one_of(
    st.builds(Literal, st.text()),
    st.builds(Literal, st.text(), lang=st.sampled_from(["en", "zh-hant"])),
    st.text().map(lambda text: Literal(text, datatype=XSD.integer, normalize=False)),
)
terms = names.map(URIRef) | st.sampled_from(["b0x1", "n.1"]).map(BNode) | rdf_literals
BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    Change: changes,
    StoreError: errors,
    ProblemsError: st.lists(problems, max_size=3).map(ProblemsError),
    frozenset[pyoxigraph.Quad]: quads,
    Path: st.text(st.characters(exclude_characters="\0"), min_size=1).map(Path),
    URIRef: names.map(URIRef),
    Literal: rdf_literals,
    Node: terms,
    float: st.floats(allow_nan=False),
}


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type, such as a field of a message has."""
    if hint in BY_TYPE:
        return BY_TYPE[hint]
    if is_dataclass(hint):
        hints = get_type_hints(hint).items()
        return st.builds(hint, **{name: values_of(one) for name, one in hints})
    if get_origin(hint) is tuple:
        *first, last = get_args(hint)
        if last is ...:
            return st.lists(values_of(first[0]), max_size=3).map(tuple)
        return st.tuples(*map(values_of, get_args(hint)))
    if get_origin(hint) in {Union, UnionType}:
        return st.one_of(*map(values_of, get_args(hint)))
    return st.from_type(hint)


def comparable(value: Any) -> Any:
    """A value with exceptions in it as one that is equal to its like."""
    if isinstance(value, BaseException):
        return type(value), str(value), vars(value)
    if is_dataclass(value):
        return type(value), [comparable(getattr(value, field.name)) for field in fields(value)]
    return value


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS.keys())
@settings(deadline=None, max_examples=tries(40))
@given(data=st.data())
def test_every_kind_survives(kind: type, data: st.DataObject) -> None:
    message = data.draw(values_of(kind))
    encoded = encode(message)
    again = decode(encoded)
    assert comparable(again) == comparable(message)
    assert encode(again) == encoded
    for size in {0, 3, 4, 5, len(encoded) // 2, len(encoded) - 1}:
        with pytest.raises(MessageError):
            decode(encoded[:size])
    with pytest.raises(MessageError):
        decode(encoded + b"x")


@settings(deadline=None)
@given(st.binary() | st.binary().map(lambda data: len(data).to_bytes(4, "big") + data))
def test_other_bytes_are_no_message(data: bytes) -> None:
    with pytest.raises(MessageError):
        decode(data)


def framed(head: bytes) -> bytes:
    return len(head).to_bytes(4, "big") + head


@pytest.mark.parametrize(
    "head",
    [
        b'[["Nothing", {}], []]',
        b'[["Decision", {}], []]',
        b'[["Decision", {"accepted": 1}], []]',
        b'[["Decision", {"accepted": true, "more": 1}], []]',
        b'[["Decision", []], []]',
        b'[["LeaseOffer", {"worker": true, "version": "a"}], []]',
        b'[["LeaseOffer", {"worker": 1.0, "version": "a"}], []]',
        b'[["LeaseOffer", {"worker": 1, "version": null}], []]',
        b'[["GraphWrite", {"graph": null, "action": "patch"}], []]',
        b'[["GraphWrite", {"graph": null, "action": "put", "data": 0}], []]',
        b'[["QueryRequest", {"text": "", "default_graphs": "a"}], []]',
        b'[["StoreError", {"status": "no such", "message": "", "details": {}}], []]',
        b'[["StoreError", {"status": "overloaded", "message": "", "details": {"a": 1}}], []]',
        b'[["WorkerOutcome", {"body": ["Decision", {"accepted": true}], "last": true}], []]',
        b'[["InferredGraph", {"quads": 0}], [-1]]',
        b'[["ExplainRequest", {"triple": ["<urn:a>", "<urn:b>"]}], []]',
        b'[["ExplainRequest", {"triple": ["<urn:a>", "<urn:b>", "c"]}], []]',
        b'["Decision", {"accepted": true}]',
        b"{}",
    ],
)
def test_what_is_no_message_has_a_name(head: bytes) -> None:
    with pytest.raises(MessageError):
        decode(framed(head))


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(MessageError, match="no message of the kind 'Nothing'"):
        decode(framed(b'[["Nothing", {}], []]'))
    with pytest.raises(TypeError, match="is none of HeadStart, Setup"):
        encode(Path("a"))  # type: ignore[arg-type]


def test_every_kind_is_a_frozen_dataclass_or_an_exception() -> None:
    assert set(get_args(Message)) == set(KINDS.values())
    for kind in KINDS.values():
        frozen = is_dataclass(kind) and kind.__dataclass_params__.frozen
        assert frozen or issubclass(kind, Exception), kind


def test_the_order_of_fields_tells_nothing() -> None:
    head = b'[["QueryRequest", {"format": "csv", "text": "ASK {}"}], []]'
    assert decode(framed(head)) == QueryRequest("ASK {}", "csv")


def test_what_is_expected() -> None:
    applied = AppliedChange("v", 1, 2, created=False)
    assert expect(applied, AppliedChange) is applied
    with pytest.raises(OverloadedError, match="full"):
        expect(OverloadedError("full"), AppliedChange)
    with pytest.raises(MessageError, match="a RetirementRequest is no answer"):
        expect(RetirementRequest(), AppliedChange)


def test_settings_as_text() -> None:
    value = Settings("a", files=(("g", "p"),))
    assert CODEC.value(Settings, CODEC.text(value)) == value
    with pytest.raises(TypeError):
        CODEC.text(Output(1, "v", b"x"))
    with pytest.raises(MessageError):
        CODEC.value(Settings, "{}")


@dataclass(frozen=True)
class Sentence:
    words: Literal | None
    numbers: tuple[int, int]


@dataclass(frozen=True)
class Place:
    node: Node
    file: Path | None
    parts: tuple["Sentence | Row", ...]


@dataclass(frozen=True)
class Row:
    triple: tuple[Node, Node, Node]


def test_fields_may_be_terms_rows_of_values_and_one_of_several_dataclasses() -> None:
    a, b = URIRef("urn:a"), BNode("b")
    number = Literal("01", datatype=XSD.integer, normalize=False)
    parts = (Sentence(number, (1, 2)), Row((b, a, number)), Sentence(None, (3, 4)))
    codec = Codec({"Place": Place}, ADAPTERS)
    for place in (Place(a, None, parts), Place(b, Path("f"), ())):
        assert codec.decode(codec.encode(place)) == place
    with pytest.raises(TypeError):
        codec.encode(Place(a, None, (RetirementRequest(),)))  # type: ignore[arg-type]
    with pytest.raises(MessageError):
        codec.value(Sentence, '{"words": null, "numbers": [1, 2, 3]}')


# Frames


def test_frames_come_in_any_pieces() -> None:
    messages = [WorkerOutcome(Output(3, "v", b"abc")), Load(1, 2, 3, 4, 5), Decision(accepted=True)]
    data = b"".join(map(frame, messages))
    for size in (1, 7, 20, len(data)):
        inbox, taken = Inbox(), []
        for start in range(0, len(data), size):
            inbox.add(data[start : start + size])
            while (message := inbox.take()) is not None:
                taken.append(message)
        assert taken == messages


def test_a_frame_that_is_too_long_is_refused_at_once() -> None:
    inbox = Inbox()
    inbox.add((MAX_FRAME + 1).to_bytes(8, "big"))
    with pytest.raises(MessageError, match="protocol"):
        inbox.take()


def channels() -> tuple[Channel, Channel]:
    near, far = socket.socketpair()
    return Channel(near), Channel(far)


def test_messages_over_a_channel() -> None:
    near, far = channels()
    near.send(RetirementRequest(), 10.0, (0,))
    near.put(Decision(accepted=False))
    assert far.receive(10.0) == RetirementRequest()
    (descriptor,) = far.take_descriptors()
    os.close(descriptor)
    assert far.receive(10.0) == Decision(accepted=False)
    near.put_frame(frame(RetirementRequest())[:-1])
    near.close()
    near.close()
    with pytest.raises(EOFError):
        far.receive(10.0)
    with pytest.raises(OSError):
        far.send(RetirementRequest(), 10.0)
    far.close()


LARGE = Output(1 << 22, "v", bytes(1 << 22))


def test_no_wait_for_who_does_not_hear_or_answer_is_without_an_end() -> None:
    """As of a process that is stopped: its end of the socket is there, and nobody reads."""
    near, far = channels()
    with pytest.raises(TimeoutError):
        near.receive(0.01)
    near.put(LARGE)  # returns, though there is no room for all of it
    assert near.is_behind
    assert not near.flush()
    with pytest.raises(TimeoutError):
        near.send(Decision(accepted=True), 0.01)
    # It goes on where it was once the other reads again, a descriptor that was put meanwhile too.
    near.put(RetirementRequest(), (0,))
    taken = []
    while len(taken) < 3:
        near.flush()
        if (message := far.hear()) is not None:
            taken.append(message)
    assert taken == [LARGE, Decision(accepted=True), RetirementRequest()]
    assert not near.is_behind
    (descriptor,) = far.take_descriptors()
    os.close(descriptor)
    near.close()
    far.close()


def test_what_is_left_to_say_is_said_while_an_answer_is_waited_for() -> None:
    near, far = channels()

    def answer() -> None:
        far.receive(60.0)
        far.send(Decision(accepted=True), 60.0)

    thread = threading.Thread(target=answer)
    near.put(LARGE)
    thread.start()
    assert near.receive(60.0) == Decision(accepted=True)
    thread.join()
    near.close()
    far.close()


# Proofs

triples = st.tuples(terms, names.map(URIRef), terms)
leaves = st.builds(Proof, triples, st.just(ASSERTED))
proofs = st.recursive(
    leaves,
    lambda premises: st.builds(
        Proof, triples, st.sampled_from(["prp-trp", "cax-sco"]), st.lists(premises).map(tuple)
    ),
    max_leaves=8,
)


@settings(deadline=None)
@given(proofs, st.lists(values_of(Support), max_size=3), st.text())
def test_a_proof_survives(proof: Proof, supports: list[Support], version: str) -> None:
    explained = SupportedProof(proof, {support.triple: support for support in supports}, version)
    message = decode(encode(explanation_of(explained)))
    assert supported_proof_of(expect(message, type(explanation_of(explained)))) == explained


def test_a_deep_proof_with_shared_premises_is_told_once() -> None:
    triple = (URIRef("urn:a"), URIRef("urn:b"), URIRef("urn:c"))
    proof = Proof(triple, ASSERTED)
    for _ in range(300):
        proof = Proof(triple, "prp-trp", (proof, proof))
    message = explanation_of(SupportedProof(proof, {}))
    assert len(message.steps) == 301
    again = supported_proof_of(message).proof
    for _ in range(300):
        assert again.premises[0] is again.premises[1]
        again = again.premises[0]
    assert again == Proof(triple, ASSERTED)


def test_what_several_proofs_rest_on_alike_is_told_once() -> None:
    triple = (URIRef("urn:a"), URIRef("urn:b"), URIRef("urn:c"))
    ends = [(URIRef("urn:a"), URIRef("urn:b"), URIRef(f"urn:{end}")) for end in "de"]
    proofs = tuple(Proof(end, "prp-trp", (Proof(triple, ASSERTED),)) for end in ends)
    clash = ProvedInconsistency(Inconsistency("cax-dw", "", tuple(ends)), proofs)
    message = consistency_of(ConsistencyReport(1, (clash,)))
    assert [step.triple for step in message.steps] == [triple, *ends]
    assert report_of(message).inconsistencies[0].proofs == proofs


def test_a_proof_of_thousands_of_steps_goes_from_process_to_process() -> None:
    proof = Proof((URIRef("urn:a"), URIRef("urn:b"), URIRef("urn:0")), ASSERTED)
    for number in range(20_000):
        proof = Proof((URIRef("urn:a"), URIRef("urn:b"), URIRef(f"urn:{number}")), "r", (proof,))
    message = decode(encode(explanation_of(SupportedProof(proof, {}))))
    assert supported_proof_of(expect(message, Explanation)).proof == proof
