"""Every data set of a file is a sample; one written twice is one."""

from pathlib import Path

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import Channel, open_events, read_samples, read_sheet, same_events, write_fcs
from tests.io.make import fcs, floats, integers

SHARED = Path(__file__).parents[3] / "shared" / "data" / "fcs"


def plate(path, *wells):
    """Data sets one after the other, each with $NEXTDATA."""
    blobs = []
    for i, (data, words) in enumerate(wells):
        size = 1024 + len(data)
        blobs.append(fcs(data, words | {"$NEXTDATA": "0" if i == len(wells) - 1 else str(size)}))
    path.write_bytes(b"".join(blobs))
    return path


def well(seed, n=60, channels=({"N": "FSC-A"}, {"N": "PE-A", "S": "CD3"})):
    return floats(np.random.default_rng(seed).normal(500, 100, (n, 2)), *channels)


def test_each_well_is_a_sample(tmp_path):
    path = plate(tmp_path / "plate.fcs", well(0), well(1), well(2))
    samples = read_sheet(path)
    assert [(sample.sample_id, sample.dataset) for sample in samples] == [
        ("plate_1", 0),
        ("plate_2", 1),
        ("plate_3", 2),
    ]
    adata = read_samples(path)
    for seed, name in enumerate(("plate_1", "plate_2", "plate_3")):
        mine = adata[adata.obs["sample_id"] == name].X
        expected = np.random.default_rng(seed).normal(500, 100, (60, 2)).astype(np.float32)
        np.testing.assert_array_equal(mine, expected)
    assert "further data sets" in [note.code for note in open_events(path).notes]
    assert open_events(path, dataset=1).notes == ()


def test_a_well_without_events_is_left_out(tmp_path):
    path = plate(tmp_path / "plate.fcs", well(0), well(1, n=0), well(2))
    with pytest.warns(match="without events were left out: 2"):
        assert [sample.dataset for sample in read_sheet(tmp_path)] == [0, 2]
    assert path.exists()


def test_the_same_events_twice_are_one_sample_the_finer(tmp_path):
    fine = np.random.default_rng(0).integers(0, 60_000, (300, 3))
    path = plate(
        tmp_path / "a.lmd",
        integers((fine // 64).tolist()),
        integers(fine.tolist(), **{f"$P{i}R": "65536" for i in (1, 2, 3)}),
    )
    (sample,) = read_sheet(path)
    assert (sample.sample_id, sample.dataset) == ("a", 1)


def test_a_sheet_names_data_sets(tmp_path):
    plate(tmp_path / "plate.fcs", well(0), well(1))
    sheet = tmp_path / "s.csv"
    sheet.write_text("sample_id,path,dataset\na,plate.fcs,2\nb,plate.fcs,1\n")
    assert [sample.dataset for sample in read_sheet(sheet)] == [1, 0]
    sheet.write_text("sample_id,path\na,plate.fcs\n")
    with pytest.raises(
        InputError, match=r"row 2: .*plate\.fcs holds 2 data sets; say which in a column dataset \(1, 2\)"
    ):
        read_sheet(sheet)
    sheet.write_text("sample_id,path,dataset\na,plate.fcs,x\n")
    with pytest.raises(InputError, match=r"column dataset: it must be a whole number from 1\. Got 'x'"):
        read_sheet(sheet)


def test_copies_under_other_names_are_told(tmp_path):
    for name in ("a.fcs", "b.fcs", "c.fcs"):
        values = np.random.default_rng(name == "c.fcs").normal(0, 1, (30, 2))
        write_fcs(tmp_path / name, values, [Channel("FSC-A"), Channel("PE-A", marker="CD3", label="CD3")])
    samples = read_sheet(tmp_path)
    (found,) = same_events(samples, [open_events(sample.path) for sample in samples])
    assert found.data == {"first": "a", "second": "b", "events": 30}


@pytest.mark.skipif(not SHARED.exists(), reason="real files are not part of a clone")
def test_both_copies_of_a_coulter_file_are_one_sample():
    (sample,) = read_sheet(SHARED / "flowio__coulter.lmd")
    assert sample.dataset == 1  # 20 bits; the first has 10
