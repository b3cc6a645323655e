from .closure import DiskClosure as DiskClosure
from .closure import DiskOptions as DiskOptions
from .database import duckdb_library as duckdb_library
from .parts import check_folder as check_folder
from .support import support_of_triple as support_of_triple
from .support import support_search as support_search
