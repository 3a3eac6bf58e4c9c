

INTERVAL = 30
"""How often the end of a task is looked for, in seconds."""

PATIENCE = 1800
"""How long a task is waited for where nobody has said: KSC may take a quarter of an hour to begin."""

TASK = "EdrGateway.Task"
REHEARSAL = "EdrGateway.DryRun"
OWN = ("idempotency_key", "dry_run", "wait_until_over", "timeout_in_seconds", "task_id", "ends_at", "hide_polling_output")
"""Arguments that are none of an action's fields."""


def action_of(command):
    """The action that a command is called after: `edr-gateway-isolate-host` is isolateHost."""
    words = command.removeprefix("edr-gateway-").split("-")
    return words[0] + "".join(word.capitalize() for word in words[1:])


def step():
    """Which step of which investigation this is, as far as the server says so: the same for its repetition."""
    entry = (demisto.callingContext.get("context") or {}).get("ParentEntry") or {}
    at = entry.get("entryTask") or {}
    return [demisto.investigation().get("id"), at.get("playbookName"), at.get("taskId")]


def run(gateway, command, args):
    """Asks for an action, or looks what has become of it."""
    if args.get("task_id"):
        # Without waiting there: the server does, and holds no worker for it.
        return told(command, args, gateway.task(args["task_id"]))
    action = action_of(command)
    given = {name: value for name, value in args.items() if name not in OWN}
    investigation, *_ = step()
    if not given.get("externalId") and investigation:
        given["externalId"] = investigation
    fields = body(action, given)
    once = args.get("idempotency_key") or key("xsoar", step(), action, fields)
    if argToBoolean(args.get("dry_run") or False):
        rehearsal = gateway.rehearse(action, fields)
        return CommandResults(outputs_prefix=REHEARSAL, outputs=rehearsal, readable_output="A dry run: nothing was done")
    return told(command, args, gateway.ask(action, fields, once))


def told(command, args, task):
    """What is told of a task: its end, or that it is waited for."""
    if not task.get("terminal") and argToBoolean(args.get("wait_until_over") or True):
        patience = int(args.get("timeout_in_seconds") or PATIENCE)
        ends_at = float(args.get("ends_at") or time.time() + patience)
        if time.time() < ends_at:
            return CommandResults(
                outputs_prefix=TASK,
                outputs_key_field="id",
                outputs=task,
                readable_output=said(task),
                scheduled_command=ScheduledCommand(
                    command=command,
                    next_run_in_seconds=INTERVAL,
                    args={**args, "task_id": task["id"], "ends_at": ends_at, "hide_polling_output": True},
                    timeout_in_seconds=patience + 2 * INTERVAL,
                ),
            )
        return_error(said(task), outputs={f"{TASK}(val.id == obj.id)": task})
    if task.get("terminal") and not succeeded(task):
        return_error(said(task), outputs={f"{TASK}(val.id == obj.id)": task})
    return CommandResults(outputs_prefix=TASK, outputs_key_field="id", outputs=task, readable_output=said(task))


def main():
    command, params = demisto.command(), demisto.params()
    try:
        handle_proxy()
        gateway = Gateway(params.get("url"), (params.get("credentials") or {}).get("password"))
        if command == "test-module":
            gateway.whoami()
            return_results("ok")
        elif command == "edr-gateway-get-task":
            task = gateway.task(demisto.args()["id"])
            return_results(
                CommandResults(outputs_prefix=TASK, outputs_key_field="id", outputs=task, readable_output=said(task))
            )
        else:
            return_results(run(gateway, command, demisto.args()))
    except (Refused, Unheard, ValueError) as error:
        return_error(str(error), error="")


if __name__ in ("__main__", "__builtin__", "builtins"):
    main()
