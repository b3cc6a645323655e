"""From RDF files to answered SPARQL queries.

In come `Contents`, the files of named graphs; out go `Result`s, complete serialised answers to
`QueryRequest`s, or a `StoreError` that says why there is none. A `KeeperProcess` keeps the store
in a process of its own, where each query runs in a worker that time and memory limits can end,
and a `StoreClient` asks it; an `EmbeddedStore` answers in this process. The dataset, the
refusals and the serialisation are the same for both.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
