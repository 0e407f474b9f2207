"""The invented company of the playground."""
