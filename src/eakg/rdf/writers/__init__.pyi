from .engine import write_answer as write_answer
from .engine import write_csv as write_csv
from .engine import write_graph as write_graph
from .engine import write_json_ld as write_json_ld
from .engine import write_xml_answer as write_xml_answer
from .lacks import Lack as Lack
from .lacks import UnwritableError as UnwritableError
from .rdf_xml import write_rdf_xml as write_rdf_xml
