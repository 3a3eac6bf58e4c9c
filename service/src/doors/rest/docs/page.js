// The page: what the contract and the catalogue say, in the order in which it is needed.

import { block, element, pretty, prose, table } from "./parts.js";
import { fieldsOf, parametersOf, resolved } from "./fields.js";
import { one, samples } from "./samples.js";
import { tryIt } from "./try.js";

// What comes after the actions, in the order in which it is needed. What is not named comes last.
const ORDER = ["getTask", "watchTask", "listTasks", "cancelTask", "findHosts", "getHost", "listBackends", "getBudget",
  "createTaskBatch", "checkKataedrSettings", "createTask", "dryRunTask", "listActions", "getAction", "whoAmI"];

// The page is at …/docs/, and the gateway one above.
const here = new URL("..", location.href).href.replace(/\/$/, "");
const at = (id) => document.getElementById(id);

/** Where examples send to: what the operator says, or where this page came from. */
function baseOf(contract) {
  const told = contract.servers?.[0]?.url ?? "/";
  return told.includes("://") ? told.replace(/\/$/, "") : here;
}

/** Something that is opened; what is in it is made then. */
function operation(id, head, line, content) {
  const inside = element("div");
  const whole = element("details", { class: "operation", id },
    element("summary", {}, head, line ? element("p", {}, prose(line)) : ""), inside);
  whole.addEventListener("toggle", () => {
    if (whole.open && !inside.hasChildNodes()) inside.append(...content().flat().filter(Boolean));
  });
  return whole;
}

const titled = (title, what) => (what ? [element("h4", {}, title), what] : []);

function answerOf(contract, its, status) {
  const answer = resolved(contract, its.responses[status]);
  const [type, media] = Object.entries(answer.content ?? {})[0] ?? [];
  const example = media?.example ?? Object.values(media?.examples ?? {})[0]?.value;
  return [element("p", {}, prose(answer.description)),
    example === undefined ? "" : block(typeof example === "string" ? example : pretty(example)),
    type && type !== "application/json" ? element("p", { class: "quiet" }, type) : ""];
}

const scopes = (names) => names.flatMap((it, place) => [place ? " or " : "", element("code", {}, it)]);

function actionOf(contract, base, fact, advice) {
  const its = contract.paths[fact.path]?.post;
  if (!its) return "";
  const media = its.requestBody.content["application/json"];
  const head = [element("h3", {}, fact.title), element("span", { class: "path" }, fact.name),
    element("span", { class: `badge ${fact.impact}` }, `${fact.impact} impact`)];
  const made = operation(fact.name, head, fact.summary, () => [
    element("p", { class: "path" }, `POST ${fact.path}`),
    fact.note ? element("p", { class: "note" }, prose(fact.note)) : "",
    element("dl", { class: "facts" }, ...[
      ["Scope", scopes(fact.scopes)],
      ["At", fact.kinds.map((it) => it.toUpperCase()).join(", ")],
      ["Undone", prose(fact.undo)],
      ["Twice", fact.idempotent ? "Asking twice comes to the same as asking once." : "Asking twice does it twice: send an Idempotency-Key."],
      ["Success proves", prose(fact.proves)],
      ["and not", prose(fact.doesNotProve)],
      ["Nobody checks", element("ul", {}, ...fact.unchecked.map((it) => element("li", {}, prose(it))))],
    ].flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])),
    titled("Fields", fieldsOf(contract, media.schema)),
    titled("A body", block(pretty(media.example))),
    titled("Ask, and wait for the end", samples({ base, path: fact.path, body: media.example })),
    element("p", { class: "quiet" }, "Waiting needs the scope ", element("code", {}, "tasks.read"), " too. A request that has to be repeated is sent with the key that it had."),
    titled("The answer: 202", element("div", {}, ...answerOf(contract, its, "202"))),
    tryIt({ base: here, path: fact.path, body: media.example, advice }),
  ]);
  return made;
}

