"""Assertions of the Python client scripts: the same lines as checks.js prints."""
import inspect
import json
import os
import sys
import time
import traceback

passed = 0
failed = 0


def servers():
    return json.loads(os.environ["VAULT_MOCK_SERVERS"])


def ok(condition, name, detail=None):
    global passed, failed
    if condition:
        passed += 1
    else:
        failed += 1
    tail = "" if condition or detail is None else f": {detail!r}"[:400]
    print(f"{'ok' if condition else 'not ok'} {name}{tail}")


def equal(got, wanted, name):
    ok(got == wanted, name, {"got": got, "wanted": wanted})


def raises(kind, call, name):
    """That a call raises one kind of exception, exactly; gives it back."""
    try:
        result = call()
    except Exception as error:
        ok(type(error) is kind, f"{name}: raises {kind.__name__}", error)
        return error
    ok(False, f"{name}: raises {kind.__name__}", result)
    return None


def until(condition, name, within_s=10):
    """Asks again until a condition holds."""
    end = time.monotonic() + within_s
    while time.monotonic() < end:
        if condition():
            return ok(True, name)
        time.sleep(0.05)
    ok(False, name, "it never became true")


def finish():
    print(f"# {passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


def run(*steps):
    """Runs the steps; one that throws counts as failed, the next ones still run."""
    for step in steps:
        try:
            step()
        except Exception:
            ok(False, f"{step.__name__} runs to its end", traceback.format_exc())
    finish()


async def run_async(*steps):
    """As run, for steps that may be coroutines; leaves the closing count to finish."""
    for step in steps:
        try:
            result = step()
            if inspect.isawaitable(result):
                await result
        except Exception:
            ok(False, f"{step.__name__} runs to its end", traceback.format_exc())
