"""Proofs of triples, asked of a service of EAKG beside its endpoint."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from rdflib import RDF

from eakg.queries.ask.access import EndpointAccess
from eakg.rdf import Triple, write_term
from eakg.sparql import StoreError
from eakg.store import Limits
from eakg.store.elsewhere import Deadline, HttpClient, HttpRequest, endpoint_at

_ENDPOINT, _PROOFS = "/sparql", "/explain"
_SECONDS = 20.0


class ServiceProofs:
    """Asks for proofs where an endpoint is one of EAKG, and nothing more where it is none.

    Arguments: the address of the endpoint, and how it is asked.
    """

    def __init__(self, address: str, access: EndpointAccess) -> None:
        self._access = access
        try:
            endpoint = endpoint_at(address)
        except ValueError:
            self._address = ""
            return
        self._authorization = endpoint.authorization()
        plain, _, _ = endpoint.address.partition("?")
        is_named_so = plain.endswith(_ENDPOINT)
        self._address = plain.removesuffix(_ENDPOINT) + _PROOFS if is_named_so else ""

    @property
    def are_there(self) -> bool:
        """Whether somebody there says why triples hold."""
        self.proof((RDF.type, RDF.type, RDF.Property))
        return bool(self._address)

    def proof(self, triple: Triple) -> Mapping[str, Any] | None:
        """The proof of a triple in the JSON of the service; None where there is none."""
        if not self._address:
            return None
        client = HttpClient(
            Limits.result,
            self._authorization,
            other_hosts=self._access.other_hosts,
            headers=self._access.headers,
        )
        terms = dict(zip("spo", map(write_term, triple), strict=True))
        address = f"{self._address}?{urlencode(terms)}"
        request = HttpRequest("GET", address, {"Accept": "application/json"})
        body = BytesIO()
        try:
            answer = client.send(request, Deadline.from_now(_SECONDS), body)
            document = json.loads(body.getvalue() or answer.refusal or b"null")
        except (StoreError, ValueError):
            document = None
        if not isinstance(document, dict) or not {"by", "steps", "code"} & document.keys():
            self._address = ""  # it is another's
            return None
        return document if answer.status == HTTPStatus.OK else None
