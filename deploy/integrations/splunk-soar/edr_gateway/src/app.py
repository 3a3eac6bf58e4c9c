"""An app of Splunk SOAR: asks edr-gateway for its actions, and waits for their ends."""

from soar_sdk.abstract import SOARClient
from soar_sdk.action_results import ActionOutput, ActionResult
from soar_sdk.app import App
from soar_sdk.asset import AssetField, BaseAsset
from soar_sdk.exceptions import ActionFailure
from soar_sdk.params import Param, Params

from .actions import ACTIONS
from .gateway import Gateway, Refused, Unheard, body, key, said, succeeded

PATIENCE = 1200
"""How long a task is waited for where nobody has said, in seconds: KSC may take a quarter of an hour to begin."""


class Asset(BaseAsset):
    address: str = AssetField(description="Address of the gateway: https://…")
    token: str = AssetField(description="Token: tasks.create and tasks.read", sensitive=True)
    ca_file: str = AssetField(description="File with your own authority (PEM)", required=False)
    patience: float = AssetField(description="Longest wait for the end, in seconds", required=False, default=PATIENCE)


class Host(ActionOutput):
    id: str
    name: str


class Task(ActionOutput):
    id: str
    task: str
    state: str
    terminal: bool
    evidence: str
    externalId: str
    targetHost: Host


app = App(
    name="edr-gateway",
    app_type="endpoint",
    logo="logo.svg",
    logo_dark="logo_dark.svg",
    product_vendor="edr-gateway",
    product_name="edr-gateway",
    publisher="edr-gateway",
    appid="6d1f0a52-6f0e-4a35-9a63-0f2f3f1a7c11",
    fips_compliant=False,
    asset_cls=Asset,
)


def gateway_of(asset):
    return Gateway(asset.address, asset.token, asset.ca_file)


@app.test_connectivity()
def test_connectivity(soar: SOARClient, asset: Asset) -> None:
    try:
        gateway_of(asset).whoami()
    except (Refused, Unheard, ValueError) as error:
        raise ActionFailure(str(error)) from None


def parameters(name, told):
    """The parameters of an action. A flag is a text, since one that nobody has chosen is not the same as false."""
    kinds, members = {}, {}
    for field, of in told["fields"].items():
        kinds[field] = float if of["kind"] == "number" else str
        members[field] = Param(
            description=of["purpose"],
            required=field in told["required"],
            primary=field == "targetHost",
            cef_types=["host name", "ip"] if field == "targetHost" else None,
            value_list=["true", "false"] if of["kind"] == "flag" else of["words"] if of["kind"] == "word" else None,
            allow_list=of["kind"] in ("texts", "words"),
            default=of.get("preset"),
        )
    kinds["idempotency_key"] = str
    members["idempotency_key"] = Param(description="A key of your own, for asking for the very same once more", required=False)
    kinds["dry_run"] = bool
    members["dry_run"] = Param(description="Only show what would be done", required=False, default=False)
    return type(f"{name}Parameters", (Params,), {"__annotations__": kinds, "__module__": __name__, **members})


def offer(action, told):
    """Registers an action."""

    def run(params: Params, soar: SOARClient, asset: Asset):
        given = params.dict()
        own, dry_run = given.pop("idempotency_key"), given.pop("dry_run")
        container = soar.get_executing_container_id()
        if not given.get("externalId") and container:
            given["externalId"] = str(container)
        try:
            fields = body(action, given)
            gateway = gateway_of(asset)
            once = own or key("splunk-soar", container, action, fields)
            if dry_run:
                return result(True, "A dry run: nothing was done", given, gateway.rehearse(action, fields))
            task = gateway.carry_out(action, fields, once, asset.patience or PATIENCE)
        except (Refused, Unheard, ValueError) as error:
            raise ActionFailure(str(error)) from None
        return result(succeeded(task), said(task), given, task)

    app.register_action(
        run,
        name=told["name"],
        identifier=told["name"].replace(" ", "_"),
        description=f"{told['title']}: {told['summary']}",
        action_type=told["type"],
        read_only=False,
        params_class=parameters(action, told),
        output_class=Task,
    )


def result(done, message, given, data):
    """What is told of an action, with the task whether it has succeeded or not."""
    told = ActionResult(done, message, given)
    told.add_data(data)
    return told


for each in ACTIONS:
    offer(each, ACTIONS[each])

if __name__ == "__main__":
    app.cli()
