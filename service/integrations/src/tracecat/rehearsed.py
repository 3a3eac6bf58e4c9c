import json


def main(status, answer):
    """What the dry run has found; a refusal is an error."""
    if status == 200:
        return answer
    problem = json.loads(answer) if isinstance(answer, str) else answer
    said = [problem["code"], problem["detail"]]
    said += [f"{it['pointer']}: {it['detail']}" for it in problem.get("errors", [])]
    raise RuntimeError(f"refused ({status}): " + "; ".join(said))
