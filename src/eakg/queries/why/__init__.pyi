from .reasons import Reasons as Reasons
