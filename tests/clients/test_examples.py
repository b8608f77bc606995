"""The example programs do what they say."""

import subprocess
import sys
from pathlib import Path

from pool import PoolTest
from server import PASSWORD

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


class Examples(PoolTest):
    def command(self, name: str, url: str, *more: str) -> list[str]:
        return [sys.executable, str(EXAMPLES / name), url, "root", PASSWORD, *more]

    def homes(self) -> dict:
        return {ref: vm["resident_on"] for ref, vm in self.api.VM.get_all_records().items()
                if vm["power_state"] == "Running" and not vm["is_control_domain"]}

    def test_rotate_moves_all_and_three_rounds_bring_them_home(self):
        before = self.homes()
        one = subprocess.run(self.command("rotate.py", self.server.url, "--rounds", "1"), capture_output=True, text=True)
        self.assertEqual(one.returncode, 0, one.stdout + one.stderr)
        after = self.homes()
        self.assertEqual(set(before), set(after))
        self.assertFalse([ref for ref in before if before[ref] == after[ref]])
        rest = subprocess.run(self.command("rotate.py", self.server.tls_url, "--rounds", "2", "--insecure"),
                              capture_output=True, text=True)
        self.assertEqual(rest.returncode, 0, rest.stdout + rest.stderr)
        self.assertEqual(self.homes(), before)

    def test_watch_events_prints_what_happens(self):
        watcher = subprocess.Popen(self.command("watch_events.py", self.server.url, "--seconds", "3"),
                                   stdout=subprocess.PIPE, text=True)
        self.assertEqual(watcher.stdout.readline(), "watching\n")
        vm = self.api.VM.get_by_name_label("vm-0005")[0]
        self.api.VM.set_name_description(vm, "seen")
        clone = self.api.VM.clone(self.template(), "seen coming and going")
        told = ""
        while f"add vm {clone} seen coming and going" not in told and (line := watcher.stdout.readline()):
            told += line
        self.api.VM.destroy(clone)
        told += watcher.communicate(timeout=20)[0]
        self.assertEqual(watcher.returncode, 0)
        self.assertIn(f"mod vm {vm} vm-0005", told)
        self.assertIn(f"del vm {clone}", told)
