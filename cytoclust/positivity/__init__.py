"""Where each marker turns positive: profiles of clusters, levels, cuts, controls, leftovers of quality control."""

from cytoclust.positivity._backgrounds import background_moves, backgrounds, shifts
from cytoclust.positivity._bodies import Bodies, measure_bodies
from cytoclust.positivity._control import Control, source_kind
from cytoclust.positivity._cuts_of_control import cuts_of_control
from cytoclust.positivity._cuts_on_scale import cuts_on_scale
from cytoclust.positivity._describe import count_set_aside, describe, fluorescent
from cytoclust.positivity._dye import dye_limit, held_by_dye
from cytoclust.positivity._given_cuts import beyond_clusters
from cytoclust.positivity._junk import JUNK, one_by_scatter, tell_junk, without_names
from cytoclust.positivity._learn_thresholds import learn_thresholds
from cytoclust.positivity._leftovers import ASIDE, REASONS, leftovers, look_alikes, teach_nothing, withhold
from cytoclust.positivity._meetings import REFUTED, p_follows
from cytoclust.positivity._mixed import with_mixed
from cytoclust.positivity._profile import MIN_EVENTS, Profile
from cytoclust.positivity._read_phenotype import read_phenotype
from cytoclust.positivity._scale_findings import scale_findings
from cytoclust.positivity._slopes import Slope, find_slopes
from cytoclust.positivity._states import LEVELS, SURE, WORDS, Level, level_probabilities, set_probability, spell
from cytoclust.positivity._sums_of_two import sums_of_two
from cytoclust.positivity._thresholds import Thresholds
from cytoclust.positivity._told_levels import Told, told_levels
from cytoclust.positivity._unreached import unreached
from cytoclust.positivity._upper_end import upper_end

__all__ = [
    "ASIDE",
    "JUNK",
    "LEVELS",
    "MIN_EVENTS",
    "REASONS",
    "REFUTED",
    "SURE",
    "WORDS",
    "Bodies",
    "Control",
    "Level",
    "Profile",
    "Slope",
    "Thresholds",
    "Told",
    "background_moves",
    "backgrounds",
    "beyond_clusters",
    "count_set_aside",
    "cuts_of_control",
    "cuts_on_scale",
    "describe",
    "dye_limit",
    "find_slopes",
    "fluorescent",
    "held_by_dye",
    "learn_thresholds",
    "leftovers",
    "level_probabilities",
    "look_alikes",
    "measure_bodies",
    "one_by_scatter",
    "p_follows",
    "read_phenotype",
    "scale_findings",
    "set_probability",
    "shifts",
    "source_kind",
    "spell",
    "sums_of_two",
    "teach_nothing",
    "tell_junk",
    "told_levels",
    "unreached",
    "upper_end",
    "with_mixed",
    "withhold",
    "without_names",
]
