// Try it: first a dry run, and only then the request itself.

import { element, pretty, prose } from "./parts.js";

// The token is kept here, for as long as the page is open, and nowhere else.
let token = "";
const tokenFields = new Set();

function tokenField() {
  // No field of type `password`: browsers offer to keep what is in one.
  const field = element("input", {
    type: "text", class: "secret", autocomplete: "off", spellcheck: "false", placeholder: "access token",
    oninput: () => {
      token = field.value.trim();
      for (const it of tokenFields) if (it !== field) it.value = field.value;
      document.dispatchEvent(new Event("token"));
    },
  });
  field.value = token;
  tokenFields.add(field);
  return field;
}

/** A key that no request has had. */
function freshKey() {
  // Browsers have `randomUUID` on pages over TLS and of the own machine alone.
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (it) => it.toString(16).padStart(2, "0")).join("");
}

async function ask(url, options = {}) {
  try {
    const answer = await fetch(url, {
      ...options, cache: "no-store", credentials: "omit", redirect: "error",
      headers: { Authorization: `Bearer ${token}`, ...options.headers },
    });
    const text = await answer.text();
    let json;
    try { json = JSON.parse(text); } catch { /* It is shown as it is. */ }
    return { status: answer.status, retryAfter: answer.headers.get("Retry-After"), json, text };
  } catch (error) {
    return { status: 0, text: `No answer: ${error.message}. Whether the request has arrived is not known.` };
  }
}

function hostOf(body) {
  try { return JSON.parse(body).targetHost ?? ""; } catch { return ""; }
}

/** The panel of an action: `path` is its address under `base`. */
export function tryIt({ base, path, body, advice }) {
  const text = element("textarea", { rows: String(Math.min(16, pretty(body).split("\n").length + 1)), spellcheck: "false", wrap: "off" });
  text.value = pretty(body);
  const said = element("div", { role: "status" });
  // The body that a dry run has just said yes to.
  let rehearsed = null;
  // What is under way: an answer that comes after something was changed is not taken for its own.
  let turn = 0;

  const dryRun = element("button", { type: "button", class: "main", onclick: rehearse }, "Dry run");
  const typed = element("input", { type: "text", autocomplete: "off", spellcheck: "false", oninput: weigh });
  const send = element("button", { type: "button", class: "alarm", disabled: true, onclick: create }, "Send");
  const named = element("code", {});
  const confirm = element("div", { class: "confirm", hidden: true },
    element("p", {}, "The dry run found nothing against this very body. To have it carried out, type the host’s name: ", named),
    element("div", { class: "row" }, element("label", {}, element("span", { class: "unseen" }, "The host’s name"), typed), send));

  function forget() {
    turn += 1;
    rehearsed = null;
    typed.value = "";
    confirm.hidden = true;
    weigh();
  }

  function weigh() {
    send.disabled = rehearsed === null || rehearsed !== text.value || typed.value.trim() !== hostOf(text.value);
  }

  function show({ status, json, text: raw }, note) {
    const problem = json?.code && advice[json.code];
    said.replaceChildren(
      element("h4", {}, status ? `Answer: ${status}` : "No answer"),
      note ? element("p", {}, note) : "",
      problem ? element("p", { class: "note" }, prose(problem)) : "",
      element("pre", { tabindex: "0" }, element("code", {}, json === undefined ? raw : pretty(json))));
  }

  const post = (address, content, headers) => ask(base + address, {
    method: "POST", body: content, headers: { "Content-Type": "application/json", ...headers },
  });

  async function rehearse() {
    forget();
    const [mine, asked] = [turn, text.value];
    dryRun.disabled = true;
    const answer = await post(`${path}/dry-run`, asked);
    dryRun.disabled = false;
    if (mine !== turn) return;
    show(answer, answer.status === 200 ? "Nothing was done. This is what would be sent." : "Nothing was done.");
    if (answer.status !== 200 || !hostOf(asked)) return;
    rehearsed = asked;
    named.textContent = hostOf(asked);
    confirm.hidden = false;
    weigh();
  }

  function create() {
    if (send.disabled) return;
    const content = text.value;
    // One dry run is good for one request.
    forget();
    deliver(content, freshKey());
  }

  async function deliver(content, key) {
    said.replaceChildren(element("p", {}, "Sent …"));
    dryRun.disabled = true;
    const answer = await post(path, content, { "Idempotency-Key": key });
    dryRun.disabled = false;
    const note = ["Sent with ", element("code", {}, `Idempotency-Key: ${key}`), "."];
    show(answer, note);
    if (answer.json?.id) follow(answer.json, note);
    // The same request with the same key is carried out once, whatever has become of it.
    if (answer.status === 0 || answer.json?.retryable) {
      said.append(element("div", { class: "row" },
        element("button", { type: "button", onclick: () => deliver(content, key) }, "Send it again with this key")));
    }
  }

  function follow(task, note) {
    const refresh = element("button", { type: "button" }, "Refresh the task");
    refresh.addEventListener("click", async () => {
      refresh.disabled = true;
      const answer = await ask(`${base}/v1/tasks/${encodeURIComponent(task.id)}`);
      show(answer, note);
      follow(answer.json?.id ? answer.json : task, note);
    });
    said.append(element("div", { class: "row" },
      element("span", {}, "State: ", element("strong", {}, task.state), task.terminal ? ", over." : ", not over."),
      task.terminal ? "" : refresh));
  }

  text.addEventListener("input", forget);
  // Another caller's dry run says nothing of this one.
  document.addEventListener("token", forget);
  return element("section", { class: "try", "aria-label": "Try it" },
    element("h4", {}, "Try it"),
    element("p", { class: "quiet" }, "A dry run makes every check and shows what would be sent. Nothing is done by it. The token stays in this page’s memory."),
    element("div", { class: "row" }, element("label", {}, "Token ", tokenField())),
    element("label", {}, "Body ", text),
    element("div", { class: "row" }, dryRun),
    confirm, said);
}
