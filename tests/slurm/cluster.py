"""A Slurm of one node for tests: no systemd, no control groups, no accounting; all in a folder of its own."""

import ctypes
import fcntl
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

PACKAGES = ("slurmctld", "slurmd", "slurm-client", "munge")
PROGRAMS = ("slurmctld", "slurmd", "sbatch", "srun", "munged")
# Where all commands of Slurm look. SLURM_CONF could say otherwise, but Snakemake's plugin unsets it in jobs.
CONFIGURATION = Path("/etc/slurm/slurm.conf")
FIELDS = ("jobid", "state", "name", "comment", "restartcnt", "minmemory", "reason")
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no tests of another session have a Slurm here: a machine can have one only."""
    with open(Path(tempfile.gettempdir()) / f"rsmi-slurm-{os.geteuid()}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def missing() -> str:
    """Return why no Slurm can be started here, if so; what only has to be installed is installed."""
    packages = " ".join(PACKAGES)
    if os.geteuid() != 0:
        return f"needs root and the Debian packages {packages}"
    if CONFIGURATION.exists() and not _left_behind():
        return f"{CONFIGURATION} is of another Slurm"
    if not all(map(shutil.which, PROGRAMS)) and not _install():
        return f"needs the Debian packages {packages}, which apt-get did not install"
    return ""


def _left_behind() -> bool:
    """Return whether the configuration is that of a test that was killed, whose Slurm has ended with it."""
    if not CONFIGURATION.is_symlink() or not shutil.which("scontrol"):
        return False
    return subprocess.run(["scontrol", "ping"], capture_output=True).returncode != 0


def _install() -> bool:
    """Install Slurm by apt-get; return whether that worked."""
    if not shutil.which("apt-get"):
        return False
    install = ("install", "--yes", "--no-install-recommends", "--option=DPkg::Lock::Timeout=60", *PACKAGES)
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    # The lists of packages are brought up to date only where they do not serve as they are.
    for arguments in (install, ("update",), install):
        try:
            done = subprocess.run(["apt-get", *arguments], env=environment, capture_output=True, timeout=180)
        except subprocess.TimeoutExpired:
            return False
        if arguments is install and done.returncode == 0:
            return True
    return False


def _free_ports(number: int) -> list[int]:
    """Return ports of this machine that nobody listens to."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def _tie_to_parent() -> None:
    """Let the process that is being started end with this one, and inherit orphaned descendants."""
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)


