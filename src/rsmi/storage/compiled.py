"""Where Numba keeps what it compiles: beside the code or in the user's cache, else in a temporary folder.

Numba itself refuses to compile where it can write to neither: a read-only installation and no home, as in a
container or for a user without an account.
"""

import os
import stat
import sys
import warnings

SOURCE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SETTING = "NUMBA_CACHE_DIR"
NAME = "rsmi-numba"


def find_place() -> None:
    """Choose a temporary folder for this process and its children if Numba has no place to write to.

    What the user has set stays as it is. Warns, with the remedy.
    """
    given = os.environ.get(SETTING)
    # One of ours may come from a process on another machine, where somebody else may own that name.
    if given and not os.path.basename(given).startswith(NAME):
        return
    numba = sys.modules.get("numba")
    if not given and numba is not None and numba.config.CACHE_DIR:
        return
    if writable(user_cache()) or all(writable(folder) for folder in _beside_code()):
        return
    remedy = f"set {SETTING} to a folder of your own"
    try:
        place = temporary()
    except OSError as error:
        warnings.warn(f"Numba finds no place for what it compiles ({error}); {remedy}", stacklevel=3)
        return
    if given != place:
        warnings.warn(
            f"neither {SOURCE} nor {user_cache()} can be written to, so what Numba compiles goes to {place}, "
            f"which may not last; {remedy}",
            stacklevel=3,
        )
    os.environ[SETTING] = place
    if numba is not None:
        numba.config.CACHE_DIR = place


def user_cache() -> str:
    """Return the folder where Numba keeps what it compiles for a user."""
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Caches/numba")
    return os.path.join(os.environ.get("XDG_CACHE_HOME", os.path.expanduser("~/.cache")), "numba")


def writable(folder: str) -> bool:
    """Tell whether one can write to a folder, or make it."""
    # Of a user without an account and without HOME.
    if folder.startswith("~"):
        return False
    while not os.path.lexists(folder):
        folder = os.path.dirname(folder) or "."
    return os.path.isdir(folder) and os.access(folder, os.W_OK | os.X_OK)


def _beside_code() -> list[str]:
    """Return the folders where Numba keeps what it compiles beside the code."""
    return [
        os.path.join(folder, "__pycache__")
        for folder, _, files in os.walk(SOURCE)
        if any(file.endswith(".py") for file in files)
    ]


def temporary() -> str:
    """Return a temporary folder of this user, in which nobody else can write: what is kept there is run.

    Raises `OSError` where there is none.
    """
    # Most processes can do without it.
    import tempfile

    place = os.path.join(tempfile.gettempdir(), f"{NAME}-{os.getuid()}")
    try:
        os.mkdir(place, 0o700)
    except FileExistsError:
        about = os.lstat(place)
        ours = stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid() and not about.st_mode & 0o022
        if not ours:
            return tempfile.mkdtemp(prefix=f"{NAME}-")
    return place
