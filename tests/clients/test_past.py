"""`xenios explain`, `history`, `diff` and `revert`, as an administrator types them."""

import os
import subprocess

from pool import PoolTest


class Past(PoolTest):
    spec = "hosts=2,vms=4,seed=7"

    def xenios(self, word: str, *words: str) -> list[str]:
        command = [os.environ["XENIOS_BINARY"], word, "--socket", str(self.server.socket), *words]
        done = subprocess.run(command, capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.splitlines()

    def test_who_changed_what_and_back_again(self):
        vm = self.api.VM.get_by_name_label("vm-0001")[0]
        self.api.VM.set_name_description(vm, "first")
        first = self.xenios("history", "VM", "vm-0001", "--limit", "1")[0].split("  ")
        self.assertEqual(first[2:], ["root", "VM.set_name_description", "changed"])
        self.api.VM.set_name_description(vm, "second")
        self.assertIn("    name_description: first -> second", self.xenios("diff", first[0], "--of", "VM", "vm-0001"))
        self.assertEqual(self.xenios("revert", "VM", "vm-0001", first[0])[0], "reverted: name_description")
        self.assertEqual(self.api.VM.get_name_description(vm), "first")

    def test_what_would_happen(self):
        halted = next(vm for vm in self.api.VM.get_all_records().values()
                      if vm["power_state"] == "Halted" and not vm["is_a_template"])
        told = self.xenios("explain", "VM.start", halted["name_label"])
        self.assertTrue(any(line.endswith(f": create {halted['name_label']}") for line in told), told)
        self.assertEqual(self.api.VM.get_power_state(self.api.VM.get_by_uuid(halted["uuid"])), "Halted")
