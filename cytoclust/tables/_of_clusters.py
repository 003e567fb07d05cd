"""Tables of clusters and of the cuts that name them."""

from typing import Final

from cytoclust import keys
from cytoclust.tables._column import Column, Table

__all__ = ["BACKGROUNDS", "CLUSTERS", "CLUSTER_COUNTS", "CLUSTER_MEDIANS", "CLUSTER_TREE", "THRESHOLDS"]

SCALE: Final = "transformed scale"
NUMBER: Final = "number of a cluster"
ONE_UP: Final = Column(
    keys.CLUSTER_PARENT, "integer", NUMBER, "The largest cluster of its branch, one level up the tree."
)

CLUSTERS: Final = Table(
    "One row a cluster, the largest first.",
    (
        Column(keys.CLUSTER, "integer", NUMBER, "Number, from 0."),
        Column(keys.POPULATION, "text", "", "Name by the rules, `unknown`, or `unassigned` without rules."),
        Column(keys.PHENOTYPE, "text", "", "Level of each marker, as far as it is sure.", empty="no marker is sure"),
        Column(keys.N_EVENTS, "integer", "events", "Events in all samples."),
        Column(keys.FRACTION, "number", "0 to 1", "Share of the events of all clusters."),
        Column(keys.N_SAMPLES, "integer", "samples", "Samples with an event of it."),
        Column(
            keys.STABILITY, "number", "0 to 1",
            "How well it comes back when other prototypes, nodes and fine clusters are drawn.",
            empty="with `cluster.method=knn`",
        ),
        Column(
            keys.NOVELTY, "number", "0 to 1",
            "How sure it is that no rule fits: 1 − the probability of its name; of an `unknown` cluster the "
            "probability that it has none.",
            empty="no rules",
        ),
        Column("one column a marker", "number", SCALE, "Median of the cluster.", several=True),
        ONE_UP,
        Column(
            keys.LEFTOVER, "category", "", "`debris`, `doublet` or `dead`: what quality control left.",
            empty="it is none", words=keys.QC[1:],
        ),
        Column(
            keys.JUNK, "category", "", "`multiplet`, `debris` or `dead`: no population, by two kinds of evidence.",
            empty="nothing shows that", words=("multiplet", "debris", "dead"), optional=True,
        ),
        Column(
            keys.JUNK_WHY, "findings", "", "The evidence, with its numbers.", empty="`junk` is empty", optional=True
        ),
        Column(
            keys.NEAR, "text", "", "What it would be but for one thing, or may be instead of cells of a kind.",
            empty="nothing is near, or no rules",
        ),
        Column(
            keys.UNCERTAIN_SHARE, "number", "0 to 1",
            "Share of its events that are expected to belong to another cluster: mean of 1 − `probability`.",
        ),
        Column(
            keys.OVERLAPS_WITH, "integer", NUMBER, "The cluster to which most of these would belong.",
            empty="they are fewer than one in a hundred",
        ),
        Column(
            keys.NEAREST, "integer", NUMBER, "The cluster that it is least apart from: across the shallowest valley.",
            empty="it is the only one, or with `cluster.method=knn`", optional=True,
        ),
        Column(
            keys.PARTED_BY, "text", "", "The marker that parts the two most.", empty="`nearest` is empty", optional=True
        ),
        Column(
            keys.PARTED_SIZE, "number", "standard deviations",
            "Difference of their medians in it, over the standard deviation within them; below 0 where it is lower.",
            empty="`nearest` is empty", optional=True,
        ),
        Column(
            keys.PARTED_DEPTH, "number", "ratio of densities",
            "Depth of the valley between the two, in all markers, as counted: 0 a clear gap, 1 no valley.",
            empty="`nearest` is empty", optional=True,
        ),
        Column(
            keys.PARTED_CERTAINTY, "number", "standard errors",
            "By how many standard errors of the counts the density there is lower than without a valley.",
            empty="`nearest` is empty", optional=True,
        ),
    ),
)  # fmt: skip

