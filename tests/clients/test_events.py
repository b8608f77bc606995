"""PyPI `XenAPI` follows events, as the classic client loops do."""

import threading
import time

from pool import PoolTest
from server import wait_until


class Events(PoolTest):
    def test_everything_then_only_what_is_new(self):
        first = self.ask(["vm"], "")
        self.assertEqual({event["ref"] for event in first["events"]}, set(self.api.VM.get_all()))
        self.assertEqual({event["operation"] for event in first["events"]}, {"add"})
        self.assertEqual(first["valid_ref_counts"]["vm"], len(self.api.VM.get_all()))
        vm = self.api.VM.get_by_name_label("vm-0001")[0]
        self.api.VM.set_name_description(vm, "changed")
        news = self.ask(["vm"], first["token"])
        self.assertEqual([(each["operation"], each["class"], each["ref"]) for each in news["events"]], [("mod", "vm", vm)])
        self.assertEqual(news["events"][0]["snapshot"], self.api.VM.get_record(vm))

    def ask(self, classes, token, timeout=10.0):
        return getattr(self.api.event, "from")(classes, token, timeout)

    def now(self, classes=("*",)) -> str:
        return self.ask(list(classes), "")["token"]

    def test_waits_until_something_happens(self):
        token, vm = self.now(["vm"]), self.api.VM.get_by_name_label("vm-0002")[0]
        other = self.server.login().xenapi
        threading.Timer(0.3, lambda: other.VM.set_name_description(vm, "later")).start()
        began = time.monotonic()
        news = self.ask(["vm/" + vm], token)
        self.assertEqual([each["ref"] for each in news["events"]], [vm])
        self.assertLess(time.monotonic() - began, 3)

    def test_a_timeout_is_kept(self):
        token, began = self.now(), time.monotonic()
        answer = self.ask(["network"], token, 0.5)
        self.assertEqual(answer["events"], [])
        self.assertLess(0.3, time.monotonic() - began)
        self.assertLess(time.monotonic() - began, 3)

    def test_nothing_of_a_life_is_missed(self):
        """A loop of `event.from` that only applies events ends with the rows as they are."""
        classes, mirror, done = ["vm", "vbd", "vdi", "vif", "vm_metrics"], {}, threading.Event()
        api = self.server.login().xenapi
        tables = {"vm": "VM", "vbd": "VBD", "vdi": "VDI", "vif": "VIF", "vm_metrics": "VM_metrics"}

        def follow():
            token = ""
            while not (done.is_set() and caught_up(token)):
                answer = getattr(api.event, "from")(classes, token, 0.5)
                token = answer["token"]
                for event in answer["events"]:
                    if event["operation"] == "del":
                        mirror.pop(event["ref"], None)
                    else:
                        mirror[event["ref"]] = event["snapshot"]

        def caught_up(token):
            return not getattr(api.event, "from")(classes, token, 0.1)["events"]

        follower = threading.Thread(target=follow)
        follower.start()
        for round in range(3):
            vm = self.running_vm(f"watched {round}")
            self.api.VM.snapshot(vm, "seen", [])
            self.remove(vm)
        done.set()
        follower.join()
        rows = {}
        for table in tables.values():
            rows |= getattr(self.api, table).get_all_records()
        self.assertEqual(set(mirror), set(rows))
        differing = {ref: key for ref in rows for key in rows[ref] if rows[ref][key] != mirror[ref].get(key)}
        self.assertEqual(differing, {})

    def test_inject_wakes_a_waiter(self):
        pool = self.api.pool.get_all()[0]
        token = self.api.event.inject("pool", pool)
        news = self.ask(["pool"], token)
        self.assertEqual([each["ref"] for each in news["events"]], [pool])
        with self.fails("HANDLE_INVALID"):
            self.api.event.inject("pool", "OpaqueRef:none")

    def test_a_bad_token_is_refused(self):
        with self.fails("EVENT_FROM_TOKEN_PARSE_FAILURE", "nonsense"):
            self.ask(["vm"], "nonsense")

    def test_the_old_queue(self):
        with self.fails("SESSION_NOT_REGISTERED"):
            self.api.event.next()
        self.api.event.register(["VM"])
        vm = self.api.VM.get_by_name_label("vm-0003")[0]
        self.api.VM.set_name_description(vm, "old style")
        self.assertIn(vm, [event["ref"] for event in self.api.event.next()])
        self.assertGreater(int(self.api.event.get_current_id()), 0)
        self.api.event.unregister(["VM"])

    def test_an_idle_watcher_is_woken_soon(self):
        """Many wait; each hears of the change."""
        vm, heard = self.api.VM.get_by_name_label("vm-0004")[0], []

        def wait():
            api = self.server.login().xenapi
            token = getattr(api.event, "from")(["vm/" + vm], "", 5.0)["token"]
            ready.release()
            heard.extend(event["ref"] for event in getattr(api.event, "from")(["vm/" + vm], token, 10.0)["events"])

        ready = threading.Semaphore(0)
        waiters = [threading.Thread(target=wait) for _ in range(20)]
        for each in waiters:
            each.start()
        for _ in waiters:
            ready.acquire(timeout=10)
        self.api.VM.set_name_description(vm, "to all")
        for each in waiters:
            each.join()
        self.assertEqual(heard, [vm] * 20)


class Tasks(PoolTest):
    def test_a_task_of_ones_own(self):
        task = self.api.task.create("mine", "a task of a client")
        self.assertEqual(self.api.task.get_status(task), "pending")
        self.api.task.set_progress(task, 0.5)
        self.assertAlmostEqual(self.api.task.get_progress(task), 0.5)
        self.api.task.set_status(task, "success")
        self.api.task.destroy(task)
        with self.fails("HANDLE_INVALID"):
            self.api.task.get_status(task)

    def test_a_task_is_seen_from_beginning_to_end(self):
        token = getattr(self.api.event, "from")(["task"], "", 5.0)["token"]
        vm = self.new_vm("told by its task")
        task = self.api.Async.VM.start(vm, False, False)
        states = []

        def over():
            nonlocal token
            answer = getattr(self.api.event, "from")([f"task/{task}"], token, 2.0)
            token = answer["token"]
            states.extend(event["snapshot"]["status"] for event in answer["events"] if event["operation"] != "del")
            return "success" in states

        wait_until(over, what="the task's end")
        record = self.api.task.get_record(task)
        self.assertEqual((record["progress"], record["result"], record["name_label"]), (1.0, "<value></value>", "Async.VM.start"))
