"""Handlers of the area “summary”: one router a module."""
