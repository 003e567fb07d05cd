import pytest

from cytoclust.io import bare_channel, is_compensated


@pytest.mark.parametrize(
    "name",
    [
        "Comp-PE-A", "comp_PE-A", "Comp PE-A", "FJComp-PE-A", "FJ_Comp_PE-A", "Fj-Comp-PE-A", "FJComp.PE-A",
        "Compensated PE-A",
        "<PE-A>", "PE-A-Comp", "PE-A_comp", "PE-A (comp)", "PE-A [Compensated]", "PE-A <Comp>", "Unmixed-PE-A",
        "PE-A Unmixed",
        "Comp-PE-A :: CD4", "<PE-A> :: CD4", "Comp-FJComp-PE-A",
    ],
)  # fmt: skip
def test_names_that_say_compensated(name: str) -> None:
    assert is_compensated(name)
    assert bare_channel(name) == "PE-A"


@pytest.mark.parametrize(
    "name", ["PE-A", "PE-A :: CD4", "Complement C3", "uncomp-PE-A", "PE-A-uncomp", "Comp", "", "<>", "Comp-", "::"]
)
def test_names_that_do_not(name: str) -> None:
    assert not is_compensated(name)


def test_flowjos_marker_is_no_part_of_a_channel() -> None:
    assert bare_channel("PE-A :: CD4") == "PE-A"
