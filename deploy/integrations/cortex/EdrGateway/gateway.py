"""Asks edr-gateway for an action once, and follows the task to its end.

Python's own library is enough for it. What is asked for with one key is carried out once, however often it is sent; an
answer of 202 says that the request has been accepted, and nothing of the device; a refusal says what is wrong.
"""

import hashlib
import http.client
import json
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

WAIT = 50
"""Longest that the gateway waits with an answer, in seconds."""

PAUSE = 60
"""Longest that is waited for, where nobody has said, before what is refused for now is asked for again, in seconds."""


class Refused(Exception):
    """The gateway, or something before it, has said no."""

    def __init__(self, status, problem, retry_after=None):
        self.status = status
        self.problem = problem
        self.code = problem.get("code") or f"http_{status}"
        self.retryable = problem.get("retryable") is True
        self.retry_after = problem.get("retryAfter") or retry_after or 1
        said = [f"{self.code}: {problem.get('detail') or problem.get('title') or 'no reason was given'}"]
        for error in problem.get("errors") or []:
            said.append(f"{error.get('pointer')} {error.get('detail')}")
        for host in problem.get("candidates") or []:
            said.append(f"it could be {host.get('id')}: {host.get('fqdn') or host.get('name')} at {host.get('backend')}")
        super().__init__("\n".join(said))


class Unheard(Exception):
    """There was no answer, so that nobody knows whether the gateway has the request."""


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """The token is for the gateway and for nobody that it might be sent on to."""

    def redirect_request(self, *_):
        return None


class Gateway:
    """A gateway, and the token that it is asked with."""

    def __init__(self, address, token, authorities=None):
        address = (address or "").rstrip("/")
        if not address.startswith(("https://", "http://")):
            raise ValueError("the address of the gateway begins with https://")
        if not token:
            raise ValueError("a token is needed")
        self.address = address
        self.token = token
        # With None it is the system's own list; certificates are always checked.
        tls = ssl.create_default_context(cafile=authorities or None)
        self.opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=tls), NoRedirect())

    def rehearse(self, action, fields):
        """What would come of an action: nothing is sent on."""
        return self._send("POST", f"/v1/tasks/{action}/dry-run", fields)

    def ask(self, action, fields, key, wait=0, patience=PAUSE):
        """Asks for an action, and gives the task as it stands after at most so many seconds of waiting.

        What is refused for now is asked for again, with its key, after the pause that the refusal names, as long as it fits
        into the patience.
        """
        end = time.monotonic() + patience
        while True:
            try:
                return self._send("POST", f"/v1/tasks/{action}", fields, key=key, wait=wait)
            except Refused as refused:
                if not refused.retryable or time.monotonic() + refused.retry_after > end:
                    raise
                time.sleep(refused.retry_after)

    def carry_out(self, action, fields, key, patience):
        """Asks for an action, and gives the task when it is over, or as it stands after so many seconds."""
        end = time.monotonic() + patience
        task = self.ask(action, fields, key, wait=int(min(WAIT, patience)), patience=patience)
        return self.follow(task, end - time.monotonic())

    def task(self, task_id, wait=0):
        """A task as it stands, or as it stands when it is over."""
        return self._send("GET", f"/v1/tasks/{urllib.parse.quote(task_id, safe='')}", wait=wait)

    def follow(self, task, patience):
        """The task when it is over, or as it stands after so many seconds."""
        end = time.monotonic() + patience
        while not task.get("terminal"):
            began = time.monotonic()
            if began >= end:
                break
            try:
                seen = self.task(task["id"], max(1, min(WAIT, int(end - began))))
                task = {**seen, "replayed": True} if task.get("replayed") else seen
            except (Refused, Unheard) as error:
                if isinstance(error, Refused) and not error.retryable:
                    raise
                # Looking once more changes nothing, so that what passes is waited for.
                time.sleep(min(getattr(error, "retry_after", 5), max(0, end - time.monotonic())))
                continue
            if not task.get("terminal") and time.monotonic() - began < 1:
                # It would not wait, as when it is about to stop.
                time.sleep(min(task.get("pollAfterSeconds") or 5, max(0, end - time.monotonic())))
        return task

    def whoami(self):
        """Who the token says that its bearer is."""
        return self._send("GET", "/v1/whoami")

    def _send(self, method, path, body=None, key=None, wait=0):
        query = f"?wait={wait}" if wait else ""
        request = urllib.request.Request(f"{self.address}{path}{query}", method=method)
        request.add_unredirected_header("Authorization", f"Bearer {self.token}")
        request.add_header("Accept", "application/json")
        if key:
            request.add_header("Idempotency-Key", key)
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with self.opener.open(request, timeout=wait + 20) as answer:
                document = json.load(answer)
                if answer.headers.get("Idempotency-Replayed") == "true":
                    document["replayed"] = True
                return document
        except urllib.error.HTTPError as refused:
            with refused:
                raise Refused(refused.code, problem(refused), retry_after(refused)) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            unknown = ""
            if key:
                unknown = ". Whether it has the request is unknown: repeat the step, whose key is the same, so that it is carried out once"
            raise Unheard(f"no answer from {self.address}: {error}{unknown}") from None


