from .compile import templates_of as templates_of
from .instance import Coded as Coded
from .instance import Instance as Instance
