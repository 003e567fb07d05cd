"""Events on a grid as a picture, and as dots."""

import base64
import io
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["dots", "grid_image"]

GREYS: Final = (222, 70)  # of one event and of the most


def grid_image(grid: NDArray[np.int64], above: Sequence[tuple[NDArray[np.int64], str]] = ()) -> str:
    """The grid as a PNG: grey, the darker the more events (logarithmic), and what lies above in colours."""
    from PIL import Image

    light, dark = GREYS
    shade = np.log1p(grid) / max(np.log1p(grid).max(), 1e-9)
    pixels = np.repeat((light - (light - dark) * shade)[:, :, None], 3, axis=2)
    pixels[grid == 0] = 255
    for own, colour in above:
        strength = 0.45 + 0.55 * np.log1p(own) / max(np.log1p(own).max(), 1e-9)
        hue = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])
        pixels[own > 0] = 255 - strength[own > 0, None] * (255 - hue)
    picture = Image.fromarray(np.flipud(pixels.transpose(1, 0, 2)).round().astype(np.uint8), "RGB").quantize(
        64, dither=Image.Dither.NONE
    )
    data = io.BytesIO()
    picture.save(data, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(data.getvalue()).decode("ascii")


def dots(grid: NDArray[np.int64], side: float) -> str:
    """A dot for each cell with events: lines of no length, which a round pen draws."""
    step = side / len(grid)
    x, y = np.nonzero(grid)
    return "".join(f"M{(a + 0.5) * step:.1f} {side - (b + 0.5) * step:.1f}h0" for a, b in zip(x, y, strict=True))
