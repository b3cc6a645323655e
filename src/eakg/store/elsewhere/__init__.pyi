from .federation import with_services as with_services
from .filling import Filler as Filler
from .remote import SCHEME as SCHEME
from .remote import RemoteStore as RemoteStore
from .remote import endpoint_of as endpoint_of
