from .annotated_text import AnnotatedText as AnnotatedText
from .formats import READERS as READERS
from .formats import WRITERS as WRITERS
from .losses import ExchangeError as ExchangeError
