"""O13: hvac 2.4.0: every method of its transit engine."""
import base64

import hvac
from hvac import exceptions

from checks import equal, ok, raises, run, servers

main = servers()["main"]
client = hvac.Client(url=main["url"], token=main["token"])
transit = client.secrets.transit


def b64(text):
    return base64.b64encode(text.encode()).decode()


TEXT = b64("the quick brown fox")
CONTEXT = b64("context")


def keys():
    client.sys.enable_secrets_engine("transit")
    equal(transit.create_key("plain")["data"]["type"], "aes256-gcm96", "create_key")
    transit.create_key("pair", key_type="rsa-2048", exportable=True, allow_plaintext_backup=True)
    transit.create_key("same", derived=True, convergent_encryption=True)
    transit.create_key("auto", auto_rotate_period="24h")
    equal(transit.read_key("auto")["data"]["auto_rotate_period"], 86400, "create_key with auto_rotate_period")
    equal(transit.list_keys()["data"]["keys"], ["auto", "pair", "plain", "same"], "list_keys")
    often = raises(exceptions.InvalidRequest, lambda: transit.create_key("x", auto_rotate_period="1m"), "rotation too often")
    equal(often.errors, ["auto rotate period must be 0 to disable or at least an hour"], "rotation too often: the text")
    raises(exceptions.InvalidPath, lambda: transit.read_key("none"), "read_key of nothing")


def encryption():
    sealed = transit.encrypt_data("plain", plaintext=TEXT)["data"]["ciphertext"]
    equal(transit.decrypt_data("plain", ciphertext=sealed)["data"]["plaintext"], TEXT, "encrypt_data, decrypt_data")
    transit.rotate_key("plain")
    wrapped = transit.rewrap_data("plain", ciphertext=sealed)["data"]
    equal([wrapped["key_version"], wrapped["ciphertext"][:9]], [2, "vault:v2:"], "rotate_key, rewrap_data")
    results = transit.encrypt_data("plain", batch_input=[{"plaintext": TEXT}, {"plaintext": TEXT}])["data"]["batch_results"]
    opened = transit.decrypt_data("plain", batch_input=results)["data"]["batch_results"]
    equal([item["plaintext"] for item in opened], [TEXT, TEXT], "a batch there and back")
    twice = [transit.encrypt_data("same", plaintext=TEXT, context=CONTEXT)["data"]["ciphertext"] for _ in range(2)]
    equal(twice[0], twice[1], "a convergent key")
    with_data = transit.encrypt_data("plain", plaintext=TEXT, associated_data=b64("h"))["data"]["ciphertext"]
    wrong = raises(
        exceptions.InvalidRequest, lambda: transit.decrypt_data("plain", ciphertext=with_data, associated_data=b64("i")), "other data"
    )
    equal(wrong.errors, ["cipher: message authentication failed"], "other associated data: the text")
    data_key = transit.generate_data_key("plain", "plaintext", bits=128)["data"]
    equal(len(base64.b64decode(data_key["plaintext"])), 16, "generate_data_key")
    made = transit.encrypt_data("fresh", plaintext=TEXT, type="chacha20-poly1305")["data"]["ciphertext"]
    equal(transit.decrypt_data("fresh", ciphertext=made)["data"]["plaintext"], TEXT, "encrypt_data makes a key")


def signatures():
    for options in ({}, {"signature_algorithm": "pkcs1v15"}, {"salt_length": "hash"}, {"hash_algorithm": "sha2-512"}):
        signature = transit.sign_data("pair", hash_input=TEXT, **options)["data"]["signature"]
        answer = transit.verify_signed_data("pair", TEXT, signature=signature, **options)
        equal(answer["data"]["valid"], True, f"sign_data, verify_signed_data {options}")
    transit.create_key("curve", key_type="ecdsa-p256")
    jws = transit.sign_data("curve", hash_input=TEXT, marshaling_algorithm="jws")["data"]["signature"]
    answer = transit.verify_signed_data("curve", TEXT, signature=jws, marshaling_algorithm="jws")
    equal(answer["data"]["valid"], True, "sign_data, jws")
    mac = transit.generate_hmac("plain", TEXT, algorithm="sha2-384")["data"]["hmac"]
    answer = transit.verify_signed_data("plain", TEXT, hmac=mac, hash_algorithm="sha2-384")
    equal(answer["data"]["valid"], True, "generate_hmac, verify_signed_data")
    batch = transit.sign_data("pair", batch_input=[{"input": TEXT, "reference": "r"}])["data"]["batch_results"]
    equal(batch[0]["reference"], "r", "sign_data of a batch")


def small_things():
    equal(len(transit.generate_random_bytes(8, output_format="hex")["data"]["random_bytes"]), 16, "generate_random_bytes")
    digest = transit.hash_data(b64("abc"), algorithm="sha2-256", output_format="hex")["data"]["sum"]
    ok(digest.startswith("ba7816bf"), "hash_data", digest)


def keys_that_leave():
    ok("RSA PRIVATE KEY" in transit.export_key("pair", "signing-key")["data"]["keys"]["1"], "export_key")
    backup = transit.backup_key("pair")["data"]["backup"]
    signature = transit.sign_data("pair", hash_input=TEXT)["data"]["signature"]
    equal(transit.restore_key(backup, name="copy").status_code, 204, "backup_key, restore_key")
    equal(transit.verify_signed_data("copy", TEXT, signature=signature)["data"]["valid"], True, "the copy verifies")
    taken = raises(exceptions.InternalServerError, lambda: transit.restore_key(backup), "over the same name")
    ok('key "pair" already exists' in taken.errors[0], "over the same name: the text", taken.errors)
    transit.restore_key(backup, force=True)


def versions():
    # it wants both to differ where both are given
    transit.update_key_configuration("plain", min_decryption_version=2)
    transit.update_key_configuration("plain", min_encryption_version=2)
    equal(list(transit.read_key("plain")["data"]["keys"]), ["2"], "update_key_configuration")
    equal(transit.trim_key("plain", 2)["data"]["min_available_version"], 2, "trim_key")
    kept = raises(exceptions.InvalidRequest, lambda: transit.delete_key("plain"), "delete_key of what may not go")
    equal(kept.errors, ["error deleting policy plain: deletion is not allowed for this key"], "delete_key: the text")
    transit.update_key_configuration("plain", deletion_allowed=True)
    equal(transit.delete_key("plain").status_code, 204, "delete_key")


run(keys, encryption, signatures, small_things, keys_that_leave, versions)
