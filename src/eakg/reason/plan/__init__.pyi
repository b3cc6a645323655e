from .compile import templates_of as templates_of
from .instance import Instance as Instance
from .instance import NumberTriple as NumberTriple
