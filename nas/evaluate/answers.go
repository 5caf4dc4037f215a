package evaluate

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"strings"

	"coexplore/internal/atomicfile"
	"coexplore/internal/sealed"
	"coexplore/nas"
)

// ErrDiffers is returned for an answer that is not the one that was given before.
var ErrDiffers = errors.New("the answer differs from the one before")

// Answers is a folder with what evaluators found out, a file for each network and seed.
// A file is written whole under another name and renamed, and has a checksum, so that
// programs on several machines can share the folder.
type Answers string

// An Answer is the content of a file of [Answers].
type Answer struct {
	Network  string  `json:"network"`
	Seed     uint64  `json:"seed"`
	Accuracy float64 `json:"accuracy"` // this and the next five as in nas.Evaluation
	Loss     float64 `json:"loss,omitempty"`
	Epochs   int     `json:"epochs,omitempty"`
	Seconds  float64 `json:"seconds"`
	Reason   string  `json:"reason,omitempty"`
	Refused  bool    `json:"refused,omitempty"`
	// TestAccuracy is what a nas.Tester measured; nil if it was not asked.
	TestAccuracy *float64 `json:"test_accuracy,omitempty"`
	// Failed says why there is no accuracy; empty: there is.
	Failed string `json:"failed,omitempty"`
}

// NewAnswer is the answer for a network and seed that an evaluator gave.
func NewAnswer(network string, seed uint64, e nas.Evaluation, err error) *Answer {
	if err != nil {
		return &Answer{Network: network, Seed: seed, Seconds: e.Seconds, Failed: cmp.Or(err.Error(), "it failed")}
	}
	if math.IsNaN(e.Loss) || math.IsInf(e.Loss, 0) {
		e.Loss = 0 // no figure, in JSON neither
	}
	return &Answer{
		Network: network, Seed: seed, Accuracy: e.Accuracy, Loss: e.Loss, Epochs: e.Epochs,
		Seconds: e.Seconds, Reason: e.Reason, Refused: e.Refused,
	}
}

// Evaluation is what the evaluator said.
func (a *Answer) Evaluation() (nas.Evaluation, error) {
	if a.Failed != "" {
		return nas.Evaluation{Seconds: a.Seconds}, errors.New(a.Failed)
	}
	return nas.Evaluation{
		Accuracy: a.Accuracy, Loss: a.Loss, Epochs: a.Epochs, Seconds: a.Seconds, Reason: a.Reason, Refused: a.Refused,
	}, nil
}

// same tells whether b says what a says, but for the seconds.
func (a *Answer) same(b *Answer) bool {
	return a.Network == b.Network && a.Seed == b.Seed && a.Accuracy == b.Accuracy && a.Loss == b.Loss &&
		a.Epochs == b.Epochs && a.Reason == b.Reason && a.Refused == b.Refused && a.Failed == b.Failed
}

// Name is a name for a network with a seed, for files and jobs: of letters, digits, and
// the signs - and _, at most 41 of them, and different for what is different.
func Name(network string, seed uint64) string {
	short := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z':
			return r
		case r == ',', r == '+', r == '|':
			return '_'
		}
		return -1
	}, network)
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d", network, seed))
	return short[:min(len(short), 24)] + "-" + hex.EncodeToString(sum[:8])
}

// path is the file for a network and seed.
func (d Answers) path(network string, seed uint64) string {
	return filepath.Join(string(d), Name(network, seed)+".json")
}

// Read is the answer for a network and seed, or nil if there is none. One that is
// damaged is an error that names its file.
func (d Answers) Read(network string, seed uint64) (*Answer, error) {
	path := d.path(network, seed)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("evaluate: %w", err)
	}
	a, err := parseAnswerFile(data)
	if err == nil && (a.Network != network || a.Seed != seed) {
		err = fmt.Errorf("is of %s with seed %d, not of %s with seed %d", a.Network, a.Seed, network, seed)
	}
	if err != nil {
		return nil, fmt.Errorf("evaluate: %s %w: delete it", path, err)
	}
	return a, nil
}

// parseAnswerFile reads the content of a file. The error goes on where its name ends.
func parseAnswerFile(data []byte) (*Answer, error) {
	var a Answer
	if err := sealed.Unmarshal(data, &a); err != nil {
		return nil, fmt.Errorf("is damaged: %w", err)
	}
	if !(a.Accuracy >= 0 && a.Accuracy <= 1) || a.TestAccuracy != nil && !(*a.TestAccuracy >= 0 && *a.TestAccuracy <= 1) {
		return nil, errors.New("is damaged: an accuracy is not between 0 and 1")
	}
	return &a, nil
}

// Write keeps an answer, and makes the folder if there is none. Where there is an answer
// already, that one stays: ErrDiffers says that the new one is another. A failure gives
// way to any answer.
func (d Answers) Write(a *Answer) error {
	if err := os.MkdirAll(string(d), 0o755); err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	before, err := d.Read(a.Network, a.Seed)
	if err == nil && before != nil && before.Failed == "" {
		if a.Failed == "" && !a.same(before) {
			return fmt.Errorf("evaluate: %s with seed %d: %w: accuracy %v, before %v; training is the same each time, so two machines do not agree",
				a.Network, a.Seed, ErrDiffers, a.Accuracy, before.Accuracy)
		}
		if a.TestAccuracy == nil || before.TestAccuracy != nil {
			return nil
		}
		a.Seconds = before.Seconds // the test accuracy is new
	}
	line, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	if err := atomicfile.Write(d.path(a.Network, a.Seed), sealed.Seal(line)); err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	return nil
}

// Retract removes a failure, so that an answer can be waited for.
func (d Answers) Retract(network string, seed uint64) error {
	a, err := d.Read(network, seed)
	if err != nil || a == nil || a.Failed == "" {
		return err
	}
	if err := os.Remove(d.path(network, seed)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("evaluate: %w", err)
	}
	return nil
}

// keepOther keeps an answer that differs from the one before, for people to look at.
func (d Answers) keepOther(a *Answer, why error) error {
	text, err := json.MarshalIndent(struct {
		Why string `json:"why"`
		*Answer
	}{why.Error(), a}, "", "  ")
	if err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	return atomicfile.Write(strings.TrimSuffix(d.path(a.Network, a.Seed), ".json")+OtherEnd, text)
}

// OtherEnd is what the files end with of answers that differ from the ones before: see
// [AnswerRequest].
const OtherEnd = ".differs"
