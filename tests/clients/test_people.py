"""People of a file: `xenios password`, external authentication, and what their roles let them do."""

import os
import subprocess
import tempfile
from pathlib import Path

import XenAPI
from pool import PoolTest

NAMES = {"alice": "operators", "bob": "readers", "carol": ""}


def hash_of(password: str) -> str:
    done = subprocess.run([os.environ["XENIOS_BINARY"], "password"], input=password + "\n", capture_output=True, text=True, check=True)
    return done.stdout.strip()


class People(PoolTest):
    spec = "hosts=2,vms=4,seed=7"

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "people"
        self.lines = {name: f"{name}:{hash_of(name + ' is in')}:{group}:{name.title()}:" for name, group in NAMES.items()}
        self.write()
        self.pool = self.api.pool.get_all()[0]
        with self.fails("AUTH_UNKNOWN_TYPE", "AD"):
            self.api.pool.enable_external_auth(self.pool, {}, "example.net", "AD")
        self.api.pool.enable_external_auth(self.pool, {"path": str(self.file)}, "example.net", "file")
        self.addCleanup(self.api.pool.disable_external_auth, self.pool, {})

    def write(self):
        self.file.write_text("# people\n" + "".join(line + "\n" for line in self.lines.values()))

    def let_in(self, name: str, role: str):
        sid = self.api.auth.get_subject_identifier(name)
        about = self.api.auth.get_subject_information_from_identifier(sid)
        subject = self.api.subject.create({"subject_identifier": sid, "other_config": about})
        self.addCleanup(self.api.subject.destroy, subject)
        self.api.subject.add_to_roles(subject, self.api.role.get_by_name_label(role)[0])

    def login(self, name: str):
        session = XenAPI.Session(self.server.url)
        session.login_with_password(name, name + " is in", "2.21", "xenios tests")
        self.addCleanup(session.xenapi.session.logout)
        return session.xenapi

    def test_groups_come_in_with_their_roles(self):
        self.let_in("operators", "vm-operator")
        self.let_in("readers", "read-only")
        alice, bob = self.login("alice"), self.login("bob")
        vm = next(ref for ref, vm in self.api.VM.get_all_records().items()
                  if vm["power_state"] == "Halted" and not vm["is_a_template"])
        with self.fails("RBAC_PERMISSION_DENIED"):
            bob.VM.start(vm, False, False)
        alice.VM.start(vm, False, False)
        self.assertEqual(bob.VM.get_power_state(vm), "Running")
        with self.fails("RBAC_PERMISSION_DENIED"):
            alice.VM.clone(vm, "not for her")
        alice.VM.hard_shutdown(vm)
        with self.fails("SESSION_AUTHENTICATION_FAILED"):
            self.login("carol")

    def test_who_is_locked_or_has_another_password_stays_out(self):
        self.let_in("alice", "pool-admin")
        self.login("alice")
        self.lines["alice"] += "locked"
        self.write()
        with self.fails("SESSION_AUTHORIZATION_FAILED", "alice", "the account is locked"):
            self.login("alice")
        self.lines["alice"] = f"alice:{hash_of('something else')}:::"
        self.write()
        with self.fails("SESSION_AUTHENTICATION_FAILED"):
            self.login("alice")
