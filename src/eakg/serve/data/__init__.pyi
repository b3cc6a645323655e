from .query_paths import kind_of as kind_of
from .query_paths import paths as paths
from .query_paths import saved_queries as saved_queries
from .query_paths import schema as schema
from .service import PREFIXES as PREFIXES
from .service import service_description as service_description
from .views import blueprints as blueprints
