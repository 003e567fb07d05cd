"""Equal values at the ends of a channel are counted and told."""

import numpy as np

from cytoclust.findings import Finding
from cytoclust.pp import find_piles


def test_piles_at_either_end_are_counted():
    rng = np.random.default_rng(1)
    events = rng.normal(0, 100, (5000, 4)).astype(np.float32)
    events[:, 1] = np.maximum(events[:, 1], 0)
    events[:150, 2] = 262_143  # 2¹⁸ − 1
    events[:, 3] = 7
    floor = 2 * np.count_nonzero(events[:, 1] == 0)
    found = find_piles(events, ["CD3", "CD4", "CD8", "CD19"], [True] * 4, n_events=10_000)
    assert found == [
        Finding("values pile up", end="lowest", channels=["CD4"], n=[floor], of=10_000),
        Finding("values pile up", end="highest", channels=["CD8"], n=[300], of=10_000),
    ]
    assert found[1].sentence == "of 10,000 events many have the highest value: 300 in CD8"
    assert find_piles(events, ["CD3", "CD4", "CD8", "CD19"], [False] * 4, n_events=10_000) == []
