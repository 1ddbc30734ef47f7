"""How well messages are understood: figures, their page, and what may not get worse."""
