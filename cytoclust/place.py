"""What the command line takes for a file or a folder."""

from typing import Any

import click

__all__ = ["Place"]


class Place(click.Path):
    """A file or folder, here or in object storage (``s3://bucket/folder``)."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A path; a URL is one too."""
        if "://" not in str(value):
            return super().convert(value, param, ctx)
        from cytoclust.io import as_path

        return as_path(str(value))
