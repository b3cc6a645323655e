from .reasons import Reasons as Reasons
from .row_grounds import RowGrounds as RowGrounds
