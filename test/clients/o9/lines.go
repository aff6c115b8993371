package main

type list = []any

const enableUserpass = `{"type":"userpass","description":"x","config":{"options":null,"default_lease_ttl":"0s","max_lease_ttl":"0s","force_no_cache":false},"local":false,"seal_wrap":false,"external_entropy_access":false,"options":null}`

var statusAndTokens = []request{
	{"status", "GET", "sys/seal-status", "", 200, "sealed", false},
	{"status", "GET", "sys/leader", "", 200, "is_self", true},
	{"login", "GET", "auth/token/lookup-self", "", 200, "data.policies", list{"root"}},
	{"token create", "POST", "auth/token/create", `{"policies":["default"],"meta":{"a":"b"},"ttl":"1h0m0s","explicit_max_ttl":"0s","period":"0s","display_name":"x","num_uses":5,"renewable":true,"type":"service","entity_alias":""}`, 200, "auth.lease_duration", 3600},
	{"token create -type=batch", "POST", "auth/token/create", `{"policies":["default"],"ttl":"10m0s","explicit_max_ttl":"0s","period":"0s","display_name":"","num_uses":0,"renewable":false,"type":"batch","entity_alias":""}`, 200, "auth.token_type", "batch"},
	{"token create -orphan", "POST", "auth/token/create-orphan", `{"policies":["default"],"explicit_max_ttl":"0s","period":"24h0m0s","display_name":"","num_uses":0,"renewable":true,"type":"service","entity_alias":""}`, 200, "auth.lease_duration", 86400},
}

var moreTokens = []request{
	{"token lookup", "POST", "auth/token/lookup", `{"token":"{token}"}`, 200, "data.creation_ttl", 3600},
	{"token renew -increment", "PUT", "auth/token/renew", `{"increment":1800,"token":"{token}"}`, 200, "auth.lease_duration", 1800},
	{"token renew", "PUT", "auth/token/renew", `{"increment":0,"token":"{token}"}`, 200, "auth.lease_duration", 3600},
	{"token capabilities", "POST", "sys/capabilities", `{"path":"sys/mounts","token":"{token}"}`, 200, "capabilities", list{"deny"}},
	{"token capabilities, own", "POST", "sys/capabilities-self", `{"path":"sys/mounts","token":"root"}`, 200, "capabilities", list{"root"}},
	{"token lookup -accessor", "POST", "auth/token/lookup-accessor", `{"accessor":"{accessor}"}`, 200, "data.id", ""},
	{"token revoke -accessor", "POST", "auth/token/revoke-accessor", `{"accessor":"{accessor}"}`, 204, "", nil},
	{"token revoke", "PUT", "auth/token/revoke", `{"token":"{token}"}`, 204, "", nil},
	{"token revoke -mode=orphan", "PUT", "auth/token/revoke-orphan", `{"token":"{token}"}`, 400, "errors", list{"token to revoke not found"}},
	{"token lookup, revoked", "POST", "auth/token/lookup", `{"token":"{token}"}`, 403, "errors", list{"bad token"}},
	{"token revoke -mode=path", "PUT", "sys/leases/revoke-prefix/auth/userpass", "", 204, "", nil},
}

var policies = []request{
	{"policy write", "PUT", "sys/policies/acl/p1", `{"policy":"path \"secret/*\" { capabilities = [\"read\"] }\n"}`, 204, "", nil},
	{"policy read", "GET", "sys/policies/acl/p1", "", 200, "data.policy", "path \"secret/*\" { capabilities = [\"read\"] }\n"},
	{"policy list", "GET", "sys/policies/acl?list=true", "", 200, "data.keys", list{"default", "p1", "root"}},
	{"policy delete", "DELETE", "sys/policies/acl/p1", "", 204, "", nil},
	{"policy read, deleted", "GET", "sys/policies/acl/p1", "", 404, "errors", list{}},
}

var secrets = []request{
	{"secrets enable", "POST", "sys/mounts/kv1", `{"type":"kv","description":"one","config":{"options":null,"default_lease_ttl":"1h0m0s","max_lease_ttl":"2h0m0s","force_no_cache":false},"local":false,"seal_wrap":false,"external_entropy_access":false,"options":{"version":"1"}}`, 204, "", nil},
	{"secrets list", "GET", "sys/mounts", "", 200, "data.kv1/.config.max_lease_ttl", 7200},
	{"secrets tune", "POST", "sys/mounts/kv1/tune", `{"options":null,"default_lease_ttl":"30m0s","description":"two","max_lease_ttl":"","force_no_cache":false}`, 204, "", nil},
	{"secrets list, tuned", "GET", "sys/mounts", "", 200, "data.kv1/.description", "two"},
	{"secrets enable, unknown", "POST", "sys/mounts/ghost", `{"type":"ghost","description":"","config":{"options":null,"default_lease_ttl":"0s","max_lease_ttl":"0s","force_no_cache":false},"local":false,"seal_wrap":false,"external_entropy_access":false,"options":null}`, 400, "", nil},
}

