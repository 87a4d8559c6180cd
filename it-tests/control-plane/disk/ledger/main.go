// Command ledger writes as a database does, and notices what a database would suffer from.
//
//	ledger run [--name NAME] [--identity ID] [--every 100ms] [--stale 30s] DIR...
//	ledger verify DIR...
//
// run keeps one ledger in each folder: a file of records, each with a counter, who wrote it, and a checksum over itself and the record
// before it. It first verifies all of them, and ends with code 3 when one is damaged, is another folder's or another name's, has a
// writer, or is of another time than the others. Then it appends a record to each, forces it to the disk, waits, and begins again, until
// SIGTERM, upon which it ends the round and releases the folders. An identity is unique to one process: --identity, or NODE/POD_UID.
//
// verify shares only the format with it: one line of JSON for each folder, exit code 1 when there is anything wrong.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) > 2 && os.Args[1] == "verify" {
		os.Exit(verifyAll(os.Args[2:]))
	}
	if len(os.Args) < 3 || os.Args[1] != "run" {
		fmt.Fprintln(os.Stderr, "usage: ledger run [OPTION...] DIR... | ledger verify DIR...")
		os.Exit(2)
	}
	options := flag.NewFlagSet("run", flag.ExitOnError)
	name := options.String("name", "ledger", "what the folders belong to, such as the name of the pod")
	identity := options.String("identity", os.Getenv("NODE")+"/"+os.Getenv("POD_UID"), "who writes: unique to this process")
	every := options.Duration("every", 100*time.Millisecond, "between two records of one folder")
	stale := options.Duration("stale", 30*time.Second, "how long a writer that did not release its folder must have been silent")
	_ = options.Parse(os.Args[2:]) // ends the process itself
	ledgers, err := openAll(*name, *identity, *stale, options.Args())
	if err != nil {
		fail(err)
	}
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGTERM, syscall.SIGINT)
	tick := time.NewTicker(*every)
	for round := 1; ; round++ {
		for _, l := range ledgers {
			if err := l.append(); err != nil {
				fail(err)
			}
		}
		if round%50 == 0 {
			tell("writing", ledgers)
		}
		select {
		case <-tick.C:
		case <-stop:
			for _, l := range ledgers {
				if err := l.release(); err != nil {
					fail(err)
				}
			}
			tell("released", ledgers)
			return
		}
	}
}

func openAll(name, identity string, stale time.Duration, folders []string) ([]*ledger, error) {
	var ledgers []*ledger
	for _, folder := range folders {
		l, err := open(folder, name+"/"+filepath.Base(folder), identity, stale)
		if err != nil {
			return nil, err
		}
		ledgers = append(ledgers, l)
	}
	tell("opened", ledgers)
	return ledgers, level(ledgers)
}

// level appends to those that are one record behind: their writer was killed in the middle of a round. More than one means that the
// folders are of different times.
func level(ledgers []*ledger) error {
	var highest uint64
	for _, l := range ledgers {
		highest = max(highest, l.last.Number)
	}
	for _, l := range ledgers {
		if highest-l.last.Number > 1 {
			return fmt.Errorf("%s ends at %d and another folder at %d: they are of different times", l.label, l.last.Number, highest)
		}
		if highest > l.last.Number {
			if err := l.append(); err != nil {
				return err
			}
		}
	}
	return nil
}

func tell(what string, ledgers []*ledger) {
	state := map[string]any{"state": what, "time": time.Now().UTC()}
	for _, l := range ledgers {
		state[l.label] = l.last.Number
	}
	text, _ := json.Marshal(state) // strings and numbers
	fmt.Println(string(text))
}

func fail(err error) {
	fmt.Printf("{\"state\":\"failed\",\"error\":%q}\n", err.Error())
	os.Exit(3)
}
