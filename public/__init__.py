"""What anyone may see without signing in: look-ups, outage pages and feeds, figures, the request form, Open311."""

from public.doors import blueprints

__all__ = ["blueprints"]
