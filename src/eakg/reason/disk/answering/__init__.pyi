from .rows import MOST_ROWS as MOST_ROWS
from .rows import AnswerLimits as AnswerLimits
from .rows import write_rows as write_rows
from .solutions import is_decidable as is_decidable
from .solutions import things as things
