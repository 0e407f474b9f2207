"""Stories of the area “outreach”."""
