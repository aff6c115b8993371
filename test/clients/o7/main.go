// O7: Vault's own Go client: join, configuration, snapshots, autopilot, replication status, health, roles, keys.
package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	snapshot "github.com/hashicorp/raft-snapshot"
	"github.com/hashicorp/vault/api"

	"vault-mock.example/clients/internal/checks"
)

var (
	server = checks.Servers()["main"]
	first  = client(0)
	second = client(1)
	keys   *api.InitResponse
)

func client(index int) *api.Client {
	return checks.Client(server.Nodes[index].URL, "")
}

func main() {
	checks.Run(
		checks.Step{Name: "initAndUnseal", Run: initAndUnseal},
		checks.Step{Name: "join", Run: join},
		checks.Step{Name: "configuration", Run: configuration},
		checks.Step{Name: "autopilot", Run: autopilot},
		checks.Step{Name: "snapshots", Run: snapshots},
		checks.Step{Name: "status", Run: status},
		checks.Step{Name: "replication", Run: replication},
		checks.Step{Name: "generateRoot", Run: generateRoot},
		checks.Step{Name: "refusals", Run: refusals},
		checks.Step{Name: "stepDown", Run: stepDown},
		checks.Step{Name: "removePeer", Run: removePeer},
		checks.Step{Name: "seal", Run: seal},
	)
}

func initAndUnseal() {
	initialized, err := first.Sys().InitStatus()
	checks.OK(err == nil && !initialized, "InitStatus of a fresh server", err)
	keys, err = first.Sys().Init(&api.InitRequest{SecretShares: 3, SecretThreshold: 2})
	if !checks.Works(err, "Init, all seven fields, null lists") {
		panic("no keys")
	}
	checks.Equal([]int{len(keys.Keys), len(keys.KeysB64)}, []int{3, 3}, "Init: keys in both forms")
	first.SetToken(keys.RootToken)
	second.SetToken(keys.RootToken)
	unseal(first)
	checks.Until("the node becomes active", func() bool { return checks.Role(first) == 200 })
}

// unseal gives one key in hex and one in base64.
func unseal(node *api.Client) {
	progress, err := node.Sys().Unseal(keys.Keys[0])
	checks.OK(err == nil && progress.Progress == 1, "Unseal, a key in hex", progress, err)
	_, err = node.Sys().Unseal(keys.KeysB64[2])
	checks.Works(err, "Unseal, a key in base64")
}

func join() {
	joined, err := second.Sys().RaftJoin(&api.RaftJoinRequest{LeaderAPIAddr: first.Address()})
	checks.OK(err == nil && joined.Joined, "RaftJoin, all nine fields", joined, err)
	unseal(second)
	checks.Until("the second node becomes a standby", func() bool { return checks.Role(second) == 429 })
	checks.Until("the second node becomes a voter", func() bool { return len(voters()) == 2 })
}

func servers() []map[string]any {
	secret, err := first.Logical().Read("sys/storage/raft/configuration")
	if err != nil {
		panic(err)
	}
	var list []map[string]any
	for _, each := range secret.Data["config"].(map[string]any)["servers"].([]any) {
		list = append(list, each.(map[string]any))
	}
	return list
}

func voters() []string {
	var ids []string
	for _, each := range servers() {
		if each["voter"].(bool) {
			ids = append(ids, each["node_id"].(string))
		}
	}
	return ids
}

func configuration() {
	// the type assertions of `operator raft list-peers`, which panics on a mistyped field
	for _, each := range servers() {
		_, _, _, _ = each["node_id"].(string), each["address"].(string), each["leader"].(bool), each["voter"].(bool)
	}
	checks.Equal(voters(), []string{"raft_0", "raft_1"}, "configuration: the fields that list-peers asserts")
	secret, err := second.Logical().Read("sys/storage/raft/configuration")
	checks.OK(err == nil && secret != nil && secret.RequestID != "", "configuration through the standby", err)
}

