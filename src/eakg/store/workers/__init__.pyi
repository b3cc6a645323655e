from .client import StoreClient as StoreClient
from .link import ASKER as ASKER
from .process import HolderProcess as HolderProcess
from .spool import INLINE as INLINE
from .turns import Turns as Turns
