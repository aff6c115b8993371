// O8, Go: Nomad's own client: configuration with and without stale, removal by id and by address, refusals, autopilot,
// tokens.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"github.com/hashicorp/go-msgpack/codec"
	"github.com/hashicorp/nomad/api"

	"vault-mock.example/clients/internal/checks"
)

var (
	plain = checks.Servers()["main"]
	acl   = checks.Servers()["acl"]
)

func client(server checks.Server, index int, token string) *api.Client {
	made, err := api.NewClient(&api.Config{Address: server.Nomad[index].URL, SecretID: token})
	if err != nil {
		panic(err)
	}
	return made
}

func main() {
	checks.Run(
		checks.Step{Name: "configuration", Run: configuration},
		checks.Step{Name: "refusals", Run: refusals},
		checks.Step{Name: "autopilot", Run: autopilot},
		checks.Step{Name: "neighbours", Run: neighbours},
		checks.Step{Name: "idle region", Run: idle},
		checks.Step{Name: "snapshot", Run: snapshot},
		checks.Step{Name: "transfer", Run: transfer},
		checks.Step{Name: "removal", Run: removal},
		checks.Step{Name: "tokens", Run: tokens},
	)
}

func servers() []*api.RaftServer {
	config, err := client(plain, 0, "").Operator().RaftGetConfiguration(nil)
	if err != nil {
		panic(err)
	}
	return config.Servers
}

func leader() *api.RaftServer {
	for _, server := range servers() {
		if server.Leader {
			return server
		}
	}
	panic("no leader")
}

func follower() *api.RaftServer {
	for _, server := range servers() {
		if !server.Leader && server.Voter {
			return server
		}
	}
	panic("no follower that votes")
}

func configuration() {
	for index := range plain.Nomad {
		for _, stale := range []bool{false, true} {
			config, err := client(plain, index, "").Operator().RaftGetConfiguration(&api.QueryOptions{AllowStale: stale})
			if !checks.OK(err == nil, "RaftGetConfiguration decodes", index, stale, err) {
				continue
			}
			leaders := 0
			for _, server := range config.Servers {
				if server.Leader {
					leaders++
				}
			}
			checks.Equal([]int{len(config.Servers), leaders}, []int{3, 1}, "RaftGetConfiguration: three servers, one leader")
		}
	}
	checks.Equal(leader().RaftProtocol, "2", "RaftProtocol is a string")
}

func refused(err error, status int, text string) bool {
	var answer api.UnexpectedResponseError
	return errors.As(err, &answer) && answer.StatusCode() == status && answer.Body() == text
}

func refusals() {
	operator := client(plain, 0, "").Operator()
	checks.OK(contains(operator.RaftRemovePeerByID("nope", nil), `id "nope" was not found in the Raft configuration`), "an unknown id")
	checks.OK(contains(operator.RaftRemovePeerByAddress("1.2.3.4:4646", nil), `address "1.2.3.4:4646" was not found in the Raft configuration`), "an unknown address")
	for name, query := range map[string]string{"neither id nor address": "", "both id and address": "?id=a&address=b"} {
		request, _ := http.NewRequest(http.MethodDelete, plain.Nomad[0].URL+"/v1/operator/raft/peer"+query, nil)
		answer, err := http.DefaultClient.Do(request)
		if checks.Works(err, name) {
			text, _ := io.ReadAll(answer.Body)
			answer.Body.Close()
			checks.OK(answer.StatusCode == 400 && strings.HasPrefix(answer.Header.Get("Content-Type"), "text/plain") && len(text) > 0, name+": 400, plain text", answer.StatusCode, string(text))
		}
	}
}

func contains(err error, text string) bool {
	return err != nil && strings.Contains(err.Error(), text)
}

