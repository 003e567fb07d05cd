import pytest

from cytoclust.datasets import load_truth
from cytoclust.errors import InputError


def test_a_folder_without_truth_is_refused(tmp_path):
    with pytest.raises(InputError, match="must be one that cytoclust simulate wrote"):
        load_truth(tmp_path)
    (tmp_path / "samples.csv").write_text("name\nx\n")
    with pytest.raises(InputError, match="must be one that cytoclust simulate wrote"):
        load_truth(tmp_path)
