"""The one gate: everything about other people is measured, coarsened and published here."""
