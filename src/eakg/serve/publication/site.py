"""The pages and files of a site, fetched from the application and written with their links."""

import gc
import multiprocessing
import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from html import escape, unescape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.rdf import GRAPH_FORMATS, N_QUADS
from eakg.serve.app import HTML
from eakg.serve.publication.file_names import file_of, link_between
from eakg.serve.publication.redirects import Redirect, redirect_files

_START = (
    *("/", "/things", "/overviews", "/ontology", "/queries", "/rules", "/contradictions"),
    *("/dcat", "/.well-known/void", "/context.jsonld", "/robots.txt", "/favicon.ico"),
    *("/ro-crate-metadata.json", "/croissant.json", "/sitemap.xml"),
)
_COMPUTED = (
    *("/sparql", "/search", "/search.json", "/graphs", "/update", "/reconcile"),
    *("/nanopublication", "/linkset", "/cite", "/opensearch.xml"),
)
"""What is computed for each question, and so is on no site of files."""
_PROOFS = ("/explain",)
_FOR_PROGRAMS = ".words"
"""The ending of documents in words, which are for those who ask a service."""
_AGAIN = re.compile("(?:^|&)(?:closure=asserted|format=words|terms=shown|years=[0-9-]*)(?:&|$)")
"""A page once more: without what follows, which it marks already, in words, beside the terms of its
RDF, which lies beside the page; or the part of a section that has some years."""
_PROOF_AGAIN = re.compile("(?:^|&)(?:all|format)=")
"""Further proofs of a triple, or the same as data: three times as many files again."""
_ROOT = "http://localhost"
_LINK = re.compile(r'(?<=[\s"])(href|src|action)="([^"]*)"')
_OF_SERVICE = re.compile(r"<(?:(form)\b|(span|p|li|div) data-service\b).*?</(?:\1|\2)>", re.DOTALL)
"""What a page offers that only a service can do."""
_ALTERNATE = re.compile(r'<([^>]*)>\s*;\s*rel="alternate"')
_OWN_RDF = re.compile(r"^/(?:doc|graph|ontology|id)\b")
_ACCEPT = {"Accept": f"{HTML.media_type}, */*;q=0.1"}
_ACCEPT_RDF = {"Accept": f"{N_QUADS.media_type}, */*;q=0.1"}
_HOPS = 5  # from one address to another
_EXTENSIONS = frozenset(one.extension for one in GRAPH_FORMATS)
_SHARE = 16  # addresses that a process visits before it takes others
_AT_ONCE = 100  # pages between two words about how far it is
Tell = Callable[[str], None]


@dataclass(frozen=True)
class PublicationAccount:
    """What was written: how many pages and other files, and of how many bytes."""

    pages: int
    files: int
    size: int


@dataclass(frozen=True)
class _Visit:
    """What came of an address: the size of what was written, the addresses that it leads to, and
    where it is a page, its redirect; or the problem with it."""

    size: int
    addresses: tuple[str, ...] = ()
    redirect: Redirect | None = None
    problem: Problem | None = None


@dataclass(frozen=True)
class _Site:
    """What is asked for each address, and where it is written. It remembers nothing, so that
    several processes may visit what each other's pages lead to."""

    client: FlaskClient
    folder: Path
    public_url: str
    proofs: bool

    def things(self) -> Iterator[str]:
        """The pages that robots are told of."""
        parts = ["/sitemap.xml"]
        for part in parts:
            body = self.fetch(part).decode()
            for location in re.findall(r"<loc>([^<]*)</loc>", body):
                address = self.local(unescape(location))
                if address and address.startswith("/sitemap.xml"):
                    parts.append(address)
                elif address:
                    yield address

    def fetch(self, address: str) -> bytes:
        """What is at an address, as programs get it."""
        with self.client.get(address) as response:
            return response.get_data()

    def local(self, link: str) -> str | None:
        """The path and query of a link to the service, None for one to elsewhere."""
        for root in filter(None, (self.public_url, _ROOT)):
            if link == root or link.startswith(f"{root}/"):
                link = f"{self.prefix}{link.removeprefix(root) or '/'}"
        if not link.startswith(f"{self.prefix}/") or link.startswith("//"):
            return None
        parts = urlsplit(link)
        path = parts.path.removeprefix(self.prefix)
        return f"{path}?{parts.query}" if parts.query else path

    @property
    def prefix(self) -> str:
        """The path of the public address."""
        return urlsplit(self.public_url).path

    def has(self, address: str) -> bool:
        """Whether an address is on a site of files."""
        path, query = urlsplit(address)[2:4]
        if path.endswith(_FOR_PROGRAMS) or _AGAIN.search(query):
            return False
        if path in _PROOFS and _PROOF_AGAIN.search(query):
            return False
        left_out = _COMPUTED if self.proofs else (*_COMPUTED, *_PROOFS)
        return not any(path == one or path.startswith(f"{one}/") for one in left_out)

    def visit(self, address: str) -> _Visit:
        """Write what is at an address, and the RDF of a page."""
        formats: dict[str, str] = {}
        size = 0
        file = file_of(address)
        if _OWN_RDF.match(address) and file.endswith(".html"):
            # Before its page, which tells nothing that they do not: the store is asked once.
            with self.client.get(address, headers=_ACCEPT_RDF) as response:
                formats, size = self.write_formats(response.headers.get("Link", ""))
        response = self.client.get(address, headers=_ACCEPT)
        for _ in range(_HOPS):
            target = self.local(response.headers.get("Location", ""))
            if target is None:
                break
            response.close()
            response = self.client.get(target, headers=_ACCEPT)
        with response:
            status, body = response.status_code, response.get_data()
        if status != HTTPStatus.OK:
            words = f"{address} answers {status}; a site has no page that does not"
            return _Visit(0, problem=Problem(str(self.folder), 0, words))
        if response.mimetype != HTML.media_type:
            return _Visit(self.write(file, body))
        page, addresses = self.relinked(body.decode(), file)
        size += self.write(file, page.encode())
        return _Visit(size, addresses, Redirect(f"{self.prefix}{address}", file, formats))

    def write_formats(self, links: str) -> tuple[dict[str, str], int]:
        """Write the RDF of a page, as its links of the header say; the files by their extensions,
        and the size of those that were not there."""
        formats: dict[str, str] = {}
        size = 0
        for target in filter(None, map(self.local, _ALTERNATE.findall(links))):
            extension = file_of(target).rpartition(".")[2]
            if extension in _EXTENSIONS:
                formats[extension] = file_of(target)
                if not (self.folder / formats[extension]).exists():
                    size += self.write(formats[extension], self.fetch(target))
        return formats, size

    def relinked(self, page: str, file: str) -> tuple[str, tuple[str, ...]]:
        """A page whose links lead to files of the site, and the addresses of these; one to what is
        on none is no link."""
        addresses: dict[str, None] = {}

        def link(match: re.Match[str]) -> str:
            name, value = match[1], unescape(match[2])
            address = self.local(value)
            if address is None:
                return match[0]
            if name == "action" or not self.has(address):
                return 'data-elsewhere=""'
            addresses[address] = None
            target = link_between(file, file_of(address), urlsplit(value).fragment)
            return f'{name}="{escape(target)}"'

        return _LINK.sub(link, _OF_SERVICE.sub("", page)), tuple(addresses)

    def write(self, file: str, body: bytes) -> int:
        """Write a file. Results: its size."""
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return len(body)


