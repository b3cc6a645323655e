from .index import SearchMatch as SearchMatch
from .index import find as find
from .index import things_called as things_called
from .index import things_of_own_names as things_of_own_names
from .question import parameter_value as parameter_value
from .search_service import with_calls_answered as with_calls_answered
from .view import blueprint as blueprint
