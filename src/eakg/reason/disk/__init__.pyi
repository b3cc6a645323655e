from .changes import FileChange as FileChange
from .closure import DiskClosure as DiskClosure
from .closure import DiskOptions as DiskOptions
from .parts import check_folder as check_folder
from .support import support_of_triple as support_of_triple
from .support import support_search as support_search
