from .guard import Guard as Guard
from .quotas import Quotas as Quotas
from .rate import FORWARDED as FORWARDED
from .rate import FREE as FREE
from .rate import Rates as Rates
from .rate import address_of as address_of
from .rate import client_of as client_of
from .rate import network_of as network_of
