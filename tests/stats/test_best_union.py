"""The union of clusters that is most like a set of events."""

from itertools import chain, combinations

import numpy as np
import pytest

from cytoclust.stats import best_union


@pytest.mark.parametrize("seed", range(20))
def test_no_other_union_is_better(seed: int) -> None:
    generator = np.random.default_rng(seed)
    sizes = generator.integers(1, 100, 9)
    inside = generator.binomial(sizes, generator.beta(0.5, 0.5, 9))
    total = int(inside.sum() + generator.integers(0, 50))

    def f1(chosen: tuple[int, ...]) -> float:
        some = list(chosen)
        return 2 * inside[some].sum() / (total + sizes[some].sum()) if total + sizes[some].sum() else 0.0

    every = chain.from_iterable(combinations(range(9), n) for n in range(10))
    found = best_union(inside.astype(float), sizes.astype(float), float(total))
    assert f1(tuple(found)) == pytest.approx(max(map(f1, every)))


def test_nothing_is_chosen_where_nothing_is_inside() -> None:
    assert best_union(np.zeros(3), np.ones(3), 5.0).tolist() == []
