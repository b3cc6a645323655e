"""The Lehigh University Benchmark: where its data are, and its fourteen queries.

Data are read in place from the folder that EAKG_BENCH names, or from `../shared/bench` beside the
repository. The numbers of answers are those published with the benchmark (LUBM(1, 0),
http://swat.cse.lehigh.edu/projects/lubm/).
"""

import os
from pathlib import Path

from helpers.house import ROOT

DATA = Path(os.environ.get("EAKG_BENCH", ROOT.parent / "shared" / "bench"))
ONTOLOGY = DATA / "univ-bench.nt"
PREFIX = "PREFIX u: <http://swat.cse.lehigh.edu/onto/univ-bench.owl#> "
D0 = "<http://www.Department0.University0.edu>"
U0 = "<http://www.University0.edu>"
QUERIES = [
    (4, f"?x a u:GraduateStudent ; u:takesCourse <{D0[1:-1]}/GraduateCourse0>"),
    (
        0,
        "?x a u:GraduateStudent ; u:memberOf ?z ; u:undergraduateDegreeFrom ?y ."
        "?y a u:University . ?z a u:Department ; u:subOrganizationOf ?y",
    ),
    (6, f"?x a u:Publication ; u:publicationAuthor <{D0[1:-1]}/AssistantProfessor0>"),
    (
        34,
        f"?x a u:Professor ; u:worksFor {D0} ; u:name ?a ; u:emailAddress ?b ; u:telephone ?c",
    ),
    (719, f"?x a u:Person ; u:memberOf {D0}"),
    (7790, "?x a u:Student"),
    (
        67,
        f"?x a u:Student ; u:takesCourse ?y . <{D0[1:-1]}/AssociateProfessor0> u:teacherOf ?y ."
        "?y a u:Course",
    ),
    (
        7790,
        "?x a u:Student ; u:memberOf ?y ; u:emailAddress ?z ."
        f"?y a u:Department ; u:subOrganizationOf {U0}",
    ),
    (
        208,
        "?x a u:Student ; u:advisor ?y ; u:takesCourse ?z ."
        "?y a u:Faculty ; u:teacherOf ?z . ?z a u:Course",
    ),
    (4, f"?x a u:Student ; u:takesCourse <{D0[1:-1]}/GraduateCourse0>"),
    (224, f"?x a u:ResearchGroup ; u:subOrganizationOf {U0}"),
    (15, f"?x a u:Chair ; u:worksFor ?y . ?y a u:Department ; u:subOrganizationOf {U0}"),
    (1, f"?x a u:Person . {U0} u:hasAlumnus ?x"),
    (5916, "?x a u:UndergraduateStudent"),
]
"""The number of answers of each query over LUBM-1, and its pattern."""


def query(number: int) -> str:
    """The text of a query; the first has number 1."""
    return f"{PREFIX}SELECT DISTINCT * {{ {QUERIES[number - 1][1]} }}"
