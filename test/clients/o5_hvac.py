"""O5: hvac 2.4.0: all raft methods, automated snapshots, health, exception classes, snapshots."""
import hvac
from hvac import exceptions

from checks import equal, ok, raises, run, servers, until

main = servers()["main"]
urls = [node["url"] for node in main["nodes"]]
client = hvac.Client(url=urls[0])
standby = hvac.Client(url=urls[1])
keys = []

CONFIG = {
    "interval": "1d",
    "storage_type": "local",
    "retain": 5,
    "local_max_space": "100000",
    "path_prefix": "/tmp/vault-mock-never-written",
    "file_prefix": "vault-raft-auto-snapshot",
}


def status_of(answer):
    """hvac gives a dict for 200 with JSON, else the response."""
    return 200 if isinstance(answer, dict) else answer.status_code


def fresh_server():
    equal(client.sys.is_initialized(), False, "a fresh server is not initialised")
    equal(client.sys.read_health_status().status_code, 501, "health by HEAD, uninitialised: 501")
    equal(client.sys.read_health_status().text, "", "health by HEAD has no body")
    equal(client.sys.read_health_status(method="GET").status_code, 501, "health by GET, uninitialised: 501")
    equal(client.sys.read_health_status(method="GET", uninit_code=299).status_code, 299, "uninitcode=299")
    raises(exceptions.VaultNotInitialized, lambda: client.adapter.get("/v1/sys/health"), "501")


def init_and_unseal():
    result = client.sys.initialize(secret_shares=3, secret_threshold=2)
    equal([len(result["keys"]), len(result["keys_base64"])], [3, 3], "initialize: keys in both forms")
    keys.extend([result["keys"][0], result["keys_base64"][1]])
    client.token = standby.token = result["root_token"]
    equal(client.sys.read_health_status(method="GET").status_code, 503, "health, sealed: 503")
    equal(client.sys.read_health_status(method="GET", sealed_code=298).status_code, 298, "sealedcode=298")
    down = raises(exceptions.VaultDown, lambda: client.sys.read_raft_config(), "a sealed node")
    equal(down.errors, ["Vault is sealed"], "VaultDown carries the text")
    equal(client.sys.submit_unseal_keys(keys)["sealed"], False, "unseal with a hex and a base64 key")
    until(lambda: client.sys.read_health_status().status_code == 200, "the node becomes active")
    equal(client.is_authenticated(), True, "the root token is good")
    again = raises(exceptions.InvalidRequest, lambda: client.sys.initialize(1, 1), "a second initialize")
    equal(again.errors, ["Vault is already initialized"], "a second initialize: the text")


def join():
    joined = standby.sys.join_raft_cluster(leader_api_addr=urls[0])
    equal(joined, {"joined": True}, "join_raft_cluster: a dict without an envelope")
    standby.sys.submit_unseal_keys(keys)
    until(lambda: standby.sys.read_health_status().status_code == 429, "the second node becomes a standby")
    until(lambda: all(server["voter"] for server in peers()), "the second node becomes a voter")


def peers():
    return client.sys.read_raft_config()["data"]["config"]["servers"]


def configuration():
    equal([server["node_id"] for server in peers()], ["raft_0", "raft_1"], "read_raft_config: two servers")
    equal([server["leader"] for server in peers()], [True, False], "read_raft_config: the leader")
    forwarded = standby.sys.read_raft_config()["data"]["config"]["servers"]
    equal(len(forwarded), 2, "read_raft_config through the standby")


def health_flags():
    get = lambda who, **flags: status_of(who.sys.read_health_status(method="GET", **flags))  # noqa: E731
    equal(get(client), 200, "health, active")
    equal(get(client, active_code=297), 297, "activecode")
    equal(get(standby), 429, "health, standby")
    equal(get(standby, standby_ok=True), 200, "standbyok=True, as Python writes it")
    equal(get(standby, standby_ok=False), 429, "standbyok=False")
    equal(get(standby, standby_code=296), 296, "standbycode")
    equal(get(standby, dr_secondary_code=295, performance_standby_code=294), 429, "codes of roles it has not")
    equal(standby.sys.read_health_status().status_code, 429, "health by HEAD, standby")
    leader = standby.sys.read_leader_status()
    equal([leader["is_self"], leader["leader_address"]], [False, urls[0]], "the standby knows the leader's address")


