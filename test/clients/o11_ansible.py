"""O11: a playbook of community.hashi_vault, played by ansible-core."""
import json
import os
import subprocess
import sys
import tempfile

from checks import equal, ok, run, servers

SERVER = servers()["main"]
HERE = os.path.dirname(os.path.abspath(__file__))
WANTED = {
    "written": "1",
    "patched": True,
    "refused": True,
    "secret": {"pass": "q"},
    "version": "2",
    "listed": ["app"],
    "first": {"x": 1},
    "mounts": ["cubbyhole/", "identity/", "one/", "secret/", "sys/"],
    "created": ["default"],
    "joe": {"username": "joe"},
    "machine": ["default"],
    "wrapped": "60",
    "deleted": True,
    "gone": True,
    "looked_up": "q",
    "latest": "2",
}


def playbook():
    with tempfile.TemporaryDirectory() as folder:
        results = os.path.join(folder, "results.json")
        told = {"url": SERVER["url"], "root": SERVER["token"], "results": results}
        command = [sys.executable, "-m", "ansible.cli.playbook", os.path.join(HERE, "o11/story.yml")]
        environment = {
            **os.environ,
            "HOME": folder,
            "ANSIBLE_LOCALHOST_WARNING": "0",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "0",
        }
        done = subprocess.run(
            [*command, "-e", json.dumps(told)],
            env=environment, capture_output=True, text=True, timeout=180,
        )
        ok(done.returncode == 0, "the playbook is played to its end", done.stdout[-800:] + done.stderr[-400:])
        with open(results) as file:
            found = json.load(file)
    ok(found.pop("missing").startswith("Invalid or missing path ['ans/none']"), "a missing secret is named")
    for name, wanted in WANTED.items():
        got = found.get(name)
        equal(str(got) if isinstance(wanted, str) else got, wanted, name)


run(playbook)
