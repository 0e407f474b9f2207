"""Pure functions from what a service returns, with a translator, to a screen."""
