"""Exact and nearly exact results to hold samplers and estimators to.

| module | system | results |
|---|---|---|
| `ising` | Ising model: torus, infinite lattice, ring | energy, specific heat, magnetisation, enumeration |
| `dimers` | interacting dimers, 4 x 4 and 6 x 6 | all coverings, energy, specific heat |
| `dimers_torus` | interacting dimers, up to 8 x 8 | counts by winding and energy; averages at any T |
| `free_dimers` | dimers at T = inf: torus, infinite lattice | numbers of coverings, correlations, winding |
| `chipping` | chipping and aggregation, rings | steady state, transition, condensate; limits of I(h:E) |
| `channel` | any known joint distribution | information of a channel |
| `ising_chain_information` | Ising chain and ring | I(V:E), I(H:E) |
| `ising_torus_information` | Ising model, 6 x 6 torus | I(V:E), I(H:E), the best of all rules |
| `ising_information` | Ising model, large lattices | I(H:E) up to sampling errors, best linear rule |
| `dimers_information` | interacting dimers, large lattices | I(V:E), I(H:E) up to sampling errors |
| `dimers_rules` | interacting dimers, large lattices | best linear rules, best rules of any kind found |
"""
