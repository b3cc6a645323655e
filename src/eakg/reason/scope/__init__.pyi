from .report import ontology_warnings as ontology_warnings
