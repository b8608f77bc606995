"""PyPI `XenAPI` logs in and looks at everything."""

import ssl
import threading
import time
import unittest
import xmlrpc.client

import XenAPI
from pool import NULL, PoolTest
from server import PASSWORD, Server


# Classes that the original has removed, but not forgotten.
REMOVED = {"VBD_metrics", "VIF_metrics", "VMPP"}


class Look(PoolTest):
    def classes_with(self, message: str) -> list[str]:
        names = xmlrpc.client.ServerProxy(self.server.url).system.listMethods()
        return sorted({name.removesuffix("." + message) for name in names if name.endswith("." + message)} - REMOVED)

    def test_version_is_the_models(self):
        self.assertEqual(self.session.API_version, "2.23")

    def test_every_class_tells_all_records(self):
        classes = self.classes_with("get_all_records")
        self.assertGreater(len(classes), 50)
        for name in classes:
            with self.subTest(name):
                api = getattr(self.api, name)
                records = api.get_all_records()
                self.assertEqual(sorted(records), sorted(api.get_all()))
                for ref, record in list(records.items())[:3]:
                    self.assertEqual(record, api.get_record(ref))

    def test_every_getter_agrees_with_the_record(self):
        names = set(xmlrpc.client.ServerProxy(self.server.url).system.listMethods())
        removed = 0
        for name in self.classes_with("get_all_records"):
            api = getattr(self.api, name)
            for ref, record in list(api.get_all_records().items())[:1]:
                for field, value in record.items():
                    if f"{name}.get_{field}" in names:
                        with self.subTest(f"{name}.{field}"):
                            try:
                                self.assertEqual(getattr(api, f"get_{field}")(ref), value)
                            except XenAPI.Failure as failure:
                                # Such a field stays in the record; there are few.
                                self.assertEqual(failure.details, ["MESSAGE_REMOVED"])
                                removed += 1
        self.assertLess(removed, 20)

    def test_removed_classes_say_so(self):
        for name in sorted(REMOVED):
            with self.fails("MESSAGE_REMOVED"):
                getattr(self.api, name).get_all_records()

    def test_references_point_at_records(self):
        vms = self.api.VM.get_all_records()
        self.assertEqual(sum(not vm["is_a_template"] and not vm["is_control_domain"] for vm in vms.values()), 50)
        hosts, vbds = self.api.host.get_all_records(), self.api.VBD.get_all_records()
        for ref, vm in vms.items():
            if vm["power_state"] == "Running":
                self.assertIn(ref, hosts[vm["resident_on"]]["resident_VMs"])
            for vbd in vm["VBDs"]:
                self.assertEqual(vbds[vbd]["VM"], ref)

    def test_a_filter_finds_the_control_domains(self):
        found = self.api.VM.get_all_records_where('field "is_control_domain" = "true"')
        self.assertEqual(len(found), 3)
        self.assertEqual(sorted(found), sorted(host["control_domain"] for host in self.api.host.get_all_records().values()))

    def test_names_and_uuids_find_objects(self):
        vm = self.api.VM.get_by_name_label("vm-0001")[0]
        self.assertEqual(self.api.VM.get_by_uuid(self.api.VM.get_uuid(vm)), vm)

    def test_the_same_seed_gives_the_same_pool(self):
        twin = Server(self.spec)
        self.addCleanup(twin.close)
        there = twin.login().xenapi
        for name in ("VM", "VDI", "host", "network"):
            # Its dates are counted from the moment of its making.
            same = lambda api: {ref: (record["uuid"], record["name_label"])
                                for ref, record in getattr(api, name).get_all_records().items()}
            self.assertEqual(same(there), same(self.api))


