"""Queries at addresses of the web, fetched when a command line names them."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from eakg.keyed_files import KeyedFile, Keys
from eakg.problems import Problem, ProblemsError
from eakg.queries.contract.expectation import is_address
from eakg.queries.contract.header import read_header
from eakg.queries.contract.saved import SavedQuery, parse_query
from eakg.sparql import StoreError
from eakg.store.elsewhere import Deadline, HttpClient, HttpRequest, endpoint_at

_LARGEST = 1 << 20
_ACCEPT = "application/sparql-query, text/plain;q=0.9, */*;q=0.5"
_PAGES = frozenset({"text/html", "application/xhtml+xml"})


def fetch_query(
    address: str,
    seconds: float,
    *,
    other_hosts: bool = False,
    prefixes: Mapping[str, str] | None = None,
) -> SavedQuery:
    """The saved query at an address.

    Arguments: the address, of http or https; seconds until all of it has come; whether redirects to
    other hosts are followed; prefixes of the project. Raises: ProblemsError where it does not come,
    is a page for people, is larger than a query may be, or has a header that cannot be used or
    names files, which are beside it and not here.
    """
    path = path_of(address)
    try:
        text = _fetch(address, seconds, other_hosts=other_hosts)
        _check_files(read_header(path, text))
        query = parse_query(path, text, prefixes=prefixes)
    except ProblemsError as error:
        problems = [replace(problem, file=public_address(address)) for problem in error.problems]
        raise ProblemsError(problems) from error
    return replace(query, address=public_address(address))


def path_of(address: str) -> Path:
    """What a query at an address is called: its last part."""
    name = unquote(urlsplit(address).path.rpartition("/")[2]).replace("\0", "")
    return Path(name or "query.rq")


def public_address(address: str) -> str:
    """An address without who asks there."""
    parts = urlsplit(address)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()


def _fetch(address: str, seconds: float, *, other_hosts: bool) -> str:
    """Raises: ProblemsError."""
    try:
        endpoint = endpoint_at(address)
        client = HttpClient(_LARGEST, endpoint.authorization(), other_hosts)
        request = HttpRequest("GET", endpoint.address, {"Accept": _ACCEPT})
        body = BytesIO()
        answer = client.send(request, Deadline.from_now(seconds), body)
    except (StoreError, ValueError) as error:
        raise _problem(f"cannot be fetched: {error}") from error
    if not answer.is_success:
        raise _problem(f"cannot be fetched: HTTP {answer.status} from {answer.target}")
    if answer.headers.get_content_type() in _PAGES:
        raise _problem("is a page for people; name the address of the file itself")
    try:
        return body.getvalue().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _problem("is not UTF-8") from error


def _problem(message: str) -> ProblemsError:
    return ProblemsError([Problem("", 0, message)])


def _check_files(header: KeyedFile) -> None:
    """Raises: ProblemsError where a header names files."""
    problems = [*_file_problems(header)]
    if problems:
        raise ProblemsError(problems)


def _file_problems(header: KeyedFile) -> Iterator[Problem]:
    """Each file that a header names: none is fetched, and none of this machine is meant."""
    values: Any = header.values
    message = "names a file, which a query from an address cannot have; fetch both"
    if "data" in values:
        yield header.problem(f"data {message}", "data")
    if isinstance(values.get("cases"), str):
        yield header.problem(f"cases {message}", "cases")
    contracts: list[tuple[Keys, Any]] = [(("expect",), values.get("expect", {}))]
    if isinstance(values.get("cases"), list):
        for number, case in enumerate(values["cases"]):
            contracts.append((("cases", number, "expect"), case.get("expect", {})))
    for keys, contract in contracts:
        for key in ("rows", "graph", "same-as"):
            if key in contract and not is_address(contract[key]):
                yield header.problem(f"{key} {message}", *keys, key)
