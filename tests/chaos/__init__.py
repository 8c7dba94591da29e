"""`make chaos`: real worker processes in a bad world, and a judge who counts what went wrong.

A platform (`platform`) brings messages to nodes (`node`) until they are acknowledged; nodes are
killed, the database crashes, the disk is full, clocks jump (`trouble`); a bad twin receives. In the
end every queue must run empty, and `judge` compares what was acknowledged with what arrived.
"""
