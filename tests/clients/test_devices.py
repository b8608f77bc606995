"""PyPI `XenAPI` makes, plugs and takes away disks and network cards."""

from pool import NULL, PoolTest


class Devices(PoolTest):
    def test_a_disk_comes_and_goes(self):
        vm, vdi = self.running_vm("disk owner"), self.new_disk("second")
        self.assertIn("1", self.api.VM.get_allowed_VBD_devices(vm))
        vbd = self.attach(vm, vdi, "1")
        self.assertFalse(self.api.VBD.get_currently_attached(vbd))
        self.api.VBD.plug(vbd)
        self.assertTrue(self.api.VBD.get_currently_attached(vbd))
        self.assertEqual(self.api.VBD.get_device(vbd), "xvdb")
        self.assertEqual(self.api.VDI.get_VBDs(vdi), [vbd])
        with self.fails("DEVICE_ALREADY_ATTACHED", vbd):
            self.api.VBD.plug(vbd)
        with self.fails("VDI_IN_USE"):
            self.api.VDI.destroy(vdi)
        with self.fails("OPERATION_NOT_ALLOWED"):
            self.api.VBD.destroy(vbd)
        self.api.VBD.unplug(vbd)
        with self.fails("DEVICE_ALREADY_DETACHED", vbd):
            self.api.VBD.unplug(vbd)
        self.api.VBD.destroy(vbd)
        self.api.VDI.destroy(vdi)
        with self.fails("HANDLE_INVALID", "VDI", vdi):
            self.api.VDI.get_uuid(vdi)

    def test_a_device_is_taken_once(self):
        vm, vdi = self.new_vm("one device"), self.new_disk("for one device")
        self.addCleanup(self.api.VDI.destroy, vdi)
        with self.fails("DEVICE_ALREADY_EXISTS", "0"):
            self.attach(vm, vdi, "0")
        vbd = self.attach(vm, vdi, "autodetect")
        self.assertNotIn(self.api.VBD.get_userdevice(vbd), ("0", "autodetect"))
        self.api.VBD.destroy(vbd)

    def test_a_disk_has_one_writer(self):
        first, second, vdi = self.new_vm("first"), self.new_vm("second"), self.new_disk("shared by mistake")
        self.addCleanup(self.api.VDI.destroy, vdi)
        self.addCleanup(self.api.VM.hard_shutdown, first)
        self.attach(first, vdi, "1")
        vbd = self.attach(second, vdi, "1")
        self.addCleanup(self.api.VBD.destroy, vbd)
        self.api.VM.start(first, False, False)
        with self.fails("VDI_IN_USE"):
            self.api.VM.start(second, False, False)
        self.assertEqual(self.api.VM.get_power_state(second), "Halted")

    def test_a_disc_in_the_drive(self):
        vm = self.running_vm("listener")
        drives = [vbd for vbd in self.api.VM.get_VBDs(vm) if self.api.VBD.get_type(vbd) == "CD"]
        iso = next(ref for ref, vdi in self.api.VDI.get_all_records().items() if vdi["name_label"].startswith("debian-"))
        drive = drives[0] if drives else self.new_drive("drive owner")
        self.assertTrue(self.api.VBD.get_empty(drive))
        self.api.VBD.insert(drive, iso)
        self.assertEqual((self.api.VBD.get_empty(drive), self.api.VBD.get_VDI(drive)), (False, iso))
        with self.fails("VBD_NOT_EMPTY", drive):
            self.api.VBD.insert(drive, iso)
        self.api.VBD.eject(drive)
        self.assertEqual((self.api.VBD.get_empty(drive), self.api.VBD.get_VDI(drive)), (True, NULL))
        with self.fails("VBD_IS_EMPTY", drive):
            self.api.VBD.eject(drive)

    def new_drive(self, name: str) -> str:
        """An empty drive of a machine that runs: a drive is not plugged into a running guest."""
        vm = self.new_vm(name)
        drive = self.api.VBD.create({
            "VM": vm, "VDI": NULL, "userdevice": "3", "bootable": False, "mode": "RO", "type": "CD", "empty": True,
            "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {},
        })
        self.api.VM.start(vm, False, False)
        self.wait_for_agent(vm)
        return drive

    def test_a_network_card_comes_and_goes(self):
        vm = self.running_vm("on the net")
        vif = self.api.VIF.create({
            "device": "1", "network": self.network(), "VM": vm, "MAC": "", "MTU": "1500", "other_config": {},
            "qos_algorithm_type": "", "qos_algorithm_params": {},
        })
        self.assertRegex(self.api.VIF.get_MAC(vif), r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$")
        self.api.VIF.plug(vif)
        self.assertTrue(self.api.VIF.get_currently_attached(vif))
        self.assertIn(vif, self.api.network.get_VIFs(self.network()))
        with self.fails("DEVICE_ALREADY_ATTACHED", vif):
            self.api.VIF.plug(vif)
        self.api.VIF.unplug(vif)
        self.api.VIF.destroy(vif)
        with self.fails("MAC_INVALID"):
            self.api.VIF.create({
                "device": "2", "network": self.network(), "VM": vm, "MAC": "no address", "MTU": "1500",
                "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {},
            })

    def test_disks_are_resized_cloned_and_snapshotted(self):
        vdi = self.new_disk("versatile", 1 << 30)
        self.api.VDI.resize(vdi, str(2 << 30))
        self.assertEqual(self.api.VDI.get_virtual_size(vdi), str(2 << 30))
        snapshot = self.api.VDI.snapshot(vdi, {})
        self.assertEqual((self.api.VDI.get_is_a_snapshot(snapshot), self.api.VDI.get_snapshot_of(snapshot)), (True, vdi))
        clone = self.api.VDI.clone(vdi, {})
        self.api.VDI.set_name_label(clone, "a clone")
        self.assertEqual(self.api.VDI.get_name_label(vdi), "versatile")
        for each in (clone, snapshot, vdi):
            self.api.VDI.destroy(each)
