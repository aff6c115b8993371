"""O5: hvac 2.4.0 beyond raft: tokens, policies, mounts, KV v1 and v2, AppRole, userpass, wrapping, audit, leases, keys."""
import os
import tempfile

import hvac
from hvac import exceptions

from checks import equal, ok, raises, run, servers, until

main = servers()["main"]
client = hvac.Client(url=main["url"], token=main["token"])
READER = 'path "kv1/*" { capabilities = ["read", "list"] }'


def as_token(token):
    return hvac.Client(url=main["url"], token=token)


def policies():
    equal(client.sys.create_or_update_policy("reader", READER).status_code, 204, "create_or_update_policy: 204")
    equal(client.sys.read_policy("reader")["rules"], READER, "read_policy: rules at the top")
    equal(client.sys.list_policies()["policies"], ["default", "reader", "root"], "list_policies: root last, at the top")
    equal(client.get_policy("reader"), READER, "get_policy: HCL as written")
    as_object = {"path": {"kv1/*": {"capabilities": ["read"]}}}
    equal(client.sys.create_or_update_acl_policy("object", as_object).status_code, 204, "create_or_update_acl_policy of an object")
    equal(client.sys.list_acl_policies()["data"]["keys"], ["default", "object", "reader", "root"], "list_acl_policies")
    equal(client.sys.read_acl_policy("object")["data"]["name"], "object", "read_acl_policy")
    equal(client.sys.delete_acl_policy("object").status_code, 204, "delete_acl_policy")
    raises(exceptions.InvalidPath, lambda: client.sys.read_policy("object"), "read_policy of what is gone")
    broken = raises(exceptions.InvalidRequest, lambda: client.sys.create_or_update_policy("broken", "path {"), "a policy that is no HCL")
    ok(broken.errors[0].startswith("failed to parse policy: "), "a policy that is no HCL: the text", broken.errors)


def tokens():
    made = client.auth.token.create(policies=["reader"], ttl="1h", meta={"team": "a"}, display_name="job")["auth"]
    equal([made["policies"], made["lease_duration"], made["renewable"], made["metadata"]], [["default", "reader"], 3600, True, {"team": "a"}], "token.create")
    seen = client.auth.token.lookup(made["client_token"])["data"]
    equal([seen["display_name"], seen["creation_ttl"], seen["orphan"], seen["path"]], ["token-job", 3600, False, "auth/token/create"], "token.lookup")
    own = as_token(made["client_token"])
    equal(own.lookup_token()["data"]["accessor"], made["accessor"], "lookup_token of oneself")
    equal(own.auth.token.renew_self(increment="30m")["auth"]["lease_duration"], 1800, "token.renew_self")
    equal(client.auth.token.renew(made["client_token"], increment=2400)["auth"]["lease_duration"], 2400, "token.renew")
    equal(client.auth.token.renew_accessor(made["accessor"])["auth"]["client_token"], "", "token.renew_accessor hides the token")
    equal(client.auth.token.lookup_accessor(made["accessor"])["data"]["id"], "", "token.lookup_accessor hides the token")
    ok(made["accessor"] in client.auth.token.list_accessors()["data"]["keys"], "token.list_accessors")
    orphan = client.auth.token.create_orphan(policies=["reader"])["auth"]
    equal(orphan["orphan"], True, "token.create_orphan")
    equal(client.auth.token.revoke(made["client_token"]).status_code, 204, "token.revoke: 204")
    equal(own.is_authenticated(), False, "a revoked token is good for nothing")
    raises(exceptions.Forbidden, lambda: client.auth.token.lookup(made["client_token"]), "and cannot be looked up")
    equal(client.auth.token.revoke_accessor(orphan["accessor"]).status_code, 204, "token.revoke_accessor: 204")
    raises(exceptions.InvalidRequest, lambda: client.auth.token.lookup_accessor(orphan["accessor"]), "lookup_accessor of what is gone")


