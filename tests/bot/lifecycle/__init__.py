"""Stories of the area “lifecycle”."""
