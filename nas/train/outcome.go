package train

// An Outcome is what training a child gave. The JSON names are those of the
// command's train --json.
type Outcome struct {
	Accuracy        float64 `json:"accuracy"` // top-1 on the test images, 0 to 1
	Loss            float64 `json:"loss"`     // mean training loss of the last epoch
	Params          int64   `json:"params"`   // as hw.Chain.Params counts them
	ImagesPerSecond float64 `json:"images_per_second"`
	Epochs          int     `json:"epochs"` // epochs that were finished
	Seconds         float64 `json:"seconds"`

	TestLoss float64 `json:"test_loss"`
	FLOPs    float64 `json:"flops"` // floating-point operations of the training done, 2 a multiply-accumulate
	Kernels  string  `json:"kernels"`
	History  []Epoch `json:"history"`
	// Reason says why training ended before its last epoch, or why the result
	// is no good: a number that is none, a budget. Empty if all went well.
	Reason string `json:"reason,omitempty"`
	// Refused: by a budget that is known beforehand; nothing was trained.
	Refused bool `json:"refused,omitempty"`
	// Confusion[i][j] counts the test images of class i that were taken for j.
	Confusion [][]int `json:"confusion,omitempty"`
	// Model is the trained network, where Options.Keep asks for it.
	Model *Model `json:"-"`
}

// An Epoch is one line of a training's history.
type Epoch struct {
	Epoch         int     `json:"epoch"` // from 1
	LearningRate  float64 `json:"learning_rate"`
	Loss          float64 `json:"loss"`           // mean over the epoch
	TrainAccuracy float64 `json:"train_accuracy"` // of the same passes, so of networks on the way
	// TestAccuracy and TestLoss are there for epochs that were measured.
	TestAccuracy float64 `json:"test_accuracy,omitempty"`
	TestLoss     float64 `json:"test_loss,omitempty"`
	Seconds      float64 `json:"seconds"` // since training began
}
