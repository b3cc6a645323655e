from .change import apply_change as apply_change
