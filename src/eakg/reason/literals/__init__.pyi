from .datatypes import DATATYPES as DATATYPES
from .datatypes import Value as Value
from .datatypes import are_different as are_different
from .datatypes import comparable_value as comparable_value
from .datatypes import in_value_space as in_value_space
from .datatypes import is_well_formed as is_well_formed
from .datatypes import out_of_value_space as out_of_value_space
from .datatypes import value_of as value_of
