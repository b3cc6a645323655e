from .client import StoreClient as StoreClient
from .link import ASKER as ASKER
from .reading import SHORT as SHORT
from .reading import TextReader as TextReader
from .reading import reading_within as reading_within
from .running_query import RunningQuery as RunningQuery
from .turns import Turns as Turns
