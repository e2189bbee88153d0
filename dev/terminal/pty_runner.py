"""Runs a command on a terminal of its own, for tests: what the terminal gets goes to standard output.

Orders come on standard input, one a line: "size COLUMNS ROWS", "type HEXDIGITS". The end of the input hangs up.
"""

import fcntl
import os
import pty
import select
import struct
import sys
import termios

columns, rows = int(sys.argv[1]), int(sys.argv[2])


def resize(terminal, columns, rows):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


# The command waits until its terminal has its size.
ready_read, ready_write = os.pipe()
pid, terminal = pty.fork()
if pid == 0:
    os.close(ready_write)
    os.read(ready_read, 1)
    os.execvp(sys.argv[3], sys.argv[3:])
resize(terminal, columns, rows)
os.write(ready_write, b".")

orders = b""
while True:
    readable, _, _ = select.select([terminal, 0], [], [])
    if terminal in readable:
        try:
            text = os.read(terminal, 65536)
        except OSError:
            break
        if not text:
            break
        os.write(1, text)
    if 0 in readable:
        chunk = os.read(0, 4096)
        if not chunk:
            break
        orders += chunk
        *lines, orders = orders.split(b"\n")
        for line in lines:
            order, *words = line.decode().split()
            if order == "size":
                resize(terminal, int(words[0]), int(words[1]))
            else:
                os.write(terminal, bytes.fromhex(words[0]))

os.close(terminal)
_, status = os.waitpid(pid, 0)
sys.exit(os.waitstatus_to_exitcode(status))
