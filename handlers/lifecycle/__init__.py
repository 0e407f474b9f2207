"""Handlers of the area “lifecycle”: one router a module."""
