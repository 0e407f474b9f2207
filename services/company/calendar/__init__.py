"""The company's days off: whose public holidays are kept, and the days that HR adds or takes away."""
