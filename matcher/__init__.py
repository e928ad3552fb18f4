"""Temu Mitra's product: who lacks what, who can give it, and what became of it."""
