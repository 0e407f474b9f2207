"""Stories of the area “summary”."""
