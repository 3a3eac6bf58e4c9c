def main(given):
    """The body of the request: what has been given, and nothing else."""
    return {name: value for name, value in given.items() if value is not None}
