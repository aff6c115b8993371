package vaulttest

import (
	"net/http"
	"testing"
)

func TestStart(t *testing.T) {
	server := Start(t, "--nodes", "3")
	if len(server.Nodes) != 3 {
		t.Fatalf("got %d nodes", len(server.Nodes))
	}
	request, err := http.NewRequest(http.MethodGet, server.Nodes[0].URL+"/v1/auth/token/lookup-self", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Vault-Token", server.RootToken)
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("got %s", answer.Status)
	}
}
