"""The conversation itself: custom actions, one module per customer need; they meet the care backend over HTTP."""
