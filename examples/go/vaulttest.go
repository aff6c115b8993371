// Package vaulttest starts a Vault for a test, without containers: needs Node and `npm i -g vault-mock`, or VAULT_MOCK
// with its path.
package vaulttest

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"strings"
	"testing"
)

// Server is what the ready line tells.
type Server struct {
	Nodes []struct {
		ID  string `json:"id"`
		URL string `json:"url"`
	} `json:"nodes"`
	RootToken  string   `json:"rootToken"`
	UnsealKeys []string `json:"unsealKeys"`
}

// Start runs a server until the test ends; flags are those of the command, "--nodes", "3" for instance.
func Start(t testing.TB, flags ...string) Server {
	t.Helper()
	name := os.Getenv("VAULT_MOCK")
	if name == "" {
		name = "vault-mock"
	}
	command := exec.Command(name, append([]string{"--listen", "127.0.0.1:0", "--no-nomad", "--log-level", "warn"}, flags...)...)
	output, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	})
	var server Server
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if !strings.HasPrefix(lines.Text(), `{"event":"ready"`) {
			continue
		}
		if err := json.Unmarshal(lines.Bytes(), &server); err != nil {
			t.Fatal(err)
		}
		return server
	}
	t.Fatal("vault-mock did not start")
	return server
}
