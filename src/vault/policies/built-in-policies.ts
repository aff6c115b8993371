// The policies that every cluster has, granting what Vault's grant (reference: its policy documentation).

const DEFAULT = `
# What every token may do: know itself, renew and give up itself.
path "auth/token/lookup-self" {
  capabilities = ["read"]
}
path "auth/token/renew-self" {
  capabilities = ["update"]
}
path "auth/token/revoke-self" {
  capabilities = ["update"]
}

# Find out what it may do.
path "sys/capabilities-self" {
  capabilities = ["update"]
}
path "sys/internal/ui/resultant-acl" {
  capabilities = ["read"]
}

# See the entity it belongs to.
path "identity/entity/id/{{identity.entity.id}}" {
  capabilities = ["read"]
}
path "identity/entity/name/{{identity.entity.name}}" {
  capabilities = ["read"]
}

# Look up and renew leases whose id it knows.
path "sys/renew" {
  capabilities = ["update"]
}
path "sys/leases/renew" {
  capabilities = ["update"]
}
path "sys/leases/lookup" {
  capabilities = ["update"]
}

# Keep things in a cubbyhole of its own.
path "cubbyhole/*" {
  capabilities = ["create", "read", "update", "delete", "list"]
}

# Wrap values, look at wrapping tokens and unwrap them.
path "sys/wrapping/wrap" {
  capabilities = ["update"]
}
path "sys/wrapping/lookup" {
  capabilities = ["update"]
}
path "sys/wrapping/unwrap" {
  capabilities = ["update"]
}

# Hash.
path "sys/tools/hash" {
  capabilities = ["update"]
}
path "sys/tools/hash/*" {
  capabilities = ["update"]
}

# See whether a control group has authorised a request.
path "sys/control-group/request" {
  capabilities = ["update"]
}

# Ask an OIDC provider for authorisation.
path "identity/oidc/provider/+/authorize" {
  capabilities = ["read", "update"]
}
`

const RESPONSE_WRAPPING = `
path "cubbyhole/response" {
  capabilities = ["create", "read"]
}
path "sys/wrapping/unwrap" {
  capabilities = ["update"]
}
`

const CONTROL_GROUP = `
path "cubbyhole/control-group" {
  capabilities = ["update", "create", "read"]
}
path "sys/wrapping/unwrap" {
  capabilities = ["update"]
}
`

/** The texts by name; `root` needs none, its name grants everything. */
export const BUILT_IN: Readonly<Record<string, string>> = {
  root: '',
  default: DEFAULT,
  'response-wrapping': RESPONSE_WRAPPING,
  'control-group': CONTROL_GROUP
}
