#!/usr/bin/env python3
"""A responder of Cortex: asks edr-gateway for one action, for an observable of a case, and waits for its end.

Cortex writes `input/input.json` into a job's folder and reads `output/output.json`. Which action it is stands in the
configuration as `service`; every definition beside this file has its own.
"""

from cortexutils.responder import Responder

from gateway import FIELDS, Gateway, Refused, Unheard, body, key, said, succeeded

PATIENCE = 1200
"""How long a task is waited for where nothing is configured, in seconds: KSC may take a quarter of an hour to begin."""

OBSERVABLES = {
    "hostname": "targetHost",
    "fqdn": "targetHost",
    "ip": "targetHost",
    "other": "targetHost",
    "filename": "path",
    "hash": "hash",
}
"""What an observable of each type is to an action."""

BY_TAG = ("targetHost", "path", "hash")
"""What tags of an observable may say. Whatever else decides over a device only the configuration says."""


class EdrGateway(Responder):
    def __init__(self):
        # A failure repeats the configuration, and only what is called so is struck out of it.
        super().__init__(secret_phrases=("token",))

    def run(self):
        action = self.get_param("config.service", None, "The action is missing")
        case = self.get_param("data.case._id", None) or self.get_param("data._parent", None)
        observable = self.get_param("data._id", None) or self.get_param("data.id", None)
        if not case and not observable:
            self.error("Neither the case nor the observable is named: a repetition could not be told from a new request")
        try:
            fields = body(action, {"externalId": case, **self.given(action)})
            if "targetHost" not in fields:
                raise ValueError("no host: configure targetHost, or tag the observable edr:targetHost=<name>")
            gateway = Gateway(
                self.get_param("config.gateway", None, "The address of the gateway is missing"),
                self.get_param("config.token", None, "The token is missing"),
                self.get_param("config.ca_file", None),
            )
            once = key("cortex", case, observable, action, fields, self.done_before(action))
            if self.get_param("config.dry_run", False):
                rehearsal = gateway.rehearse(action, fields)
                self.report({"message": "A dry run: nothing was done", "dryRun": rehearsal})
                return
            patience = self.get_param("config.patience", None) or PATIENCE
            task = gateway.carry_out(action, fields, once, patience)
        except (Refused, Unheard, ValueError) as error:
            self.error(str(error))
        if not succeeded(task):
            self.error(said(task))
        self.report({"message": said(task), "action": action, "task": task})

    def given(self, action):
        """The fields of the action: what the observable is comes first, then the configuration, then its tags."""
        kinds = FIELDS[action]
        kind = self.get_param("data.dataType", None)
        name = OBSERVABLES.get(kind)
        if name not in kinds:
            raise ValueError(f"an observable of type {kind} says nothing to {action}")
        given = dict(word for word in self.tags() if word[0] in BY_TAG and word[0] in kinds)
        configured = ((name, self.get_param(f"config.{name}", None)) for name in kinds)
        # Cortex gives empty lists and texts for what nobody has configured.
        given.update((name, value) for name, value in configured if value not in (None, "", []))
        given[name] = self.get_param("data.data", None, "The observable is empty")
        return given

    def tags(self):
        """The tags that begin with `edr:`, as names and values."""
        tags = (tag[4:] for tag in self.get_param("data.tags", None) or [] if tag.startswith("edr:"))
        return [(name, value.strip('"')) for name, _, value in (tag.partition("=") for tag in tags)]

    def done_before(self, action):
        """What the tags say of this observable, but for what came of this very action: the same action after
        another one, such as an isolation after a release, is another request."""
        return sorted(f"{name}={value}" for name, value in self.tags() if name != action)

    def operations(self, raw):
        task = raw.get("task")
        if not task:
            return []
        return [self.build_operation("AddTagToArtifact", tag=f"edr:{raw['action']}={task['id']}")]


if __name__ == "__main__":
    EdrGateway().run()