func autopilot() {
	config, err := first.Sys().RaftAutopilotConfiguration()
	if !checks.Works(err, "RaftAutopilotConfiguration") {
		return
	}
	checks.Equal([]time.Duration{config.LastContactThreshold, config.DeadServerLastContactThreshold, config.ServerStabilizationTime},
		[]time.Duration{10 * time.Second, 24 * time.Hour, 10 * time.Second}, "autopilot: the defaults")
	checks.Equal(config.MaxTrailingLogs, uint64(1000), "autopilot: max_trailing_logs")
	config.LastContactThreshold = 90 * time.Second
	checks.Works(first.Sys().PutRaftAutopilotConfiguration(config), "PutRaftAutopilotConfiguration")
	again, err := first.Sys().RaftAutopilotConfiguration()
	checks.OK(err == nil && again.LastContactThreshold == 90*time.Second, "autopilot: what was put is read", again, err)
	checks.Until("RaftAutopilotState: both healthy", func() bool {
		state, err := first.Sys().RaftAutopilotState()
		return err == nil && state != nil && state.Healthy && len(state.Servers) == 2
	})
	state, err := first.Sys().RaftAutopilotState()
	if checks.OK(err == nil && state != nil, "RaftAutopilotState decodes", err) {
		checks.Equal([]any{state.Leader, state.FailureTolerance, state.Voters}, []any{"raft_0", 0, []string{"raft_0", "raft_1"}}, "autopilot state: leader, tolerance, voters")
		checks.Equal(state.Servers["raft_0"].Status, "leader", "autopilot state: a server's status")
	}
}

func snapshots() {
	_, err := first.Logical().Write("sys/policies/acl/before", map[string]any{"policy": `path "a" { capabilities = ["read"] }`})
	checks.Works(err, "a policy is written, by PUT without a label")
	var archive bytes.Buffer
	checks.Works(first.Sys().RaftSnapshot(&archive), "RaftSnapshot: the client finds SHA256SUMS.sealed")
	meta, err := snapshot.Verify(bytes.NewReader(archive.Bytes()))
	if checks.Works(err, "raft-snapshot verifies the archive") {
		checks.Equal([]any{meta.ID, int(meta.Version), len(meta.Configuration.Servers)}, []any{"bolt-snapshot", 1, 2}, "the archive's metadata")
	}
	for _, force := range []bool{false, true} {
		name := fmt.Sprintf("RaftSnapshotRestore, force %t", force)
		_, err = first.Logical().Write("sys/policies/acl/after", map[string]any{"policy": `path "a" { capabilities = ["read"] }`})
		checks.Works(err, name+": something changes")
		checks.Works(first.Sys().RaftSnapshotRestore(bytes.NewReader(archive.Bytes()), force), name)
		checks.Until(name+": the node is active again", func() bool { return checks.Role(first) == 200 })
		before, _ := first.Logical().Read("sys/policies/acl/before")
		after, _ := first.Logical().Read("sys/policies/acl/after")
		checks.OK(before != nil && after == nil, name+": the state of the snapshot", before, after)
	}
	// a fault of this client: it follows the redirect, but then reads the body of the first answer
	checks.OK(errors.Is(second.Sys().RaftSnapshot(&bytes.Buffer{}), api.ErrIncompleteSnapshot), "RaftSnapshot through the standby: redirected, as the client cannot handle")
	err = first.Sys().RaftSnapshotRestore(strings.NewReader("this is not a gzip file"), false)
	checks.OK(err != nil && strings.Contains(err.Error(), "failed to decompress snapshot: gzip: invalid header"), "RaftSnapshotRestore of garbage", err)
}

func status() {
	health, err := first.Sys().Health()
	checks.OK(err == nil && health.Initialized && !health.Sealed && !health.Standby && health.ClusterID != "", "Health of the active node", health, err)
	health, err = second.Sys().Health()
	checks.OK(err == nil && health.Standby, "Health of the standby: every code is 299", health, err)
	leader, err := second.Sys().Leader()
	checks.OK(err == nil && leader.HAEnabled && !leader.IsSelf && leader.LeaderAddress == first.Address(), "Leader, asked at the standby", leader, err)
	leader, err = first.Sys().Leader()
	checks.OK(err == nil && leader.IsSelf && leader.RaftAppliedIndex > 0 && time.Since(leader.ActiveTime) < time.Hour*24*365, "Leader, asked at itself: active_time is a time", leader, err)
	ha, err := first.Sys().HAStatus()
	if checks.OK(err == nil && ha != nil && len(ha.Nodes) == 2, "HAStatus: two nodes", ha, err) {
		active := 0
		for _, node := range ha.Nodes {
			if node.ActiveNode && node.LastEcho == nil {
				active++
			}
		}
		checks.Equal(active, 1, "HAStatus: one active node, without an echo")
	}
	seal, err := first.Sys().SealStatus()
	checks.OK(err == nil && seal.Type == "shamir" && !seal.Sealed && seal.T == 2 && seal.N == 3 && seal.StorageType == "raft", "SealStatus", seal, err)
	secret, err := first.Auth().Token().LookupSelf()
	checks.OK(err == nil && secret.Data["path"] == "auth/token/root", "LookupSelf of the root token", secret, err)
}

