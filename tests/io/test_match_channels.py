import pytest

from cytoclust.io import match_channels

CHANNELS = ["FSC-A", "FITC-A", "FITC-H", "PE-A", "PerCP-Cy5-5-A", "FL4-H"]
LABELS = ["", "CD3", "", "CD4", "HLA-DR", ""]


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("PE-A", "PE-A"), ("CD4", "PE-A"), ("4", "PE-A"), ("pe-a", "PE-A"), ("PE -A", "PE-A"), ("PE", "PE-A"),
        ("Comp-PE-A", "PE-A"), ("FJComp-PE-A :: CD4", "PE-A"), ("<PE-A>", "PE-A"), ("PERCP-CY5-5-A", "PerCP-Cy5-5-A"),
        ("FITC", "FITC-A"), ("FL4", "FL4-H"), ("hladr", "PerCP-Cy5-5-A"), ("BV605-A", "BV605-A"), ("", ""), ("9", "9"),
    ],
)  # fmt: skip
def test_spellings(name: str, channel: str) -> None:
    assert match_channels([name], CHANNELS, markers=LABELS) == (channel,)


def test_what_may_be_two_channels_is_none() -> None:
    assert match_channels(["cd 3", "CD3"], ["A", "B"], markers=["CD3", "CD3"]) == ("cd 3", "CD3")


def test_the_channel_as_measured_goes_before_its_copy() -> None:
    both = ["PE-A", "FJComp-PE-A"]
    assert match_channels(["PE-A", "FJComp-PE-A"], both) == ("PE-A", "FJComp-PE-A")
