from .lifted import Lifted as Lifted
from .lifted import LiftError as LiftError
from .mapping import Mapping as Mapping
from .mapping import read_mapping as read_mapping
from .mapping import terms_of as terms_of
from .passages import RecordIris as RecordIris
from .record import lift_record as lift_record
from .table import lift_table as lift_table
