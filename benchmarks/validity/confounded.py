"""Groups that differ indeed, but each in a batch of its own: no claim may stand.

python -m benchmarks.validity.confounded --work WORK
"""

import pandas as pd

from benchmarks.page import markdown
from benchmarks.validity.designs import confounded as design
from benchmarks.validity.section import Asked, Section, run_part
from benchmarks.validity.work import Options, find

__all__ = ["confounded"]

N = 5
ABOUT = (
    "8 metastatic patients, all measured in batch B1, and 8 controls, all in B2. The difference is there, and the "
    "data cannot tell it from one of the batches. Below, flags of the claims that are listed, with their number."
)


def confounded(options: Options) -> Section:
    """Verdicts and reasons where group and batch are one."""
    found = find(design, N, options)
    tables = [each.table("discoveries") for each in found]
    supported = sum(int((table["verdict"] == "supported").sum()) for table in tables)
    told = sum("confounded" in each.report and len(table) > 0 for each, table in zip(found, tables, strict=True))
    with_p = sum(int(each.table("contrasts")["p"].notna().sum()) for each in found)
    flags = pd.concat(tables)["flags"].value_counts().rename("claims").to_frame().rename_axis("flags")
    return Section(
        "Group confounded with batch",
        [
            Asked("`supported` claims", "0", f"{supported} in {len(found)} cohorts", supported == 0),
            Asked("contrasts with a p value", "0", str(with_p), with_p == 0),
            Asked("reports that list the claims and say why", "all", f"{told} of {len(found)}", told == len(found)),
        ],
        [ABOUT, markdown(flags)],
    )


if __name__ == "__main__":
    run_part(confounded, __doc__)
