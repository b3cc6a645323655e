"""The pages and files of a site, fetched from the application and written with their links."""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient

from eakg.problems import ExitStatus, Problem, ProblemsError
from eakg.rdf import GRAPH_FORMATS
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
_ROOT = "http://localhost"
_LINK = re.compile(r'(?<=[\s"])(href|src|action)="([^"]*)"')
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_ALTERNATE = re.compile(r'<([^>]*)>\s*;\s*rel="alternate"')
_OWN_RDF = re.compile(r"^/(?:doc|graph|ontology|id)\b")
_ACCEPT = {"Accept": f"{HTML.media_type}, */*;q=0.1"}
_HOPS = 5  # from one address to another
_AT_ONCE = 100  # pages between two words about how far it is
Tell = Callable[[str], None]


@dataclass(frozen=True)
class PublicationAccount:
    """What was written: how many pages and other files, and of how many bytes."""

    pages: int
    files: int
    size: int


@dataclass
class _Site:
    """A walk from page to page."""

    client: FlaskClient
    folder: Path
    public_url: str
    proofs: bool
    tell: Tell
    queue: deque[str] = field(default_factory=deque)
    files: dict[str, str | None] = field(default_factory=dict)
    redirects: list[Redirect] = field(default_factory=list)
    pages: int = 0
    size: int = 0

    def walk(self) -> None:
        for address in _START:
            self.add(address)
        for address in self.things():
            self.add(address)
        while self.queue:
            self.visit(self.queue.popleft())

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

    def is_left_out(self, address: str) -> bool:
        path = urlsplit(address).path
        left_out = _COMPUTED if self.proofs else (*_COMPUTED, *_PROOFS)
        return any(path == one or path.startswith(f"{one}/") for one in left_out)

    def add(self, address: str) -> str | None:
        """The file of an address, which is fetched when its turn comes; None where it is on no
        site of files."""
        if self.is_left_out(address):
            return None
        if address not in self.files:
            self.files[address] = file_of(address)
            self.queue.append(address)
        return self.files[address]

    def visit(self, address: str) -> None:
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
            raise ProblemsError([Problem(str(self.folder), 0, words)], ExitStatus.CHECK_FAILED)
        file = self.files[address] or file_of(address)
        if response.mimetype == HTML.media_type:
            self.pages += 1
            if self.pages % _AT_ONCE == 0:
                self.tell(f"{self.pages:,} pages written, {len(self.queue):,} to go")
            formats = self.write_formats(address, response.headers.get("Link", ""))
            body = self.relinked(body.decode(), file).encode()
            self.redirects.append(Redirect(f"{self.prefix}{address}", file, formats))
        self.write(file, body)

    def write_formats(self, address: str, links: str) -> dict[str, str]:
        """The RDF of a page, as its links of the header say; the files by their extensions."""
        formats: dict[str, str] = {}
        if not _OWN_RDF.match(address):
            return formats
        for link in _ALTERNATE.findall(links):
            target = self.local(link)
            extension = next(
                (
                    format_.extension
                    for format_ in GRAPH_FORMATS
                    if target
                    and (target.endswith((f".{format_.extension}", f"format={format_.extension}")))
                ),
                None,
            )
            if target is None or extension is None:
                continue
            file = file_of(target, f".{extension}")
            if self.files.setdefault(target, file) and not (self.folder / file).exists():
                self.write(file, self.fetch(target))
            formats[extension] = file
        return formats

    def relinked(self, page: str, file: str) -> str:
        """A page whose links lead to files of the site; one to what is on none is no link."""

        def link(match: re.Match[str]) -> str:
            name, value = match[1], unescape(match[2])
            address = self.local(value)
            if address is None:
                return match[0]
            target = self.add(address) if name != "action" else None
            if target is None:
                return 'data-elsewhere=""'
            return f'{name}="{escape(link_between(file, target, urlsplit(value).fragment))}"'

        return _LINK.sub(link, _FORM.sub("", page))

    def write(self, file: str, body: bytes) -> None:
        path = self.folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        self.size += len(body)


def publish_site(
    app: Flask,
    folder: Path,
    public_url: str = "",
    *,
    proofs: bool = True,
    tell: Tell = lambda _: None,
) -> PublicationAccount:
    """Write the site of an application into a folder.

    Arguments: the application; the folder, which is empty; its public address, if any; whether
    proofs are written too; what is told of how far it is. Raises: ProblemsError for a page that is
    none; OSError.
    """
    site = _Site(app.test_client(), folder, public_url.rstrip("/"), proofs, tell)
    site.walk()
    site.redirects += [
        Redirect(
            redirect.address.replace("/doc/", "/id/", 1), redirect.file, redirect.formats, sees=True
        )
        for redirect in site.redirects
        if redirect.address.removeprefix(site.prefix).startswith("/doc/")
    ]
    for name, text in redirect_files(site.redirects).items():
        site.write(name, text.encode())
    files = sum(1 for path in folder.rglob("*") if path.is_file())
    return PublicationAccount(site.pages, files, site.size)
