"""O14: hvac 2.4.0 in namespaces: a client of its own for each, of Vault Enterprise and of OpenBao."""
import hvac
from hvac import exceptions

from checks import equal, ok, raises, run, servers, until

SERVERS = {name: servers()[name] for name in ("main", "bao")}
READER = 'path "kv/data/*" { capabilities = ["read"] }'
ADMIN = 'path "*" { capabilities = ["create", "read", "update", "patch", "delete", "list", "sudo"] }'


def client_of(server, namespace=None, token=None):
    return hvac.Client(url=server["url"], token=token or server["token"], namespace=namespace)


def each(step):
    """The step with each server, by name."""
    def both():
        for name, server in SERVERS.items():
            step(name, server)
    both.__name__ = step.__name__
    return both


@each
def made(name, server):
    root = client_of(server)
    raises(exceptions.InvalidPath, root.sys.list_namespaces, f"{name}: no namespaces")
    answer = root.sys.create_namespace("team")
    equal(answer["data"]["path"], "team/", f"{name}: create_namespace")
    client_of(server, "team").sys.create_namespace("app")
    client_of(server, "team/").sys.create_namespace("web")
    equal(root.sys.list_namespaces()["data"]["keys"], ["team/"], f"{name}: list_namespaces")
    inner = client_of(server, "team").sys.list_namespaces()["data"]
    equal(inner["keys"], ["app/", "web/"], f"{name}: list_namespaces in a namespace")
    equal(inner["key_info"]["app/"]["path"], "team/app/", f"{name}: its key_info")
    for wrong in ("sys", "root"):
        raises(exceptions.InvalidRequest, lambda: root.sys.create_namespace(wrong), f"{name}: create_namespace {wrong}")


@each
def secrets(name, server):
    for namespace in (None, "team", "team/app"):
        client = client_of(server, namespace)
        client.sys.enable_secrets_engine("kv", path="kv", options={"version": "2"})
        client.secrets.kv.v2.create_or_update_secret("where", secret={"namespace": namespace or "root"}, mount_point="kv")
    for namespace, path in (("team/app", "kv"), ("team", "app/kv"), (None, "team/app/kv")):
        read = client_of(server, namespace).secrets.kv.v2.read_secret_version("where", mount_point=path, raise_on_deleted_version=True)
        equal(read["data"]["data"], {"namespace": "team/app"}, f"{name}: {namespace} and {path}")
    raises(exceptions.InvalidPath, lambda: client_of(server, "team/none").secrets.kv.v2.read_secret_version(
        "where", mount_point="kv", raise_on_deleted_version=True), f"{name}: a namespace that is not there")
    mounts = client_of(server, "team/app").sys.list_mounted_secrets_engines()["data"]
    ok({"cubbyhole/", "identity/", "kv/", "sys/"} == set(mounts), f"{name}: mounts of a namespace", list(mounts))


@each
def logins(name, server):
    admin = client_of(server, "team/app")
    admin.sys.create_or_update_policy("reader", READER)
    admin.sys.enable_auth_method("userpass")
    admin.auth.userpass.create_or_update_user("ann", password="secret", policies=["reader"])
    ann = hvac.Client(url=server["url"], token="", namespace="team/app")
    login = ann.auth.userpass.login("ann", "secret")["auth"]
    equal(login["policies"], ["default", "reader"], f"{name}: login in a namespace")
    space = client_of(server, "team").sys.list_namespaces()["data"]["key_info"]["app/"]["id"]
    ok(login["client_token"].endswith(f".{space}"), f"{name}: the token names its namespace", login["client_token"])
    ok(login["accessor"].endswith(f".{space}"), f"{name}: so does its accessor", login["accessor"])
    own = ann.auth.token.lookup_self()["data"]
    equal([own["namespace_path"], own["display_name"]], ["team/app/", "userpass-ann"], f"{name}: lookup_self")
    read = ann.secrets.kv.v2.read_secret_version("where", mount_point="kv", raise_on_deleted_version=True)
    equal(read["data"]["data"], {"namespace": "team/app"}, f"{name}: what the policy allows")
    for elsewhere in (None, "team", "team/web"):
        client = client_of(server, elsewhere, login["client_token"])
        raises(exceptions.Forbidden, lambda: client.secrets.kv.v2.read_secret_version(
            "where", mount_point="kv", raise_on_deleted_version=True), f"{name}: the token in {elsewhere}")
        equal(client.auth.token.lookup_self()["data"]["namespace_path"], "team/app/", f"{name}: lookup_self from {elsewhere}")
    outside = hvac.Client(url=server["url"], token="")
    raises(exceptions.Forbidden, lambda: outside.auth.userpass.login("ann", "secret"), f"{name}: a login without the namespace")
    ann.auth.token.renew_self()
    ann.auth.token.revoke_self()
    raises(exceptions.Forbidden, ann.auth.token.lookup_self, f"{name}: a revoked token")


