// O7, beyond raft: Vault's own Go client on tokens, policies, mounts, KV, AppRole, userpass, wrapping, audit and leases.
package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/hashicorp/vault/api"

	"vault-mock.example/clients/internal/checks"
)

const reader = `path "kv1/*" { capabilities = ["read", "list"] }`

var (
	server     = checks.Servers()["main"]
	root       = checks.Client(server.URL, server.Token)
	background = context.Background()
)

type object = map[string]any

func main() {
	checks.Run(
		checks.Step{Name: "policies", Run: policies},
		checks.Step{Name: "tokens", Run: tokens},
		checks.Step{Name: "mounts", Run: mounts},
		checks.Step{Name: "keyValueVersion1", Run: keyValueVersion1},
		checks.Step{Name: "keyValueVersion2", Run: keyValueVersion2},
		checks.Step{Name: "versions", Run: versions},
		checks.Step{Name: "appRole", Run: appRole},
		checks.Step{Name: "userPass", Run: userPass},
		checks.Step{Name: "wrapping", Run: wrapping},
		checks.Step{Name: "audit", Run: audit},
		checks.Step{Name: "leases", Run: leases},
		checks.Step{Name: "rekey", Run: rekey},
	)
}

func as(token string) *api.Client {
	return checks.Client(server.URL, token)
}

func policies() {
	checks.Works(root.Sys().PutPolicy("reader", reader), "PutPolicy")
	checks.Equal(checks.Must(root.Sys().GetPolicy("reader")), reader, "GetPolicy")
	checks.Equal(checks.Must(root.Sys().ListPolicies()), []string{"default", "reader", "root"}, "ListPolicies")
	checks.Refused(root.Sys().PutPolicy("broken", "path {"), 400, "failed to parse policy: ", "PutPolicy of no HCL")
	checks.Works(root.Sys().PutPolicy("gone", reader), "PutPolicy again")
	checks.Works(root.Sys().DeletePolicy("gone"), "DeletePolicy")
	checks.Equal(checks.Must(root.Sys().GetPolicy("gone")), "", "GetPolicy of what is gone: nothing, no error")
}

func tokens() {
	auth := checks.Must(root.Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"reader"}, TTL: "1h", Metadata: map[string]string{"team": "a"}, DisplayName: "job"})).Auth
	checks.Equal([]any{auth.Policies, auth.LeaseDuration, auth.Renewable, auth.Metadata}, []any{[]string{"default", "reader"}, 3600, true, map[string]string{"team": "a"}}, "Token().Create")
	own := as(auth.ClientToken)
	self := checks.Must(own.Auth().Token().LookupSelf())
	checks.Equal([]any{self.Data["display_name"], checks.Must(self.TokenTTL()) > 59*time.Minute, checks.Must(self.TokenIsRenewable())}, []any{"token-job", true, true}, "LookupSelf")
	checks.Equal(checks.Must(own.Auth().Token().RenewSelf(1800)).Auth.LeaseDuration, 1800, "RenewSelf")
	checks.Equal(checks.Must(root.Auth().Token().Renew(auth.ClientToken, 600)).Auth.LeaseDuration, 600, "Renew")
	checks.Equal(checks.Must(root.Auth().Token().LookupAccessor(auth.Accessor)).Data["id"], "", "LookupAccessor hides the token")
	checks.Works(root.Auth().Token().RevokeTree(auth.ClientToken), "RevokeTree")
	_, err := own.Auth().Token().LookupSelf()
	checks.Refused(err, 403, "permission denied", "a revoked token")
	_, err = root.Auth().Token().Lookup(auth.ClientToken)
	checks.Refused(err, 403, "bad token", "Lookup of a revoked token")
	orphan := checks.Must(root.Auth().Token().CreateOrphan(&api.TokenCreateRequest{Policies: []string{"default"}, NumUses: 2})).Auth
	checks.Equal(orphan.Orphan, true, "CreateOrphan")
	for _, uses := range []string{"1", "-1"} {
		seen := checks.Must(as(orphan.ClientToken).Auth().Token().LookupSelf())
		checks.Equal(jsonText(seen.Data["num_uses"]), uses, "each request is a use")
	}
	checks.Refused(root.Auth().Token().RevokeOrphan(orphan.ClientToken), 400, "token to revoke not found", "RevokeOrphan of a token that is used up")
}

func jsonText(number any) string {
	text, _ := number.(interface{ String() string })
	return text.String()
}

