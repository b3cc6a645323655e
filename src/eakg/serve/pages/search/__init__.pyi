from .index import things_called as things_called
from .view import blueprint as blueprint
