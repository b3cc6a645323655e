from .finding import SILENCEABLE as SILENCEABLE
from .finding import Finding as Finding
from .finding import FindingKind as FindingKind
from .finding import Level as Level
from .findings import STORE_OPTIONS as STORE_OPTIONS
from .findings import LintOptions as LintOptions
from .findings import empty_store as empty_store
from .findings import lint as lint
