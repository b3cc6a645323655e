from .account import RunLimits as RunLimits
from .account import current_account as current_account
from .supervisor import supervise as supervise
