"""What tests of the workers of a store share."""

from pathlib import Path

from eakg.store.client.client import StoreClient
from eakg.store.request import QueryRequest
from helpers.holdings import LIGHT
from helpers.processes import forks_of


def asks(store: StoreClient, text: str = LIGHT) -> bytes:
    return store.query(QueryRequest(text)).read()


def busy(pid: int) -> bool:
    """Whether a worker is computing: one of its threads is in state R."""
    tasks = (task for child in forks_of(pid) for task in Path(f"/proc/{child}/task").glob("*/stat"))
    return any(state(task) == "R" for task in tasks)


def standing(pid: int) -> set[int]:
    """The workers that stand where they are."""
    return {child for child in forks_of(pid) if state(Path(f"/proc/{child}/stat")) == "T"}


def state(task: Path) -> str:
    try:
        return task.read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return ""
