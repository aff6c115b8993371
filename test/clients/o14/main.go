// O14: Vault's Go client in namespaces: WithNamespace, SetNamespace and leases.
package main

import (
	"context"
	"strings"

	"github.com/hashicorp/vault/api"
	"vault-mock.example/clients/internal/checks"
)

var ctx = context.Background()

func main() {
	server := checks.Servers()["main"]
	root := checks.Client(server.URL, server.Token)
	checks.Run(
		checks.Step{Name: "namespaces", Run: func() { namespaces(root) }},
		checks.Step{Name: "mounts", Run: func() { mounts(root) }},
		checks.Step{Name: "tokens", Run: func() { tokens(root) }},
		checks.Step{Name: "leases", Run: func() { leases(root) }},
		checks.Step{Name: "rootOnly", Run: func() { rootOnly(root) }},
	)
}

func namespaces(root *api.Client) {
	made, err := root.Logical().Write("sys/namespaces/a", map[string]any{"custom_metadata": map[string]string{"k": "v"}})
	checks.Works(err, "a namespace by Write")
	checks.Equal(made.Data["path"], "a/", "its path")
	_, err = root.WithNamespace("a").Logical().Write("sys/namespaces/b/", nil)
	checks.Works(err, "a namespace below it, with a slash that the client takes away")
	listed, err := root.WithNamespace("a/").Logical().List("sys/namespaces")
	checks.Works(err, "List")
	checks.Equal(listed.Data["keys"], []any{"b/"}, "what it lists")
	patched, err := root.Logical().JSONMergePatch(ctx, "sys/namespaces/a", map[string]any{"custom_metadata": map[string]any{"k": nil, "l": "w"}})
	checks.Works(err, "JSONMergePatch")
	checks.Equal(patched.Data["custom_metadata"], map[string]any{"l": "w"}, "what it leaves")
	none, err := root.Logical().Read("sys/namespaces/none")
	checks.OK(err == nil && none == nil, "Read of none", err)
}

func mounts(root *api.Client) {
	inner := root.WithNamespace("a/b")
	checks.Works(inner.Sys().Mount("kv", &api.MountInput{Type: "kv", Options: map[string]string{"version": "2"}}), "Mount")
	_, err := inner.KVv2("kv").Put(ctx, "x", map[string]any{"y": "z"})
	checks.Works(err, "KVv2.Put")
	found, err := root.KVv2("a/b/kv").Get(ctx, "x")
	checks.Works(err, "KVv2.Get by the path")
	checks.Equal(found.Data, map[string]any{"y": "z"}, "what it gets")
	all, err := inner.Sys().ListMounts()
	checks.Works(err, "ListMounts")
	checks.Equal(all["sys/"].Type, "ns_system", "the type of sys/")
	checks.Equal(all["cubbyhole/"].Type, "ns_cubbyhole", "the type of cubbyhole/")
	auth, err := inner.Sys().ListAuth()
	checks.Works(err, "ListAuth")
	checks.Equal(auth["token/"].Type, "ns_token", "the type of auth/token/")
}

func tokens(root *api.Client) {
	inner := root.WithNamespace("a/b")
	checks.Works(inner.Sys().PutPolicy("reader", `path "kv/data/*" { capabilities = ["read"] }`), "PutPolicy")
	names, err := inner.Sys().ListPolicies()
	checks.Works(err, "ListPolicies")
	checks.Equal(names, []string{"default", "reader"}, "root is not among them")
	made, err := inner.Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"reader"}, TTL: "1h"})
	checks.Works(err, "Token.Create")
	reader := inner.WithNamespace("a/b")
	reader.SetToken(made.Auth.ClientToken)
	_, err = reader.KVv2("kv").Get(ctx, "x")
	checks.Works(err, "what its policy allows")
	own, err := reader.WithNamespace("").Auth().Token().LookupSelf()
	checks.Works(err, "LookupSelf, whatever the namespace")
	checks.Equal(own.Data["namespace_path"], "a/b/", "its namespace_path")
	_, err = reader.WithNamespace("a").KVv2("b/kv").Get(ctx, "x")
	checks.Works(err, "from the parent, with the path")
	_, err = reader.WithNamespace("a").Sys().ListMounts()
	checks.Refused(err, 403, "permission denied", "nothing of the parent's")
	accessors, err := inner.Logical().List("auth/token/accessors")
	checks.Works(err, "the accessors of the namespace")
	checks.Equal(accessors.Data["keys"], []any{made.Auth.Accessor}, "which are its own")
	batch, err := inner.Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"reader"}, Type: "batch", TTL: "1h"})
	checks.Works(err, "a batch token")
	reader.SetToken(batch.Auth.ClientToken)
	_, err = reader.KVv2("kv").Get(ctx, "x")
	checks.Works(err, "what a batch token may")
}

func leases(root *api.Client) {
	inner := root.WithNamespace("a/b")
	checks.Works(inner.Sys().Mount("pki", &api.MountInput{Type: "pki"}), "Mount pki")
	_, err := inner.Logical().Write("pki/root/generate/internal", map[string]any{"common_name": "example.com"})
	checks.Works(err, "a CA")
	_, err = inner.Logical().Write("pki/roles/r", map[string]any{"allow_any_name": true, "generate_lease": true})
	checks.Works(err, "a role with leases")
	issued, err := inner.Logical().Write("pki/issue/r", map[string]any{"common_name": "a.example.com", "ttl": "10m"})
	checks.Works(err, "a certificate")
	space, _ := root.WithNamespace("a").Logical().Read("sys/namespaces/b")
	checks.OK(strings.HasSuffix(issued.LeaseID, "."+space.Data["id"].(string)), "the lease names its namespace", issued.LeaseID)
	found, err := inner.Sys().Lookup(issued.LeaseID)
	checks.Works(err, "Lookup of the lease")
	checks.Equal(found.Data["id"], issued.LeaseID, "its id")
	listed, err := inner.Logical().List("sys/leases/lookup/pki/issue/r")
	checks.Works(err, "the leases of the mount")
	checks.Equal(len(listed.Data["keys"].([]any)), 1, "how many")
	checks.Works(inner.Sys().Revoke(issued.LeaseID), "Revoke")
	revoked, err := inner.Logical().Read("pki/cert/" + issued.Data["serial_number"].(string))
	checks.Works(err, "the certificate")
	checks.OK(revoked.Data["revocation_time"] != "0", "it is revoked", revoked.Data["revocation_time"])
}

func rootOnly(root *api.Client) {
	inner := root.WithNamespace("a")
	_, err := inner.Sys().Health()
	checks.Refused(err, 404, "unsupported path", "Health in a namespace")
	health, err := inner.WithNamespace("").Sys().Health()
	checks.OK(err == nil && health.Initialized, "Health in the root", err)
	status, err := inner.Sys().SealStatus()
	checks.OK(err == nil && !status.Sealed, "SealStatus", err)
	_, err = inner.Logical().Read("sys/rotate/config")
	checks.OK(err == nil, "a 404 is nothing to Read", err)
	_, err = inner.Logical().Write("sys/rotate", nil)
	checks.Refused(err, 404, "unsupported path", "sys/rotate")
}
