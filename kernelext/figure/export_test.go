package figure

// Tests draw at half a screen's resolution: enough to see every letter.
func init() { pngDPI = 96 }

// What the examples share with the tests of the package.
var (
	SampleResult     = sampleResult
	SampleForecasts  = sampleForecasts
	SamplePipeline   = samplePipeline
	SampleSteps      = sampleSteps
	SampleComparison = sampleComparison
	SampleHistory    = sampleHistory
	SampleConfusion  = sampleConfusion
	SampleClasses    = sampleClasses
	SampleCuts       = sampleCuts
	SampleGantt      = sampleGantt
	SampleReport     = sampleReport
	SamplePictures   = samplePictures
	SamplePolicy     = samplePolicy
	SampleNetwork    = sampleNetwork
	SampleReach      = sampleReach
	Update           = update
)
