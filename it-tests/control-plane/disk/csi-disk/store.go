package main

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// A store is the folder that all processes of the driver share:
//
//	disk-ID/data, disk-ID/meta.json   a disk; its data folder is what pods see
//	snap-ID/data, snap-ID/meta.json   a snapshot: a copy of a disk
//	lock                              held during each call, so calls of all processes come one after the other
//	calls.jsonl                       what was called, in that order
type store struct {
	folder, cluster, node string
}

// A disk, or a snapshot of one.
type meta struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"` // as the caller of a create calls it; the same name gets the same disk
	Bytes    int64     `json:"bytes"`
	Zone     string    `json:"zone,omitempty"`
	Attached []string  `json:"attached,omitempty"` // node IDs
	Source   string    `json:"source,omitempty"`   // the disk that a snapshot is of
	Created  time.Time `json:"created"`
}

// A line of calls.jsonl.
type call struct {
	Time    string `json:"time"`
	Cluster string `json:"cluster"`
	Node    string `json:"node"` // whose process was called
	Call    string `json:"call"`
	Disk    string `json:"disk"`             // or snapshot
	Target  string `json:"target,omitempty"` // the node to attach to, the disk that a snapshot is of, or the path of a mount
	Code    string `json:"code"`             // OK, or why not
	Message string `json:"message,omitempty"`
}

func openStore(folder, cluster, node string) (*store, error) {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	return &store{folder, cluster, node}, nil
}

// locked does one call: alone among all processes, and with its outcome in the log before it is answered.
func (s *store) locked(name string, disk, target *string, do func() error) error {
	lock, err := os.OpenFile(filepath.Join(s.folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		return err
	}
	err = do()
	line := call{
		time.Now().UTC().Format("2006-01-02T15:04:05.000000Z"), s.cluster, s.node, name, *disk, *target, "OK", "",
	}
	if err != nil {
		line.Code, line.Message = status.Code(err).String(), err.Error()
	}
	if failed := appendLine(filepath.Join(s.folder, "calls.jsonl"), line); failed != nil {
		return failed
	}
	return err
}

func appendLine(path string, value any) error {
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	defer file.Close()
	_, err = file.Write(append(text, '\n'))
	return err
}

func newID(prefix string) string {
	random := make([]byte, 8)
	_, _ = rand.Read(random) // never fails
	return prefix + hex.EncodeToString(random)
}

func (s *store) data(id string) string { return filepath.Join(s.folder, id, "data") }

// get answers NOT_FOUND for what is not there. Deleted things lose their meta.json first.
func (s *store) get(id string) (*meta, error) {
	text, err := os.ReadFile(filepath.Join(s.folder, filepath.Base(id), "meta.json"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, status.Errorf(codes.NotFound, "no %s here", id)
	}
	if err != nil {
		return nil, err
	}
	found := &meta{}
	return found, json.Unmarshal(text, found)
}

func (s *store) put(m *meta) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	path := filepath.Join(s.folder, m.ID, "meta.json")
	if err := os.WriteFile(path+".new", text, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// all has the disks or the snapshots, by their prefix.
func (s *store) all(prefix string) ([]*meta, error) {
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		return nil, err
	}
	var found []*meta
	for _, entry := range entries {
		if !strings.HasPrefix(entry.Name(), prefix) {
			continue
		}
		if m, err := s.get(entry.Name()); err == nil {
			found = append(found, m)
		}
	}
	return found, nil
}

func (s *store) named(prefix, name string) (*meta, error) {
	all, err := s.all(prefix)
	for _, m := range all {
		if m.Name == name {
			return m, nil
		}
	}
	return nil, err
}

// create makes a disk or a snapshot, with a copy of the data of another one unless from is empty.
func (s *store) create(m *meta, from string) error {
	if err := os.MkdirAll(filepath.Join(s.folder, m.ID), 0o755); err != nil {
		return err
	}
	if err := os.Mkdir(s.data(m.ID), 0o777); err != nil {
		return err
	}
	if err := os.Chmod(s.data(m.ID), 0o777); err != nil { // whatever the umask
		return err
	}
	if from != "" {
		if err := os.CopyFS(s.data(m.ID), os.DirFS(s.data(from))); err != nil {
			return err
		}
	}
	m.Created = time.Now().UTC()
	return s.put(m)
}

func (s *store) remove(id string) error {
	return errors.Join(
		os.Remove(filepath.Join(s.folder, id, "meta.json")), os.RemoveAll(filepath.Join(s.folder, id)))
}