func autopilot() {
	operator := client(plain, 0, "").Operator()
	config, _, err := operator.AutopilotGetConfiguration(nil)
	if !checks.Works(err, "AutopilotGetConfiguration") {
		return
	}
	checks.Equal(config.MaxTrailingLogs, uint64(250), "autopilot: the defaults")
	config.MaxTrailingLogs = 300
	stale := *config
	stale.ModifyIndex = config.ModifyIndex + 1000
	written, _, err := operator.AutopilotCASConfiguration(&stale, nil)
	checks.OK(err == nil && !written, "AutopilotCASConfiguration with another index: false", written, err)
	written, _, err = operator.AutopilotCASConfiguration(config, nil)
	checks.OK(err == nil && written, "AutopilotCASConfiguration: a bare true", written, err)
	again, _, err := operator.AutopilotGetConfiguration(nil)
	checks.OK(err == nil && again.MaxTrailingLogs == 300, "autopilot: what was put is read", again, err)
	health, _, err := operator.AutopilotServerHealth(nil)
	checks.OK(err == nil && health.Healthy && health.FailureTolerance == 1 && len(health.Servers) == 3, "AutopilotServerHealth", health, err)
}

func neighbours() {
	status := client(plain, 1, "").Status()
	address, err := status.Leader()
	checks.OK(err == nil && address == leader().Address, "Status().Leader()", address, err)
	peers, err := status.Peers()
	checks.OK(err == nil && len(peers) == 3, "Status().Peers()", peers, err)
	regions, err := client(plain, 0, "").Regions().List()
	checks.OK(err == nil && len(regions) == 1 && regions[0] == "global", "Regions().List()", regions, err)
}

func idle() {
	nomad := client(plain, 1, "")
	jobs, meta, err := nomad.Jobs().List(nil)
	checks.OK(err == nil && len(jobs) == 0 && meta.KnownLeader, "Jobs().List(): none", jobs, err)
	nodes, _, err := nomad.Nodes().List(nil)
	checks.OK(err == nil && len(nodes) == 0, "Nodes().List(): none", nodes, err)
	namespaces, _, err := nomad.Namespaces().List(nil)
	checks.OK(err == nil && len(namespaces) == 1 && namespaces[0].Name == "default", "Namespaces().List()", namespaces, err)
	pools, _, err := nomad.NodePools().List(nil)
	checks.OK(err == nil && len(pools) == 2, "NodePools().List()", pools, err)
	config, _, err := nomad.Operator().SchedulerGetConfiguration(nil)
	checks.OK(err == nil && config.SchedulerConfig.SchedulerAlgorithm == "binpack", "SchedulerGetConfiguration", config, err)
	keys, _, err := nomad.Keyring().List(nil)
	checks.OK(err == nil && len(keys) == 1 && keys[0].State == "active", "Keyring().List()", keys, err)
	checks.Works(nomad.System().GarbageCollect(), "System().GarbageCollect()")
	self, err := nomad.Agent().Self()
	checks.OK(err == nil && self.Stats["raft"]["state"] != "" && self.Member.Name != "", "Agent().Self()", err)
	members, err := nomad.Agent().Members()
	checks.OK(err == nil && len(members.Members) == 3, "Agent().Members()", members, err)
	checks.Works(nomad.Agent().ForceLeave("nobody.global"), "Agent().ForceLeave()")
}

// As `operator snapshot inspect` does: metadata, then every record by its type.
func snapshot() {
	operator := client(plain, 1, "").Operator()
	reader, err := operator.Snapshot(nil)
	if !checks.Works(err, "Snapshot") {
		return
	}
	archive, err := io.ReadAll(reader)
	if !checks.Works(err, "Snapshot: the digest fits") {
		return
	}
	unpacked, err := gzip.NewReader(bytes.NewReader(archive))
	if !checks.Works(err, "Snapshot: gzip") {
		return
	}
	var meta struct{ Index, Term uint64 }
	records := 0
	for files := tar.NewReader(unpacked); ; {
		header, err := files.Next()
		if err == io.EOF {
			break
		}
		if !checks.Works(err, "Snapshot: tar") {
			return
		}
		content, _ := io.ReadAll(files)
		switch header.Name {
		case "meta.json":
			checks.Works(json.Unmarshal(content, &meta), "Snapshot: metadata")
		case "state.bin":
			records = countRecords(content)
		}
	}
	checks.OK(meta.Index > 0 && records > 3, "Snapshot: metadata and records", meta, records)
	_, err = operator.SnapshotRestore(bytes.NewReader(archive), nil)
	checks.Works(err, "SnapshotRestore")
}

