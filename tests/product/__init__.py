"""The whole product, started as a user starts it, and its processes killed."""
