"""What printed pages say."""

import pytest

__all__ = ["printed"]


def printed(data: bytes) -> list[str]:
    """The words of each page of a PDF, with single spaces between them."""
    with pytest.importorskip("pypdfium2").PdfDocument(data) as document:
        return [" ".join(page.get_textpage().get_text_range().split()) for page in document]
