"""PyPI `XenAPI` reboots a pool host by host, and looks after single ones."""

import ssl
import time

from pool import PoolTest
from server import wait_until


class RollingReboot(PoolTest):
    """As an administrator's script does it: one after the other, and no machine stops."""

    spec = "hosts=3,vms=30,seed=7"
    speed = "200"

    def boot(self, host: str) -> str:
        return self.api.host.get_other_config(host)["boot_time"]

    def is_back(self, host: str, before: str) -> bool:
        metrics = self.api.host.get_metrics(host)
        return self.boot(host) != before and self.api.host_metrics.get_live(metrics) and self.api.host.get_enabled(host)

    def running(self) -> set[str]:
        return {ref for ref, vm in self.api.VM.get_all_records().items()
                if vm["power_state"] == "Running" and not vm["is_control_domain"]}

    def halt_what_cannot_move(self, host: str):
        """Disks on local storage go nowhere."""
        for vm in self.api.host.get_vms_which_prevent_evacuation(host):
            if self.api.VM.get_power_state(vm) != "Running":
                self.api.VM.unpause(vm)
            if vm in self.api.host.get_vms_which_prevent_evacuation(host):
                self.api.VM.hard_shutdown(vm)

    def test_every_host_reboots_and_no_machine_stops(self):
        for host in self.api.host.get_all():
            self.halt_what_cannot_move(host)
            running = self.running()
            before = self.boot(host)
            self.api.host.disable(host)
            self.api.host.assert_can_evacuate(host)
            self.finish(self.api.Async.host.evacuate(host))
            self.assertEqual(len(self.api.host.get_resident_VMs(host)), 1, "its control domain stays")
            self.api.host.reboot(host)
            wait_until(lambda: self.is_back(host, before), what="the host to come back")
            self.assertEqual(self.running(), running)
            pbds = self.api.host.get_PBDs(host)
            self.assertTrue(all(self.api.PBD.get_currently_attached(pbd) for pbd in pbds))
            wait_until(lambda: all(self.api.PIF.get_currently_attached(pif) for pif in self.api.host.get_PIFs(host)),
                       what="its interfaces")


class OneHost(PoolTest):
    spec = "hosts=2,vms=4,seed=3"

    def host(self) -> str:
        return self.api.host.get_all()[1]

    def test_a_host_in_use_does_not_reboot(self):
        host = next(host for host, record in self.api.host.get_all_records().items() if len(record["resident_VMs"]) > 1)
        with self.fails("HOST_NOT_DISABLED"):
            self.api.host.reboot(host)
        self.api.host.disable(host)
        with self.fails("HOST_IN_USE"):
            self.api.host.reboot(host)
        self.api.host.enable(host)
        self.assertTrue(self.api.host.get_enabled(host))

    def test_plugins(self):
        host = self.host()
        self.assertEqual(self.api.host.call_plugin(host, "updater.py", "check_update", {}), "[]")
        with self.fails("XENAPI_MISSING_PLUGIN", "nothing.py"):
            self.api.host.call_plugin(host, "nothing.py", "main", {})
        self.assertFalse(self.api.host.has_extension(host, "Nothing.at_all"))

    def test_certificates_are_those_that_the_server_shows(self):
        host = self.api.pool.get_all_records().popitem()[1]["master"]
        address, port = self.server.tls_address.split(":")
        shown = lambda: ssl.get_server_certificate((address, int(port))).strip()
        self.assertEqual(shown(), self.api.host.get_server_certificate(host).strip())
        before = shown()
        self.api.host.reset_server_certificate(host)
        wait_until(lambda: shown() != before, what="another certificate")
        self.assertEqual(shown(), self.api.host.get_server_certificate(host).strip())
        rows = [self.api.Certificate.get_record(each) for each in self.api.host.get_certificates(host)]
        self.assertEqual(sorted(row["type"] for row in rows), ["host", "host_internal"])

    def test_time_and_place(self):
        host = self.host()
        self.assertIn("Europe/Paris", self.api.host.list_timezones(host))
        self.api.host.set_timezone(host, "Asia/Tokyo")
        local, universal = (str(call(host)) for call in (self.api.host.get_server_localtime, self.api.host.get_servertime))
        parse = lambda text: time.mktime(time.strptime(text.rstrip("Z"), "%Y%m%dT%H:%M:%S"))
        self.assertAlmostEqual(parse(local) - parse(universal), 9 * 3600, delta=2)

    def test_the_log_of_the_hypervisor(self):
        host = self.host()
        self.api.host.send_debug_keys(host, "m")
        self.assertIn("(XEN) 'm' pressed", self.api.host.dmesg_clear(host))
        self.assertEqual(self.api.host.dmesg(host), "")
