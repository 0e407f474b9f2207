"""Handlers of the area “outreach”: one router a module."""
