"""The keywords that the standard defines, and values that they may have."""

import math
import re
from collections.abc import Callable
from typing import Final

__all__ = ["completeness", "defined", "form_of", "usual"]

_MOST: Final = 10_000
"""Bears on no result: channels whose keywords are counted."""

_NUMBERED: Final = (
    r"P\d{1,5}(?:ANALYTE|B|CALIBRATION|D|DATATYPE|DET|E|F|FEATURE|G|L|N|O|P|R|S|T|TAG|TYPE|V)|PK\d{1,5}|PKN\d{1,5}"
    r"|G\d{1,5}[EFNPRSTV]|R\d{1,5}[IW]|DFC\d{1,4}TO\d{1,4}|CSV\d{1,5}FLAG"
)
_PLAIN: Final = (
    "ABRT|BEGINANALYSIS|BEGINDATA|BEGINDATETIME|BEGINSTEXT|BTIM|BYTEORD|CARRIERID|CARRIERTYPE|CELLS|COM|COMP|CSMODE"
    "|CSTOT|CSVBITS|CYT|CYTSN|DATATYPE|DATE|ENDANALYSIS|ENDDATA|ENDDATETIME|ENDSTEXT|ETIM|EXP|FIL|FLOWRATE|GATE"
    "|GATING|INST|LAST_MODIFIED|LAST_MODIFIER|LOCATIONID|LOST|MODE|NEXTDATA|OP|ORIGINALITY|PAR|PLATEID|PLATENAME"
    "|PROJ|SMNO|SPILL|SPILLOVER|SRC|SYS|TIMESTEP|TOT|TR|UNICODE|UNSTAINEDCENTERS|UNSTAINEDINFO|VOL|WELLID"
)
_DEFINED: Final = re.compile(rf"\$(?:{_NUMBERED}|{_PLAIN})|SPILL(?:OVER)?|COMP", re.IGNORECASE)
"""Of FCS 2.0 to 3.2, and the matrix as it was called before."""

_USUAL: Final = re.compile(
    r"APPLY COMPENSATION|CREATOR|GUID|FILENAME|FCSVERSION|TUBE NAME|SAMPLE ID|PATIENT ID"
    r"|EXPERIMENT NAME|EXPORT (?:TIME|USER NAME)|(?:PLATE|WELL) (?:ID|NAME)|CASE NUMBER|SETTINGS|THRESHOLD|AUTOBS"
    r"|WINDOW EXTENSION|(?:FSC|SSC) ASF|CYTNUM|CST .{1,40}|TIMETICKS|LASER\d.{0,20}|TRANSFORMATION|FLOWCORE_.{1,40}"
    r"|[@#&]?P\d{1,5}\s?[A-Z_].{0,30}|[@#&]?\$P\d{1,5}.{1,30}",
    re.IGNORECASE,
)
"""Keywords of many programs, and those of one channel that programs add."""


def defined(word: str) -> bool:
    """Whether a word is a keyword of the standard; keywords do not differ by case (FCS 3.1, 3.2.9)."""
    return _DEFINED.fullmatch(word.strip()) is not None


def usual(word: str) -> bool:
    """Whether a word is no keyword of the standard and yet one that many programs write."""
    return _USUAL.fullmatch(word.strip()) is not None


def _is_number(text: str) -> bool:
    """Whether a text is one finite number."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _numbers(text: str, count: int) -> bool:
    parts = text.split(",")
    return len(parts) == count and all(map(_is_number, parts))


def _whole(text: str) -> bool:
    return text.isascii() and text.strip().isdigit()


def _matrix(text: str) -> bool:
    """``k, k names, k·k numbers``; without names in $COMP of FCS 3.0."""
    words = text.strip().strip("\"'").strip(",").split(",")
    size = int(words[0]) if _whole(words[0]) and len(words[0]) < 6 else -1
    return len(words) - 1 in (size * size, size * size + size)


_FORMS: Final[tuple[tuple[str, Callable[[str], bool]], ...]] = (
    (r"\$P\d+B", lambda text: _whole(text) or text.strip() == "*"),
    (r"\$P\d+E", lambda text: _numbers(text, 2)),
    (r"\$P\d+[GV]", _is_number),
    (r"\$P\d+R", lambda text: _is_number(text) or text.strip().lstrip("+-").casefold() in ("na", "nan", "inf")),
    (r"\$(PAR|TOT|NEXTDATA|(BEGIN|END)(DATA|STEXT|ANALYSIS))", _whole),
    (r"\$BYTEORD", lambda text: re.fullmatch(r"[\d, ]+", text) is not None),
    (r"\$(P\d+)?DATATYPE", lambda text: text.strip().upper() in tuple("AFDI")),
    (r"\$MODE", lambda text: text.strip().upper() in tuple("LCU")),
    (r"\$?SPILL(OVER)?|\$?COMP", _matrix),
    (r"\$P\d+N", lambda text: bool(text.strip())),
)
_FORM_OF: Final = [(re.compile(pattern, re.IGNORECASE), form) for pattern, form in _FORMS]


def form_of(keyword: str) -> Callable[[str], bool] | None:
    """What tells whether a value has the form that a keyword asks for; None where any value has."""
    keyword = keyword.strip()
    return next((form for pattern, form in _FORM_OF if pattern.fullmatch(keyword)), None)


def completeness(text: dict[str, str]) -> int:
    """How many of the keywords that every file must have, by $PAR, are there and have a value of their form."""
    count = text.get("$PAR", "").strip()
    channels = range(1, min(int(count), _MOST) + 1) if count.isascii() and count.isdigit() and len(count) < 8 else ()
    forms = {key: form_of(key) for key in ("$PAR", "$BYTEORD", "$DATATYPE", "$P1B", "$P1N", "$P1R")}
    wanted = [(key, forms[key]) for key in ("$PAR", "$BYTEORD", "$DATATYPE")]
    wanted += [(f"$P{i}{kind}", forms[f"$P1{kind}"]) for i in channels for kind in "BNR"]
    return sum(form is None or form(text[key]) for key, form in wanted if key in text)
