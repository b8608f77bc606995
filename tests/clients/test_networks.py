"""PyPI `XenAPI` builds networks: a VLAN on every host, a bond, a card that moves; and takes it all down."""

from pool import NULL, PoolTest


class Networks(PoolTest):
    def new_network(self, name: str) -> str:
        network = self.api.network.create({"name_label": name, "name_description": "", "MTU": "1500", "other_config": {}})
        self.addCleanup(self.api.network.destroy, network)
        return network

    def interface(self, host: str, device: str) -> str:
        return next(pif for pif in self.api.host.get_PIFs(host)
                    if self.api.PIF.get_device(pif) == device and self.api.PIF.get_VLAN(pif) == "-1")

    def cards(self, host: str) -> set[str]:
        return {self.api.PIF.get_device(pif) for pif in self.api.host.get_PIFs(host) if self.api.PIF.get_physical(pif)}

    def test_a_network_gets_a_bridge_of_its_own(self):
        one, two = self.new_network("one"), self.new_network("two")
        bridges = {self.api.network.get_bridge(network) for network in (one, two)}
        self.assertEqual(len(bridges), 2)
        self.assertTrue(all(bridge.startswith("xapi") for bridge in bridges))
        taken = self.api.network.get_bridge(self.network())
        with self.fails("INVALID_VALUE", "bridge", taken):
            self.api.network.create({"name_label": "x", "name_description": "", "MTU": "1500", "other_config": {},
                                     "bridge": taken})
        with self.fails("NETWORK_CONTAINS_PIF"):
            self.api.network.destroy(self.network())

    def test_vlan_bond_and_a_card_that_moves(self):
        hosts, host = self.api.host.get_all(), None
        tagged = self.new_network("tagged")
        pifs = self.api.pool.create_VLAN("eth0", tagged, "77")
        self.assertEqual({self.api.PIF.get_host(pif) for pif in pifs}, set(hosts))
        for pif in pifs:
            record = self.api.PIF.get_record(pif)
            self.assertEqual((record["VLAN"], record["currently_attached"], record["physical"]), ("77", True, False))
        with self.fails("NETWORK_ALREADY_CONNECTED"):
            self.api.pool.create_VLAN("eth0", tagged, "78")
        with self.fails("VLAN_TAG_INVALID", "4095"):
            self.api.pool.create_VLAN("eth0", self.new_network("spare"), "4095")

        vm = self.running_vm("mover")
        host = self.api.VM.get_resident_on(vm)
        vif = self.api.VM.get_VIFs(vm)[0]
        home = self.api.VIF.get_network(vif)
        self.api.VIF.move(vif, tagged)
        self.assertEqual((self.api.VIF.get_network(vif), self.api.VIF.get_currently_attached(vif)), (tagged, True))
        pif = next(pif for pif in pifs if self.api.PIF.get_host(pif) == host)
        with self.fails("VIF_IN_USE", tagged, vif):
            self.api.PIF.unplug(pif)
        self.api.VIF.set_locking_mode(vif, "locked")
        self.api.VIF.set_ipv4_allowed(vif, ["10.0.0.1"])
        with self.fails("INVALID_VALUE", "ipv4_allowed", "nonsense"):
            self.api.VIF.add_ipv4_allowed(vif, "nonsense")
        self.api.VIF.move(vif, home)
        self.assertEqual(self.api.network.get_VIFs(tagged), [])

        # Two cards that nobody has introduced yet.
        before = self.cards(host)
        self.api.PIF.scan(host)
        found = self.cards(host)
        self.assertTrue({"eth2", "eth3"} <= found)
        members = [self.interface(host, device) for device in ("eth2", "eth3")]
        bonded = self.new_network("bonded")
        with self.fails("PIF_BOND_NEEDS_MORE_MEMBERS"):
            self.api.Bond.create(bonded, members[:1], "", "active-backup")
        bond = self.finish(self.api.Async.Bond.create(bonded, members, "", "active-backup"))
        record = self.api.Bond.get_record(bond)
        self.assertEqual((set(record["slaves"]), record["mode"]), (set(members), "active-backup"))
        master = record["master"]
        self.assertEqual(self.api.PIF.get_device(master), "bond0")
        with self.fails("PIF_ALREADY_BONDED", members[0]):
            self.api.PIF.forget(members[0])
        self.api.PIF.plug(master)
        self.assertEqual([self.api.PIF.get_currently_attached(pif) for pif in (master, *members)], [True] * 3)
        self.api.PIF.reconfigure_ip(master, "DHCP", "", "", "", "")
        self.assertTrue(self.api.PIF.get_IP(master).startswith("10.10."))
        self.api.VIF.move(vif, bonded)
        with self.fails("NETWORK_CONTAINS_VIF", vif):
            self.api.network.destroy(bonded)

        # All of it goes again; the guest's card goes along with what the bond had.
        self.api.Bond.destroy(bond)
        self.assertEqual(self.api.PIF.get_bond_slave_of(members[0]), NULL)
        self.assertEqual(self.api.VIF.get_network(vif), self.api.PIF.get_network(members[0]))
        self.assertEqual(self.api.PIF.get_ip_configuration_mode(members[0]), "DHCP")
        self.api.VIF.move(vif, home)
        for pif in members:
            network = self.api.PIF.get_network(pif)
            self.api.PIF.forget(pif)
            self.api.network.destroy(network)
        self.assertEqual(self.cards(host) - before, set())
        for pif in pifs:
            vlan = self.api.PIF.get_VLAN_master_of(pif)
            self.api.VLAN.destroy(vlan)
        self.assertEqual(self.api.network.get_PIFs(tagged), [])
        with self.fails("HANDLE_INVALID", "Bond", bond):
            self.api.Bond.get_master(bond)

    def test_a_forgotten_card_leaves_no_metrics(self):
        host = self.api.host.get_all()[0]
        before = set(self.api.PIF_metrics.get_all())
        card = self.api.PIF.db_introduce(
            "eth9", self.network(), host, "02:00:00:00:00:09", "1500", "-1", True, "None", "", "", "", "",
            NULL, NULL, False, {}, False, "None", [], "", "IPv4", True, {})
        self.assertEqual(len(set(self.api.PIF_metrics.get_all()) - before), 1)
        self.api.PIF.db_forget(card)
        self.assertEqual(set(self.api.PIF_metrics.get_all()), before)
