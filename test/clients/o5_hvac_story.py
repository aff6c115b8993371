"""The life of a cluster, by hvac: three fresh nodes join, one is killed and comes back, another steps down, a snapshot is restored."""
import hvac
import requests

from checks import equal, raises, run, servers, until
from hvac import exceptions

main = servers()["main"]
nodes = [hvac.Client(url=node["url"]) for node in main["nodes"]]
stage = {}


def role(node):
    return node.sys.read_health_status().status_code


def active():
    return next((node for node in nodes if role_or_none(node) == 200), None)


def role_or_none(node):
    try:
        return role(node)
    except requests.ConnectionError:
        return None


def unseal(node):
    node.sys.submit_unseal_keys(stage["keys"])


def voters(node):
    return [server["node_id"] for server in node.sys.read_raft_config()["data"]["config"]["servers"] if server["voter"]]


def three_voters():
    result = nodes[0].sys.initialize(secret_shares=3, secret_threshold=2)
    stage["keys"] = [result["keys"][2], result["keys_base64"][0]]
    for node in nodes:
        node.token = result["root_token"]
    unseal(nodes[0])
    until(lambda: role(nodes[0]) == 200, "the first node is active")
    for index, node in enumerate(nodes[1:], 1):
        equal(node.sys.is_initialized(), False, f"node {index} is fresh")
        equal(node.sys.join_raft_cluster(leader_api_addr=main["nodes"][0]["url"]), {"joined": True}, f"node {index} joins")
        unseal(node)
        until(lambda at=node: role(at) == 429, f"node {index} is a standby")
    until(lambda: len(voters(nodes[0])) == 3, "there are three voters")
    until(lambda: nodes[0].read("sys/storage/raft/autopilot/state")["data"]["failure_tolerance"] == 1, "which one may fail of")


def writing_anywhere():
    nodes[0].sys.enable_secrets_engine("kv", path="kv", options={"version": "1"})
    nodes[1].secrets.kv.v1.create_or_update_secret("kept", {"is": "here"}, mount_point="kv")
    equal(nodes[2].secrets.kv.v1.read_secret("kept", mount_point="kv")["data"], {"is": "here"}, "written at one standby, read at the other")
    stage["snapshot"] = nodes[0].sys.take_raft_snapshot().raw.read()
    nodes[0].secrets.kv.v1.create_or_update_secret("later", {"is": "gone soon"}, mount_point="kv")


def the_leader_is_killed():
    requests.post(f"{main['nodes'][1]['url']}/_mock/nodes/raft_0/kill", timeout=5).raise_for_status()
    equal(role_or_none(nodes[0]), None, "the killed node refuses connections")
    until(lambda: active() in nodes[1:], "another one leads")
    equal(active().secrets.kv.v1.read_secret("later", mount_point="kv")["data"], {"is": "gone soon"}, "nothing was lost")
    active().secrets.kv.v1.create_or_update_secret("without", {"the": "first"}, mount_point="kv")
    requests.post(f"{main['nodes'][1]['url']}/_mock/nodes/raft_0/start", json={}, timeout=5).raise_for_status()
    equal(role(nodes[0]), 503, "the killed node comes back sealed")
    raises(exceptions.VaultDown, lambda: nodes[0].secrets.kv.v1.read_secret("kept", mount_point="kv"), "and answers nothing")
    unseal(nodes[0])
    until(lambda: role(nodes[0]) == 429, "with its keys it is a standby")
    equal(nodes[0].secrets.kv.v1.read_secret("without", mount_point="kv")["data"], {"the": "first"}, "which knows what it missed")


def the_next_one_steps_down():
    before = active()
    equal(before.sys.step_down().status_code, 204, "step_down")
    until(lambda: active() not in (None, before), "somebody else leads")
    until(lambda: role(before) == 429, "the one that stepped down is a standby")
    address = active().sys.read_leader_status()["leader_address"]
    equal([node.sys.read_leader_status()["leader_address"] for node in nodes], [address] * 3, "all three agree on the leader")


def the_snapshot_is_restored():
    equal(active().sys.restore_raft_snapshot(stage["snapshot"]).status_code, 204, "restore_raft_snapshot")
    until(lambda: active() is not None, "the cluster is active again")
    equal(active().secrets.kv.v1.read_secret("kept", mount_point="kv")["data"], {"is": "here"}, "what was in the snapshot is there")
    raises(exceptions.InvalidPath, lambda: active().secrets.kv.v1.read_secret("later", mount_point="kv"), "what came later is gone")
    equal(voters(active()), ["raft_0", "raft_1", "raft_2"], "the membership stays")


run(three_voters, writing_anywhere, the_leader_is_killed, the_next_one_steps_down, the_snapshot_is_restored)
