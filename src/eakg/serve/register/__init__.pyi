from .passages import ROW as ROW
from .passages import SENTENCE as SENTENCE
from .passages import FoundPassage as FoundPassage
from .passages import distinct_passages as distinct_passages
from .passages import passages_with as passages_with
from .register import Register as Register
