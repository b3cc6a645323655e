from .invisible import character_name as character_name
from .invisible import invisible_complaint as invisible_complaint
from .invisible import is_invisible as is_invisible
from .invisible import visible as visible
from .scope import scope_faults as scope_faults
from .stream import ScopeFault as ScopeFault
