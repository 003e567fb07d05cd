"""What channels of real files are taken for: read line by line as a cytometrist would."""

import pytest

from cytoclust.io import open_events, reconcile_panel

BODENMILLER = (
    "CD3 CD45 pNFkB pp38 CD4 CD20 CD33 pStat5 CD123 pAkt pStat1 pSHP2 pZap70 pStat3 CD14 pSlp76 pBtk pPlcg2 pErk pLat "
    "IgM pS6 HLA-DR CD7"
)
CLUSTERED = {
    "fcs_more/beadplexr__K2-C07-A7.fcs": "FL1-A FL2-A FL6-A",  # a CytoFLEX
    "fcs_more/aurora5L__CellCounts5L_AB_01-ND050-01.fcs": "",  # raw detectors
    "fcs_more/flowspecs__Beads_AF647_IgM.fcs": "",
    "fcs_more/taylor_cytof_example__example.fcs": BODENMILLER,
    "labelled/bodenmiller_H05.fcs": BODENMILLER,
    "fcs_more/flowtime__A01.fcs": "FL1.A FL2.A FL3.A FL4.A",  # R's names
    "fcs_more/flowcal__Data003.fcs": "FL1 FL2 FL3",  # FSCW and FSCA are scatter
    "fcs_more/flowstats__sample01.fcs": "CD8 CD69 CD4 CD3 HLADr",  # CD4 in $PnN and $PnS
    "fcs_more/flowvs__C_3_2.fcs": "CD45 CD4 CD8 CD3 CD19",
    "fcs_more/cyanofilter__B4_18_1.fcs": "GRN.B.HLin YEL.B.HLin RED.B.HLin NIR.B.HLin RED.R.HLin NIR.R.HLin",
    "fcs_more/fwdata__124500.fcs": "CD3 bob CD44 CD8",
    "cohort_aml/sample1.fcs": "CD15 CD13 CD45 CD16 CD56",
    "labelled/cytomem_cytomem_pbmc.fcs": (
        "CD19 CD117 CD11b CD4 CD8 CD20 CD34 CD61 CD123 CD45RA CD45 CD10 CD33 CD11c CD14 CD69 CD15 CD16 CD44 CD38 CD25 "
        "CD3 IgM HLADR CD56"
    ),
}
OTHERS = {
    "fcs_more/cytofqc__raw_cytof.fcs": {
        "bead": "Ce140Di Ce142Di Ho165Di Lu175Di",
        "dna": "Ir191Di Ir193Di",
        "viability": "Rh103Di",
        "blank": "Sn120Di I127Di Xe131Di Cs133Di Ba138Di BCKG190Di Pb208Di",
        "gaussian": "Center Offset Width Residual",
        "event length": "Event_length",
    },
    "fcs_more/tidytof__H1_PhenoGraph_cluster1.fcs": {
        "dna": "DNA1_Ir191 DNA2_Ir193",
        "barcode": "BC1_Pd104 BC2_Pd106 BC3_Pd108 BC4_In113 BC5_In115 BC6_La139",
        "viability": "Viability_Pt195",
        "index": "PhenoGraph Condition",
    },
    "fcs_more/catalyst__raw_data_1.fcs": {
        "bead": "Ce140Di",
        "dna": "Ir191Di Ir193Di",
        "blank": "Sn120Di Ba138Di Pb208Di",
    },
    "labelled/Activation_1.fcs": {"viability": "", "clock": "Time"},  # 7-AAD-A carries CD69
    "labelled/ff.fcs": {"viability": "AmCyan-A", "clock": "Time"},
}
MASS = {"bodenmiller_H05.fcs", "cytomem_cytomem_pbmc.fcs", "taylor_cytof_example__example.fcs"}


@pytest.mark.parametrize("name", CLUSTERED)
def test_what_is_clustered_on(shared_data, name):
    file = open_events(shared_data / name)
    panel = reconcile_panel([file])
    assert [panel.names[i] for i in panel.stained] == CLUSTERED[name].split()
    kinds = {panel.signal_types[i] for i in panel.stained}
    assert kinds <= ({"mass"} if file.path.name in MASS else {"fluorescence"})


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_known_for_what_it_is(shared_data, name):
    file = open_events(shared_data / name)
    for role, channels in OTHERS[name].items():
        assert [channel.name for channel in file.channels if channel.role == role] == channels.split()
