"""A Vault for a whole test run, without containers: needs Node and `npm i -g vault-mock`, or VAULT_MOCK with its path."""
import json
import os
import subprocess

import pytest


@pytest.fixture(scope='session')
def vault():
    """Its ready line: nodes, rootToken, unsealKeys."""
    command = [os.environ.get('VAULT_MOCK', 'vault-mock'), '--listen', '127.0.0.1:0', '--no-nomad', '--log-level', 'warn']
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield next(json.loads(line) for line in process.stdout if line.startswith('{"event":"ready"'))
        finally:
            process.terminate()
