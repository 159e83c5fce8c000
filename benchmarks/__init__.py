"""Benchmarks of booconf, as ratios measured in one run: `python -m benchmarks` (docs/performance.md)."""
