"""A simulated storm: what truly fails, who calls when, and how well incidents found it out."""
