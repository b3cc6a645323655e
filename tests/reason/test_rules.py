"""The rule language, and the rules of the specification in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eakg.reason.rules.grammar import RuleSyntaxError, parse_rules, rules_text
from eakg.reason.rules.sets import rule_set

TABLES = {
    4: "eq-ref eq-sym eq-trans eq-rep-s eq-rep-p eq-rep-o eq-diff1 eq-diff2 eq-diff3",
    5: "prp-ap prp-dom prp-rng prp-fp prp-ifp prp-irp prp-symp prp-asyp prp-trp prp-spo1 prp-spo2"
    " prp-eqp1 prp-eqp2 prp-pdw prp-adp prp-inv1 prp-inv2 prp-key prp-npa1 prp-npa2",
    6: "cls-thing cls-nothing1 cls-nothing2 cls-int1 cls-int2 cls-uni cls-com cls-svf1 cls-svf2"
    " cls-avf cls-hv1 cls-hv2 cls-maxc1 cls-maxc2 cls-maxqc1 cls-maxqc2 cls-maxqc3 cls-maxqc4"
    " cls-oo",
    7: "cax-sco cax-eqc1 cax-eqc2 cax-dw cax-adc",
    8: "dt-type1 dt-type2 dt-eq dt-diff dt-not-type",
    9: "scm-cls scm-sco scm-eqc1 scm-eqc2 scm-op scm-dp scm-spo scm-eqp1 scm-eqp2 scm-dom1"
    " scm-dom2 scm-rng1 scm-rng2 scm-hv scm-svf1 scm-svf2 scm-avf1 scm-avf2 scm-int scm-uni",
}
FALSE = {
    "eq-diff1", "eq-diff2", "eq-diff3", "prp-irp", "prp-asyp", "prp-pdw", "prp-adp", "prp-npa1",
    "prp-npa2", "cls-nothing2", "cls-com", "cls-maxc1", "cls-maxqc1", "cls-maxqc2", "cax-dw",
    "cax-adc", "dt-not-type",
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES)
def test_each_rule_of_a_table_is_there_in_its_order(table: int) -> None:
    names = dict.fromkeys(rule.name for rule in rule_set().rules if rule.table == table)
    assert list(names) == TABLES[table].split()


def test_the_rules_that_conclude_false() -> None:
    assert {rule.name for rule in rule_set().rules if not rule.conclusions} == FALSE


@given(st.sampled_from(rule_set().rules))
def test_a_rule_is_the_same_when_written_and_read(rule: object) -> None:
    (again,) = parse_rules(f"# Table {rule.table}.\n{rules_text(rule)}")
    assert again == rule


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a-rule T(?x ?p ?y) -> false", "line 1: not of the form"),
        ("r: T(?x ?p) -> false", "unknown premise"),
        ("r: T(?x ?p ?y -> false", "not of the form|cannot read"),
        ("r: T(?x foaf:p ?y) -> false", "unknown prefix foaf:"),
        ("r: T(?x ?p ?y) -> T(?x ?p ?z)", r"\?z is in no premise"),
        ("r: T(?x ?p ?y[i]) -> false", "has an index, but no list"),
        ("r: WEIGHT(?x) -> false", "unknown premise WEIGHT"),
        ("r: SAME-VALUE(?x) -> false", "unknown premise SAME-VALUE"),
        ("r: T(?x ?p ?y) -> DATATYPE(?x)", "a conclusion is a triple"),
        ("\n\nr: T(x ?p ?y) -> false", "line 3: 'x' is no variable"),
    ],
)
def test_what_is_no_rule(text: str, words: str) -> None:
    with pytest.raises(RuleSyntaxError, match=words):
        parse_rules(text)
