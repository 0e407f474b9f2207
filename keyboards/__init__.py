"""Buttons: what their data says, and the rows in which they stand."""
