"""
`python aws-server.py SCRIPT SOCKET`: runs the `aws` command SCRIPT for each connection to SOCKET, in a process forked from
this one, which has imported the command's modules once. Ends with its standard input.

A connection brings descriptors with its first octet, then their numbers, arguments, environment and folder as JSON; it
is answered with the exit code.
"""
import fcntl
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import traceback

own = dict(os.environ)
import awscli.clidriver
import awscli.handlers  # noqa: F401  (the modules of all of the command's own additions)

# The modules say there where their data lies.
SET_BY_IMPORT = {name: value for name, value in os.environ.items() if own.get(name) != value}


def run(script, arguments):
    sys.argv = [script, *arguments]
    try:
        runpy.run_path(script, run_name='__main__')
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


# Above those that a shell gives its commands.
ABOVE = 50


def serve(accepted, script):
    connection = socket.socket(fileno=fcntl.fcntl(accepted, fcntl.F_DUPFD_CLOEXEC, ABOVE))
    _, descriptors, _, _ = socket.recv_fds(connection, 1, ABOVE)
    with connection.makefile('rb') as incoming:
        call = json.loads(incoming.read())
    received = [fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, ABOVE) for each in descriptors]
    for place, descriptor in zip(call['descriptors'], received):
        os.dup2(descriptor, place)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update({**call['environment'], **SET_BY_IMPORT})
    os.chdir(call['folder'])
    code = run(script, call['arguments'])
    sys.stdout.flush()
    sys.stderr.flush()
    connection.sendall(str(code).encode())


def main(script, place):
    server = socket.socket(socket.AF_UNIX)
    server.bind(place)
    server.listen()
    # Nobody waits for the processes.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    print('ready', flush=True)
    waiting = selectors.DefaultSelector()
    waiting.register(server, selectors.EVENT_READ)
    waiting.register(sys.stdin, selectors.EVENT_READ)
    while not any(key.fileobj is sys.stdin for key, _ in waiting.select()):
        connection, _ = server.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            code = 1
            try:
                serve(connection, script)
                code = 0
            except Exception:
                traceback.print_exc()
            finally:
                os._exit(code)
        connection.close()


main(*sys.argv[1:])
