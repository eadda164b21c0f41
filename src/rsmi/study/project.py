"""Where the files of the workflow lie: in the package once it is installed, above `src` in a clone."""

from pathlib import Path

PACKAGE = Path(__file__).parent.parent
# Holds Snakefile, workflow, envs, profiles and studies.
ROOT = PACKAGE if (PACKAGE / "Snakefile").exists() else PACKAGE.parent.parent
SNAKEFILE = ROOT / "Snakefile"
SCHEMA = ROOT / "workflow/schemas/config.schema.yaml"
# What `rsmi init` writes.
STUDY = ROOT / "workflow/init"
PROFILE = ROOT / "profiles/default/config.yaml"
