import json


def main(status, answer):
    """The id of the task that has been accepted; a refusal is an error."""
    if status == 202:
        return answer["id"]
    raise RuntimeError(refusal(status, answer))


def refusal(status, answer):
    """A problem document, which arrives as text, in one line."""
    try:
        problem = json.loads(answer) if isinstance(answer, str) else answer
        said = [problem["code"], problem["detail"]]
        said += [f"{it['pointer']}: {it['detail']}" for it in problem.get("errors", [])]
        again = "may be repeated with its key" if problem["retryable"] else "final"
        return f"refused ({status}, {again}): " + "; ".join(said)
    except (KeyError, TypeError, ValueError):
        return f"the gateway has not answered ({status}): {answer}"
