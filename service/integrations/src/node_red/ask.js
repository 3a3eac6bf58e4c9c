// Makes the request: what has been given and nothing else, and a key that a repetition keeps.
const given = Object.entries(msg.payload ?? {}).filter(
    ([, value]) => value !== undefined && value !== null && value !== "",
);
const path = `${env.get("EDR_GATEWAY_URL")}/v1/tasks/${msg.action}`;
msg.key = msg.key || `${msg.action}/${msg._msgid}`;
msg.asked = {
    url: msg.dryRun ? `${path}/dry-run` : `${path}?wait=50`,
    method: "POST",
    payload: Object.fromEntries(given),
};
msg.rounds = 0;
msg.tries = 0;
delete msg.statusCode;
delete msg.responseHeaders;
Object.assign(msg, RED.util.cloneMessage(msg.asked));
msg.headers = { Authorization: `Bearer ${env.get("EDR_GATEWAY_TOKEN")}` };
if (!msg.dryRun) {
    msg.headers["Idempotency-Key"] = msg.key;
}
msg.requestTimeout = 75000;
return msg;