class Errors(PoolTest):
    def test_a_handle_that_is_not_there(self):
        with self.fails("HANDLE_INVALID", "VM", "OpaqueRef:no-such-thing"):
            self.api.VM.get_record("OpaqueRef:no-such-thing")
        with self.fails("HANDLE_INVALID", "VM", NULL):
            self.api.VM.get_name_label(NULL)

    def test_a_uuid_that_is_not_there(self):
        uuid = "00000000-0000-0000-0000-000000000001"
        with self.fails("UUID_INVALID", "VM", uuid):
            self.api.VM.get_by_uuid(uuid)

    def test_a_method_that_is_not_there(self):
        raw = xmlrpc.client.ServerProxy(self.server.url)
        answer = raw.no.such_method()
        self.assertEqual(answer, {"Status": "Failure", "ErrorDescription": ["MESSAGE_METHOD_UNKNOWN", "no.such_method"]})

    def test_a_wrong_number_of_parameters(self):
        with self.fails("MESSAGE_PARAMETER_COUNT_MISMATCH", "VM.get_record", "1", "0"):
            self.api.VM.get_record()
        with self.fails("MESSAGE_PARAMETER_COUNT_MISMATCH", "VM.clean_shutdown", "1", "3"):
            self.api.VM.clean_shutdown("a", "b", "c")

    def test_a_key_that_is_there_already(self):
        pool = self.api.pool.get_all()[0]
        self.api.pool.add_to_other_config(pool, "key", "value")
        with self.fails("MAP_DUPLICATE_KEY", "pool", "other_config", self.api.pool.get_uuid(pool), "key"):
            self.api.pool.add_to_other_config(pool, "key", "other")
        self.api.pool.remove_from_other_config(pool, "key")
        self.assertNotIn("key", self.api.pool.get_other_config(pool))

    def test_a_wrong_state(self):
        halted = next(ref for ref, vm in self.api.VM.get_all_records().items()
                      if vm["power_state"] == "Halted" and not vm["is_a_template"])
        with self.fails("VM_BAD_POWER_STATE", halted, "running", "halted"):
            self.api.VM.clean_shutdown(halted)
        template = self.api.VM.get_all_records_where('field "is_default_template" = "true"')
        with self.fails("VM_IS_TEMPLATE"):
            self.api.VM.start(next(iter(template)), False, False)

    def test_what_does_not_exist_yet_says_so(self):
        """A stub never answers success."""
        with self.fails("NOT_IMPLEMENTED"):
            self.api.VM.import_convert("vmware", "somebody", "a password", self.default_sr(), {})

    def test_async_of_a_failing_call_fails_in_its_task(self):
        halted = next(ref for ref, vm in self.api.VM.get_all_records().items()
                      if vm["power_state"] == "Halted" and not vm["is_a_template"])
        task = self.api.Async.VM.pause(halted)
        with self.fails("VM_BAD_POWER_STATE", halted, "running", "halted"):
            self.finish(task)


class Sessions(PoolTest):
    def test_a_wrong_password_waits_but_holds_up_nobody(self):
        refused = []

        def knock():
            try:
                XenAPI.Session(self.server.url).login_with_password("root", "wrong")
            except XenAPI.Failure as failure:
                refused.extend(failure.details)

        began = time.monotonic()
        knocking = threading.Thread(target=knock)
        knocking.start()
        self.server.login().xenapi.session.logout()
        self.assertLess(time.monotonic() - began, 3, "a good login waited for a bad one")
        knocking.join()
        self.assertEqual(refused[:2], ["SESSION_AUTHENTICATION_FAILED", "root"])

    def test_a_session_ends_with_logout(self):
        session = self.server.login()
        ref = session.handle
        session.xenapi.session.logout()
        raw = xmlrpc.client.ServerProxy(self.server.url)
        expected = {"Status": "Failure", "ErrorDescription": ["SESSION_INVALID", ref]}
        self.assertEqual(raw.VM.get_all(ref), expected)
        self.assertEqual(raw.Async.VM.start(ref, NULL, False, False), expected)
        self.assertEqual(raw.VM.get_all("OpaqueRef:never"), {
            "Status": "Failure", "ErrorDescription": ["SESSION_INVALID", "OpaqueRef:never"]})

    def test_the_client_logs_in_again_when_its_session_is_gone(self):
        session = self.server.login()
        ref = session.handle
        xmlrpc.client.ServerProxy(self.server.url).session.logout(ref)
        self.assertTrue(session.xenapi.host.get_all())
        self.assertNotEqual(session.handle, ref)

    def test_a_session_knows_who_it_is(self):
        session = self.server.login()
        record = session.xenapi.session.get_record(session.handle)
        self.assertEqual(record["originator"], "xenios tests")
        self.assertIn(record["this_host"], self.api.host.get_all())

    def test_tls_with_a_self_signed_certificate(self):
        session = self.server.login(self.server.tls_url, ignore_ssl=True)
        self.assertEqual(sorted(session.xenapi.VM.get_all()), sorted(self.api.VM.get_all()))
        with self.assertRaises(ssl.SSLCertVerificationError):
            self.server.login(self.server.tls_url)

    def test_the_socket_needs_no_password(self):
        session = XenAPI.Session("http://" + str(self.server.socket).replace("/", "_"), transport=XenAPI.UDSTransport())
        session.login_with_password("", "")
        self.assertEqual(len(session.xenapi.host.get_all()), 3)

    def test_a_local_session_for_emergencies(self):
        session = XenAPI.Session(self.server.url)
        session.slave_local_login_with_password("root", PASSWORD)
        session.logout()


if __name__ == "__main__":
    unittest.main()
