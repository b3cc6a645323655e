from .coverage import Quality as Quality
from .coverage import ReportSection as ReportSection
from .coverage import quality as quality
from .coverage import sections as sections
from .terms import defined_terms as defined_terms
from .validation import Check as Check
from .validation import validate_built as validate_built
from .validation import validate_files as validate_files