class Cluster:
    """Daemons of Slurm, started on entry and stopped on exit. `cpus` is what the node says that it has."""

    def __init__(self, cpus: int = 2):
        # Short, since the path of a socket may not be long; pytest's own folders are.
        self.directory = Path(tempfile.mkdtemp(prefix="slurm-"))
        self.cpus = cpus
        self.node = socket.gethostname().split(".")[0]
        self.daemons: dict[str, subprocess.Popen] = {}

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_):
        self.stop()

    def start(self) -> None:
        """Write the configuration, start the daemons and wait until the node takes jobs."""
        for name in ("controller", "node", "log"):
            (self.directory / name).mkdir()
        key = self.directory / "munge.key"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        self._configuration().write_text(self._settings())
        CONFIGURATION.parent.mkdir(exist_ok=True)
        CONFIGURATION.unlink(missing_ok=True)
        CONFIGURATION.symlink_to(self._configuration())
        files = {"key-file": "munge.key", "socket": "munge.socket", "pid-file": "munge.pid"}
        files |= {"log-file": "log/munge.log", "seed-file": "munge.seed"}
        options = [f"--{name}={self.directory / file}" for name, file in files.items()]
        self._launch("munged", "--foreground", "--force", *options)
        self.wait_for(lambda: (self.directory / "munge.socket").exists(), "munged has no socket")
        self._launch("slurmctld", "-D")
        self._launch("slurmd", "-D", "-N", self.node)
        self._wait_for_node()

    def stop(self) -> None:
        """End what was started, jobs too, and nothing else."""
        if "slurmd" in self.daemons:
            self.kill_node()
        for name in ("slurmctld", "munged"):
            if name in self.daemons:
                self.end(name)
        if CONFIGURATION.is_symlink() and CONFIGURATION.readlink() == self._configuration():
            CONFIGURATION.unlink()
        shutil.rmtree(self.directory, ignore_errors=True)

    def end(self, name: str) -> None:
        """End a daemon in an orderly way, if it will."""
        daemon = self.daemons.pop(name)
        daemon.terminate()
        try:
            daemon.wait(timeout=10)
        except subprocess.TimeoutExpired:
            daemon.kill()
            daemon.wait()

    def kill_node(self) -> None:
        """End slurmd and all its jobs without warning, as a power failure would."""
        daemon = self.daemons.pop("slurmd")
        # All of them descend from slurmd, which inherits orphans.
        descendants = psutil.Process(daemon.pid).children(recursive=True) if daemon.poll() is None else []
        for process in [daemon, *descendants]:
            try:
                process.kill()
            except psutil.NoSuchProcess:
                continue
        daemon.wait()

    def restart_node(self) -> None:
        """Kill the node, let Slurm notice, and start it again."""
        self.kill_node()
        self.command("scontrol", "update", f"NodeName={self.node}", "State=DOWN", "Reason=power")
        self._launch("slurmd", "-D", "-N", self.node)
        self.command("scontrol", "update", f"NodeName={self.node}", "State=RESUME")
        self._wait_for_node()

    def jobs(self) -> list[dict[str, str]]:
        """Return all jobs since the start, ended ones too."""
        form = ",".join(f"{field}:200" for field in FIELDS)
        lines = self.command("squeue", "--noheader", "--states=all", f"--Format={form}").splitlines()
        return [
            {name: line[200 * i : 200 * (i + 1)].strip() for i, name in enumerate(FIELDS)} for line in lines
        ]

    def command(self, *arguments: str) -> str:
        """Run a command of Slurm and return what it prints."""
        result = subprocess.run(arguments, capture_output=True, text=True, timeout=60)
        assert result.returncode == 0, f"{arguments}: {result.stdout}{result.stderr}"
        return result.stdout

    def logs(self) -> str:
        """Return the ends of the logs of all daemons, for a test that fails."""
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}"
            for path in sorted((self.directory / "log").glob("*"))
        )

    def _configuration(self) -> Path:
        return self.directory / "slurm.conf"

    def _settings(self) -> str:
        """Return the configuration of Slurm; what it has by default on a cluster is shortened for tests."""
        controller, node = _free_ports(2)
        folder = self.directory
        return f"""
ClusterName=test
SlurmctldHost={self.node}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
# cred_expire is also how long a job that is started again waits.
AuthInfo=socket={folder}/munge.socket,cred_expire=5
StateSaveLocation={folder}/controller
SlurmdSpoolDir={folder}/node
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/log/slurmctld.log
SlurmdLogFile={folder}/log/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
MailProg=/bin/true
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
KillWait=2
ReturnToService=2
# Processors and memory are those of this file, whatever the machine has.
SlurmdParameters=config_overrides
NodeName={self.node} NodeAddr=127.0.0.1 CPUs={self.cpus} RealMemory=32000 State=UNKNOWN
PartitionName=main Nodes={self.node} Default=YES MaxTime=1-0 State=UP
"""

    def _launch(self, name: str, *arguments: str) -> None:
        # /usr/sbin is not in every user's path.
        program = shutil.which(name) or f"/usr/sbin/{name}"
        with open(self.directory / "log" / f"{name}.out", "a") as log:
            self.daemons[name] = subprocess.Popen(
                [program, *arguments],
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_tie_to_parent,
            )

    def _wait_for_node(self) -> None:
        def idle():
            result = subprocess.run(["sinfo", "--noheader", "--format=%T"], capture_output=True, text=True)
            return result.stdout.strip() in ("idle", "mixed", "allocated")

        self.wait_for(idle, "the node takes no jobs")

    def wait_for(self, condition, complaint: str, seconds: float = 30) -> None:
        """Wait until a condition holds, or raise `RuntimeError` with the complaint."""
        deadline = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > deadline:
                raise RuntimeError(f"{complaint}\n{self.logs()}")
            time.sleep(0.1)
