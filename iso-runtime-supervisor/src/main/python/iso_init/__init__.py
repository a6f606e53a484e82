"""What runs beside and inside a sandbox: the helper, init and the executor.

Nothing here is installed anywhere. The supervisor sends these modules, compiled, to a fresh interpreter (see
``boot.py``); the order in ``MODULES`` is the order of their imports.
"""
