from .explanations import Explanations as Explanations
