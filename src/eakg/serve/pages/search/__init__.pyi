from .index import SearchMatch as SearchMatch
from .index import find as find
from .view import blueprint as blueprint
