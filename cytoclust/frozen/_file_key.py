"""What one data set of a file is known by, whatever it is called and wherever it lies."""

__all__ = ["file_key"]


def file_key(sha256: str, dataset: int | None) -> str:
    """Of a file with one data set its digest; else with the number of the data set, which counts from 1."""
    return sha256 if dataset is None else f"{sha256} {dataset}"
