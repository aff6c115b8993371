"""O5: hvac 2.4.0 where others are asked: databases, service accounts, a directory, tokens of an issuer."""
import base64
import json
import urllib.parse
import urllib.request

import hvac
from hvac import exceptions

from checks import equal, ok, raises, run, servers

main = servers()["main"]
client = hvac.Client(url=main["url"], token=main["token"])
HOST = "https://kubernetes.default.svc"
OUTSIDE = {
    "database": {"db.test:5432": {"users": {"admin": {"password": "secret"}, "app": {"password": "old"}}}},
    "kubernetes": {HOST: {"serviceAccounts": {"default/app": {}}}},
    "ldap": {"ldap://directory.test": {"users": {"ann": {"password": "pw", "groups": ["devs"]}}}},
    "oidc": {"https://issuer.test": {"users": {"ann": {"email": "ann@example.com"}}}},
}


def control(method, path, body=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{main['url']}/_mock/{path}", data=data, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or b"null")


def anonymous():
    return hvac.Client(url=main["url"])


def databases():
    database = client.secrets.database
    client.sys.enable_secrets_engine("database")
    database.configure(
        name="pg", plugin_name="postgresql-database-plugin", allowed_roles=["*"], username="admin", password="secret",
        connection_url="postgresql://{{username}}:{{password}}@db.test:5432/app")
    database.create_role(name="app", db_name="pg", creation_statements=['CREATE ROLE "{{name}}"'], default_ttl="1h")
    made = database.generate_credentials("app")
    equal(made["lease_duration"], 3600, "generate_credentials has a lease")
    client.sys.renew_lease(made["lease_id"])
    client.sys.revoke_lease(made["lease_id"])
    ran = [text for call in control("GET", "outside/calls?system=database")["calls"] for text in call.get("statements", [])]
    equal(ran[0], f'CREATE ROLE "{made["data"]["username"]}"', "the statement is listed")
    database.create_static_role(name="still", db_name="pg", username="app", rotation_statements=[], rotation_period=3600)
    before = database.get_static_credentials("still")["data"]["password"]
    database.rotate_static_role_credentials("still")
    ok(database.get_static_credentials("still")["data"]["password"] != before, "a static role is rotated")
    equal(database.rotate_root_credentials("pg").status_code, 204, "rotate_root_credentials")


def kubernetes():
    client.sys.enable_auth_method("kubernetes")
    client.auth.kubernetes.configure(kubernetes_host=HOST)
    client.auth.kubernetes.create_role("app", "app", "default", policies=["app"])
    claims = {"kubernetes.io": {"namespace": "default", "serviceaccount": {"name": "app", "uid": "u1"}}}
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "RS256"}, claims, "s")]
    login = anonymous().auth.kubernetes.login("app", ".".join(parts))
    equal(login["auth"]["policies"], ["app", "default"], "kubernetes.login")


def ldap():
    client.sys.enable_auth_method("ldap")
    client.auth.ldap.configure(url="ldap://directory.test", userdn="ou=people", groupdn="ou=groups")
    client.auth.ldap.create_or_update_group("devs", ["dev"])
    equal(anonymous().auth.ldap.login("ann", "pw")["auth"]["policies"], ["default", "dev"], "ldap.login")
    raises(exceptions.InvalidRequest, lambda: anonymous().auth.ldap.login("ann", "no"), "ldap.login, wrong password")


def oidc():
    client.sys.enable_auth_method("oidc")
    client.auth.oidc.configure(
        oidc_discovery_url="https://issuer.test", oidc_client_id="vault", oidc_client_secret="s", default_role="app")
    client.auth.oidc.create_role(
        "app", user_claim="email", allowed_redirect_uris=["http://localhost:8250/oidc/callback"], role_type="oidc",
        bound_audiences="", token_policies=["app"])
    url = client.auth.oidc.oidc_authorization_url_request("app", "http://localhost:8250/oidc/callback")["data"]["auth_url"]
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlparse(url).query))
    login = client.auth.oidc.oidc_callback(state=query["state"], nonce=query["nonce"], code="ann")
    equal(login["auth"]["policies"], ["app", "default"], "oidc_callback")


def main_run():
    control("PUT", "outside", OUTSIDE)
    databases()
    kubernetes()
    ldap()
    oidc()


run(main_run)
