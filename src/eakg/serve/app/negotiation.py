"""Which of the representations that there are a client gets: RFC 9110 section 12.5.1."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.sansio.request import Request

from eakg.rdf import (
    GRAPH_FORMATS,
    ResultFormat,
    ResultKind,
    UnwritableError,
    find_format,
    plain_format_name,
)
from eakg.serve.app.errors import NotAcceptableError
from eakg.serve.app.parameters import Parameters
from eakg.sparql import FormatMismatchError


@dataclass(frozen=True, eq=False)
class Page:
    """A representation that we make ourselves: that for people, or another where it says so; its
    `title` is what a link to it is called."""

    name: str = "html"
    media_type: str = "text/html"
    extension: str = "html"
    content_type: str = "text/html; charset=utf-8"
    generic: frozenset[str] = frozenset()
    title: str = ""

    @property
    def names(self) -> frozenset[str]:
        """What it may be called where one format is named."""
        return self.generic | {self.name, self.media_type, self.extension}


HTML = Page()
PLAIN_JSON = Page("json", "application/json", "json", "application/json")
Representation = ResultFormat | Page
PAGE_OR_GRAPH: tuple[Representation, ...] = (HTML, *GRAPH_FORMATS)
"""What is for people first of all, and can be said in RDF too."""
_Offer = TypeVar("_Offer", bound=Representation)
_Choice = TypeVar("_Choice")
_Answer = TypeVar("_Answer")


def select_representation(
    request: Request, parameters: Parameters, offers: Sequence[_Offer], kind: ResultKind
) -> _Offer:
    """The first of `acceptable_representations`. Raises: as it does."""
    return acceptable_representations(request, parameters, offers, kind)[0]


def acceptable_representations(
    request: Request,
    parameters: Parameters,
    offers: Sequence[_Offer],
    kind: ResultKind,
    lesser: Sequence[_Offer] = (),
) -> tuple[_Offer, ...]:
    """The offers that `format=` (or what other engines call it) names, in its order, or without
    one what `acceptable` gives.

    Some clients give several names for one format, for servers that know only one of them.
    Arguments: the kind of result, as `json` and `xml` mean other formats for graphs; the lesser
    offers as in `acceptable`. Raises: NotAcceptableError, with the list of what there is.
    """
    names = parameters.formats()
    if not names:
        return acceptable(request, offers, lesser)
    chosen_offers = []
    for name in names:
        key = plain_format_name(name)
        match = find_format(name, kind)
        chosen_offers += [
            offer
            for offer in offers
            if offer == match or (isinstance(offer, Page) and _is_named(offer, key, match))
        ]
    if not chosen_offers:
        subject = "ASK has" if kind is ResultKind.BOOLEAN else "there is"
        words = f"{subject} no format {' or '.join(names)} here"
        raise NotAcceptableError(words, available(offers))
    return tuple(dict.fromkeys(chosen_offers))


def _is_named(page: Page, key: str, match: ResultFormat | None) -> bool:
    return key in page.names or (match is not None and match.media_type == page.media_type)


def negotiate(request: Request, offers: Sequence[_Offer]) -> _Offer:
    """The first of `acceptable`. Raises: NotAcceptableError, with the list of what there is."""
    return acceptable(request, offers)[0]


def acceptable(
    request: Request, offers: Sequence[_Offer], lesser: Sequence[_Offer] = ()
) -> tuple[_Offer, ...]:
    """The offers that the Accept header allows, that with the highest quality first, and equals in
    their order.

    Without the header, or with an empty one, all of them. Media type parameters in it are not
    looked at. The lesser of the offers count half: what most clients make less of.
    Raises: NotAcceptableError, with the list of what there is.
    """
    header = request.headers.get("Accept", "")
    if not header.strip(" \t,"):
        return tuple(offers)
    places = _places(header, tuple(offers), tuple(lesser))
    if not places:
        raise NotAcceptableError("nothing that Accept allows is here", available(offers))
    return tuple(offers[place] for place in places)


@lru_cache(1024)
def _places(
    header: str, offers: tuple[Representation, ...], lesser: tuple[Representation, ...]
) -> tuple[int, ...]:
    """The places of the offers that are allowed, the best first."""
    accept = parse_accept_header(header, MIMEAccept)
    media_types = MIMEAccept([(one.partition(";")[0].strip(), quality) for one, quality in accept])
    qualities = [_quality(media_types, offer) * (0.5 if offer in lesser else 1) for offer in offers]
    places = [place for place, quality in enumerate(qualities) if quality > 0]
    return tuple(sorted(places, key=lambda place: -qualities[place]))


def in_first_that_holds(
    representations: Iterable[_Choice], make: Callable[[_Choice], _Answer]
) -> _Answer:
    """What is made in the first of the representations whose format can hold it.

    Raises: FormatMismatchError or UnwritableError of the first where none can.
    """
    refusals: list[FormatMismatchError | UnwritableError] = []
    for representation in representations:
        try:
            return make(representation)
        except (FormatMismatchError, UnwritableError) as error:
            refusals.append(error)
    raise refusals[0]


def _quality(accept: MIMEAccept, offer: Representation) -> float:
    """The quality of an offer; by a generic media type where its own is not named."""
    names = {one.lower(): quality for one, quality in accept}
    qualities = [float(accept.quality(offer.media_type))]
    if offer.media_type not in names:
        qualities += [names[one] for one in offer.generic if one in names]
    return max(qualities)


def prefers_html(request: Request) -> bool:
    """Whether a person asks, by a browser: HTML is named and nothing machine-made goes before."""
    accept = request.accept_mimetypes
    quality = accept.quality("text/html")
    return (
        any(one.startswith("text/html") for one, _ in accept)
        and quality > 0
        and all(quality >= rival for one, rival in accept if not one.startswith("*"))
    )


def names_a_format(request: Request) -> bool:
    """Whether Accept names a media type, and does not just take what there is."""
    return any("*" not in media_type for media_type, _ in request.accept_mimetypes)


def available(offers: Sequence[Representation]) -> tuple[str, ...]:
    """The media types of the offers."""
    return tuple(offer.media_type for offer in offers)
