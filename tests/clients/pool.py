"""Test cases against one shared simulated pool, and the words they share."""

import contextlib
import re
import unittest

import XenAPI
from server import Server, wait_until

NULL = "OpaqueRef:NULL"


class PoolTest(unittest.TestCase):
    """Each class has a pool of its own; its tests share it and leave it as it was."""

    spec = "hosts=3,vms=50,seed=7"
    speed = "max"

    @classmethod
    def setUpClass(cls):
        cls.server = Server(cls.spec, cls.speed)
        cls.addClassCleanup(cls.server.close)
        cls.session = cls.server.login()
        cls.api = cls.session.xenapi

    @contextlib.contextmanager
    def fails(self, code: str, *parameters: str):
        """The call inside is refused with this code and, if given, just these parameters."""
        with self.assertRaises(XenAPI.Failure) as caught:
            yield caught
        self.assertEqual(caught.exception.details[0], code, caught.exception.details)
        if parameters:
            self.assertEqual(caught.exception.details[1:], list(parameters))

    def finish(self, task: str) -> str:
        """Wait for a task; its result without the XML around it. A failed one raises."""
        wait_until(lambda: self.api.task.get_status(task) != "pending", what="a task")
        record = self.api.task.get_record(task)
        self.api.task.destroy(task)
        if record["status"] != "success":
            raise XenAPI.Failure(record["error_info"])
        return re.sub(r"</?value>", "", record["result"])

    def default_sr(self) -> str:
        return self.api.pool.get_default_SR(self.api.pool.get_all()[0])

    def managed_disks(self) -> set[str]:
        """Without the hidden ones that others stand on: those come with clones and snapshots, and go by themselves."""
        return {ref for ref, vdi in self.api.VDI.get_all_records().items() if vdi["managed"]}

    def network(self) -> str:
        return self.api.network.get_by_name_label("Pool-wide network 0")[0]

    def template(self) -> str:
        """A default template that asks for a disk and whose guests have an agent."""
        records = self.api.VM.get_all_records()
        return next(ref for ref, vm in sorted(records.items(), key=lambda item: item[1]["name_label"])
                    if vm["is_default_template"] and "Debian" in vm["name_label"])

    def new_vm(self, name: str) -> str:
        """A machine from a template, with a disk and a network card, halted; gone after the test."""
        vm = self.api.VM.clone(self.template(), name)
        self.addCleanup(self.remove, vm)
        disks = self.api.VM.get_other_config(vm)["disks"]
        self.api.VM.remove_from_other_config(vm, "disks")
        sr = self.api.SR.get_uuid(self.default_sr())
        self.api.VM.add_to_other_config(vm, "disks", disks.replace('sr=""', f'sr="{sr}"'))
        self.api.VIF.create({
            "device": "0", "network": self.network(), "VM": vm, "MAC": "", "MTU": "1500", "other_config": {},
            "qos_algorithm_type": "", "qos_algorithm_params": {},
        })
        self.api.VM.provision(vm)
        return vm

    def running_vm(self, name: str) -> str:
        vm = self.new_vm(name)
        self.api.VM.start(vm, False, False)
        self.wait_for_agent(vm)
        return vm

    def wait_for_agent(self, vm: str):
        """Until its agent has spoken a guest cannot be asked to do anything."""
        wait_until(lambda: self.api.VM.get_guest_metrics(vm) != NULL, what="the guest's agent")

    def new_disk(self, name: str, size=1 << 30) -> str:
        return self.api.VDI.create({
            "name_label": name, "name_description": "", "SR": self.default_sr(), "virtual_size": str(size),
            "type": "user", "sharable": False, "read_only": False, "other_config": {},
        })

    def attach(self, vm: str, vdi: str, device: str) -> str:
        return self.api.VBD.create({
            "VM": vm, "VDI": vdi, "userdevice": device, "bootable": False, "mode": "RW", "type": "Disk",
            "empty": False, "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {},
        })

    def remove(self, vm: str):
        """A machine with its snapshots and disks, in whatever state they are."""
        try:
            snapshots = self.api.VM.get_snapshots(vm)
        except XenAPI.Failure:
            return
        for each in [*snapshots, vm]:
            disks = [vbd for vbd in map(self.api.VBD.get_record, self.api.VM.get_VBDs(each)) if vbd["type"] == "Disk"]
            if self.api.VM.get_power_state(each) != "Halted":
                self.api.VM.hard_shutdown(each)
            self.api.VM.destroy(each)
            for disk in disks:
                self.api.VDI.destroy(disk["VDI"])
