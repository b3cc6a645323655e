from .badge import badge_of as badge_of
from .history import QueryRecord as QueryRecord
from .history import RunRecord as RunRecord
from .history import read_history as read_history
from .history import record_of as record_of
from .history import write_history as write_history
from .page import run_page as run_page
