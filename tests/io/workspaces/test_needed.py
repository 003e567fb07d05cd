"""What is told where the extra is not installed."""

from pathlib import Path

import pytest

from cytoclust.errors import InputError
from cytoclust.io.workspaces._needed import needed


def test_what_to_install_is_said_in_one_line() -> None:
    with pytest.raises(
        InputError, match=r"a\.wsp: gates of XML need FlowKit.*pip install 'cytoclust\[workspaces\]'"
    ) as told:
        needed("no_such_module_of_ours", Path("a.wsp"))
    assert "\n" not in str(told.value)
