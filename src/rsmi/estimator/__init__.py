"""RSMI-NE: co-trained coarse-graining filters and lower bounds on the information that they keep.

D. E. Gökmen, Z. Ringel, S. D. Huber and M. Koch-Janusz, "Phase diagrams with real-space mutual
information neural estimation" (2021), section II and appendix B. Equation numbers in this package are of
that paper. All information is in nats.
"""