func replication() {
	all, err := first.Sys().ReplicationStatus()
	checks.OK(err == nil && all.DR.Mode == "disabled" && all.Performance.Mode == "disabled", "ReplicationStatus", all, err)
	performance, err := first.Sys().ReplicationPerformanceStatusWithContext(context.Background())
	checks.OK(err == nil && performance.Mode == "disabled", "ReplicationPerformanceStatus", performance, err)
	dr, err := first.Sys().ReplicationDRStatusWithContext(context.Background())
	checks.OK(err == nil && dr.Mode == "disabled", "ReplicationDRStatus", dr, err)
}

func generateRoot() {
	attempt, err := first.Sys().GenerateRootInit("", "")
	if !checks.OK(err == nil && attempt.Started && attempt.OTPLength == len(attempt.OTP), "GenerateRootInit", attempt, err) {
		return
	}
	_, err = first.Sys().GenerateRootUpdate(keys.Keys[1], attempt.Nonce)
	checks.Works(err, "GenerateRootUpdate, a key in hex")
	done, err := first.Sys().GenerateRootUpdate(keys.KeysB64[0], attempt.Nonce)
	if !checks.OK(err == nil && done.Complete, "GenerateRootUpdate, a key in base64: complete", done, err) {
		return
	}
	encoded, err := base64.RawStdEncoding.DecodeString(done.EncodedToken)
	checks.Works(err, "the encoded token is raw base64")
	for i := range encoded {
		encoded[i] ^= attempt.OTP[i]
	}
	fresh := client(0)
	fresh.SetToken(string(encoded))
	secret, err := fresh.Auth().Token().LookupSelf()
	checks.OK(err == nil && secret.Data["display_name"] == "root", "the decoded token is a root token", secret, err)
}

func refusals() {
	anonymous := client(0)
	_, err := anonymous.Logical().Read("sys/storage/raft/configuration")
	checks.Refused(err, 403, "permission denied", "no token")
	_, err = first.Logical().Write("sys/storage/raft/remove-peer", nil)
	checks.Refused(err, 400, "no server id provided", "Write of nil: the body null")
	secret, err := first.Logical().Read("sys/policies/acl/nobody")
	checks.OK(err == nil && secret == nil, "Read of what is not there: no secret, no error", secret, err)
	secret, err = first.Logical().List("sys/storage/raft/snapshot-auto/config")
	checks.OK(err == nil && secret == nil, "List of nothing: no secret, no error", secret, err)
}

func stepDown() {
	checks.Works(first.Sys().StepDown(), "StepDown")
	checks.Until("the other node takes over", func() bool { return checks.Role(second) == 200 && checks.Role(first) == 429 })
	leader, err := first.Sys().Leader()
	checks.OK(err == nil && leader.LeaderAddress == second.Address(), "Leader names the new one", leader, err)
}

func removePeer() {
	secret, err := second.Logical().Write("sys/storage/raft/remove-peer", map[string]any{"server_id": "raft_0", "dr_operation_token": ""})
	checks.OK(err == nil && secret == nil, "remove-peer by PUT, as the command line sends it: no secret, no error", secret, err)
	secret, err = second.Logical().Read("sys/storage/raft/configuration")
	checks.OK(err == nil && len(secret.Data["config"].(map[string]any)["servers"].([]any)) == 1, "one server is left", err)
}

func seal() {
	checks.Works(second.Sys().Seal(), "Seal")
	status, err := second.Sys().SealStatus()
	checks.OK(err == nil && status.Sealed, "it is sealed", status, err)
	_, err = second.Sys().Leader()
	checks.OK(err != nil && strings.Contains(err.Error(), "Vault is sealed"), "Leader of a sealed node: the words that `status` looks for", err)
	unseal(second)
	checks.Until("it is active again", func() bool { return checks.Role(second) == 200 })
}
