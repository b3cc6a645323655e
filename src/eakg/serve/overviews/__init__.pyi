from .timeline import day_of as day_of
from .view import blueprint as blueprint
