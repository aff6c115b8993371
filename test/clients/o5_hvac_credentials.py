"""O5: hvac 2.4.0: SSH certificates and one-time passwords; credentials of Consul, RabbitMQ, AWS, Nomad with leases."""
import hvac
from hvac import exceptions

from checks import equal, ok, raises, run, servers

main = servers()["main"]
client = hvac.Client(url=main["url"], token=main["token"])
USER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOdsYtmZNUISIESJnvtVeccSer5zRxiTzG3XtgERL/YV ed@host"


def ssh_authority():
    client.sys.enable_secrets_engine("ssh")
    ssh = client.secrets.ssh
    public_key = client.write_data("ssh/config/ca", data={"key_type": "ed25519"})["data"]["public_key"]
    equal(ssh.read_public_key()["data"]["public_key"], public_key, "read_public_key")
    made = ssh.create_role(name="ops", key_type="ca", default_user="ann", allowed_users="ann", allow_user_certificates=True)
    equal(made.status_code, 204, "create_role: 204")
    equal(ssh.read_role("ops")["data"]["allowed_users"], "ann", "read_role")
    signed = ssh.sign_ssh_key(name="ops", public_key=USER_KEY)["data"]
    ok(signed["signed_key"].startswith("ssh-ed25519-cert-v01@openssh.com "), "sign_ssh_key")


def ssh_passwords():
    ssh = client.secrets.ssh
    ssh.create_role(name="otp", key_type="otp", default_user="ubuntu", cidr_list="10.0.0.0/8")
    equal(ssh.list_roles()["data"]["keys"], ["ops", "otp"], "list_roles")
    given = ssh.generate_ssh_credentials(name="otp", username="ubuntu", ip="10.1.2.3")
    equal(ssh.list_roles_by_ip(ip="10.1.2.3")["data"]["roles"], ["otp"], "list_roles_by_ip")
    equal(ssh.verify_ssh_otp(otp=given["data"]["key"])["data"]["username"], "ubuntu", "verify_ssh_otp")
    raises(exceptions.InvalidRequest, lambda: ssh.verify_ssh_otp(otp=given["data"]["key"]), "verify_ssh_otp again")


def one_time_codes():
    client.sys.enable_secrets_engine("totp")
    client.write_data("totp/keys/ann", data={"generate": True, "issuer": "Acme", "account_name": "ann"})
    code = client.read("totp/code/ann")["data"]["code"]
    equal(client.write_data("totp/code/ann", data={"code": code})["data"]["valid"], True, "totp: a code is right")
    raises(exceptions.InvalidRequest, lambda: client.write_data("totp/code/ann", data={"code": code}), "totp: once")


def consul():
    client.sys.enable_secrets_engine("consul")
    client.secrets.consul.configure_access(address="127.0.0.1:8500", token="management", scheme="http")
    client.secrets.consul.create_or_update_role("app", policy="a2V5", ttl="1h")
    given = client.secrets.consul.generate_credentials("app")
    ends(given, "token")


def rabbitmq():
    client.sys.enable_secrets_engine("rabbitmq")
    client.secrets.rabbitmq.configure(connection_uri="http://127.0.0.1:15672", username="u", password="p")
    client.secrets.rabbitmq.configure_lease(ttl=1800, max_ttl=3600)
    client.secrets.rabbitmq.create_role("app", tags="management")
    ends(client.secrets.rabbitmq.generate_credentials("app"), "username")


def aws():
    client.sys.enable_secrets_engine("aws")
    client.secrets.aws.configure_root_iam_credentials(access_key="AKIA1", secret_key="s")
    client.secrets.aws.configure_lease(lease="30m", lease_max="1h")
    equal(client.secrets.aws.read_lease_config()["data"], {"lease": "30m0s", "lease_max": "1h0m0s"}, "read_lease_config")
    client.secrets.aws.create_or_update_role("user", credential_type="iam_user", policy_arns=["arn:aws:iam::aws:policy/ReadOnlyAccess"])
    ends(client.secrets.aws.generate_credentials("user"), "access_key")


def nomad():
    client.sys.enable_secrets_engine("nomad")
    client.write_data("nomad/config/access", data={"address": "http://127.0.0.1:14646", "token": "t"})
    client.write_data("nomad/role/app", data={"policies": "reader"})
    ends(client.read("nomad/creds/app"), "secret_id")


def ends(given, member):
    ok(given["data"][member], f"{given['lease_id']}: {member}")
    equal(client.sys.read_lease(given["lease_id"])["data"]["id"], given["lease_id"], "read_lease")
    equal(client.sys.renew_lease(given["lease_id"])["lease_id"], given["lease_id"], "renew_lease")
    equal(client.sys.revoke_lease(given["lease_id"]).status_code, 204, "revoke_lease: 204")
    raises(exceptions.InvalidRequest, lambda: client.sys.read_lease(given["lease_id"]), "read_lease of what is gone")


run(ssh_authority, ssh_passwords, one_time_codes, consul, rabbitmq, aws, nomad)
