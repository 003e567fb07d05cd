"""The instrument files that the installed fcsparser package ships, against the bytes read plainly."""

from pathlib import Path

import fcsparser
import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import open_fcs

FOLDER = Path(fcsparser.__file__).parent / "tests" / "data" / "FlowCytometers"
FILES = sorted(FOLDER.rglob("*.fcs"))
BROKEN = {"corrupted.fcs", "sample_header.fcs"}


@pytest.mark.skipif(not FILES, reason="this fcsparser ships no files")
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_package_file(path):
    if path.name in BROKEN:
        with pytest.raises(InputError, match=path.name):
            open_fcs(path)
        return
    file = open_fcs(path)
    events = file.read()
    assert events.shape == (int(file.text["$TOT"]), int(file.text["$PAR"]))
    if file.text["$DATATYPE"] == "F":
        assert (np.delete(events, _scaled(file), 1) == np.delete(_plainly(path, file), _scaled(file), 1)).all()


def _scaled(file):
    return [i for i, channel in enumerate(file.channels) if channel.signal_type == "time" or channel.gain != 1]


def _plainly(path, file):
    begin = int(path.read_bytes()[26:34].strip() or 0) or int(file.text["$BEGINDATA"])
    dtype = "<f4" if file.text["$BYTEORD"].startswith("1") else ">f4"
    return np.fromfile(path, dtype, count=file.n_events * len(file.channels), offset=begin).reshape(file.n_events, -1)
