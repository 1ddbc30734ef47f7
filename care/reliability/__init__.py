"""How reliable the supply was (SAIDI, SAIFI, CAIDI) and how well requests were served, by month."""
