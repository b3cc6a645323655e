from .target import TargetOptions as TargetOptions
from .target import takes_target as takes_target