_own_sites: list[_Site] = []
"""In a fork the site that it writes, which no message between processes could carry."""


def _visit_own(address: str) -> _Visit:
    return _own_sites[0].visit(address)


Visits = Callable[[Iterable[str]], Iterator[_Visit]]
"""Visits addresses, in their order."""


@contextmanager
def _visitor(site: _Site, jobs: int) -> Iterator[Visits]:
    """What visits addresses: forks of this process, as many as there are jobs, which keep what
    they remember of the data from one call to the next.

    Raises: ProblemsError where one was ended.
    """
    if jobs == 1:
        yield partial(map, site.visit)
        return
    gc.collect()
    gc.freeze()  # else each fork would copy what it only looks through for garbage
    try:
        # None is ended by a signal, which a fork that has only begun may miss.
        context = multiprocessing.get_context("fork")
        with ProcessPoolExecutor(jobs, context, _own_sites.append, (site,)) as pool:
            try:
                yield partial(pool.map, _visit_own, chunksize=_SHARE)
            except BrokenProcessPool as error:
                words = "a process that asks for pages was ended; see that it has memory enough"
                raise ProblemsError([Problem(str(site.folder), 0, words)]) from error
            finally:
                pool.shutdown(cancel_futures=True)
    finally:
        gc.unfreeze()


def publish_site(
    app: Flask,
    folder: Path,
    public_url: str = "",
    *,
    proofs: bool = True,
    jobs: int = 1,
    tell: Tell = lambda _: None,
) -> PublicationAccount:
    """Write the site of an application into a folder.

    Arguments: the application; the folder, which is empty; its public address, if any; whether
    proofs are written too; how many processes ask for pages; what is told of how far it is.
    Raises: ProblemsError for a page that is none; OSError.
    """
    site = _Site(app.test_client(), folder, public_url.rstrip("/"), proofs)
    redirects: list[Redirect] = []
    size = 0
    ahead = dict.fromkeys((*_START, *site.things()))
    known_files = set(map(file_of, ahead))
    with _visitor(site, jobs) as visits:
        while ahead:
            targets: dict[str, None] = {}
            for number, visit in enumerate(visits(ahead), 1):
                if visit.problem is not None:
                    raise ProblemsError([visit.problem], ExitStatus.CHECK_FAILED)
                size += visit.size
                targets |= dict.fromkeys(visit.addresses)
                if visit.redirect is not None:
                    redirects.append(visit.redirect)
                    known_files.update(visit.redirect.formats.values())
                    if len(redirects) % _AT_ONCE == 0:
                        rest = f"{len(ahead) - number:,} to go, and what they lead to"
                        tell(f"{len(redirects):,} pages written, {rest}")
            ahead = {one: None for one in sorted(targets) if file_of(one) not in known_files}
            known_files.update(map(file_of, ahead))
    pages = len(redirects)
    redirects += [
        Redirect(
            redirect.address.replace("/doc/", "/id/", 1), redirect.file, redirect.formats, sees=True
        )
        for redirect in redirects
        if redirect.address.removeprefix(site.prefix).startswith("/doc/")
    ]
    for name, text in redirect_files(redirects).items():
        size += site.write(name, text.encode())
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    return PublicationAccount(pages, files, size)
