"""The table of what channels are taken for."""

from benchmarks.panels import main
from cytoclust.io import Channel, write_fcs


def test_each_channel_is_in_the_table(tmp_path):
    channels = [
        Channel("FSC-A", signal_type="scatter"), Channel("PE-A", label="CD4"), Channel("Ce140Di", label="140Ce_EQ"),
    ]  # fmt: skip
    write_fcs(tmp_path / "a.fcs", [[1, 2, 3], [4, 5, 6]], channels)
    (tmp_path / "b.fcs").write_bytes(b"no FCS")
    main([str(tmp_path), "-o", str(tmp_path / "out.md")])
    text = (tmp_path / "out.md").read_text(encoding="utf-8")
    assert "- clustered on, fluorescence: marker (by label): PE-A=CD4→CD4" in text
    assert "- not used, mass: bead (by label): Ce140Di=140Ce_EQ" in text
    assert "## b.fcs\n\nrefused: " in text
