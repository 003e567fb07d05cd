"""One script for each peer, run in the peer's own environment: nothing of cytoclust is imported there."""
