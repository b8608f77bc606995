"""`kill -9` in the middle of much work: whatever was acknowledged is there afterwards."""

import socket
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
        self.begun = threading.Event()

    def run(self):
        try:
            for number in range(1_000_000):
                vm = self.vms[number % len(self.vms)]
                self.api.VM.set_name_description(vm, f"number {number}")
                self.acknowledged[vm] = number
                self.begun.set()
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
        self.assertIn("operations taken up", self.server.tail(), "nothing was in the middle of anything")

    def once(self, delay: float):
        api, vms = self.api, self.machines()
        halted = [ref for ref, vm in vms.items() if vm["power_state"] == "Halted"]
        running = [ref for ref, vm in vms.items() if vm["power_state"] == "Running"]
        written, unused = list(vms)[-8:], self.unused_disks()
        asked = {}
        for vm in halted[:6]:
            asked[api.Async.VM.start(vm, False, False)] = ("start", vm, ("Halted", "Running"))
        for vm in running[:4]:
            asked[api.Async.VM.hard_shutdown(vm)] = ("stop", vm, ("Running", "Halted"))
        for vm in running[4:8]:
            asked[api.Async.VM.suspend(vm)] = ("suspend", vm, ("Running", "Suspended"))
        for vm in running[8:12]:
            home = vms[vm]["resident_on"]
            target = next(host for host in api.host.get_all() if host != home)
            asked[api.Async.VM.pool_migrate(vm, target, {"live": "true"})] = ("migrate", vm, (home, target))
        for number, vm in enumerate(halted[6:10]):
            name = f"clone {number} after {delay}"
            asked[api.Async.VM.clone(vm, name)] = ("make", name, None)
        for number, vm in enumerate(running[12:14]):
            name = f"checkpoint {number} after {delay}"
            asked[api.Async.VM.checkpoint(vm, name)] = ("make", name, None)
        writer = Writer(self.server, written)
        writer.start()
        writer.begun.wait(10)
        time.sleep(delay)
        self.server.kill()
        writer.join()
        session = self.session.handle
        self.server.start()
        self.assertEqual(api.VM.get_uuid(written[0]), vms[written[0]]["uuid"])
        self.assertEqual(self.session.handle, session, "the session did not survive")
        self.assertEqual(set(asked) - set(api.task.get_all()), set(), "acknowledged tasks are gone")
        self.check_writes(writer)
        for task, (what, of, states) in asked.items():
            with self.subTest(what):
                self.check_task(task, what, of, states)
        self.assertEqual(self.unused_disks(), unused, "disks are left over, or missing")
        for ref, vm in api.VM.get_all_records().items():
            self.assertEqual(vm["current_operations"], {}, vm["name_label"])
            self.assertEqual(vm["power_state"] == "Running", vm["resident_on"] != NULL)
        for task in asked:
            api.task.destroy(task)

    def machines(self) -> dict:
        return {ref: vm for ref, vm in self.api.VM.get_all_records().items()
                if not vm["is_a_template"] and not vm["is_control_domain"]}

    def unused_disks(self) -> set:
        images = {vm["suspend_VDI"] for vm in self.api.VM.get_all_records().values()}
        # Hidden disks have no drives: clones and checkpoints stand on them.
        disks = {ref: vdi for ref, vdi in self.api.VDI.get_all_records().items() if vdi["managed"]}
        return {ref for ref, vdi in disks.items() if not vdi["VBDs"]} - images

    def check_writes(self, writer: Writer):
        self.assertTrue(writer.acknowledged)
        for vm, number in writer.acknowledged.items():
            there = self.api.VM.get_name_description(vm).removeprefix("number ")
            # One more may have been written than the client heard of.
            self.assertGreaterEqual(int(there), number)

    def check_task(self, task: str, what: str, of: str, states):
        """Done, or not done at all."""
        wait_until(lambda: self.api.task.get_status(task) != "pending", what=f"the task that was to {what}")
        record = self.api.task.get_record(task)
        done = record["status"] == "success"
        self.assertTrue(done or record["error_info"], record)
        if what == "make":
            made = self.api.VM.get_by_name_label(of)
            self.assertEqual(len(made), 1 if done else 0)
            for vm in made:
                disks = [self.api.VBD.get_record(vbd) for vbd in self.api.VM.get_VBDs(vm)]
                self.assertTrue(any(disk["VDI"] != NULL for disk in disks))
        elif what == "migrate":
            self.assertEqual(self.api.VM.get_resident_on(of), states[done])
        else:
            self.assertEqual(self.api.VM.get_power_state(of), states[done])

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

    def test_a_port_that_somebody_is_about_to_give_back_is_waited_for(self):
        self.server.kill()
        host, port = self.server.plain_address.split(":")
        other = socket.create_server((host, int(port)))
        self.addCleanup(other.close)
        threading.Timer(0.5, other.close).start()
        self.server.start()
        self.assertTrue(self.api.host.get_all())
