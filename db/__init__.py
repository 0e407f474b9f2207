"""The database: the two doors to it, what counts as an outage, and locks that are released with their process."""
