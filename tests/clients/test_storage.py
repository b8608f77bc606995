"""PyPI `XenAPI` makes storage, unplugs and forgets it, and finds it again with what is on it."""

import tempfile
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import XenAPI
from pool import NULL, PoolTest
from server import Server

SERVER = "10.0.0.9"


class Storage(PoolTest):
    spec = "hosts=2,vms=4,seed=7"

    def host(self) -> str:
        return self.api.pool.get_master(self.api.pool.get_all()[0])

    def probe(self, config: dict, driver: str) -> ElementTree.Element:
        """What the driver answers, or what it says could be chosen."""
        try:
            return ElementTree.fromstring(self.api.SR.probe(self.host(), config, driver, {}))
        except XenAPI.Failure as failure:
            self.assertTrue(failure.details[0].startswith("SR_BACKEND_FAILURE_"), failure.details)
            return ElementTree.fromstring(failure.details[3])

    def texts(self, tree: ElementTree.Element, path: str) -> list[str]:
        return [(element.text or "").strip() for element in tree.findall(path)]

    def create(self, driver: str, config: dict, content: str, shared=True) -> str:
        return self.api.SR.create(
            self.host(), config, "0", f"new {driver}", "for a test", driver, content, shared, {}
        )

    def names(self, sr: str) -> dict[str, str]:
        """Disks by their uuids."""
        records = map(self.api.VDI.get_record, self.api.SR.get_VDIs(sr))
        return {record["uuid"]: record["name_label"] for record in records}

    def unplug_all(self, sr: str):
        for pbd in self.api.SR.get_PBDs(sr):
            self.api.PBD.unplug(pbd)

    def forget_and_introduce(self, sr: str) -> str:
        """The same storage in another row, plugged everywhere."""
        record = self.api.SR.get_record(sr)
        configs = {pbd["host"]: pbd["device_config"] for pbd in map(self.api.PBD.get_record, record["PBDs"])}
        with self.fails("SR_HAS_PBD", sr):
            self.api.SR.forget(sr)
        self.unplug_all(sr)
        self.api.SR.forget(sr)
        with self.fails("UUID_INVALID", "SR", record["uuid"]):
            self.api.SR.get_by_uuid(record["uuid"])
        again = self.api.SR.introduce(
            record["uuid"], record["name_label"], record["name_description"], record["type"],
            record["content_type"], record["shared"], {},
        )
        self.assertEqual(self.api.SR.get_VDIs(again), [])
        for host, config in configs.items():
            pbd = self.api.PBD.create({"host": host, "SR": again, "device_config": config, "other_config": {}})
            with self.fails("PBD_EXISTS", again, host, pbd):
                self.api.PBD.create({"host": host, "SR": again, "device_config": config, "other_config": {}})
            self.api.PBD.plug(pbd)
        self.api.SR.scan(again)
        return again

    def test_a_file_server(self):
        self.assertIn("/exports/vm", self.texts(self.probe({"server": SERVER}, "nfs"), "Export/Path"))
        config = {"server": SERVER, "serverpath": "/exports/vm"}
        sr = self.create("nfs", config, "user")
        uuid = self.api.SR.get_uuid(sr)
        self.assertEqual(self.texts(self.probe(config, "nfs"), "SR/UUID"), [uuid])
        self.assertEqual(len(self.api.SR.get_PBDs(sr)), 2)
        self.assertTrue(all(map(self.api.PBD.get_currently_attached, self.api.SR.get_PBDs(sr))))
        self.assertIn(sr, self.api.SR.get_by_name_label("new nfs"))
        disk = self.api.VDI.create({
            "name_label": "kept", "name_description": "over and over", "SR": sr, "virtual_size": str(1 << 30),
            "type": "user", "sharable": False, "read_only": False, "other_config": {},
        })
        disk = self.api.VDI.get_uuid(disk)
        self.assertEqual(self.api.SR.get_virtual_allocation(sr), str(1 << 30))
        with self.fails("SR_HAS_PBD", sr):
            self.api.SR.destroy(sr)
        sr = self.forget_and_introduce(sr)
        self.assertEqual(self.api.SR.get_uuid(sr), uuid)
        self.assertEqual(self.names(sr), {disk: "kept"})
        vdi = self.api.VDI.get_by_uuid(disk)
        self.assertEqual(self.api.VDI.get_name_description(vdi), "over and over")
        self.assertEqual(self.api.SR.get_virtual_allocation(sr), str(1 << 30))
        self.unplug_all(sr)
        with self.fails("SR_NOT_EMPTY"):
            self.api.SR.destroy(sr)
        for pbd in self.api.SR.get_PBDs(sr):
            self.api.PBD.plug(pbd)
        self.api.VDI.destroy(vdi)
        self.unplug_all(sr)
        self.api.SR.destroy(sr)
        self.assertEqual(self.texts(self.probe(config, "nfs"), "SR/UUID"), [])

    def test_forgotten_storage_is_there_after_a_restart(self):
        with tempfile.TemporaryDirectory() as folder:
            server = Server("hosts=1,vms=0,seed=7", "max", data=Path(folder) / "data")
            self.addCleanup(server.close)
            api = server.login().xenapi
            config = {"server": SERVER, "serverpath": "/exports/vm"}
            sr = api.SR.create(api.host.get_all()[0], config, "0", "kept", "", "nfs", "user", True, {})
            disk = api.VDI.create({
                "name_label": "kept", "name_description": "", "SR": sr, "virtual_size": str(1 << 30), "type": "user",
                "sharable": False, "read_only": False, "other_config": {},
            })
            uuids = api.SR.get_uuid(sr), api.VDI.get_uuid(disk)
            api.PBD.unplug(api.SR.get_PBDs(sr)[0])
            api.SR.forget(sr)
            self.assertEqual(server.stop(), 0)
            server.start()
            api = server.login().xenapi
            sr = api.SR.introduce(uuids[0], "kept", "", "nfs", "user", True, {})
            pbd = api.PBD.create({"host": api.host.get_all()[0], "SR": sr, "device_config": config, "other_config": {}})
            api.PBD.plug(pbd)
            self.assertEqual(api.VDI.get_name_label(api.VDI.get_by_uuid(uuids[1])), "kept")

    def test_a_library(self):
        sr = self.create("iso", {"location": f"{SERVER}:/exports/iso", "type": "nfs_iso"}, "iso")
        self.assertEqual(self.api.SR.get_sm_config(sr), {"iso_type": "nfs_iso"})
        images = self.names(sr)
        self.assertTrue(images)
        self.assertTrue(all(name.endswith(".iso") for name in images.values()), images)
        vm = self.new_vm("reader")
        iso = self.api.VDI.get_by_uuid(next(iter(images)))
        drive = self.api.VBD.create({
            "VM": vm, "VDI": iso, "userdevice": "3", "bootable": False, "mode": "RO", "type": "CD", "empty": False,
            "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {},
        })
        sr = self.forget_and_introduce(sr)
        self.assertEqual(self.names(sr), images)
        # The drive is there, and nothing is in it.
        self.assertEqual((self.api.VBD.get_empty(drive), self.api.VBD.get_VDI(drive)), (True, NULL))
        self.unplug_all(sr)
        self.api.SR.forget(sr)

    def test_a_lun(self):
        config = {"target": SERVER}
        targets = self.texts(self.probe(config, "lvmoiscsi"), "TGT/TargetIQN")
        config["targetIQN"] = targets[0]
        luns = self.texts(self.probe(config, "lvmoiscsi"), "LUN/SCSIid")
        config["SCSIid"] = luns[0]
        self.assertEqual(self.texts(self.probe(config, "lvmoiscsi"), "SR/UUID"), [])
        sr = self.create("lvmoiscsi", config | {"chapuser": "me", "chappassword": "hush"}, "user")
        with self.fails("SR_DEVICE_IN_USE"):
            self.create("lvmoiscsi", config, "user")
        kept = self.api.PBD.get_device_config(self.api.SR.get_PBDs(sr)[0])
        self.assertNotIn("chappassword", kept)
        secret = self.api.secret.get_by_uuid(kept["chappassword_secret"])
        self.assertEqual(self.api.secret.get_value(secret), "hush")
        self.unplug_all(sr)
        self.api.SR.destroy(sr)
        with self.fails("UUID_INVALID"):
            self.api.secret.get_by_uuid(kept["chappassword_secret"])
        with self.fails("SR_UNKNOWN_DRIVER", "floppy"):
            self.create("floppy", {}, "user")
        self.assertIn("nfs", self.api.SR.get_supported_types())
