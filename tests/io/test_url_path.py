"""Files of object storage are read as local ones are, by ranges, and no secret is told."""

import pickle
from pathlib import Path

import numpy as np
import pytest

from cytoclust.errors import InputError
from cytoclust.io import Channel, as_path, is_url, list_samples, open_events, sha256, write_fcs
from tests.pipeline.made import small as small_cohort
from tests.s3 import server, upload


def test_names_of_urls_are_those_of_paths():
    path = as_path("s3://bucket/runs/a.fcs")
    assert str(path) == "s3://bucket/runs/a.fcs"
    assert (path.name, path.stem, path.suffix) == ("a.fcs", "a", ".fcs")
    assert str(path.parent / "../fcs/b.fcs") == "s3://bucket/fcs/b.fcs"
    assert str(path.parent / "gs://other/b.fcs") == "gs://other/b.fcs"
    assert path.parent / "/data/b.fcs" == Path("/data/b.fcs")
    assert str(path.with_suffix(".csv")) == "s3://bucket/runs/a.csv"
    assert pickle.loads(pickle.dumps(path)) == path  # noqa: S301
    assert is_url(path)
    assert not is_url("C:/a.fcs")
    assert as_path("file:///data/a.fcs") == Path("/data/a.fcs")


@pytest.mark.parametrize(
    "url",
    [
        "s3://me:topsecret@bucket/a.fcs",
        "s3://bucket/a.fcs?X-Amz-Signature=topsecret",
        "az://container/a.fcs#topsecret",
        "https://me:topsecret@host/a.fcs",
    ],
)
def test_a_url_with_a_secret_is_refused_and_the_secret_not_told(url):
    with pytest.raises(InputError, match="credentials are taken from the environment alone") as caught:
        as_path(url)
    assert "topsecret" not in str(caught.value)
    assert "me:" not in str(caught.value)


@pytest.mark.parametrize("url", ["ftp://host/a.fcs", "s3:///a.fcs", "s3://bucket//a.fcs", "s3://../a.fcs"])
def test_other_urls_are_refused(url):
    with pytest.raises(InputError, match="s3://"):
        as_path(url)


@pytest.fixture
def small(tmp_path_factory) -> Path:
    return small_cohort(tmp_path_factory.getbasetemp())


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_files_are_read_by_ranges_from_a_server_that_fails_now_and_then(small, monkeypatch):
    with server(monkeypatch) as application:
        url = upload(small)
        application.every = 10
        here, _ = list_samples(small / "samples.csv")
        there, _ = list_samples(f"{url}/samples.csv")
        assert [str(each.path) for each in there] == [f"{url}/fcs/{each.path.name}" for each in here]
        one, other = open_events(here[0].path), open_events(there[0].path)
        assert other.notes == one.notes
        assert np.array_equal(other.read(), one.read())
        rows = np.array([1999, 3, 3, 700])
        assert np.array_equal(other.take(rows), one.take(rows))
        again = pickle.loads(pickle.dumps(other))  # noqa: S301
        assert np.array_equal(again.read(5, 9), one.read(5, 9))
        assert sha256(there[0].path) == sha256(here[0].path)
        for start in range(100):
            assert len(there[1].path.fetch(start, start + 7)) == 7
        assert application.failed > 5
        with pytest.raises(InputError, match=r"^s3://cohort/absent\.fcs cannot be read: No such file or directory"):
            open_events(f"{url}/absent.fcs")


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_opening_a_large_file_fetches_a_part_of_it(tmp_path, monkeypatch):
    events = np.random.default_rng(0).normal(100, 9, (400_000, 4)).astype(np.float32)
    write_fcs(tmp_path / "large.fcs", events, [Channel(name) for name in ("FSC-A", "SSC-A", "PE-A", "APC-A")])
    with server(monkeypatch):
        url = upload(tmp_path)
        fetched = []
        path = as_path(f"{url}/large.fcs")
        fetch, ranges = type(path).fetch, type(path).read_ranges
        monkeypatch.setattr(
            type(path), "fetch", lambda self, a, b: (fetched.append(b - a), fetch(self, a, b))[1]
        )  # fmt: skip
        monkeypatch.setattr(
            type(path),
            "read_ranges",
            lambda self, spans: (fetched.extend(b - a for a, b in spans), ranges(self, spans))[1],
        )
        file = open_events(path)
        assert np.array_equal(file.read(390_000), events[390_000:])
        assert sum(fetched) < events.nbytes / 2


def test_a_package_that_is_not_installed_is_named(monkeypatch):
    fsspec = pytest.importorskip("fsspec")

    def absent(_):
        raise ImportError("Install gcsfs to access Google Storage")

    monkeypatch.setattr(fsspec, "filesystem", absent)
    with pytest.raises(InputError, match=r"gs://b/a\.fcs needs gcsfs: pip install 'cytoclust\[cloud\]'"):
        open_events("gs://b/a.fcs")
