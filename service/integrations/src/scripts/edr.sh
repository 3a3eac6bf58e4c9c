#!/usr/bin/env bash
# Asks edr-gateway for an action and waits for its end. Needs curl and jq.
#
#   edr.sh [--dry-run] [--key KEY] ACTION FIELD=VALUE...
#   edr.sh [--dry-run] [--key KEY] ACTION - < body.json
#
# EDR_GATEWAY_URL, and EDR_GATEWAY_TOKEN or EDR_GATEWAY_TOKEN_FILE, say where and by whom. The task is
# printed as JSON. Ends with 0 at success, 1 at any other end, 2 at a refusal, 3 when nobody knows yet.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tries=5
rounds=${EDR_GATEWAY_ROUNDS:-40}
dry_run=
key=${EDR_GATEWAY_KEY:-}

end() {
    printf '%s\n' "$2" >&2
    exit "$1"
}

while [[ ${1:-} == --* ]]; do
    case $1 in
        --dry-run) dry_run=yes ;;
        --key) key=${2:?--key needs a key}; shift ;;
        *) end 64 "unknown option: $1" ;;
    esac
    shift
done
[[ $# -ge 2 ]] || end 64 "usage: edr.sh [--dry-run] [--key KEY] ACTION FIELD=VALUE..."
: "${EDR_GATEWAY_URL:?where is the gateway?}"
if [[ -n ${EDR_GATEWAY_TOKEN_FILE:-} ]]; then
    token=$(<"$EDR_GATEWAY_TOKEN_FILE")
else
    token=${EDR_GATEWAY_TOKEN:?which token?}
fi
action=$1
shift

# A text as it is, anything else as JSON.
if [[ $1 == - ]]; then
    body=$(cat)
else
    body=$(jq --null-input --compact-output --arg action "$action" \
        --slurpfile known "$here/fields.json" '
        def value($kind): if $kind == "text" then . else . as $text | try fromjson catch $text end;
        [$ARGS.positional[] | (index("=") // length) as $at | .[:$at] as $name
            | {key: $name, value: (.[$at + 1:] | value($known[0][$action][$name] // "text"))}]
        | from_entries' --args "$@")
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# The token goes to curl through a pipe: a command line can be read by everybody.
once() {
    local method=$1 path=$2
    local headers=(--header 'Accept: application/json')
    [[ $method == POST ]] && headers+=(--header 'Content-Type: application/json' --data-binary @-)
    [[ $method == POST && -z $dry_run ]] && headers+=(--header "Idempotency-Key: $key")
    curl --silent --show-error --max-time 75 --request "$method" "${headers[@]}" \
        --header @<(printf 'Authorization: Bearer %s' "$token") \
        --dump-header "$folder/headers" --output "$folder/answer" --write-out '%{http_code}' \
        "${EDR_GATEWAY_URL%/}$path" <<<"$body" || true
}

# Asks again, with the same key, what nobody has answered or what may be repeated.
ask() {
    local left status after
    for ((left = tries - 1; ; left--)); do
        : >"$folder/answer"
        : >"$folder/headers"
        status=$(once "$@")
        if [[ $status == 2* ]]; then
            return
        fi
        jq --exit-status '.code' "$folder/answer" >/dev/null 2>&1 || status=000
        if ((left == 0)) || { [[ $status != 000 ]] && [[ $(jq .retryable "$folder/answer") != true ]]; }; then
            break
        fi
        after=$(awk 'tolower($1) == "retry-after:" { print $2 + 0 }' "$folder/headers")
        sleep "${after:-2}"
    done
    [[ $status != 000 ]] || end 3 "no answer of the gateway: $(head -c 200 "$folder/answer")"
    end 2 "$(jq --raw-output '"refused: \(.code): \(.detail)",
        (.errors // [] | .[] | "  \(.pointer): \(.detail)")' "$folder/answer")"
}

path=/v1/tasks/$(jq --null-input --raw-output --arg it "$action" '$it | @uri')
if [[ -n $dry_run ]]; then
    ask POST "$path/dry-run"
    cat "$folder/answer"
    exit 0
fi
key=${key:-$(uuidgen 2>/dev/null || cat /proc/sys/kernel/random/uuid)}
printf 'key: %s\n' "$key" >&2
ask POST "$path?wait=50"
for ((round = 0; round < rounds; round++)); do
    [[ $(jq .terminal "$folder/answer") == true ]] && break
    ask GET "/v1/tasks/$(jq --raw-output '.id | @uri' "$folder/answer")?wait=50"
done
cat "$folder/answer"
said=$(jq --raw-output '"\(.state): \(.evidence)"' "$folder/answer")
case $(jq --raw-output '"\(.terminal) \(.state)"' "$folder/answer") in
    'true succeeded') end 0 "$said" ;;
    true*) end 1 "$said" ;;
    *) end 3 "$said" ;;
esac
