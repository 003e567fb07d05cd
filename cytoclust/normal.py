"""Numbers that follow from the normal distribution, each rounded to what stands in textbooks; Φ is its integral."""

from typing import Final

__all__ = ["BANDWIDTH", "ERROR_OF_MEDIAN", "INTERQUARTILE", "QUARTILE", "SD_OF_MAD", "TENTHS", "TWO_SIDED"]

SD_OF_MAD: Final = 1.4826
"""Standard deviation over the median absolute deviation. Derived: 1 / Φ⁻¹(3/4) = 1.48260."""
QUARTILE: Final = 0.6745
"""Standard deviations from the middle within which half of the events lie. Derived: Φ⁻¹(3/4) = 0.67449."""
INTERQUARTILE: Final = 1.349
"""Standard deviations between the quartiles. Derived: 2 Φ⁻¹(3/4) = 1.34898."""
TENTHS: Final = 2.56
"""Standard deviations between the 10 % and the 90 % quantile. Derived: 2 Φ⁻¹(0.9) = 2.5631."""
TWO_SIDED: Final = 1.96
"""Standard errors on either side of a 95 % interval. Derived: Φ⁻¹(0.975) = 1.95996."""
ERROR_OF_MEDIAN: Final = 1.25
"""Standard error of the median of n events, in standard deviations / √n. Derived: √(π / 2) = 1.2533 for large n."""
BANDWIDTH: Final = 1.06
"""Of a Gaussian kernel, in standard deviations × n^(-1/5). Source: Silverman 1986, Density Estimation, section 3.4.2;
derived: (4/3)^(1/5) = 1.0592 has the least mean integrated squared error for a normal density."""
