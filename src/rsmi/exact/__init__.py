"""Exact and nearly exact results to check samplers and estimators against.

| module | system | results |
|---|---|---|
| `ising.thermodynamics` | Ising: torus, infinite lattice, ring | energy, specific heat, magnetisation |
| `ising.chain` | Ising chain and ring | I(V:E), I(H:E) |
| `ising.torus` | Ising model, 6 x 6 torus | I(V:E), I(H:E), the best of all rules |
| `ising.information` | Ising model, large lattices | I(V:E), I(H:E) up to sampling errors |
| `ising.best_rules` | Ising model, large lattices | best linear rules found |
| `dimers.coverings` | interacting dimers, 4 x 4 and 6 x 6 | all coverings, energy, specific heat |
| `dimers.torus` | interacting dimers, up to 8 x 8 | counts by winding and energy; averages at any T |
| `dimers.free` | dimers at T = inf: torus, infinite lattice | numbers of coverings, correlations, winding |
| `dimers.information` | interacting dimers, large lattices | I(V:E), I(H:E) up to sampling errors |
| `dimers.best_rules` | interacting dimers, large lattices | best linear rules, best rules of any kind found |
| `chipping` | chipping and aggregation, rings | steady state, transition, condensate; limits of I(h:E) |
| `referee` | what the two of large lattices share | information of channels, ring by ring |
| `channel` | any known joint distribution | information of a channel |
"""
