"""A stand-in for WeChat's and WeCom's servers, behaving as the published facts say. Loopback only.

`python -m tests.platform` starts it; tests mount it in their own process.
"""
