from .attempt import ATTEMPT as ATTEMPT
from .attempt import Attempt as Attempt
from .attempt import Postponed as Postponed
from .client import ASKER as ASKER
from .client import StoreClient as StoreClient
from .keeper_process import KeeperProcess as KeeperProcess
from .spool import INLINE as INLINE
from .turns import Turns as Turns
