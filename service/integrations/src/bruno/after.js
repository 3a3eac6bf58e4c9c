// A 202 is accepted and no more: the end is waited for, and a refusal is a failure that says why.
const refused = (answer) => {
  const errors = (answer.errors || []).map((it) => `${it.pointer}: ${it.detail}`);
  const again = answer.retryable ? " (may be repeated with its key)" : "";
  return [`refused: ${answer.code}: ${answer.detail}${again}`, ...errors].join("; ");
};
const problem = (body) => {
  try {
    return refused(typeof body === "string" ? JSON.parse(body) : body);
  } catch (_) {
    return "no answer of the gateway";
  }
};

if (res.getStatus() >= 400) {
  const why = problem(res.getBody());
  test(why, () => {
    throw new Error(why);
  });
} else if (res.getStatus() === 202) {
  let task = res.getBody();
  let why;
  for (let rounds = Number(bru.getEnvVar("rounds") || 40); !task.terminal && !why && rounds > 0; rounds -= 1) {
    try {
      const heard = await bru.sendRequest({
        method: "GET",
        url: `${bru.getEnvVar("baseUrl")}/v1/tasks/${encodeURIComponent(task.id)}?wait=50`,
        headers: { Authorization: req.getHeader("Authorization") || `Bearer ${bru.getEnvVar("token")}` },
      });
      task = heard.data;
    } catch (error) {
      why = `${task.id} cannot be read: ${problem(error.response && error.response.data)}`;
    }
  }
  bru.setVar("task", task.id);
  test(why || `${task.id} ${task.state}: ${task.evidence}`, () => {
    if (why || !task.terminal || task.state !== "succeeded") {
      throw new Error(why || task.state);
    }
  });
}
