from .view import blueprint as blueprint
