"""Handlers of the area “account”: one router a module."""