@each
def children(name, server):
    outer = client_of(server, "team")
    outer.sys.create_or_update_policy("admin", ADMIN)
    token = outer.auth.token.create(policies=["admin"], ttl="1h")["auth"]
    equal(token["policies"], ["admin", "default"], f"{name}: a token of the root's in a namespace")
    admin = client_of(server, "team", token["client_token"])
    inner = client_of(server, "team/app", token["client_token"])
    equal(inner.secrets.kv.v2.read_secret_version("where", mount_point="kv", raise_on_deleted_version=True)["data"]["data"],
          {"namespace": "team/app"}, f"{name}: a token of the parent")
    below = inner.auth.token.create(policies=["reader"])["auth"]
    equal(admin.auth.token.lookup(below["client_token"])["data"]["namespace_path"], "team/app/", f"{name}: lookup of a token below")
    raises(exceptions.Forbidden, lambda: client_of(server, None, token["client_token"]).sys.list_mounted_secrets_engines(),
           f"{name}: nothing in the root")
    root_below = raises(exceptions.InvalidRequest, lambda: outer.auth.token.create(policies=["root"]), f"{name}: root below")
    equal(root_below.errors, ["root tokens may not be created from a parent namespace"], f"{name}: root below: the text")
    admin.auth.token.revoke_self()
    raises(exceptions.Forbidden, lambda: client_of(server, "team/app", below["client_token"]).auth.token.lookup_self(),
           f"{name}: children end with their parents, across namespaces")


@each
def wrapping(name, server):
    inner = client_of(server, "team/app")
    wrapped = inner.sys.wrap({"a": "b"}, ttl=60)
    token = wrapped["wrap_info"]["token"]
    for elsewhere in ("team/app", None):
        opened = client_of(server, elsewhere).sys.unwrap(inner.sys.wrap({"a": "b"}, ttl=60)["wrap_info"]["token"])
        equal(opened["data"], {"a": "b"}, f"{name}: unwrap in {elsewhere}")
    raises(exceptions.InvalidRequest, lambda: client_of(server, "team/app").sys.unwrap(token + "x"), f"{name}: not a wrapping token")


@each
def identity(name, server):
    inner = client_of(server, "team/app")
    entity = inner.secrets.identity.create_or_update_entity("ann", policies=["reader"])["data"]["id"]
    space = client_of(server, "team").sys.list_namespaces()["data"]["key_info"]["app/"]["id"]
    equal(inner.secrets.identity.read_entity(entity)["data"]["namespace_id"], space, f"{name}: an entity of a namespace")
    raises(exceptions.InvalidPath, lambda: client_of(server, "team/web").secrets.identity.read_entity(entity), f"{name}: elsewhere")
    raises(exceptions.InvalidPath, lambda: client_of(server, "team").secrets.identity.list_entities(), f"{name}: none in the parent")


@each
def engines(name, server):
    inner = client_of(server, "team/web")
    inner.sys.enable_secrets_engine("transit")
    inner.secrets.transit.create_key("k")
    sealed = inner.secrets.transit.encrypt_data("k", plaintext="aGVsbG8=")["data"]["ciphertext"]
    equal(client_of(server, "team").secrets.transit.decrypt_data("k", ciphertext=sealed, mount_point="web/transit")["data"]["plaintext"],
          "aGVsbG8=", f"{name}: transit, from the parent")
    inner.sys.enable_secrets_engine("pki")
    inner.secrets.pki.generate_root("internal", "example.com")
    inner.secrets.pki.create_or_update_role("web", {"allow_any_name": True})
    issued = inner.secrets.pki.generate_certificate("web", "a.example.com", extra_params={"ttl": "1h"})["data"]
    ok("BEGIN CERTIFICATE" in issued["certificate"], f"{name}: pki")
    equal(inner.secrets.pki.list_roles()["data"]["keys"], ["web"], f"{name}: pki roles")


@each
def root_only(name, server):
    inner = client_of(server, "team")
    kind = exceptions.InvalidPath if name == "main" else exceptions.InvalidRequest
    refused = raises(kind, lambda: inner.sys.read_raft_config(), f"{name}: what only the root has")
    wanted = "1 error occurred:\n\t* unsupported path\n\n" if name == "main" else "operation unavailable in namespaces"
    equal(refused.errors, [wanted], f"{name}: what only the root has: the text")


@each
def ended(name, server):
    root = client_of(server)
    full = raises(exceptions.InvalidRequest, lambda: root.sys.delete_namespace("team"), f"{name}: with children")
    equal(full.errors, ['cannot delete namespace ("team/") containing child namespaces'], f"{name}: with children: the text")
    token = client_of(server, "team/app").auth.token.create(policies=["default"])["auth"]["client_token"]
    for child in ("app", "web"):
        client_of(server, "team").sys.delete_namespace(child)
    outer = client_of(server, "team")

    def is_empty():
        try:
            outer.sys.list_namespaces()
            return False
        except exceptions.InvalidPath:
            return True
    until(is_empty, f"{name}: delete_namespace")
    raises(exceptions.Forbidden, client_of(server, None, token).auth.token.lookup_self, f"{name}: its tokens are gone")
    raises(exceptions.InvalidPath, lambda: client_of(server, "team/app").sys.list_mounted_secrets_engines(), f"{name}: its mounts are gone")


run(made, secrets, logins, children, wrapping, identity, engines, root_only, ended)
