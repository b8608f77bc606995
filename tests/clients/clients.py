"""Installs the real clients, pinned, into a folder below the user's cache.

The folder's name is a hash of the pins, so it is warm the second time and never stale.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PINS = ["requirements.txt", "package.json", "package-lock.json"]


def home() -> Path:
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for name in PINS:
        digest.update((HERE / name).read_bytes())
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "xenios-tests" / digest.hexdigest()[:16]


def python() -> Path:
    return home() / "venv" / "bin" / "python"


def install() -> None:
    """What is there already is left as it is; a half-made folder is made again."""
    there = home()
    if (there / "complete").exists():
        return
    print(f"installing the clients into {there}", flush=True)
    shutil.rmtree(there, ignore_errors=True)
    there.mkdir(parents=True)
    run = lambda *command: subprocess.run(command, check=True, cwd=there, stdin=subprocess.DEVNULL)
    run(sys.executable, "-m", "venv", "venv")
    run(python(), "-m", "pip", "install", "--quiet", "--no-deps", "--disable-pip-version-check",
        "-r", HERE / "requirements.txt")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, there)
    run("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent")
    (there / "complete").touch()
