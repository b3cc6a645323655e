"""The operations of an update, each as the engine finds it to be right."""

from dataclasses import replace

import pyoxigraph

from eakg.sparql import Operation, QuerySyntaxError, UpdatePart, UpdateReader
from eakg.store.syntax_errors import syntax_error

_GUARD = "DROP GRAPH <urn:x-eakg:no-such-graph> ;\n"
"""In front of an operation it makes the engine read all of it and run none: it fails first."""


def operations(text: str, base_iri: str | None = None) -> list[Operation]:
    """The operations of an update, in order, each as the engine found it to be right.

    Arguments: the update; the IRI that relative ones are resolved against, where the update has no
    BASE of its own. Raises: QuerySyntaxError.
    """
    reader = UpdateReader(text, base_iri)
    right_operations = []
    for operation, part in reader.operations():
        _check(text, base_iri, replace(part, prologue=part.prologue + _GUARD))
        right_operations.append(operation)
    _check(text, base_iri, UpdatePart(len(text), len(text), reader.declarations.text + _GUARD))
    return right_operations


def _check(text: str, base_iri: str | None, part: UpdatePart) -> None:
    operation = text[part.start : part.stop]
    try:
        pyoxigraph.Store().update(part.prologue + operation, base_iri=base_iri)
    except SyntaxError as error:
        raise syntax_error(text, str(error), base_iri, part) from None
    except ValueError as error:
        raise QuerySyntaxError(str(error)) from None
    except RuntimeError:
        return  # the guard has failed, as it must
