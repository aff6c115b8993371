# Steers a running vault-mock from Python, with nothing but its standard library.
# Start `vault-mock --nodes 3`, then: python3 examples/control/control.py
import json
import os
import urllib.request

ADDRESS = os.environ.get("VAULT_ADDR", "http://127.0.0.1:8200")


def control(method, path, body=None):
    """Calls the control API; an error of the server is raised as urllib.error.HTTPError."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(ADDRESS + "/_mock" + path, data=data, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
    return json.loads(text) if text else None


control("PUT", "/checkpoints/before")
control("POST", "/nodes/raft_1/kill")
control("POST", "/time/advance", {"ms": 60_000})
for node in control("GET", "/nodes")["nodes"]:
    print(node["id"], node["process"], "active" if node["active"] else "")

control("POST", "/faults", {"match": {"path": "secret/**", "nth": 1}, "effect": {"status": 503}})
control("POST", "/checkpoints/before/restore")
control("DELETE", "/faults")
