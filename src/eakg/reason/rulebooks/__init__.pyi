from .regime import NO_RULES as NO_RULES
from .regime import REASONING as REASONING
from .regime import Regime as Regime
from .regime import RegimeChoice as RegimeChoice
from .regime import chosen_regime as chosen_regime
