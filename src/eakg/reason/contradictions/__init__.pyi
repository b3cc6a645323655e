from .detection import ContradictionFinder as ContradictionFinder
from .inconsistency import Inconsistency as Inconsistency
from .report import Premises as Premises
from .report import contradiction as contradiction
from .report import is_small as is_small
from .report import no_sentences as no_sentences
from .report import sentences as sentences
