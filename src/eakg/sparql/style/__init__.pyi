from .formatting import LayoutError as LayoutError
from .formatting import format_query as format_query
