"""Temu Mitra's product: who lacks what, who can give it, and what became of it."""

import os

# Our matrices are small: threads of the linear algebra would wait for each other longer than they work (fitting
# weights took 13 times as long on two busy cores), and sums could differ with their number.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
