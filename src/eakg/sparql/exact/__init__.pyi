from .languages import has_capitals as has_capitals
from .languages import tag_operands as tag_operands
from .rewriting import exact_query as exact_query
from .scope import variables_in_scope as variables_in_scope
