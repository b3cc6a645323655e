"""What to say of classes that nothing can be in, and of properties that nothing can have."""

from collections.abc import Callable, Sequence

from eakg.dataset import Place, Places
from eakg.problems import Problem
from eakg.rdf import PrefixedNames
from eakg.reason.coherence.finding import CoherenceCheck
from eakg.reason.coherence.incoherence import Incoherence
from eakg.reason.contradictions import Premises

MOST_EXPLAINED = 100
"""Classes and properties that are explained; of others it is said that nothing can be in them."""


def heading(is_property: bool) -> str:
    """What an empty term is."""
    if is_property:
        return "a property that nothing can have"
    return "a class that nothing can be an instance of"


def reason(incoherence: Incoherence, places: Places, name: PrefixedNames) -> str:
    """Why it is one: the contradiction, and the triples it rests on with their places."""
    premises = Premises.of(incoherence.supports, places, is_asserted=lambda _: True)
    words = list(premises.words)
    for subject, _, _ in incoherence.situation.lemmas:
        words.append(f"{name(subject)}, of which the same is said")
    rest = f"; from {'; '.join(words)}; correct one of them" if words else ""
    return f"{incoherence.message} ({incoherence.inconsistency.rule}){rest}"


def incoherence_problems(
    coherence: CoherenceCheck, places: Callable[[], Places], fallback: str
) -> Sequence[Problem]:
    """A problem for each class that nothing can be in, and each property that nothing can have.

    Arguments: they; what gives the places of triples; a file for what is written nowhere.
    """
    name = PrefixedNames(coherence.closure.axioms)
    listing: list[Problem] = []
    count = 0
    for empty in coherence.terms:
        if empty.above is not None:
            words = f": it is below {name(empty.above)}, of which the same is said"
        elif count < MOST_EXPLAINED:
            count += 1
            incoherence = coherence.explain(empty)
            if incoherence is None:
                continue
            words = f": {reason(incoherence, places(), name)}"
        else:
            words = ""
        place = places().of_subject(empty.term) or Place(fallback, 0)
        message = f"{name(empty.term)} is {heading(empty.is_property)}{words}"
        listing.append(Problem(place.file, place.line, message))
    return listing
