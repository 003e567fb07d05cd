"""The explorer as a widget of Jupyter."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import NDArray

from cytoclust.errors import CytoclustError
from cytoclust.exploration._desk import Desk
from cytoclust.exploration._explorer import Explorer
from cytoclust.exploration._gates_for import gating_ml
from cytoclust.exploration._matrices import matrices_for
from cytoclust.exploration._serve import page
from cytoclust.exploration._write_thresholds import thresholds_yaml
from cytoclust.io.gates import Gate

if TYPE_CHECKING:
    from anndata import AnnData

__all__ = ["ExploreWidget"]


class ExploreWidget(anywidget.AnyWidget):
    """Linked panes of the events of an AnnData.

    What is drawn in the page is set here, and what is set here is drawn in the page.

    Attributes
    ----------
    selection
        Conditions that all have to be met: ``[{"kind": "polygon", "x": "CD271", "y": "CD146", "vertices": [[…], …]}]``,
        ``box`` with ``x_range, y_range``, ``side`` with ``marker, positive``, ``clusters``, or ``lasso`` on the map.
        Places are on the scale of ``X``.
    thresholds
        Cuts that were moved, by marker, in the unit of the file. Clusters are named again by them.
    filters
        Values that are shown of columns: ``{"patient_id": ["P01"], "qc": ["ok"]}``.
    name
        Of what is selected, in the rule and the gate.
    """

    _esm = page("explore.js")
    _css = page("explore.css")
    selection: Any = traitlets.List().tag(sync=True)
    thresholds: Any = traitlets.Dict().tag(sync=True)
    filters: Any = traitlets.Dict().tag(sync=True)
    name = traitlets.Unicode("selection").tag(sync=True)

    def __init__(self, explorer: Explorer, adata: "AnnData"):
        """``adata`` is what the explorer looks at."""
        self.explorer, self._adata = explorer, adata
        self._told = True
        super().__init__(selection=[], thresholds={}, filters=explorer.filters)
        self._told = False
        self._desk = Desk(explorer, title="Events", gate=self._gating_ml, changed=self._tell)
        self.on_msg(self._hear)

    @property
    def mask(self) -> NDArray[np.bool_]:
        """Events of the AnnData (n,) that are shown and selected."""
        return self.explorer.mask

    @property
    def populations(self) -> list[str]:
        """Name of each cluster by the cuts as they are."""
        return self.explorer.populations

    @property
    def thresholds_yaml(self) -> str:
        """The cuts as parameters of a run."""
        return thresholds_yaml(self.explorer)

    @property
    def rule(self) -> str:
        """A rule file for what is selected."""
        return str(self._desk.make("rule", self.name)[0]["text"])

    @property
    def gate(self) -> str:
        """Gating-ML 2.0 of what is selected."""
        return str(self._desk.make("gate", self.name)[0]["text"])

    @traitlets.validate("selection", "thresholds", "filters")
    def _set(self, proposal: Any) -> Any:
        """What is set from Python goes to the explorer, which may refuse it."""
        name = proposal["trait"].name
        if not self._told:
            setattr(self.explorer, name, proposal["value"])
        return getattr(self.explorer, name) if not self._told else proposal["value"]

    def _tell(self) -> None:
        """What changed in the page is seen from Python."""
        self._told = True
        try:
            self.selection, self.thresholds = self.explorer.selection, self.explorer.thresholds
            self.filters = self.explorer.filters
        finally:
            self._told = False

    def _hear(self, _: Any, content: Any, __: Any) -> None:
        if not isinstance(content, Mapping) or "request" not in content:
            return
        told: dict[str, Any] = {"id": content.get("id")}
        try:
            told["told"] = self._desk.answer(content["request"])
        except CytoclustError as error:
            told["error"] = str(error)
        self.send(told)

    def _gating_ml(self, gates: list[Gate]) -> str:
        shown = self.explorer.samples()
        samples = [str(name) for name in shown.index[shown["n_events"] > 0]]
        found = matrices_for(self._adata, samples)
        return gating_ml(gates, matrix=found[0] if len(found) == 1 else None, own_matrix=len(found) > 1)
