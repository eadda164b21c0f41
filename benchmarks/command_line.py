"""What the command lines of these scripts have in common. Needs nothing but Python itself."""

import argparse
from pathlib import Path


def parser_of(description: str, quick: bool = False) -> argparse.ArgumentParser:
    """Return a parser that shows `description` as it is written, with the option `--quick` if asked for."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    if quick:
        text = "a few seconds, to see that it runs; the numbers mean nothing"
        parser.add_argument("--quick", action="store_true", help=text)
    return parser


def results(name: str, quick: bool) -> Path:
    """Return the folder to write to, another one for numbers that mean nothing."""
    return Path("results/quick" if quick else "results", name)
