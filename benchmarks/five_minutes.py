"""Words and clicks until four questions are answered for each patient: python -m benchmarks.five_minutes REPORT.html…

Words are those that a reader reads: on the page of a patient the answer itself; before it, on the screen, the click on
the patient's name. On paper no click is needed.
"""

import re
import sys
from pathlib import Path

from tests.report.page import Element, read

__all__ = ["answers"]

CLICKS = 1


def _has(element: Element, name: str) -> bool:
    return name in element.attributes.get("class", "").split()


def answers(page: Element) -> dict[str, dict[str, int]]:
    """Words of each answer, by patient."""
    found = {}
    for patient in (each for each in page.all("div") if _has(each, "patient")):
        (four,) = (each for each in patient.all("dl") if _has(each, "four"))
        pairs = zip(four.all("dt"), four.all("dd"), strict=True)
        found[patient.attributes["id"]] = {
            question.text(): len(re.findall(r"\S*\w\S*", told.text())) for question, told in pairs
        }
    return found


def main() -> int:
    for path in map(Path, sys.argv[1:]):
        page = read(path)
        (lead,) = (each for each in page.all("p") if _has(each, "answer"))
        found = answers(page)
        print(f"{path}: the answer has {len(lead.text().split())} words; {len(found)} patients, {CLICKS} click each")
        for question in next(iter(found.values()), {}):
            words = sorted(each[question] for each in found.values())
            print(f"  {question:18} {words[0]} to {words[-1]} words, median {words[len(words) // 2]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
