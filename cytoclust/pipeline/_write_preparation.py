"""What ``ct.pp`` writes, into the event sample of a run or of applying a reference."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from cytoclust import keys, slots
from cytoclust.io import Panel, Sample
from cytoclust.params import Config
from cytoclust.pipeline._prepare import Looked
from cytoclust.pp import Transform, is_compensation_wanted

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["write_preparation"]


def write_preparation(
    adata: "AnnData",
    config: Config,
    samples: Sequence[Sample],
    looked: Sequence[Looked],
    *,
    linear: NDArray[np.float32],
    codes: NDArray[np.uint8],
    transform: Transform,
    panel: Panel,
) -> None:
    """Write the slots of compensation, quality and transform, and what each noted.

    Parameters
    ----------
    adata
        The events of the sample.
    config
        Parameters; of ``compensate``, ``quality``, ``transform`` and ``panel``.
    samples, looked
        Each sample, and what was judged of it.
    linear, codes
        Compensated events (m, p), and index into ``keys.QC`` of each (m,).
    transform, panel
        What they were put on their scale by, and their columns.
    """
    named = [(sample.sample_id, each) for sample, each in zip(samples, looked, strict=True)]
    wanted = is_compensation_wanted(config)
    matrix = {"matrix": config.compensate.matrix} if wanted else {}
    adata.uns[keys.COMPENSATE] = {"params": {"enabled": wanted} | matrix}
    slots.write_findings(adata, keys.COMPENSATE, [(name, note) for name, each in named for note in each.source.notes])
    switches = config.quality.model_dump() | {"viability": config.panel.viability}
    slots.write_quality(adata, codes, {name: each.summary for name, each in named}, switches)
    slots.write_findings(adata, keys.QUALITY, [(name, note) for name, each in named for note in each.judged])
    slots.write_findings(adata, keys.TRANSFORM, [("", note) for note in transform.notes])
    slots.write_transform(adata, linear, transform.table(panel.names), slots.transform_params(config.transform))
