from .rewriting import exact_query as exact_query
