"""PyPI `XenAPI` takes a machine from a template through its whole life."""

import threading
import time

from pool import NULL, PoolTest
from server import wait_until


class Life(PoolTest):
    def state(self, vm: str) -> str:
        return self.api.VM.get_power_state(vm)

    def test_a_machine_from_a_template(self):
        vm = self.new_vm("from a template")
        record = self.api.VM.get_record(vm)
        self.assertEqual((record["power_state"], record["is_a_template"]), ("Halted", False))
        self.assertNotIn("disks", record["other_config"])
        disks = [self.api.VBD.get_record(vbd) for vbd in record["VBDs"]]
        self.assertEqual([disk["userdevice"] for disk in disks if disk["type"] == "Disk"], ["0"])
        self.assertEqual(self.api.VDI.get_SR(disks[0]["VDI"]), self.default_sr())
        with self.fails("PROVISION_ONLY_ALLOWED_ON_TEMPLATE"):
            self.api.VM.provision(vm)

    def test_start_pause_unpause_and_shut_down(self):
        vm = self.running_vm("short life")
        record = self.api.VM.get_record(vm)
        self.assertEqual(record["power_state"], "Running")
        self.assertIn(vm, self.api.host.get_resident_VMs(record["resident_on"]))
        self.assertIn("clean_shutdown", record["allowed_operations"])
        self.assertTrue(all(self.api.VBD.get_currently_attached(vbd) for vbd in record["VBDs"]))
        self.assertIn("0/ip", self.api.VM_guest_metrics.get_networks(self.api.VM.get_guest_metrics(vm)))
        self.api.VM.pause(vm)
        self.assertEqual(self.state(vm), "Paused")
        with self.fails("VM_BAD_POWER_STATE", vm, "running", "paused"):
            self.api.VM.suspend(vm)
        self.api.VM.unpause(vm)
        self.assertEqual(self.state(vm), "Running")
        self.api.VM.clean_shutdown(vm)
        record = self.api.VM.get_record(vm)
        self.assertEqual((record["power_state"], record["resident_on"], record["domid"]), ("Halted", NULL, "-1"))
        self.assertFalse(any(self.api.VBD.get_currently_attached(vbd) for vbd in record["VBDs"]))
        self.assertIn("start", record["allowed_operations"])

    def test_starts_paused_where_it_is_told(self):
        vm, host = self.new_vm("told"), self.api.host.get_all()[1]
        self.assertIn(host, self.api.VM.get_possible_hosts(vm))
        self.api.VM.assert_can_boot_here(vm, host)
        self.api.VM.start_on(vm, host, True, False)
        self.assertEqual((self.state(vm), self.api.VM.get_resident_on(vm)), ("Paused", host))
        self.api.VM.hard_shutdown(vm)
        self.assertEqual(self.state(vm), "Halted")

    def test_suspend_and_resume(self):
        vm = self.running_vm("sleeper")
        host = self.api.VM.get_resident_on(vm)
        self.api.VM.suspend(vm)
        record = self.api.VM.get_record(vm)
        self.assertEqual((record["power_state"], record["resident_on"]), ("Suspended", NULL))
        self.assertEqual(self.api.VDI.get_type(record["suspend_VDI"]), "suspend")
        self.api.VM.resume(vm, False, False)
        self.assertEqual((self.state(vm), self.api.VM.get_suspend_VDI(vm)), ("Running", NULL))
        other = next(each for each in self.api.host.get_all() if each != host)
        self.api.VM.suspend(vm)
        image = self.api.VM.get_suspend_VDI(vm)
        with self.fails("VM_REQUIRES_SR", vm, self.api.VDI.get_SR(image)):
            self.api.VM.resume_on(vm, other, False, False)
        self.api.VM.resume(vm, False, False)
        self.wait_for_agent(vm)
        self.api.VM.set_suspend_SR(vm, self.default_sr())
        self.api.VM.suspend(vm)
        self.api.VM.resume_on(vm, other, False, False)
        self.assertEqual((self.state(vm), self.api.VM.get_resident_on(vm)), ("Running", other))

    def test_reboots(self):
        vm = self.running_vm("rebooter")
        before = self.api.VM.get_domid(vm)
        self.api.VM.clean_reboot(vm)
        self.assertEqual(self.state(vm), "Running")
        self.assertNotEqual(self.api.VM.get_domid(vm), before)
        self.api.VM.hard_reboot(vm)
        self.assertEqual(self.state(vm), "Running")
        self.wait_for_agent(vm)
        self.api.VM.shutdown(vm)
        self.assertEqual(self.state(vm), "Halted")

    def test_migration(self):
        vm = self.running_vm("wanderer")
        for host in self.api.host.get_all():
            self.api.VM.pool_migrate(vm, host, {"live": "true"})
            self.assertEqual((self.state(vm), self.api.VM.get_resident_on(vm)), ("Running", host))

    def test_snapshot_and_revert(self):
        vm = self.new_vm("before")
        self.api.VM.set_name_description(vm, "as it was")
        snapshot = self.api.VM.snapshot(vm, "a snapshot", [])
        record = self.api.VM.get_record(snapshot)
        self.assertTrue(record["is_a_snapshot"] and record["is_a_template"])
        self.assertEqual((record["snapshot_of"], self.api.VM.get_snapshots(vm)), (vm, [snapshot]))
        with self.fails("VM_IS_SNAPSHOT"):
            self.api.VM.start(snapshot, False, False)
        self.api.VM.set_name_description(vm, "as it should not be")
        self.api.VM.revert(snapshot)
        self.assertEqual(self.api.VM.get_name_description(vm), "as it was")
        self.api.VM.start(vm, False, False)
        self.assertEqual(self.state(vm), "Running")
        with self.fails("REVERT_ONLY_ALLOWED_ON_SNAPSHOT"):
            self.api.VM.revert(vm)

    def test_checkpoint_and_revert(self):
        vm = self.running_vm("checked")
        checkpoint = self.api.VM.checkpoint(vm, "a checkpoint")
        self.assertEqual((self.state(vm), self.state(checkpoint)), ("Running", "Suspended"))
        self.api.VM.hard_shutdown(vm)
        self.api.VM.revert(checkpoint)
        self.assertEqual(self.state(vm), "Suspended")
        self.api.VM.resume(vm, False, False)
        self.assertEqual(self.state(vm), "Running")

    def test_clone_and_copy(self):
        vm = self.new_vm("original")
        for make in (lambda: self.api.VM.clone(vm, "a clone"), lambda: self.api.VM.copy(vm, "a copy", self.default_sr())):
            twin = make()
            self.addCleanup(self.remove, twin)
            self.assertNotEqual(self.api.VM.get_uuid(twin), self.api.VM.get_uuid(vm))
            disks = lambda each: {self.api.VBD.get_VDI(vbd) for vbd in self.api.VM.get_VBDs(each)} - {NULL}
            self.assertEqual(len(disks(twin)), len(disks(vm)))
            self.assertFalse(disks(twin) & disks(vm))
            self.api.VM.start(twin, False, False)

    def test_destroy_leaves_nothing(self):
        count = lambda: [len(getattr(self.api, each).get_all()) for each in ("VM", "VBD", "VIF", "VM_metrics")]
        before, disks = (count(), self.managed_disks()), set(self.api.VDI.get_all())
        vm = self.running_vm("brief")
        self.api.VM.checkpoint(vm, "gone with it")
        hidden = set(self.api.VDI.get_all()) - disks - self.managed_disks()
        self.assertTrue(hidden, "the checkpoint and the machine share what was there before")
        self.remove(vm)
        self.assertEqual((count(), self.managed_disks()), before)
        wait_until(lambda: not hidden & set(self.api.VDI.get_all()), patience=60, what="the hidden disks to go")
        with self.fails("HANDLE_INVALID", "VM", vm):
            self.api.VM.get_record(vm)

    def test_memory_and_processors(self):
        vm, mebi = self.new_vm("grower"), 1 << 20
        self.api.VM.set_memory_limits(vm, str(256 * mebi), str(768 * mebi), str(512 * mebi), str(768 * mebi))
        self.api.VM.set_VCPUs_max(vm, "4")
        self.api.VM.set_VCPUs_at_startup(vm, "3")
        with self.fails("MEMORY_CONSTRAINT_VIOLATION"):
            self.api.VM.set_memory_limits(vm, str(768 * mebi), str(256 * mebi), str(512 * mebi), str(512 * mebi))
        self.api.VM.start(vm, False, False)
        self.assertEqual(self.api.VM_metrics.get_VCPUs_number(self.api.VM.get_metrics(vm)), "3")
        with self.fails("VM_BAD_POWER_STATE"):
            self.api.VM.set_VCPUs_max(vm, "8")

    def test_all_of_it_by_tasks(self):
        vm = self.new_vm("asked")
        task = self.api.Async.VM.start(vm, False, False)
        self.assertTrue(task.startswith("OpaqueRef:"))
        self.assertEqual(self.finish(task), "")
        self.wait_for_agent(vm)
        snapshot = self.finish(self.api.Async.VM.snapshot(vm, "by a task", []))
        self.assertEqual(self.api.VM.get_snapshots(vm), [snapshot])
        for call in ("pause", "unpause", "suspend"):
            self.finish(getattr(self.api.Async.VM, call)(vm))
        self.finish(self.api.Async.VM.resume(vm, False, False))
        self.finish(self.api.Async.VM.clean_shutdown(vm))
        self.assertEqual(self.state(vm), "Halted")
        self.finish(self.api.Async.VM.destroy(snapshot))

    def test_a_blocked_operation_says_why(self):
        vm = self.new_vm("blocked")
        self.api.VM.add_to_blocked_operations(vm, "start", "because")
        with self.fails("OPERATION_BLOCKED", vm, "because"):
            self.api.VM.start(vm, False, False)
        self.api.VM.remove_from_blocked_operations(vm, "start")
        self.api.VM.start(vm, False, False)


