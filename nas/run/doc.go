// Package run keeps a search on disk, so that it survives interruption, can be
// continued and can be drawn later.
//
// A run directory holds
//
//	run.json      what was asked for: problem, method, settings, seed, version
//	trials.jsonl  one line a trial, appended and flushed as it happens
//	checkpoint    the search's state after its last whole step
//	figures/      what was drawn
//
// A [Directory] is a nas.Recorder; [Create] starts one, [Open] reads one back:
//
//	dir, err := run.Create("runs/first", run.Config{Space: "tiny", ...})
//	result, err := nas.Explore(ctx, problem, nas.Settings{Recorder: dir, ...}, method)
//
// Trials that were logged after the last checkpoint belong to a step that was
// not finished: resuming drops them and does the step again, which gives the
// same trials, so that a resumed run ends as an uninterrupted one.
package run
