"""Parameters of a request, decoded once and strictly."""

from dataclasses import dataclass
from functools import cached_property
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl, unquote_to_bytes

from werkzeug.sansio.request import Request

from eakg.rdf import is_iri, whole_number
from eakg.serve.app.errors import BadParameterError, UnsupportedBodyError
from eakg.serve.app.requests import AnyRequest
from eakg.store import Closure

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_CHARSETS = frozenset({"utf-8", "utf8", "us-ascii"})
MAX_WRITE = 64 << 20  # bytes of an update or of a graph that is sent
_MAX_FIELDS = 1000
_MAX_PAGE = 1_000_000
FORMAT_NAMES = ("format", "output", "results")
"""The parameter for the format, here, at Fuseki and at rasqal; SPARQLWrapper sends all three."""
INFERENCE_NAMES = ("infer", "reasoning", "includeInferred")
"""Whether to answer from what was inferred, at RDF4J and GraphDB, at Stardog and at Blazegraph."""
_CLOSURES: dict[str, Closure] = {"true": "full", "false": "asserted"}
Place = Literal["the address", "the body"]


@dataclass(frozen=True)
class Parameters:
    """Names and values in the order they came."""

    pairs: tuple[tuple[str, str], ...]

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of this name."""
        return self._values.get(name, ())

    def single(self, name: str) -> str | None:
        """The value of this name, or None. Raises: BadParameterError when it is given twice."""
        values = self.all(name)
        if len(values) > 1:
            raise BadParameterError(f"the parameter {name} is given {len(values)} times")
        return values[0] if values else None

    def only(self, *names: str) -> "Parameters":
        """These, if they have none but these names. Raises: BadParameterError for another."""
        surplus = sorted(self.names.difference(names))
        if surplus:
            choices = ", ".join(names)
            raise BadParameterError(f"there is no parameter {surplus[0]}; there is {choices}")
        return self

    def text(self, name: str) -> str | None:
        """The query or update of this name, without a byte order mark, or None. Raises:
        BadParameterError when it is given twice."""
        value = self.single(name)
        return None if value is None else value.removeprefix("\ufeff")

    def graphs(self, name: str) -> tuple[str, ...]:
        """The graphs of this name. Forms for people send an empty one where none is meant.

        Raises: BadParameterError for what is no absolute IRI.
        """
        values = tuple(value for value in self.all(name) if value)
        for value in values:
            if not is_iri(value):
                raise BadParameterError(f"the {name} {value!r} is not an absolute IRI")
        return values

    def formats(self) -> tuple[str, ...]:
        """The names of formats that are given, those that are meant first, by the names that the
        parameter has at one engine or another. Forms for people send an empty one."""
        if self.names.isdisjoint(FORMAT_NAMES):
            return ()
        return tuple(value for name in FORMAT_NAMES for value in self.all(name) if value)

    def closure(self, default: Closure = "full") -> Closure:
        """`closure=`, or what other engines call it: the default where none is given.

        Raises: BadParameterError on anything else, and where two do not agree.
        """
        if self.names.isdisjoint(("closure", *INFERENCE_NAMES)):
            return default
        choices: dict[str, Closure] = {}
        value = self.single("closure")
        if value is not None:
            if value not in get_args(Closure):
                raise BadParameterError("closure is full or asserted")
            choices[f"closure={value}"] = cast(Closure, value)
        for name in INFERENCE_NAMES:
            if value := self.single(name):
                if value.lower() not in _CLOSURES:
                    raise BadParameterError(f"{name} is true or false")
                choices[f"{name}={value}"] = _CLOSURES[value.lower()]
        if len({*choices.values()}) > 1:
            raise BadParameterError(f"{' and '.join(choices)} contradict each other; give one")
        return next(iter(choices.values()), default)

    def page(self) -> int:
        """`page=`: 1 where it is not given. Raises: BadParameterError when it is no number from
        1."""
        return self.number("page", _MAX_PAGE) or 1

    def number(self, name: str, most: int) -> int | None:
        """The number of this name, from 1 to the most, or None. Raises: BadParameterError when it
        is no such number."""
        value = self.single(name)
        if value is None:
            return None
        number = whole_number(value, most)
        if not number:
            raise BadParameterError(f"{name} is a number from 1 to {most}")
        return number

    def timeout(self) -> float | None:
        """`timeout=` in seconds; None, which is no lower limit than that of the store, where it is
        empty or 0 too. Raises: BadParameterError when it is no such number."""
        value = self.single("timeout")
        if not value:
            return None
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < float("inf"):
            raise BadParameterError("timeout is a number of seconds; 0 is no limit of your own")
        return seconds or None

    @cached_property
    def names(self) -> frozenset[str]:
        """The names that are given."""
        return frozenset(self._values)

    @cached_property
    def _values(self) -> dict[str, tuple[str, ...]]:
        values: dict[str, tuple[str, ...]] = {}
        for name, value in self.pairs:
            values[name] = (*values.get(name, ()), value)
        return values


def query_string(request: Request) -> Parameters:
    """The parameters in the address. Raises: BadParameterError when they are not UTF-8."""
    return _decode(request.query_string, "the address")


def form(request: AnyRequest) -> Parameters:
    """The parameters in a form's body, after those in the address.

    Raises: BadParameterError when they are not UTF-8; UnsupportedBodyError.
    """
    body = _decode(body_of(request), "the body")
    return Parameters(query_string(request).pairs + body.pairs)


def text_body(request: AnyRequest) -> str:
    """The body as text. Raises: UnsupportedBodyError, BadParameterError when it is not UTF-8."""
    try:
        return body_of(request).decode()
    except UnicodeDecodeError as error:
        raise BadParameterError(f"the body is not UTF-8 at byte {error.start}") from None


def body_of(request: AnyRequest) -> bytes:
    """The body as it came. Raises: UnsupportedBodyError when it is coded, or not said to be
    UTF-8."""
    charset = request.mimetype_params.get("charset", "utf-8")
    if charset.lower() not in _CHARSETS:
        raise UnsupportedBodyError(
            f"the charset {charset} is not read", (f"{request.mimetype}; charset=utf-8",)
        )
    coding = request.headers.get("Content-Encoding", "identity")
    if coding.lower() != "identity":
        raise UnsupportedBodyError(f"the content coding {coding} is not read", (request.mimetype,))
    return request.get_data(cache=False)


def _decode(raw: bytes, place: Place) -> Parameters:
    try:
        if raw and raw.isascii() and b"&" not in raw:
            # One parameter, as most requests have, without the way of the many.
            name, _, value = raw.replace(b"+", b" ").partition(b"=")
            return Parameters(
                ((unquote_to_bytes(name).decode(), unquote_to_bytes(value).decode()),)
            )
        pairs = parse_qsl(
            raw.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS
        )
    except UnicodeDecodeError:
        raise BadParameterError(f"{place} is not UTF-8") from None
    except ValueError:
        raise BadParameterError(f"{place} has more than {_MAX_FIELDS} parameters") from None
    return Parameters(tuple(pairs))
