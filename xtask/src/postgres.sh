# Runs a throwaway PostgreSQL for as long as stdin stays open. Started by postgres.rs, which holds the other end:
# however that process ends, even by SIGKILL, the pipe closes, the server stops and its folder is removed.
#
# $1 folder of PostgreSQL's programs, $2 port, $3 superuser, then settings; the password is the first line of stdin.
set -eu
bin=$1 port=$2 user=$3
shift 3
umask 077
base=$(mktemp -d "${LAVORI_POSTGRES_TMPDIR:-/tmp}/lavori-postgres.XXXXXX")
server=
finish() {
    status=$?
    trap '' INT TERM HUP
    trap - EXIT
    if [ -n "$server" ]; then
        kill -INT "$server" 2>/dev/null || true
        wait "$server" 2>/dev/null || true
    fi
    rm -rf "$base"
    exit "$status"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

IFS= read -r password
printf '%s\n' "$password" >"$base/password"
if ! "$bin/initdb" --pgdata="$base/data" --username="$user" --pwfile="$base/password" --auth=password \
    --encoding=UTF8 --locale=C --no-sync >"$base/log" 2>&1; then
    cat "$base/log"
    exit 1
fi
rm "$base/password"

"$bin/postgres" -D "$base/data" -h 127.0.0.1 -p "$port" -c unix_socket_directories= "$@" </dev/null >"$base/log" 2>&1 &
server=$!
waited=0
until "$bin/pg_isready" -q -h 127.0.0.1 -p "$port"; do
    waited=$((waited + 1))
    if [ "$waited" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        cat "$base/log"
        exit 1
    fi
    sleep 0.1
done
echo ready
read -r _ || true
