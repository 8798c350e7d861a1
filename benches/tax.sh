#!/usr/bin/env bash
# Counts, with callgrind, the instructions that one message costs through the API and through bare C calls, over TCP, with
# and without CURVE, and over inproc. Fails when the API's are further above than the limit. Then compares how many messages
# with CURVE go through each in a second.
#
# Each loop runs twice, with different numbers of messages, and the difference is divided by the additional messages, so that
# what opening and closing costs cancels out. Over inproc there is no I/O at all: it shows the wrapper at its dearest.
set -euo pipefail
cd "$(dirname "$0")/.."

FEW=2000
MANY=12000

binary=$(cargo bench --no-run --bench tax --message-format=json |
    sed -n 's/.*"executable":"\([^"]*\/tax-[^"]*\)".*/\1/p' | tail -n 1)
[ -x "$binary" ] || { echo "cargo bench --no-run --bench tax built no benchmark" >&2; exit 1; }

# instructions LOOP MECHANISM ENDPOINT SIZE MESSAGES: of all threads
instructions() {
    FERROMQ_TAX="$1 $2 $3 $4 $5" valgrind --tool=callgrind --callgrind-out-file=/dev/null "$binary" 2>&1 |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

# per_message LOOP MECHANISM ENDPOINT SIZE
per_message() {
    local few many
    few=$(instructions "$1" "$2" "$3" "$4" $FEW)
    many=$(instructions "$1" "$2" "$3" "$4" $MANY)
    echo $(((many - few) / (MANY - FEW)))
}

status=0
# compare MECHANISM ENDPOINT SIZE LIMIT_PERCENT: up to three times, because over TCP the threads meet in another order each time
compare() {
    local bare api tax
    for _ in 1 2 3; do
        bare=$(per_message bare "$1" "$2" "$3")
        api=$(per_message api "$1" "$2" "$3")
        tax=$(awk -v b="$bare" -v a="$api" 'BEGIN { printf "%.2f", (a - b) * 100 / b }')
        printf '%-12s %6s B %10s %10s %8s%% %8s%%\n' "${2%%:*} $1" "$3" "$bare" "$api" "$tax" "$4"
        awk -v t="$tax" -v l="$4" 'BEGIN { exit !(t > l) }' || return 0
    done
    status=1
}

printf '%-12s %8s %10s %10s %9s %9s\n' transport frame "bare C" ferromq tax limit
compare null 'tcp://127.0.0.1:*' 16 2
compare null 'tcp://127.0.0.1:*' 4096 2
compare curve 'tcp://127.0.0.1:*' 16 2
compare curve 'tcp://127.0.0.1:*' 4096 2
compare null inproc://tax 16 4
compare null inproc://tax 4096 2.5

echo
FERROMQ_TAX=throughput "$binary" || status=1
[ $status -eq 0 ] || echo "the API costs more above bare C than it may" >&2
exit $status
