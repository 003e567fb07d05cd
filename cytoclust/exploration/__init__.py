"""Looking at events: filter, draw, move cuts; out come masks, cuts, rules and gates."""

from cytoclust.exploration._described import Described
from cytoclust.exploration._desk import Desk, Made
from cytoclust.exploration._events import BINS, Events, Map
from cytoclust.exploration._explore import explore
from cytoclust.exploration._explorer import Explorer, Pair
from cytoclust.exploration._from_adata import from_adata
from cytoclust.exploration._gates_for import gates_for, gating_ml
from cytoclust.exploration._join_rules import join_rules
from cytoclust.exploration._open_run import open_run
from cytoclust.exploration._run_desk import open_server, run_desk
from cytoclust.exploration._serve import Server
from cytoclust.exploration._write_rule import Rule, rule_for
from cytoclust.exploration._write_thresholds import thresholds_yaml

__all__ = [
    "BINS",
    "Described",
    "Desk",
    "Events",
    "Explorer",
    "Made",
    "Map",
    "Pair",
    "Rule",
    "Server",
    "explore",
    "from_adata",
    "gates_for",
    "gating_ml",
    "join_rules",
    "open_run",
    "open_server",
    "rule_for",
    "run_desk",
    "thresholds_yaml",
]
