"""Incidents: reports of no power that are close in time and network become one, and one news for all of them."""
