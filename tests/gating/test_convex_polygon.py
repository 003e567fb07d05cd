"""Polygons against areas that are known, and another program's membership."""

import numpy as np
from matplotlib.path import Path
from scipy.spatial import ConvexHull

from cytoclust.gating._convex_polygon import clip_to_box, convex_hull, inside_convex, simplify

RNG = np.random.default_rng(0)


def area(polygon: np.ndarray) -> float:
    return float(ConvexHull(polygon).volume)


def test_points_inside_are_those_of_another_program() -> None:
    polygon = convex_hull(RNG.standard_normal((30, 2)))
    x, y = RNG.standard_normal((2, 5_000))
    expected = Path(polygon).contains_points(np.column_stack([x, y]))
    np.testing.assert_array_equal(inside_convex(polygon, x, y), expected)
    np.testing.assert_array_equal(inside_convex(polygon[::-1].copy(), x, y), expected)


def test_what_is_not_a_number_is_outside() -> None:
    square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
    x = np.array([0.5, np.nan, 0.5, np.inf], dtype=np.float32)
    y = np.array([0.5, 0.5, np.nan, 0.5], dtype=np.float32)
    np.testing.assert_array_equal(inside_convex(square, x, y), [True, False, False, False])


def test_fewer_corners_cut_little_off() -> None:
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    circle = np.column_stack([np.cos(angle), np.sin(angle)])
    octagon = simplify(circle, 8)
    assert len(octagon) == 8
    assert area(octagon) >= 0.97 * (2 * np.sqrt(2))  # the regular one in a circle is the largest
    assert inside_convex(circle, *octagon.T).all()


def test_clipped_to_a_box() -> None:
    triangle = np.array([[0.0, 0], [4, 0], [0, 4]])
    clipped = clip_to_box(triangle, np.array([1.0, -1.0]), np.array([3.0, 10.0]))
    np.testing.assert_allclose(area(clipped), 4.0)  # a trapezium of heights 3 and 1, 2 wide
    assert clipped[:, 0].min() == 1.0
    assert clipped[:, 0].max() == 3.0


def test_clipped_away() -> None:
    assert len(clip_to_box(np.array([[0.0, 0], [1, 0], [0, 1]]), np.array([2.0, 2.0]), np.array([3.0, 3.0]))) == 0
