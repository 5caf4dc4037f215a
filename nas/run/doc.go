// Package run opens a search from its settings, and keeps it on disk, so that it survives
// interruption, can be continued and can be drawn later.
//
//	c := run.Default()
//	c.Table, c.Episodes = run.BuiltinTable, 100
//	s, err := run.Open(c, run.Resources{})
//	err = s.Create("runs/first")
//	result, err := s.Explore(ctx, nil, nil)
//
// What cannot be is a [FieldError], which names the field. [Resume] goes on with what a
// directory holds.
//
// A run directory holds
//
//	run.json      what was asked for: problem, method, settings, seed, version
//	trials.jsonl  one line a trial, appended and flushed as it happens
//	checkpoint    the search's state after its last whole step
//	lock          who writes to it, as long as somebody does
//	figures/      what was drawn
//
// A [Directory] is a nas.Recorder; [Create] starts one for a search that is put together
// otherwise, [Read] reads one back:
//
//	dir, err := run.Create("runs/first", run.Config{...})
//	result, err := nas.Explore(ctx, problem, nas.Settings{Recorder: dir, ...}, method)
//
// Trials that were logged after the last checkpoint belong to a step that was not
// finished, or that the limits of the search cut short: resuming drops them and does the
// step again, which gives the same trials without training their networks again. So a
// resumed run ends as an uninterrupted one, also with more episodes than it began with.
//
// Each line of the log, run.json and the checkpoint have a checksum, their last field
// (CRC-32C of the text before it, see internal/sealed). A changed bit is noticed and
// named; [Repair] keeps what is whole. A line that was being written when the machine
// stopped is left out with a notice. One process at a time may write to a directory.
package run
