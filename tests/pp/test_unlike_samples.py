"""A tube whose cut departs from those of its sisters is told; one that has more debris is not."""

import numpy as np
import pytest

from cytoclust import keys
from cytoclust.pp import JudgedEvents, QualityModel, find_unlike_samples


class Cut:
    """Sets aside what lies below a value of the first column."""

    def __init__(self, at):
        self.at = at

    def apply(self, events, _rows):
        return events[:, 0] < self.at

    def summary(self):
        return {"at": self.at}


def sample(name, *, small=0.1, cut=50.0, check="debris", batch="", n=1000, seed=0):
    """A share of small events around 20 beside cells around 100, and a cut; None where none was found."""
    rng = np.random.default_rng(seed)
    n_small = int(small * n)
    events = np.concatenate([rng.normal(20, 3, n_small), rng.normal(100, 8, n - n_small)])[:, None].astype(np.float32)
    models = {} if cut is None else {check: Cut(cut)}
    taken = np.zeros(n, dtype=bool) if cut is None else models[check].apply(events, None)
    codes = np.where(taken, keys.QC.index(check), keys.QC_OK).astype(np.uint8)
    return JudgedEvents(name, batch, events, np.arange(n), codes, QualityModel(models))


def told(samples):
    return [
        (each.data["check"], each.data["samples"], each.data["more"], each.data["share"], each.data["others"])
        for each in find_unlike_samples(samples)
    ]


def test_a_sample_with_more_debris_is_cut_as_the_others():
    assert told([sample(f"S{i}", small=share, seed=i) for i, share in enumerate((0.05, 0.1, 0.3, 0.02, 0.0))]) == []


@pytest.mark.parametrize("check", ["debris", "dead", "doublet"])
def test_a_cut_that_was_found_in_all_but_one(check):
    samples = [sample(f"S{i}", check=check, cut=None if i == 2 else 50 + i, seed=i) for i in range(6)]
    assert told(samples) == [(check, ["S2"], False, 0.0, 0.1)]


def test_a_cut_that_was_found_in_one_alone_and_one_through_the_cells():
    alone = [sample(f"S{i}", cut=50 if i == 0 else None, small=0.24, seed=i) for i in range(4)]
    assert told(alone) == [("debris", ["S0"], True, 0.24, 0.0)]
    through = [sample(f"S{i}", cut=100 if i == 3 else 50, seed=i) for i in range(5)]
    ((check, samples, more, share, others),) = told(through)
    assert (check, samples, more) == ("debris", ["S3"], True)
    assert share == pytest.approx(0.55, abs=0.05)
    assert others == pytest.approx(0.1, abs=0.001)


def test_of_three_samples_the_one_that_both_others_differ_from():
    assert told([sample(f"S{i}", cut=None if i == 1 else 50, seed=i) for i in range(3)]) == [
        ("debris", ["S1"], False, 0.0, 0.1)
    ]


def test_batches_and_few_samples_are_not_compared():
    assert told([sample(f"S{i}", cut=None if i == 1 else 50) for i in range(2)]) == []
    days = [sample(f"S{i}", batch="AB"[i % 2], cut=(50, None)[i % 2], seed=i) for i in range(8)]
    assert told(days) == []
    assert find_unlike_samples([]) == []


def test_events_of_earlier_checks_do_not_count():
    """Dead cells are looked for among what was no debris: a tube that lost the debris is not unlike in the dead."""
    samples = [sample(f"S{i}", check="dead", seed=i) for i in range(5)]
    first = samples[0]
    codes = np.where(first.events[:, 0] < 50, keys.QC.index("debris"), first.codes).astype(np.uint8)
    samples[0] = JudgedEvents("S0", "", first.events, first.rows, codes, QualityModel({"debris": Cut(50)}))
    assert told(samples) == [("debris", ["S0"], True, 0.1, 0.0)]
