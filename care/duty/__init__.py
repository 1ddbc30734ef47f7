"""Duty alerts: what a person on duty must hear of at once, told once in the staff's group, acknowledged by a button."""
