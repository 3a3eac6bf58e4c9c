"""Asks edr-gateway for an action, and waits for its end: the one program of all the actions of this pack."""

import os

from gateway import Gateway, Refused, Unheard, body, key, said, succeeded
from st2common.runners.base_action import Action

class Ask(Action):
    def run(self, edr_action, idempotency_key=None, step=None, dry_run=False, wait_until_over=True, patience=1200, **given):
        # The step of a workflow is the same when it is tried again; an execution of its own is a step of its own.
        step = step or os.environ.get("ST2_ACTION_EXECUTION_ID")
        if not (idempotency_key or step):
            return False, "nothing says which execution this is: give idempotency_key"
        try:
            gateway = Gateway(self.config.get("address"), self.config.get("token"), self.config.get("ca_file"))
            fields = body(edr_action, given)
            once = idempotency_key or key("stackstorm", step, edr_action, fields)
            if dry_run:
                return True, gateway.rehearse(edr_action, fields)
            if wait_until_over:
                task = gateway.carry_out(edr_action, fields, once, patience)
            else:
                task = gateway.ask(edr_action, fields, once)
        except Refused as refused:
            return False, {"refused": refused.problem or {"code": refused.code}, "said": str(refused)}
        except (Unheard, ValueError) as error:
            return False, str(error)
        if not wait_until_over and not task.get("terminal"):
            return True, task
        return succeeded(task), {**task, "said": said(task)}
