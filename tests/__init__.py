"""The tests: a folder per area, one vocabulary in `fakes/stage.py`."""
