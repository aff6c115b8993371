import json
from urllib.request import Request, urlopen


def call(vault, method, path, body=None):
    headers = {'X-Vault-Token': vault['rootToken']}
    data = None if body is None else json.dumps(body).encode()
    with urlopen(Request(f"{vault['nodes'][0]['url']}/v1/{path}", data, headers, method=method)) as answer:
        return json.load(answer)


def test_a_secret(vault):
    call(vault, 'POST', 'secret/data/app', {'data': {'password': 's3cret'}})
    assert call(vault, 'GET', 'secret/data/app')['data']['data'] == {'password': 's3cret'}
