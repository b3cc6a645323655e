from .documents import justifications_json as justifications_json
from .documents import justifications_text as justifications_text
from .documents import with_repairs as with_repairs
from .hitting_sets import SearchEnd as SearchEnd
from .justification import Justifications as Justifications
from .justification import Repairs as Repairs
from .justification import justifications_of as justifications_of
from .justification import repairs_of as repairs_of
