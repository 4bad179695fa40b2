"""Keep notebooks identical on every machine that opens them.

JupyterLab writes the kernel's Python version into each notebook. With the patch number included, opening a notebook
would change it wherever that number differs. IPython reads this file from `etc/ipython` when a kernel starts.
"""

from ipykernel.ipkernel import IPythonKernel

IPythonKernel.language_info["version"] = "3"
