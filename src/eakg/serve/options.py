"""The options of `eakg serve`, each declared once."""

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from eakg.options import Address, Network, option
from eakg.rdf.inputs import ImportOptions
from eakg.reason.contradictions import ContradictionOptions
from eakg.reason.rulebooks import REASONING, RegimeChoice, chosen_regime
from eakg.serve.app import (
    LOCAL_HOSTS,
    MAX_BODY,
    Access,
    HttpVersions,
    LogFormat,
    LogQueries,
    Logs,
    Settings,
    is_loopback,
)
from eakg.serve.content import Project
from eakg.serve.guard import LOOPBACK, Quotas
from eakg.store import MEBIBYTE, DefaultGraph, Layout, Limits, Reasoning, StoreOptions
from eakg.store.elsewhere import SCHEME
from eakg.store.workers import RESTARTS

KIBIBYTE = 1 << 10
TOKEN = "EAKG_TOKEN"  # noqa: S105 - the name of a variable


@dataclass(frozen=True)
class ServeOptions(Project, ImportOptions, ContradictionOptions):
    """How a graph is served: one field is one option, with all that is said of it."""

    host: str = option("Address to listen on.", Settings.host, meaning="the address to listen on")
    port: int = option(
        "Port to listen on; 0 for any that is free.",
        Settings.port,
        meaning="the port to listen on; 0 takes any that is free, and the first line of output"
        " names it",
        least=0,
        most=65535,
    )
    public_url: Address | None = option(
        "The address that the world knows it by.",
        None,
        meaning="the address that the world knows the service by, for links, `Location` and"
        " descriptions; without it they are relative or follow the request",
        metavar="URL",
    )
    reasoning: Reasoning = option(
        "The rules by which what follows from the data is added.",
        StoreOptions.reasoning,
        meaning="the rules by which what follows from the data is added, in the graph"
        " `https://w3id.org/eakg/graph/inferred`: `owl-rl`, `owl-rl-without-equality`, `rdfs-plus`,"
        " `rdfs`, `rdf`, a [file of rules](reasoning.md#rules-of-ones-own), or a set and files with"
        " commas between, as `rdfs,family.rules`; `none` serves the data as they are",
        metavar=REASONING,
    )
    trivial: bool = option(
        "Also what holds of everything: x owl:sameAs x ...",
        False,
        meaning="add what holds of everything too: reflexive and axiomatic triples, as"
        " `x owl:sameAs x`",
    )
    default_graph: DefaultGraph = option(
        "The default graph of queries: the merge of the graphs, or the store's own alone.",
        StoreOptions.default_graph,
        meaning="the default graph of a query that names none: `union` is the merge of all graphs"
        " but those of evidence, `strict` the store's own default graph alone, with what files of"
        " quads have in no graph",
    )
    store: str | None = option(
        "A prepared store, with --writable one that keeps changes, or an endpoint to ask instead.",
        None,
        meaning="a folder: with `--writable` one that keeps what is written to the service, else a"
        " prepared store, which is made of DATA where there is none (as `eakg load --store` does)"
        " and from which every later start is ready at once; or"
        " `sparql+http://host/path`, a SPARQL 1.1 engine that answers instead of a store of ours",
        metavar="DIR|sparql+URL",
    )
    rebuild: bool = option(
        "Make the prepared store anew.",
        False,
        meaning="make the prepared store that is there anew: of DATA, or of its own sources as they"
        " are now",
    )
    layout: Layout = option(
        "Where a prepared store is asked: in memory or on disk.",
        "auto",
        meaning="whether a prepared store is loaded into `memory`, where it is asked fastest, or"
        " asked where it is, on `disk`, so that the start takes no time and little memory; `auto`"
        " takes the disk where the graphs are large (half a million triples). What was chosen, and"
        " why, goes to standard error",
    )
    versions: Path | None = option(
        "A folder of releases, the past versions that may be asked.",
        None,
        meaning="a folder of [releases](versions.md), which `eakg versions` makes: past versions of"
        " the data, asked by `version=`. Those of a store that takes changes are in its own folder",
        metavar="DIR",
    )
    writable: bool = option(
        "Let those who show the token change the graph.",
        StoreOptions.writable,
        meaning="let those who show the token change the graph",
    )
    token_file: Path | None = option(
        f"The file that holds the token of writers; else it is in {TOKEN}.",
        None,
        meaning="a file with the token of writers on one line, which only the service's user may"
        f" read; without it the token is the value of `{TOKEN}`",
        metavar="FILE",
    )
    read_token_file: Path | None = option(
        "The file that holds the token of readers; without it anyone may read.",
        None,
        meaning="a file with a token on one line, which only the service's user may read; who reads"
        " must show it, or the token of writers, but for `/health`, `/ready` and `/static/`;"
        " without it anyone may read",
        metavar="FILE",
    )
    allowed_host: tuple[str, ...] = option(
        "A name, or name:port, that a service on loopback is asked by too.",
        (),
        meaning="a name, or name:port, by which the service may be asked where it listens on"
        " loopback and has no `--public-url`; give it once for each. There it answers as"
        " `localhost`, `127.0.0.1` and `[::1]` alone, so that no page of the web can read it under"
        " a name of its own (421)",
        metavar="HOST",
    )
    cors: bool = option(
        "Let pages from elsewhere read what a service on loopback answers.",
        False,
        meaning="let pages from elsewhere read the answers (`Access-Control-Allow-Origin: *`) also"
        " where the service listens on loopback and has no `--public-url`; a public one does",
    )
    history: int = option(
        "MiB of earlier snapshots and journals that are kept in the folder of a store.",
        StoreOptions.history // MEBIBYTE,
        meaning="MiB of earlier snapshots and journals that are kept in the folder of a store that"
        " takes changes, for [past versions](versions.md); `0` keeps none",
        least=0,
    )
    timeout: float = option(
        "Seconds a query may run.",
        Limits.timeout,
        meaning="seconds that a query may run",
        above=0,
    )
    memory: int = option(
        "MiB a query may need beyond what the store holds.",
        Limits.memory // MEBIBYTE,
        meaning="MiB that a query may need beyond what the store holds",
        least=1,
    )
    workers: int | None = option(
        "Long queries that run at once; as many as there are cores.",
        None,
        meaning="long queries (over a tenth of a second) that run at once; as many as there are"
        " cores, and two at least",
        least=1,
    )
    queue: int = option(
        "Queries that may wait for their turn.",
        Limits.queue,
        meaning="queries that may wait for their turn; beyond them the answer is 503 at once",
        least=0,
    )
    patience: float = option(
        "Seconds a query waits for its turn.",
        Limits.patience,
        meaning="seconds that a query waits for its turn in all, and a page for what is made once"
        " of all the data; after them the answer is 503",
        above=0,
    )
    change_timeout: float = option(
        "Seconds in which what follows from a change is found out.",
        Limits.change_seconds,
        meaning="seconds in which what follows from a change is found out; `timeout=` of a request"
        " may lower that. Other changes wait at most `--timeout` for their turn",
        above=0,
    )
    change_memory: int = option(
        "MiB that what follows from a change may need.",
        Limits.change_memory // MEBIBYTE,
        meaning="MiB that what follows from a change may need, beyond what the process that reasons"
        " holds",
        least=1,
    )
    change_inferred: int = option(
        "Triples that may follow from one change.",
        Limits.change_inferred,
        meaning="triples that may follow from one change; one from which more would is refused"
        " (`closure-too-large`)",
        least=0,
    )
    start_timeout: float = option(
        "Seconds that a process of the store may take to be ready.",
        Limits.start,
        meaning="seconds that the process that holds the store, and the one that reasons, may take"
        " to load their data",
        above=0,
    )
    restarts: int = option(
        "Short lives in a row of a process, after which the service ends.",
        RESTARTS,
        meaning="how often a process that ends within a second of being ready is started anew, in a"
        " row, after pauses that double from 0.1 s to 30 s; then the service ends with exit status"
        " 4",
        least=0,
    )
    query_size: int = option(
        "KiB that the text of a query may have.",
        Access.query_size // KIBIBYTE,
        meaning="KiB that the text of a query may have, which is refused before it is read (413"
        " `query-too-long`); those who show the token may send 1 MiB",
        least=1,
        most=MAX_BODY // KIBIBYTE,
    )
    allow_service: tuple[str, ...] = option(
        "A host, or host:port, that SERVICE may ask; without any it asks nobody.",
        (),
        meaning="a host, or host:port, that `SERVICE` may ask; give it once for each. Its address"
        " must be a public one, unless it is given as an address itself; redirects are looked at in"
        " the same way. Without any, nobody is asked",
        metavar="HOST",
    )
    trusted_proxy: tuple[Network, ...] = option(
        "The address or network of a proxy that passes on what clients send.",
        tuple(map(Network, LOOPBACK)),
        meaning="the address or network of a proxy that passes on what clients send, as"
        " `10.0.0.0/8`; give it once for each. What such a one says in `X-Forwarded-For`,"
        " `X-Forwarded-Proto` and `X-Forwarded-Prefix` counts, from others it does not"
        " ([more](running.md#behind-a-proxy)). Without any: those on the same machine"
        " (`127.0.0.0/8` and `::1/128`)",
        metavar="NETWORK",
    )
    rate_limit: int | None = option(
        "Requests a client may send in a minute.",
        None,
        meaning="requests that a client may send in a minute, beyond which the answer is 429. A"
        " client is an address of IPv4, or the first 64 bits of one of IPv6; behind a"
        " `--trusted-proxy` that which it names",
        least=1,
    )
    client_requests: int = option(
        "Requests a client may have under way.",
        Quotas.requests,
        meaning="requests that a client may have under way at once, beyond which the answer is 429",
        least=1,
    )
    client_connections: int = option(
        "Connections a client may have.",
        Quotas.connections,
        meaning="connections that a client may have at once, of which the newest are ended beyond"
        " that; those from this machine and of a `--trusted-proxy` are not counted, as a proxy has"
        " those of all. On Linux",
        least=1,
    )
    spool: int = option(
        "MiB of disk for results that wait for their readers.",
        Quotas.spool // MEBIBYTE,
        meaning="MiB of disk that large results may take while they wait for their readers, in all;"
        " beyond it the slowest reader is cut off. A client may have half of it. On Linux",
        least=1,
    )
    pace: int = option(
        "KiB a second that a reader takes at least.",
        Quotas.pace // KIBIBYTE,
        meaning="KiB a second, over ten seconds, that a reader takes at least of what waits for it,"
        " or is cut off; `0` lets everybody take any time. On Linux",
        least=0,
    )
    pages_ahead: int = option(
        "Pages of things that are made after the start.",
        Settings.pages_ahead,
        meaning="of how many things, those to which most leads, the pages are made after the start,"
        " before anybody asks; `0`: nothing is made ahead, the front page neither",
        least=0,
    )
    http: HttpVersions = option(
        "Versions of HTTP.",
        Settings.http,
        meaning="the versions of HTTP that are spoken: `1` is HTTP/1.1, `2` is HTTP/2 without TLS,"
        " `auto` is what the client begins with. With `2` and `auto` the server never closes a"
        " connection that sends nothing",
    )
    log_format: LogFormat = option(
        "A line for each request on standard error.",
        Logs.format,
        meaning="a line for each request on standard error: `off`, `text` or `json`",
    )
    log_queries: LogQueries = option(
        "What such a line tells of the query.",
        Logs.queries,
        meaning="what such a line tells of a query: `off` nothing, `hash` the first 16 digits of"
        " its SHA-256, `text` the query",
    )
    drain: float = option(
        "Seconds between SIGTERM and the end of listening.",
        0.0,
        meaning="seconds that the service goes on after SIGTERM while `/ready` answers 503, for"
        " proxies that look there",
        least=0,
    )

    @property
    def remote(self) -> str | None:
        """The SPARQL endpoint that answers instead of a store of ours."""
        return self.store if self.store and self.store.startswith(SCHEME) else None

    @property
    def prepared_folder(self) -> Path | None:
        """The folder of the prepared store."""
        is_folder = self.store and not self.remote and not self.writable
        return Path(str(self.store)) if is_folder else None

    @cached_property
    def regime_choice(self) -> RegimeChoice:
        """The rules, as their files were when this was first asked. Raises: ProblemsError."""
        return chosen_regime([self.reasoning], trivial=self.trivial)

    @property
    def store_options(self) -> StoreOptions:
        """What the store does besides answering."""
        is_folder = self.store and not self.remote and self.writable
        directory = Path(str(self.store)) if is_folder else None
        return StoreOptions(
            self.regime_choice.regime.code,
            self.default_graph,
            self.writable,
            self.policy,
            directory,
            self.history * MEBIBYTE,
        )

    @property
    def limits(self) -> Limits:
        """What queries may use."""
        limits = Limits(
            self.timeout,
            self.memory * MEBIBYTE,
            queue=self.queue,
            patience=self.patience,
            change_seconds=self.change_timeout,
            change_memory=self.change_memory * MEBIBYTE,
            change_inferred=self.change_inferred,
            start=self.start_timeout,
        )
        return replace(limits, workers=self.workers) if self.workers else limits

    @property
    def is_private(self) -> bool:
        """Whether the service is for this machine alone."""
        return self.public_url is None and is_loopback(self.host)

    @property
    def quotas(self) -> Quotas:
        """What clients may have at once."""
        spool = self.spool * MEBIBYTE
        return Quotas(
            spool,
            self.pace * KIBIBYTE,
            self.client_connections,
            self.client_requests,
            spool // 2,
        )

    def settings(self, token: str | None, read_token: str | None = None) -> Settings:
        """What the web application has to know. Arguments: the digests of the tokens of writers and
        of readers, where there are such."""
        access = Access(
            token,
            self.rate_limit,
            self.allow_service,
            read_token,
            query_size=self.query_size * KIBIBYTE,
            proxies=self.trusted_proxy,
        )
        if self.is_private:
            hosts = (*LOCAL_HOSTS, self.host, *self.allowed_host)
            access = replace(access, hosts=hosts, cors=self.cors)
        return Settings(
            "",
            self.limits,
            self.public_url,
            self.host,
            self.port,
            options=self.store_options,
            access=access,
            logs=Logs(self.log_format, self.log_queries),
            remote=self.remote,
            quotas=self.quotas,
            pages_ahead=self.pages_ahead,
            http=self.http,
            project=self.publication,
            versions=str(self.versions) if self.versions else None,
        )