var keyValue = []request{
	{"kv put", "GET", "sys/internal/ui/mounts/secret/a", "", 200, "data.options.version", "2"},
	{"kv put", "PUT", "secret/data/a", `{"data":{"x":"1","y":"two"},"options":{}}`, 200, "data.version", 1},
	{"kv put -mount", "GET", "sys/internal/ui/mounts/secret", "", 200, "data.path", "secret/"},
	{"kv put -cas", "PUT", "secret/data/a", `{"data":{"x":"2"},"options":{"cas":1}}`, 200, "data.version", 2},
	{"kv put -cas, late", "PUT", "secret/data/a", `{"data":{"x":"3"},"options":{"cas":1}}`, 400, "errors", list{"check-and-set parameter did not match the current version"}},
	{"kv patch", "PATCH", "secret/data/a", `{"data":{"z":"3"},"options":{}}`, 200, "data.version", 3},
	{"kv get", "GET", "secret/data/a", "", 200, "data.data", map[string]any{"x": "2", "z": "3"}},
	{"kv get -version", "GET", "secret/data/a?version=1", "", 200, "data.data.y", "two"},
	{"kv list", "GET", "secret/metadata?list=true", "", 200, "data.keys", list{"a"}},
	{"kv delete -versions", "PUT", "secret/delete/a", `{"versions":["2"]}`, 204, "", nil},
	{"kv delete", "DELETE", "secret/data/a", "", 204, "", nil},
	{"kv get, deleted", "GET", "secret/data/a", "", 404, "data.metadata.version", 3},
	{"kv undelete", "PUT", "secret/undelete/a", `{"versions":["3"]}`, 204, "", nil},
	{"kv metadata put", "PUT", "secret/metadata/a", `{"custom_metadata":{"o":"me"},"delete_version_after":"3h25m19s","max_versions":4}`, 204, "", nil},
	{"kv metadata patch", "PATCH", "secret/metadata/a", `{"custom_metadata":{"q":"1"}}`, 204, "", nil},
	{"kv metadata get", "GET", "secret/metadata/a", "", 200, "data.custom_metadata", map[string]any{"o": "me", "q": "1"}},
	{"kv rollback", "PUT", "secret/data/a", `{"data":{"x":"1","y":"two"},"options":{"cas":3}}`, 200, "data.version", 4},
	{"kv destroy", "PUT", "secret/destroy/a", `{"versions":["1"]}`, 204, "", nil},
	{"kv metadata get, destroyed", "GET", "secret/metadata/a", "", 200, "data.versions.1.destroyed", true},
	{"kv metadata delete", "DELETE", "secret/metadata/a", "", 204, "", nil},
	{"kv get, nothing", "GET", "secret/data/a", "", 404, "errors", list{}},
	{"kv enable-versioning", "POST", "sys/mounts/secret/tune", `{"options":{"version":"2"},"default_lease_ttl":"","max_lease_ttl":"","force_no_cache":false}`, 204, "", nil},
	{"kv get, no mount", "GET", "sys/internal/ui/mounts/nowhere/a", "", 403, "", nil},
}

var auth = []request{
	{"auth enable", "POST", "sys/auth/userpass", enableUserpass, 204, "", nil},
	{"auth tune", "POST", "sys/mounts/auth/userpass/tune", `{"options":null,"default_lease_ttl":"1h0m0s","max_lease_ttl":""}`, 204, "", nil},
	{"auth list", "GET", "sys/auth", "", 200, "data.userpass/.config.default_lease_ttl", 3600},
	{"write", "PUT", "auth/userpass/users/bob", `{"password":"pw"}`, 204, "", nil},
	{"login -method=userpass", "PUT", "auth/userpass/login/bob", `{"password":"pw"}`, 200, "auth.lease_duration", 3600},
	{"login -method=userpass, wrong", "PUT", "auth/userpass/login/bob", `{"password":"no"}`, 400, "errors", list{"invalid username or password"}},
	{"auth disable", "DELETE", "sys/auth/userpass", "", 204, "", nil},
}

var rawPaths = []request{
	{"write -f", "PUT", "sys/rotate", "null", 204, "", nil},
	{"write", "PUT", "cubbyhole/x", `{"a":"b"}`, 204, "", nil},
	{"read", "GET", "cubbyhole/x", "", 200, "data", map[string]any{"a": "b"}},
	{"list", "GET", "cubbyhole?list=true", "", 200, "data.keys", list{"x"}},
	{"delete", "DELETE", "cubbyhole/y", "", 204, "", nil},
	{"read, nothing", "GET", "cubbyhole/y", "", 404, "errors", list{}},
	{"write, no versioned path", "PUT", "secret/raw", `{"a":"b"}`, 404, "errors", nil},
	{"delete, no mount", "DELETE", "foo/x", "", 404, "errors", list{"no handler for route \"foo/x\". route entry not found."}},
	{"path-help", "GET", "secret?help=1", "", 200, "", nil},
	{"plugin info", "GET", "sys/plugins/catalog/secret/transit", "", 200, "data.builtin", true},
}

