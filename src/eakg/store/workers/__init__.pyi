from .keeper_process import KeeperProcess as KeeperProcess
