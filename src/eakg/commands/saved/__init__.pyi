from .options import CLOSURES as CLOSURES
from .options import param_option as param_option
from .options import timeout_option as timeout_option
from .places import PlaceType as PlaceType
from .places import QueryPlaces as QueryPlaces
from .places import read_place as read_place
from .target import TargetOptions as TargetOptions
from .target import takes_target as takes_target
