"""The composition root: one small module per process, and the supervisor that starts them."""
