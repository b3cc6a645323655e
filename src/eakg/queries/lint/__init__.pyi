from .findings import Finding as Finding
from .findings import lint as lint
