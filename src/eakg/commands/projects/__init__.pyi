from .folders import check_folders as check_folders
from .licences import with_graph_licences as with_graph_licences
