"""The pages, a file an audience."""
