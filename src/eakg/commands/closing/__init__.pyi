from .choice import ON_DISK as ON_DISK
from .choice import EngineOptions as EngineOptions
from .choice import chosen_engine as chosen_engine
from .choice import memory_engine as memory_engine
from .disk import DiskRun as DiskRun
from .disk import close_on_disk as close_on_disk
