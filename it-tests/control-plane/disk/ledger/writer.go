package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// The file "lock" of a folder. Its modification time says when the holder last wrote.
type lock struct {
	Holder   string `json:"holder"`
	Released bool   `json:"released"`
}

func readLock(folder string) (lock, error) {
	var l lock
	text, err := os.ReadFile(filepath.Join(folder, "lock"))
	if errors.Is(err, os.ErrNotExist) {
		return l, nil
	}
	if err != nil {
		return l, err
	}
	return l, json.Unmarshal(text, &l)
}

func writeLock(folder string, l lock) error {
	text, err := json.Marshal(l)
	if err != nil {
		return err
	}
	path := filepath.Join(folder, "lock")
	if err := os.WriteFile(path+".new", text, 0o644); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// A ledger is a folder that this process writes to.
type ledger struct {
	folder, label, writer string
	file                  *os.File
	last                  record
	size                  int64
}

// open verifies a folder and takes its lock. Where another writer lives, that stays on record in the file "conflicts".
func open(folder, label, writer string, stale time.Duration) (*ledger, error) {
	file, err := os.OpenFile(filepath.Join(folder, "records"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	l := &ledger{folder: folder, label: label, writer: writer, file: file}
	// Only on one machine, which is where tests are: the kernel knows of every living writer, whatever files say.
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, l.conflict("a process that lives has it open")
	}
	held, err := readLock(folder)
	if err != nil {
		return nil, err
	}
	if held.Holder != "" && !held.Released && held.Holder != writer {
		at, err := os.Stat(filepath.Join(folder, "records"))
		if err != nil {
			return nil, err
		}
		if silent := time.Since(at.ModTime()); silent < stale {
			return nil, fmt.Errorf("%s: %s has not released it and wrote %.1f s ago", label, held.Holder, silent.Seconds())
		}
	}
	c, err := read(folder)
	if err != nil {
		return nil, err
	}
	if c.Label != "" && c.Label != label {
		return nil, fmt.Errorf("%s: this is the folder of %s", label, c.Label)
	}
	if len(c.Problems) > 0 {
		return nil, fmt.Errorf("%s: %s", label, strings.Join(c.Problems, "; "))
	}
	l.last, l.size = c.last, c.size
	return l, writeLock(folder, lock{Holder: writer})
}

func (l *ledger) append() error {
	held, err := readLock(l.folder)
	if err != nil {
		return err
	}
	at, err := l.file.Stat()
	if err != nil {
		return err
	}
	if held.Holder != l.writer || at.Size() != l.size {
		return l.conflict("%s holds it now, and there are %d bytes instead of %d", held.Holder, at.Size(), l.size)
	}
	r := next(l.last, l.label, l.writer)
	text, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if _, err := l.file.Write(append(text, '\n')); err != nil {
		return err
	}
	l.last, l.size = r, l.size+int64(len(text))+1
	return l.file.Sync()
}

func (l *ledger) release() error {
	return errors.Join(writeLock(l.folder, lock{l.writer, true}), l.file.Close())
}

func (l *ledger) conflict(format string, more ...any) error {
	err := fmt.Errorf("%s: %s wants to write, but "+format, append([]any{l.label, l.writer}, more...)...)
	file, failed := os.OpenFile(filepath.Join(l.folder, "conflicts"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if failed != nil {
		return errors.Join(err, failed)
	}
	defer file.Close()
	_, failed = fmt.Fprintln(file, err)
	return errors.Join(err, failed)
}
