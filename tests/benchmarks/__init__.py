"""Benchmarks: `python -m tests.benchmarks --help`. Nothing here is timed by the test suite."""
