"""An app of Shuffle: asks edr-gateway for its actions, and looks what has become of a task."""

import os
import time

from gateway import FIELDS, Gateway, Refused, Unheard, body, key, said, succeeded
from shuffle_sdk import AppBase

ALLOWED = int(os.getenv("SHUFFLE_APP_SDK_TIMEOUT") or 30)
"""After so many seconds Shuffle gives an action up, whatever it is doing, and calls it failed."""

OWN = ("idempotency_key", "dry_run")
"""Parameters that are none of an action's fields."""


class EdrGateway(AppBase):
    app_name = "edr-gateway"

    def ask(self, action, url, apikey, given):
        """Asks for an action, and waits as long as Shuffle lets it."""
        began = time.monotonic()
        own = {name: given.pop(name, None) for name in OWN}
        try:
            if not given.get("externalId"):
                given["externalId"] = self.current_execution_id
            fields = body(action, given)
            once = own["idempotency_key"] or key("shuffle", self.current_execution_id, self.action["id"], action, fields)
            gateway = Gateway(url, apikey)
            if str(own["dry_run"]).lower() == "true":
                return {"success": True, "dryRun": gateway.rehearse(action, fields)}
            return told(gateway.carry_out(action, fields, once, left(began)))
        except (Refused, Unheard, ValueError) as error:
            return refused(error)

    def wait_for_task(self, url, apikey, id, **_):
        """What has become of a task; waits for its end as long as Shuffle lets it."""
        began = time.monotonic()
        try:
            gateway = Gateway(url, apikey)
            return told(gateway.follow(gateway.task(str(id)), left(began)))
        except (Refused, Unheard, ValueError) as error:
            return refused(error)


def left(began):
    """How long may still be waited, with some seconds for the answer."""
    return max(0, ALLOWED - 10 - (time.monotonic() - began))


def told(task):
    """What is told of a task: `success` is its own, and `over` says whether it will still change."""
    return {"success": succeeded(task), "over": task.get("terminal") is True, "said": said(task), "task": task}


def refused(error):
    """What is told of a refusal."""
    problem = getattr(error, "problem", None) or {}
    return {"success": False, "over": False, "code": getattr(error, "code", ""), "said": str(error), "problem": problem}


def method_of(action):
    """The method that Shuffle calls for an action."""

    def method(self, url, apikey, **given):
        return self.ask(action, url, apikey, given)

    return method


for each in FIELDS:
    # isolateHost is called isolate_host there.
    name = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in each)
    setattr(EdrGateway, name, method_of(each))

if __name__ == "__main__":
    EdrGateway.run()
