"""The tool host: a trusted program that runs the tools of Python bundles, one process for each call.

It is sent through its own standard input, so an image or an interpreter needs nothing but Python 3.9 or newer.
"""
