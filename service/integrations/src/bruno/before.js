// A repetition of a request keeps its key; another request, and another run, has another one.
if (req.getMethod() === "POST" && /\/v1\/tasks\/\w+(\?|$)/.test(req.getUrl())) {
  if (!bru.getVar("run")) {
    bru.setVar("run", bru.getEnvVar("run") || bru.interpolate("{{$guid}}"));
  }
  req.setHeader("Idempotency-Key", `${bru.getVar("run")}/${req.getName()}`);
}
