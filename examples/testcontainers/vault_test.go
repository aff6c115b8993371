// go get github.com/testcontainers/testcontainers-go/modules/vault
package example

import (
	"context"
	"net/http"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/modules/vault"
)

func TestSecret(t *testing.T) {
	ctx := context.Background()
	container, err := vault.Run(ctx, "vault-mock:latest",
		vault.WithToken("myroot"),
		vault.WithInitCommand("kv put secret/app password=s3cret"))
	testcontainers.CleanupContainer(t, container)
	if err != nil {
		t.Fatal(err)
	}
	address, err := container.HttpHostAddress(ctx)
	if err != nil {
		t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodGet, address+"/v1/secret/data/app", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Vault-Token", "myroot")
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("got %s", answer.Status)
	}
}
