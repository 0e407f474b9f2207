"""Stories of the area “company”."""
