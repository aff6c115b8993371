"""O6: vaultx 0.0.5: the walk through its raft page, synchronous and asynchronous; its own faults asserted as such."""
import asyncio
import urllib.request

import vaultx
from vaultx.exceptions import HTTPError, VaultxError

from checks import equal, finish, ok, raises, run_async, servers, until

main = servers()["main"]
urls = [node["url"] for node in main["nodes"]]
stage = {}
NAME = "my-local-auto-snapshot"
CONFIG = {
    "name": NAME,
    "interval": "1d",
    "storage_type": "local",
    "retain": 5,
    "local_max_space": "100000",
    "path_prefix": "/tmp/vault-mock-never-written",
    "file_prefix": "vault-raft-auto-snapshot",
}


def at(index):
    return vaultx.Client(url=urls[index], token=stage.get("token"))


def initialize():
    client = at(0)
    result = client.sys.initialize(secret_shares=1, secret_threshold=1)
    stage.update(token=result["root_token"], key=result["keys"][0])
    equal(client.sys.submit_unseal_key(stage["key"])["sealed"], False, "initialize and unseal")
    until(lambda: client.sys.read_health_status(method="GET").status == 200, "the node becomes active")


def joined_node(index):
    node = at(index)
    equal(node.sys.submit_unseal_key(stage["key"]).status, 200, f"node {index} takes the leader's key")
    until(lambda: node.sys.read_health_status(method="GET").status == 429, f"node {index} becomes a standby")


def walk():
    answer = at(1).sys.join_raft_cluster(leader_api_addr=urls[0])
    equal([answer.status, answer.value], [200, {"joined": True}], "join_raft_cluster")
    joined_node(1)
    client = at(0)
    raft_config = client.sys.read_raft_config()
    equal(len(raft_config["data"]["config"]["servers"]), 2, "read_raft_config")
    equal(status_of(lambda: client.sys.list_raft_auto_snapshot_configs()), 404, "list of nothing: HTTPError 404")
    equal(client.sys.create_or_update_raft_auto_snapshot_config(**CONFIG).status, 204, "create_or_update_raft_auto_snapshot_config")
    check_config(client.sys.read_raft_auto_snapshot_config(NAME), "sync")
    equal(client.sys.list_raft_auto_snapshot_configs()["data"]["keys"], [NAME], "list_raft_auto_snapshot_configs")
    equal(client.sys.read_raft_auto_snapshot_status(NAME).status, 200, "read_raft_auto_snapshot_status")
    equal(client.sys.delete_raft_auto_snapshot_config(name=NAME).status, 204, "delete_raft_auto_snapshot_config")
    snapshot = taken()
    equal(client.sys.restore_raft_snapshot(snapshot).status, 204, "restore_raft_snapshot")
    equal(client.sys.force_restore_raft_snapshot(snapshot).status, 204, "force_restore_raft_snapshot")
    until(lambda: client.sys.read_health_status(method="GET").status == 200, "the node is active again")
    equal(client.sys.remove_raft_node(server_id="raft_1").status, 204, "remove_raft_node")
    equal(len(client.sys.read_raft_config()["data"]["config"]["servers"]), 1, "remove_raft_node: it is gone")


def check_config(answer, name):
    config = answer["data"]
    equal([config["interval"], config["retain"], config["local_max_space"]], [86400, 5, 100000], f"read_raft_auto_snapshot_config, {name}: numbers")


def status_of(call):
    try:
        return call().status
    except HTTPError as error:
        return error.status_code


def taken():
    """The client's own call is broken, so the archive comes another way."""
    request = urllib.request.Request(f"{urls[0]}/v1/sys/storage/raft/snapshot", headers={"X-Vault-Token": stage["token"]})
    with urllib.request.urlopen(request) as answer:
        return answer.read()


def client_faults():
    client = at(0)
    ok(not hasattr(client.sys, "read_raft_configuration"), "the documented read_raft_configuration does not exist")
    raises(VaultxError, lambda: client.sys.take_raft_snapshot(), "take_raft_snapshot dies in the client")
    equal(status_of(lambda: vaultx.Client(url=urls[0], token="wrong").sys.read_raft_config()), 403, "a wrong token: HTTPError 403")


async def walk_async():
    async with vaultx.AsyncClient(url=urls[2]) as node:
        answer = await node.sys.join_raft_cluster(leader_api_addr=urls[0])
        equal([answer.status, answer.value], [200, {"joined": True}], "async join_raft_cluster")
        equal((await node.sys.submit_unseal_key(stage["key"])).status, 200, "async unseal")
    until(lambda: at(2).sys.read_health_status(method="GET").status == 429, "node 2 becomes a standby")
    async with vaultx.AsyncClient(url=urls[0], token=stage["token"]) as client:
        equal(len((await client.sys.read_raft_config())["data"]["config"]["servers"]), 2, "async read_raft_config: octet-stream without bytes")
        equal((await client.sys.create_or_update_raft_auto_snapshot_config(**CONFIG)).status, 204, "async create_or_update")
        check_config(await client.sys.read_raft_auto_snapshot_config(NAME), "async")
        equal((await client.sys.list_raft_auto_snapshot_configs())["data"]["keys"], [NAME], "async list: LIST with a label")
        equal((await client.sys.read_raft_auto_snapshot_status(NAME)).status, 200, "async status")
        equal((await client.sys.delete_raft_auto_snapshot_config(name=NAME)).status, 204, "async delete: DELETE with a label")
        snapshot = taken()
        equal((await client.sys.restore_raft_snapshot(snapshot)).status, 204, "async restore: octet-stream")
        equal((await client.sys.force_restore_raft_snapshot(snapshot)).status, 204, "async force restore")
        until(lambda: at(0).sys.read_health_status(method="GET").status == 200, "the node is active again")
        equal((await client.sys.remove_raft_node(server_id="raft_2")).status, 204, "async remove_raft_node")
        try:
            await client.sys.take_raft_snapshot()
            ok(False, "async take_raft_snapshot dies in the client")
        except VaultxError:
            ok(True, "async take_raft_snapshot dies in the client")
        equal((await client.sys.step_down()).status, 204, "async step_down: PUT with a label")


def seal():
    client = at(0)
    until(lambda: client.sys.read_health_status(method="GET").status == 200, "the only node is active again")
    equal(client.sys.seal().status, 204, "seal")
    equal(client.sys.is_sealed(), True, "it is sealed")
    equal(status_of(lambda: client.sys.read_raft_config()), 503, "a sealed node: HTTPError 503")


async def main_program():
    await run_async(initialize, walk, client_faults, walk_async, seal)


asyncio.run(main_program())
finish()
