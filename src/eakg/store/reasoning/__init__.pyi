from .reasoner import Reasoner as Reasoner