def auto_snapshots():
    raises(exceptions.InvalidPath, lambda: client.sys.list_raft_auto_snapshot_configs(), "list of nothing")
    written = client.sys.create_or_update_raft_auto_snapshot_config(name="daily", **CONFIG)
    equal(written.status_code, 204, "create_or_update_raft_auto_snapshot_config: 204")
    config = client.sys.read_raft_auto_snapshot_config("daily")["data"]
    equal([config["interval"], config["retain"], config["local_max_space"]], [86400, 5, 100000], "read_raft_auto_snapshot_config: numbers")
    equal(config["file_prefix"], CONFIG["file_prefix"], "read_raft_auto_snapshot_config: file_prefix")
    equal(client.sys.list_raft_auto_snapshot_configs()["data"]["keys"], ["daily"], "list_raft_auto_snapshot_configs: LIST")
    ok("data" in client.sys.read_raft_auto_snapshot_status("daily"), "read_raft_auto_snapshot_status")
    equal(client.sys.delete_raft_auto_snapshot_config("daily").status_code, 204, "delete_raft_auto_snapshot_config: 204")
    raises(exceptions.InvalidPath, lambda: client.sys.read_raft_auto_snapshot_config("daily"), "read of what is gone")
    strict = hvac.Client(url=urls[0], token=client.token, strict_http=True)
    raises(exceptions.InvalidPath, lambda: strict.sys.list_raft_auto_snapshot_configs(), "list by GET with list=true")


def exception_classes():
    invalid = raises(exceptions.InvalidRequest, lambda: client.sys.remove_raft_node(""), "400")
    equal(invalid.errors, ["no server id provided"], "InvalidRequest carries errors")
    forbidden = raises(exceptions.Forbidden, lambda: hvac.Client(url=urls[0], token="wrong").sys.read_raft_config(), "403")
    equal(forbidden.errors, ["permission denied"], "Forbidden carries errors: the Content-Type is exactly application/json")
    missing = raises(exceptions.InvalidPath, lambda: client.adapter.get("/v1/sys/nowhere"), "404")
    equal(missing.errors, ["1 error occurred:\n\t* unsupported path\n\n"], "InvalidPath carries errors")
    equal(client.read("sys/nowhere"), None, "read of what is not there: None")
    failed = raises(exceptions.InternalServerError, lambda: client.sys.restore_raft_snapshot(b"this is not a gzip file"), "500")
    equal(failed.errors, ["1 error occurred:\n\t* failed to decompress snapshot: gzip: invalid header\n\n"], "InternalServerError carries errors")
    unsupported = raises(exceptions.UnexpectedError, lambda: client.adapter.delete("/v1/sys/storage/raft/configuration"), "405")
    equal(unsupported.errors, ["1 error occurred:\n\t* unsupported operation\n\n"], "UnexpectedError carries errors")


def snapshots():
    client.sys.create_or_update_policy(name="before", policy='path "a" { capabilities = ["read"] }')
    answer = client.sys.take_raft_snapshot()
    equal([answer.status_code, answer.headers["Content-Type"]], [200, "application/gzip"], "take_raft_snapshot: a stream")
    snapshot = answer.raw.read()
    equal(snapshot[:2], b"\x1f\x8b", "take_raft_snapshot: gzip")
    for name, restore in [("restore", client.sys.restore_raft_snapshot), ("force", client.sys.force_restore_raft_snapshot)]:
        client.sys.create_or_update_policy(name="after", policy='path "a" { capabilities = ["read"] }')
        equal(restore(snapshot).status_code, 204, f"{name}: 204")
        until(lambda: client.sys.read_health_status().status_code == 200, f"{name}: the node is active again")
        policies = client.sys.list_policies()["data"]["policies"]
        equal(["before" in policies, "after" in policies], [True, False], f"{name}: the state of the snapshot")
    equal(len(peers()), 2, "the membership stays")


def keys_and_roles():
    equal(client.sys.rotate_encryption_key().status_code, 204, "rotate_encryption_key: 204")
    start = client.sys.start_root_token_generation()
    ok(start["started"] and start["otp_length"] == len(start["otp"]), "start_root_token_generation", start)
    equal(client.sys.generate_root(keys[0], start["nonce"])["progress"], 1, "generate_root: 1 of 2")
    equal(client.sys.generate_root(keys[1], start["nonce"])["complete"], True, "generate_root: complete")
    equal(client.sys.step_down().status_code, 204, "step_down: 204")
    until(lambda: standby.sys.read_leader_status()["is_self"], "the other node takes over")
    until(lambda: client.sys.read_health_status().status_code == 429, "the first one is a standby")


def removal():
    removed = client.sys.remove_raft_node("raft_0")
    equal(removed.status_code, 204, "remove_raft_node: 204")
    equal([server["node_id"] for server in standby.sys.read_raft_config()["data"]["config"]["servers"]], ["raft_1"], "one server left")
    last = raises(exceptions.InternalServerError, lambda: standby.sys.remove_raft_node("raft_1"), "removal of the last server")
    equal(last.errors, ["1 error occurred:\n\t* need at least one voter in configuration: {[]}\n\n"], "removal of the last server: the text")


def seal():
    equal(standby.sys.seal().status_code, 204, "seal: 204")
    equal(standby.sys.is_sealed(), True, "it is sealed")
    equal(standby.sys.submit_unseal_keys(keys)["sealed"], False, "the keys unseal it")


run(fresh_server, init_and_unseal, join, configuration, health_flags, auto_snapshots, exception_classes, snapshots, keys_and_roles, removal, seal)
