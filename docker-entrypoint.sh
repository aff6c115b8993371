#!/bin/sh
# What the container's command may be, as in the real image: flags, a command of the server or of the client, or any
# program. The last step replaces this shell, so that signals reach the server.
set -e
case "${1:-}" in
  '' | -*) exec vault-mock server "$@" ;;
  server | healthcheck | ctl | conformance | completion | version | help) exec vault-mock "$@" ;;
  read | write | delete | list | patch | login | status | unwrap | kv | token | policy | secrets | auth | audit | lease | operator | print | namespace | path-help)
    exec vault "$@" ;;
  *) exec "$@" ;;
esac
