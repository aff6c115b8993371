#!/bin/sh
# Disaster recovery from the operator's seat: set up, write, fail over, fail back. Needs curl and jq.
#
#   docker compose up --detach --wait && ./failover.sh
set -eu

EAST=${EAST:-http://127.0.0.1:8200}
WEST=${WEST:-http://127.0.0.1:8300}
TOKEN=${TOKEN:-root}
# the one key share of east, from its ready line: docker compose logs east | grep '"event":"ready"'
KEY=${KEY:-$(docker compose logs --no-log-prefix east | grep '"event":"ready"' | jq --raw-output '.unsealKeys[0]')}

DR=v1/sys/replication/dr

say () { printf '\n== %s\n' "$*"; }

post () { # URL BODY
  curl --silent --show-error --fail-with-body --header "X-Vault-Token: $TOKEN" --request POST --data "$2" "$1"
}

get () { # URL
  curl --silent --show-error --fail-with-body --header "X-Vault-Token: $TOKEN" "$1"
}

# The token that a DR secondary asks for, made with the key shares of the set.
dr_operation_token () { # CLUSTER
  attempt=$(curl --silent --request PUT --data '{}' "$1/$DR/secondary/generate-operation-token/attempt")
  nonce=$(printf %s "$attempt" | jq --raw-output .nonce)
  otp=$(printf %s "$attempt" | jq --raw-output .otp)
  encoded=$(curl --silent --request PUT --data "{\"key\":\"$KEY\",\"nonce\":\"$nonce\"}" "$1/$DR/secondary/generate-operation-token/update" | jq --raw-output .encoded_token)
  decode "$encoded" "$otp"
}

# `vault operator generate-root -dr-token -decode ENCODED -otp OTP`, without the command.
decode () { # ENCODED OTP
  jq --null-input --raw-output --arg encoded "$1" --arg otp "$2" '
    def bit(n; i): (n / pow(2; i) | floor) % 2;
    def xor(a; b): [range(8) as $i | (if bit(a; $i) == bit(b; $i) then 0 else pow(2; $i) end)] | add;
    def bytes: explode | map(if . == 43 then 62 elif . == 47 then 63 elif . < 58 then . + 4 elif . < 91 then . - 65 else . - 71 end)
      | [range(0; length; 4) as $i | .[$i:$i + 4] | . as $group
         | (reduce range(4) as $j (0; . * 64 + ($group[$j] // 0))) as $n
         | [($n / 65536 | floor), ($n / 256 | floor) % 256, $n % 256] | .[:($group | length) - 1]] | add;
    ($encoded | bytes) as $token | ($otp | explode) as $password
    | [range($token | length) as $i | xor($token[$i]; $password[$i])] | implode'
}

in_sync () { # PRIMARY SECONDARY
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    ours=$(get "$1/$DR/status" | jq --raw-output .data.merkle_root)
    theirs=$(get "$2/$DR/status" | jq --raw-output '.data | if .state == "stream-wals" then .merkle_root else "" end')
    [ "$ours" = "$theirs" ] && return 0
    sleep 1
  done
  echo "$1 and $2 are not in sync" >&2
  return 1
}

fail_over () { # FROM TO ID
  post "$1/$DR/primary/demote" '{}' | jq --compact-output .warnings
  post "$2/$DR/secondary/promote" "{\"dr_operation_token\":\"$(dr_operation_token "$2")\"}" | jq --compact-output .warnings
  activation=$(post "$2/$DR/primary/secondary-token" "{\"id\":\"$3\"}" | jq --raw-output .wrap_info.token)
  post "$1/$DR/secondary/update-primary" "{\"dr_operation_token\":\"$(dr_operation_token "$1")\",\"token\":\"$activation\"}" | jq --compact-output .warnings
  in_sync "$2" "$1"
}

say 'east becomes a DR primary, west its secondary'
post "$EAST/$DR/primary/enable" '{}' | jq --compact-output .warnings
activation=$(post "$EAST/$DR/primary/secondary-token" '{"id":"west"}' | jq --raw-output .wrap_info.token)
post "$WEST/$DR/secondary/enable" "{\"token\":\"$activation\"}" | jq --compact-output .warnings
in_sync "$EAST" "$WEST"

say 'a secret is written in the east'
post "$EAST/v1/secret/data/first" '{"data":{"written":"east"}}' > /dev/null
in_sync "$EAST" "$WEST"

say 'fail over to the west: the secret is there'
fail_over "$EAST" "$WEST" east
get "$WEST/v1/secret/data/first" | jq --compact-output .data.data
post "$WEST/v1/secret/data/second" '{"data":{"written":"west"}}' > /dev/null
in_sync "$WEST" "$EAST"

say 'and back to the east: both are there'
fail_over "$WEST" "$EAST" west-again
get "$EAST/v1/secret/data/first" | jq --compact-output .data.data
get "$EAST/v1/secret/data/second" | jq --compact-output .data.data