def families():
    client.sys.create_or_update_policy("parent", 'path "auth/token/create" { capabilities = ["update"] }')
    parent = as_token(client.auth.token.create(policies=["parent"])["auth"]["client_token"])
    child = as_token(parent.auth.token.create()["auth"]["client_token"])
    grandchild = as_token(child.auth.token.create()["auth"]["client_token"])
    refused = raises(exceptions.InvalidRequest, lambda: parent.auth.token.create(policies=["reader"]), "a child with more than its parent")
    equal(refused.errors, ["child policies must be subset of parent"], "a child with more than its parent: the text")
    client.auth.token.revoke_and_orphan_children(child.token)
    equal([child.is_authenticated(), grandchild.is_authenticated()], [False, True], "revoke_and_orphan_children")
    other = as_token(parent.auth.token.create()["auth"]["client_token"])
    parent.auth.token.revoke_self()
    equal([other.is_authenticated(), grandchild.is_authenticated()], [False, True], "revoke_self: children go too, orphans stay")


def token_roles_and_kinds():
    client.auth.token.create_or_update_role("job", allowed_policies="reader", orphan=True, token_period="2h")
    equal(client.auth.token.list_roles()["data"]["keys"], ["job"], "token.list_roles")
    role = client.auth.token.read_role("job")["data"]
    equal([role["allowed_policies"], role["orphan"], role["token_period"]], [["reader"], True, 7200], "token.read_role")
    made = client.auth.token.create(role_name="job")["auth"]
    equal([made["orphan"], made["lease_duration"], made["policies"]], [True, 7200, ["default", "reader"]], "a token of the role")
    equal(client.auth.token.delete_role("job").status_code, 204, "token.delete_role")
    batch = client.auth.token.create(type="batch", policies=["reader"], ttl="10m")["auth"]
    equal([batch["token_type"], batch["renewable"], batch["accessor"]], ["batch", False, ""], "a batch token")
    twice = as_token(client.auth.token.create(policies=["default"], num_uses=2)["auth"]["client_token"])
    equal([twice.is_authenticated(), twice.is_authenticated(), twice.is_authenticated()], [True, True, False], "a token of two uses")


def mounts():
    equal(client.sys.enable_secrets_engine("kv", path="kv1", description="one", config={"max_lease_ttl": "2h"}, options={"version": 1}).status_code, 204, "enable_secrets_engine: the version as a number")
    raises(exceptions.InvalidRequest, lambda: client.sys.enable_secrets_engine("kv", path="kv1"), "a path in use")
    listed = client.sys.list_mounted_secrets_engines()
    equal([listed["kv1/"]["options"], listed["data"]["kv1/"]["config"]["max_lease_ttl"]], [{"version": "1"}, 7200], "list_mounted_secrets_engines: doubled at the top")
    equal(client.sys.retrieve_mount_option("kv1", "version"), "1", "retrieve_mount_option")
    client.sys.tune_mount_configuration("kv1", default_lease_ttl="30m", description="two", listing_visibility="unauth")
    tuned = client.sys.read_mount_configuration("kv1")["data"]
    equal([tuned["default_lease_ttl"], tuned["max_lease_ttl"], tuned["description"], tuned["listing_visibility"]], [1800, 7200, "two", "unauth"], "tune and read it back")
    client.sys.enable_secrets_engine("kv", path="moving")
    client.secrets.kv.v1.create_or_update_secret("a", {"b": "c"}, mount_point="moving")
    ok("migration_id" in client.sys.move_backend("moving", "moved")["data"], "move_backend: a migration id")
    until(lambda: "moved/" in client.sys.list_mounted_secrets_engines()["data"], "the mount has moved")
    equal(client.secrets.kv.v1.read_secret("a", mount_point="moved")["data"], {"b": "c"}, "with what is in it")
    equal(client.sys.disable_secrets_engine("moved").status_code, 204, "disable_secrets_engine")
    missing = raises(exceptions.InvalidPath, lambda: client.secrets.kv.v1.read_secret("a", mount_point="moved"), "a mount that is gone")
    equal(missing.errors, ['no handler for route "moved/a". route entry not found.'], "a mount that is gone: the text")


