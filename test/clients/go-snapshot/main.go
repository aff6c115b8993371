// Judges a snapshot file as HashiCorp's own tools do: archive/tar must find the four files with their modes and nothing
// behind them, and raft-snapshot must find the hashes right and no byte too many.
package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"os"

	snapshot "github.com/hashicorp/raft-snapshot"
)

var names = []string{"meta.json", "state.bin", "SHA256SUMS", "SHA256SUMS.sealed"}

func main() {
	if len(os.Args) != 2 {
		fail(fmt.Errorf("usage: go-snapshot FILE"))
	}
	archive, err := os.ReadFile(os.Args[1])
	if err != nil {
		fail(err)
	}
	if err := walk(archive); err != nil {
		fail(err)
	}
	meta, err := snapshot.Verify(bytes.NewReader(archive))
	if err != nil {
		fail(err)
	}
	fmt.Printf("sound: index %d, term %d, %d servers, %d bytes\n",
		meta.Index, meta.Term, len(meta.Configuration.Servers), meta.Size)
}

// walk compares names, modes and emptiness of the files with those of a real snapshot.
func walk(archive []byte) error {
	inflated, err := gzip.NewReader(bytes.NewReader(archive))
	if err != nil {
		return err
	}
	files := tar.NewReader(inflated)
	for _, name := range names {
		header, err := files.Next()
		if err != nil {
			return err
		}
		if header.Name != name || header.Mode != 0o600 || header.Typeflag != tar.TypeReg || header.Size == 0 {
			return fmt.Errorf("expected a file %s with mode 0600, found %+v", name, header)
		}
	}
	if _, err := files.Next(); err != io.EOF {
		return fmt.Errorf("expected the end of the tar, found %v", err)
	}
	rest, err := io.ReadAll(inflated)
	if len(rest) > 0 {
		return fmt.Errorf("%d bytes follow the tar", len(rest))
	}
	return err
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