var auditAndLeases = []request{
	{"audit enable", "PUT", "sys/audit/file", `{"type":"file","description":"","options":{"file_path":"discard"},"local":false}`, 204, "", nil},
	{"audit list", "GET", "sys/audit", "", 200, "data.file/.type", "file"},
	{"audit disable", "DELETE", "sys/audit/file", "", 204, "", nil},
	{"lease lookup", "PUT", "sys/leases/lookup", `{"lease_id":"x"}`, 400, "errors", list{"invalid lease"}},
	{"lease revoke -sync", "PUT", "sys/leases/revoke/x", `{"sync":true}`, 204, "", nil},
	{"lease revoke -prefix", "PUT", "sys/leases/revoke-prefix/x", `{"sync":false}`, 204, "", nil},
	{"lease revoke -force -prefix", "PUT", "sys/leases/revoke-force/x", "", 204, "", nil},
}

var unsealLines = []request{
	{"operator unseal", "PUT", "sys/unseal", `{"key":"{key1}","reset":false,"migrate":false}`, 200, "progress", 1},
	{"operator unseal -reset", "PUT", "sys/unseal", `{"reset":true}`, 200, "progress", 0},
	{"operator unseal", "PUT", "sys/unseal", `{"key":"{key1}","reset":false,"migrate":false}`, 200, "sealed", true},
	{"operator unseal", "PUT", "sys/unseal", `{"key":"{key2}","reset":false,"migrate":false}`, 200, "sealed", false},
	{"operator init -status", "GET", "sys/init", "", 200, "initialized", true},
}

var operatorLines = []request{
	{"operator members", "GET", "sys/ha-status", "", 200, "", nil},
	{"operator raft list-peers", "GET", "sys/storage/raft/configuration", "", 200, "", nil},
	{"operator raft join, a member", "POST", "sys/storage/raft/join", `{"auto_join":"","auto_join_scheme":"","auto_join_port":0,"leader_api_addr":"","leader_ca_cert":"","leader_client_cert":"","leader_client_key":"","retry":false,"non_voter":false}`, 200, "joined", true},
	{"operator raft autopilot state", "GET", "sys/storage/raft/autopilot/state", "", 200, "data.leader", "raft_0"},
	{"operator raft autopilot set-config", "PUT", "sys/storage/raft/autopilot/configuration", `{"min_quorum":3}`, 204, "", nil},
	{"operator raft autopilot get-config", "GET", "sys/storage/raft/autopilot/configuration", "", 200, "data.min_quorum", 3},
	{"operator raft remove-peer, unknown", "PUT", "sys/storage/raft/remove-peer", `{"dr_operation_token":"","server_id":"nobody"}`, 204, "", nil},
	{"operator rotate", "POST", "sys/rotate", "", 204, "", nil},
	{"operator rotate", "GET", "sys/key-status", "", 200, "data.term", 2},
}

var generateRootLines = []request{
	{"operator generate-root -status", "GET", "sys/generate-root/attempt", "", 200, "started", true},
	{"operator generate-root", "PUT", "sys/generate-root/update", `{"key":"{key1}","nonce":"{nonce}"}`, 200, "progress", 1},
	{"operator generate-root", "PUT", "sys/generate-root/update", `{"key":"{key2}","nonce":"{nonce}"}`, 200, "complete", true},
	{"operator generate-root -cancel", "DELETE", "sys/generate-root/attempt", "", 204, "", nil},
}

var rekeyLines = []request{
	{"operator rekey -status", "GET", "sys/rekey/init", "", 200, "required", 2},
	{"operator rekey", "PUT", "sys/rekey/update", `{"key":"{key1}","nonce":"{nonce}"}`, 200, "progress", 1},
}

var verifyLines = []request{
	{"operator rekey -verify -status", "GET", "sys/rekey/verify", "", 200, "progress", 0},
	{"operator rekey -verify", "PUT", "sys/rekey/verify", `{"key":"{key1}","nonce":"{nonce}"}`, 200, "complete", true},
	{"operator rekey -cancel", "DELETE", "sys/rekey/init", "", 204, "", nil},
}

var sealLines = []request{
	{"operator seal", "PUT", "sys/seal", "", 204, "", nil},
	{"status, sealed", "GET", "sys/seal-status", "", 200, "sealed", true},
	{"status, sealed", "GET", "sys/leader", "", 503, "errors", list{"Vault is sealed"}},
	{"operator unseal", "PUT", "sys/unseal", `{"key":"{key1}","reset":false,"migrate":false}`, 200, "sealed", false},
}
