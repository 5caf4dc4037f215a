package nas

// An Epoch is one line of a training's history.
type Epoch struct {
	Epoch         int     `json:"epoch"` // from 1
	LearningRate  float64 `json:"learning_rate"`
	Loss          float64 `json:"loss"`           // mean over the epoch
	TrainAccuracy float64 `json:"train_accuracy"` // of the same passes, so of networks on the way
	// For epochs that were measured, on the held-out images: one pair of these.
	ValidationAccuracy float64 `json:"validation_accuracy,omitempty"`
	ValidationLoss     float64 `json:"validation_loss,omitempty"`
	TestAccuracy       float64 `json:"test_accuracy,omitempty"`
	TestLoss           float64 `json:"test_loss,omitempty"`
	Seconds            float64 `json:"seconds"` // since training began
}
