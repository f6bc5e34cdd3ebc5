"""What go.py does, by the standard library alone: the environment, local servers, the demo and the test run.

Nothing here imports Django or this project's packages, because it runs before they are installed; the scripts
that need them (`prepare_demo.py`) are started in the project's own environment.
"""
