"""Asking HR to be contacted: the requests, and what state they are in."""
