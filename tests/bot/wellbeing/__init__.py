"""Stories of the area “wellbeing”."""
