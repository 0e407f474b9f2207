"""The state of the deployment itself: dead letters and health."""
