// A 202 is accepted and no more: the end is waited for, and a refusal is a failure that says why.
const refused = (answer) => {
    const errors = (answer.errors || []).map((it) => `${it.pointer}: ${it.detail}`);
    const again = answer.retryable ? " (may be repeated with its key)" : "";
    return [`refused: ${answer.code}: ${answer.detail}${again}`, ...errors].join("; ");
};

const over = (task) => {
    pm.collectionVariables.set("task", task.id);
    pm.test(`${task.id} ${task.state}: ${task.evidence}`, () => {
        pm.expect(task.terminal, "it is over").to.equal(true);
        pm.expect(task.state).to.equal("succeeded");
    });
};

const wait = (task, rounds) => {
    if (task.terminal || rounds === 0) {
        over(task);
        return;
    }
    const request = {
        url: `${pm.variables.get("baseUrl")}/v1/tasks/${encodeURIComponent(task.id)}?wait=50`,
        method: "GET",
        header: { Authorization: pm.request.headers.get("Authorization") },
    };
    pm.sendRequest(request, (error, response) => {
        if (error || response.code !== 200) {
            const why = error ? String(error) : refused(response.json());
            pm.test(`${task.id} cannot be read: ${why}`, () => pm.expect.fail(why));
            return;
        }
        wait(response.json(), rounds - 1);
    });
};

if (pm.response.code >= 400) {
    let why = `no answer of the gateway: ${pm.response.code}`;
    try {
        why = refused(pm.response.json());
    } catch (_) {
        // It is somebody else's answer.
    }
    pm.test(why, () => pm.expect.fail(why));
} else if (pm.response.code === 202) {
    wait(pm.response.json(), Number(pm.variables.get("rounds")));
}
