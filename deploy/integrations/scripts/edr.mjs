#!/usr/bin/env node
// Asks edr-gateway for an action and waits for its end. Needs Node 18 or later, and nothing else.
//
//   edr.mjs [--dry-run] [--key KEY] ACTION FIELD=VALUE...
//   edr.mjs [--dry-run] [--key KEY] ACTION - < body.json
//
// EDR_GATEWAY_URL, and EDR_GATEWAY_TOKEN or EDR_GATEWAY_TOKEN_FILE, say where and by whom. The task is
// printed as JSON. Ends with 0 at success, 1 at any other end, 2 at a refusal, 3 when nobody knows yet.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as later } from "node:timers/promises";
import { parseArgs } from "node:util";

const TRIES = 5;
const { env } = process;
const rounds = Number(env.EDR_GATEWAY_ROUNDS ?? 40);

class End extends Error {
    constructor(code, said) {
        super(said);
        this.code = code;
    }
}

const token = () =>
    env.EDR_GATEWAY_TOKEN_FILE
        ? readFileSync(env.EDR_GATEWAY_TOKEN_FILE, "utf8").trim()
        : env.EDR_GATEWAY_TOKEN;

// What a field is given: a text as it is, anything else as JSON.
function value(kind, text) {
    if (kind === "text") {
        return text;
    }
    try {
        return JSON.parse(text);
    } catch {
        return text;
    }
}

function body(action, pairs) {
    if (pairs.length === 1 && pairs[0] === "-") {
        return JSON.parse(readFileSync(0, "utf8"));
    }
    const known = JSON.parse(readFileSync(new URL("fields.json", import.meta.url), "utf8"));
    const kinds = known[action] ?? {};
    const given = pairs.map((pair) => /^([^=]*)=?(.*)$/s.exec(pair).slice(1));
    return Object.fromEntries(given.map(([name, text]) => [name, value(kinds[name] ?? "text", text)]));
}

// No status where nobody has answered.
async function once(method, path, data, key) {
    const headers = { Authorization: `Bearer ${token()}`, Accept: "application/json" };
    if (data !== undefined) {
        headers["Content-Type"] = "application/json";
    }
    if (key) {
        headers["Idempotency-Key"] = key;
    }
    const url = env.EDR_GATEWAY_URL.replace(/\/+$/, "") + path;
    try {
        const signal = AbortSignal.timeout(75_000);
        const answer = await fetch(url, { method, headers, body: data, signal });
        const after = Number(answer.headers.get("retry-after"));
        return { status: answer.status, answer: await answer.json(), after };
    } catch (error) {
        return { answer: { detail: String(error.cause ?? error) } };
    }
}

// Asks again, with the same key, what nobody has answered or what may be repeated.
async function ask(...request) {
    let heard;
    for (let left = TRIES - 1; ; left -= 1) {
        heard = await once(...request);
        const again = !heard.status || (heard.status >= 400 && heard.answer.retryable);
        if (!again || left === 0) {
            break;
        }
        await later((heard.after || 2) * 1000);
    }
    const { status, answer } = heard;
    if (!status) {
        throw new End(3, `no answer of the gateway: ${answer.detail}`);
    }
    if (status >= 400) {
        const errors = (answer.errors ?? []).map((it) => `${it.pointer}: ${it.detail}`);
        throw new End(2, [`refused: ${answer.code}: ${answer.detail}`, ...errors].join("\n  "));
    }
    return answer;
}

async function main() {
    const { values, positionals } = parseArgs({
        options: { "dry-run": { type: "boolean" }, key: { type: "string" } },
        allowPositionals: true,
    });
    const [action, ...pairs] = positionals;
    if (!pairs.length) {
        throw new End(64, "usage: edr.mjs [--dry-run] [--key KEY] ACTION FIELD=VALUE...");
    }
    const data = JSON.stringify(body(action, pairs));
    const path = `/v1/tasks/${encodeURIComponent(action)}`;
    if (values["dry-run"]) {
        console.log(JSON.stringify(await ask("POST", `${path}/dry-run`, data)));
        return;
    }
    const key = values.key || env.EDR_GATEWAY_KEY || randomUUID();
    console.error(`key: ${key}`);
    let task = await ask("POST", `${path}?wait=50`, data, key);
    for (let round = 0; round < rounds && !task.terminal; round += 1) {
        task = await ask("GET", `/v1/tasks/${encodeURIComponent(task.id)}?wait=50`);
    }
    console.log(JSON.stringify(task));
    const code = task.state === "succeeded" ? 0 : task.terminal ? 1 : 3;
    throw new End(code, `${task.state}: ${task.evidence}`);
}

main().catch((end) => {
    console.error(end.message);
    process.exitCode = end.code ?? 64;
});
