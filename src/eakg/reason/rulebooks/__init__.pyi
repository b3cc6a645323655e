from .regime import Regime as Regime
from .regime import chosen_regime as chosen_regime
