"""O5: hvac 2.4.0 on identity: entities, groups, aliases, lookups, merging, tokens and their keys."""
import base64
import json

import hvac
from hvac import exceptions

from checks import equal, ok, raises, run, servers

main = servers()["main"]
client = hvac.Client(url=main["url"], token=main["token"])
identity = client.secrets.identity


def claims_in(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def accessor():
    return client.sys.list_auth_methods()["data"]["userpass/"]["accessor"]


def groups():
    client.sys.enable_auth_method("userpass")
    client.auth.userpass.create_or_update_user("ann", "pw", policies="own")
    ann = identity.create_or_update_entity("ann", metadata={"team": "blue"})["data"]["id"]
    identity.create_or_update_entity_alias("ann", canonical_id=ann, mount_accessor=accessor())
    made = identity.create_or_update_group("devs", policies=["devs"], member_entity_ids=[ann], metadata={"floor": "2"})["data"]
    equal(made["name"], "devs", "create_or_update_group answers with id and name")
    parent = identity.create_or_update_group_by_name("all", policies=["everyone"], member_group_ids=[made["id"]])["data"]["id"]
    equal(identity.read_group(made["id"])["data"]["parent_group_ids"], [parent], "read_group: the group that it is in")
    equal(identity.read_group_by_name("all")["data"]["member_group_ids"], [made["id"]], "read_group_by_name: the group in it")
    equal(identity.update_group(made["id"], "devs", metadata={"floor": "3"}).status_code, 204, "update_group: 204")
    equal(identity.lookup_group(name="devs")["data"]["metadata"], {"floor": "3"}, "lookup_group")
    equal(sorted(identity.list_groups_by_name()["data"]["keys"]), ["all", "devs"], "list_groups_by_name")
    equal(identity.list_groups()["data"]["key_info"][made["id"]]["num_member_entities"], 1, "list_groups tells of each")
    login = client.auth.userpass.login("ann", "pw", use_token=False)["auth"]
    equal(login["identity_policies"], ["devs", "everyone"], "a login shows the policies of groups")
    equal(identity.lookup_entity(name="ann")["data"]["direct_group_ids"], [made["id"]], "lookup_entity: its groups")
    raises(exceptions.InvalidRequest, lambda: identity.update_group(made["id"], "devs", member_group_ids=[parent]), "a circle")
    equal(identity.delete_group_by_name("all").status_code, 204, "delete_group_by_name: 204")


def external_groups():
    group = identity.create_or_update_group("guests", group_type="external", policies=["guests"])["data"]["id"]
    alias = identity.create_or_update_group_alias("cn=guests", mount_accessor=accessor(), canonical_id=group)["data"]
    equal(alias["canonical_id"], group, "create_or_update_group_alias")
    equal(identity.read_group_alias(alias["id"])["data"]["name"], "cn=guests", "read_group_alias")
    equal(identity.list_group_aliases()["data"]["keys"], [alias["id"]], "list_group_aliases")
    renamed = identity.update_group_alias(alias["id"], "cn=visitors", mount_accessor=accessor(), canonical_id=group)
    equal(renamed["data"]["id"], alias["id"], "update_group_alias")
    equal(identity.lookup_group(alias_name="cn=visitors", alias_mount_accessor=accessor())["data"]["id"], group, "lookup_group by alias")
    equal(identity.delete_group_alias(alias["id"]).status_code, 204, "delete_group_alias: 204")
    equal(identity.delete_group(group).status_code, 204, "delete_group: 204")
    raises(exceptions.InvalidPath, lambda: identity.read_group(group), "read_group of what is gone")


def merging():
    ann = identity.lookup_entity(name="ann")["data"]["id"]
    bob = identity.create_or_update_entity("bob")["data"]["id"]
    ops = identity.create_or_update_group("ops", member_entity_ids=[bob])["data"]["id"]
    equal(identity.merge_entities(from_entity_ids=[bob], to_entity_id=ann).status_code, 204, "merge_entities: 204")
    equal(identity.read_group(ops)["data"]["member_entity_ids"], [ann], "its groups are the other's")


def tokens():
    client.sys.create_or_update_policy("own", 'path "identity/oidc/token/*" { capabilities = ["read"] }')
    ok(len(identity.configure_tokens_backend(issuer="https://vault.test")["warnings"]) == 1, "configure_tokens_backend: a warning")
    equal(identity.read_tokens_backend_configuration()["data"]["issuer"], "https://vault.test", "read_tokens_backend_configuration")
    identity.create_named_key("main", rotation_period="2h", verification_ttl="1h", algorithm="ES256", allowed_client_ids=["*"])
    equal(identity.read_named_key("main")["data"]["rotation_period"], 7200, "read_named_key")
    equal(identity.list_named_keys()["data"]["keys"], ["default", "main"], "list_named_keys")
    identity.create_or_update_role("app", key="main", template='{"who": {{identity.entity.name}}}', ttl="30m", client_id="my-app")
    login = client.auth.userpass.login("ann", "pw", use_token=False)["auth"]
    own = hvac.Client(url=main["url"], token=login["client_token"])
    token = own.secrets.identity.generate_signed_id_token("app")["data"]["token"]
    seen = claims_in(token)
    equal([seen["sub"], seen["who"], seen["aud"]], [login["entity_id"], "ann", "my-app"], "generate_signed_id_token")
    equal(identity.introspect_signed_id_token(token)["active"], True, "introspect_signed_id_token")
    # hvac's rotate_named_key forgets the `/rotate` of the path
    client.write("identity/oidc/key/main/rotate", verification_ttl="1h")
    known = identity.read_well_known_configurations()
    equal(known["jwks_uri"], f"{known['issuer']}/.well-known/keys", "read_well_known_configurations")
    equal(len(identity.read_active_public_keys()["keys"]), 3, "read_active_public_keys: old, current and next")
    raises(exceptions.InvalidRequest, lambda: identity.delete_named_key("main"), "a key that is in use")
    equal(identity.delete_role("app").status_code, 204, "delete_role: 204")
    equal(identity.delete_named_key("main").status_code, 204, "delete_named_key: 204")
    ok("default" in identity.list_named_keys()["data"]["keys"], "the default key stays")


run(groups, external_groups, merging, tokens)
