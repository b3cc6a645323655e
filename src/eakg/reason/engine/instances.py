"""The instances of rules that run, by the relations that they read."""

from collections import defaultdict
from collections.abc import Callable, Iterable

from eakg.reason.engine.copies import own_copy
from eakg.reason.plan import Instance


class Instances:
    """Instances in the order in which they came."""

    def __init__(self) -> None:
        self.all: list[Instance] = []
        self._readers: dict[int, list[Instance]] = defaultdict(list)

    def copy(self) -> "Instances":
        """The same, to be changed on their own."""
        twin = own_copy(self)
        for key, readers in self._readers.items():
            twin._readers[key] = list(readers)
        return twin

    def add(self, instance: Instance) -> None:
        """Take in an instance."""
        self.all.append(instance)
        for key in instance.keys:
            self._readers[key].append(instance)

    def reading(self, key: int) -> Iterable[Instance]:
        """Those that read a relation."""
        return self._readers.get(key, ())

    def remove(self, instances: Iterable[Instance], is_gone: Callable[[Instance], bool]) -> None:
        """Do without some instances, which a test tells from the others."""
        self.all = [one for one in self.all if not is_gone(one)]
        for key in frozenset[int]().union(*(instance.keys for instance in instances)):
            self._readers[key] = [one for one in self._readers[key] if not is_gone(one)]
