"""Handlers of the area “company”: one router a module."""
