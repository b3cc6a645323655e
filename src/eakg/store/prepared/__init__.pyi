from .folder import PreparedStore as PreparedStore
from .folder import is_prepared as is_prepared
from .folder import prepare as prepare
from .folder import read_prepared as read_prepared
from .layout import read_layout as read_layout
