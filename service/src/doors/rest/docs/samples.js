// Examples that work when they are pasted: the address is filled in, the token is a variable, and
// each run makes a key of its own.

import { block, copyButton, element, pretty } from "./parts.js";

const HERE = "TOKEN HERE";

/** What a POSIX shell reads as this text. */
const quoted = (text) => `'${text.replaceAll("'", "'\\''")}'`;

const curl = ({ base, path, body }) => `GATEWAY=${quoted(base)}
TOKEN='${HERE}'
KEY=$(uuidgen 2>/dev/null || cat /proc/sys/kernel/random/uuid)

# The answer goes to the screen, and the task's address into a variable.
location=$(curl -sS -D - -o /dev/stderr "$GATEWAY${path}" \\
  -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
  -H "Idempotency-Key: $KEY" --data-binary @- <<'JSON' | tr -d '\\r' | sed -n 's/^[Ll]ocation: //p'
${pretty(body)}
JSON
)
case $location in /*) location=$GATEWAY$location;; esac

# Wait for the end.
while [ -n "$location" ] && answer=$(curl -sS --fail "$location?wait=50" -H "Authorization: Bearer $TOKEN"); do
  printf '\\n%s\\n' "$answer"
  case $answer in *'"terminal":true'*) break;; esac
  sleep 1
done
`;

const python = ({ base, path, body }) => `import json, time, urllib.request, uuid

GATEWAY = ${JSON.stringify(base)}
TOKEN = "${HERE}"
BODY = r"""
${pretty(body)}
"""

def call(path, body=None, **headers):
    request = urllib.request.Request(GATEWAY + path, body and body.encode(), {
        "Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request, timeout=90) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as problem:
        raise SystemExit(problem.read().decode())

task = call("${path}", BODY, **{"Idempotency-Key": str(uuid.uuid4())})
while not task["terminal"]:
    time.sleep(1)
    task = call(f"/v1/tasks/{task['id']}?wait=50")
print(json.dumps(task, indent=2, ensure_ascii=False))
`;

const powershell = ({ base, path, body }) => `$gateway = '${base.replaceAll("'", "''")}'
$token = '${HERE}'
$headers = @{ Authorization = "Bearer $token" }
$once = $headers + @{ 'Idempotency-Key' = [guid]::NewGuid().ToString() }
$body = @'
${pretty(body)}
'@

$task = Invoke-RestMethod -Method Post -Uri "$gateway${path}" -Headers $once \`
  -ContentType 'application/json; charset=utf-8' -Body ([Text.Encoding]::UTF8.GetBytes($body))
while (-not $task.terminal) {
  Start-Sleep -Seconds 1
  $task = Invoke-RestMethod -Uri "$gateway/v1/tasks/$($task.id)?wait=50" -Headers $headers
}
$task | ConvertTo-Json -Depth 9
`;

const javascript = ({ base, path, body }) => `// Node 18 or later, as a module (.mjs).
const gateway = ${JSON.stringify(base)};
const token = "${HERE}";
const body = ${pretty(body)};

async function call(path, options = {}) {
  const headers = { Authorization: \`Bearer \${token}\`, "Content-Type": "application/json", ...options.headers };
  const answer = await fetch(gateway + path, { ...options, headers });
  if (!answer.ok) throw new Error(await answer.text());
  return answer.json();
}

let task = await call("${path}", {
  method: "POST", body: JSON.stringify(body), headers: { "Idempotency-Key": crypto.randomUUID() },
});
while (!task.terminal) {
  await new Promise((done) => setTimeout(done, 1000));
  task = await call(\`/v1/tasks/\${task.id}?wait=50\`);
}
console.log(task);
`;

export const LANGUAGES = { curl, Python: python, PowerShell: powershell, JavaScript: javascript };

// One choice for the whole page, for as long as it is open.
let chosen = "curl";
const shown = new Set();

/** The examples of an action, one language at a time. */
export function samples(call) {
  const code = block("");
  const buttons = Object.keys(LANGUAGES).map((name) => element("button", {
    type: "button", onclick: () => { chosen = name; shown.forEach((show) => show()); },
  }, name));
  const show = () => {
    code.firstChild.textContent = LANGUAGES[chosen](call);
    for (const it of buttons) it.setAttribute("aria-pressed", String(it.textContent === chosen));
  };
  shown.add(show);
  show();
  return element("div", { class: "samples" },
    element("div", { class: "row", role: "group", "aria-label": "Language" },
      ...buttons, copyButton(() => code.textContent)),
    code);
}

/** One call of another operation, for curl. */
export function one(base, method, path, body, type) {
  const lines = [`curl -sS ${method === "GET" ? "" : `-X ${method} `}"$GATEWAY${path}"`, `-H "Authorization: Bearer $TOKEN"`];
  if (path.endsWith("/events")) lines[0] = lines[0].replace("-sS", "-sSN");
  if (body !== undefined) lines.push(`-H 'Content-Type: ${type}'`, `--data-binary ${quoted(typeof body === "string" ? body : pretty(body))}`);
  return block(`GATEWAY=${quoted(base)}\nTOKEN='${HERE}'\n${lines.join(" \\\n  ")}\n`);
}
