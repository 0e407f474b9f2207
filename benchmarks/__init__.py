"""How fast it is: `python -m benchmarks.press`, `python -m benchmarks.startup`."""