func mounts() {
	checks.Works(root.Sys().Mount("kv1", &api.MountInput{Type: "kv", Description: "one", Config: api.MountConfigInput{MaxLeaseTTL: "2h"}, Options: map[string]string{"version": "1"}}), "Mount")
	checks.Refused(root.Sys().Mount("kv1", &api.MountInput{Type: "kv"}), 400, "path is already in use at kv1/", "Mount at a path in use")
	listed := checks.Must(root.Sys().ListMounts())["kv1/"]
	checks.Equal([]any{listed.Type, listed.Options["version"], listed.Config.MaxLeaseTTL}, []any{"kv", "1", 7200}, "ListMounts")
	checks.Works(root.Sys().TuneMount("kv1", api.MountConfigInput{DefaultLeaseTTL: "30m", ListingVisibility: "unauth"}), "TuneMount")
	tuned := checks.Must(root.Sys().MountConfig("kv1"))
	checks.Equal([]any{tuned.DefaultLeaseTTL, tuned.MaxLeaseTTL, tuned.ListingVisibility}, []any{1800, 7200, "unauth"}, "MountConfig")
	checks.Works(root.Sys().Mount("moving", &api.MountInput{Type: "kv-v1"}), "Mount of kv-v1")
	checks.Works(root.Sys().Remount("moving", "moved"), "Remount: asks for the status until it succeeds")
	checks.Must(root.Sys().GetMount("moved"))
	checks.Works(root.Sys().Unmount("moved"), "Unmount")
	_, err := root.Sys().GetMount("moved")
	checks.Refused(err, 400, "No secret engine mount at moved/", "GetMount of what is gone")
}

func keyValueVersion1() {
	kv := root.KVv1("kv1")
	checks.Works(kv.Put(background, "team/a", object{"user": "u"}), "KVv1.Put")
	checks.Equal(checks.Must(kv.Get(background, "team/a")).Data, object{"user": "u"}, "KVv1.Get")
	checks.Equal(checks.Must(root.Logical().List("kv1")).Data["keys"], []any{"team/"}, "Logical.List: GET with list=true")
	token := checks.Must(root.Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"reader"}})).Auth.ClientToken
	checks.Equal(checks.Must(as(token).KVv1("kv1").Get(background, "team/a")).Data["user"], any("u"), "the policy lets read")
	checks.Refused(as(token).KVv1("kv1").Put(background, "team/a", object{"user": "v"}), 403, "1 error occurred:\n\t* permission denied\n\n", "but not write")
	checks.Equal(checks.Must(as(token).Sys().CapabilitiesSelf("kv1/x")), []string{"list", "read"}, "CapabilitiesSelf")
	checks.Equal(checks.Must(root.Sys().Capabilities(token, "secret/x")), []string{"deny"}, "Capabilities")
	checks.Works(kv.Delete(background, "team/a"), "KVv1.Delete")
	_, err := kv.Get(background, "team/a")
	checks.OK(errors.Is(err, api.ErrSecretNotFound), "KVv1.Get of what is gone", err)
}

func keyValueVersion2() {
	kv := root.KVv2("secret")
	checks.Equal(checks.Must(kv.Put(background, "a", object{"x": "1"}, api.WithCheckAndSet(0))).VersionMetadata.Version, 1, "KVv2.Put")
	_, err := kv.Put(background, "a", object{"x": "2"}, api.WithCheckAndSet(0))
	checks.Refused(err, 400, "check-and-set parameter did not match the current version", "KVv2.Put, a late cas")
	for _, method := range []string{"patch", "rw"} {
		_, err = kv.Patch(background, "a", object{method: "2"}, api.WithMergeMethod(method))
		checks.Works(err, "KVv2.Patch by "+method)
	}
	secret := checks.Must(kv.Get(background, "a"))
	checks.Equal([]any{secret.Data, secret.VersionMetadata.Version, secret.VersionMetadata.CreatedTime.IsZero()}, []any{object{"x": "1", "patch": "2", "rw": "2"}, 3, false}, "KVv2.Get")
	checks.Equal(checks.Must(kv.GetVersion(background, "a", 1)).Data, object{"x": "1"}, "KVv2.GetVersion")
	_, err = kv.Patch(background, "nobody", object{"x": "1"})
	checks.OK(errors.Is(err, api.ErrSecretNotFound), "KVv2.Patch of what is not there", err)
	checks.Equal(len(checks.Must(kv.GetVersionsAsList(background, "a"))), 3, "KVv2.GetVersionsAsList")
}

