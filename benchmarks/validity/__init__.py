"""Whether names, statuses and claims hold, on cohorts whose truth is known: ``python -m benchmarks.validity``."""
