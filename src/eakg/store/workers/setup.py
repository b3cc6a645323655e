"""What the process that holds a store needs to know when it starts."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from rdflib import URIRef

from eakg.store.graph_files import Contents, GraphFile
from eakg.store.options import StoreOptions
from eakg.store.request import Limits


@dataclass(frozen=True)
class Setup:
    """The files to load, the limits of queries, the path of the Unix socket to listen on, and what
    the store does besides answering."""

    contents: Contents
    limits: Limits
    address: str
    options: StoreOptions

    def to_json(self) -> bytes:
        """The setup as one line."""
        files = [[str(file.name), str(file.path)] for file in self.contents.files]
        return json.dumps(
            {
                "files": files,
                "version": self.contents.version,
                "limits": asdict(self.limits),
                "address": self.address,
                "options": self.options.to_json(),
            }
        ).encode()

    @classmethod
    def from_json(cls, line: bytes) -> Self:
        """The setup that `to_json` wrote."""
        fields = json.loads(line)
        files = tuple(GraphFile(URIRef(name), Path(path)) for name, path in fields["files"])
        return cls(
            Contents(files, fields["version"]),
            Limits(**fields["limits"]),
            fields["address"],
            StoreOptions.from_json(fields["options"]),
        )