CLUSTER_TREE: Final = Table(
    "One row a cluster. `joins` and `depth` are empty with `cluster.method=knn`.",
    (
        Column(keys.CLUSTER, "integer", NUMBER, "The cluster."),
        ONE_UP,
        Column(
            keys.JOINS, "integer", NUMBER, "The larger cluster whose branch it becomes part of.",
            empty="the last one, which the others have joined",
        ),
        Column(
            keys.DEPTH, "number", "ratio of densities",
            "Depth of the valley between them: density over that of a population without a valley. 1 is no valley, 0 a "
            "clear gap.",
            empty="the last one",
        ),
        Column(
            keys.DOUBLET_OF, "text", "", "Two larger clusters whose doublets it may be, as `3+7`.", empty="none fit"
        ),
    ),
    optional=True,
)  # fmt: skip

CLUSTER_COUNTS: Final = Table(
    "One row a sample and cluster, with or without rules.",
    (
        Column(keys.SAMPLE, "text", "", "The sample."),
        Column(keys.CLUSTER, "text", "", "Number of the cluster."),
        Column(keys.N_EVENTS, "integer", "events", "Its events of this cluster."),
        Column("n_cells", "integer", "events", "Its events of all clusters, that is those with `qc` `ok`."),
        Column(keys.FRACTION, "number", "0 to 1", "`n_events / n_cells`.", empty="the sample has no cell"),
    ),
    optional=True,
)

CLUSTER_MEDIANS: Final = Table(
    "One row a cluster and sample with an event of it.",
    (
        Column(keys.CLUSTER, "text", "", "Number of the cluster."),
        Column(keys.POPULATION, "text", "", "Its name by the rules, `unknown` or `unassigned`."),
        Column(keys.SAMPLE, "text", "", "The sample."),
        Column(keys.N_EVENTS, "integer", "events", "Its events of this cluster: a median of few says little."),
        Column("one column a marker", "number", SCALE, "Median of these events.", several=True),
    ),
    optional=True,
)

BACKGROUNDS: Final = Table(
    "One row a sample and marker: where cells without the marker lie, beside most samples. Needs three samples.",
    (
        Column(keys.SAMPLE, "text", "", "The sample."),
        Column(keys.MARKER, "text", "", "The marker."),
        Column(keys.BACKGROUND, "number", SCALE, "Median of the kinds of cells that lack it, of kinds the middle one."),
        Column(
            "shift", "number", "spreads",
            "How far it lies off most samples, by the least that nearly all kinds show; 0 if kinds do not agree.",
        ),
        Column("shift_signal", "number", "unit of the file", "The same as signal.", empty="the scale is not known"),
        Column("differs", "boolean", "", "Whether it is too far off to be chance: names and claims regard it."),
    ),
    optional=True,
)  # fmt: skip

THRESHOLDS: Final = Table(
    "One row a marker; one a batch where batches differ.",
    (
        Column(keys.MARKER, "text", "", "The marker."),
        Column(keys.BATCH, "text", "", "Batch that the row holds for.", empty="it holds for all"),
        Column("positive", "number", SCALE, "From here on positive.", empty="one mode only"),
        Column("dim", "number", SCALE, "Up to here dim.", empty="no dim level"),
        Column("bright", "number", SCALE, "From here on bright.", empty="no bright level"),
        Column("uncertainty", "number", SCALE, "Standard deviation of the cuts.", empty="no cut"),
        Column("negative", "number", SCALE, "Centre of the cells without it (of the only mode, if there is one)."),
        Column("spread", "number", SCALE, "Their standard deviation."),
        Column("modes", "text", "", "What was seen, in words."),
        Column("source", "text", "", "`data`, `given`, or the control's kind and file."),
        Column(
            "taken",
            "category",
            "",
            "What every cell is taken for where the marker has one mode only.",
            empty="it has a cut",
            words=("negative", "positive", "cannot tell"),
            optional=True,
        ),
    ),
)
