from .choice import VERSION as VERSION
from .choice import choose_version as choose_version
from .choice import register_versions as register_versions
from .choice import store_at as store_at
from .choice import version_query as version_query
from .memento_view import register_mementos as register_mementos
from .mementos import http_date as http_date
from .views import blueprints as blueprints
