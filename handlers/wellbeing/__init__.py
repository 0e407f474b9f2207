"""Handlers of the area “wellbeing”: one router a module."""