func countRecords(state []byte) int {
	reader := bytes.NewReader(state)
	decoder := codec.NewDecoder(reader, &codec.MsgpackHandle{})
	var value interface{}
	if !checks.Works(decoder.Decode(&value), "Snapshot: header") {
		return 0
	}
	for count := 0; ; count++ {
		if _, err := reader.ReadByte(); err == io.EOF {
			return count
		}
		if !checks.Works(decoder.Decode(&value), "Snapshot: record") {
			return count
		}
	}
}

func transfer() {
	wanted := follower()
	checks.Works(client(plain, 0, "").Operator().RaftTransferLeadershipByAddress(wanted.Address, nil), "RaftTransferLeadershipByAddress")
	checks.Until("it leads", func() bool { return leader().Address == wanted.Address })
}

func removal() {
	byID := follower()
	checks.Works(client(plain, 0, "").Operator().RaftRemovePeerByID(byID.ID, nil), "RaftRemovePeerByID")
	checks.OK(!votes(byID.Address), "it votes no more")
	// a living server comes back by itself, first as a non-voter
	checks.Until("it votes again", func() bool { return votes(byID.Address) })
	byAddress := follower()
	checks.Works(client(plain, 0, "").Operator().RaftRemovePeerByAddress(byAddress.Address, nil), "RaftRemovePeerByAddress")
	checks.OK(!votes(byAddress.Address), "it votes no more, either")
}

func votes(address string) bool {
	for _, server := range servers() {
		if server.Address == address {
			return server.Voter
		}
	}
	return false
}

func tokens() {
	_, err := client(acl, 0, "").Operator().RaftGetConfiguration(nil)
	checks.OK(refused(err, 403, "Permission denied"), "no token: 403 Permission denied", err)
	_, err = client(acl, 0, "00000000-0000-0000-0000-000000000000").Operator().RaftGetConfiguration(nil)
	checks.OK(refused(err, 403, "Permission denied"), "an unknown token: 403 Permission denied", err)
	bootstrap, _, err := client(acl, 0, "").ACLTokens().Bootstrap(nil)
	if !checks.OK(err == nil && bootstrap.Type == "management", "Bootstrap gives a management token", bootstrap, err) {
		return
	}
	config, err := client(acl, 0, bootstrap.SecretID).Operator().RaftGetConfiguration(nil)
	checks.OK(err == nil && len(config.Servers) == 3, "the management token reads the configuration", err)
	_, _, err = client(acl, 0, "").ACLTokens().Bootstrap(nil)
	checks.OK(contains(err, "ACL bootstrap already done (reset index: "), "a second Bootstrap is refused", err)
	_, err = client(acl, 0, bootstrap.SecretID).ACLPolicies().Upsert(&api.ACLPolicy{Name: "reader", Rules: `operator { policy = "read" }`}, nil)
	checks.Works(err, "a policy is written")
	reader, _, err := client(acl, 0, bootstrap.SecretID).ACLTokens().Create(&api.ACLToken{Name: "reader", Type: "client", Policies: []string{"reader"}}, nil)
	if checks.Works(err, "a client token is made") {
		_, err = client(acl, 0, reader.SecretID).Operator().RaftGetConfiguration(nil)
		checks.OK(refused(err, 403, "Permission denied"), "a client token: 403 Permission denied", err)
	}
}
