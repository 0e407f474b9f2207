"""What every update passes before it reaches a handler."""
