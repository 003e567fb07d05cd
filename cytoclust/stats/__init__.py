"""Detection, amounts and comparisons: pure functions on tables."""

from cytoclust.stats._acquisition_table import acquisition_table
from cytoclust.stats._best_union import best_union
from cytoclust.stats._cluster_counts import ClusterCounts
from cytoclust.stats._cluster_table import cluster_table
from cytoclust.stats._clustered_interval import clustered_interval
from cytoclust.stats._compare import Compared, compare
from cytoclust.stats._compare_levels import compare_levels
from cytoclust.stats._composition_map import composition_map
from cytoclust.stats._contrast_table import contrast_table
from cytoclust.stats._count_agreement import CountAgreement, concordance, count_agreement
from cytoclust.stats._count_cohort import count_cohort
from cytoclust.stats._counted import Counted
from cytoclust.stats._covariates import with_covariates
from cytoclust.stats._discovery_table import discovery_table
from cytoclust.stats._doublet_evidence import doublet_evidence
from cytoclust.stats._doublet_pairs import doublet_pairs
from cytoclust.stats._doublet_partners import doublet_partners
from cytoclust.stats._exact_interval import exact_interval
from cytoclust.stats._expected_background import expected_background
from cytoclust.stats._expected_doublets import expected_doublets
from cytoclust.stats._landmark_drift import clearly_carries, landmark_drift, landmarks_of, reference_batch
from cytoclust.stats._overlap import Overlap, overlap, pooled_overlap
from cytoclust.stats._population_table import population_table
from cytoclust.stats._primary_populations import primary_populations
from cytoclust.stats._question_notes import question_notes
from cytoclust.stats._questions import Question, pairs_of, questions
from cytoclust.stats._sample_table import sample_table
from cytoclust.stats._sheet_table import sheet_table
from cytoclust.stats._size_factors import size_factors
from cytoclust.stats._subject_table import subject_table
from cytoclust.stats._table_one import table_one
from cytoclust.stats._tree_table import tree_table
from cytoclust.stats._unevenly_set_aside import unevenly_set_aside

__all__ = [
    "ClusterCounts",
    "Compared",
    "CountAgreement",
    "Counted",
    "Overlap",
    "Question",
    "acquisition_table",
    "best_union",
    "clearly_carries",
    "cluster_table",
    "clustered_interval",
    "compare",
    "compare_levels",
    "composition_map",
    "concordance",
    "contrast_table",
    "count_agreement",
    "count_cohort",
    "discovery_table",
    "doublet_evidence",
    "doublet_pairs",
    "doublet_partners",
    "exact_interval",
    "expected_background",
    "expected_doublets",
    "landmark_drift",
    "landmarks_of",
    "overlap",
    "pairs_of",
    "pooled_overlap",
    "population_table",
    "primary_populations",
    "question_notes",
    "questions",
    "reference_batch",
    "sample_table",
    "sheet_table",
    "size_factors",
    "subject_table",
    "table_one",
    "tree_table",
    "unevenly_set_aside",
    "with_covariates",
]
