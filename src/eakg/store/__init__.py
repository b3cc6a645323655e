"""From RDF files to answered SPARQL queries.

In come `Contents`, the files of named graphs; out go `Result`s, complete serialised answers to
`QueryRequest`s, or a `StoreError` that says why there is none. A `HolderProcess` keeps the store
in a process of its own, where each query runs in a worker that time and memory limits can end,
and a `StoreClient` asks it; an `EmbeddedStore` answers in this process. The dataset, the
refusals and the serialisation are the same for both.
"""

from eakg.store.client import StoreClient
from eakg.store.contents import Contents, GraphFile, contents
from eakg.store.embedded import EmbeddedStore
from eakg.store.options import StoreOptions
from eakg.store.process import HolderProcess
from eakg.store.request import Limits, QueryRequest, QueryService, Result
from eakg.store.rows import rows, select
from eakg.store.update import Applied, GraphWrite, UpdateRequest, UpdateService

__all__ = [
    "Applied",
    "Contents",
    "EmbeddedStore",
    "GraphFile",
    "GraphWrite",
    "HolderProcess",
    "Limits",
    "QueryRequest",
    "QueryService",
    "Result",
    "StoreClient",
    "StoreOptions",
    "UpdateRequest",
    "UpdateService",
    "contents",
    "rows",
    "select",
]
