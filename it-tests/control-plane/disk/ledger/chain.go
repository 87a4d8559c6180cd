package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// A record is one line of the file "records".
type record struct {
	Number uint64 `json:"number"` // 1 for the first
	Label  string `json:"label"`  // whose ledger this is; the same in all records of a file
	Writer string `json:"writer"`
	Time   string `json:"time"`
	Before string `json:"before"` // the checksum of the record before it, empty in the first
	Sum    string `json:"sum"`    // over all of the above
}

func (r record) sum() string {
	hash := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s\n%s\n%s", r.Number, r.Label, r.Writer, r.Time, r.Before))
	return hex.EncodeToString(hash[:12])
}

func next(last record, label, writer string) record {
	r := record{
		Number: last.Number + 1, Label: label, Writer: writer,
		Time: time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"), Before: last.Sum,
	}
	r.Sum = r.sum()
	return r
}

// A writer's turn: consecutive records.
type turn struct {
	Writer string `json:"writer"`
	First  uint64 `json:"first"`
	Last   uint64 `json:"last"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// A chain is what a file of records says.
type chain struct {
	Folder   string   `json:"folder"`
	Label    string   `json:"label"`
	Records  uint64   `json:"records"`
	Turns    []turn   `json:"turns"`
	Lock     lock     `json:"lock"`
	Problems []string `json:"problems"`
	last     record
	size     int64
}

// read goes through all records of a folder. A folder without any is an empty chain.
func read(folder string) (*chain, error) {
	c := &chain{Folder: folder, Turns: []turn{}, Problems: []string{}}
	text, err := os.ReadFile(filepath.Join(folder, "records"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	c.size = int64(len(text))
	for len(text) > 0 {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		text = rest
		if !whole {
			c.problem("record %d is torn: %q", c.last.Number+1, line)
			break
		}
		c.take(line)
	}
	if text, err := os.ReadFile(filepath.Join(folder, "conflicts")); err == nil {
		c.problem("writers met: %s", bytes.TrimSpace(text))
	}
	c.Records, c.Label = c.last.Number, c.last.Label
	c.Lock, err = readLock(folder)
	return c, err
}

func (c *chain) problem(format string, more ...any) {
	c.Problems = append(c.Problems, fmt.Sprintf(format, more...))
}

func (c *chain) take(line []byte) {
	var r record
	if err := json.Unmarshal(line, &r); err != nil {
		c.problem("record %d is no record: %q", c.last.Number+1, line)
		return
	}
	switch {
	case r.Sum != r.sum():
		c.problem("record %d is damaged", r.Number)
	case r.Number != c.last.Number+1 || r.Before != c.last.Sum:
		c.problem("the chain is broken: record %d of %s follows record %d of %s", r.Number, r.Writer, c.last.Number, c.last.Writer)
	case c.last.Number > 0 && r.Label != c.last.Label:
		c.problem("record %d is of %s, those before it are of %s", r.Number, r.Label, c.last.Label)
	}
	c.last = r
	if n := len(c.Turns); n > 0 && c.Turns[n-1].Writer == r.Writer {
		c.Turns[n-1].Last, c.Turns[n-1].To = r.Number, r.Time
		return
	}
	for _, earlier := range c.Turns {
		if earlier.Writer == r.Writer {
			c.problem("%s writes record %d after others have written", r.Writer, r.Number)
		}
	}
	c.Turns = append(c.Turns, turn{r.Writer, r.Number, r.Number, r.Time, r.Time})
}

func verifyAll(folders []string) int {
	code := 0
	for _, folder := range folders {
		c, err := read(folder)
		if err != nil {
			c = &chain{Folder: folder, Turns: []turn{}, Problems: []string{err.Error()}}
		}
		if len(c.Problems) > 0 {
			code = 1
		}
		text, _ := json.Marshal(c) // strings and numbers
		fmt.Println(string(text))
	}
	return code
}
