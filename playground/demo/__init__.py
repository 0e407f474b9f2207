"""The demonstration that `make demo` plays in the terminal."""
