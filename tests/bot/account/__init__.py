"""Stories of the area “account”."""
