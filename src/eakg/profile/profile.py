"""The profile check: every rule of OWL 2 RL and OWL 2 DL that an ontology breaks."""

from rdflib import Graph

from eakg.profile.declarations import declaration_violations
from eakg.profile.expressions import expression_violations
from eakg.profile.hierarchy import hierarchy_violations
from eakg.profile.kinds import kind_violations
from eakg.profile.ontology import Ontology, ProfileViolation


def check_profile(graph: Graph) -> list[ProfileViolation]:
    """Check an ontology against OWL 2 RL and the global restrictions of OWL 2 DL.

    Argument: the ontology with all it imports, and data if wanted. Result: the violations, each
    once, sorted; empty means inside.

    Checked are

    - the class expressions and data ranges of each position, the axioms that RL leaves out, and the
      datatypes (https://www.w3.org/TR/owl2-profiles/ section 4.2);
    - simple roles and the regularity of property chains
      (https://www.w3.org/TR/owl2-syntax/ section 11);
    - declarations, typing constraints and punning, the reserved vocabulary (the same, sections 2.4,
      5.8 and 5.9), and anonymous individuals where only named ones may stand.

    The datatypes of literals are checked in axioms only, not in facts: data may well use xsd:date,
    which OWL 2 does not have.
    """
    ontology = Ontology.of(graph)
    checks = (expression_violations, hierarchy_violations, declaration_violations, kind_violations)
    violations = {violation for check in checks for violation in check(ontology)}
    return sorted(violations, key=lambda v: (v.rule, v.message))
