"""A service as a team would write it in an afternoon: a token is verified, two calls go to KSC, 202."""

import json
import os
import ssl
from contextlib import asynccontextmanager

import httpx
import jwt
from fastapi import FastAPI, HTTPException, Request

with open(os.environ["BENCH_KEYS"], encoding="utf-8") as file:
    KEY = jwt.PyJWK(json.load(file)["keys"][0]).key
KSC = os.environ["BENCH_KSC"]
ISSUER = os.environ["BENCH_ISSUER"]
AUDIENCE = os.environ["BENCH_AUDIENCE"]
SESSION = {"X-KSC-Session": "nsBench0123456789ABCDEF=="}


@asynccontextmanager
async def lifespan(app):
    trust = ssl.create_default_context(cafile=os.environ["BENCH_CERTIFICATE"])
    # The library's own limit, and every connection kept: of its hundred it keeps twenty by itself.
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=100)
    async with httpx.AsyncClient(
        base_url=KSC, verify=trust, limits=limits, headers=SESSION, timeout=60
    ) as client:
        app.state.ksc = client
        yield


app = FastAPI(lifespan=lifespan)


async def call(method, body):
    answer = await app.state.ksc.post(f"/api/v1.0/{method}", json=body)
    answer.raise_for_status()
    return answer.json()


@app.post("/v1/tasks/isolateHost", status_code=202)
async def isolate(request: Request):
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise HTTPException(401)
    try:
        claims = jwt.decode(token, KEY, algorithms=["ES256"], audience=AUDIENCE, issuer=ISSUER)
    except jwt.InvalidTokenError as error:
        raise HTTPException(401) from error
    if "tasks.create" not in claims.get("scope", "").split():
        raise HTTPException(403)
    task = await request.json()
    host = task["targetHost"]
    body = {
        "targetHost": host,
        "task": "isolateHost",
        "params": {"action": {"isolate": 1, "release": 0}[task["action"]]},
        "responseEventIncident": True,
        "responseEventIncidentArea": "Kuma",
    }
    data = {
        "KLINCDT_SEVERITY": 2,
        "KLINCDT_ADDED": {"type": "datetime", "value": "2026-01-02T03:04:05Z"},
        "KLINCDT_BODY": json.dumps(body),
        "KLHST_WKS_HOSTNAME": host,
    }
    number = (await call("HostGroup.AddIncident", {"pData": data}))["PxgRetVal"]
    handled = {"KLINCDT_IS_HANDLED": False, "KLHST_WKS_HOSTNAME": host}
    await call("HostGroup.UpdateIncident", {"nId": number, "pData": handled})
    return {"id": number, "state": "sent"}
