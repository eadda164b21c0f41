"""The figures of D. E. Gökmen et al. (2021), Phys. Rev. E 104, 064106, one module each."""
