"""Pages of things that have much said of them, kept once they were made, for each version of the
data."""

from dataclasses import dataclass

from eakg.serve.content import Shelf

_MOST = 64  # of one version of the data
_PREFIX = "page "


@dataclass(frozen=True)
class KeptPage:
    """The text of a page, and what its header `Link` says."""

    links: str
    text: str

    @classmethod
    def find(cls, shelf: Shelf, key: str) -> "KeptPage | None":
        """The page that was kept under a key, over the data as they are now; None where there is
        none. Raises: StoreError and its kinds."""
        data = shelf.content(f"{_PREFIX}{key}")
        if data is None:
            return None
        links, _, text = data.decode().partition("\n")
        return cls(links, text)

    def keep(self, shelf: Shelf, version: str, key: str) -> None:
        """Keep it under a key where there is room. Arguments: where; the version of the data that
        it was made of; the key."""
        shelf.keep(version, f"{_PREFIX}{key}", f"{self.links}\n{self.text}".encode(), _MOST)
