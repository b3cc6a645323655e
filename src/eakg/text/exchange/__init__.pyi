from .annotated_text import AnnotatedText as AnnotatedText
from .formats import EXCHANGE_FORMATS as EXCHANGE_FORMATS
from .formats import READERS as READERS
from .losses import ExchangeError as ExchangeError
