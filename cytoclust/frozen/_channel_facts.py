"""What the files of a reference say of a channel."""

from dataclasses import dataclass, field

__all__ = ["ChannelFacts"]


@dataclass(frozen=True)
class ChannelFacts:
    """Of a column of the panel, over all files; each tuple has what was seen, in its order.

    Attributes
    ----------
    names
        $PnN.
    dyes
        Fluorochromes, as far as names tell them.
    voltages
        $PnV; empty where no file says one.
    limits
        Upper end of the scale, in the unit of the file.
    decades
        Whether the stored scale was logarithmic: number of decades, 0 for linear.
    spilled
        Whether the file's spillover matrix names the channel; None in a reference of before that was kept.
    """

    names: tuple[str, ...]
    dyes: tuple[str, ...]
    voltages: tuple[float, ...]
    limits: tuple[float, ...]
    decades: tuple[float, ...]
    spilled: tuple[bool, ...] | None = field(default=None, metadata={"later": True})
