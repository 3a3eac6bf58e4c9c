#!/usr/bin/env python3
"""Asks edr-gateway for an action and waits for its end. Needs Python 3.9 or later, and nothing else.

    edr.py [--dry-run] [--key KEY] ACTION FIELD=VALUE...
    edr.py [--dry-run] [--key KEY] ACTION - < body.json

EDR_GATEWAY_URL, and EDR_GATEWAY_TOKEN or EDR_GATEWAY_TOKEN_FILE, say where and by whom. The task is
printed as JSON. Ends with 0 at success, 1 at any other end, 2 at a refusal, 3 when nobody knows yet.
"""

import argparse
import json
import os
import pathlib
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

TRIES = 5
ROUNDS = int(os.environ.get("EDR_GATEWAY_ROUNDS", 40))


def token():
    file = os.environ.get("EDR_GATEWAY_TOKEN_FILE")
    return pathlib.Path(file).read_text().strip() if file else os.environ["EDR_GATEWAY_TOKEN"]


def value(kind, text):
    """What a field is given: a text as it is, anything else as JSON."""
    if kind == "text":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def body(action, pairs):
    if pairs == ["-"]:
        return json.load(sys.stdin)
    known = json.loads(pathlib.Path(__file__).with_name("fields.json").read_text())
    kinds = known.get(action, {})
    given = (pair.partition("=") for pair in pairs)
    return {name: value(kinds.get(name, "text"), text) for name, _, text in given}


def once(method, path, data=None, key=None):
    """Status, answer and Retry-After; no status where nobody has answered."""
    headers = {"Authorization": f"Bearer {token()}", "Accept": "application/json"}
    if data is not None:
        headers["Content-Type"] = "application/json"
    if key:
        headers["Idempotency-Key"] = key
    url = os.environ["EDR_GATEWAY_URL"].rstrip("/") + path
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=75) as answer:
            return answer.status, json.load(answer), None
    except urllib.error.HTTPError as error:
        text = error.read().decode(errors="replace")
        try:
            return error.code, json.loads(text), error.headers.get("Retry-After")
        except ValueError:
            return None, {"detail": f"{error.code}: {text[:200]}"}, None
    except (OSError, ValueError) as error:
        return None, {"detail": str(error)}, None


def ask(*request):
    """Asks again, with the same key, what nobody has answered or what may be repeated."""
    for left in reversed(range(TRIES)):
        status, answer, after = once(*request)
        again = status is None or (status >= 400 and answer.get("retryable"))
        if not (again and left):
            break
        time.sleep(int(after) if after and after.isdigit() else 2)
    if status is None:
        end(3, f"no answer of the gateway: {answer['detail']}")
    if status >= 400:
        errors = [f"{it['pointer']}: {it['detail']}" for it in answer.get("errors", [])]
        end(2, "\n  ".join([f"refused: {answer['code']}: {answer['detail']}", *errors]))
    return answer


def end(code, said):
    print(said, file=sys.stderr)
    sys.exit(code)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--key", default=os.environ.get("EDR_GATEWAY_KEY"))
    parser.add_argument("action")
    parser.add_argument("fields", nargs="+")
    given = parser.parse_args()
    data = json.dumps(body(given.action, given.fields)).encode()
    path = "/v1/tasks/" + urllib.parse.quote(given.action, safe="")
    if given.dry_run:
        print(json.dumps(ask("POST", path + "/dry-run", data)))
        return
    key = given.key or str(uuid.uuid4())
    print(f"key: {key}", file=sys.stderr)
    task = ask("POST", path + "?wait=50", data, key)
    for _ in range(ROUNDS):
        if task["terminal"]:
            break
        task = ask("GET", f"/v1/tasks/{urllib.parse.quote(task['id'], safe='')}?wait=50")
    print(json.dumps(task))
    good = task["state"] == "succeeded"
    end(0 if good else 1 if task["terminal"] else 3, f"{task['state']}: {task['evidence']}")


main()
