// A repetition of a request keeps its key; another request, and another run, has another one.
const path = pm.request.url.getPath();
const asks = pm.request.method === "POST" && /^\/v1\/tasks\/\w+$/.test(path.replace(/^.*(?=\/v1\/)/, ""));
if (asks) {
    if (!pm.variables.get("run")) {
        pm.collectionVariables.set("run", pm.variables.replaceIn("{{$guid}}"));
    }
    pm.request.headers.upsert({
        key: "Idempotency-Key",
        value: `${pm.variables.get("run")}/${pm.info.requestName}`,
    });
}