func versions() {
	kv := root.KVv2("secret")
	checks.Works(kv.Delete(background, "a"), "KVv2.Delete")
	deleted := checks.Must(kv.Get(background, "a"))
	checks.OK(deleted.Data == nil && !deleted.VersionMetadata.DeletionTime.IsZero(), "KVv2.Get of a deleted version: a 404 with its metadata", deleted)
	checks.Works(kv.Undelete(background, "a", []int{3}), "KVv2.Undelete")
	checks.Works(kv.DeleteVersions(background, "a", []int{2}), "KVv2.DeleteVersions")
	checks.Works(kv.Destroy(background, "a", []int{1}), "KVv2.Destroy")
	checks.Equal(checks.Must(kv.Rollback(background, "a", 3)).VersionMetadata.Version, 4, "KVv2.Rollback")
	checks.Works(kv.PutMetadata(background, "a", api.KVMetadataPutInput{MaxVersions: 5, DeleteVersionAfter: 205 * time.Minute, CustomMetadata: object{"owner": "me"}}), "KVv2.PutMetadata")
	five, required := 6, true
	checks.Works(kv.PatchMetadata(background, "a", api.KVMetadataPatchInput{MaxVersions: &five, CASRequired: &required}), "KVv2.PatchMetadata")
	metadata := checks.Must(kv.GetMetadata(background, "a"))
	checks.Equal([]any{metadata.MaxVersions, metadata.CASRequired, metadata.DeleteVersionAfter, metadata.CustomMetadata, metadata.CurrentVersion}, []any{6, true, 205 * time.Minute, object{"owner": "me"}, 4}, "KVv2.GetMetadata")
	checks.Equal([]any{metadata.Versions["1"].Destroyed, metadata.Versions["2"].DeletionTime.IsZero(), metadata.Versions["3"].DeletionTime.IsZero()}, []any{true, false, true}, "the state of each version")
	checks.Works(kv.DeleteMetadata(background, "a"), "KVv2.DeleteMetadata")
	_, err := kv.Get(background, "a")
	checks.OK(errors.Is(err, api.ErrSecretNotFound), "KVv2.Get of what is gone", err)
}

func appRole() {
	checks.Works(root.Sys().EnableAuthWithOptions("approle", &api.EnableAuthOptions{Type: "approle", Description: "robots"}), "EnableAuthWithOptions")
	_, err := root.Logical().Write("auth/approle/role/app", object{"token_policies": []string{"reader"}, "token_ttl": "20m", "secret_id_num_uses": 1})
	checks.Works(err, "a role is written")
	role := checks.Must(root.Logical().Read("auth/approle/role/app/role-id")).Data["role_id"]
	secret := checks.Must(root.Logical().Write("auth/approle/role/app/secret-id", nil)).Data["secret_id"]
	login := object{"role_id": role, "secret_id": secret}
	auth := checks.Must(as("").Logical().Write("auth/approle/login", login)).Auth
	checks.Equal([]any{auth.TokenPolicies, auth.LeaseDuration, auth.Metadata["role_name"], auth.EntityID != ""}, []any{[]string{"default", "reader"}, 1200, "app", true}, "login")
	_, err = as("").Logical().Write("auth/approle/login", login)
	checks.Refused(err, 400, "invalid role or secret ID", "login with a secret id that is used up")
	listed := checks.Must(root.Sys().ListAuth())["approle/"]
	checks.Equal([]any{listed.Type, listed.Description, strings.HasPrefix(listed.Accessor, "auth_approle_")}, []any{"approle", "robots", true}, "ListAuth")
	checks.Works(root.Sys().DisableAuth("approle"), "DisableAuth")
	_, err = as(auth.ClientToken).Auth().Token().LookupSelf()
	checks.Refused(err, 403, "permission denied", "its tokens go with the method")
}

func userPass() {
	checks.Works(root.Sys().EnableAuthWithOptions("people", &api.EnableAuthOptions{Type: "userpass"}), "userpass at a path of its own")
	_, err := root.Logical().Write("auth/people/users/Bob", object{"password": "pw", "token_policies": "reader"})
	checks.Works(err, "a user is written")
	auth := checks.Must(as("").Logical().Write("auth/people/login/bob", object{"password": "pw"})).Auth
	checks.Equal([]any{auth.Metadata, auth.Policies, auth.Orphan}, []any{map[string]string{"username": "bob"}, []string{"default", "reader"}, true}, "login")
	_, err = as("").Logical().Write("auth/people/login/bob", object{"password": "no"})
	checks.Refused(err, 400, "invalid username or password", "a wrong password")
	entity := checks.Must(root.Logical().Read("identity/entity/id/" + auth.EntityID))
	checks.OK(entity != nil && entity.Data["id"] == auth.EntityID, "the login has an entity", entity)
}

