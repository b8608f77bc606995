"""`kill -9` in the middle of much work: whatever was acknowledged is there afterwards."""

import tempfile
import threading
import time
import unittest
from pathlib import Path

import XenAPI
from server import PASSWORD, Server, wait_until

NULL = "OpaqueRef:NULL"


class Writer(threading.Thread):
    """Changes descriptions until the server is gone, and remembers what was acknowledged."""

    def __init__(self, server: Server, vms: list):
        super().__init__()
        self.api, self.vms, self.acknowledged = server.login().xenapi, vms, {}

    def run(self):
        try:
            for number in range(1_000_000):
                vm = self.vms[number % len(self.vms)]
                self.api.VM.set_name_description(vm, f"number {number}")
                self.acknowledged[vm] = number
        except Exception:
            pass  # The connection broke: that is what we came for.


class Kill(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="xenios-kill-")
        self.addCleanup(folder.cleanup)
        self.server = Server("hosts=3,vms=40,seed=11", speed="25", data=Path(folder.name))
        self.addCleanup(self.server.close)
        self.session = self.server.login()
        self.api = self.session.xenapi

    def test_nothing_is_lost(self):
        """Three times, each at another moment of the work."""
        for delay in (0.02, 0.15, 0.4):
            with self.subTest(delay=delay):
                self.once(delay)

    def once(self, delay: float):
        vms = {ref: vm for ref, vm in self.api.VM.get_all_records().items()
               if not vm["is_a_template"] and not vm["is_control_domain"]}
        halted = [ref for ref, vm in vms.items() if vm["power_state"] == "Halted"]
        running = [ref for ref, vm in vms.items() if vm["power_state"] == "Running"]
        written = list(vms)[-8:]
        disks = len(self.api.VDI.get_all())
        asked = {}
        for vm in halted[:8]:
            asked[self.api.Async.VM.start(vm, False, False)] = ("start", vm)
        for vm in running[:4]:
            asked[self.api.Async.VM.hard_shutdown(vm)] = ("stop", vm)
        for vm in running[4:8]:
            asked[self.api.Async.VM.suspend(vm)] = ("suspend", vm)
        for number, vm in enumerate(halted[8:14]):
            asked[self.api.Async.VM.clone(vm, f"clone {number} after {delay}")] = ("clone", f"clone {number} after {delay}")
        writer = Writer(self.server, written)
        writer.start()
        time.sleep(delay)
        self.server.kill()
        writer.join()
        session = self.session.handle
        self.server.start()
        self.assertEqual(self.api.VM.get_uuid(written[0]), vms[written[0]]["uuid"])
        self.assertEqual(self.session.handle, session, "the session did not survive")
        self.assertEqual(set(asked) - set(self.api.task.get_all()), set(), "acknowledged tasks are gone")
        self.check_writes(writer)
        new_disks = 0
        for task, (what, of) in asked.items():
            with self.subTest(what):
                new_disks += self.check_task(task, what, of)
        self.assertEqual(len(self.api.VDI.get_all()) - disks, new_disks, "disks are left over, or missing")
        for ref, vm in self.api.VM.get_all_records().items():
            self.assertEqual(vm["current_operations"], {}, vm["name_label"])
            self.assertEqual(vm["power_state"] == "Running", vm["resident_on"] != NULL)
        for task in asked:
            self.api.task.destroy(task)

    def check_writes(self, writer: Writer):
        self.assertTrue(writer.acknowledged)
        for vm, number in writer.acknowledged.items():
            there = self.api.VM.get_name_description(vm).removeprefix("number ")
            # One more may have been written than the client heard of.
            self.assertGreaterEqual(int(there), number)

    def check_task(self, task: str, what: str, of: str) -> int:
        """Done or not done at all; how many disks it made."""
        wait_until(lambda: self.api.task.get_status(task) != "pending", what=f"the task that was to {what}")
        record = self.api.task.get_record(task)
        done = record["status"] == "success"
        self.assertTrue(done or record["error_info"], record)
        if what == "clone":
            clones = self.api.VM.get_by_name_label(of)
            self.assertEqual(len(clones), 1 if done else 0)
            made = [vbd for vm in clones for vbd in self.api.VM.get_VBDs(vm) if self.api.VBD.get_VDI(vbd) != NULL]
            return len(made)
        before, after = {"start": ("Halted", "Running"), "stop": ("Running", "Halted"),
                         "suspend": ("Running", "Suspended")}[what]
        self.assertEqual(self.api.VM.get_power_state(of), after if done else before)
        return 1 if what == "suspend" and done else 0

    def test_a_clean_end_exits_with_0_and_keeps_everything(self):
        vm = self.api.VM.get_by_name_label("vm-0001")[0]
        before = self.api.VM.get_all_records()
        self.api.VM.set_name_description(vm, "kept")
        before[vm]["name_description"] = "kept"
        self.assertEqual(self.server.stop(), 0, self.server.tail())
        self.server.start()
        self.assertEqual(self.api.VM.get_all_records(), before)

    def test_the_password_is_kept(self):
        self.api.session.change_password(PASSWORD, "another password")
        self.server.kill()
        self.server.start()
        session = XenAPI.Session(self.server.url)
        session.login_with_password("root", "another password")

    def test_a_second_instance_on_the_same_data_is_refused(self):
        folder = self.server.command[self.server.command.index("--data") + 1]
        with self.assertRaises(RuntimeError) as caught:
            Server(data=Path(folder))
        self.assertIn(folder, str(caught.exception))
        self.assertTrue(self.api.host.get_all())
