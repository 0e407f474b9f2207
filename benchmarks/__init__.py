"""How fast it is: `python -m benchmarks.press`, `… .startup`, `… .tick`, `… .gate`."""
