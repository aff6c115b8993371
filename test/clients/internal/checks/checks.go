// Package checks holds the assertions of the Go client scripts: the same lines as checks.js prints.
package checks

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"time"
)

var passed, failed int

// Server is what a script needs to know of a server that the runner started.
type Server struct {
	URL        string   `json:"url"`
	Token      string   `json:"token"`
	Nodes      []Node   `json:"nodes"`
	Nomad      []Node   `json:"nomad"`
	UnsealKeys []string `json:"unsealKeys"`
}

// Node is one listener of a server.
type Node struct {
	ID          string `json:"id"`
	URL         string `json:"url"`
	ClusterAddr string `json:"clusterAddr"`
}

// Servers reads what the runner started, by name.
func Servers() map[string]Server {
	var servers map[string]Server
	if err := json.Unmarshal([]byte(os.Getenv("VAULT_MOCK_SERVERS")), &servers); err != nil {
		fmt.Fprintln(os.Stderr, "run me by `npm run clients`:", err)
		os.Exit(2)
	}
	return servers
}

// OK counts one assertion.
func OK(condition bool, name string, detail ...any) bool {
	if condition {
		passed++
		fmt.Println("ok", name)
		return true
	}
	failed++
	shown := fmt.Sprintf("%+v", detail)
	fmt.Printf("not ok %s: %.400q\n", name, shown)
	return false
}

// Equal compares deeply.
func Equal(got, wanted any, name string) bool {
	return OK(reflect.DeepEqual(got, wanted), name, "got", got, "wanted", wanted)
}

// Works demands that there was no error.
func Works(err error, name string) bool {
	return OK(err == nil, name, err)
}

// Until asks again until a condition holds.
func Until(name string, condition func() bool) {
	for tries := 0; tries < 200; tries++ {
		if condition() {
			OK(true, name)
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	OK(false, name, "it never became true")
}

// Step is a named part of a script.
type Step struct {
	Name string
	Run  func()
}

// Run runs the steps; one that panics counts as failed, the next ones still run.
func Run(steps ...Step) {
	for _, step := range steps {
		runStep(step)
	}
	fmt.Printf("# %d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}

func runStep(step Step) {
	defer func() {
		if problem := recover(); problem != nil {
			OK(false, step.Name+" runs to its end", problem)
		}
	}()
	step.Run()
}
