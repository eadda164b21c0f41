"""A study as the workflow sees it, and the commands that ask about one; nothing here is physics.

| module | question |
|---|---|
| `config` | is the YAML file right? Every wording of an error is here |
| `layout` | which files has the study, and which settings does each job get? |
| `lattice` | what does an entry of `models` look like: lattice, control parameter? |
| `cost`, `plan` | what will a job, or the study, take? |
| `job`, `running`, `resume` | how does a job begin, who runs the study, what did a killed run leave? |
| `progress`, `budget` | what remains, and where did the time go? |
| `why` | why would a job run? |
| `check` | can these files of configurations be used, and how? |
"""
