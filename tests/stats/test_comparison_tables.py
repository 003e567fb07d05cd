"""Tables of comparisons that are not made yet: the contract's columns, and no rows."""

from cytoclust.stats import contrast_table, discovery_table

CONTRASTS = "population, contrast, timepoint, denominator, test, n_a, n_b, effect, ci_low, ci_high, p, q, family"
DISCOVERIES = (
    "population, cluster, phenotype, claim, group, n_detected, n_evaluable, n_detected_other, n_evaluable_other, "
    "p, q, flags, verdict"
)


def test_contrasts_have_the_columns_of_the_contract_and_claim_nothing():
    assert list(contrast_table().columns) == CONTRASTS.split(", ")
    assert len(contrast_table()) == 0


def test_discoveries_have_the_columns_of_the_contract_and_claim_nothing():
    assert list(discovery_table().columns) == DISCOVERIES.split(", ")
    assert len(discovery_table()) == 0
