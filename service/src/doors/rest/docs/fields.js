// The fields of a body or a query, as a table.

import { element, prose, table } from "./parts.js";

/** A schema, with those that it refers to in their place; what stands beside a reference is said of this place. */
export function resolved(contract, schema = {}) {
  if (!schema.$ref) return schema;
  const { $ref, ...beside } = schema;
  const named = $ref.slice(2).split("/").reduce((it, name) => it?.[name], contract);
  return { ...resolved(contract, named), ...beside };
}

const isRule = (text) => /^must\b/i.test(text ?? "");

function kind(contract, schema) {
  if (schema.type === "array") return `list of ${kind(contract, resolved(contract, schema.items))}`;
  if (schema.enum) return "one of";
  return { integer: "whole number", boolean: "true or false", string: "text" }[schema.type] ?? schema.type ?? "any";
}

/** What a value may be: its kind, the values that there are, and limits. */
function allowed(contract, schema, rule) {
  const inner = schema.type === "array" ? resolved(contract, schema.items) : schema;
  const said = [element("p", {}, kind(contract, schema),
    ...(inner.enum ?? []).flatMap((it) => [" ", element("code", {}, String(it))]))];
  const limits = [];
  const rules = rule ?? (isRule(inner.description) ? inner.description : null);
  const span = (least, most, of) => {
    if (least == null && most == null) return;
    if (least === most) limits.push(`${most}${of}`);
    else if (most == null) limits.push(`at least ${least}${of}`);
    else limits.push(least ? `${least} to ${most}${of}` : `at most ${most}${of}`);
  };
  span(schema.minLength, schema.maxLength, " characters");
  span(schema.minimum, schema.maximum, "");
  span(schema.minItems, schema.maxItems, " items");
  // What the rule says itself need not be said twice.
  const told = (it) => it.match(/\d+/g).every((number) => Number(number) < 2 || rules?.replaceAll(",", "").includes(number));
  const rest = limits.filter((it) => !told(it));
  if (rest.length) said.push(element("p", { class: "quiet" }, rest.join("; ")));
  if (rules) said.push(element("p", { class: "quiet" }, prose(rules)));
  return said;
}

function row(contract, name, schema, required) {
  const whole = resolved(contract, schema);
  const named = schema.$ref ? resolved(contract, { $ref: schema.$ref }) : {};
  const rule = isRule(named.description) ? named.description : null;
  const purpose = isRule(whole.description) ? null : whole.description;
  return [element("code", {}, name), required ? element("strong", {}, "required") : "optional",
    prose(purpose ?? ""), allowed(contract, whole, rule)];
}

/** The members of an object's schema: the required ones first, and those that every action has last. */
export function fieldsOf(contract, schema) {
  const whole = resolved(contract, schema);
  const required = whole.required ?? [];
  const common = ["comment", "externalId", "severity", "area", "backend"];
  const place = (name) => (required.includes(name) ? (name === "targetHost" ? 0 : 1) : 2 + common.indexOf(name) + 1);
  const names = Object.keys(whole.properties ?? {}).sort((a, b) => place(a) - place(b));
  if (!names.length) return null;
  const rows = [];
  for (const name of names) {
    rows.push(row(contract, name, whole.properties[name], required.includes(name)));
    const inner = resolved(contract, resolved(contract, whole.properties[name]).items);
    for (const [part, its] of Object.entries(inner.properties ?? {})) {
      rows.push(row(contract, `${name}[].${part}`, its, inner.required?.includes(part)));
    }
  }
  return table(["field", "", "what it is for", "what it may be"], rows);
}

/** The parameters of an operation. */
export function parametersOf(contract, operation) {
  const all = (operation.parameters ?? []).map((it) => resolved(contract, it));
  if (!all.length) return null;
  return table(["parameter", "", "what it is for", "what it may be"], all.map((it) => [
    element("code", {}, it.name), `${it.in}${it.required ? ", required" : ""}`,
    prose(it.description), allowed(contract, resolved(contract, it.schema))]));
}
