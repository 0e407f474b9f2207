"""Screens of check-in, pulse, results, history, dashboard, steps and breathing."""
