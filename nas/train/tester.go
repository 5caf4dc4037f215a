package train

import (
	"context"
	"sync"

	"coexplore/nas"
)

// tester is an evaluator for a set with validation images: it measures on these, and
// on the test images only when it is asked to.
type tester struct {
	*evaluator
	kept keptModels
}

var _ nas.Tester = (*tester)(nil)

// Evaluate implements nas.Evaluator.
func (t *tester) Evaluate(ctx context.Context, network string, seed uint64) (nas.Evaluation, error) {
	o, err := t.train(ctx, network, seed)
	if err == nil {
		t.kept.add(trainedKey{network, seed}, o.Model)
	}
	return evaluation(o), err
}

// Test implements nas.Tester. A network whose training diverged has accuracy 0.
func (t *tester) Test(ctx context.Context, network string, seed uint64) (float64, error) {
	model := t.kept.get(trainedKey{network, seed})
	if model == nil {
		o, err := t.train(ctx, network, seed)
		if err != nil || o.Model == nil {
			return 0, err
		}
		model = o.Model
	}
	m, err := model.Evaluate(ctx, t.set.Test)
	if err != nil {
		return 0, err
	}
	return m.Accuracy, nil
}

// trainedKey is what a trained network is known by.
type trainedKey struct {
	network string
	seed    uint64
}

// keptModels are the trained networks of late, as many as have room.
type keptModels struct {
	limit int // bytes

	mu     sync.Mutex
	bytes  int
	order  []trainedKey // oldest first
	models map[trainedKey]*Model
}

// add keeps a model, and drops the oldest ones where room is short. A nil model is
// none.
func (k *keptModels) add(key trainedKey, m *Model) {
	if m == nil {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.models[key] != nil {
		return
	}
	if k.models == nil {
		k.models = make(map[trainedKey]*Model)
	}
	k.models[key] = m
	k.order = append(k.order, key)
	k.bytes += m.bytes()
	for k.bytes > k.limit {
		oldest := k.order[0]
		k.bytes -= k.models[oldest].bytes()
		k.order = k.order[1:]
		delete(k.models, oldest)
	}
}

// get is the model, or nil if it is not kept.
func (k *keptModels) get(key trainedKey) *Model {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.models[key]
}

// bytes is the memory of the model's values.
func (m *Model) bytes() int {
	values := 0
	for _, n := range m.sizes() {
		values += n
	}
	return 4 * values
}
