from .client import StoreClient as StoreClient
from .link import ASKER as ASKER
from .turns import Turns as Turns
