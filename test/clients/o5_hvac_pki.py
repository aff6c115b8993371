"""O5: hvac 2.4.0 on pki: authorities, roles, certificates, revocation, tidying."""
import hvac
from hvac import exceptions

from checks import equal, ok, raises, run, servers

main = servers()["main"]
client = hvac.Client(url=main["url"], token=main["token"])
pki = client.secrets.pki
PEM = "-----BEGIN CERTIFICATE-----"


def authority():
    client.sys.enable_secrets_engine("pki")
    root = pki.generate_root("exported", "Root", extra_params={"key_type": "ec"})["data"]
    ok(pki.read_ca_certificate().startswith(PEM), "read_ca_certificate")
    equal(pki.read_ca_certificate_chain(), root["certificate"], "read_ca_certificate_chain: a root alone")
    equal(pki.set_urls({"ocsp_servers": ["http://127.0.0.1/ocsp"]})["data"]["ocsp_servers"], ["http://127.0.0.1/ocsp"], "set_urls")
    equal(pki.read_urls()["data"]["issuing_certificates"], [], "read_urls")
    equal(pki.set_crl_configuration(expiry="48h")["data"]["expiry"], "48h", "set_crl_configuration")
    equal(pki.read_crl_configuration()["data"]["disable"], False, "read_crl_configuration")
    return root


def certificates():
    pki.create_or_update_role("any", {"allow_any_name": True, "key_type": "ec", "ttl": "1h"})
    equal(pki.read_role("any")["data"]["ttl"], 3600, "read_role")
    equal(pki.list_roles()["data"]["keys"], ["any"], "list_roles")
    leaf = pki.generate_certificate("any", "a.example.com")["data"]
    serial = leaf["serial_number"]
    equal(pki.read_certificate(serial)["data"]["certificate"], leaf["certificate"], "read_certificate")
    ok(serial in pki.list_certificates()["data"]["keys"], "list_certificates")
    equal(pki.revoke_certificate(serial)["data"]["state"], "revoked", "revoke_certificate")
    equal(pki.rotate_crl()["data"]["success"], True, "rotate_crl")
    ok(pki.read_crl().startswith("-----BEGIN X509 CRL-----"), "read_crl")
    raises(exceptions.InvalidRequest, lambda: pki.generate_certificate("none", "a"), "an unknown role")


def intermediates(root):
    csr = pki.generate_intermediate("internal", "Between", extra_params={"key_type": "ec"})["data"]["csr"]
    signed = pki.sign_intermediate(csr, "Between")["data"]
    issuer = pki.set_signed_intermediate(signed["certificate"])["data"]["imported_issuers"][0]
    equal(pki.update_issuer(issuer, {"issuer_name": "between"})["data"]["issuer_name"], "between", "update_issuer")
    equal(len(pki.read_issuer("between")["data"]["ca_chain"]), 2, "read_issuer: its chain")
    equal(len(pki.list_issuers()["data"]["keys"]), 2, "list_issuers")
    ok(pki.sign_certificate("any", csr, "b")["data"]["certificate"].startswith(PEM), "sign_certificate")
    # without a name hvac cannot put its own address together
    ok(pki.sign_verbatim(csr, "any")["data"]["certificate"].startswith(PEM), "sign_verbatim")
    ok(pki.sign_self_issued(root["certificate"])["data"]["certificate"].startswith(PEM), "sign_self_issued")
    equal(pki.revoke_issuer("between")["data"]["revoked"], True, "revoke_issuer")


def ends(root):
    equal(pki.tidy({"tidy_cert_store": True}).status_code, 202, "tidy: 202")
    bundle = root["certificate"] + "\n" + root["private_key"]
    equal(pki.submit_ca_information(bundle)["data"]["existing_issuers"], [root["issuer_id"]], "submit_ca_information: there already")
    equal(pki.delete_role("any").status_code, 204, "delete_role: 204")
    pki.delete_issuer("between")
    pki.delete_root()
    raises(exceptions.InvalidPath, pki.list_issuers, "list_issuers: nothing is left")


def check():
    root = authority()
    certificates()
    intermediates(root)
    ends(root)


run(check)
