from .query_settings import SECTION as SECTION
from .query_settings import QuerySettings as QuerySettings
from .query_settings import project_settings as project_settings
from .query_settings import settings_of as settings_of
