"""Owns the data and the story the product starts with; it enters through the use cases, never by raw INSERT."""
