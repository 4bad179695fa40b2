"""Let a notebook be the same on every machine that opens it.

JupyterLab writes into each notebook what its kernel says of Python. With the number of the patch, opening one would be
a change wherever it differs. IPython reads this file from `etc/ipython` when a kernel starts.
"""

from ipykernel.ipkernel import IPythonKernel

IPythonKernel.language_info["version"] = "3"
