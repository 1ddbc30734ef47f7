"""Who is the contract's owner: a one-time code sent to the contract's phone opens a short session."""
