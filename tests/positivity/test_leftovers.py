from dataclasses import replace

import numpy as np
import pandas as pd

from cytoclust.positivity import Profile, leftovers, look_alikes, withhold


def profile(rng):
    """1000 living cells at (2, 0), and 50 of another kind at (5, 5)."""
    X = np.concatenate([rng.normal((2, 0), 0.4, (1000, 2)), rng.normal((5, 5), 0.4, (50, 2))])
    return Profile.from_events(X, np.repeat([0, 1], [1000, 50]), ["0", "1"], ["A", "B"])


def test_events_look_like_the_cluster_they_lie_in():
    rng = np.random.default_rng(0)
    events = np.concatenate(
        [rng.normal((5, 5), 0.3, (400, 2)), rng.normal((2, 0), 0.3, (30, 2)), [[9, -9], [3.5, 2.5]]]
    )
    found = look_alikes(profile(rng))(events.astype(np.float32))
    assert 380 <= found[1] <= 400
    assert 28 <= found[0] <= 30  # the two between and beyond look like none


def test_a_cluster_with_most_of_its_like_set_aside_is_a_leftover():
    left = leftovers(profile(np.random.default_rng(0)), np.array([[[0, 10, 5, 40], [0, 0, 0, 400]]]))
    assert left["leftover"].tolist() == ["", "dead"]
    assert left["times"].tolist() == [0.055, 8.0]


def test_where_most_cells_are_dead_dead_look_alikes_say_nothing():
    left = leftovers(profile(np.random.default_rng(0)), np.array([[[0, 0, 0, 2000], [0, 0, 0, 150]]]))
    assert left["leftover"].tolist() == ["", ""]


def test_samples_in_which_debris_was_found_speak_for_those_in_which_none_was():
    """The second kind is kept where no debris was found, and set aside where it was: it is no kind of cell."""
    two = replace(
        profile(np.random.default_rng(0)), samples=("a", "b"), sample_events=np.array([[500, 50], [500, 0]]),
    )  # fmt: skip

    def left(mine: list[int], others: list[int]) -> list[str]:
        aside = np.zeros((2, 2, 4))
        aside[1, :, 1] = mine
        aside[0, :, 1] = others
        return leftovers(two, aside)["leftover"].tolist()

    assert left([20, 40], [0, 0]) == ["", "debris"]
    assert left([20, 40], [30, 0]) == ["", ""]  # debris was found in both, and it was not
    assert left([20, 4], [0, 0]) == ["", ""]  # four events are chance


def test_dead_cells_and_debris_get_no_name_and_doublets_keep_theirs():
    naming = pd.DataFrame({"population": ["T", "B", "NK"], "probability": 0.9, "near": ""}, index=["0", "1", "2"])
    left = pd.DataFrame({"leftover": ["dead", "doublet", ""], "times": [9.0, 9.0, 0.1]}, index=["0", "1", "2"])
    found = withhold(naming, left)
    assert found["population"].tolist() == ["unknown", "B", "NK"]
    assert found["near"].tolist() == ["would be T, but most such events were set aside as dead", "", ""]
    assert found["leftover"].tolist() == ["dead", "doublet", ""]
    assert naming["population"].tolist() == ["T", "B", "NK"]
