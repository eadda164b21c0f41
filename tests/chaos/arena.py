"""Where chaos happens: a copy of the project made of links, a miniature study, and the runs of it."""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import AbstractContextManager
from pathlib import Path

import matplotlib.image
import numpy as np
import psutil
import xarray as xr
import yaml

PROJECT = Path(__file__).parent.parent.parent
LINKS = ("Snakefile", "Makefile", "workflow", "profiles", "src", "envs", "pyproject.toml", ".venv")
DROP = ("setpriv", "--inh-caps=-all", "--bounding-set=-all")
# Bytes of the small file system; a finished miniature takes a few MB.
DISK = 48 << 20


class Run:
    """One call of ``make run`` in the arena, and its processes."""

    def __init__(self, process: subprocess.Popen) -> None:
        """Read the output as it comes, lest the pipe fills."""
        self._process = psutil.Process(process.pid)
        self._popen = process
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        """Read to the end, which comes when the last process that writes has ended."""
        with self._popen.stdout as output:
            self._lines.extend(output)

    @property
    def returncode(self) -> int | None:
        """The exit status, None while it runs."""
        return self._popen.poll()

    def alive(self) -> bool:
        """Tell whether it runs."""
        return self._popen.poll() is None

    def _descendants(self) -> list[psutil.Process]:
        try:
            return self._process.children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def _having(self, *words: str) -> list[psutil.Process]:
        found = []
        for process in self._descendants():
            try:
                command = process.cmdline()
            except psutil.Error:
                continue
            if command and "python" in command[0] and all(any(w in c for c in command) for w in words):
                found.append(process)
        return found

    def jobs(self) -> list[psutil.Process]:
        """Return the processes of the jobs."""
        return self._having(".snakemake/scripts/")

    def snakemake(self) -> psutil.Process | None:
        """Return the process of Snakemake while it runs jobs, not while it writes the report."""
        found = [p for p in self._having("bin/snakemake", "--cores") if "--report" not in p.cmdline()]
        return found[0] if found else None

    def signal_all(self, number: signal.Signals) -> str | None:
        """Send a signal to every process of this run."""
        if not self.alive():
            return None
        os.killpg(self._popen.pid, number)
        return "all processes"

    def wait(self, seconds: float) -> str:
        """Wait until it has ended and return what it printed; kill it if it takes longer."""
        try:
            self._popen.wait(seconds)
        except subprocess.TimeoutExpired:
            self.signal_all(signal.SIGKILL)
            self._lines.append("chaos: took too long, killed\n")
            self._popen.wait()
        self._reader.join(10)
        return "".join(self._lines)


class Arena(AbstractContextManager):
    """A directory in which ``make run`` runs the miniature, on a small file system and heeding permissions.

    A small file system needs root to be mounted, and is not there without; root is made to heed
    permissions, as ordinary users do, by taking its capabilities away.
    """

    def __init__(self, config: dict, cores: int = 2) -> None:
        """Make the directory."""
        self.base = Path(tempfile.mkdtemp(prefix="rsmi-chaos-"))
        self.directory = self.base / "project"
        self.directory.mkdir()
        self._config, self._cores = config, cores
        root = os.geteuid() == 0
        dropped = root and _works([*DROP, "true"])
        self._prefix = [*DROP, "make"] if dropped else ["make"]
        self.heeds_permissions = dropped or not root
        self.small_disk = root and self._mount()
        self.complaints: list[str] = []
        self.reset()

    def _mount(self) -> bool:
        """Mount a small file system; tell whether that is allowed here."""
        return _works(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(self.directory)])

    def __exit__(self, *_) -> None:
        """Take everything away."""
        if self.small_disk:
            subprocess.run(["umount", "--lazy", str(self.directory)], check=False)
        shutil.rmtree(self.base, ignore_errors=True)

    @property
    def root(self) -> Path:
        """The folder of the study."""
        return self.directory / "results" / self._config["study"]

    def reset(self) -> None:
        """Begin with nothing done."""
        for path in self.directory.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        for name in LINKS:
            (self.directory / name).symlink_to(PROJECT / name)
        (self.directory / "study.yaml").write_text(yaml.safe_dump(self._config))
        (self.base / "home").mkdir(exist_ok=True)

    def start(self) -> Run:
        """Start ``make run``."""
        environment = {k: v for k, v in os.environ.items() if k not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
        home = str(self.base / "home")
        environment |= {name: home for name in ("HOME", "NUMBA_CACHE_DIR", "MPLCONFIGDIR", "XDG_CACHE_HOME")}
        process = subprocess.Popen(
            [*self._prefix, "run", "CONFIG=study.yaml", f"CORES={self._cores}"],
            cwd=self.directory,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return Run(process)

    def pause(self, seconds: float) -> None:
        """Let things happen."""
        time.sleep(seconds)

    def complain(self, message: str, output: str) -> str:
        """Note what must not happen."""
        self.complaints.append(f"{message}:\n{output[-3000:]}")
        return message

    def values(self) -> dict[str, object]:
        """Return all scientific values of the study: arrays, tables as text, pictures as pixels."""
        found: dict[str, object] = {}
        for path in sorted(self.root.rglob("*")):
            name = str(path.relative_to(self.root))
            # How long it took is no scientific value.
            if name.startswith(("logs", "benchmarks", ".")) or "costs" in name or path.name.startswith("."):
                continue
            try:
                if path.suffix == ".nc":
                    found[name] = xr.load_dataset(path).drop_attrs(deep=True)
                elif path.suffix == ".csv":
                    found[name] = path.read_text()
                elif path.suffix == ".png":
                    found[name] = matplotlib.image.imread(path)
                elif path.suffix == ".pdf":
                    # The commit stands in it: here only whether it begins and ends as it should.
                    content = path.read_bytes()
                    found[name] = content[:5] + content[-6:]
            except Exception as error:
                found[name] = f"cannot be read: {error}"
        return found


def _works(command: list[str]) -> bool:
    """Run a command and tell whether it could be run, and went well."""
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def differences(ours: dict[str, object], reference: dict[str, object]) -> list[str]:
    """Name all that differs between what two arenas' `values` returned."""
    found = [f"{name} is missing" for name in reference if name not in ours]
    found += [f"{name} should not be there" for name in ours if name not in reference]
    for name in ours.keys() & reference.keys():
        one, other = ours[name], reference[name]
        if type(one) is not type(other):
            same = False
        elif isinstance(one, xr.Dataset):
            same = one.identical(other)
        elif isinstance(one, np.ndarray):
            same = np.array_equal(one, other)
        else:
            same = one == other
        if not same:
            found.append(f"{name} differs")
    return sorted(found)
