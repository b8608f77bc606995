#!/usr/bin/env python3
"""Prints every event of a pool as it comes.

    watch_events.py https://HOST USER PASSWORD [--class CLASS…] [--seconds N] [--insecure]

Needs the Python package XenAPI. Without --seconds it watches until it is interrupted.
"""

import argparse
import sys
import time

import XenAPI


def describe(event: dict) -> str:
    record = event.get("snapshot", {})
    name = record.get("name_label") or record.get("uuid") or ""
    state = record.get("power_state") or record.get("status") or ""
    return " ".join(filter(None, [event["operation"], event["class"], event["ref"], name, state]))


def watch(api, classes: list, seconds: float):
    # An empty token asks for all there is; only what comes after it is new.
    token = getattr(api.event, "from")(classes, "", 10.0)["token"]
    print("watching", flush=True)
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        answer = getattr(api.event, "from")(classes, token, min(left, 30.0))
        token = answer["token"]
        for event in answer["events"]:
            print(describe(event), flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("user")
    parser.add_argument("password")
    parser.add_argument("--class", dest="classes", action="append", help="only of this class; may be repeated")
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--insecure", action="store_true", help="take any certificate")
    arguments = parser.parse_args()
    session = XenAPI.Session(arguments.url, ignore_ssl=arguments.insecure)
    session.login_with_password(arguments.user, arguments.password, "1.0", "watch_events.py")
    try:
        watch(session.xenapi, arguments.classes or ["*"], arguments.seconds)
    except KeyboardInterrupt:
        pass
    finally:
        session.xenapi.session.logout()
    return 0


if __name__ == "__main__":
    sys.exit(main())
