"""Mail as a door: letters become tickets or notes on them, and are answered with the ticket's code."""