def kv_version_1():
    kv = client.secrets.kv.v1
    equal(kv.create_or_update_secret("team/a", {"user": "u", "n": 1.5}, mount_point="kv1").status_code, 204, "kv v1: write")
    read = kv.read_secret("team/a", mount_point="kv1")
    equal([read["data"], read["lease_duration"]], [{"user": "u", "n": 1.5}, 1800], "kv v1: read, with the mount's lease")
    kv.create_or_update_secret("b", {"x": "y"}, mount_point="kv1")
    equal(kv.list_secrets("", mount_point="kv1")["data"]["keys"], ["b", "team/"], "kv v1: list")
    reader = as_token(client.auth.token.create(policies=["reader"])["auth"]["client_token"])
    equal(reader.secrets.kv.v1.read_secret("b", mount_point="kv1")["data"], {"x": "y"}, "the policy lets read")
    denied = raises(exceptions.Forbidden, lambda: reader.secrets.kv.v1.create_or_update_secret("b", {"x": "z"}, mount_point="kv1"), "but not write")
    equal(denied.errors, ["1 error occurred:\n\t* permission denied\n\n"], "but not write: the text")
    equal(client.sys.get_capabilities(["kv1/b", "kv2/b"], token=reader.token)["data"], {"kv1/b": ["list", "read"], "kv2/b": ["deny"]}, "get_capabilities of a token")
    equal(reader.sys.get_capabilities(["kv1/b"])["capabilities"], ["list", "read"], "get_capabilities of oneself, at the top")
    equal(kv.delete_secret("b", mount_point="kv1").status_code, 204, "kv v1: delete")
    raises(exceptions.InvalidPath, lambda: kv.read_secret("b", mount_point="kv1"), "kv v1: it is gone")


def kv_version_2():
    kv = client.secrets.kv.v2
    equal(kv.create_or_update_secret("a", {"x": "1", "y": "2"}, cas=0)["data"]["version"], 1, "kv v2: the dev mount takes a write")
    conflict = raises(exceptions.InvalidRequest, lambda: kv.create_or_update_secret("a", {"x": "2"}, cas=0), "kv v2: a cas that is late")
    equal(conflict.errors, ["check-and-set parameter did not match the current version"], "kv v2: a cas that is late: the text")
    equal(kv.patch("a", {"x": "3"})["data"]["version"], 2, "kv v2: patch")
    equal(kv.read_secret_version("a", raise_on_deleted_version=True)["data"]["data"], {"x": "3", "y": "2"}, "kv v2: read what was patched")
    equal(kv.read_secret_version("a", version=1, raise_on_deleted_version=True)["data"]["data"]["x"], "1", "kv v2: an older version")
    equal(kv.delete_latest_version_of_secret("a").status_code, 204, "kv v2: delete the latest")
    gone = kv.read_secret_version("a", raise_on_deleted_version=False)["data"]
    ok(gone["data"] is None and gone["metadata"]["deletion_time"] != "", "kv v2: a deleted version is a 404 with its metadata", gone)
    raises(exceptions.InvalidPath, lambda: kv.read_secret_version("a", raise_on_deleted_version=True), "kv v2: a deleted version raises when asked to")
    equal(kv.undelete_secret_versions("a", versions=[2]).status_code, 204, "kv v2: undelete")
    equal(kv.delete_secret_versions("a", versions=[1]).status_code, 204, "kv v2: delete versions")
    equal(kv.destroy_secret_versions("a", versions=[1]).status_code, 204, "kv v2: destroy versions")
    kv.update_metadata("a", max_versions=3, delete_version_after="3h25m19s", custom_metadata={"owner": "me"})
    metadata = kv.read_secret_metadata("a")["data"]
    equal([metadata["max_versions"], metadata["delete_version_after"], metadata["custom_metadata"], metadata["current_version"]], [3, "3h25m19s", {"owner": "me"}, 2], "kv v2: metadata")
    equal([metadata["versions"]["1"]["destroyed"], metadata["versions"]["2"]["destroyed"]], [True, False], "kv v2: the state of the versions")
    equal(kv.list_secrets("")["data"]["keys"], ["a"], "kv v2: list")
    equal(kv.configure(max_versions=5, cas_required=True).status_code, 204, "kv v2: configure")
    equal(kv.read_configuration()["data"], {"cas_required": True, "delete_version_after": "0s", "max_versions": 5}, "kv v2: read_configuration")
    raises(exceptions.InvalidRequest, lambda: kv.create_or_update_secret("b", {"x": "1"}), "kv v2: cas is required now")
    kv.configure(max_versions=0, cas_required=False)
    equal(kv.delete_metadata_and_all_versions("a").status_code, 204, "kv v2: delete all")
    raises(exceptions.InvalidPath, lambda: kv.read_secret_metadata("a"), "kv v2: nothing is left")