func wrapping() {
	wrapper := as(server.Token)
	wrapper.SetWrappingLookupFunc(func(_, _ string) string { return "2m" })
	info := checks.Must(wrapper.Logical().Write("sys/wrapping/wrap", object{"a": "b"})).WrapInfo
	checks.Equal([]any{info.TTL, info.CreationPath, info.CreationTime.IsZero()}, []any{120, "sys/wrapping/wrap", false}, "a wrapped answer")
	checks.Equal(checks.Must(root.Logical().Unwrap(info.Token)).Data, object{"a": "b"}, "Unwrap with a token of one's own")
	_, err := root.Logical().Unwrap(info.Token)
	checks.Refused(err, 400, "wrapping token is not valid or does not exist", "a second Unwrap")
	created := checks.Must(wrapper.Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"default"}})).WrapInfo
	auth := checks.Must(as(created.Token).Logical().Unwrap("")).Auth
	checks.Equal(auth.Accessor, created.WrappedAccessor, "Unwrap with the wrapping token itself")
}

func audit() {
	directory := checks.Must(os.MkdirTemp("", "vault-mock-audit-"))
	defer os.RemoveAll(directory)
	file := filepath.Join(directory, "audit.log")
	checks.Works(root.Sys().EnableAuditWithOptions("file", &api.EnableAuditOptions{Type: "file", Options: map[string]string{"file_path": file}}), "EnableAuditWithOptions")
	checks.Equal(checks.Must(root.Sys().ListAudit())["file/"].Options["file_path"], file, "ListAudit")
	checks.Must(root.Logical().Write("cubbyhole/mine", object{"password": "geheim"}))
	hash := checks.Must(root.Sys().AuditHash("file", "geheim"))
	checks.Works(root.Sys().DisableAudit("file"), "DisableAudit")
	text := string(checks.Must(os.ReadFile(file)))
	checks.OK(strings.Contains(text, hash) && !strings.Contains(text, "geheim"), "the file has the hash, not the secret", hash)
}

func leases() {
	_, err := root.Sys().Lookup("nothing")
	checks.Refused(err, 400, "invalid lease", "Lookup of no lease")
	_, err = root.Sys().Renew("nothing", 10)
	checks.Refused(err, 400, "lease not found", "Renew of no lease")
	checks.Works(root.Sys().RevokeWithOptions(&api.RevokeOptions{LeaseID: "nothing", Sync: true}), "Revoke of no lease")
	auth := checks.Must(root.Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"default"}})).Auth
	listed := checks.Must(root.Logical().List("sys/leases/lookup/auth/token/create"))
	checks.OK(listed != nil && len(listed.Data["keys"].([]any)) > 0, "tokens have leases", listed)
	checks.Works(root.Sys().RevokePrefix("auth/token/create"), "RevokePrefix")
	checks.Until("which revokes the tokens", func() bool {
		_, err := as(auth.ClientToken).Auth().Token().LookupSelf()
		return err != nil
	})
}

func rekey() {
	started := checks.Must(root.Sys().RekeyInit(&api.RekeyInitRequest{SecretShares: 3, SecretThreshold: 2, RequireVerification: true}))
	done := checks.Must(root.Sys().RekeyUpdate(server.UnsealKeys[0], started.Nonce))
	checks.Equal([]any{done.Complete, len(done.Keys), done.VerificationRequired}, []any{true, 3, true}, "RekeyUpdate: new keys, to be verified")
	pending := checks.Must(root.Sys().RekeyVerificationStatus())
	checks.Equal([]any{pending.T, pending.N, pending.Progress, pending.Nonce}, []any{2, 3, 0, done.VerificationNonce}, "RekeyVerificationStatus")
	var verified *api.RekeyVerificationUpdateResponse
	for _, key := range []string{done.Keys[0], done.KeysB64[2]} {
		verified = checks.Must(root.Sys().RekeyVerificationUpdate(key, done.VerificationNonce))
	}
	checks.Equal(verified.Complete, true, "RekeyVerificationUpdate, hex and base64")
	status := checks.Must(root.Sys().SealStatus())
	checks.Equal([]int{status.T, status.N}, []int{2, 3}, "the new shares count")
	checks.Works(root.Sys().Rotate(), "Rotate")
	checks.Equal(checks.Must(root.Sys().KeyStatus()).Term, 2, "KeyStatus")
}
