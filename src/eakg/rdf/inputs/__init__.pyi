from .assignments import ImportOptions as ImportOptions
from .imports import ImportClosure as ImportClosure
from .imports import assigned_files as assigned_files
from .imports import import_closure as import_closure
from .prefixes import read_prefixes as read_prefixes
from .sources import has_rdf_extension as has_rdf_extension
from .sources import rdf_files as rdf_files
from .sources import rdf_inputs as rdf_inputs
