"""npm `xen-api` speaks to `/jsonrpc` and follows events."""

import subprocess
import unittest
from pathlib import Path
from urllib.parse import quote

import clients
from server import PASSWORD, Server


class XenApi(unittest.TestCase):
    def setUp(self):
        self.server = Server("hosts=2,vms=20,seed=3")
        self.addCleanup(self.server.close)

    def check(self, scheme: str, address: str):
        url = f"{scheme}://root:{quote(PASSWORD)}@{address}"
        script = Path(__file__).with_name("xen_api.mjs")
        done = subprocess.run(["node", script, clients.home(), url, self.server.url], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("all well", done.stdout)

    def test_over_plain_http(self):
        self.check("http", self.server.plain_address)

    def test_over_tls(self):
        self.check("https", self.server.tls_address)

    def test_provisions_a_pool_and_takes_it_down_again(self):
        url = f"http://root:{quote(PASSWORD)}@{self.server.plain_address}"
        script = Path(__file__).with_name("provision.mjs")
        done = subprocess.run(["node", script, clients.home(), url], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("all well", done.stdout)