def approle():
    client.sys.enable_auth_method("approle", description="robots")
    role = client.auth.approle
    role.create_or_update_approle("app", token_policies=["reader"], token_ttl="20m", token_max_ttl="1h", secret_id_num_uses=2, secret_id_ttl="10m")
    equal(role.list_roles()["data"]["keys"], ["app"], "approle: list_roles")
    read = role.read_role("app")["data"]
    equal([read["token_policies"], read["token_ttl"], read["secret_id_num_uses"], read["secret_id_ttl"]], [["reader"], 1200, 2, 600], "approle: read_role")
    role_id = role.read_role_id("app")["data"]["role_id"]
    secret = role.generate_secret_id("app", metadata={"host": "h"})["data"]
    robot = hvac.Client(url=main["url"])
    auth = robot.auth.approle.login(role_id, secret["secret_id"])["auth"]
    equal([auth["policies"], auth["lease_duration"], auth["metadata"]["role_name"], auth["metadata"]["host"]], [["default", "reader"], 1200, "app", "h"], "approle: login")
    equal(robot.is_authenticated(), True, "approle: the client has its token")
    equal(role.read_secret_id("app", secret["secret_id"])["data"]["secret_id_num_uses"], 1, "approle: one use is left")
    equal(role.read_secret_id_accessor("app", secret["secret_id_accessor"])["data"]["metadata"], {"host": "h"}, "approle: read_secret_id_accessor")
    equal(role.list_secret_id_accessors("app")["data"]["keys"], [secret["secret_id_accessor"]], "approle: list_secret_id_accessors")
    equal(role.destroy_secret_id_accessor("app", secret["secret_id_accessor"]).status_code, 204, "approle: destroy_secret_id_accessor")
    refused = raises(exceptions.InvalidRequest, lambda: robot.auth.approle.login(role_id, secret["secret_id"]), "approle: login with what is destroyed")
    equal(refused.errors, ["invalid role or secret ID"], "approle: login with what is destroyed: the text")
    role.update_role_id("app", "my-role")
    role.create_custom_secret_id("app", "my-secret")
    ok(robot.auth.approle.login("my-role", "my-secret")["auth"]["client_token"], "approle: ids of one's own")
    wrapped = role.generate_secret_id("app", wrap_ttl="2m")["wrap_info"]
    ok("secret_id" in as_token(wrapped["token"]).sys.unwrap()["data"], "approle: a wrapped secret id")
    equal(role.delete_role("app").status_code, 204, "approle: delete_role")
    equal(client.sys.disable_auth_method("approle").status_code, 204, "disable_auth_method")
    equal(robot.is_authenticated(), False, "its tokens go with the method")


def userpass():
    client.sys.enable_auth_method("userpass", path="people")
    users = client.auth.userpass
    equal(users.create_or_update_user("bob", password="pw", policies="reader", mount_point="people").status_code, 204, "userpass: create_or_update_user")
    equal(users.list_user(mount_point="people")["data"]["keys"], ["bob"], "userpass: list_user")
    equal(users.read_user("bob", mount_point="people")["data"]["token_policies"], ["reader"], "userpass: read_user")
    person = hvac.Client(url=main["url"])
    auth = person.auth.userpass.login("bob", "pw", mount_point="people")["auth"]
    equal([auth["metadata"], auth["policies"], auth["orphan"]], [{"username": "bob"}, ["default", "reader"], True], "userpass: login")
    equal(client.read(f"identity/entity/id/{auth['entity_id']}")["data"]["aliases"][0]["name"], "bob", "userpass: an entity with an alias")
    wrong = raises(exceptions.InvalidRequest, lambda: person.auth.userpass.login("bob", "no", mount_point="people"), "userpass: a wrong password")
    equal(wrong.errors, ["invalid username or password"], "userpass: a wrong password: the text")
    users.update_password_on_user("bob", "new", mount_point="people")
    ok(person.auth.userpass.login("bob", "new", mount_point="people")["auth"], "userpass: update_password_on_user")
    client.sys.tune_auth_method("people", default_lease_ttl="1h", description="all of us")
    tuned = client.sys.read_auth_method_tuning("people")["data"]
    equal([tuned["default_lease_ttl"], tuned["description"], client.sys.list_auth_methods()["people/"]["type"]], [3600, "all of us", "userpass"], "tune_auth_method and list_auth_methods")
    equal(users.delete_user("bob", mount_point="people").status_code, 204, "userpass: delete_user")


