package checks

import (
	"errors"
	"net/http"
	"strings"

	"github.com/hashicorp/vault/api"
)

// Client makes a client of a node; it sends each request once, as a retry would hide a wrong answer.
func Client(url, token string) *api.Client {
	config := api.DefaultConfig()
	config.Address = url
	config.MaxRetries = 0
	made, err := api.NewClient(config)
	if err != nil {
		panic(err)
	}
	made.SetToken(token)
	return made
}

// Role is the status that health gives without any parameter, 0 where nobody answers.
func Role(node *api.Client) int {
	answer, err := http.Get(node.Address() + "/v1/sys/health")
	if err != nil {
		return 0
	}
	answer.Body.Close()
	return answer.StatusCode
}

// Refused demands an answer with this status and text.
func Refused(err error, status int, text, name string) bool {
	var refusal *api.ResponseError
	good := errors.As(err, &refusal) && refusal.StatusCode == status && strings.Contains(strings.Join(refusal.Errors, " "), text)
	return OK(good, name, err)
}

// Must gives what a call returned, or ends the step.
func Must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
