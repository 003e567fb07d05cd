"""Names of fluorochromes, as they are written in labels: the table that clean_marker reads."""

import re
from typing import Final

__all__ = ["FLUOROCHROME"]

_S: Final = r"[\s\-_/.]*"  # what may stand between the words of a name

# Dyes that also accept energy in tandems: PE-Cy7, APC-Fire 750, PerCP-eFluor 710, ...
_ACCEPTORS: Final = (
    rf"Cy(?:anine)?{_S}[2357](?:[.\-_]?5)?",
    rf"(?:Alexa{_S}(?:Fluor)?|AlexaFluor|AF|Ax|A){_S}(?:350|405|430|488|514|532|546|555|561|568|594|610|633|647|660|680|700|750|790)",
    rf"e{_S}Fluor{_S}N?\d{{3}}|eF{_S}\d{{3}}",
    rf"Vio{_S}(?:Blue|Green|Bright{_S}(?:FITC|[BVYRG]?{_S}\d{{3}})|[BVYRG]?\d{{3}})",
    rf"Dazzle{_S}594",
    rf"Fire{_S}\d{{3}}",
    r"CF\d{3}",
    r"H7|R700|R718|C750",
    rf"(?:Texas|Tx){_S}Red(?:{_S}YG)?|TR(?=-)",
)

_DONORS: Final = (r"PE", r"APC", r"Per-?CP", r"R-?PE", r"R-?Phycoerythrin", r"Allophycocyanin")

_SINGLES: Final = (
    r"FITC",
    r"PC5[.\-_]?5|PC[57]",
    r"ECD",
    rf"BV{_S}\d{{3}}|Brilliant{_S}Violet{_S}(?:\d{{3}})",
    rf"BUV{_S}\d{{3}}(?:-P)?|Brilliant{_S}Ultra{_S}Violet{_S}\d{{3}}",
    rf"BB{_S}\d{{3}}(?:-P2?)?|Brilliant{_S}Blue{_S}\d{{3}}",
    rf"BYG{_S}\d{{3}}|R[BYV]{_S}\d{{3}}|(?:BD{_S})?Real{_S}(?:Blue|Yellow|Violet){_S}\d{{3}}|R718",
    rf"SB{_S}\d{{3}}|Super{_S}Bright{_S}\d{{3}}|Star{_S}Bright{_S}(?:UltraViolet|Violet|Blue|Yellow|Red){_S}\d{{3}}|SB(?:UV|[VBYR])\d{{3}}",
    rf"Spark{_S}(?:UV|Violet|Blue|YG|Red|NIR|PLUS){_S}[A-Z]*\d*|Spark{_S}PLUS{_S}\w+{_S}\d{{3}}",
    rf"Nova{_S}(?:Fluor)?{_S}(?:Blue|Yellow|Red){_S}\d{{2,3}}(?:[-/]\d{{2}}S|S)?|NF[BYR]\d{{3}}(?:-\d{{2}}S)?",
    rf"cFluor{_S}[A-Z]{{1,3}}{_S}\d{{3}}|Kiravia{_S}Blue{_S}520",
    rf"Pac(?:ific)?{_S}(?:Blue|Orange|Green)|Pac{_S}Bl(?:ue)?|PacBlu|PB(?:450)?|PO|PacOr",
    rf"Krome{_S}Orange|KrO|KO(?:525|(?=$))",
    r"AmCyan|Cascade[\s\-_]*(?:Blue|Yellow)|Marina[\s\-_]*Blue",
    rf"(?:BD{_S})?(?:Horizon{_S})?V(?:450|500)(?:-C)?",
    rf"Q(?:uantum{_S})?[Dd](?:ot)?{_S}\d{{3}}|Q(?:565|585|605|625|655|705|800)",
    rf"(?:BD{_S})?(?:Horizon|OptiBuild)|eVolve{_S}\d{{3}}|Super{_S}Nova{_S}v?\d{{3}}|SN{_S}v\d{{3}}",
    rf"(?:violet|red){_S}Fluor{_S}\d{{3}}|(?:Janelia{_S}Fluor|JF){_S}\d{{3}}|AA(?:700|750)",
    rf"Cy(?:5|55|5\.5|7){_S}(?:PE|APC)|DL(?:350|405|488|550|594|633|650|680|755|800)|biotin",
    rf"Dy(?:Light)?{_S}\d{{3}}|iFluor{_S}\d{{3}}|mFluor{_S}\w+{_S}\d{{3}}|Atto{_S}\d{{3}}|CF{_S}\d{{3}}[A-Z]?",
    rf"Oregon{_S}Green(?:{_S}\d{{3}})?|Rhodamine|TRITC",
)


def _pattern() -> str:
    acceptor = "|".join(_ACCEPTORS)
    donor = "|".join(_DONORS)
    tandem = rf"(?:{donor})(?:{_S}(?:{acceptor}|A(?:700|750)|C[57](?![.\d])|C?5[.\-_]?5|594|TR))?"
    return rf"(?:{tandem}|{acceptor.replace('|H7|R700|R718|C750', '')}|{'|'.join(_SINGLES)})"


FLUOROCHROME: Final = re.compile(_pattern(), re.IGNORECASE)
"""One fluorochrome; to be anchored by the reader."""
