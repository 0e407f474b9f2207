"""A playground from outside: its processes, and people driven over HTTP."""
