"""Ising models: averages of the torus, the infinite lattice and the ring; information of a block."""
