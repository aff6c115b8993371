// Steers a running vault-mock from Go, with nothing but its standard library.
// Start `vault-mock --nodes 3`, then: go run examples/control/control.go
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
)

// control calls the control API and decodes its answer into out, if that is not nil.
func control(method, path string, body, out any) error {
	address := os.Getenv("VAULT_ADDR")
	if address == "" {
		address = "http://127.0.0.1:8200"
	}
	var payload io.Reader
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return err
		}
		payload = bytes.NewReader(text)
	}
	request, err := http.NewRequest(method, address+"/_mock"+path, payload)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if answer.StatusCode >= 400 {
		text, _ := io.ReadAll(answer.Body)
		return fmt.Errorf("%s %s: %d %s", method, path, answer.StatusCode, text)
	}
	if out == nil {
		return nil
	}
	return json.NewDecoder(answer.Body).Decode(out)
}

func main() {
	var list struct {
		Nodes []struct {
			ID      string `json:"id"`
			Process string `json:"process"`
			Active  bool   `json:"active"`
		} `json:"nodes"`
	}
	steps := []error{
		control("PUT", "/checkpoints/before", nil, nil),
		control("POST", "/nodes/raft_1/kill", nil, nil),
		control("POST", "/time/advance", map[string]int{"ms": 60000}, nil),
		control("GET", "/nodes", nil, &list),
		control("POST", "/checkpoints/before/restore", nil, nil),
	}
	for _, err := range steps {
		if err != nil {
			log.Fatal(err)
		}
	}
	for _, node := range list.Nodes {
		fmt.Println(node.ID, node.Process, node.Active)
	}
}
