"""Manual gates of one sample, with the events in each."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from cytoclust import keys
from cytoclust.errors import InputError
from cytoclust.findings import Finding
from cytoclust.io.workspaces._document import Kind

__all__ = ["Gate", "Gates"]


@dataclass(frozen=True)
class Gate:
    """One gate.

    Attributes
    ----------
    name
        As its author called it; several gates may have one name.
    path
        The names from the top gate down to it, joined by ``/``: unique but for gates that one author drew twice,
        which get ``(2)``.
    parent
        Path of the gate that it lies in; empty at the top.
    kind
        ``range``, ``rectangle``, ``polygon``, ``ellipse``, ``quadrant``, ``and``, ``or``, ``not``, ``label``, or
        ``gate`` where not even that could be read.
    n_events
        Events in it (and in every gate above); 0 where it cannot be read.
    n_stored
        Events that the program which wrote the file counted; None where it says none.
    status
        ``reproduced``, ``not reproduced``, ``not counted`` (nothing to check it against) or ``not supported``.
    channels
        Channels ($PnN) that it is drawn on; none of a Boolean gate or a label.
    reason
        Why, where it is neither reproduced nor uncounted; what else is to be known of it.
    """

    name: str
    path: str
    parent: str
    kind: Kind
    n_events: int
    n_stored: int | None
    status: keys.GateStatus
    reason: tuple[Finding, ...] = ()
    channels: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        """Whether clusters may be judged by it."""
        return self.status in keys.USABLE_GATES


@dataclass(frozen=True, eq=False)
class Gates:
    """The gates of one sample.

    Attributes
    ----------
    gates
        Each after the one that it lies in.
    members
        (n, g) which events lie in which gate; none where a gate cannot be read.
    notes
        What is to be known of all of them.
    """

    gates: tuple[Gate, ...]
    members: NDArray[np.bool_] = field(repr=False)
    notes: tuple[Finding, ...] = ()

    def __len__(self) -> int:
        return len(self.gates)

    def __getitem__(self, name: str) -> NDArray[np.bool_]:
        """Events of the gate with a path, or with a name that only one has: (n,).

        Raises
        ------
        KeyError
            No gate, or several, are called so.
        InputError
            The gate could not be read.
        """
        paths = [gate.path for gate in self.gates]
        places = [i for i, gate in enumerate(self.gates) if gate.path == name]
        places = places or [i for i, gate in enumerate(self.gates) if gate.name == name]
        if len(places) != 1:
            raise KeyError(f"{len(places)} gates are called {name!r}; the paths are {', '.join(paths)}.")
        gate = self.gates[places[0]]
        if gate.status == "not supported":
            raise InputError(f"The gate {gate.path} could not be read: {' '.join(map(str, gate.reason))}.")
        return self.members[:, places[0]]

    @property
    def table(self) -> pd.DataFrame:
        """A row for each gate, with ``gate, path, parent, kind, n_events, n_stored, difference, status, reason``."""
        return pd.DataFrame(
            [
                {
                    "gate": gate.name,
                    "path": gate.path,
                    "parent": gate.parent,
                    "kind": gate.kind,
                    "n_events": gate.n_events,
                    "n_stored": gate.n_stored,
                    "difference": None if gate.n_stored is None else gate.n_events - gate.n_stored,
                    "status": gate.status,
                    "reason": " ".join(map(str, gate.reason)),
                }
                for gate in self.gates
            ],
            columns=["gate", "path", "parent", "kind", "n_events", "n_stored", "difference", "status", "reason"],
        ).astype({"n_stored": "Int64", "difference": "Int64"})
