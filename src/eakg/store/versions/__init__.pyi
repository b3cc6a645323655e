from .journaled import JournaledVersions as JournaledVersions
from .past_stores import PastStores as PastStores
from .releases import Releases as Releases
from .releases import write_release as write_release
from .version import Origin as Origin
from .version import Version as Version
from .version import VersionSource as VersionSource
from .version import find_version as find_version
