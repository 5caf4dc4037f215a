package nas

import (
	"context"
	"fmt"
)

// test measures the designs of the front, and the two chosen ones, on the images that
// the evaluator holds back, if it does. Each network is measured once.
func (s *Search) test(ctx context.Context, r *Result) error {
	tester, ok := s.Problem.Evaluator.(Tester)
	if !ok {
		return nil
	}
	var designs []*Design
	for i := range r.Front {
		designs = append(designs, &r.Front[i])
	}
	for _, d := range []*Design{r.OptHW, r.OptSW} {
		if d != nil {
			designs = append(designs, d)
		}
	}
	measured := make(map[string]*float64)
	for _, d := range designs {
		if measured[d.Network] == nil {
			accuracy, err := tester.Test(ctx, d.Network, s.seedOf(d.Network))
			if err != nil {
				return fmt.Errorf("measuring %s on the test images: %w", d.Network, err)
			}
			measured[d.Network] = &accuracy
		}
		d.TestAccuracy = measured[d.Network]
	}
	return nil
}
