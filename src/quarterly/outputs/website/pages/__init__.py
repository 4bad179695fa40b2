"""What is done to a page before and after rendering, with the standard library only.

Quarto may run these modules in a Python without the project's environment, so that they import only each other and
modules of the package with the same limit.
"""
