from .sarif import ScanResult as ScanResult
from .sarif import sarif_log as sarif_log
