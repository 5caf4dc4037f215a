package method

import "coexplore/nas/controller"

// A Learner is a method with a controller.
type Learner interface {
	// Policy is the controller, which the method goes on changing; nil before its Init.
	Policy() *controller.Policy
}

// Policy implements Learner.
func (m *CoExploration) Policy() *controller.Policy { return m.policy }

// Policy implements Learner.
func (m *HardwareAware) Policy() *controller.Policy { return m.policy }

// Policy implements Learner.
func (m *Surrogate) Policy() *controller.Policy { return m.policy }