function otherOf(contract, base, { path, method, its }) {
  const head = [element("h3", {}, its.summary.replace(/\.$/, "")), element("span", { class: "path" }, `${method.toUpperCase()} ${path}`)];
  return operation(its.operationId, head, "", () => {
    const [type, media] = Object.entries(its.requestBody?.content ?? {})[0] ?? [];
    const example = media?.example ?? Object.values(media?.examples ?? {})[0]?.value;
    const needed = Object.values(its.security?.[0] ?? {}).flat();
    const success = Object.keys(its.responses).find((it) => it.startsWith("2"));
    const body = type ? example ?? "" : undefined;
    return [
      element("p", {}, prose(its.description)),
      element("dl", { class: "facts" }, element("dt", {}, "Scope"),
        element("dd", {}, needed.length ? scopes(needed) : "any good token")),
      titled("Parameters", parametersOf(contract, its)),
      titled("Fields", media && fieldsOf(contract, media.schema)),
      titled("Ask", one(base, method.toUpperCase(), path.replace("{id}", path.includes("hosts") ? "HOST" : "ksc-42").replace("{name}", "isolateHost"), body, type)),
      success && titled(`The answer: ${success}`, element("div", {}, ...answerOf(contract, its, success))),
      element("p", { class: "quiet" }, `Problems: ${Object.keys(its.responses).filter((it) => it >= "4").join(", ")}.`),
    ];
  });
}

function others(contract) {
  const all = Object.entries(contract.paths).flatMap(([path, item]) => ["get", "post", "put", "patch", "delete"]
    .filter((method) => item[method]).map((method) => ({ path, method, its: item[method] })));
  const place = (it) => (ORDER.indexOf(it.its.operationId) + ORDER.length + 1) % (ORDER.length + 1);
  return all.filter(({ its }) => !["actions", "dryRuns"].includes(its.tags?.[0])).sort((a, b) => place(a) - place(b));
}

/** What is looked for in something: all that the contract says of it, opened or not. */
function searchable(contract, facts) {
  const texts = new Map();
  const add = (id, ...what) => texts.set(id, JSON.stringify(what).toLowerCase());
  for (const fact of facts.actions) {
    const its = contract.paths[fact.path]?.post;
    const schema = its && resolved(contract, its.requestBody.content["application/json"].schema);
    add(fact.name, fact, its?.summary, schema?.properties);
  }
  for (const { path, its } of others(contract)) add(its.operationId, path, its.operationId, its.summary, its.description, its.parameters, its.security);
  return texts;
}

function filter(texts) {
  const words = at("search").value.toLowerCase().split(/\s+/).filter(Boolean);
  const has = (text) => words.every((it) => text.includes(it));
  let found = 0;
  for (const section of document.querySelectorAll("main > section[id]")) {
    const parts = [...section.querySelectorAll("details.operation, tbody tr")].filter((it) => !it.parentElement.closest("details.operation"));
    const shown = parts.filter((it) => {
      it.hidden = !has(texts.get(it.id) ?? it.textContent.toLowerCase());
      return !it.hidden;
    });
    section.hidden = shown.length === 0;
    found += shown.length;
  }
  at("found").textContent = words.length ? (found ? `${found} found` : "Nothing is called so here.") : "";
}

function openNamed() {
  const named = at(decodeURIComponent(location.hash.slice(1)));
  if (named?.matches("details.operation")) {
    named.open = true;
    named.scrollIntoView();
  }
}

function dress() {
  const button = at("theme");
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const label = () => { button.textContent = isDark() ? "Light" : "Dark"; };
  button.addEventListener("click", () => { root.dataset.theme = isDark() ? "light" : "dark"; label(); });
  label();
}

async function read(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
}

async function start() {
  dress();
  const [contract, facts] = await Promise.all([read("../openapi.json"), read("actions.json")]);
  const base = baseOf(contract);
  const advice = Object.fromEntries(facts.problems.map((it) => [it.code, it.advice]));
  at("address").textContent = base;
  at("actions").append(...facts.actions.map((it) => actionOf(contract, base, it, advice)));
  at("others").append(...others(contract).map((it) => otherOf(contract, base, it)));
  at("states").append(table(["state", "over", "rests on"], facts.states.map((it) => [
    prose(it.state), it.over, prose(it.restsOn)])));
  at("problems").append(table(["code", "status", "again", "meaning", "what to do"], facts.problems.map((it) => [
    element("code", {}, it.code), String(it.status), it.again ? "yes" : "no", it.meaning, prose(it.advice)])));
  at("limits").append(table(["what", "bound", "beyond it"], facts.bounds.map((it) => [
    prose(it.what), prose(it.bound), prose(it.beyond)])));
  const texts = searchable(contract, facts);
  at("search").addEventListener("input", () => filter(texts));
  addEventListener("hashchange", openNamed);
  openNamed();
  document.documentElement.dataset.ready = "";
}

start().catch((error) => {
  document.querySelector("main").prepend(element("p", { class: "note", role: "alert" }, `The contract could not be read. ${error.message}`));
});
