package evaluate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"coexplore/nas"
)

// AnswerRequest evaluates the network of the [Request] in a file and keeps the answer in
// the folder; that the evaluator failed is an answer, too. Where there is one already
// nothing is done. Of several processes that are to answer the same request, on whatever
// machines, one does, and the others wait until it has or is gone.
//
// If e is a nas.Tester, the answer has the accuracy on test images, too. An error is
// anything but the network's own fault: then there is no answer, and it is worth trying
// again, elsewhere perhaps.
func AnswerRequest(ctx context.Context, file string, e nas.Evaluator, folder Answers) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("evaluate: %w", err)
	}
	r, err := parseRequest(data)
	if err != nil {
		return fmt.Errorf("evaluate: the request %s %w", file, err)
	}
	release, err := Claim(ctx, file, func() bool {
		a, err := folder.Read(r.Network, r.Seed)
		return err == nil && a != nil && a.Failed == ""
	})
	if err != nil || release == nil {
		return err
	}
	defer release()
	evaluation, err := e.Evaluate(ctx, r.Network, r.Seed)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, ErrKilled) { // this process may be next
		return err
	}
	a := NewAnswer(r.Network, r.Seed, evaluation, err)
	if t, ok := e.(nas.Tester); ok && err == nil && !evaluation.Refused {
		accuracy, err := t.Test(ctx, r.Network, r.Seed)
		if err != nil {
			return err
		}
		a.TestAccuracy = &accuracy
	}
	err = folder.Write(a)
	if errors.Is(err, ErrDiffers) {
		err = errors.Join(err, folder.keepOther(a, err))
	}
	return err
}

// parseRequest reads a request. The error goes on where its name ends.
func parseRequest(data []byte) (*Request, error) {
	var r Request
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("is damaged: %w", err)
	}
	if r.Network == "" {
		return nil, errors.New("names no network")
	}
	return &r, nil
}
