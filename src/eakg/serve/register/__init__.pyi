from .folding import fold as fold
from .register import Register as Register
