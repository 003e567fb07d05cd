import pytest

from cytoclust.io import open_fcs


@pytest.fixture
def opened(tmp_path):
    """Opens a file of the bytes that it is given."""

    def write(content, **options):
        path = tmp_path / "a.fcs"
        path.write_bytes(content)
        return open_fcs(path, **options)

    return write
