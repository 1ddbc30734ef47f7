"""Files attached to tickets: what they really are, where they are kept."""
