"""The public-service portal's requests: filed by its file number, signed both ways, its status kept up to date there."""
