"""Hosts that listen on their own: members, the coordinator, and those who have left."""

import unittest

import XenAPI
from server import PASSWORD, Server, wait_until


class Members(unittest.TestCase):
    def setUp(self):
        self.server = Server("hosts=3,vms=6,seed=5", "max", more=["--xapi-members=127.0.0.1:0"])
        self.addCleanup(self.server.close)
        self.session = self.server.login(self.server.tls_url, ignore_ssl=True)
        self.api = self.session.xenapi
        self.addresses = {ref: host["address"] for ref, host in self.api.host.get_all_records().items()}
        self.pool = self.api.pool.get_all()[0]
        self.master = self.api.pool.get_master(self.pool)
        self.members = sorted(set(self.addresses) - {self.master})

    def at(self, host: str) -> XenAPI.Session:
        return XenAPI.Session(f"https://{self.addresses[host]}", ignore_ssl=True)

    def login(self, host: str) -> XenAPI.Session:
        session = self.at(host)
        session.login_with_password("root", PASSWORD, "2.21", "xenios tests")
        return session

    def refused(self, call, *parameters) -> list:
        with self.assertRaises(XenAPI.Failure) as caught:
            call(*parameters)
        return caught.exception.details

    def test_members_send_clients_to_the_coordinator(self):
        self.assertEqual(len(set(self.addresses.values())), 3)
        for member in self.members:
            there = self.at(member)
            sent_on = ["HOST_IS_SLAVE", self.addresses[self.master]]
            self.assertEqual(self.refused(there.login_with_password, "root", PASSWORD), sent_on)
            there._session = self.session.handle
            self.assertEqual(self.refused(there.xenapi.VM.get_all), sent_on)
            self.assertEqual(self.refused(there.xenapi.pool.is_slave, member), sent_on)
            there.slave_local_login_with_password("root", PASSWORD)
            self.assertTrue(there.xenapi.pool.is_slave(member))
            self.assertEqual(self.refused(there.xenapi.host.get_all), sent_on)
        self.assertFalse(self.api.pool.is_slave(self.master))

    def test_the_role_moves(self):
        heir = self.members[0]
        self.api.pool.designate_new_master(heir)
        self.assertEqual(self.refused(self.api.VM.get_all), ["HOST_IS_SLAVE", self.addresses[heir]])
        new = self.login(heir).xenapi
        self.assertEqual(new.pool.get_master(self.pool), heir)
        # The old one takes it back by force.
        old = self.at(self.master)
        old.slave_local_login_with_password("root", PASSWORD)
        old.xenapi.pool.emergency_transition_to_master()
        back = self.login(self.master).xenapi
        self.assertEqual(set(back.pool.recover_slaves()), set(self.members))
        self.assertEqual(self.refused(new.VM.get_all)[0], "HOST_IS_SLAVE")

    def test_who_leaves_is_a_pool_of_its_own(self):
        leaves = self.members[1]
        for vm, record in self.api.VM.get_all_records().items():
            if record["resident_on"] == leaves and not record["is_control_domain"]:
                self.api.VM.hard_shutdown(vm)
        uuid = self.api.host.get_uuid(leaves)
        self.api.pool.eject(leaves)
        self.assertNotIn(leaves, self.api.host.get_all())

        def alone():
            try:
                return self.login(leaves)
            except XenAPI.Failure:
                return None

        own = wait_until(alone, what="a pool of its own").xenapi
        (host,) = own.host.get_all()
        self.assertEqual(own.host.get_uuid(host), uuid)
        self.assertNotEqual(own.pool.get_uuid(own.pool.get_all()[0]), self.api.pool.get_uuid(self.pool))
        vms = [vm for vm in own.VM.get_all_records().values() if not vm["is_a_template"]]
        self.assertEqual([vm["is_control_domain"] for vm in vms], [True])
        self.assertTrue(own.host.get_enabled(host))

    def test_who_has_left_may_come_back(self):
        leaves = self.members[0]
        for vm, record in self.api.VM.get_all_records().items():
            if record["resident_on"] == leaves and not record["is_control_domain"]:
                self.api.VM.hard_shutdown(vm)
        uuid = self.api.host.get_uuid(leaves)
        self.api.pool.eject(leaves)

        def alone():
            try:
                return self.login(leaves)
            except XenAPI.Failure:
                return None

        own = wait_until(alone, what="a pool of its own").xenapi
        own.pool.join(self.addresses[self.master], "root", PASSWORD)
        self.assertEqual(self.api.host.get_address(self.api.host.get_by_uuid(uuid)), self.addresses[leaves])
        self.assertEqual(len(self.api.host.get_all()), 3)

    def test_who_comes_back_finds_whoever_leads(self):
        """The door of the new coordinator is not the first one; what was made in the old life is gone."""
        heir, leaves = self.members
        network = self.api.network.create({"name_label": "tagged", "name_description": "", "MTU": "1500",
                                           "other_config": {}, "bridge": "", "managed": True, "tags": []})
        self.api.pool.create_VLAN("eth1", network, "77")
        for vm, record in self.api.VM.get_all_records().items():
            if record["resident_on"] == leaves and not record["is_control_domain"]:
                self.api.VM.hard_shutdown(vm)
        uuid = self.api.host.get_uuid(leaves)
        self.api.pool.designate_new_master(heir)
        there = self.login(heir).xenapi
        there.Repository.introduce("updates", "", "http://example.org/b", "http://example.org/s", True)
        there.pool.eject(leaves)

        def alone():
            try:
                return self.login(leaves)
            except XenAPI.Failure:
                return None

        own = wait_until(alone, what="a pool of its own").xenapi
        for rows in (own.VLAN, own.Repository):
            self.assertEqual(rows.get_all(), [])
        self.assertEqual(own.network.get_by_name_label("tagged"), [])
        own.pool.join(self.addresses[heir], "root", PASSWORD)
        self.assertEqual(there.host.get_address(there.host.get_by_uuid(uuid)), self.addresses[leaves])
