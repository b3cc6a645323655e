"""What a store does besides answering."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from eakg.reason.contradictions import OnContradiction

Reasoning: TypeAlias = str
"""Which rules run, as `eakg.reason.rulebooks.Regime` codes it: the name of a set, or "none"; or
more where there is more to say."""
Layout = Literal["auto", "memory", "disk"]
DefaultGraph = Literal["union", "strict"]
WITHOUT_REASONING = "the store was started without reasoning (--reasoning none)"


@dataclass(frozen=True)
class StoreOptions:
    """How a store reasons, what its default graph is, and where its changes are kept.

    `reasoning` says by which rules the graph of what follows is kept in step with what is asserted;
    "none" leaves every graph as it was given. The default graph of a query is with "union" the
    merge of all graphs but those of evidence, with "strict" the store's own default graph and
    nothing else; writes to the default graph go to the store's own in both. `writable` lets changes
    in; `on_contradiction` says which of those that make the graph contradict itself. `directory` is
    where the asserted graphs and the journal of changes are kept; without one, changes last as long
    as the process. `history` is how many bytes of earlier snapshots and journals are kept there,
    from which past versions are read.
    """

    reasoning: Reasoning = "owl-rl"
    default_graph: DefaultGraph = "union"
    writable: bool = False
    on_contradiction: OnContradiction = "stop"
    directory: Path | None = None
    history: int = 64 << 20

    @property
    def defers(self) -> bool:
        """Whether large graphs need not be at hand by their names before somebody asks for them:
        most queries are of the usual default graph."""
        return not self.writable and self.directory is None and self.default_graph == "union"
