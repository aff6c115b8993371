// The life of a cluster, by Vault's Go client: three fresh nodes join, one is killed and comes back, another steps down,
// a snapshot is restored.
package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/hashicorp/vault/api"

	"vault-mock.example/clients/internal/checks"
)

var (
	server     = checks.Servers()["main"]
	nodes      []*api.Client
	keys       *api.InitResponse
	archive    bytes.Buffer
	background = context.Background()
)

func main() {
	for _, node := range server.Nodes {
		nodes = append(nodes, checks.Client(node.URL, ""))
	}
	checks.Run(
		checks.Step{Name: "threeVoters", Run: threeVoters},
		checks.Step{Name: "writingAnywhere", Run: writingAnywhere},
		checks.Step{Name: "theLeaderIsKilled", Run: theLeaderIsKilled},
		checks.Step{Name: "theNextOneStepsDown", Run: theNextOneStepsDown},
		checks.Step{Name: "theSnapshotIsRestored", Run: theSnapshotIsRestored},
	)
}

func unseal(node *api.Client) {
	for _, key := range []string{keys.Keys[2], keys.KeysB64[0]} {
		checks.Must(node.Sys().Unseal(key))
	}
}

func active() *api.Client {
	for _, node := range nodes {
		if checks.Role(node) == 200 {
			return node
		}
	}
	return nil
}

func voters(node *api.Client) []string {
	var ids []string
	config := checks.Must(node.Logical().Read("sys/storage/raft/configuration")).Data["config"].(map[string]any)
	for _, each := range config["servers"].([]any) {
		if member := each.(map[string]any); member["voter"].(bool) {
			ids = append(ids, member["node_id"].(string))
		}
	}
	return ids
}

func threeVoters() {
	keys = checks.Must(nodes[0].Sys().Init(&api.InitRequest{SecretShares: 3, SecretThreshold: 2}))
	for _, node := range nodes {
		node.SetToken(keys.RootToken)
	}
	unseal(nodes[0])
	checks.Until("the first node is active", func() bool { return checks.Role(nodes[0]) == 200 })
	for _, node := range nodes[1:] {
		joined := checks.Must(node.Sys().RaftJoin(&api.RaftJoinRequest{LeaderAPIAddr: nodes[0].Address()}))
		checks.OK(joined.Joined, "a fresh node joins")
		unseal(node)
		checks.Until("it is a standby", func() bool { return checks.Role(node) == 429 })
	}
	checks.Until("there are three voters", func() bool { return len(voters(nodes[0])) == 3 })
	checks.Until("which one may fail of", func() bool {
		return checks.Must(nodes[0].Sys().RaftAutopilotState()).FailureTolerance == 1
	})
}

func writingAnywhere() {
	checks.Works(nodes[0].Sys().Mount("kv", &api.MountInput{Type: "kv"}), "Mount")
	checks.Works(nodes[1].KVv1("kv").Put(background, "kept", map[string]any{"is": "here"}), "written at one standby")
	checks.Equal(read(nodes[2], "kept"), "here", "read at the other")
	checks.Works(nodes[0].Sys().RaftSnapshot(&archive), "RaftSnapshot")
	checks.Works(nodes[0].KVv1("kv").Put(background, "later", map[string]any{"is": "gone soon"}), "something changes")
}

func read(node *api.Client, path string) string {
	text, _ := checks.Must(node.KVv1("kv").Get(background, path)).Data["is"].(string)
	return text
}

func theLeaderIsKilled() {
	control("raft_0/kill")
	checks.Equal(checks.Role(nodes[0]), 0, "the killed node refuses connections")
	checks.Until("another one leads", func() bool { return active() != nil })
	checks.Equal(read(active(), "later"), "gone soon", "nothing was lost")
	checks.Works(active().KVv1("kv").Put(background, "without", map[string]any{"is": "the first"}), "writing goes on")
	control("raft_0/start")
	checks.Equal(checks.Role(nodes[0]), 503, "the killed node comes back sealed")
	unseal(nodes[0])
	checks.Until("with its keys it is a standby", func() bool { return checks.Role(nodes[0]) == 429 })
	checks.Equal(read(nodes[0], "without"), "the first", "which knows what it missed")
}

// control does something to a node; another node takes the order.
func control(order string) {
	answer := checks.Must(http.Post(nodes[1].Address()+"/_mock/nodes/"+order, "application/json", strings.NewReader("{}")))
	answer.Body.Close()
	checks.Equal(answer.StatusCode, 200, order)
}

func theNextOneStepsDown() {
	before := active()
	checks.Works(before.Sys().StepDown(), "StepDown")
	checks.Until("somebody else leads", func() bool { return active() != nil && active() != before })
	checks.Until("the one that stepped down is a standby", func() bool { return checks.Role(before) == 429 })
	leader := active().Address()
	for _, node := range nodes {
		checks.Equal(checks.Must(node.Sys().Leader()).LeaderAddress, leader, "all three agree on the leader")
	}
}

func theSnapshotIsRestored() {
	checks.Works(active().Sys().RaftSnapshotRestore(bytes.NewReader(archive.Bytes()), false), "RaftSnapshotRestore")
	checks.Until("the cluster is active again", func() bool { return active() != nil })
	checks.Equal(read(active(), "kept"), "here", "what was in the snapshot is there")
	_, err := active().KVv1("kv").Get(background, "later")
	checks.OK(errors.Is(err, api.ErrSecretNotFound), "what came later is gone", err)
	checks.Equal(voters(active()), []string{"raft_0", "raft_1", "raft_2"}, "the membership stays")
}
