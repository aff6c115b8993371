// O9: what the `vault` 1.21 command line sends for its everyday verbs, byte for byte, and the fields of the answers that
// it reads.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/hashicorp/vault/api"

	"vault-mock.example/clients/internal/checks"
)

var (
	server = checks.Servers()["main"]
	fresh  = checks.Servers()["fresh"]
	root   = checks.Client(server.URL, server.Token)
	// what later lines need of earlier answers
	known = map[string]string{}
)

// request is one line of the conversation: the verb that sends it, the request, the status, and a field with its value.
type request struct {
	verb, method, path, body string
	status                   int
	field                    string
	value                    any
}

func main() {
	checks.Run(
		checks.Step{Name: "status", Run: func() { converse(root, statusAndTokens) }},
		checks.Step{Name: "moreTokens", Run: func() { tokens(); converse(root, moreTokens) }},
		checks.Step{Name: "policies", Run: func() { converse(root, policies) }},
		checks.Step{Name: "secrets", Run: func() { converse(root, secrets) }},
		checks.Step{Name: "move", Run: move},
		checks.Step{Name: "keyValue", Run: func() { converse(root, keyValue) }},
		checks.Step{Name: "auth", Run: func() { converse(root, auth) }},
		checks.Step{Name: "rawPaths", Run: func() { converse(root, rawPaths) }},
		checks.Step{Name: "unwrap", Run: unwrap},
		checks.Step{Name: "auditAndLeases", Run: func() { converse(root, auditAndLeases) }},
		checks.Step{Name: "initAndUnseal", Run: initAndUnseal},
		checks.Step{Name: "operator", Run: func() { converse(operator(), operatorLines) }},
		checks.Step{Name: "snapshot", Run: snapshot},
		checks.Step{Name: "generateRoot", Run: generateRoot},
		checks.Step{Name: "rekey", Run: rekey},
		checks.Step{Name: "stepDownAndSeal", Run: stepDownAndSeal},
	)
}

// converse sends lines in their order.
func converse(client *api.Client, lines []request) {
	for _, line := range lines {
		answer := send(client, line)
		checks.OK(answer.status == line.status, line.verb+": "+line.method+" "+line.path, answer.status, answer.text)
		if line.field != "" {
			checks.Equal(answer.field(line.field), line.value, line.verb+": "+line.field)
		}
	}
}

type answer struct {
	status int
	text   string
	body   map[string]any
}

// send puts what is known into `{name}` and sends the bytes without a label, as the Go client does.
func send(client *api.Client, line request) answer {
	path, query, _ := strings.Cut(filled(line.path), "?")
	sent := client.NewRequest(line.method, "/v1/"+path)
	for _, each := range strings.Split(query, "&") {
		if name, value, found := strings.Cut(each, "="); found {
			sent.Params.Set(name, value)
		}
	}
	if line.method == http.MethodPatch {
		sent.Headers.Set("Content-Type", "application/merge-patch+json")
	}
	if line.body != "" {
		sent.BodyBytes = []byte(filled(line.body))
	}
	response, err := client.RawRequest(sent)
	if response == nil {
		panic(err)
	}
	defer response.Body.Close()
	text := checks.Must(io.ReadAll(response.Body))
	got := answer{status: response.StatusCode, text: string(text)}
	_ = json.Unmarshal(text, &got.body)
	if err != nil {
		got.text = err.Error()
	}
	return got
}

func filled(text string) string {
	for name, value := range known {
		text = strings.ReplaceAll(text, "{"+name+"}", value)
	}
	return text
}

// field finds `data.keys`; whole numbers are ints.
func (a answer) field(path string) any {
	var at any = a.body
	for _, name := range strings.Split(path, ".") {
		members, _ := at.(map[string]any)
		at = members[name]
	}
	if number, isNumber := at.(float64); isNumber {
		return int(number)
	}
	return at
}

func operator() *api.Client {
	return checks.Client(fresh.Nodes[0].URL, known["root"])
}

func initAndUnseal() {
	node := operator()
	initialised := send(node, request{method: "PUT", path: "sys/init", body: `{"secret_shares":3,"secret_threshold":2,"stored_shares":0,"pgp_keys":null,"recovery_shares":0,"recovery_threshold":0,"recovery_pgp_keys":null,"root_token_pgp_key":""}`})
	keys, _ := initialised.field("keys_base64").([]any)
	if !checks.OK(len(keys) == 3, "operator init", initialised) {
		return
	}
	known["root"], known["key1"], known["key2"] = initialised.field("root_token").(string), keys[0].(string), keys[1].(string)
	converse(node, unsealLines)
	checks.Until("operator unseal: the node is active", func() bool { return checks.Role(node) == 200 })
}

