"""A message's way on channels that push. Each file is one station of it, in this order:

`accept` keeps it in the inbox · `merge` plans which messages make one turn, and when · `serve` has
the engine answer, which writes turn and letters in one transaction · `render` makes letters of
replies · `windows` says whether the platform lets us write · `send` delivers · `retry` plans what
to do when that fails · `timers` fires what was set for later · `worker` runs it all.

Why it is so: docs/decisions/0007.
"""
