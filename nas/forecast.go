package nas

// A Forecast is what a method that predicts accuracies expected of a network before it
// was trained.
type Forecast struct {
	Accuracy float64 `json:"accuracy"` // the median of what was expected, 0 to 1
	// Low and High bound what was expected in 80 % of the cases: a tenth is below Low, a
	// tenth above High.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// ForecastShare is the share of accuracies that should lie within Low and High of their
// [Forecast].
const ForecastShare = 0.8

// Within tells whether an accuracy lies within Low and High.
func (f *Forecast) Within(accuracy float64) bool { return accuracy >= f.Low && accuracy <= f.High }

// Forecasts counts the trained networks of trials with a forecast, and those of them
// whose accuracy lay within it: where the method knows what it does not know, a share of
// [ForecastShare]. Each forecast was made before the accuracy was known.
func Forecasts(trials []Trial) (within, all int) {
	for i := range trials {
		t := &trials[i]
		if t.Forecast == nil || t.Status != Trained {
			continue
		}
		all++
		if t.Forecast.Within(t.Accuracy) {
			within++
		}
	}
	return within, all
}
