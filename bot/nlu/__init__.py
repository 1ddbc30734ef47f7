"""What the bot understands of a message: one component for its wishes, one for the facts in it."""
