// Reads the answer. Out of the first door goes what is asked again, then: success, any other end, a refusal.
const answer = msg.payload;
const heard = msg.statusCode === 200 || msg.statusCode === 202;
const key = msg.asked.method === "POST" && !msg.dryRun ? { "Idempotency-Key": msg.key } : {};
const again = (request, seconds) => {
    msg.asked = request;
    Object.assign(msg, RED.util.cloneMessage(request));
    msg.headers = { Authorization: `Bearer ${env.get("EDR_GATEWAY_TOKEN")}`, ...key };
    msg.delay = seconds * 1000;
    return [msg, null, null, null];
};
if (heard && (msg.dryRun || answer.terminal)) {
    const good = msg.dryRun || answer.state === "succeeded";
    msg.summary = msg.dryRun ? "dry run" : `${answer.id} ${answer.state}: ${answer.evidence}`;
    node.status({ fill: good ? "green" : "yellow", shape: "dot", text: answer.state ?? "dry run" });
    return good ? [null, msg, null, null] : [null, null, msg, null];
}
if (heard) {
    msg.rounds += 1;
    msg.tries = 0;
    node.status({ fill: "blue", shape: "ring", text: answer.state });
    if (msg.rounds <= Number(env.get("EDR_GATEWAY_ROUNDS") || 40)) {
        delete key["Idempotency-Key"];
        const path = `${env.get("EDR_GATEWAY_URL")}/v1/tasks/${encodeURIComponent(answer.id)}`;
        return again({ url: `${path}?wait=50`, method: "GET", payload: undefined }, 0);
    }
    msg.summary = `${answer.id} is not over: ${answer.state}: ${answer.evidence}`;
    return [null, null, msg, null];
}
// No status: nobody has answered. With its key it is safe to ask again, as it is where the answer says so.
const unanswered = typeof msg.statusCode !== "number";
msg.tries += 1;
if ((unanswered || answer?.retryable === true) && msg.tries < 5) {
    return again(msg.asked, Number(msg.responseHeaders?.["retry-after"]) || 2);
}
const errors = (answer?.errors ?? []).map((it) => `${it.pointer}: ${it.detail}`);
msg.summary = answer?.code
    ? [`${answer.code}: ${answer.detail}`, ...errors].join("; ")
    : `no answer of the gateway (${msg.statusCode}): ${answer}`;
node.status({ fill: "red", shape: "dot", text: answer?.code ?? "no answer" });
return [null, null, null, msg];