def wrapping():
    wrapped = client.sys.wrap({"a": "b"}, ttl=120)["wrap_info"]
    equal([wrapped["ttl"], wrapped["creation_path"]], [120, "sys/wrapping/wrap"], "wrap")
    equal(client.write("sys/wrapping/lookup", token=wrapped["token"])["data"]["creation_ttl"], 120, "wrapping lookup")
    fresh = client.write("sys/wrapping/rewrap", token=wrapped["token"])["wrap_info"]["token"]
    equal(client.sys.unwrap(fresh)["data"], {"a": "b"}, "unwrap, after a rewrap")
    used = raises(exceptions.InvalidRequest, lambda: client.sys.unwrap(fresh), "a second unwrap")
    equal(used.errors, ["wrapping token is not valid or does not exist"], "a second unwrap: the text")
    child = client.auth.token.create(policies=["default"], wrap_ttl="60s")["wrap_info"]
    auth = hvac.Client(url=main["url"], token=child["token"]).sys.unwrap()["auth"]
    equal(auth["accessor"], child["wrapped_accessor"], "a wrapped token, unwrapped with the wrapping token itself")
    client.write("cubbyhole/mine", x="y")
    equal(client.read("cubbyhole/mine")["data"], {"x": "y"}, "the cubbyhole")
    equal(as_token(auth["client_token"]).read("cubbyhole/mine"), None, "is each token's own")


def audit_and_leases():
    log = os.path.join(tempfile.mkdtemp(), "audit.log")
    equal(client.sys.enable_audit_device("file", options={"file_path": log}, description="all").status_code, 204, "enable_audit_device")
    equal(client.sys.list_enabled_audit_devices()["data"]["file/"]["options"], {"file_path": log}, "list_enabled_audit_devices")
    client.write("cubbyhole/mine", password="geheim")
    digest = client.sys.calculate_hash("file", "geheim")["data"]["hash"]
    with open(log, encoding="utf-8") as file:
        text = file.read()
    ok(digest in text and "geheim" not in text, "the device writes HMACs, no secret", text)
    equal(client.sys.disable_audit_device("file").status_code, 204, "disable_audit_device")
    raises(exceptions.InvalidRequest, lambda: client.sys.read_lease("nothing"), "read_lease of nothing")
    raises(exceptions.InvalidRequest, lambda: client.sys.renew_lease("nothing"), "renew_lease of nothing")
    equal(client.sys.revoke_lease("nothing").status_code, 204, "revoke_lease of nothing: 204")
    made = client.auth.token.create(policies=["default"])["auth"]["client_token"]
    ok(len(client.sys.list_leases("auth/token/create")["data"]["keys"]) > 0, "list_leases: tokens have leases")
    equal(client.sys.revoke_prefix("auth/token/create/").status_code, 204, "revoke_prefix: 204")
    until(lambda: not as_token(made).is_authenticated(), "and the tokens are gone")


def keys():
    key = main["unsealKeys"][0]
    equal(client.sys.get_encryption_key_status()["data"]["term"], 1, "get_encryption_key_status")
    client.sys.rotate_encryption_key()
    equal(client.key_status["term"], 2, "rotate_encryption_key")
    start = client.sys.start_rekey(secret_shares=3, secret_threshold=2, require_verification=True)
    done = client.sys.rekey(key, nonce=start["nonce"])
    equal([done["complete"], len(done["keys"])], [True, 3], "rekey: new keys")
    again = client.sys.read_rekey_verify_progress()
    equal(client.sys.rekey_verify_multi(done["keys"][:2], nonce=again["nonce"])["complete"], True, "rekey_verify_multi")
    status = client.sys.read_seal_status()
    equal([status["t"], status["n"]], [2, 3], "the new shares count")
    client.sys.seal()
    equal(client.sys.submit_unseal_keys(done["keys_base64"][1:])["sealed"], False, "and unseal")


run(policies, tokens, families, token_roles_and_kinds, mounts, kv_version_1, kv_version_2, approle, userpass, wrapping, audit_and_leases, keys)
