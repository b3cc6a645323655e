"""The options of `eakg serve`, each declared once."""

from dataclasses import dataclass, replace
from pathlib import Path

from eakg.options import option
from eakg.serve.app import MAX_BODY, Access, LogFormat, LogQueries, Logs, Settings
from eakg.store import MEBIBYTE, DefaultGraph, Limits, Reasoning, StoreOptions
from eakg.store.elsewhere import SCHEME

KIBIBYTE = 1 << 10
TOKEN = "EAKG_TOKEN"  # noqa: S105 - the name of a variable


@dataclass(frozen=True)
class ServeOptions:
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
    public_url: str | None = option(
        "The address that the world knows it by.",
        None,
        meaning="the address that the world knows the service by, for links, `Location` and"
        " descriptions; without it they are relative or follow the request",
        metavar="URL",
    )
    reasoning: Reasoning = option(
        "Whether to add what follows from the data.",
        StoreOptions.reasoning,
        meaning="`owl-rl` adds what follows from the data by the OWL 2 RL rules, in the graph"
        " `https://w3id.org/eakg/graph/inferred`; `none` serves the data as they are",
    )
    default_graph: DefaultGraph = option(
        "The default graph of queries: the merge of the graphs, or the store's own alone.",
        StoreOptions.default_graph,
        meaning="the default graph of a query that names none: `union` is the merge of all graphs"
        " but those of evidence, `strict` the store's own default graph alone",
    )
    allow_inconsistent: bool = option(
        "Take data that contradict themselves too.",
        StoreOptions.allow_inconsistent,
        meaning="take data that contradict themselves, with a warning; otherwise the service does"
        " not start (exit status 3), and an update is refused with 409",
    )
    store: str | None = option(
        "A folder that keeps what is written, or a SPARQL endpoint that answers instead.",
        None,
        meaning="a folder that keeps what is written to the service, with `--writable`; or"
        " `sparql+http://host/path`, a SPARQL 1.1 engine that answers instead of a store of ours",
        metavar="DIR|sparql+URL",
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
    rate_limit: int | None = option(
        "Requests a client may send in a minute.",
        None,
        meaning="requests that a client may send in a minute, beyond which the answer is 429. Where"
        " a proxy on the same machine passes requests on, the client is the last one in"
        " `X-Forwarded-For`",
        least=1,
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
    def store_options(self) -> StoreOptions:
        """What the store does besides answering."""
        directory = Path(self.store) if self.store and not self.remote else None
        return StoreOptions(
            self.reasoning, self.default_graph, self.writable, self.allow_inconsistent, directory
        )

    @property
    def limits(self) -> Limits:
        """What queries may use."""
        limits = Limits(self.timeout, self.memory * MEBIBYTE, queue=self.queue)
        return replace(limits, workers=self.workers) if self.workers else limits

    def settings(self, token: str | None) -> Settings:
        """What the web application has to know. Arguments: the digest of the writers' token."""
        return Settings(
            "",
            self.limits,
            self.public_url,
            self.host,
            self.port,
            options=self.store_options,
            access=Access(token, self.rate_limit, self.allow_service, self.query_size * KIBIBYTE),
            logs=Logs(self.log_format, self.log_queries),
            remote=self.remote,
        )
