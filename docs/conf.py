"""Sphinx settings: ``sphinx-build -W --keep-going -n docs out/docs``; no network is needed."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

import cytoclust  # noqa: E402

project = "cytoclust"
author = "The cytoclust developers"
project_copyright = author
version = release = cytoclust.__version__

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "sphinx.ext.napoleon",
    "myst_nb",
    "sphinx_click",
    "sphinx_copybutton",
    "sphinx_design",
    "copied_pages",
    "gallery",
    "namespace",
    "output_table",
    "parameter_table",
    "public_names",
]
exclude_patterns = ["_ext", "images/*.py"]
source_suffix = {".md": "myst-nb", ".ipynb": "myst-nb", ".rst": "restructuredtext"}

# --- Markdown and notebooks -------------------------------------------------------------------
myst_enable_extensions = ["colon_fence", "deflist"]  # no dollarmath: $PnN is no formula, and MathJax needs the network
myst_heading_anchors = 3
nb_execution_mode = "off"  # notebooks are stored with their outputs, and the tests run them
suppress_warnings = ["myst.strikethrough"]

# --- reference --------------------------------------------------------------------------------
autosummary_generate = False  # one page a namespace, not one a function
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_type_aliases = {"Seed": "Seed"}
python_use_unqualified_type_names = True
maximum_signature_line_length = 90
add_module_names = False
napoleon_google_docstring = False
# ours are sentences, and several names may share a line: not lists of "name : type"
napoleon_custom_sections = ["Returns", ("Attributes", "params_style")]

nitpicky = True
nitpick_ignore_regex = [
    # types of other projects: their inventories need the network (see the tag `online` below)
    (r"py:.*", r"(anndata|collections|matplotlib|numpy|os|pandas|pathlib|scipy|typing)\..*"),
    (r"py:.*", r"(AnnData|Axes|Figure|Path|ndarray|NDArray|ArrayLike|int32|int64|float32|float64|bool|uint8)"),
    # types of the package itself that no user makes
    (r"py:.*", r"cytoclust\..*\._?\w+|ExploreWidget|Seed|OnError|QualityModel|Pattern"),
    (r"py:.*", r"tuple\[(float|~[\w.]+)"),  # Sphinx cuts nested types of properties in two
]
if tags.has("online"):  # noqa: F821 (Sphinx defines it)
    extensions.append("sphinx.ext.intersphinx")
    intersphinx_mapping = {
        "python": ("https://docs.python.org/3", None),
        "numpy": ("https://numpy.org/doc/stable", None),
        "pandas": ("https://pandas.pydata.org/docs", None),
        "anndata": ("https://anndata.readthedocs.io/en/stable", None),
        "matplotlib": ("https://matplotlib.org/stable", None),
    }

# --- pages ------------------------------------------------------------------------------------
html_theme = "furo"
html_title = f"cytoclust {version}"
html_static_path = ["_static"]
html_css_files = ["wide.css"]
html_copy_source = html_show_sourcelink = False
copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = False
templates_path: list[str] = []
