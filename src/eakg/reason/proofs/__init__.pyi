from .archive import triple_of as triple_of
from .proof import ASSERTED as ASSERTED
from .proof import Proof as Proof
from .proof import to_json as to_json
from .proof import to_text as to_text
from .prov import to_prov as to_prov
from .search import Explainer as Explainer
from .search import NotInClosureError as NotInClosureError