def problem(refused):
    """The problem document of a refusal, or what stands for it where something else has refused."""
    text = refused.read(1_000_000).decode(errors="replace")
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    return document if isinstance(document, dict) else {"detail": text[:200] or refused.reason}


def retry_after(refused):
    """The seconds that a refusal asks to wait for."""
    seconds = refused.headers.get("Retry-After") or ""
    return int(seconds) if seconds.isdecimal() else None


def key(product, *parts):
    """A key: the same for the same parts, and another one for others."""
    text = json.dumps(parts, sort_keys=True)
    return f"{product}-{hashlib.sha256(text.encode()).hexdigest()}"


def succeeded(task):
    """Whether a task is over and has done what was asked for: no other state says so."""
    return task.get("terminal") is True and task.get("state") == "succeeded"


def said(task):
    """What is known of a task, for people."""
    lines = [f"{task['id']} is {task['state']}: {task.get('evidence') or 'nothing is known yet'}"]
    if not task.get("terminal"):
        lines.append("It is not over, and not known to have done anything.")
    if task.get("replayed"):
        lines.append("It had been asked for before, with this key, and nothing was sent again.")
    lines.extend(str(warning) for warning in task.get("warnings") or [])
    return "\n".join(lines)


def body(action, given):
    """The body of a request: what was not given is left out, and numbers, flags and lists are such."""
    kinds = FIELDS[action]
    unknown = sorted(set(given) - set(kinds))
    if unknown:
        raise ValueError(f"{action} has no {', '.join(unknown)}")
    read = ((name, value_of(name, kinds[name], given[name])) for name in kinds if name in given)
    return {name: value for name, value in read if value is not None}


def value_of(name, kind, value):
    """A value of this kind, whether it was given as such or as a text."""
    if value is None or isinstance(value, str) and not value.strip():
        return None
    if not isinstance(value, str) or kind in ("text", "word"):
        return int(value) if kind == "number" and isinstance(value, float) and value.is_integer() else value
    text = value.strip()
    try:
        if kind == "number":
            return int(text)
        if kind == "flag":
            return {"true": True, "yes": True, "false": False, "no": False}[text.lower()]
        if kind == "objects" or text.startswith("["):
            return json.loads(text)
    except (KeyError, ValueError):
        raise ValueError(f"{name}: {text[:50]!r} is no {kind}") from None
    return [part.strip() for part in text.replace("\n", ",").split(",") if part.strip()]


# What each action can be told, and what kind of value that is.
FIELDS = {
  "allowExecution": {
    "area": "text",
    "backend": "text",
    "comment": "text",
    "externalId": "text",
    "hash": "text",
    "severity": "word",
    "targetHost": "text"
  },
  "deleteFile": {
    "area": "text",
    "backend": "text",
    "comment": "text",
    "externalId": "text",
    "hash": "text",
    "path": "text",
    "searchInSubfolders": "flag",
    "severity": "word",
    "targetHost": "text"
  },
  "getFile": {
    "area": "text",
    "backend": "text",
    "comment": "text",
    "externalId": "text",
    "hash": "text",
    "path": "text",
    "severity": "word",
    "targetHost": "text"
  },
  "iocScan": {
    "area": "text",
    "backend": "text",
    "comment": "text",
    "externalId": "text",
    "ioc": "text",
    "isolateHost": "flag",
    "quarantineObject": "flag",
    "scanCriticalAreas": "flag",
    "severity": "word",
    "targetHost": "text"
  },
  "isolateHost": {
    "action": "word",
    "area": "text",
    "backend": "text",
    "comment": "text",
    "durationSeconds": "number",
    "exclusionPresets": "texts",
    "exclusions": "objects",
    "externalId": "text",
    "severity": "word",
    "targetHost": "text"
  },
  "onDemandScan": {
    "area": "text",
    "backend": "text",
    "comment": "text",
    "externalId": "text",
    "folders": "texts",
    "recursive": "flag",
    "scanAreas": "words",
    "severity": "word",
    "targetHost": "text"
  },
  "preventExecution": {
    "area": "text",
    "backend": "text",
    "caseSensitive": "flag",
    "comment": "text",
    "externalId": "text",
    "hash": "text",
    "path": "text",
    "severity": "word",
    "targetHost": "text"
  },
  "quarantineFile": {
    "area": "text",
    "backend": "text",
    "comment": "text",
    "externalId": "text",
    "hash": "text",
    "path": "text",
    "severity": "word",
    "targetHost": "text"
  },
  "releaseHost": {
    "area": "text",
    "backend": "text",
    "comment": "text",
    "externalId": "text",
    "severity": "word",
    "targetHost": "text"
  },
  "startProcess": {
    "area": "text",
    "arguments": "text",
    "backend": "text",
    "comment": "text",
    "executablePath": "text",
    "externalId": "text",
    "severity": "word",
    "targetHost": "text",
    "workingFolder": "text"
  },
  "terminateProcess": {
    "area": "text",
    "backend": "text",
    "caseSensitive": "flag",
    "comment": "text",
    "externalId": "text",
    "hash": "text",
    "path": "text",
    "severity": "word",
    "targetHost": "text"
  }
}
