"""The operator's side: health, metrics, logs, error reports, and `doctor`."""
