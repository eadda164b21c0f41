import os
import subprocess
import sys

import numpy as np

from rsmi.__main__ import COMMANDS, main


def test_an_unknown_command_lists_those_that_there_are(capsys):
    assert main(["nothing"]) == 2
    printed = capsys.readouterr().err
    assert all(name in printed for name in COMMANDS)


def test_commands_run_on_one_thread(tmp_path):
    """Else `rsmi plan`, which counts processor time, counts threads that wait."""
    environment = {k: v for k, v in os.environ.items() if not k.endswith("NUM_THREADS")}
    code = (
        "import rsmi.__main__ as m, sys\n"
        "m.COMMANDS['probe'] = ('rsmi_probe', '')\n"
        "sys.exit(m.main(['probe']))\n"
    )
    (tmp_path / "rsmi_probe.py").write_text(
        "import torch\ndef main(arguments):\n    print(torch.get_num_threads())\n"
    )
    environment["PYTHONPATH"] = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)
    assert result.stdout.strip() == "1", result.stderr


def test_a_reader_that_stops_early_is_no_error(tmp_path):
    np.save(tmp_path / "a=1.npy", np.random.default_rng(0).normal(size=(8, 40, 8, 8)))
    command = f"{sys.executable} -m rsmi check 'a={{control}}.npy' --symbol a | head -1"
    done = subprocess.run(command, shell=True, cwd=tmp_path, capture_output=True, text=True)
    assert "file" in done.stdout and done.stderr == ""
