# pip install 'testcontainers[vault]' hvac pytest
from testcontainers.vault import VaultContainer


def test_a_secret():
    with VaultContainer('vault-mock:latest') as vault:
        client = vault.get_root_client()
        client.secrets.kv.v2.create_or_update_secret('app', secret={'password': 's3cret'})
        secret = client.secrets.kv.v2.read_secret_version('app', raise_on_deleted_version=True)
        assert secret['data']['data'] == {'password': 's3cret'}
