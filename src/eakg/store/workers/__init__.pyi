from .attempt import ATTEMPT as ATTEMPT
from .attempt import Attempt as Attempt
from .attempt import Postponed as Postponed
from .client import ASKER as ASKER
from .client import StoreClient as StoreClient
from .process import HolderProcess as HolderProcess
from .spool import INLINE as INLINE
from .turns import Turns as Turns
