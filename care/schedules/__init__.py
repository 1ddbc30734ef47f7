"""Schedules of planned outages as the corporations publish them: CSV, Excel, JSON; bad rows told, good ones taken."""
