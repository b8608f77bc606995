#!/usr/bin/env python3
"""Moves every running machine to the next host, several rounds, by tasks that run side by side.

    rotate.py https://HOST USER PASSWORD [--rounds N] [--insecure]

Needs the Python package XenAPI. Exits with 1 if a migration failed.
"""

import argparse
import sys
import time

import XenAPI


def running_machines(api) -> dict:
    return {ref: vm for ref, vm in api.VM.get_all_records().items()
            if vm["power_state"] == "Running" and not vm["is_control_domain"]}


def next_host(hosts: list, host: str) -> str:
    return hosts[(hosts.index(host) + 1) % len(hosts)]


def wait_for(api, tasks: dict) -> int:
    """Tell of each task when it ends; how many did not succeed."""
    failed = 0
    while tasks:
        for task, label in list(tasks.items()):
            record = api.task.get_record(task)
            if record["status"] == "pending":
                continue
            if record["status"] != "success":
                failed += 1
                print(f"  {label}: {record['status']} {' '.join(record['error_info'])}")
            api.task.destroy(task)
            del tasks[task]
        time.sleep(0.1)
    return failed


def rotate(api, rounds: int) -> int:
    hosts = sorted(api.host.get_all(), key=api.host.get_name_label)
    failed = 0
    for round in range(1, rounds + 1):
        machines = running_machines(api)
        began = time.monotonic()
        tasks = {}
        for ref, vm in machines.items():
            target = next_host(hosts, vm["resident_on"])
            tasks[api.Async.VM.pool_migrate(ref, target, {"live": "true"})] = vm["name_label"]
        failures = wait_for(api, tasks)
        failed += failures
        print(f"round {round}: {len(machines) - failures} of {len(machines)} machines moved "
              f"in {time.monotonic() - began:.1f} s", flush=True)
    return failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("user")
    parser.add_argument("password")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--insecure", action="store_true", help="take any certificate")
    arguments = parser.parse_args()
    session = XenAPI.Session(arguments.url, ignore_ssl=arguments.insecure)
    session.login_with_password(arguments.user, arguments.password, "1.0", "rotate.py")
    try:
        return 1 if rotate(session.xenapi, arguments.rounds) else 0
    finally:
        session.xenapi.session.logout()


if __name__ == "__main__":
    sys.exit(main())
