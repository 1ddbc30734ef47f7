"""Demonstration data: invented customers in all 34 provinces, outages around now. Never in production."""

from care.demo.load import ensure_demo, sample_codes
from care.demo.people import MOST

__all__ = ["MOST", "ensure_demo", "sample_codes"]