class SlowLife(PoolTest):
    """Where operations take their time, so that their middle can be seen."""

    speed = "20"

    def test_a_running_operation_is_told_and_another_waits(self):
        vm = self.new_vm("busy")
        task = self.api.Async.VM.start(vm, False, False)
        record = self.api.VM.get_record(vm)
        self.assertEqual(record["current_operations"], {task: "start"})
        self.assertNotIn("start", record["allowed_operations"])
        second = self.api.Async.VM.snapshot(vm, "afterwards", [])
        self.finish(task)
        self.finish(second)
        self.assertEqual((self.api.VM.get_power_state(vm), len(self.api.VM.get_snapshots(vm))), ("Running", 1))
        self.assertEqual(self.api.VM.get_current_operations(vm), {})

    def test_a_cancelled_task_leaves_the_world_as_it_was(self):
        vm = self.new_vm("cancelled")
        task = self.api.Async.VM.start(vm, False, False)
        self.api.task.cancel(task)
        wait_until(lambda: self.api.task.get_status(task) != "pending", what="the cancelled task")
        record = self.api.task.get_record(task)
        self.assertEqual((record["status"], record["error_info"]), ("cancelled", ["TASK_CANCELLED", task]))
        self.assertEqual(self.api.VM.get_power_state(vm), "Halted")
        self.api.VM.start(vm, False, False)

    def test_many_at_once(self):
        halted = [ref for ref, vm in self.api.VM.get_all_records().items()
                  if vm["power_state"] == "Halted" and not vm["is_a_template"]][:20]
        began = time.monotonic()
        tasks = [self.api.Async.VM.start(vm, False, False) for vm in halted]
        self.assertLess(time.monotonic() - began, 3, "asking waited for doing")
        for task in tasks:
            self.finish(task)
        self.assertEqual({self.api.VM.get_power_state(vm) for vm in halted}, {"Running"})

    def test_clients_side_by_side(self):
        trouble = []

        def live(number):
            try:
                api = self.server.login().xenapi
                vm = api.VM.clone(self.template_ref, f"side by side {number}")
                api.VM.set_name_description(vm, str(number))
                assert api.VM.get_name_description(vm) == str(number)
                api.VM.destroy(vm)
            except Exception as error:
                trouble.append(error)

        self.template_ref = self.template()
        threads = [threading.Thread(target=live, args=(number,)) for number in range(16)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        self.assertEqual(trouble, [])
