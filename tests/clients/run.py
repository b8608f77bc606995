"""Runs real, unmodified clients against the built binary: `run.py --binary PATH [TEST…]`.

A TEST is a name as unittest takes it: `test_kill`, `test_life.Life.test_pauses`.
The last line is `clients: N passed, N failed`.
"""

import argparse
import os
import subprocess
import sys
import unittest
from pathlib import Path

import clients

HERE = Path(__file__).resolve().parent


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("tests", nargs="*")
    arguments = parser.parse_args()
    if Path(sys.prefix) != clients.home() / "venv":
        clients.install()
        return subprocess.run([clients.python(), *sys.argv]).returncode
    os.environ["XENIOS_BINARY"] = str(arguments.binary.resolve(strict=True))
    # The proxies of this computer have no business between two loopback addresses.
    os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
    loader = unittest.TestLoader()
    suite = loader.loadTestsFromNames(arguments.tests) if arguments.tests else loader.discover(str(HERE))
    result = unittest.TextTestRunner(verbosity=2).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    passed = result.testsRun - failed - len(result.skipped)
    skipped = f", {len(result.skipped)} skipped" if result.skipped else ""
    sys.stderr.flush()
    print(f"clients: {max(passed, 0)} passed, {failed} failed{skipped}", flush=True)
    return 1 if failed or not result.testsRun else 0


if __name__ == "__main__":
    sys.exit(main())
