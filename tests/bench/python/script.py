"""The vendor's flow: log in on a connection, AddIncident, UpdateIncident, and end; a process an action."""

import base64
import json
import sys

import requests

endpoint, certificate, host = sys.argv[1:]


def encoded(text):
    return base64.b64encode(text.encode()).decode()


with requests.Session() as session:
    session.verify = certificate
    session.trust_env = False
    session.headers["Content-Type"] = "application/json"

    def call(method, body, headers=None):
        answer = session.post(f"{endpoint}/api/v1.0/{method}", data=body, headers=headers)
        answer.raise_for_status()
        return answer.json()

    user, password = encoded("edr-gateway"), encoded("correct horse")
    call("login", "", {
        "Authorization": f'KSCBasic user="{user}", pass="{password}", domain="", internal="1"',
        "X-KSC-VServer": "",
    })
    task = {
        "targetHost": host,
        "task": "isolateHost",
        "params": {"action": 1},
        "responseEventIncident": True,
        "responseEventIncidentArea": "Kuma",
    }
    data = {
        "KLINCDT_SEVERITY": 2,
        "KLINCDT_ADDED": {"type": "datetime", "value": "2026-01-02T03:04:05Z"},
        "KLINCDT_BODY": json.dumps(task),
        "KLHST_WKS_HOSTNAME": host,
    }
    number = call("HostGroup.AddIncident", json.dumps({"pData": data}))["PxgRetVal"]
    handled = {"KLINCDT_IS_HANDLED": False, "KLHST_WKS_HOSTNAME": host}
    call("HostGroup.UpdateIncident", json.dumps({"nId": number, "pData": handled}))