func tokens() {
	made := send(root, request{method: "POST", path: "auth/token/create", body: `{"policies":["default"],"ttl":"1h0m0s","explicit_max_ttl":"0s","period":"0s","display_name":"","num_uses":0,"renewable":true,"type":"service","entity_alias":""}`})
	known["token"], known["accessor"] = fmt.Sprint(made.field("auth.client_token")), fmt.Sprint(made.field("auth.accessor"))
}

// move asks for the status until it is no longer in progress, as `secrets move` does.
func move() {
	for _, each := range []struct{ verb, from, to string }{{"secrets move", "kv1/", "kv3/"}, {"auth move", "auth/userpass/", "auth/u2/"}} {
		if each.verb == "auth move" {
			converse(root, []request{{verb: "auth enable", method: "POST", path: "sys/auth/userpass", body: enableUserpass, status: 204}})
		}
		started := send(root, request{method: "POST", path: "sys/remount", body: fmt.Sprintf(`{"from":%q,"to":%q}`, each.from, each.to)})
		known["migration"] = fmt.Sprint(started.field("data.migration_id"))
		checks.Until(each.verb+": it succeeds", func() bool {
			return send(root, request{method: "GET", path: "sys/remount/status/{migration}"}).field("data.migration_info.status") == "success"
		})
	}
	converse(root, []request{
		{verb: "secrets disable", method: "DELETE", path: "sys/mounts/kv3", status: 204},
		{verb: "auth disable", method: "DELETE", path: "sys/auth/u2", status: 204},
	})
}

func unwrap() {
	wrapper := checks.Client(server.URL, server.Token)
	wrapper.SetWrappingLookupFunc(func(_, _ string) string { return "1m0s" })
	wrapped := send(wrapper, request{method: "GET", path: "cubbyhole/x"})
	known["wrapped"] = fmt.Sprint(wrapped.field("wrap_info.token"))
	converse(root, []request{
		{verb: "unwrap", method: "PUT", path: "sys/wrapping/unwrap", body: `{"token":"{wrapped}"}`, status: 200, field: "data", value: map[string]any{"a": "b"}},
		{verb: "unwrap, again", method: "PUT", path: "sys/wrapping/unwrap", body: `{"token":"{wrapped}"}`, status: 400},
	})
}

func snapshot() {
	node := operator()
	var archive bytes.Buffer
	checks.Works(node.Sys().RaftSnapshot(&archive), "operator raft snapshot save")
	checks.Works(node.Sys().RaftSnapshotRestore(&archive, false), "operator raft snapshot restore")
	checks.Until("operator raft snapshot restore: the node is active again", func() bool { return checks.Role(node) == 200 })
}

func generateRoot() {
	node := operator()
	started := send(node, request{method: "PUT", path: "sys/generate-root/attempt", body: `{"otp":"","pgp_key":""}`})
	known["nonce"] = fmt.Sprint(started.field("nonce"))
	converse(node, generateRootLines)
}

func rekey() {
	node := operator()
	started := send(node, request{method: "PUT", path: "sys/rekey/init", body: `{"secret_shares":1,"secret_threshold":1,"stored_shares":0,"pgp_keys":null,"Backup":false,"require_verification":true}`})
	known["nonce"] = fmt.Sprint(started.field("nonce"))
	converse(node, rekeyLines)
	done := send(node, request{method: "PUT", path: "sys/rekey/update", body: `{"key":"{key2}","nonce":"{nonce}"}`})
	keys, _ := done.field("keys_base64").([]any)
	if !checks.OK(len(keys) == 1 && done.field("complete") == true, "operator rekey: complete", done) {
		return
	}
	known["nonce"], known["key1"] = fmt.Sprint(done.field("verification_nonce")), keys[0].(string)
	converse(node, verifyLines)
}

func stepDownAndSeal() {
	node := operator()
	converse(node, []request{{verb: "operator step-down", method: "PUT", path: "sys/step-down", status: 204}})
	checks.Until("operator step-down: the only node leads again", func() bool { return checks.Role(node) == 200 })
	converse(node, sealLines)
}
