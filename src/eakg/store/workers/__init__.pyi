from .keeper_process import KeeperProcess as KeeperProcess
from .restarts import RESTARTS as RESTARTS
from .restarts import Restarts as Restarts
from .store_process import StoreProcess as StoreProcess
