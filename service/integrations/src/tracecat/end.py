def main(status, answer):
    """The task at its end; any end but success is an error, with the evidence."""
    if status != 200:
        raise RuntimeError(f"the task cannot be read ({status}): {answer}")
    if answer["state"] != "succeeded":
        raise RuntimeError(f"{answer['id']} {answer['state']}: {answer['evidence']}")
    return answer
