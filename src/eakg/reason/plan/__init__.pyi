from .compile import Template as Template
from .instance import Coded as Coded
from .instance import Instance as Instance
