"""The dialogue engine of the product: Vietnamese text handling and what Rasa runs."""
