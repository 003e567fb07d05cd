"""Run the notebooks again and store what they say: ``python -m tests.notebooks.renew``, or ``make notebooks``.

Figures are stored with a palette of 256 colours, which takes a third of the space, and no time stamps.
"""

import base64
import io
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from PIL import Image

REPO = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((REPO / "notebooks").glob("*.ipynb"))
MARROW = REPO.parent / "shared" / "data" / "fcs" / "fcsparser__facs_diva_test.fcs"
"""The file that notebook 05 fetches where it is not there."""
DURATION = re.compile(r"\b\d+(\.\d+)? (h|min|s)\b( \d+ (min|s)\b)*")
BAR = "finished in "  # what a progress bar leaves, in a notebook that has not found what another one made


def like_repository(root: Path) -> Path:
    """A folder like notebooks/, beside data/, so that what the notebooks write to out/ stays out of the repository."""
    (root / "notebooks").mkdir()
    (root / "data").symlink_to(REPO / "data", target_is_directory=True)
    if MARROW.is_file():
        (root / "out" / "notebooks").mkdir(parents=True)
        (root / "out" / "notebooks" / "facs_diva_test.fcs").symlink_to(MARROW)
    return root / "notebooks"


def run(path: Path, folder: Path, *, hastened: bool = False) -> nbformat.NotebookNode:
    """The notebook, run in ``folder`` from a clean kernel; an error in a cell is one here.

    ``hastened``: what no notebook shows is not made.
    """
    notebook = nbformat.read(path, as_version=4)
    known = os.environ.get("PYTHONPATH")
    start = folder / ".ipython" / "profile_default" / "startup" / "compiled.py"
    start.parent.mkdir(parents=True, exist_ok=True)
    begin = "import tests.compiled\ntests.compiled.compile_umap_once()\n"
    begin += "import tests.notebooks.hasten\ntests.notebooks.hasten.hasten()\n" * hastened
    start.write_text(begin + "del tests\n", encoding="utf-8")
    environment = os.environ | {
        "IPYTHONDIR": str(folder / ".ipython"),  # no other start-up files
        "PYTHONPATH": os.pathsep.join(filter(None, [str(REPO), known])),
    }
    place = {"metadata": {"path": str(folder)}}
    client = NotebookClient(
        notebook, kernel_name="python3", timeout=300, record_timing=False, coalesce_streams=True, resources=place
    )
    client.execute(env=environment)
    return notebook


def said(cell: Mapping[str, Any]) -> list[str]:
    """Lines that a cell's outputs say, without what differs from run to run; a figure says that it is one."""
    lines: list[str] = []
    for output in cell.get("outputs", []):
        text = output.get("text") or output.get("data", {}).get("text/plain", "")
        lines += ["(figure)"] if "image/png" in output.get("data", {}) else text.splitlines()
    return [DURATION.sub("# s", line).rstrip() for line in lines if line.strip() and not line.startswith(BAR)]


def tidy(notebook: nbformat.NotebookNode) -> None:
    """Make the notebook fit to be stored."""
    notebook.metadata = nbformat.from_dict(
        {
            "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        }
    )
    for number, cell in enumerate(notebook.cells):
        cell["id"], cell.metadata = f"cell-{number:02d}", nbformat.from_dict({})
        if cell.cell_type == "code":
            cell.outputs = [each for each in cell.outputs if said({"outputs": [each]})]
            for output in cell.outputs:
                if "image/png" in output.get("data", {}):
                    output.data["image/png"] = _small(output.data["image/png"])


def _small(png: str) -> str:
    """A PNG in base 64 with a palette."""
    picture, original = io.BytesIO(), Image.open(io.BytesIO(base64.b64decode(png)))
    palette = original.convert("RGB").quantize(256, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    palette.save(picture, "PNG", optimize=True, dpi=original.info.get("dpi", (200, 200)))
    return base64.b64encode(picture.getvalue()).decode()


def main() -> None:
    """Renew them all."""
    with tempfile.TemporaryDirectory() as root:
        folder = like_repository(Path(root))
        for path in NOTEBOOKS:
            notebook = run(path, folder)
            tidy(notebook)
            nbformat.write(notebook, path)
            print(f"{path.name}: {path.stat().st_size // 1000} kB")  # noqa: T201 (for whoever runs this)


if __name__ == "__main__":
    main()
