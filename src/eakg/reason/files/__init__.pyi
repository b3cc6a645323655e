from .imports import imported_iris as imported_iris
from .output import check_output as check_output
from .output import write_closure as write_closure
from .reading import read as read
from .statistics import Statistics as Statistics
from .statistics import peak_memory as peak_memory
from .writing import write_facts as write_facts
