from .mapping import Mapping as Mapping
from .mapping import read_mapping as read_mapping
from .mapping import terms_of as terms_of
from .passages import RecordIris as RecordIris
from .record import lift_record as lift_record
from .result import LiftError as LiftError
from .result import LiftResult as LiftResult
from .table import lift_table as lift_table
