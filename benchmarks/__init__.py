"""Benchmarks of booconf as ratios measured in one run; `python -m benchmarks` from the top folder (docs/performance.md)."""
