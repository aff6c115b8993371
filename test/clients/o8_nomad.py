"""O8, Python: python-nomad 2.1.0: configuration with stale both ways, removal by address, refusals."""
import nomad
from nomad.api import exceptions

from checks import equal, ok, raises, run, servers, until

main = servers()["main"]
acl = servers()["acl"]


def at(server, index=0, **options):
    return nomad.Nomad(address=server["nomad"][index]["url"], **options)


def configuration():
    for stale in (False, True):
        config = at(main).operator.get_configuration(stale=stale)
        servers = config["Servers"]
        equal(len(servers), 3, f"get_configuration(stale={stale}): three servers")
        equal(sum(server["Leader"] for server in servers), 1, f"get_configuration(stale={stale}): one leader")
        ok(all(isinstance(server["RaftProtocol"], str) and server["Voter"] for server in servers), f"get_configuration(stale={stale}): voters, RaftProtocol a string", servers)
        equal([server["ID"] for server in servers], [server["Address"] for server in servers], f"get_configuration(stale={stale}): ids are addresses")


def removal():
    unknown = raises(exceptions.BaseNomadException, lambda: at(main).operator.delete_peer("1.2.3.4:4646"), "delete_peer of an unknown address")
    ok('address "1.2.3.4:4646" was not found in the Raft configuration' in str(unknown), "delete_peer: the text", str(unknown))
    follower = next(server["Address"] for server in at(main).operator.get_configuration()["Servers"] if not server["Leader"])
    equal(at(main).operator.delete_peer(follower), True, "delete_peer by address")
    until(lambda: all(not server["Voter"] for server in at(main).operator.get_configuration()["Servers"] if server["Address"] == follower), "the peer votes no more")


def neighbours():
    leader = at(main).status.leader.get_leader()
    ok(isinstance(leader, str) and ":" in leader, "status/leader", leader)
    ok(len(at(main).status.peers.get_peers()) >= 2, "status/peers")
    equal(at(main).regions.get_regions(), ["global"], "regions")


def tokens():
    denied = raises(exceptions.URLNotAuthorizedNomadException, lambda: at(acl).operator.get_configuration(), "no token")
    equal(denied.nomad_resp.text, "Permission denied", "403: the text")
    raises(exceptions.URLNotAuthorizedNomadException, lambda: at(acl, token="00000000-0000-0000-0000-000000000000").operator.get_configuration(), "an unknown token")
    secret = at(acl).acl.generate_bootstrap()["SecretID"]
    equal(len(at(acl, token=secret).operator.get_configuration()["Servers"]), 3, "the management token reads the configuration")


run(configuration, removal, neighbours, tokens)
