# A PostgreSQL cluster that a test kills and starts again. Started by cluster.rs, which holds the other end of stdin:
# however that process ends, the pipe closes, the server is killed and its folder removed.
#
# $1 folder of PostgreSQL's programs, $2 port, $3 password of the superuser `lavori`, $4 URL of the primary that it is to
# follow, or nothing; then settings. Words on stdin, each answered with a line: `start`; `stop`, as an operator does;
# `kill` (the server, by SIGKILL); `kill PID` (one of its processes); `limit BYTES`, how large its files may grow.
set -eu
bin=$1 port=$2 password=$3 primary=$4
shift 4
umask 077
base=$(mktemp -d "${TMPDIR:-/tmp}/lavori-cluster.XXXXXX")
server=
finish() {
    status=$?
    trap - EXIT
    if [ -n "$server" ]; then
        kill -QUIT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$base"
    exit "$status"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

if [ -n "$primary" ]; then
    "$bin/pg_basebackup" --pgdata="$base/data" --dbname="$primary" --write-recovery-conf --checkpoint=fast --no-sync \
        >"$base/log" 2>&1 || { cat "$base/log" >&2; exit 1; }
else
    printf '%s\n' "$password" >"$base/password"
    "$bin/initdb" --pgdata="$base/data" --username=lavori --pwfile="$base/password" --auth=password --encoding=UTF8 \
        --locale=C --wal-segsize=1 --no-sync >"$base/log" 2>&1 || { cat "$base/log" >&2; exit 1; }
fi

start() {
    tries=0
    until "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; do
        tries=$((tries + 1))
        [ "$tries" -lt 600 ] || { cat "$base/log" >&2; exit 1; }
        # After a kill the first tries may find processes of the old server that still end.
        if [ -z "$server" ] || ! kill -0 "$server" 2>/dev/null; then
            "$bin/postgres" -D "$base/data" -h 127.0.0.1 -p "$port" -c unix_socket_directories= "$@" \
                </dev/null >>"$base/log" 2>&1 &
            server=$!
        fi
        sleep 0.05
    done
}

ended() {
    wait "$server" 2>/dev/null || true
    server=
}

while read -r word what; do
    case $word in
    start) start "$@" ;;
    stop)
        kill -INT "$server"
        ended
        ;;
    kill)
        kill -KILL "${what:-$server}" 2>/dev/null || true
        [ -n "$what" ] || ended
        ;;
    limit)
        for process in "$server" $(cat /proc/"$server"/task/*/children); do
            prlimit --pid "$process" --fsize="$what:" || true
        done
        ;;
    esac
    echo "$word"
done
