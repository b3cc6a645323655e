from .endpoint import Answer as Answer
from .endpoint import QueryEndpoint as QueryEndpoint
from .endpoint import StoreEndpoint as StoreEndpoint
from .endpoint import ask as ask
from .targets import QueryTarget as QueryTarget
from .targets import open_target as open_target
from .targets import target_of as target_of
