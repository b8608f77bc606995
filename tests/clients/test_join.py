"""Two processes become one pool, and two again."""

import tempfile
import unittest
from pathlib import Path

import XenAPI
from server import PASSWORD, Server, wait_until

NULL = "OpaqueRef:NULL"


class Join(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="xenios-join-")
        self.addCleanup(folder.cleanup)
        config = Path(folder.name) / "xapi.conf"
        config.write_text("fuse_time = 0.2\n")
        more = ["--config", str(config)]
        self.pool = Server("hosts=2,vms=4,seed=21", "max", data=Path(folder.name) / "pool", more=more)
        self.addCleanup(self.pool.close)
        self.other = Server("hosts=1,vms=3,srs=0,seed=22,running=0", "max", data=Path(folder.name) / "data", more=more)
        self.addCleanup(self.other.close)
        self.api = self.pool.login().xenapi
        self.there = self.other.login().xenapi

    def join(self, password=PASSWORD, address=None):
        self.there.pool.join(address or self.pool.tls_address, "root", password)

    def refused(self, call, *parameters) -> list:
        with self.assertRaises(XenAPI.Failure) as caught:
            call(*parameters)
        return caught.exception.details

    def is_member(self) -> bool:
        try:
            self.other.login()
        except XenAPI.Failure as failure:
            self.assertEqual(failure.details, ["HOST_IS_SLAVE", self.pool.tls_address])
            return True
        return False

    def joined(self) -> str:
        """The new host, as the pool knows it."""
        (host,) = self.there.host.get_all()
        self.uuid = self.there.host.get_uuid(host)
        self.join()
        wait_until(self.is_member, what="a member")
        return self.api.host.get_by_uuid(self.uuid)

    def test_joins_runs_and_leaves(self):
        brought = {vm["uuid"] for vm in self.there.VM.get_all_records().values() if not vm["is_a_template"]}
        host = self.joined()
        self.assertEqual(len(self.api.host.get_all()), 3)
        record = self.api.host.get_record(host)
        self.assertEqual(record["address"], self.other.tls_address)
        vms = {vm["uuid"]: ref for ref, vm in self.api.VM.get_all_records().items()}
        self.assertEqual(brought - set(vms), set())
        networks = self.api.network.get_all_records().values()
        bridges = [network["bridge"] for network in networks]
        self.assertEqual(len(bridges), len(set(bridges)), "networks of one bridge are one network")
        for sr, row in self.api.SR.get_all_records().items():
            if row["shared"]:
                self.assertEqual(len(row["PBDs"]), 3, row["name_label"])
        # What it brought runs on it: its disks are there.
        vm = next(vms[uuid] for uuid in brought if not self.api.VM.get_is_control_domain(vms[uuid]))
        self.api.VM.start_on(vm, host, False, False)
        self.assertEqual(self.api.VM.get_resident_on(vm), host)
        wait_until(lambda: self.api.VM.get_guest_metrics(vm) != NULL, what="the guest's agent")
        # What the pool had runs on it too: it sees the shared storage.
        other = next(ref for ref, row in self.api.VM.get_all_records().items()
                     if row["power_state"] == "Halted" and row["uuid"] not in brought
                     and not row["is_a_template"] and not row["is_control_domain"])
        self.api.VM.start_on(other, host, False, False)
        self.assertEqual(self.refused(self.api.pool.eject, host), ["OPERATION_NOT_ALLOWED", "VM resident on host"])
        for each in (vm, other):
            self.api.VM.hard_shutdown(each)
        self.api.pool.eject(host)
        self.assertEqual(len(self.api.host.get_all()), 2)
        wait_until(lambda: not self.is_member(), what="a pool of its own")
        own = self.other.login().xenapi
        (again,) = own.host.get_all()
        self.assertEqual(own.host.get_uuid(again), self.uuid)
        rows = [row for row in own.VM.get_all_records().values() if not row["is_a_template"]]
        self.assertEqual([row["is_control_domain"] for row in rows], [True])
        self.assertEqual(self.refused(self.api.host.get_by_uuid, self.uuid)[0], "UUID_INVALID")
        # It may come back.
        self.there = own
        self.assertEqual(self.api.host.get_uuid(self.joined()), self.uuid)

    def test_a_member_stays_one(self):
        host = self.joined()
        vm = next(ref for ref, row in self.api.VM.get_all_records().items()
                  if host in self.api.VM.get_possible_hosts(ref)
                  and not row["is_a_template"] and not row["is_control_domain"] and row["power_state"] == "Halted")
        self.api.VM.start_on(vm, host, False, False)
        self.other.stop()
        self.other.start()
        self.assertTrue(self.is_member())
        local = XenAPI.Session(self.other.tls_url, ignore_ssl=True)
        local.slave_local_login_with_password("root", PASSWORD)
        self.assertTrue(local.xenapi.pool.is_slave(host))
        # What ran on it runs on it still.
        def stopped():
            try:
                self.api.VM.hard_shutdown(vm)
            except XenAPI.Failure as failure:
                self.assertEqual(failure.details[0], "HOST_OFFLINE", failure.details)
            return self.api.VM.get_power_state(vm) == "Halted"

        wait_until(stopped, what="the coordinator to reach its member")
        # The coordinator knows its members after a restart too.
        self.pool.stop()
        self.pool.start()
        self.api.pool.eject(host)
        wait_until(lambda: not self.is_member(), what="a pool of its own")

    def test_what_is_refused_changes_nothing(self):
        refused = self.refused(self.join, "wrong")
        self.assertEqual(refused[0], "SESSION_AUTHENTICATION_FAILED")
        nowhere = self.refused(self.join, PASSWORD, "127.0.0.1:1")
        self.assertEqual(nowhere, ["JOINING_HOST_CONNECTION_FAILED"])
        itself = self.refused(self.join, PASSWORD, self.other.tls_address)
        self.assertEqual(itself, ["OPERATION_NOT_ALLOWED", "Host cannot become slave of itself"])
        vm = next(ref for ref, row in self.there.VM.get_all_records().items()
                  if not row["is_a_template"] and not row["is_control_domain"])
        self.there.VM.start(vm, False, False)
        self.assertEqual(self.refused(self.join), ["JOINING_HOST_CANNOT_HAVE_RUNNING_VMS"])
        self.assertEqual(len(self.api.host.get_all()), 2)
        self.there.VM.hard_shutdown(vm)
        backwards = self.refused(self.api.pool.join, self.other.tls_address, "root", PASSWORD)
        self.assertEqual(backwards, ["JOINING_HOST_CANNOT_BE_MASTER_OF_OTHER_HOSTS"])
        self.assertTrue(self.there.host.get_all())
