from .justification import Justifications as Justifications
from .justification import Repairs as Repairs
from .justification import justifications_of as justifications_of
from .justification import repairs_of as repairs_of
