"""Ansible's `community.general` xenserver modules, unmodified, run the playbooks beside this file."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import clients
from pool import PoolTest
from server import PASSWORD

PLAYBOOKS = Path(__file__).with_name("playbooks")


class Playing(PoolTest):
    def everything(self) -> set[tuple[str, str]]:
        """What a playbook could leave behind."""
        kinds = {"VM": self.api.VM, "VBD": self.api.VBD, "VIF": self.api.VIF, "network": self.api.network}
        found = {(kind, ref) for kind, calls in kinds.items() for ref in calls.get_all()}
        return found | {("VDI", ref) for ref in self.managed_disks()}

    def play(self, name: str, url: str):
        venv = clients.home() / "venv"
        variables = {
            "ansible_python_interpreter": str(venv / "bin" / "python"),
            "pool": {"hostname": url, "username": "root", "password": PASSWORD, "validate_certs": False},
            "network": self.api.network.get_name_label(self.network()),
            "other_network": "Pool-wide network 1",
            "storage": self.api.SR.get_name_label(self.default_sr()),
            "template": self.api.VM.get_name_label(self.template()),
        }
        with tempfile.TemporaryDirectory() as home:
            environment = os.environ | {
                "ANSIBLE_HOME": home, "ANSIBLE_LOCAL_TEMP": home, "ANSIBLE_NOCOLOR": "1", "ANSIBLE_LOCALHOST_WARNING": "0",
                "LC_ALL": "C.UTF-8",
            }
            done = subprocess.run(
                [venv / "bin" / "ansible-playbook", "-i", "localhost,", "-c", "local", "-e", json.dumps(variables),
                 PLAYBOOKS / name],
                capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL, env=environment,
            )
        self.assertEqual(done.returncode, 0, done.stdout[-6000:] + done.stderr[-2000:])


class Ansible(Playing):
    spec = "hosts=3,vms=10,seed=5"

    def test_facts(self):
        place = Path("/var/lib/xcp/xapi")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(self.server.socket)
        except OSError as error:
            self.skipTest(f"xenserver_facts knows only {place}: {error}")
        self.addCleanup(place.unlink)
        self.play("facts.yml", self.server.url)

    def test_a_guest_is_made_changed_and_removed(self):
        before = self.everything()
        self.play("guest.yml", self.server.tls_url)
        self.assertEqual(self.everything(), before)

    def test_every_power_state(self):
        self.play("powerstate.yml", self.server.url)


class AnsibleFromNothing(Playing):
    spec = "hosts=3,vms=0,networks=2,seed=5"

    def test_provisions_and_takes_down_again(self):
        before = self.everything()
        self.play("provision.yml", self.server.tls_url)
        self.assertEqual(self.everything(), before)
