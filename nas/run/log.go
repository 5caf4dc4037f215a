package run

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"

	"coexplore/internal/sealed"
	"coexplore/nas"
)

// encode is a trial as a line of the log.
func encode(t nas.Trial) ([]byte, error) {
	line, err := json.Marshal(t)
	if err != nil {
		return nil, fmt.Errorf("run: trial %d: %w", t.Index, err)
	}
	return append(sealed.Seal(line), '\n'), nil
}

// decode reads the line of the trial with the index.
func decode(line []byte, index int) (nas.Trial, error) {
	var t nas.Trial
	if err := sealed.Unmarshal(line, &t); err != nil {
		return t, fmt.Errorf("is damaged: %w", err)
	}
	if t.Index != index {
		return t, fmt.Errorf("holds trial %d where trial %d belongs: lines are missing, or stand there twice", t.Index, index)
	}
	return t, nil
}

// damage is the first line of a log that is not the one that was written there.
type damage struct {
	line int // from 1
	at   int // the byte at which it begins
	what error
}

// readTrials reads a log up to the first damaged line, if it has one. What follows the
// last whole line, torn bytes, is left out.
func readTrials(path string) (trials []nas.Trial, torn int, bad *damage, err error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, nil, fmt.Errorf("run: %w", err)
	}
	for at := 0; ; {
		line, _, whole := bytes.Cut(data[at:], []byte{'\n'})
		if !whole {
			return trials, len(line), nil, nil
		}
		t, err := decode(line, len(trials))
		if err != nil {
			return trials, 0, &damage{len(trials) + 1, at, err}, nil
		}
		trials = append(trials, t)
		at += len(line) + 1
	}
}
