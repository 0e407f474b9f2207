"""Whether what was promised and done has helped: the rule, and when it is applied, once for each promise."""
