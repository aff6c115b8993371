// O7: HashiCorp's own helpers for replication (module vault/sdk, helper/testcluster) drive four clusters of three nodes.
package main

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/vault/api"
	"github.com/hashicorp/vault/sdk/helper/testcluster"

	"vault-mock.example/clients/internal/checks"
)

// A performance primary, its DR secondary, a performance secondary and its DR secondary, named as the helpers' authors
// name them.
var a, b, c, d *cluster

func main() {
	checks.Run(
		checks.Step{Name: "fourClusters", Run: fourClusters},
		checks.Step{Name: "secondaryFailsOver", Run: secondaryFailsOver},
		checks.Step{Name: "primaryFailsOver", Run: primaryFailsOver},
		checks.Step{Name: "statusInThreeForms", Run: statusInThreeForms},
	)
}

func fourClusters() {
	servers := checks.Servers()
	a, b, c, d = open(servers["main"]), open(servers["mainDr"]), open(servers["secondary"]), open(servers["secondaryDr"])
	ctx, cancel := patience()
	defer cancel()
	checks.Works(testcluster.SetupFourClusterReplication(ctx, a, c, b, d), "SetupFourClusterReplication")
	checks.Works(testcluster.WaitForPerformanceWAL(ctx, a, c), "WaitForPerformanceWAL")
	checks.Works(testcluster.WaitForPerfReplicationConnectionStatus(ctx, c.nodes[0].APIClient()), "WaitForPerfReplicationConnectionStatus")
}

func secondaryFailsOver() {
	ctx, cancel := patience()
	defer cancel()
	checks.Works(testcluster.PromoteDRSecondaryWithBatchToken(ctx, c, d), "PromoteDRSecondaryWithBatchToken")
	checks.Works(testcluster.UpdatePrimary(ctx, d, c), "UpdatePrimary: the old cluster follows the new one")
	d.SetRootToken(c.GetRootToken())
	checks.Works(testcluster.WaitForPerfReplicationWorking(ctx, a, d), "the new one is the primary's performance secondary")
}

func primaryFailsOver() {
	ctx, cancel := patience()
	defer cancel()
	checks.Works(testcluster.DemoteDRPrimary(a.nodes[0].APIClient()), "DemoteDRPrimary")
	checks.Works(testcluster.PromoteDRSecondary(ctx, b), "PromoteDRSecondary")
	checks.Works(testcluster.UpdatePrimary(ctx, b, a), "UpdatePrimary")
	checks.Works(testcluster.WaitForPerfReplicationWorking(ctx, b, d), "performance replication goes on with the new primary")
}

func statusInThreeForms() {
	sys := b.nodes[0].APIClient().Sys()
	both, err := sys.ReplicationStatus()
	checks.OK(err == nil && both.DR.Mode == "primary" && both.Performance.Mode == "primary", "ReplicationStatus", err)
	performance, err := sys.ReplicationPerformanceStatusWithContext(context.Background())
	checks.OK(err == nil && performance.ClusterID == both.Performance.ClusterID && performance.LastWAL > 0, "ReplicationPerformanceStatus", err)
	dr, err := sys.ReplicationDRStatusWithContext(context.Background())
	checks.OK(err == nil && len(dr.Secondaries) == 1 && dr.Secondaries[0].ConnectionStatus == "connected", "ReplicationDRStatus", err)
}

func patience() (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.Background(), time.Minute)
}

// cluster is what the helpers want to know of a cluster.
type cluster struct {
	nodes []testcluster.VaultClusterNode
	keys  [][]byte
	id    string
	token string
}

type node struct{ client *api.Client }

func (n node) APIClient() *api.Client { return n.client }
func (n node) TLSConfig() *tls.Config { return nil }

func open(server checks.Server) *cluster {
	opened := &cluster{}
	for _, listener := range server.Nodes {
		config := api.DefaultConfig()
		config.Address = listener.URL
		client, err := api.NewClient(config)
		checks.Works(err, "a client for "+listener.ID)
		opened.nodes = append(opened.nodes, node{client})
	}
	for _, key := range server.UnsealKeys {
		raw, err := base64.StdEncoding.DecodeString(key)
		checks.Works(err, "a key share")
		opened.keys = append(opened.keys, raw)
	}
	opened.SetRootToken(server.Token)
	health, err := opened.nodes[0].APIClient().Sys().Health()
	checks.Works(err, "health")
	opened.id = health.ClusterID
	return opened
}

func (c *cluster) Nodes() []testcluster.VaultClusterNode { return c.nodes }
func (c *cluster) GetBarrierKeys() [][]byte              { return c.keys }
func (c *cluster) GetRecoveryKeys() [][]byte             { return nil }
func (c *cluster) GetBarrierOrRecoveryKeys() [][]byte    { return c.keys }
func (c *cluster) SetBarrierKeys(keys [][]byte)          { c.keys = keys }
func (c *cluster) SetRecoveryKeys([][]byte)              {}
func (c *cluster) GetCACertPEMFile() string              { return "" }
func (c *cluster) Cleanup()                              {}
func (c *cluster) ClusterID() string                     { return c.id }
func (c *cluster) NamedLogger(string) hclog.Logger       { return hclog.NewNullLogger() }
func (c *cluster) GetRootToken() string                  { return c.token }

func (c *cluster) SetRootToken(token string) {
	c.token = token
	for _, n := range c.nodes {
		n.APIClient().SetToken(token)
	}
}
