"""What a reasoner says of a graph: proofs, justifications, contradictions, and incoherence."""

from dataclasses import dataclass

from rdflib import URIRef
from rdflib.term import Node

from eakg.evidence import Supports
from eakg.rdf import Triple
from eakg.reason.contradictions import Inconsistency
from eakg.reason.proofs import Proof


@dataclass(frozen=True)
class SupportedProof:
    """A proof, what supports each asserted triple in it, and the version of the data; `size` is the
    number of steps of the whole proof, where this is a part of it, and `definitions` say what lists
    and classes without names in it are made of."""

    proof: Proof
    supports: Supports
    version: str = ""
    size: int | None = None
    definitions: tuple[Triple, ...] = ()


@dataclass(frozen=True)
class SupportedJustifications:
    """Proofs of a triple from its justifications, the smallest first, with what supports each
    asserted triple in them, and the version of the data.

    `sizes` are the numbers of steps of the whole proofs, of which these may be parts; `end` is
    how the search ended: "all" were found, or there are more ("enough"), or it was given up
    ("effort"). `definitions` are as in `SupportedProof`.
    """

    triple: Triple
    proofs: tuple[Proof, ...]
    sizes: tuple[int, ...]
    end: str
    supports: Supports
    version: str = ""
    definitions: tuple[Triple, ...] = ()


@dataclass(frozen=True)
class ProvedInconsistency:
    """A contradiction with a proof of each of the facts that clash."""

    inconsistency: Inconsistency
    proofs: tuple[Proof, ...]


@dataclass(frozen=True)
class ProvedIncoherence:
    """A class that nothing can be in, or a property that nothing can have.

    `above` is a class that it is below and of which the same is said. `rule` is that of the
    contradiction which there would be, `message` the contradiction in words, `things` are what is
    imagined, in words, and `proofs` prove what would clash. All of these are empty where it is not
    explained.
    """

    term: URIRef
    is_property: bool
    above: URIRef | None = None
    rule: str = ""
    message: str = ""
    proofs: tuple[Proof, ...] = ()
    things: tuple[tuple[Node, str], ...] = ()


@dataclass(frozen=True)
class CoherenceReport:
    """The classes that nothing can be in, and the properties that nothing can have, the first of
    them explained: see `ProvedIncoherence`. `reason` says why nobody looked for any."""

    incoherences: tuple[ProvedIncoherence, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class ConsistencyReport:
    """The contradictions of the data of a version: how many there are, and the first of them with
    their proofs; and whether its classes and properties are coherent."""

    total: int
    inconsistencies: tuple[ProvedInconsistency, ...]
    version: str = ""
    coherence: CoherenceReport = CoherenceReport()
