// Package nas searches for a convolutional network together with the FPGA
// pipeline that runs it.
//
// What is to be solved stands apart from how, and both stand apart from who
// watches: a [Problem] names the space of networks, the hardware, the throughput
// that is asked for and the [Evaluator] that finds out how accurate a network is; a
// [Method] proposes networks; [Settings] hold the seed and the limits; a [Recorder]
// sees every trial as it happens; a [Result] comes out.
//
//	tiny := space.Tiny()
//	h, err := pipelines.New(tiny, pool, hw.DefaultTarget())
//	problem := nas.Problem{Space: tiny, Hardware: h, Spec: 600, Evaluator: trainer}
//	result, err := nas.Explore(ctx, problem, nas.Settings{Seed: 1, Episodes: 60}, &method.CoExploration{Beta: 0.5})
//
// The rooms beside this one: method (ways of searching), space (spaces of
// networks), pipelines (FPGAs as hardware), evaluate (tables and other programs),
// train (training), study (comparisons and the paper's experiments), controller
// (the recurrent policy), pareto (fronts) and run (run directories).
//
// # The way of one trial
//
// What co-exploration does with one network, call by call:
//
//	Explore                            asks the method for a step
//	  method.CoExploration.Step        takes an episode: Search.NextEpisode
//	    controller.Policy.Sample       samples a network
//	    Search.Plan                    plans it: pipelines.Hardware.Plan, by BLAST
//	    method.FastExploration.Step    FAST: proposes, Hardware.Replan, learns; Recorder.Fast sees it
//	    Search.Describe                writes network and plan into a Trial, Pruned if it is too slow
//	    Search.Evaluate                asks Evaluator.Evaluate: package train trains it
//	    controller.Policy.Update       learns from Reward
//	    Search.Finish                  enters it in the accounts and hands it on:
//	      Recorder.Trial               run.Directory.Trial logs it, kernelext.Live draws it
//	  Checkpointer.Checkpoint          run.Directory.Checkpoint keeps the search's State
//	  NewResult                        sums all trials up, with Objectives.Front
//	  Tester.Test                      measures the front on images that no choice was made by
//	  Recorder.End                     closes the log
//	figure.Pareto, figure.Reward       draw the Result
//
// # Several networks in flight
//
// With Settings.InFlight above 1 the method's Step is called again while networks of
// earlier steps are being evaluated. Each call is a coroutine: it stands still in
// Search.Evaluate until its turn has come, in the order in which the steps began, and goes
// on alone. A method is therefore written as if there were one network at a time; what it
// keeps from before Evaluate to after it may have been changed by other steps, and
// Search.Known knows the networks in flight. Which evaluation ends first changes nothing:
// the same seed and number in flight give the same trials, on one machine or on a cluster
// (package evaluate/slurm), and across a resume.
//
// What is proposed knows less: up to InFlight networks fewer. A controller then learns from
// networks that it sampled up to so many updates ago; its policy gradient is that of the
// present policy for them, without importance weights. `coexplore study inflight` measures
// what that costs; nas/evaluate has the figures.
//
// Accuracies and efficiencies are fractions between 0 and 1 throughout.
package nas
