// O7: what `vault debug` asks of a node, in the way it asks (command/debug.go), of every kind of node.
package main

import (
	"context"
	"encoding/json"
	"io"
	"sort"

	"github.com/hashicorp/vault/api"

	"vault-mock.example/clients/internal/checks"
)

var (
	servers    = checks.Servers()
	background = context.Background()
	profiles   = []string{"threadcreate", "allocs", "block", "mutex", "goroutine", "heap", "profile", "trace"}
)

func main() {
	checks.Run(
		checks.Step{Name: "active", Run: active},
		checks.Step{Name: "standby", Run: standby},
		checks.Step{Name: "performanceStandby", Run: performanceStandby},
		checks.Step{Name: "performanceSecondary", Run: performanceSecondary},
		checks.Step{Name: "drSecondary", Run: drSecondary},
		checks.Step{Name: "sealed", Run: sealed},
		checks.Step{Name: "withoutToken", Run: withoutToken},
	)
}

// bundle is what the command writes down: what was captured, and what could not be, by target.
type bundle struct {
	captured map[string]map[string]any
	errors   []string
}

// debug captures every target once. pprof is refused by this server, and says so.
func debug(node *api.Client) bundle {
	b := bundle{captured: map[string]map[string]any{}}
	b.secret(node, "config", "sys/config/state/sanitized")
	b.secret(node, "host", "sys/host-info")
	b.secret(node, "replication-status", "sys/replication/status")
	b.raw(node, "metrics", "sys/metrics")
	b.raw(node, "requests", "sys/in-flight-req")
	health, err := node.Sys().Health()
	b.note("server-status.health", map[string]any{"standby": health != nil && health.Standby}, err)
	_, err = node.Sys().SealStatus()
	b.note("server-status.seal", map[string]any{}, err)
	for _, profile := range profiles {
		_, err := node.RawRequestWithContext(background, node.NewRequest("GET", "/v1/sys/pprof/"+profile))
		checks.OK(err != nil, "pprof/"+profile+" is an error to be noted, no hang")
	}
	sort.Strings(b.errors)
	return b
}

func (b *bundle) note(target string, data map[string]any, err error) {
	if err != nil {
		b.errors = append(b.errors, target)
	} else if data != nil {
		b.captured[target] = data
	}
}

func (b *bundle) secret(node *api.Client, target, path string) {
	answer, err := node.RawRequestWithContext(background, node.NewRequest("GET", "/v1/"+path))
	if err != nil {
		b.note(target, nil, err)
		return
	}
	defer answer.Body.Close()
	secret, err := api.ParseSecret(answer.Body)
	if secret != nil {
		b.note(target, secret.Data, err)
	}
}

func (b *bundle) raw(node *api.Client, target, path string) {
	answer, err := node.RawRequestWithContext(background, node.NewRequest("GET", "/v1/"+path))
	if err != nil {
		b.note(target, nil, err)
		return
	}
	defer answer.Body.Close()
	data := map[string]any{}
	err = json.NewDecoder(answer.Body).Decode(&data)
	if err == io.EOF {
		err = nil
	}
	b.note(target, data, err)
}

func (b *bundle) gauge(name string) any {
	gauges, _ := b.captured["metrics"]["Gauges"].([]any)
	for _, each := range gauges {
		if gauge := each.(map[string]any); gauge["Name"] == name {
			return gauge["Value"]
		}
	}
	return nil
}

func (b *bundle) whole(name string) {
	checks.Equal(b.errors, []string(nil), name+": all is captured")
	for _, key := range []string{"Timestamp", "Gauges", "Points", "Counters", "Samples"} {
		_, there := b.captured["metrics"][key]
		checks.OK(there, name+": metrics have "+key)
	}
}

func node(server string, index int) *api.Client {
	return checks.Client(servers[server].Nodes[index].URL, servers[server].Token)
}

func active() {
	b := debug(node("main", 0))
	b.whole("active")
	checks.Equal(b.gauge("vault.core.active"), 1.0, "it is the active node")
}

// The client follows the 307 to the active node, whose metrics these are.
func standby() {
	b := debug(node("main", 1))
	b.whole("standby")
	checks.Equal(b.gauge("vault.core.active"), 1.0, "they are the active node's")
}

func performanceStandby() {
	b := debug(node("reading", 1))
	b.whole("performance standby")
	checks.Equal(b.gauge("vault.core.performance_standby"), 1.0, "they are its own")
}

func performanceSecondary() {
	b := debug(node("secondary", 0))
	b.whole("performance secondary")
	checks.Equal(b.gauge("vault.core.replication.performance.secondary"), 1.0, "it is a secondary")
}

func drSecondary() {
	b := debug(node("drSecondary", 0))
	checks.Equal(b.errors, []string{"config", "host", "metrics", "requests"}, "a DR secondary's paths are disabled")
	_, there := b.captured["replication-status"]["dr"]
	checks.OK(there, "its replication status is captured")
}

func sealed() {
	b := debug(node("sealed", 0))
	checks.OK(len(b.errors) > 0, "what needs an unsealed node is noted")
	_, health := b.captured["server-status.health"]
	_, seal := b.captured["server-status.seal"]
	checks.OK(health && seal, "health and seal status are captured")
}

func withoutToken() {
	for name, wanted := range map[string]float64{"openDr": 1, "openSealed": 0} {
		b := bundle{captured: map[string]map[string]any{}}
		b.raw(checks.Client(servers[name].URL, ""), "metrics", "sys/metrics")
		checks.Equal(b.gauge("vault.core.unsealed"), wanted, name+" shows its metrics to all")
	}
}
